"""What a person answers to a task, and what their answer changes (H3, H4, H6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import tasks
from dunning.case import Case
from dunning.effects import BookFee, EscalateTask, OpenTask
from dunning.errors import RefusalReason
from dunning.fees import Unsent
from dunning.holds import holds, review
from dunning.ladder import costs_alone, progress, running_step
from dunning.ledger import closing
from dunning.messages import Approve, Dispose
from dunning.notices import outage
from dunning.parts import TaskState
from dunning.policy import Fee, Task
from dunning.value import altered


def task_opened(case: Case, effect: OpenTask) -> Case:
    """A step's own task joins the open ones; those of a fact or a hold were put there by it."""
    why = f"a person is asked by {effect.last_on}"
    if effect.purpose == "overpayment":
        return case.note("overpaid", case.amount(effect.amount or 0), "P3", why)
    case = case.note("task", effect.about, "H6", why, queue=effect.queue)
    if effect.purpose == "credit":
        return _asked_about_credit(case, effect)
    action = running_step.action_of(case, effect)
    if not isinstance(action, Task):
        return case
    of = (effect.queue, case.today, action.within, effect.last_on)
    task = TaskState(effect.task, effect.about, *of, effect.purpose, effect.note)
    case = case.evolve(tasks=(*case.tasks, task), tasks_opened=case.tasks_opened + 1)
    return running_step.one_more(case, effect)


def _asked_about_credit(case: Case, effect: OpenTask) -> Case:
    """The question stands in the place of the step's notice; who answers it has reached the debtor (P8, N4)."""
    of = (effect.queue, case.today, tasks.PATIENCE, effect.last_on)
    task = TaskState(effect.task, effect.about, *of, effect.purpose, effect.note, Unsent(effect.note))
    for _ in case.policy.step_named(effect.note).fees:
        case = case.note("passed", Fee.word, "P8", "a person is asked about the customer's credit", step=effect.note)
    case = case.evolve(tasks=(*case.tasks, task), tasks_opened=case.tasks_opened + 1, credit_asked=True)
    return running_step.one_more(case, effect)


def task_escalated(case: Case, effect: EscalateTask) -> Case:
    """The case whose task goes before somebody else (H6)."""
    later = tuple(
        altered(t, escalations=effect.times, last_on=effect.last_on) if t.id == effect.task else t for t in case.tasks
    )
    why = f"nobody answered in time, escalated {effect.times} times"
    return case.evolve(tasks=later).note("task", effect.about, "H6", why, queue=effect.queue, escalated=True)


def disposed(case: Case, request: Dispose, at: datetime) -> Case:
    """The case after a person answered one of its tasks (H3)."""
    task = tasks.named(case, request.task)
    if task is None:
        return case
    case = tasks.over(case, [task]).note("dispose", task.id, "H3", f"answered by {request.by or 'a person'}")
    if request.write_off:
        return closing.writes_off(case, request.write_off.by, request.write_off.reason)
    if request.hand_off:
        return closing.hands_off(case, "default")
    hold = holds.made_by(case, "escalation") if task.purpose == "escalation" else None
    if hold:
        case = holds.lift_on_day(case, hold, at, "a person disposed of the task")
    if request.go_to:
        next_day = case.calendar.day(at) + timedelta(days=1)
        index = case.policy.index(request.go_to)
        return progress.force(case.resumes_on(next_day), index, next_day, "H3", request.by or "a person")
    return _resumed(case, task)


def _resumed(case: Case, task: TaskState) -> Case:
    if task.purpose == "hold-review":
        return review.stands(case, task.about)
    if task.purpose == "channel-down":
        return outage.looked_at(case)
    if task.purpose == "end":
        return case.evolve(end_from=case.today, end_done=False)
    return case if task.serves is None else _passed_on(case, task.serves)


def _passed_on(case: Case, notice: Unsent) -> Case:
    """Who closes this task has reached the debtor himself: the notice counts as served (N4), its fees are owed (N1).

    Unless nothing but costs is left by then (F7).
    """
    case = case.evolve(served_by_hand=(*case.served_by_hand, (notice.step, case.today)))
    for fee in notice.fees:
        if case.costs_alone:
            case = case.note("passed", Fee.word, "F7", costs_alone.ONLY_COSTS, step=notice.step)
        else:
            case = case.with_todo(BookFee(fee.key, notice.step, fee.amount))
    return case


def approved(case: Case, request: Approve, step: str) -> Case:
    """The case after a named person let a step happen, or turned it down (H4)."""
    index = case.policy.index(step)
    case = tasks.without(case, "approval", step)
    if request.no:
        return progress.skip(case, index, "H4", f"turned down by {request.by}")
    case = case.with_step(index, altered(case.steps[index], approved=True))
    return case.note("approve", step, "H4", f"approved by {request.by}", step=step, by=request.by)


def why_refused(case: Case, request: Dispose) -> RefusalReason | None:
    """Why an answer is none that this task takes now, or None (H3)."""
    task = tasks.named(case, request.task)
    if task is None:
        known = ", ".join(task.id for task in case.tasks) or "none"
        return ("H3", f"no task {request.task} is open; open: {known}")
    answer = {"dispute": "resolve_dispute", "approval": "approve", "four-eyes": "approve"}.get(task.purpose)
    if answer:
        return ("R3" if task.wish else "H7", f"a task {task.kind} is answered by {answer}")
    if request.hand_off:
        return closing.why_no_hand_off(case)
    return progress.why_not_open(case, request.go_to) if request.go_to else None
