"""In whose time a case lives: its debtor's zone as its policy reads it, worked out for lists that do not keep it."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

from adapters.storage.lists.views import CaseView
from dunning.errors import DunningError
from dunning.policy import Policy
from dunning.ports import CalendarFor
from dunning.records import Customer


class Zones:
    """Asks the same calendars as the cases do."""

    def __init__(self, policies: Mapping[str, Policy], calendar_for: CalendarFor, default: str) -> None:
        """`default` is the creditor's zone, for a case whose policy is no longer in force."""
        self._policies = policies
        self._calendar_for = calendar_for
        self._default = default

    def workdays(self, policy: str, customer: Customer, first: date, last: date) -> int:
        """The workdays of a case from the day after `first` to `last`; Mondays to Fridays where no calendar tells."""
        days = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
        if not days:
            return 0
        try:
            works = self._calendar_for(self._policies[policy], customer, days[0], last).is_workday
        except (KeyError, DunningError):
            works = _is_weekday
        return sum(map(works, days))

    def of(self, case: CaseView, customer: Customer) -> str:
        """The zone of a case, an IANA name."""
        policy = self._policies.get(case.policy)
        if policy is None:
            return self._default
        try:
            return self._calendar_for(policy, customer, case.due_on, case.due_on).zone
        except DunningError:  # a day that no calendar reaches; the case itself says more
            return self._default


def _is_weekday(day: date) -> bool:
    return day.weekday() < calendar.SATURDAY
