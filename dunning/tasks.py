"""Questions that a case puts before people: opened at once, answered or escalated, never silently dropped (H6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeGuard

from dunning.case import Case
from dunning.changes import TaskClosed
from dunning.effects import Effect, OpenTask
from dunning.fees import Unsent
from dunning.parts import CallBack, GivingUp, TaskState
from dunning.purposes import TaskPurpose
from dunning.span import Span
from dunning.value import altered

CALL: Final = "call"  # the kind of task that is answered once the debtor has been heard of (H6)
PATIENCE = Span(5, "workdays")
LONGEST = 60  # of its own unit: a term for an answer grows no longer (H6)


def asks(
    case: Case, purpose: TaskPurpose, queue: str, within: Span, about: str, *,
    kind: str | None = None, amount: int | None = None, serves: Unsent | None = None,
) -> Case:  # fmt: skip
    """The case with a question to a person that is to be opened at once; unanswered, it is escalated (H6).

    `kind` is what people call it, left out where that is its purpose.
    """
    kind, number, today = kind or purpose, case.tasks_opened + 1, case.today
    last_on = case.calendar.add(today, within)
    task = TaskState(f"{kind}-{number}", kind, queue, today, within, last_on, purpose, about, serves)
    effect = OpenTask(case.key("task", task.id), task.id, kind, queue, last_on, about, purpose, amount)
    return case.evolve(tasks=(*case.tasks, task), tasks_opened=number).with_todo(effect)


def asks_again(case: Case, task: TaskState) -> Case:
    """The case that asks once more what nobody had answered when it closed (P5)."""
    case = asks(case, task.purpose, task.queue, task.within, task.about, kind=task.kind, serves=task.serves)
    return about_wish(case, task.wish) if task.wish else case


def about_wish(case: Case, wish: GivingUp) -> Case:
    """The case whose newest question is about this wish (R3)."""
    task = altered(case.tasks[-1], wish=wish)
    todo = [altered(one, asked_by=wish.by) if _opens(one, task) else one for one in case.todo]
    return case.evolve(tasks=(*case.tasks[:-1], task), todo=tuple(todo))


def _opens(effect: Effect, task: TaskState) -> TypeGuard[OpenTask]:
    return isinstance(effect, OpenTask) and effect.task == task.id


def calls_back(case: Case, call: CallBack) -> Case:
    """The case that asks for a call again, at the moment that the debtor named (M6)."""
    return asks_again(case.evolve(call_backs=tuple(one for one in case.call_backs if one is not call)), call.task)


def task_of(case: Case, purpose: TaskPurpose, about: str | None = None) -> TaskState | None:
    """The newest open task of this purpose, and about this thing if one is named."""
    found = [task for task in case.tasks if task.purpose == purpose and about in {None, task.about}]
    return found[-1] if found else None


def named(case: Case, name: str) -> TaskState | None:
    """The open task that people name so: by its id, or else the newest of this kind."""
    found = [task for task in case.tasks if task.id == name] or [task for task in case.tasks if task.kind == name]
    return found[-1] if found else None


def over(case: Case, which: Iterable[TaskState]) -> Case:
    """The case without these tasks: they need no answer any more, nor to be asked if they were not yet."""
    gone = {task.id for task in which}
    if not gone:
        return case
    closed = [task.id for task in case.tasks if task.id in gone]
    todo = tuple(effect for effect in case.todo if not (isinstance(effect, OpenTask) and effect.task in gone))
    return case.evolve(
        tasks=tuple(task for task in case.tasks if task.id not in gone),
        unanswered=tuple(task for task in case.unanswered if task.id not in gone),
        todo=todo,
    ).with_change(*(TaskClosed(id_, case.now) for id_ in sorted(closed)))


def without(case: Case, purpose: TaskPurpose, about: str | None = None) -> Case:
    """The case without the tasks of this purpose, only those about this thing if one is named."""
    asked = (*case.tasks, *case.unanswered)
    return over(case, [task for task in asked if task.purpose == purpose and about in {None, task.about}])


def answered(case: Case, kind: str, by: str) -> Case:
    """The case whose ladder asked a person for something of this kind, which came to pass in another way (H6)."""
    for task in [task for task in (*case.tasks, *case.unanswered) if task.purpose == "step" and task.kind == kind]:
        case = over(case, [task]).note("dispose", task.id, "H6", f"answered by {by}")
    put_off = [call for call in case.call_backs if call.task.kind == kind]
    for call in put_off:
        case = case.note("dispose", call.task.id, "H6", f"answered by {by}")
    left = tuple(call for call in case.call_backs if call not in put_off)
    return case.evolve(call_backs=left) if put_off else case


def next_last_on(case: Case, task: TaskState) -> date:
    """The last day for an answer to a task that is escalated today: each term is twice the one before (H6).

    It counts from the last day of the one before, and is never a day that has passed.
    """
    term = Span(min(task.within.count * 2 ** (task.escalations + 1), LONGEST), task.within.unit)
    last = case.calendar.add(task.last_on, term)
    while last < case.today:
        last = case.calendar.add(last, term)
    return last
