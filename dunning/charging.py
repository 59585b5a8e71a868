"""The charging track: attempts beside the ladder, on offsets from a base that never moves (C1 to C3, C6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning.calendar import Calendar
from dunning.case import Case
from dunning.declines import NEVER_ARRIVED, reading
from dunning.effects import Approved, Charge, Declined, Underway
from dunning.policy import Charging
from dunning.records import Invoice
from dunning.span import Span
from dunning.state import AttemptState, MethodState, Track


def first_track(charging: Charging | None, invoice: Invoice, calendar: Calendar, opened_at: datetime) -> Track:
    """Where the track starts: at the first failure known, or else at the opening (C1); attempts made before count (C3).

    Offsets that passed before the opening were the billing system's to use.
    """
    failures = sorted(attempt.at for attempt in invoice.attempts if attempt.at <= opened_at)
    base = failures[0] if failures else opened_at
    if charging is None:
        return Track(base=base)
    gone = sum(moment_of(calendar, base, span) < opened_at for span in charging.schedule)
    return Track(base=base, next=gone, counted=len(failures))


def moment_of(calendar: Calendar, base: datetime, span: Span, shift: int = 0) -> datetime:
    """The moment of an offset: the same local wall time some days on; hours are hours."""
    if span.unit == "hours":
        return calendar.later(base, shift) + timedelta(hours=span.count)
    day = calendar.day(base)
    return calendar.later(base, (calendar.add(day, span) - day).days + shift)


def usable(case: Case, at: datetime) -> list[MethodState]:
    """The methods that may be tried at this moment, in order (C2)."""
    return [m for m in case.methods if m.status == "usable" and (m.not_before is None or m.not_before <= at)]


def attempt_due(case: Case) -> datetime | None:
    """The moment of the track's next attempt, None while it sleeps or is used up. Holds are the caller's to see (C6)."""
    charging, track = case.policy.charging, case.track
    if charging is None or not case.consent or track.counted >= charging.attempts:
        return None
    due = track.at_once_from
    if due is None:
        if track.next >= len(charging.schedule):
            return None
        due = moment_of(case.calendar, track.base, charging.schedule[track.next], track.shift)
    due = _when_usable(case, max(due, case.now))
    if due is None or case.calendar.day(due) > last_on(case, charging):
        return None
    return due


def last_on(case: Case, charging: Charging) -> date:
    """The last local day on which the track tries."""
    return case.calendar.add(case.calendar.day(case.track.base), charging.within)


def _when_usable(case: Case, due: datetime) -> datetime | None:
    waits = [max(due, m.not_before) if m.not_before else due for m in case.methods if m.status == "usable"]
    return min(waits, default=None)


def next_charge(case: Case, *, amount: int, by: str, method: str | None = None, at: datetime) -> Charge | None:
    """The charge to make now, on the method named or the first usable one; None if there is none."""
    chosen = method or next((m.id for m in usable(case, at)), None)
    if chosen is None:
        return None
    number = len(case.attempts) + 1
    return Charge(case.key("attempt", number), number, chosen, amount, by)


def begun(case: Case, charge: Charge) -> Case:
    """The case with an attempt in flight: from now on nothing else is tried (C5)."""
    attempt = AttemptState(charge.attempt, charge.key, charge.method, charge.amount, case.now, charge.by)
    case = case.evolve(attempts=(*case.attempts, attempt))
    if charge.by != "ladder":
        return case
    return case.evolve(track=_moved_on(case))


def _moved_on(case: Case) -> Track:
    """Each attempt uses up the offsets that have passed, so that a late one brings no burst after it."""
    track, charging = case.track, case.policy.charging
    assert charging is not None
    later = track.next
    while (
        later < len(charging.schedule)
        and moment_of(case.calendar, track.base, charging.schedule[later], track.shift) <= case.now
    ):
        later += 1
    return Track(track.base, later, track.counted + 1, track.shift, None, track.link_due_from)


def answered(case: Case, attempt: AttemptState, answer: Approved | Declined | Underway) -> Case:
    """The case after a provider's answer, money not yet booked: method and track follow the kind of the answer (C2)."""
    settled = AttemptState(
        attempt.number, attempt.key, attempt.method, attempt.amount, attempt.at, attempt.by,
        {"approved": "approved", "declined": "declined", "underway": "underway"}[answer.kind],  # type: ignore[arg-type]
        answer.code if isinstance(answer, Declined) else None,
    )  # fmt: skip
    case = case.evolve(attempts=(*case.attempts[:-1], settled))
    return _declined(case, settled, answer) if isinstance(answer, Declined) else case


def _declined(case: Case, attempt: AttemptState, answer: Declined) -> Case:
    if answer.code == NEVER_ARRIVED:
        return _not_made(case) if attempt.by == "ladder" else case
    read = reading(answer.code, answer.advice)
    match read.kind:
        case "never_again":
            case = set_method(case, attempt.method, status="finished")
            return _at_once(case) if attempt.by == "ladder" else case
        case "ask_customer":
            case = set_method(case, attempt.method, status="waiting")
            # Who pays by himself sees the answer, an instalment has its own reminder; all others get a link.
            due = case.track.link_due_from or (None if attempt.by in {"customer", "plan"} else case.now)
            return case.evolve(track=_linked(case.track, due))
        case "try_later" | "look_first":
            return set_method(case, attempt.method, status="usable", not_before=case.now + read.wait)


def _not_made(case: Case) -> Case:
    """An attempt that never reached the provider does not count, and is made again (C3, C5)."""
    track = case.track
    again = Track(track.base, track.next, track.counted - 1, track.shift, case.now, track.link_due_from)
    return case.evolve(track=again)


def _at_once(case: Case) -> Case:
    """The next usable method is tried at the same moment; with none, the track sleeps (C2)."""
    return case.evolve(track=woken(case.track, case.now)) if usable(case, case.now) else case


def woken(track: Track, at: datetime | None) -> Track:
    """The track with an attempt due at once, from this moment."""
    return Track(track.base, track.next, track.counted, track.shift, at, track.link_due_from)


def _linked(track: Track, due: datetime | None) -> Track:
    return Track(track.base, track.next, track.counted, track.shift, track.at_once_from, due)


def link_sent(case: Case) -> Case:
    """The link was sent, or cannot be."""
    return case.evolve(track=unlinked(case.track))


def unlinked(track: Track) -> Track:
    """The track with no link to send."""
    return _linked(track, None)


def set_method(case: Case, method: str, *, status: str, not_before: datetime | None = None) -> Case:
    """The case with another state of one method."""
    methods = tuple(
        MethodState(m.id, m.network, status, not_before) if m.id == method else m  # type: ignore[arg-type]
        for m in case.methods
    )
    return case.evolve(methods=methods)


def added(case: Case, method: MethodState) -> Case:
    """A method that is added or updated is usable, and tried at once (C2)."""
    others = tuple(m for m in case.methods if m.id != method.id)
    known = len(others) < len(case.methods)
    methods = tuple(method if m.id == method.id else m for m in case.methods) if known else (*others, method)
    case = case.evolve(methods=methods)
    return case.evolve(track=woken(case.track, case.now)) if case.policy.charging else case


def after_holds(case: Case, since: datetime, lifted_at: datetime) -> Case:
    """An offset that passed while a hold stood is used the day after the last hold lifted; later ones keep their distance."""
    charging, track, resume = case.policy.charging, case.track, case.resume_on
    if charging is None or resume is None:
        return case
    if track.at_once_from is not None:
        return case.evolve(track=woken(track, max(track.at_once_from, case.calendar.start(resume))))
    if track.next >= len(charging.schedule):
        return case
    due = moment_of(case.calendar, track.base, charging.schedule[track.next], track.shift)
    if not since <= due < lifted_at:
        return case
    shift = track.shift + (resume - case.calendar.day(due)).days
    return case.evolve(track=Track(track.base, track.next, track.counted, shift, None, track.link_due_from))
