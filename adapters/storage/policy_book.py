"""The policies that are in force, and the calendars they mean: what a case is given when it opens (O2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from adapters.calendars import FIRST, LAST
from dunning.answers import Account
from dunning.calendar import Calendar
from dunning.errors import NotFound
from dunning.ladder.condition_values import values
from dunning.overdue import days_overdue
from dunning.parts import Debt, Party
from dunning.policy import Policy
from dunning.policy.choose import Choice, choose
from dunning.ports import CalendarFor
from dunning.records import Customer, Invoice

_YEARS: Final = 2  # ahead; a case has its calendar made anew before it runs out
_DAY: Final = timedelta(days=1)


class PolicyBook:
    """Policies known by name, and by their content once a case has one."""

    def __init__(self, policies: Iterable[Policy], calendar_for: CalendarFor) -> None:
        """`policies` are asked which of them takes an invoice; the names must differ."""
        self._policies = {policy.name: policy for policy in policies}
        self._calendar_for = calendar_for
        self.content: Mapping[str, str] = {
            name: policy.model_dump_json(by_alias=True) for name, policy in self._policies.items()
        }
        self.pins: Mapping[str, str] = {name: _hash(content) for name, content in self.content.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """What the policies in force are called, in the order in which they are asked."""
        return tuple(self._policies)

    def named(self, name: str) -> Policy | None:
        """The policy in force under that name."""
        return self._policies.get(name)

    def choice(self, invoice: Invoice, customer: Customer, account: Account, balance: int, day: date) -> Choice:
        """Which policy takes the invoice on that day, and why; `balance` in minor units."""
        facts = _facts(invoice, customer, account, balance, day)
        return choose(self._policies.values(), facts.__getitem__)

    def pick(
        self, invoice: Invoice, customer: Customer, account: Account, balance: int, day: date
    ) -> tuple[Policy, str]:
        """The policy that takes the invoice, and why in words. Raises `NotFound` if none does."""
        choice = self.choice(invoice, customer, account, balance, day)
        why = "; ".join(map(str, choice.reasons)) or "no policy is loaded"
        if choice.policy is None:
            raise NotFound(f"policy: found none that takes invoice {invoice.id}: {why}")
        return choice.policy, why

    def today(self, customer: Customer, at: datetime) -> date:
        """The customer's local day, as the first policy reads it: the day on which a policy is chosen."""
        for policy in self._policies.values():
            return self._calendar_for(policy, customer, at.date() - _DAY, at.date() + _DAY).day(at)
        return at.date()

    def calendar(
        self, policy: Policy, customer: Customer, invoice: Invoice, *, opened_on: date, until: date
    ) -> Calendar:
        """The calendar of a case, from before anything that the policy may count from, as far as `until`.

        Where that is further than calendars reach, what they know first and last goes on.
        """
        days = [opened_on, invoice.due_on, *(attempt.at.date() for attempt in invoice.attempts)]
        ahead = max(-step.after.count for step in policy.steps)
        before = timedelta(days=31 + 2 * max(0, ahead))  # two days for each working day
        first = max(min(days), FIRST + before) - before
        return self._calendar_for(policy, customer, first, min(max(until, *days), LAST))


def horizon(invoice: Invoice, at: datetime) -> date:
    """How far the first calendar of a case reaches."""
    last = max(at.date(), invoice.due_on)
    return date(last.year + _YEARS, last.month, 1)


@lru_cache(maxsize=256)
def policy_of_content(content: str) -> Policy:
    """The policy of that content; thousands of cases share a few."""
    return Policy.model_validate_json(content)


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _facts(invoice: Invoice, customer: Customer, account: Account, balance: int, day: date) -> dict[str, object]:
    """What a policy may ask of an invoice before its case opens."""
    declines = [attempt.declined for attempt in invoice.attempts if attempt.declined]
    return values(
        Debt.of(invoice), Party.of(customer), account,
        balance=balance, overdue_days=days_overdue(invoice.due_on, day),
        attempts=len(invoice.attempts), last_decline=declines[-1] if declines else None,
    )  # fmt: skip
