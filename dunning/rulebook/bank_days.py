"""The days on which banks take a debit: TARGET's for SEPA, the Federal Reserve's for ACH, England's for Bacs.

Only closing days from Monday to Friday are listed, 2024 to 2035; in other years only weekends close. The Federal
Reserve moves a holiday from Sunday to Monday, not from Saturday to Friday. A card has no bank days: every day is one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5

_TARGET: Final = """
    2024 01-01 03-29 04-01 05-01 12-25 12-26
    2025 01-01 04-18 04-21 05-01 12-25 12-26
    2026 01-01 04-03 04-06 05-01 12-25
    2027 01-01 03-26 03-29
    2028 04-14 04-17 05-01 12-25 12-26
    2029 01-01 03-30 04-02 05-01 12-25 12-26
    2030 01-01 04-19 04-22 05-01 12-25 12-26
    2031 01-01 04-11 04-14 05-01 12-25 12-26
    2032 01-01 03-26 03-29
    2033 04-15 04-18 12-26
    2034 04-07 04-10 05-01 12-25 12-26
    2035 01-01 03-23 03-26 05-01 12-25 12-26
"""

_FEDERAL_RESERVE: Final = """
    2024 01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25
    2025 01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25
    2026 01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25
    2027 01-01 01-18 02-15 05-31 07-05 09-06 10-11 11-11 11-25
    2028 01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-23 12-25
    2029 01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25
    2030 01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25
    2031 01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25
    2032 01-01 01-19 02-16 05-31 07-05 09-06 10-11 11-11 11-25
    2033 01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26
    2034 01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-23 12-25
    2035 01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25
"""

_ENGLAND: Final = """
    2024 01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26
    2025 01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26
    2026 01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28
    2027 01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28
    2028 01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26
    2029 01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26
    2030 01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26
    2031 01-01 04-11 04-14 05-05 05-26 08-25 12-25 12-26
    2032 01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28
    2033 01-03 04-15 04-18 05-02 05-30 08-29 12-26 12-27
    2034 01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26
    2035 01-01 03-23 03-26 05-07 05-28 08-27 12-25 12-26
"""


def _days(text: str) -> frozenset[date]:
    """A line is a year and its closing days, each as month and day."""
    lines = (line.split() for line in text.strip().splitlines())
    return frozenset(date.fromisoformat(f"{year}-{day}") for year, *days in lines for day in days)


CLOSED: Final[dict[str, frozenset[date]]] = {
    "sepa_dd": _days(_TARGET),
    "ach": _days(_FEDERAL_RESERVE),
    "bacs": _days(_ENGLAND),
}


def is_bank_day(network: str, day: date) -> bool:
    """Whether the network's banks take a debit on that day."""
    closed = CLOSED.get(network)
    return closed is None or (day.weekday() < _SATURDAY and day not in closed)


def next_bank_day(network: str, day: date) -> date:
    """The day itself if it is a bank day, else the first one after it."""
    while not is_bank_day(network, day):
        day += _DAY
    return day
