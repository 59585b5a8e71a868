"""The charging track: attempts beside the ladder, on offsets from a base that never moves (C1 to C3, C6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning.calendar import Calendar
from dunning.case import Case
from dunning.charging.offsets import last_on, moment_of
from dunning.charging.strategies import STRATEGIES, when_usable
from dunning.effects import Charge
from dunning.policy import Charging
from dunning.records import Invoice
from dunning.state import AttemptState, MethodState, Track, altered

VAGUE = timedelta(hours=72)  # after a failure elsewhere: what the rule book says of it is not read by a case


def first_track(charging: Charging | None, invoice: Invoice, calendar: Calendar, opened_at: datetime) -> Track:
    """Where the track starts: at the first failure known, or else at the opening (C1); attempts made before count (C3).

    Offsets that passed before the opening were the billing system's to use. A case that opens for a reminder before the
    due date charges nothing before it is overdue.
    """
    failures = sorted(attempt.at for attempt in invoice.attempts if attempt.at <= opened_at)
    early = calendar.day(opened_at) < invoice.due_on
    base = failures[0] if failures else calendar.start(invoice.due_on + timedelta(days=1)) if early else opened_at
    if charging is None:
        return Track(base=base)
    if charging.strategy == "adaptive":
        chosen = max(opened_at, failures[-1] + VAGUE) if failures else base
        return Track(base=base, counted=len(failures), chosen=chosen)
    gone = sum(moment_of(calendar, base, span) < opened_at for span in charging.schedule) if failures else 0
    return Track(base=base, next=gone, counted=len(failures))


def usable(case: Case, at: datetime) -> list[MethodState]:
    """The methods that may be tried at this moment, in order (C2)."""
    return [m for m in case.methods if m.status == "usable" and (m.not_before is None or m.not_before <= at)]


def attempt_due(case: Case) -> datetime | None:
    """The moment of the track's next attempt, None while it sleeps or is used up; the caller looks at holds (C6)."""
    charging = case.policy.charging
    if charging is None or not case.consent or case.track.counted >= charging.attempts:
        return None
    inputs = (case.track, case.methods, case.policy, case.calendar)
    due, last = case.once("_attempt", inputs, lambda: (_planned(case, charging), last_on(case, charging)))
    if due is None:
        return None
    due = max(due, case.now)
    return None if case.calendar.day(due) > last else due


def _planned(case: Case, charging: Charging) -> datetime | None:
    """When a method may be tried next: at once where one is wanted, else from the strategy's moment on."""
    track = case.track
    if track.at_once_from is not None:
        due = when_usable(case, track.at_once_from, track.at_once_with)
        if due is not None:
            return due
    planned = STRATEGIES[charging.strategy].planned(case, charging)
    return None if planned is None else when_usable(case, planned)


def next_charge(case: Case, *, amount: int, by: str, method: str | None = None, at: datetime) -> Charge | None:
    """The charge to make now, on the method named or the first usable one; None if there is none."""
    chosen = method or next((m.id for m in usable(case, at)), None)
    if chosen is None:
        return None
    number = len(case.attempts) + 1
    return Charge(case.key("attempt", number), number, chosen, amount, by, network_of(case, chosen))


def ladder_charge(case: Case, at: datetime) -> Charge:
    """The track's attempt that is due then: by the method that was just added, or else the first usable one (C2)."""
    wanted = case.track.at_once_with if case.track.at_once_from is not None else None
    methods = [m.id for m in usable(case, at)]
    method = wanted if wanted in methods else methods[0]
    number = len(case.attempts) + 1
    return Charge(case.key("attempt", number), number, method, case.demandable, "ladder", network_of(case, method))


def network_of(case: Case, method: str) -> str | None:
    """The network of a method, as far as it is known."""
    return next((known.network for known in case.methods if known.id == method), None)


def begun(case: Case, charge: Charge) -> Case:
    """The case with an attempt in flight: from now on nothing else is tried (C5)."""
    attempt = AttemptState(charge.attempt, charge.key, charge.method, charge.amount, case.now, charge.by)
    track = _moved_on(case) if charge.by == "ladder" else case.track
    return case.evolve(attempts=(*case.attempts, attempt), track=track)


def _moved_on(case: Case) -> Track:
    charging = case.policy.charging
    track = STRATEGIES[charging.strategy].begun(case, charging) if charging else case.track
    return altered(track, counted=track.counted + 1, at_once_from=None, at_once_with=None)


def woken(track: Track, at: datetime, method: str | None = None) -> Track:
    """The track with an attempt due at once, from this moment, by this method if it is the reason (C2)."""
    return altered(track, at_once_from=at, at_once_with=method)


def not_made(track: Track, at: datetime, method: str) -> Track:
    """The track after an attempt that never reached the provider: it does not count, and is made again (C3, C5)."""
    return woken(altered(track, counted=track.counted - 1), at, method)


def unlinked(track: Track) -> Track:
    """The track with no link to send."""
    return altered(track, link_due_from=None)


def after_pause(case: Case, ended_at: datetime) -> Case:
    """An attempt that fell into a pause is made on the day after it; later ones keep their distance (C6).

    The pause is the time in which holds stood, or between a closing and a reopening.
    """
    charging, track, resume = case.policy.charging, case.track, case.resume_on
    if charging is None or resume is None:
        return case
    if track.at_once_from is not None:
        case = case.evolve(track=altered(track, at_once_from=max(track.at_once_from, case.calendar.start(resume))))
    return case.evolve(track=STRATEGIES[charging.strategy].resumed(case, charging, ended_at))
