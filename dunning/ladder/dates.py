"""When each step of the ladder comes: planned days, ready moments, and distances that never shrink (T2 to T7, N4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from dunning.case import Case
from dunning.derived import remembered
from dunning.due import Due
from dunning.effects import Effect
from dunning.policy import Notify
from dunning.policy.steps import Consequence


def nominal_on(case: Case, index: int) -> date:
    """The day that the policy plans for a step, whatever happened to the others (T2)."""
    step = case.rules.steps[index]
    base = case.invoice.due_on if step.since is None else nominal_on(case, step.since)
    return case.calendar.add(base, step.after)


def planned_on(case: Case, index: int) -> date:
    """The planned day as things stand: own day, or the distance kept from a step that was late (T2, T5).

    Steps after one that was brought forward keep their distance from that one instead of their own day (A2).
    """
    forced_on = case.steps[index].forced_on
    if forced_on is not None:
        return forced_on
    since = case.rules.steps[index].since
    counted_from = -1 if since is None else since
    anchors = [at for at in range(index - 1, counted_from, -1) if case.steps[at].anchors]
    if not anchors:
        return _own_day(case, index)
    forward = next((at for at in anchors if case.steps[at].forced_on is not None), None)
    day = _own_day(case, index) if forward is None else _kept_from(case, index, forward)
    return max(day, _kept_from(case, index, anchors[0]))


def _kept_from(case: Case, index: int, anchor: int) -> date:
    planned = nominal_on(case, anchor)
    return (case.steps[anchor].left_on or planned) + (nominal_on(case, index) - planned)


def _own_day(case: Case, index: int) -> date:
    step = case.rules.steps[index]
    if step.since is None:
        return case.calendar.add(case.invoice.due_on, step.after)
    state = case.steps[step.since]
    # A skipped step moves nothing (T5), so what counts from it counts from its planned day.
    done_on = state.left_on if state.status == "done" else None
    return case.calendar.add(done_on or planned_on(case, step.since), step.after)


@remembered("steps", "invoice", "policy", "calendar")
def _next_opening(case: Case) -> datetime:
    return case.calendar.opening(planned_on(case, case.current or 0))


@remembered("steps", "notices", "served_by_hand", "invoice", "policy", "calendar")
def next_ready_at(case: Case) -> datetime | None:
    """When the next step is ready, None while it waits for a notice to be served; there is one."""
    return ready_at(case, case.current or 0)


def ready_at(case: Case, index: int) -> datetime | None:
    """The first allowed moment of the planned day, or when a person would have it leave (N3), after the deadline it
    waits for (T3, N4); None: not served yet.
    """
    ready, wished = opens_at(case, index), case.steps[index].sent_now
    if wished is not None:
        ready = min(ready, wished.at)
    step = case.rules.steps[index]
    if step.requires is None:
        return ready
    last = served_deadline(case, step.requires)
    return None if last is None else max(ready, case.calendar.opening(last + timedelta(days=1)))


def opens_at(case: Case, index: int) -> datetime:
    """The moment that the calendar alone gives a step: done on a later day, it was late (T3, T5)."""
    if index == case.current:
        return _next_opening(case)
    return case.calendar.opening(planned_on(case, index))


def calendar_on(case: Case, index: int) -> date:
    """The day that the calendar alone gives a step."""
    return case.calendar.day(opens_at(case, index))


def again_at(case: Case, index: int) -> datetime:
    """When a step that comes back is ready once more (T8)."""
    last_on, every = case.steps[index].again_from or case.today, case.rules.steps[index].every
    return case.calendar.opening(case.calendar.add(last_on, every) if every else last_on)


def comes_back_until(case: Case, index: int) -> datetime | None:
    """When a step comes back no more: the following one is ready, or the time after the last step is over; None while
    the following step waits for a notice to be served (T8).
    """
    if case.current is not None:
        return next_ready_at(case)
    first_on = case.steps[index].left_on or case.today
    return case.calendar.start(case.calendar.add(first_on, case.rules.end.after))


def served_deadline(case: Case, index: int) -> date | None:
    """The last day that a step's served notice leaves the debtor (N4); None while it is not served."""
    step = case.rules.steps[index]
    days = [n.delivered_on for n in case.notices if n.step == step.name and n.delivered_on and not n.bounced]
    days += [on for name, on in case.served_by_hand if name == step.name]
    deadline = step.notice.deadline if step.notice else None
    return case.calendar.add(min(days), deadline) if days and deadline else None


def may_be_done_at(case: Case, index: int, ready: datetime) -> datetime:
    """The first moment at which the days allow a step: after a hold (H1), the spacing and the contact limit of its
    notice (T7), another consequence of the same day (T5). Whether it is in contact hours is not looked at.
    """
    state, step = case.steps[index], case.rules.steps[index]
    writes, ends = step.notice is not None, step.has_consequence
    if state.done_actions:  # what it has done already needs no day
        writes = writes and any(isinstance(act, Notify) for number, act in step.acts if number >= state.done_actions)
        ends = ends and not any(
            isinstance(act, Consequence) for number, act in step.acts if number < state.done_actions
        )
    at = not_before(case, ready, spaced=writes)
    if state.deferred_to is not None:
        at = max(at, case.calendar.start(state.deferred_to))
    if ends and case.suspension is not None:
        at = max(at, case.calendar.start(case.suspension.stopped_on + timedelta(days=1)))
    return at


def contact_allowed(case: Case, at: datetime, *, spaced: bool) -> datetime:
    """The first allowed moment at or after `at`: contact hours, the day after a hold (H1), the spacing (T7)."""
    return case.calendar.contact_from(not_before(case, max(at, case.now), spaced=spaced))


def in_hours(
    case: Case, since: datetime, rank: int, what: Callable[[Case], Effect], *, spaced: bool = False
) -> Due:  # fmt: skip
    """What is due from a moment on and keeps contact hours; it knows when it was due first, however late that is."""
    first = case.calendar.contact_from(not_before(case, since, spaced=spaced))
    return Due(first if first >= case.now else case.calendar.contact_from(case.now), rank, what, first)


def not_before(case: Case, at: datetime, *, spaced: bool) -> datetime:
    """The moment itself, the day after a hold (H1), and for a notice that is `spaced` the end of the spacing (T7) and
    the next try of a channel that is down (N1), whichever is last.
    """
    if case.resume_on is not None:
        at = max(at, case.calendar.start(case.resume_on))
    if spaced and case.outage is not None:
        at = max(at, case.outage.next_at)
    return max(at, _spaced(case)) if spaced and (case.notices or case.calls) else at


@remembered("notices", "calls", "policy", "calendar")
def _spaced(case: Case) -> datetime:
    """The first moment that is far enough from the last contact: a notice that was sent, or a call (T7, M6)."""
    noticed = [case.notices[-1].sent_on] if case.notices else []
    last_on = max([*noticed, *case.calls[-1:]])
    return case.calendar.start(case.calendar.add(last_on, case.rules.spacing))


def end_on(case: Case) -> date:
    """The day on which a case ends whose steps are all done or skipped (S2)."""
    days = [state.left_on for state in case.steps if state.left_on is not None]
    last = case.end_from or (max(days) if days else case.calendar.day(case.opened_at))
    return case.calendar.add(last, case.rules.end.after)
