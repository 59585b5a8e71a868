"""Cases that were changed carelessly: what a replay of recorded histories is there to find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from activities.options import ActivityOptions
    from dunning.ports import Act, NamedBody, Written
    from dunning.session import Recording
    from workflows.acts import Acts
    from workflows.case import DunningCase
    from workflows.contract import WORKFLOW, CaseInput, CaseResult
    from workflows.starts import NO_START


@workflow.defn(name=WORKFLOW)
class HesitantCase(DunningCase):
    """Waits a second before it opens: one timer more than a running case had."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_START) -> CaseResult:
        await workflow.sleep(1)
        return await super().run(given)


class ForgetfulActs(Acts):
    async def record(self, invoice_id: str, one: Recording) -> tuple[int, tuple[NamedBody, ...]]:
        return one.seen, ()


@workflow.defn(name=WORKFLOW)
class ForgetfulCase(DunningCase):
    """Keeps no journal before its first step: one activity less than a running case had."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)
        self._acts = ForgetfulActs(has_news=lambda: False, withdraw=lambda: None)

    @workflow.run
    async def run(self, given: RawValue = NO_START) -> CaseResult:
        return await super().run(given)


# Builds that ask for the same acts as before, so that Temporal's own replay finds nothing wrong with them.


class ChangedActs(Acts):
    def __init__(self, changed: Callable[[Any], Any]) -> None:
        super().__init__(has_news=lambda: False, withdraw=lambda: None)
        self._changed = changed

    async def _act(self, what: ActivityOptions, about: str, *args: Any, result: Any) -> Any:
        return await super()._act(what, about, *map(self._changed, args), result=result)


class GivingOtherwise(DunningCase):
    """Gives to an act, or to the keeping of the journal, what `act` and `written` make of it."""

    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)
        self._acts = ChangedActs(self.changed)

    def changed(self, arg: Any) -> Any:
        match arg:
            case Act():
                return self.act(replace(arg, expected=arg.expected and self.written(arg.expected)))
            case Written():
                return self.written(arg)
            case _:
                return arg

    def act(self, act: Act) -> Act:
        return act

    def written(self, written: Written) -> Written:
        return written


@workflow.defn(name=WORKFLOW)
class RenamingCase(GivingOtherwise):
    """Gives every act another key: an act that was begun under the old one would be done a second time."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_START) -> CaseResult:
        return await super().run(given)

    def act(self, act: Act) -> Act:
        return replace(act, effect=replace(act.effect, key=f"{act.effect.key}/v2"))


@workflow.defn(name=WORKFLOW)
class MiscountingCase(GivingOtherwise):
    """Counts its journal's lines from 0: the store would take the first for one that it has, or leave a gap."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_START) -> CaseResult:
        return await super().run(given)

    def written(self, written: Written) -> Written:
        return replace(written, lines=tuple(replace(line, number=line.number - 1) for line in written.lines))


@workflow.defn(name=WORKFLOW)
class BoastfulCase(GivingOtherwise):
    """Tells lists and reports that nothing is owed."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_START) -> CaseResult:
        return await super().run(given)

    def written(self, written: Written) -> Written:
        return replace(written, projection=replace(written.projection, balance=0))


@workflow.defn(name=WORKFLOW)
class HastyCase(DunningCase):
    """Ends with another result: whoever started it would read that it was withdrawn."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_START) -> CaseResult:
        return replace(await super().run(given), outcome="withdrawn")


@workflow.defn(name=WORKFLOW)
class UnseeingCase(DunningCase):
    """Goes on in a new run that does not know what it has seen: it would be told everything once more."""

    @workflow.init
    def __init__(self, given: RawValue = NO_START) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_START) -> CaseResult:
        return await super().run(given)

    def _next_run(self) -> CaseInput:
        return replace(super()._next_run(), seen=-1)
