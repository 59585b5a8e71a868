"""When a run ends, and where: at a task of its own, for the server refuses one that ends while something new comes in.

With such a task it refuses the answers to requests that were given in it, and who asked hears of an error.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio import workflow

_NEXT_TASK: Final = timedelta(milliseconds=1)


class Leaving:
    """Knows how long the history of a run may become, and in which task a request was answered last."""

    def __init__(self, most_events: int) -> None:
        """After `most_events` another run goes on, or when the server asks for one."""
        self._most_events = most_events
        self._answered_at = 0  # how long the history was then

    @property
    def is_due(self) -> bool:
        """Whether the history is long, and another run should go on."""
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > self._most_events

    def answers(self) -> None:
        """A request is answered in this task."""
        self._answered_at = workflow.info().get_current_history_length()

    async def quiet(self) -> None:
        """Wait until every answer has left."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._answered_at == workflow.info().get_current_history_length():
            await workflow.sleep(_NEXT_TASK, summary="let answers leave")
