"""The ranking: the reasons of a customer on a day, their points, and the day on which time alone changes them.

Of each kind the strongest reason counts once, and the score is the sum of the points: two bills in one letter are one
letter to read. Nothing here knows how many customers there are, so a customer's score is theirs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dunning.money import exponent
from dunning.worklist.facts import Debtor, OpenCase, Question
from dunning.worklist.reasons import (
    A_WORKDAY,
    AGAIN,
    AGES,
    AMOUNTS,
    DUE_TODAY,
    ESCALATED,
    KINDS,
    LATE,
    LOOKED_BACK,
    POINTS,
    SOON,
    TALKED_OF,
    Reason,
    ReasonKind,
    of_question,
)

IsWorkday = Callable[[date], bool]
NEVER: Final = date.max
_DAY: Final = timedelta(days=1)
_MOST_WORKDAYS: Final = 10
_MOST_ESCALATIONS: Final = 2
_MOST_BROKEN: Final = 3
_BEFORE: Final[dict[str, ReasonKind]] = {
    "hand_off": "before-hand-off",
    "write_off": "before-write-off",
    "suspend": "before-suspension",
    "final": "before-final",
}
_NOBODYS_DEBT: Final = frozenset({"channel-down"})  # about what all cases share


@dataclass(frozen=True, slots=True)
class Ranked:
    """The reasons, the strongest first, the sum of their points, and the next day on which time alone changes it."""

    reasons: tuple[Reason, ...]
    turns_on: date

    @property
    def score(self) -> int:
        """Their points together."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class _Said:
    """A reason on this day, if there is one, and the next day on which it may be another."""

    reason: Reason | None
    turns_on: date = NEVER


def rank(debtor: Debtor, today: date, is_workday: IsWorkday) -> Ranked:
    """What is worth doing with them on this day. The same facts on the same day give the same answer."""
    said = [
        *_of_them(debtor, today),
        *(one for case in debtor.cases for one in _of_case(debtor, case, today, is_workday)),
    ]
    strongest: dict[ReasonKind, Reason] = {}
    for reason in sorted((one.reason for one in said if one.reason), key=_order):
        strongest.setdefault(reason.kind, reason)
    turns_on = min((one.turns_on for one in said if one.turns_on > today), default=NEVER)
    return Ranked(tuple(sorted(strongest.values(), key=_order)), turns_on)


def workdays_since(day: date, today: date, is_workday: IsWorkday, most: int = 60) -> int:
    """The workdays after the day up to today, counted to `most`."""
    count, at = 0, today
    while at > day and count < most:
        count += is_workday(at)
        at -= _DAY
    return count


def _order(reason: Reason) -> tuple[int, int, str, date, str]:
    return -reason.points, KINDS.index(reason.kind), reason.invoice_id or "", reason.day or NEVER, reason.about


def _of_them(debtor: Debtor, today: date) -> Iterator[_Said]:
    yield _amount(debtor, today)
    yield _age(debtor, today)


def _of_case(debtor: Debtor, case: OpenCase, today: date, is_workday: IsWorkday) -> Iterator[_Said]:
    for question in case.questions:
        if question.kind != "dispute" and question.kind not in _NOBODYS_DEBT:
            yield _question(case, question, today)
    yield _broken(debtor, case)
    yield _dispute(case, today, is_workday)
    yield _consequence(case, today)
    yield _idle(case, today)
    for day in case.declines:
        yield _decline(case, day, today)


def _question(case: OpenCase, question: Question, today: date) -> _Said:
    kind = of_question(question.kind)
    points = POINTS[kind] + ESCALATED * min(question.escalations, _MOST_ESCALATIONS) + _lateness(question, today)
    turns_on = question.last_on if today < question.last_on else question.last_on + _DAY
    reason = Reason(
        kind, points, case.invoice_id, question.last_on, case.demandable, case.currency,
        question.escalations, question.kind,
    )  # fmt: skip
    return _Said(reason, turns_on)


def _lateness(question: Question, today: date) -> int:
    if today > question.last_on:
        return LATE
    return DUE_TODAY if today == question.last_on else 0


def _broken(debtor: Debtor, case: OpenCase) -> _Said:
    """A broken promise stands until somebody talks with them, and is remembered after that."""
    broken = case.broken
    if broken is None or case.demandable <= 0:
        return _Said(None)
    talked = debtor.talked_on is not None and debtor.talked_on >= broken.on
    points = TALKED_OF if talked else POINTS["promise-broken"] + AGAIN * min(broken.times - 1, _MOST_BROKEN)
    return _Said(
        Reason("promise-broken", points, case.invoice_id, broken.on, broken.amount, case.currency, broken.times)
    )


def _dispute(case: OpenCase, today: date, is_workday: IsWorkday) -> _Said:
    if case.disputed <= 0 or case.disputed_on is None:
        return _Said(None)
    waited = workdays_since(case.disputed_on, today, is_workday, _MOST_WORKDAYS)
    points = POINTS["dispute"] + A_WORKDAY * waited
    points += max((_lateness(one, today) for one in case.questions if one.kind == "dispute"), default=0)
    reason = Reason("dispute", points, case.invoice_id, case.disputed_on, case.disputed, case.currency)
    last_days = [one.last_on for one in case.questions if one.kind == "dispute"]
    changes = [day for last_on in last_days for day in (last_on, last_on + _DAY) if day > today]
    return _Said(reason, min([*changes, *([today + _DAY] if waited < _MOST_WORKDAYS else [])], default=NEVER))


def _consequence(case: OpenCase, today: date) -> _Said:
    """Somebody may call before what is hard to take back happens by itself."""
    kind = _BEFORE.get(case.next_does or "")
    if kind is None or case.next_on is None or case.is_held:
        return _Said(None)
    if today < case.next_on - SOON * _DAY:
        return _Said(None, case.next_on - SOON * _DAY)
    return _Said(Reason(kind, POINTS[kind], case.invoice_id, case.next_on, case.demandable, case.currency))


def _idle(case: OpenCase, today: date) -> _Said:
    """Overdue, and neither the ladder nor a person has anything planned."""
    if case.next_on is not None or case.questions or case.is_held or case.demandable <= 0:
        return _Said(None)
    if case.due_on >= today:
        return _Said(None, case.due_on + _DAY)
    reason = Reason("idle", POINTS["idle"], case.invoice_id, case.due_on, case.demandable, case.currency)
    return _Said(reason)


def _decline(case: OpenCase, day: date, today: date) -> _Said:
    last = day + LOOKED_BACK * _DAY
    if today > last:
        return _Said(None)
    return _Said(Reason("decline", POINTS["decline"], case.invoice_id, day, currency=case.currency), last + _DAY)


def overdue(debtor: Debtor, today: date) -> dict[str, int]:
    """What is overdue, by currency; only what is above nothing."""
    sums: dict[str, int] = {}
    for case in debtor.cases:
        sums[case.currency] = sums.get(case.currency, 0) + case.overdue(today)
    return {currency: amount for currency, amount in sorted(sums.items()) if amount > 0}


def whole_units(amount: int, currency: str) -> int:
    """Whole units of a currency, such as euros: what amounts of several currencies are compared by."""
    units: int = amount // 10 ** exponent(currency)
    return units


def _amount(debtor: Debtor, today: date) -> _Said:
    """The most in one currency: currencies are not added up."""
    sums = overdue(debtor, today)
    turns_on = min((case.due_on + _DAY for case in debtor.cases if case.due_on >= today), default=NEVER)
    most = max(sums, key=lambda one: (whole_units(sums[one], one), one), default=None)
    if most is None:
        return _Said(None, turns_on)
    units = whole_units(sums[most], most)
    points = POINTS["amount"] * sum(units >= limit for limit in AMOUNTS)
    return _Said(Reason("amount", points, amount=sums[most], currency=most) if points else None, turns_on)


def _age(debtor: Debtor, today: date) -> _Said:
    oldest = min((case.due_on for case in debtor.cases if case.demandable > 0), default=None)
    if oldest is None:
        return _Said(None)
    points = POINTS["age"] * sum((today - oldest).days >= age for age in AGES)
    turns_on = min((oldest + age * _DAY for age in AGES if oldest + age * _DAY > today), default=NEVER)
    return _Said(Reason("age", points, day=oldest) if points else None, turns_on)
