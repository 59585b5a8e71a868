"""A traffic fine as a scenario: what the authority's file says that happened, told day by day to a case.

A case opens when the fine is made. Nothing is due before the notification, so the invoice first carries a day ten
years off, and the notification moves it (T2). Postage is added to the invoice when the fine is sent. The file knows
days and an order, no hours: its events come from noon on, in their order, after whatever falls as the day begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from bench.traffic_fines.fine import APPEALS, Activity, FileEntry, Fine
from bench.traffic_fines.fine_files import CURRENCY
from dunning.errors import Mistake
from dunning.money import decimal_string, major
from dunning.policy import Policy
from dunning.policy.choose import choose
from dunning.records import Customer
from dunning.scenarios.scenario import Happening, Scenario, ScenarioInvoice

NOON: Final = time(12)
NOT_DUE_YET: Final = timedelta(days=3650)  # further off than any notification, so that nothing comes due without one
NamedBody = tuple[str, dict[str, Any]]


class WhoseRules(StrEnum):
    """By whose rules appeals are taken."""

    AUTHORITY = "authority"  # it did not wait for them: only a dismissal counts
    OURS = "ours"  # an appeal is a dispute of the whole (D1)


@dataclass(frozen=True, slots=True)
class FineStory:
    """A fine, and the policy that took it."""

    fine: Fine
    policy: Policy

    def scenario(self, rules: WhoseRules, until: date) -> Scenario:
        """What is told to a case, which goes on to the end of a day."""
        told = _AuthorityTells(self.fine) if rules is WhoseRules.AUTHORITY else _AppellantTells(self.fine)
        events = (
            Happening.model_validate({"at": _moment(number, entry), name: body})
            for number, entry in enumerate(self.fine.entries)
            for name, body in told.by(entry)
        )
        return Scenario(
            scenario=f"fine {self.fine.id}",
            policy=self.policy.name,
            customer=Customer(
                id=f"fined-{self.fine.id}", kind="consumer", country="IT", timezone="Europe/Rome", address="on file"
            ),
            invoice=_invoice(self.fine),
            events=tuple(events),
            until=until,
        )


def fine_stories(fines: Iterable[Fine], policies: Sequence[Policy]) -> tuple[tuple[FineStory, ...], list[Mistake]]:
    """Each fine with the policy that takes its amount (O2), and a problem for each that none takes."""
    stories: list[FineStory] = []
    wrong: list[Mistake] = []
    for fine in fines:
        choice = choose(policies, _looking_at(fine))
        if choice.policy is None:
            allowed = "; ".join(mismatch.allowed for reason in choice.reasons for mismatch in reason.mismatches)
            amount = decimal_string(fine.created.cents, CURRENCY)
            wrong.append(Mistake("amount", fine.created.line, amount, f"a fine that a policy takes: {allowed}"))
        else:
            stories.append(FineStory(fine, choice.policy))
    return tuple(stories), wrong


def _looking_at(fine: Fine) -> Callable[[str], object]:
    known = {
        "invoice.amount": major(fine.created.cents, CURRENCY),
        "invoice.currency": CURRENCY,
        "customer.kind": "consumer",
        "customer.country": "IT",
    }
    return known.get


def _invoice(fine: Fine) -> ScenarioInvoice:
    made_on = fine.created.on
    return ScenarioInvoice(
        id=fine.id,
        currency=CURRENCY,
        amount=major(fine.created.cents, CURRENCY),
        issued_on=made_on,
        due_on=made_on + NOT_DUE_YET,
        opens=_moment(0, fine.created),
    )


def _moment(number: int, entry: FileEntry) -> datetime:
    return datetime.combine(entry.on, NOON) + timedelta(minutes=number)


class _AuthorityTells:
    """What an entry is in our words, where appeals change nothing."""

    def __init__(self, fine: Fine) -> None:
        self.fine = fine

    def by(self, entry: FileEntry) -> Iterator[NamedBody]:
        """The messages of one entry, in order."""
        match entry.activity:
            case Activity.SENT:
                yield "invoice_changed", {"amount": _amount(self.fine.created.cents + entry.cents)}
            case Activity.NOTIFIED:
                yield "invoice_changed", {"due_on": entry.on}
            case Activity.PAID:
                yield self._payment(entry)
            case Activity.HANDED_OVER:
                yield "hand_off", {}
            case _:
                pass  # the penalty is for the case to add; what concerns an appeal follows
        yield from self.appeal(entry)

    def _payment(self, entry: FileEntry) -> NamedBody:
        """The file has totals. One that it repeats is the same payment told again (P1)."""
        same = next(one for one in self.fine.entries if one.activity is Activity.PAID and one.cents == entry.cents)
        paid = same.cents - self.fine.paid_before(same)
        return "payment_received", {"id": f"total-{entry.cents}", "amount": _amount(paid), "currency": CURRENCY}

    def appeal(self, entry: FileEntry) -> Iterator[NamedBody]:
        """A dismissal takes away all that is left (P6)."""
        left = self.fine.owed_before(entry) - self.fine.paid_before(entry)
        if entry is self.fine.dismissed and left > 0:
            yield "credit", {"id": "dismissal", "amount": _amount(left), "currency": CURRENCY}


class _AppellantTells(_AuthorityTells):
    """What an entry is in our words, where an appeal is a dispute of the whole until it is answered (D1, D3)."""

    def __init__(self, fine: Fine) -> None:
        super().__init__(fine)
        self.open: list[str] = []

    def appeal(self, entry: FileEntry) -> Iterator[NamedBody]:
        """An appeal, its dismissal of the fine, or the news that it failed."""
        if entry.activity in APPEALS:
            self.open.append(f"appeal-{entry.line}")
            yield "dispute", {"id": self.open[-1], "reason": str(entry.activity)}
        if entry is self.fine.dismissed:
            yield from self._answered("accepted") if self.open else super().appeal(entry)
        elif entry.activity is Activity.TOLD:
            yield from self._answered("rejected")

    def _answered(self, how: str) -> Iterator[NamedBody]:
        while self.open:
            yield "resolve_dispute", {"id": self.open.pop(0), how: True}


def _amount(cents: int) -> str:
    return decimal_string(cents, CURRENCY)
