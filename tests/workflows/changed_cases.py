"""Cases that were changed carelessly: what a replay of recorded histories is there to find."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from workflows.case import DunningCase
    from workflows.contract import WORKFLOW, CaseResult


@workflow.defn(name=WORKFLOW)
class HesitantCase(DunningCase):
    """Waits a second before it opens: one timer more than a running case had."""

    @workflow.init
    def __init__(self, given: RawValue) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue) -> CaseResult:
        await workflow.sleep(1)
        return await super().run(given)


@workflow.defn(name=WORKFLOW)
class ForgetfulCase(DunningCase):
    """Keeps no journal before its first step: one activity less than a running case had."""

    @workflow.init
    def __init__(self, given: RawValue) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue) -> CaseResult:
        return await super().run(given)

    async def _record(self) -> None:
        self._case = self.case.written()
