"""How an amount came about, for the messages that demand it: the store's ledger in the words of a statement."""

from __future__ import annotations

from typing import Final, Literal

from adapters.messages.statement import StatementEntry
from adapters.storage.lists.cases import CaseLists
from adapters.storage.lists.parties import PartyLists
from adapters.storage.lists.views import PostingView
from dunning.records import Method

_KINDS: Final[dict[str, Literal["fee", "interest", "payment", "credit"]]] = {
    "fee": "fee",
    "interest": "interest",
    "payment": "payment",
    "credit": "credit",
}


class StoredStatements:
    """Keeps the promise of `adapters.correspondence.Ledger`. Days are left out: which day it was, the case knows."""

    def __init__(self, cases: CaseLists, parties: PartyLists) -> None:
        """`cases` reads the ledger, `parties` the customers' payment methods."""
        self._cases, self._parties = cases, parties

    async def methods(self, customer_id: str) -> tuple[Method, ...]:
        """The customer's payment methods in order."""
        return await self._parties.methods(customer_id)

    async def entries(self, invoice_id: str) -> tuple[StatementEntry, ...]:
        """Fees, interest, payments and credits in order; of a reversed payment what remains."""
        postings = await self._cases.ledger(invoice_id)
        known = [(_KINDS[one.kind], one.amount + _reversed(one, postings)) for one in postings if one.kind in _KINDS]
        entries = (StatementEntry(kind, abs(amount)) for kind, amount in known)
        return tuple(entry for entry in entries if entry.amount)


def _reversed(payment: PostingView, postings: tuple[PostingView, ...]) -> int:
    """What was taken back of this payment and did not come again; it raises the balance."""
    return sum(one.amount for one in postings if one.payment_id == payment.id) if payment.kind == "payment" else 0
