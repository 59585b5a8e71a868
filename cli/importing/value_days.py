"""The moment from which money counts, of which a file says the day only (P9)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

_NOON: Final = time(12)  # no zone and no clock change makes another day of it


def value_moment(day: date, zone: str, at: datetime) -> datetime | None:
    """Noon of the day in that zone, or the present moment if it is still morning; None for a day to come."""
    here = ZoneInfo(zone)
    if day > at.astimezone(here).date():
        return None
    return min(datetime.combine(day, _NOON, here), at)
