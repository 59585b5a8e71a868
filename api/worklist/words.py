"""The reasons of a row in words: what somebody would say who passes the customer on to a colleague."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from babel import Locale
from babel.dates import format_date

from api.limits import in_path
from api.pages.task_words import task_in_short
from api.pages.words import minor_money, sentence
from dunning.worklist.ranking import workdays_since
from dunning.worklist.reasons import TALKED_OF, Reason, ReasonKind

_LOCALE: Final = Locale("en", "GB")
_DAY: Final = timedelta(days=1)
_ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_OWN_COLUMN: Final[frozenset[ReasonKind]] = frozenset({"amount", "age"})
_MOST: Final = 4  # of a row that are told at once

REASONS: Final[Mapping[ReasonKind, str]] = {
    "reply": "A reply to read",
    "promise-broken": "A broken promise",
    "call": "A call to make",
    "before-hand-off": "About to go to the agency",
    "before-write-off": "About to be written off",
    "before-suspension": "About to lose the service",
    "before-final": "About to get the final notice",
    "approval": "A step to approve",
    "four-eyes": "A second person to decide",
    "unreachable": "Reached by no channel",
    "escalation": "A decision how to go on",
    "idle": "Nothing planned",
    "decline": "A decline to look at",
    "dispute": "Disputed",
    "task": "Another task",
    "amount": "A large amount",
    "age": "An old debt",
}


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """A reason as it is shown: its words, and where one reads more."""

    words: str
    href: str | None
    kind: ReasonKind
    points: int


def shown_reasons(
    reasons: tuple[Reason, ...], today: date, is_workday: Callable[[date], bool]
) -> tuple[ReasonWords, ...]:
    """The strongest in words; amount and age have columns of their own, and are told where nothing else is."""
    telling = [one for one in reasons if one.kind not in _OWN_COLUMN] or list(reasons)
    return tuple(
        ReasonWords(sentence(in_words(one, today, is_workday)), _href(one), one.kind, one.points)
        for one in telling[:_MOST]
    )


def in_words(reason: Reason, today: date, is_workday: Callable[[date], bool]) -> str:
    """The reason as a person says it on this day."""
    if reason.kind == "dispute":
        return _disputed(reason, today, is_workday)
    return _SAID[reason.kind](reason, today)


def near_day(day: date, today: date) -> str:
    """A day as people near it call it: today, yesterday, tomorrow, Mon 30 Nov; of another year with the year."""
    if abs(day - today) <= _DAY:
        return {-1: "yesterday", 0: "today", 1: "tomorrow"}[(day - today).days]
    return format_date(day, "EEE d MMM" if day.year == today.year else "EEE d MMM y", locale=_LOCALE)


def _broken(reason: Reason, today: date) -> str:
    again = f", {_ordinal(reason.times)} time" if reason.times > 1 else ""
    amount = f", {_money(reason)}" if reason.amount else ""
    talked = ", talked about since" if reason.points == TALKED_OF else ""
    return f"promise broken {_on(reason.day, today)}{amount}{again}{talked}"


def _disputed(reason: Reason, today: date, is_workday: Callable[[date], bool]) -> str:
    waited = workdays_since(reason.day, today, is_workday, 999) if reason.day else 0
    if not waited:
        return f"{_money(reason)} disputed since {near_day(reason.day or today, today)}"
    return f"{_money(reason)} disputed for {waited} {'workday' if waited == 1 else 'workdays'}"


def _late(reason: Reason, today: date) -> str:
    """Until when it was asked for, where that presses."""
    if reason.day is None or reason.day > today:
        return ""
    if reason.day == today:
        return ", due today"
    return f", {_days((today - reason.day).days)} late"


def _on(day: date | None, today: date) -> str:
    if day is None:
        return ""
    near = near_day(day, today)
    return near if abs(day - today) <= _DAY else f"on {near}"


def _of(day: date | None, today: date) -> str:
    return f"of {near_day(day, today)}" if day else ""


def _money(reason: Reason) -> str:
    return minor_money(reason.amount, reason.currency or "EUR")


def _ordinal(times: int) -> str:
    return _ORDINALS[times] if times < len(_ORDINALS) else f"{times}th"


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _href(reason: Reason) -> str | None:
    if reason.kind == "decline":
        return "/reviews"
    return f"/cases/{in_path(reason.invoice_id)}" if reason.invoice_id else None


_SAID: Final[Mapping[ReasonKind, Callable[[Reason, date], str]]] = {
    "promise-broken": _broken,
    "reply": lambda one, today: f"a reply to read{_late(one, today)}",
    "call": lambda one, today: f"call them about {_money(one)}{_late(one, today)}",
    "approval": lambda one, today: f"a step to approve{_late(one, today)}",
    "four-eyes": lambda one, today: f"to be decided by a second person{_late(one, today)}",
    "escalation": lambda one, today: f"decide how to go on{_late(one, today)}",
    "unreachable": lambda one, today: f"no channel reaches them{_late(one, today)}",
    "task": lambda one, today: f"{task_in_short(one.about)}{_late(one, today)}",
    "before-final": lambda one, today: f"call before the final notice {_of(one.day, today)}",
    "before-hand-off": lambda one, today: f"call before it goes to the agency {_on(one.day, today)}",
    "before-suspension": lambda one, today: f"call before the service stops {_on(one.day, today)}",
    "before-write-off": lambda one, today: f"look at it before it is written off {_on(one.day, today)}",
    "decline": lambda one, today: f"a decline {_of(one.day, today)} to look at",
    "idle": lambda _, __: "overdue and nothing planned",
    "amount": lambda one, _: f"{_money(one)} overdue",
    "age": lambda one, today: f"overdue for {_days((today - (one.day or today)).days)}",
}
