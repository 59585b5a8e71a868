"""The ledger of a case by part: what each entry did to the principal, the costs and the interest (K1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from adapters.storage.lists.views import PostingView
from api.pages.words import as_words, local_day, minor_money, sentence
from dunning.ledger.parts import Parts, used
from dunning.parts import Posting, PostingKind

_NAMES: Final = {
    "fee": "Fee",
    "interest": "Interest",
    "payment": "Payment",
    "reversal": "Payment taken back",
    "lifted": "Came again",
    "credit": "Credit",
    "discount": "Discount",
    "write_off": "Written off",
    "costs_waived": "Costs waived",
    "interest_waived": "Interest waived",
    "used": "Credit used elsewhere",
    "set_off": "Credit from elsewhere",
}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An entry: its value day, what it is called, and what it did to each part, as texts; empty where nothing."""

    posting: PostingView | None
    name: str
    principal: str
    costs: str
    interest: str
    total: str


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """The entries in the order in which they were booked, and what is owed of each part; a `credit` is not owed."""

    rows: tuple[LedgerRow, ...]
    owed: LedgerRow
    credit: str


def ledger_table(amount: int, currency: str, postings: Sequence[PostingView], zone: str) -> LedgerTable:
    """The table of an invoice of this amount, in minor units."""
    entries = [_entry(one) for one in postings]

    def day(entry: Posting) -> date:
        return local_day(entry.at if entry.as_of is None else min(entry.as_of, entry.at), zone)

    before = Parts(principal=amount)
    rows = [_row(None, "Invoice", Parts(), before, currency)]
    for number, posting in enumerate(postings, 1):
        after = used(amount, entries[:number], day).owed
        rows.append(_row(posting, _NAMES.get(posting.kind, sentence(as_words(posting.kind))), before, after, currency))
        before = after
    credit = max(-before.principal, 0)
    owed = _row(
        None, "Owed", Parts(), Parts(before.principal + credit, before.costs, before.interest), currency, zero=True
    )
    return LedgerTable(tuple(rows), owed, minor_money(credit, currency) if credit else "")


def _entry(one: PostingView) -> Posting:
    return Posting(
        cast("PostingKind", one.kind), one.id, one.amount, one.at, of=one.payment_id, as_of=one.as_of, told=one.told
    )


def _row(
    posting: PostingView | None, name: str, before: Parts, after: Parts, currency: str, *, zero: bool = False
) -> LedgerRow:
    moved = (after.principal - before.principal, after.costs - before.costs, after.interest - before.interest)
    texts = (minor_money(one, currency) if one or zero else "" for one in (*moved, sum(moved)))
    return LedgerRow(posting, name, *texts)
