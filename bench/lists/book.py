"""A made-up book: so many open cases, half as many that ended, and all that such cases leave behind, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Table

from adapters.storage.tables import (
    acts,
    attempts,
    cases,
    customers,
    invoices,
    journal_lines,
    letters,
    notes,
    notices,
    postings,
    tasks,
    told,
)
from bench.lists.debts import NOW, TODAY, Debt, customers_of, debts
from bench.lists.filling import Row
from dunning.answers import Sent
from dunning.effects import SendNotice

POLICIES: Final = ("b2b-net30", "consumer", "subscriptions")
_LINES: Final = 2  # of the journal of each case
_HELD: Final = frozenset({"promised", "plan", "dispute", "held", "stopped", "escalation", "pending", "reply"})
_COUNTRIES: Final = (("NL", "Europe/Amsterdam", "nl"), ("DE", "Europe/Berlin", "de"), ("SE", "Europe/Stockholm", "sv"))
_ASKED: Final = ("call", "dispute", "approval", "escalation", "reply", "overpayment")
_BROUGHT: Final = ("notice", "notice", "attempt", "promise", "plan", "unasked")
_WORDS: Final = ("Waterkant", "Dakpark", "Molen", "Noord", "Bakker", "Zuid", "Haven", "Brug", "Linde", "Storm")
_LETTER: Final = "Our invoice of {amount} was due. Please pay it within fourteen days, or write to us. " * 4


@dataclass(frozen=True)
class Book:
    """`open_cases` of them; `hashes` are the pinned contents of policies, by name, `state` a whole case as text."""

    open_cases: int
    hashes: Mapping[str, str]
    state: str
    debts: tuple[Debt, ...]

    @classmethod
    def made(cls, open_cases: int, hashes: Mapping[str, str], state: str) -> Book:
        """The book, drawn."""
        return cls(open_cases, hashes, state, tuple(debts(open_cases)))

    def tables(self) -> tuple[tuple[Table, Iterable[Row]], ...]:
        """What is in them, in an order in which each row finds what it refers to."""
        return (
            (customers, self._customers()), (invoices, self._invoices()), (postings, self._postings()),
            (told, self._told()), (cases, self._cases()), (acts, self._acts()), (notices, self._notices()),
            (attempts, self._attempts()), (tasks, self._tasks()), (journal_lines, self._lines()),
            (notes, self._notes()), (letters, self._letters()),
        )  # fmt: skip

    @property
    def _with_case(self) -> list[Debt]:
        return [debt for debt in self.debts if debt.stage or debt.outcome]

    def _customers(self) -> Iterator[Row]:
        for number in range(customers_of(self.open_cases)):
            country, zone, locale = _COUNTRIES[number % len(_COUNTRIES)]
            name = f"{_WORDS[number % 10]} {_WORDS[number // 10 % 10]} {number}"
            yield {
                "id": f"C-{number:06}", "name": name, "kind": "business" if number % 3 else "consumer",
                "country": country, "timezone": zone, "locale": locale, "tags": ["key"] if number % 40 == 0 else [],
                "email": f"ap{number}@bench.example", "phone": f"+3120{number:07}", "address": f"Kade {number}",
                "registered_at": NOW - timedelta(days=400),
            }  # fmt: skip

    def _invoices(self) -> Iterator[Row]:
        for debt in self.debts:
            yield {
                "id": debt.id, "customer_id": debt.customer_id, "currency": debt.currency, "amount": debt.amount,
                "due_on": debt.due_on, "tags": [], "attempts": (), "fingerprint": f"{debt.number:064x}",
                "told": 1 if debt.balance < debt.amount else 0,
                "at_rest": debt.due_on < TODAY and debt.number % 100 > 0,  # but for those of the last hour
                "registered_at": datetime.combine(debt.due_on - timedelta(days=30), time(), UTC),
            }  # fmt: skip

    def _postings(self) -> Iterator[Row]:
        for debt in self.debts:
            if debt.outcome or debt.balance < debt.amount:
                kind = "write_off" if debt.outcome in {"written-off", "handed-off"} else "payment"
                yield {
                    "invoice_id": debt.id, "kind": kind, "id": f"pay-{debt.number}",
                    "amount": debt.balance - debt.amount, "at": _paid_at(debt), "origin": "told",
                    "currency": debt.currency, "brought_by": _BROUGHT[debt.number % len(_BROUGHT)],
                }  # fmt: skip

    def _told(self) -> Iterator[Row]:
        for debt in self.debts:
            if debt.balance < debt.amount:
                yield {
                    "invoice_id": debt.id, "number": 1, "identity": f"payment_received:pay-{debt.number}",
                    "name": "payment_received", "body": {"id": f"pay-{debt.number}"}, "at": _paid_at(debt),
                }  # fmt: skip

    def _cases(self) -> Iterator[Row]:
        for debt in self._with_case:
            policy = POLICIES[debt.number % len(POLICIES)]
            moves = debt.stage in {"dunning", "new", "ending", "promised", "plan"}
            yield {
                "invoice_id": debt.id, "customer_id": debt.customer_id, "policy_hash": self.hashes[policy],
                "why": f"{policy}: customer.kind is business, as it asks", "opened_at": debt.opened_at,
                "stage": debt.outcome or debt.stage, "policy": policy, "balance": debt.balance,
                "demandable": 0 if debt.stage == "dispute" else debt.balance, "principal": debt.balance,
                "next_step": "final-notice" if debt.stage else None,
                "next_at": NOW + timedelta(hours=debt.number % 700) if moves else None,
                "last_step": "reminder" if debt.stage == "dunning" else None,
                "holds": [_hold(debt)] if debt.stage in _HELD else [], "outcome": debt.outcome,
                "closed_at": _paid_at(debt) if debt.outcome else None, "clock": NOW,
                "state": self.state if debt.outcome else None, "currency": debt.currency, "due_on": debt.due_on,
                "promised": _promised(debt), "broken_promises": 1 if debt.number % 11 == 0 else 0,
            }  # fmt: skip

    def _acts(self) -> Iterator[Row]:
        for debt in self._with_case:
            at = debt.opened_at + timedelta(days=3)
            yield {
                "key": f"{debt.id}/reminder/1", "invoice_id": debt.id, "customer_id": debt.customer_id,
                "effect": SendNotice(
                    key=f"{debt.id}/reminder/1", notice="reminder", message="friendly", by=("email",), first=False,
                    demands=debt.amount,
                ),
                "at": at, "day": at.date(), "begun_at": at, "called_at": at, "messages": 1,
                "answer": Sent(("email",)), "written": True,
            }  # fmt: skip

    def _notices(self) -> Iterator[Row]:
        for debt in self._with_case:
            at = debt.opened_at + timedelta(days=3)
            yield {
                "act_key": f"{debt.id}/reminder/1", "channel": "email", "contact": "", "invoice_id": debt.id,
                "customer_id": debt.customer_id, "notice": "reminder", "message": "friendly", "demands": debt.amount,
                "at": at, "day": at.date(), "address": f"ap{debt.customer}@bench.example", "state": "accepted",
                "message_id": f"m{debt.number}", "delivered_at": at + timedelta(minutes=1), "token": f"t{debt.number}",
            }  # fmt: skip

    def _attempts(self) -> Iterator[Row]:
        for debt in self._with_case[::10]:
            yield {
                "invoice_id": debt.id, "number": 1, "key": f"{debt.id}/attempt/1", "customer_id": debt.customer_id,
                "method": "card", "amount": debt.amount, "by": "case", "at": debt.opened_at, "state": "declined",
                "code": "51" if debt.number % 200 else "XX", "row": "visa/51" if debt.number % 200 else "unknown",
                "answered_at": debt.opened_at,
            }  # fmt: skip

    def _tasks(self) -> Iterator[Row]:
        for debt in self._with_case:
            about = _ASKED[debt.number % len(_ASKED)]
            open_now = debt.outcome is None and debt.number % 10 == 0
            if open_now or debt.number % 3 == 0:
                yield {
                    "invoice_id": debt.id, "id": f"{about}-1", "about": about, "queue": "collections",
                    "note": f"dis-{debt.number}" if about == "dispute" else "", "opened_at": debt.opened_at,
                    "last_on": TODAY + timedelta(days=debt.number % 30 - 15),
                    "closed_at": None if open_now else NOW - timedelta(days=2),
                    "escalations": 1 if debt.number % 70 == 0 else 0,
                }  # fmt: skip

    def _lines(self) -> Iterator[Row]:
        for debt in self._with_case:
            for number in range(1, _LINES + 1):
                yield {
                    "invoice_id": debt.id, "number": number, "at": debt.opened_at + timedelta(days=number - 1),
                    "kind": "opened" if number == 1 else "notice", "value": "email" if number > 1 else "b2b-net30",
                    "rule": "N1", "why": "the step is due", "step": "reminder" if number > 1 else None,
                    "demands": debt.amount, "invoices": (),
                }  # fmt: skip

    def _notes(self) -> Iterator[Row]:
        for debt in self.debts[:: max(1, len(self.debts) // 20_000)]:
            yield {
                "id": f"note-{debt.number}", "customer_id": debt.customer_id, "invoice_id": debt.id,
                "text": "They will call back.", "by": "ann", "authenticated": "person ann", "at": debt.opened_at,
            }  # fmt: skip

    def _letters(self) -> Iterator[Row]:
        for debt in self._with_case:
            yield {
                "id": f"m{debt.number}", "channel": "email", "sender": "ar@bench.example",
                "recipient": f"ap{debt.customer}@bench.example", "subject": f"Invoice {debt.id}",
                "text": _LETTER.format(amount=debt.amount), "html": None, "at": debt.opened_at + timedelta(days=3),
                "invoice_id": debt.id, "notice": "reminder", "language": "nl",
            }  # fmt: skip


def _hold(debt: Debt) -> str:
    return {"promised": "promise", "held": "waiting-for-legal", "stopped": "insolvency"}.get(
        str(debt.stage), str(debt.stage)
    )


def _promised(debt: Debt) -> tuple[tuple[date, int], ...]:
    first = TODAY + timedelta(days=debt.number % 28)
    match debt.stage:
        case "promised":
            return ((first, debt.balance),)
        case "plan":
            return tuple((first + timedelta(days=30 * part), debt.balance // 3) for part in range(3))
        case _:
            return ()


def _paid_at(debt: Debt) -> datetime:
    """Within the last ninety days, some of it today."""
    return NOW - timedelta(hours=debt.number * 13 % 2_160, minutes=1)
