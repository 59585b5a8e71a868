"""The charging track: attempts beside the ladder, on offsets from a base that never moves (C1 to C3, C6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning.calendar import Calendar
from dunning.case import Case
from dunning.charging.schedule import moment_of, over_at
from dunning.charging.strategies import STRATEGIES, Used, when_usable
from dunning.derived import remembered
from dunning.due import CHARGE, Due
from dunning.effects import Charge
from dunning.parts import AttemptState, MethodState, Track
from dunning.policy import Charging
from dunning.purposes import Asker
from dunning.records import Invoice
from dunning.value import altered

VAGUE = timedelta(hours=72)  # after a failure elsewhere: what the rule book says of it is not read by a case


def first_track(charging: Charging | None, invoice: Invoice, calendar: Calendar, opened_at: datetime) -> Track:
    """Where the track starts: at the first failure known, or else at the opening (C1); attempts made before count (C3).

    Offsets that passed before the opening were the billing system's to use. A case that opens before the due date
    counts from the start of that day.
    """
    failures = sorted(attempt.at for attempt in invoice.attempts if attempt.at <= opened_at)
    base = failures[0] if failures else max(opened_at, calendar.start(invoice.due_on))
    if charging is None:
        return Track(base=base)
    if charging.strategy == "adaptive":
        chosen = max(opened_at, failures[-1] + VAGUE) if failures else base
        return Track(base=base, counted=len(failures), chosen=chosen)
    gone = sum(moment_of(calendar, base, span) < opened_at for span in charging.schedule) if failures else 0
    return Track(base=base, next=gone, counted=len(failures))


def usable_methods(case: Case, at: datetime) -> list[MethodState]:
    """The methods that may be tried at this moment, in order (C2)."""
    return [m for m in case.methods if m.status == "usable" and (m.not_before is None or m.not_before <= at)]


def attempt_due(case: Case) -> Due | None:
    """The next attempt, None while the track sleeps or is used up; the caller looks at holds (C6)."""
    planned = _planned(case)
    if planned is None or planned.at >= case.now or case.now < over_at(case):
        return planned
    wanted = _wanted_at(case)  # the track itself is over
    return None if wanted is None else Due(wanted, CHARGE, ladder_charge)


@remembered("track", "methods", "invoice", "policy", "calendar", "consent")
def _planned(case: Case) -> Due | None:
    """The next attempt, as if its moment could not have passed."""
    charging = case.rules.charging
    if charging is None or not case.consent:
        return None
    wanted, own = _wanted_at(case), None
    if case.track.counted < charging.attempts:
        at = _next_moment(case, charging)
        own = None if at is None else max(at, _due_from(case))
        own = own if own is not None and own < over_at(case) else None
    at = own if wanted is None else wanted if own is None else min(wanted, own)
    return None if at is None else Due(at, CHARGE, ladder_charge)


def _wanted_at(case: Case) -> datetime | None:
    """When a method is tried because its customer added or renewed it, whatever is used up or over (C2)."""
    wanted = [m for m in case.methods if m.try_from is not None and m.status == "usable"]
    return max(_due_from(case), min(_try_at(m) for m in wanted)) if wanted else None


def _try_at(method: MethodState) -> datetime:
    """The moment from which a method that is wanted may be tried."""
    return max(at for at in (method.try_from, method.not_before) if at is not None)


def _due_from(case: Case) -> datetime:
    """Nobody is charged before it is due (C1)."""
    return case.calendar.start(case.invoice.due_on)


def _next_moment(case: Case, charging: Charging) -> datetime | None:
    """When a method may be tried next: at once where one is wanted, else from the strategy's moment on."""
    track = case.track
    if track.at_once_from is not None:
        due = when_usable(case, track.at_once_from, track.at_once_with)
        if due is not None:
            return due
    planned = STRATEGIES[case.rules.strategy].planned(case, charging)
    return None if planned is None else when_usable(case, planned)


def next_charge(
    case: Case, *, amount: int, by: Asker, agent: str | None = None, method: str | None = None, at: datetime
) -> Charge | None:
    """The charge to make now, on the method named or the first usable one; None if there is none."""
    chosen = method or next((m.id for m in usable_methods(case, at)), None)
    if chosen is None:
        return None
    number = len(case.attempts) + 1
    return Charge(case.key("attempt", number), number, chosen, amount, by, network_of(case, chosen), agent)


def ladder_charge(case: Case) -> Charge:
    """The attempt that is due now: by a method that was just added, or else the first usable one (C2)."""
    usable, track = usable_methods(case, case.now), case.track
    moved = track.at_once_with if track.at_once_from is not None else None
    wanted = (m for m in usable if m.id == moved or (m.try_from is not None and m.try_from <= case.now))
    method = next(wanted, usable[0])
    number = len(case.attempts) + 1
    return Charge(case.key("attempt", number), number, method.id, case.demandable, "ladder", method.network)


def network_of(case: Case, method: str) -> str | None:
    """The network of a method, as far as it is known."""
    return next((known.network for known in case.methods if known.id == method), None)


def begun(case: Case, charge: Charge) -> Case:
    """The case with an attempt in flight: from now on nothing else is tried (C5)."""
    attempt = AttemptState(charge.attempt, charge.key, charge.method, charge.amount, case.now, charge.by, charge.agent)
    track = _moved_on(case) if charge.by == "ladder" else case.track
    methods = tuple([altered(m, try_from=None) if m.try_from and m.id == charge.method else m for m in case.methods])
    return case.evolve(attempts=(*case.attempts, attempt), methods=methods, track=track)


def _moved_on(case: Case) -> Track:
    charging, track = case.rules.charging, case.track
    used: Used = STRATEGIES[case.rules.strategy].used(case) if charging else {}
    return altered(track, counted=track.counted + 1, at_once_from=None, at_once_with=None, **used)


def woken(track: Track, at: datetime, method: str | None = None) -> Track:
    """The track with an attempt due at once, from this moment, by this method if it is the reason (C2)."""
    return altered(track, at_once_from=at, at_once_with=method)


def unlinked(track: Track) -> Track:
    """The track with no link to send."""
    return altered(track, link_due_from=None)


def after_pause(case: Case, ended_at: datetime) -> Case:
    """An attempt that fell into a pause is made on the day after it; later ones keep their distance (C6).

    The pause is the time in which holds stood, or between a closing and a reopening.
    """
    charging, track, resume = case.rules.charging, case.track, case.resume_on
    if charging is None or resume is None:
        return case
    next_day = case.calendar.start(resume)
    if track.at_once_from is not None:
        case = case.evolve(track=altered(track, at_once_from=max(track.at_once_from, next_day)))
    if any(m.try_from for m in case.methods):
        later = (altered(m, try_from=max(m.try_from, next_day)) if m.try_from else m for m in case.methods)
        case = case.evolve(methods=tuple(later))
    return case.evolve(track=STRATEGIES[case.rules.strategy].resumed(case, charging, ended_at))
