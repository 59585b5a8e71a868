"""Has activities done for a case: on which queue, how patiently, and what they came to when news come in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.options import OPEN_CASE, RECORD, WAITED_FOR, ActivityOptions, options_of
    from dunning.effects import ExtendCalendar
    from dunning.policy import Policy
    from dunning.ports import Act, Acted, NamedBody, Opening
    from dunning.session import Recording
    from workflows.contract import CaseInput, queue_beside
    from workflows.expectations import gave_up, summary

_KEPT: Final = tuple[int, tuple[NamedBody, ...]]


class Acts:
    """What a case has done, one act at a time. An act that was begun is waited for, also when the case is withdrawn."""

    def __init__(self, *, has_news: Callable[[], bool], withdraw: Callable[[], None]) -> None:
        """`has_news` says whether something was told meanwhile; `withdraw` is called when the workflow is cancelled."""
        self._has_news, self._withdraw = has_news, withdraw

    async def open(self, start: CaseInput, at: Any) -> Opening:
        """Open the case. Fails for good if its invoice is neither known nor given."""
        given = (start.invoice_id, start.invoice, start.customer, start.methods, at)
        opening: Opening = await self._act(OPEN_CASE, "open the case", *given, result=Opening)
        return opening

    async def record(self, invoice_id: str, one: Recording) -> tuple[int, tuple[NamedBody, ...]]:
        """Have it written down; the store's newest message, and those that the case has not seen."""
        given = (invoice_id, one.told, one.written, one.seen, one.at)
        kept: tuple[int, tuple[NamedBody, ...]] = await self._act(RECORD, "keep the journal", *given, result=_KEPT)
        return kept

    async def perform(self, act: Act, policy: Policy) -> Acted:
        """The answer to an act; where it was given up, whatever it had come to: the rules then decide anew (F1, T3)."""
        what, about = options_of(act.effect), summary(act.effect)
        more = (policy,) if isinstance(act.effect, ExtendCalendar) else ()
        try:
            acted: Acted = await self._act(what, about, act, *more, result=Acted)
        except ActivityError as error:
            if not gave_up(error):
                raise
            patient, look = replace(what, schedule_to_close=None, gives_way=False), replace(act, finds_out=True)
            acted = await self._act(patient, f"what became of {about}", look, *more, result=Acted)
        return acted

    async def _act(self, what: ActivityOptions, about: str, *args: Any, result: Any) -> Any:
        """What it came to. One that `gives_way` is called off by news while it waits for its next try (F1)."""
        act = _begun(what, about, args, result)
        await self._until(lambda: act.done() or (what.gives_way and self._has_news()))
        if not act.done():
            act.cancel()
            await self._until(act.done)
        return act.result()

    async def _until(self, true: Callable[[], bool]) -> None:
        """Wait, also when the workflow is cancelled: money may be on its way."""
        while not true():
            try:
                await workflow.wait_condition(true)
            except asyncio.CancelledError:
                self._withdraw()


def _begun(what: ActivityOptions, about: str, args: Sequence[Any], result: Any) -> asyncio.Task[Any]:
    """Under way: with whoever has its queue, or where it has none, with the worker that has the case in hand."""
    patience: dict[str, Any] = {
        "start_to_close_timeout": what.start_to_close, "schedule_to_close_timeout": what.schedule_to_close,
        "retry_policy": what.retry, "summary": about, "result_type": result,
        "cancellation_type": workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    }  # fmt: skip
    if what.queue is None:
        return workflow.start_local_activity(what.name, args=args, local_retry_threshold=WAITED_FOR, **patience)
    queue = queue_beside(workflow.info().task_queue, what.queue)
    return workflow.start_activity(what.name, args=args, task_queue=queue, **patience)
