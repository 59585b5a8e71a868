"""When each step of the ladder comes: planned days, ready moments, and distances that never shrink (T2 to T7, N4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning import tasks
from dunning.case import Case
from dunning.state import altered

PASSED = "passed before the case opened"


def nominal_on(case: Case, index: int) -> date:
    """The day that the policy plans for a step, whatever happened to the others (T2)."""
    step = case.policy.steps[index]
    base = case.invoice.due_on if step.since is None else nominal_on(case, case.policy.index(step.since))
    return case.calendar.add(base, step.after)


def planned_on(case: Case, index: int) -> date:
    """The planned day as things stand: own day, or the distance kept from a step that was late (T2, T5).

    Steps after one that was brought forward keep their distance from that one instead of their own day (A2).
    """
    forced_on = case.steps[index].forced_on
    if forced_on is not None:
        return forced_on
    since = case.policy.steps[index].since
    counted_from = -1 if since is None else case.policy.index(since)
    anchors = [at for at in range(index - 1, counted_from, -1) if case.steps[at].anchors]
    forward = next((at for at in anchors if case.steps[at].forced_on is not None), None)
    day = _own_day(case, index) if forward is None else _kept_from(case, index, forward)
    return max(day, _kept_from(case, index, anchors[0])) if anchors else day


def _kept_from(case: Case, index: int, anchor: int) -> date:
    planned = nominal_on(case, anchor)
    return (case.steps[anchor].left_on or planned) + (nominal_on(case, index) - planned)


def _own_day(case: Case, index: int) -> date:
    step = case.policy.steps[index]
    if step.since is None:
        return case.calendar.add(case.invoice.due_on, step.after)
    earlier = case.policy.index(step.since)
    state = case.steps[earlier]
    # A skipped step moves nothing (T5), so what counts from it counts from its planned day.
    done_on = state.left_on if state.status == "done" else None
    return case.calendar.add(done_on or planned_on(case, earlier), step.after)


def ready_at(case: Case, index: int) -> datetime | None:
    """The first allowed moment of the planned day, after the deadline it waits for (T3, N4); None: not served yet."""
    inputs = (case.steps, case.notices, case.served_by_hand, case.invoice, case.policy, case.calendar)
    ready: datetime | None = case.once(index, inputs, lambda: _ready_at(case, index))
    return ready


def _ready_at(case: Case, index: int) -> datetime | None:
    ready = case.calendar.opening(planned_on(case, index))
    step = case.policy.steps[index]
    if step.requires is None:
        return ready
    last = deadline_on(case, case.policy.index(step.requires))
    return None if last is None else max(ready, case.calendar.opening(last + timedelta(days=1)))


def deadline_on(case: Case, index: int) -> date | None:
    """The last day that a step's served notice leaves the debtor (N4); None while it is not served."""
    step = case.policy.steps[index]
    days = [n.delivered_on for n in case.notices if n.notice == step.name and n.delivered_on and not n.bounced]
    days += [on for name, on in case.served_by_hand if name == step.name]
    deadline = step.notice.deadline if step.notice else None
    return case.calendar.add(min(days), deadline) if days and deadline else None


def contact_allowed(case: Case, at: datetime, *, spaced: bool) -> datetime:
    """The first allowed moment at or after `at`: contact hours, the day after a hold (H1), the spacing (T7)."""
    first = max(at, case.now)
    if case.resume_on is not None:
        first = max(first, case.calendar.start(case.resume_on))
    if spaced and case.notices:
        first = max(first, case.once("_spaced", (case.notices, case.policy, case.calendar), lambda: _spaced(case)))
    return case.calendar.contact_from(first)


def _spaced(case: Case) -> datetime:
    """The first moment that is far enough from the notice that was sent last (T7)."""
    return case.calendar.start(case.calendar.add(case.notices[-1].sent_on, case.policy.spacing.minimum))


def leave(case: Case, index: int, *, done: bool) -> Case:
    """The case with a step done or skipped today; a step that was late anchors those that follow (T5)."""
    state, today = case.steps[index], case.today
    late = state.ready_on is not None and today > state.ready_on
    left = altered(
        state, status="done" if done else "skipped", left_on=today, deferred_to=None,
        anchors=done and (late or state.forced_on is not None),
        done_actions=len(case.policy.steps[index].do) if done else state.done_actions,
    )  # fmt: skip
    return case.with_step(index, left, doing=None if case.doing == index else case.doing)


def skip(case: Case, index: int, rule: str, why: str) -> Case:
    """The case with a step passed over, and why (F5). Whether it may happen need not be answered any more (H4)."""
    name = case.policy.steps[index].name
    case = tasks.without(case, "approval", name)
    return leave(case, index, done=False).note("skip", name, rule, why, step=name)


def readied(case: Case) -> Case:
    """The case after its due date moved: which of the steps done were late is seen anew (T2, T5)."""
    for index, state in enumerate(case.steps):
        ready = ready_at(case, index) if state.status == "done" and not state.forced_on else None
        if ready is not None and state.left_on is not None:
            ready_on = case.calendar.day(ready)
            case = case.with_step(index, altered(state, ready_on=ready_on, anchors=state.left_on > ready_on))
    return case


def enter(case: Case) -> Case:
    """Where a case begins that opens late (T6)."""
    today = case.calendar.day(case.opened_at)
    start = _entry(case, today)
    for index in range(len(case.policy.steps)):
        if index < start or nominal_on(case, index) < case.invoice.due_on < today:
            case = skip(case, index, "T6", PASSED)
    return case


def _entry(case: Case, today: date) -> int:
    if case.policy.entry == "first":
        return 0
    steps = case.policy.steps
    passed = [i for i, step in enumerate(steps) if step.notifies_only and nominal_on(case, i) < today]
    return max((i for i in passed if not nominal_on(case, i) < case.invoice.due_on < today), default=0)


def force(case: Case, index: int, on: date) -> Case:
    """The case whose ladder goes on at a step further on; the ones between are skipped (A2, H3)."""
    current = case.current
    for between in range(index if current is None else current, index):
        if case.steps[between].status == "open":
            case = skip(case, between, "A2", f"the ladder goes on at {case.policy.steps[index].name}")
    state = case.steps[index]
    return case.evolve(doing=None).with_step(index, altered(state, forced_on=on, ready_on=None, deferred_to=None))


def end_on(case: Case) -> date:
    """The day on which a case ends whose steps are all done or skipped (S2)."""
    days = [state.left_on for state in case.steps if state.left_on is not None]
    last = case.end_from or (max(days) if days else case.calendar.day(case.opened_at))
    return case.calendar.add(last, case.policy.end.after)
