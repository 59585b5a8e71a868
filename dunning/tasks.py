"""Questions that a case puts before people: opened at once, answered or escalated, never silently dropped (H6)."""

from __future__ import annotations

from datetime import date

from dunning.case import Case
from dunning.effects import OpenTask
from dunning.span import Span
from dunning.state import TaskState

PATIENCE = Span(5, "workdays")
OVERPAYMENT = "overpayment"


def asks(case: Case, kind: str, queue: str, within: Span, about: str) -> Case:
    """The case with a question to a person that is to be opened at once; unanswered, it is escalated (H6)."""
    number, today = case.tasks_opened + 1, case.today
    task = TaskState(f"{kind}-{number}", kind, queue, today, within, case.calendar.add(today, within), about)
    effect = OpenTask(case.key("task", task.id), task.id, kind, queue, task.last_on, about)
    return case.evolve(tasks=(*case.tasks, task), tasks_opened=number, todo=(*case.todo, effect))


def asks_about_overpayment(case: Case) -> Case:
    """The closed case that puts money paid too much before a person, once, until nothing of it is left (P3)."""
    asked = task_of(case, OVERPAYMENT)
    if case.balance >= 0:
        return case if asked is None else _taken_back(case, asked)
    if asked is not None:
        return case
    return asks(case, OVERPAYMENT, "finance", PATIENCE, f"{case.amount(-case.balance)} was paid too much")


def _taken_back(case: Case, task: TaskState) -> Case:
    case = case.evolve(tasks=tuple(one for one in case.tasks if one is not task))
    return case.note("dispose", task.id, "P3", "nothing is paid too much any more")


def asks_about_dispute(case: Case, dispute_id: str) -> Case:
    """The case that asks a person for the answer to a dispute, if the policy sets a time for it (D2)."""
    within = case.policy.dispute.answer_within
    return asks(case, "dispute", "disputes", within, dispute_id) if within else case


def task_of(case: Case, kind: str, about: str | None = None) -> TaskState | None:
    """The newest open task of this kind or id, and about this thing if one is named."""
    found = [task for task in case.tasks if kind in {task.kind, task.id} and about in {None, task.about}]
    return found[-1] if found else None


def without(case: Case, kind: str, about: str) -> Case:
    """The case without the open tasks of this kind about this thing: they need no answer any more."""
    left = tuple(task for task in case.tasks if (task.kind, task.about) != (kind, about))
    return case if len(left) == len(case.tasks) else case.evolve(tasks=left)


def next_last_on(case: Case, task: TaskState) -> date:
    """The last day for an answer to a task that is escalated today: one such time on, never a day that has passed."""
    last = case.calendar.add(task.last_on, task.within)
    while last < case.today:
        last = case.calendar.add(last, task.within)
    return last
