"""Advances workflows that care about each other, as a customer's cases do, so that they act in the order of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from worker.virtual_time import Handle, NeverAtRest, VirtualClock
from worker.workflow_view import WorkflowView

_SAME_MOMENT: Final = timedelta(seconds=1)


async def advance_together(
    clock: VirtualClock, moments: Sequence[tuple[Handle, datetime]], *, most_wakings: int = 10_000
) -> list[WorkflowView]:
    """Bring each workflow to its moment. All the moments mean one instant, told on the clock of each.

    Whenever one of them wakes on the way, all are brought to that instant first. Those that wake within the same second
    wake one after the other in the order given, each at rest before the next: so every run has the same order. Raises
    what `VirtualClock.advance_to` raises.
    """
    for _ in range(most_wakings):
        left = await _left_at_next_waking(clock, moments)
        if left is None:
            return await _bring(clock, moments, left=timedelta())
        await _bring(clock, moments, left=left)
    handle, _ = moments[0]
    raise NeverAtRest(handle.id, await clock.now(handle), f"it and {len(moments) - 1} more woke {most_wakings} times")


async def _bring(
    clock: VirtualClock, moments: Sequence[tuple[Handle, datetime]], *, left: timedelta
) -> list[WorkflowView]:
    return [await clock.advance_to(handle, instant - left) for handle, instant in moments]


async def _left_at_next_waking(clock: VirtualClock, moments: Sequence[tuple[Handle, datetime]]) -> timedelta | None:
    """How long before the end the next one wakes, and all that wake in the same second; `None` if none does."""
    views = [(await clock.settle(handle), instant) for handle, instant in moments]
    lefts = [instant - view.wakes_at for view, instant in views if view.wakes_at is not None]
    lefts = [left for left in lefts if left >= timedelta(0)]
    first = max(lefts, default=None)
    return None if first is None else min(left for left in lefts if left > first - _SAME_MOMENT)
