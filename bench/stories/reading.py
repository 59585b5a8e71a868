"""Days and hours read once more, by the standard library's zones and a list of holidays, not by the core's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from cli.scenarios.stories import COUNTRY, ZONE
from dunning.policy import Policy
from dunning.records import Customer
from dunning.span import Span

DAY = timedelta(days=1)
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class LocalDays:
    """The days of a policy for a customer (T1, T3)."""

    zone: ZoneInfo
    free: frozenset[date]
    rules: Policy

    def day(self, at: datetime) -> date:
        """The local day."""
        return at.astimezone(self.zone).date()

    def is_workday(self, day: date) -> bool:
        """Monday to Friday without holidays (T2) and the days on which the creditor is closed (T8)."""
        return day.weekday() < SUNDAY - 1 and day not in self.free and not self.is_closed(day)

    def is_closed(self, day: date) -> bool:
        """Whether the creditor neither works nor writes (T8)."""
        return any(span.from_ <= day <= span.to for span in self.rules.calendar.closed)

    def allows_contact(self, at: datetime) -> bool:
        """Whether a notice may leave then (T3)."""
        local, rules = at.astimezone(self.zone), self.rules.calendar
        day, clock = local.date(), local.time()
        days = {
            "workdays": self.is_workday(day),
            "not-sundays": day.weekday() != SUNDAY and day not in self.free,
            "any": True,
        }
        open_then = days[rules.contact_days] and not self.is_closed(day)
        return open_then and rules.contact_hours.opens <= clock < rules.contact_hours.closes

    def add(self, day: date, span: Span) -> date:
        """So many days or workdays later."""
        if span.unit != "workdays":
            return day + span.count * DAY
        for _ in range(span.count):
            day += DAY
            while not self.is_workday(day):
                day += DAY
        return day


def local_days(policy: Policy, customer: Customer, zone: str, years: range) -> LocalDays:
    """`zone` is the name that the case's calendar carries: which one is meant is not read here."""
    codes = policy.calendar.holidays
    if codes == "customer":
        place = customer.country and "-".join(filter(None, [customer.country, customer.subdivision]))
        codes = (place or COUNTRY,)
    free = frozenset(day for code in (() if codes == "none" else codes) for day in _holidays(code, years))
    return LocalDays(ZoneInfo(zone or ZONE), free, policy)


@lru_cache(maxsize=64)
def _holidays(code: str, years: range) -> frozenset[date]:
    country, _, part = code.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=years))
