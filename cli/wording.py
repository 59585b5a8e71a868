"""How commands say things: amounts with their currency, days and moments as people write them, right plurals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from cli.errands.told import Told

_ISO_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def count(number: int, what: str, several: str = "") -> str:
    """1 case, 2 cases, 10,005 cases; `several` where an s is not enough."""
    return f"{number:,} {what if number == 1 else several or f'{what}s'}"


def money(amount: str, currency: str) -> str:
    """EUR 1,495.00, of a decimal string."""
    return f"{currency} {Decimal(amount):,f}"


def day(on: date, today: date | None = None) -> str:
    """Mon 30 Nov, with its year where that is not the year of `today`."""
    year = "" if today is not None and on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


def full_day(on: date) -> str:
    """Sunday 6 December 2026."""
    return f"{on:%A} {on.day} {on:%B} {on.year}"


def local(at: datetime, zone: str | None) -> datetime:
    """The wall clock there; UTC where no zone is known."""
    return at.astimezone(ZoneInfo(zone) if zone else UTC)


def moment(at: datetime, zone: str | None, today: date | None = None) -> str:
    """Mon 30 Nov, 09:00; with UTC behind it where no zone is known."""
    there = local(at, zone)
    return f"{day(there.date(), today)}, {there:%H:%M}{'' if zone else ' UTC'}"


def minute(at: datetime | None) -> str | None:
    """2026-11-30 09:00Z, for tables of what machines did."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def days_in_words(text: str) -> str:
    """A sentence of the rules with its days as people write them."""

    def in_words(found: re.Match[str]) -> str:
        try:
            return day(date.fromisoformat(found[0]))
        except ValueError:  # an id that looks like a day
            return found[0]

    return _ISO_DAY.sub(in_words, text)


def lower(text: str) -> str:
    """With a small letter at its beginning, the rest as it is."""
    return text[:1].lower() + text[1:]


def rehearsed(document: Mapping[str, Any], *lines: str) -> Told:
    """What would happen, and that nothing did."""
    return Told({"dry_run": True, **document}, lines, ("dry run: nothing was changed",))
