"""In whose time a case lives: its debtor's zone as its policy reads it, worked out for lists that do not keep it."""

from __future__ import annotations

from collections.abc import Mapping

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

    def of(self, case: CaseView, customer: Customer) -> str:
        """The zone of a case, an IANA name."""
        policy = self._policies.get(case.policy)
        if policy is None:
            return self._default
        try:
            return self._calendar_for(policy, customer, case.due_on, case.due_on).zone
        except DunningError:  # a day that no calendar reaches; the case itself says more
            return self._default
