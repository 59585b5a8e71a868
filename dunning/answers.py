"""What the world answered to an effect, and how it changes the case. An effect is done when its answer is applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from dunning import charging, holds, ladder, telling
from dunning.case import Case
from dunning.declines import NEVER_ARRIVED, reading
from dunning.effects import (
    Account,
    Answer,
    Approved,
    BookFee,
    BookWriteOff,
    CalendarMade,
    Charge,
    CloseCase,
    Declined,
    Deferred,
    Effect,
    EscalateTask,
    ExtendCalendar,
    HandOffDebt,
    LoadPolicy,
    LookUpAccount,
    OpenTask,
    PolicyLoaded,
    ReportToAgency,
    RestoreService,
    SendNotice,
    Sent,
    SettleCharge,
    Stale,
    SuspendService,
    Underway,
    Unknown,
    Unreachable,
)
from dunning.policy import Policy, Task
from dunning.records import Channel
from dunning.state import NoticeState, Pending, Posting, Resend, StepState, Suspension, TaskState


def answered(case: Case, effect: Effect, answer: Answer) -> Case:
    """The case after an effect's answer; `Stale` is the shell's to unpack into facts."""
    if isinstance(answer, Stale):
        return case
    if case.todo and case.todo[0].key == effect.key:
        case = case.evolve(todo=case.todo[1:])
    return _apply(case, effect, answer)


def _apply(case: Case, effect: Effect, answer: Answer) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    match effect:
        case SendNotice():
            return _noticed(case, effect, answer)
        case BookFee():
            case = telling.booked(case, Posting("fee", effect.key, effect.amount, case.now))
            return _one_more(
                case.note(
                    "fee",
                    case.amount(effect.amount),
                    "N4",
                    "the step books a fee",
                    amount=effect.amount,
                    step=effect.step,
                ),
                effect,
            )
        case BookWriteOff():
            return _written_off(case, effect)
        case OpenTask():
            why = f"a person is asked by {effect.last_on}"
            case = case.note("task", effect.about, "H6", why, queue=effect.queue)
            return _one_more(_registered(case, effect), effect)
        case EscalateTask():
            return _escalated(case, effect)
        case SuspendService():
            return _suspended(case, effect)
        case RestoreService():
            if case.suspension is not None and case.suspension.stands:
                case = case.evolve(suspension=replace(case.suspension, stands=False, given_back_for="closing"))
            return case.note("restore", "", "S1", "the service is given back")
        case HandOffDebt():
            case = _one_more(case, effect)
            case = case.evolve(closing="handed-off", agency=effect.agency)
            return case.note("hand_off", effect.agency, "S3", "the debt goes to an agency", amount=effect.amount)
        case ReportToAgency():
            return case.note("report", effect.agency, "P7", "the agency is told what is left", amount=effect.balance)
        case Charge() | SettleCharge():
            return _charged(case, effect, answer)
        case LookUpAccount():
            assert isinstance(answer, Account)
            return case.evolve(account=answer, account_at=case.now)
        case LoadPolicy():
            assert isinstance(answer, PolicyLoaded)
            return _taken_over(case, effect, answer)
        case ExtendCalendar():
            assert isinstance(answer, CalendarMade)
            return case.evolve(calendar=answer.calendar)
        case CloseCase():
            return _closed(case, effect)
        case _:
            assert_never(effect)


def action_key(case: Case) -> str | None:
    """The key of the running step's next action, None between steps."""
    if case.doing is None:
        return None
    return case.key(case.policy.steps[case.doing].name, case.steps[case.doing].done_actions)


def _one_more(case: Case, effect: Effect) -> Case:
    """One action of the running step is done; with the last one the step is (N1)."""
    index = case.doing
    if index is None or effect.key != action_key(case):
        return case  # a person moved the ladder on meanwhile
    state = case.steps[index]
    done = state.done_actions + 1
    case = case.with_step(index, replace(state, done_actions=done, deferred_to=None))
    if done < len(case.policy.steps[index].do):
        return case
    return ladder.leave(case.evolve(doing=None), index, done=True)


def _registered(case: Case, effect: OpenTask) -> Case:
    """A step's own task joins the open ones; those of a fact or a hold were put there by it."""
    if effect.key != action_key(case) or case.doing is None:
        return case
    action = case.policy.steps[case.doing].do[case.steps[case.doing].done_actions]
    assert isinstance(action, Task)
    task = TaskState(effect.task, effect.about, effect.queue, case.today, action.within, effect.last_on, effect.note)
    return case.evolve(tasks=(*case.tasks, task), tasks_opened=case.tasks_opened + 1)


def _noticed(case: Case, effect: SendNotice, answer: Answer) -> Case:
    if isinstance(answer, Deferred):
        return _deferred(case, effect, answer)
    if isinstance(answer, Unreachable):
        case = telling.asks(case, "unreachable", "collections", telling.PATIENCE, effect.notice)
        case = case.note("unreachable", effect.notice, "N1", answer.why)
    else:
        assert isinstance(answer, Sent)
        for channel in answer.channels:
            case = _sent(case, effect, channel, unsure=channel in answer.unsure)
        case = _copy_wanted(case, effect, answer)
    return _after_notice(case, effect, sent=isinstance(answer, Sent))


def _sent(case: Case, effect: SendNotice, channel: Channel, *, unsure: bool) -> Case:
    """A channel's acceptance is its delivery until a bounce says otherwise (N4); a fate unknown delivers nothing (N3)."""
    today = case.today
    notice = NoticeState(effect.notice, effect.message, channel, today, None if unsure else today)
    why = "a marked copy" if effect.copy else "the next channel after a bounce" if effect.again else "the step's day"
    case = case.evolve(notices=(*case.notices, notice))
    return case.note("notice", effect.message, "N1", why, by=channel, demands=effect.demands, step=effect.notice)


def _copy_wanted(case: Case, effect: SendNotice, answer: Sent) -> Case:
    """A notice whose fate is unknown counts as sent, unless it sets a deadline: then one copy goes a day later (N3)."""
    if not answer.unsure or effect.deadline_on is None or effect.copy:
        return case
    tomorrow = case.calendar.start(case.today + timedelta(days=1))
    return case.evolve(
        resends=(*case.resends, Resend(effect.notice, effect.message, answer.unsure, tomorrow, copy=True))
    )


def _deferred(case: Case, effect: SendNotice, answer: Deferred) -> Case:
    case = case.note(
        "deferred", effect.notice, "T7", answer.why or f"the customer's contact limit, until {answer.until}"
    )
    if case.doing is not None and effect.key == action_key(case):
        return case.with_step(case.doing, replace(case.steps[case.doing], deferred_to=answer.until))
    return case.evolve(side_notice_from=answer.until)


def _after_notice(case: Case, effect: SendNotice, *, sent: bool) -> Case:
    if effect.copy or effect.again:
        return _sent_again(
            case.evolve(resends=tuple(r for r in case.resends if r.notice != effect.notice)), effect, sent=sent
        )
    if effect.notice == "pay-link":
        return charging.link_sent(case)
    if effect.notice.startswith("instalment-"):
        return arrange_reminded(case, int(effect.notice.rpartition("-")[2]))
    return _one_more(case, effect)


def arrange_reminded(case: Case, number: int) -> Case:
    """The debtor was reminded of this instalment, once (A3)."""
    plan = case.plan
    if plan is None or number > len(plan.instalments):
        return case
    part = replace(plan.instalments[number - 1], reminded=True)
    return case.evolve(
        plan=replace(plan, instalments=(*plan.instalments[: number - 1], part, *plan.instalments[number:]))
    )


def _sent_again(case: Case, effect: SendNotice, *, sent: bool) -> Case:
    """After a bounce the next step keeps its distance from the notice that was sent last (N2)."""
    if not sent or effect.copy:
        return case
    index = case.policy.index(effect.notice)
    state = case.steps[index]
    late = state.ready_on is not None and case.today > state.ready_on
    moved = replace(state, left_on=case.today, anchors=state.anchors or late)
    return case.with_step(index, moved)


def _written_off(case: Case, effect: BookWriteOff) -> Case:
    case = telling.booked(case, Posting("write_off", effect.key, -effect.amount, case.now))
    case = case.note("write_off", case.amount(effect.amount), "H5", effect.reason, by=effect.by, amount=effect.amount)
    within_tolerance = effect.by == "policy" and effect.key.endswith("/rest")
    return case if within_tolerance else case.evolve(closing="written-off", doing=None)


def _escalated(case: Case, effect: EscalateTask) -> Case:
    tasks = tuple(
        replace(t, escalations=effect.times, last_on=effect.last_on) if t.id == effect.task else t for t in case.tasks
    )
    why = f"nobody answered in time, escalated {effect.times} times"
    return case.evolve(tasks=tasks).note("task", effect.about, "H6", why, queue=effect.queue, escalated=True)


def _suspended(case: Case, effect: SuspendService) -> Case:
    why = "announced, and the deadline has run out"
    again = case.suspension is not None and case.suspension.brings_back_from is not None
    if again and case.suspension:
        back = replace(case.suspension, stands=True, given_back_for=None, brings_back_from=None)
        return case.evolve(suspension=back).note("suspend", "", "S1", "the reason for giving it back is gone")
    index = case.doing
    action = case.policy.steps[index].do[case.steps[index].done_actions] if index is not None else None
    restore_on = tuple(getattr(action, "restore_on", ()))
    case = case.evolve(suspension=Suspension(restore_on)).note("suspend", "", "S1", why)
    return _one_more(case, effect)


def _charged(case: Case, effect: Charge | SettleCharge, answer: Answer) -> Case:
    if isinstance(effect, Charge):
        case = charging.begun(case, effect)
    attempt = case.attempts[-1]
    look_first = (
        isinstance(answer, Declined)
        and isinstance(effect, Charge)
        and reading(answer.code, answer.advice).kind == "look_first"
    )
    if isinstance(answer, Unknown) or look_first:
        asked = replace(attempt, asked_at=None if look_first else case.now)
        case = case.evolve(attempts=(*case.attempts[:-1], asked))
        return (
            case
            if isinstance(effect, SettleCharge)
            else case.note("unsettled", effect.method, "C5", "the provider's answer is not known", method=effect.method)
        )
    assert isinstance(answer, Approved | Declined | Underway)
    case = charging.answered(case, attempt, answer)
    match answer:
        case Approved():
            case = telling.booked(case, Posting("payment", attempt.key, -attempt.amount, case.now))
            why = f"attempt {attempt.number} by {attempt.by}"
            case = case.note("charge", "approved", "C2", why, method=attempt.method, amount=attempt.amount)
            return telling.after_money(case, case.now)
        case Declined(code=code) if code == NEVER_ARRIVED:
            return case.note("unsettled", attempt.method, "C5", "it never reached the provider", method=attempt.method)
        case Declined():
            why = f"attempt {attempt.number} by {attempt.by}: {reading(answer.code, answer.advice).kind.replace('_', ' ')}"
            return case.note("charge", answer.code, "C2", why, method=attempt.method, amount=attempt.amount)
        case Underway():
            case = case.evolve(pending=(*case.pending, Pending(attempt.key, attempt.amount, answer.until)))
            case = case.note(
                "underway",
                attempt.method,
                "P4",
                f"settles by {answer.until}",
                method=attempt.method,
                amount=attempt.amount,
            )
            return holds.follow_pending(case, case.now)


def _taken_over(case: Case, effect: LoadPolicy, answer: PolicyLoaded) -> Case:
    if answer.policy is None or answer.calendar is None:
        return case.note("refused", "policy", "O2", f"no policy {effect.name} is known")
    steps = _carried_over(case, answer.policy)
    case = case.evolve(policy=answer.policy, calendar=answer.calendar, steps=steps, doing=None, end_done=False)
    return case.note("policy", effect.name, "O2", "another policy takes over by request")


def _carried_over(case: Case, policy: Policy) -> tuple[StepState, ...]:
    """Steps of the same name keep what became of them; new ones before the last of these are passed over."""
    old = {step.name: state for step, state in zip(case.policy.steps, case.steps, strict=True)}
    last = max(
        (i for i, step in enumerate(policy.steps) if old.get(step.name, StepState()).status != "open"), default=-1
    )
    passed = StepState(status="skipped", left_on=case.today)
    return tuple(
        old[step.name] if step.name in old and old[step.name].status != "open" else passed if i < last else StepState()
        for i, step in enumerate(policy.steps)
    )


def _closed(case: Case, effect: CloseCase) -> Case:
    at: datetime = case.now
    # The day of the closing itself is chased, so the pause begins just after (S5).
    paused = case.paused if case.holds else (*case.paused, (at + timedelta(microseconds=1), None))
    left = case.balance
    why = {True: "nothing is left", False: f"{case.amount(left)} is left"}[left <= 0]
    if left < 0:
        why = f"{case.amount(-left)} was paid too much and is the customer's credit"
    case = case.evolve(
        closed=effect.outcome, closing=effect.outcome, closed_at=at, holds=(), tasks=(), todo=(), doing=None, resends=(),
        promise=None, plan=None, paused=paused, track=charging.unlinked(case.track),
    )  # fmt: skip
    case = case.note("closed", effect.outcome, "F3" if effect.outcome in {"paid", "credited"} else "S4", why)
    if effect.outcome in {"paid", "credited"} and not case.settled:
        return telling.reopened(case, at, "P5", "a payment was taken back at the moment of closing")
    return case
