"""A story that a person attends to: nobody pays, and each question of the case is answered in time."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, Final

from dunning.answers import Deferred, Sent
from dunning.case import Case
from dunning.effects import BookFee, BookWriteOff, HandOffDebt, OpenTask, SendNotice, SuspendService
from dunning.fees import NoticeFee
from dunning.ladder.actions import fee_of
from dunning.parts import TaskState
from dunning.policy import Fee, HandOffAction, Notify, Policy, Step, Suspend, Task, WriteOffAction
from dunning.simulation.simulate import Event
from tests.dunning.cases import OPENS, Story

LAST: Final = OPENS + timedelta(days=1_000)
ENDING: Final = (HandOffAction, WriteOffAction)
EFFECTS: Final[dict[type, type]] = {
    Notify: SendNotice, Fee: BookFee, Task: OpenTask, Suspend: SuspendService, HandOffAction: HandOffDebt,
    WriteOffAction: BookWriteOff,
}  # fmt: skip


class Attended(Story):
    """A story in which a person answers each question some hours later: goes on, approves, gives up at the end."""

    def __init__(self, terms: Policy, events: list[Event], *, hours: int = 5, **more: Any) -> None:
        super().__init__(terms, events, **more)
        self.terms, self.patience = terms, timedelta(hours=hours)
        self.known: set[str] = set()
        self.left: Counter[str] = Counter()
        self.ended_on: date | None = None

    def _act(self, name: str, when: datetime) -> None:
        before = self.cases[name]
        super()._act(name, when)
        case = self.cases[name]
        for step, was, state in zip(case.policy.steps, before.steps, case.steps, strict=True):
            self.left[step.name] += was.status != state.status
        if self.ended_on is None and (case.end_done or case.closed):
            self.ended_on = case.today
        for task in case.tasks:
            if task.id not in self.known:
                self.known.add(task.id)
                self._will_be_answered(case, task)

    def _will_be_answered(self, case: Case, task: TaskState) -> None:
        last = case.calendar.start(task.last_on + timedelta(days=1)) - timedelta(minutes=1)
        when = min(case.now + self.patience, last)
        self.events = sorted(
            [*self.events, Event(when, *_answer(case, task), case.invoice.id)], key=lambda event: event.at
        )

    def times(self, step: Step) -> list[int]:
        """How often each action of a step was done; a fee that comes to nothing is passed over with a line (F8)."""
        done = Counter(
            (type(act.effect), act.effect.key) for act in self.performed if not isinstance(act.answer, Deferred)
        )
        done.update((BookFee, fee.key) for fee in self._fees_of_notices())
        passed = {line.step for line in self.journal if line.kind == "passed"}
        for number, fee in step.fees:
            if step.name in passed and not fee_of(self.case, fee):
                done[BookFee, self.case.step_key(step.name, number)] += 1
        keys = (self.case.step_key(step.name, number) for number in range(len(step.do)))
        return [done[EFFECTS[type(action)], key] for action, key in zip(step.do, keys, strict=True)]

    def _fees_of_notices(self) -> list[NoticeFee]:
        """Each with its notice; where that reached nobody, it comes with the answer to the task (N1)."""
        sent = [act for act in self.performed if isinstance(act.answer, Sent)]
        return [fee for act in sent if isinstance(act.effect, SendNotice) for fee in act.effect.fees]

    def ends_by(self, step: Step) -> bool:
        """Whether the step has handed the debt off or given it up."""
        return any(isinstance(action, ENDING) and n for action, n in zip(step.do, self.times(step), strict=True))


def _answer(case: Case, task: TaskState) -> tuple[str, dict[str, Any]]:
    if task.kind == "approval":
        return "approve", {"step": task.about, "by": "me"}
    if task.kind == "end" and case.end_done:
        return "dispose", {"task": task.id, "write_off": {"by": "me", "reason": "nobody pays"}}
    return "dispose", {"task": task.id, "resume": True}
