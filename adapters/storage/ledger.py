"""The ledger of each invoice: every amount once, and the balance is their sum (F2, P1 to P6).

The arithmetic is the case's own, so that what the system of record says and what the case believes agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, bindparam, cast, func, or_, select, update
from sqlalchemy import case as when

from adapters.clock import now
from adapters.storage.engine.columns import MINOR
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import Origin, attempts, cases, invoices, notices, postings
from dunning.errors import MoneyError
from dunning.ledger import postings as arithmetic
from dunning.money import LARGEST
from dunning.parts import Posting
from dunning.value import altered

RECOVERY: Final = "recovery"  # the note of a payment that came after the debt was given up


def balance() -> ColumnElement[int]:
    """The balance of an invoice, in minor units, for a query over `invoices`."""
    booked = select(func.coalesce(func.sum(postings.c.amount), 0)).where(postings.c.invoice_id == invoices.c.id)
    # PostgreSQL sums bigints as a numeric, which would come back as a Decimal.
    return invoices.c.amount + cast(booked.correlate(invoices).scalar_subquery(), MINOR)


_GIVEN_UP: Final = cases.c.outcome == "written-off"
_OF_PAYMENT: Final = or_(
    (postings.c.kind == "payment") & (postings.c.id == bindparam("payment")),
    postings.c.payment_id == bindparam("payment"),  # a reversal, or the lifting of one
)
_SENT: Final = select(notices.c.act_key).where(notices.c.invoice_id == invoices.c.id, notices.c.state == "accepted")
_BROUGHT_BY: Final = when(
    (select(attempts.c.key).where(attempts.c.key == bindparam("payment")).exists(), "attempt"),
    (cases.c.stage == "promised", "promise"),
    (cases.c.stage == "plan", "plan"),
    (_SENT.exists(), "notice"),
    else_="unasked",
)
_LEDGER: Final = (
    select(
        invoices.c.amount.label("demand"),
        invoices.c.currency.label("of_currency"),
        _GIVEN_UP.label("given_up"),
        _BROUGHT_BY.label("by_what"),
        postings,
    )
    .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
    # Most payments need no other entry than their own; a balance is only asked for where the debt was given up (P7).
    .join(postings, (postings.c.invoice_id == invoices.c.id) & or_(_GIVEN_UP, _OF_PAYMENT), isouter=True)
    .where(invoices.c.id == bindparam("invoice"))
    .order_by(postings.c.at, postings.c.id)
)
_BALANCE: Final = select(balance()).where(invoices.c.id == bindparam("of"))
_LARGE: Final = 10**12  # minor units: of less, nine million entries of one invoice fit 64 bits, and nobody asks
_TOUCH: Final = (
    update(invoices).where(invoices.c.id == bindparam("of")).values(updated_at=bindparam("now"), at_rest=False)
)
_NET: Final = (
    update(postings)
    .where(
        postings.c.invoice_id == bindparam("of"),
        postings.c.kind == bindparam("as"),
        postings.c.id == bindparam("which"),
    )
    .values(amount=bindparam("taken"), told=bindparam("said"), waiting=0)
)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What is booked of one payment, and the reversals that wait for it; of a debt that was given up, every entry.

    `recoveries` are the payments that came after that, or of which money came again. `brought_by` is what went before
    a payment that comes now, a `Bringer`.
    """

    demand: int
    currency: str
    given_up: bool
    brought_by: str
    booked: tuple[Posting, ...]
    waiting: tuple[Posting, ...]
    recoveries: frozenset[str]

    def balance(self, *more: Posting) -> int:
        """The balance of a debt that was given up, with these entries (F2)."""
        return self.demand + sum([entry.amount for entry in (*self.booked, *more)])


def book_posting(
    tx: Transaction, invoice_id: str, kind: str, entry: str, amount: int, at: datetime, *, origin: Origin, **more: Any
) -> bool:
    """One entry, `amount` positive where it raises the balance; False if it was there already (P1).

    Raises `MoneyError` where the balance would have more digits than an amount may: every sum is to fit 64 bits.
    """
    row = {"invoice_id": invoice_id, "kind": kind, "id": entry, "amount": amount, "at": at, "origin": origin}
    if not tx.add(postings, {**row, "told": 0, "waiting": 0, "note": "", **more}):
        return False
    if abs(amount) >= _LARGE and abs(tx.value(_BALANCE, of=invoice_id)) > LARGEST:
        raise MoneyError("amount", "a balance of more digits with it", f"a balance of at most {LARGEST} minor units")
    tx.change(_TOUCH, {"of": invoice_id, "now": now()})
    return True


def book_payment(
    tx: Transaction, invoice_id: str, payment: str, amount: int, at: datetime, *,
    origin: Origin, as_of: datetime | None = None,
) -> None:  # fmt: skip
    """A payment of `amount`, and the reversals of it that came before it (P1, P5)."""
    known = _ledger(tx, invoice_id, payment)
    note = RECOVERY if known.given_up else ""
    more = {"as_of": as_of, "note": note, "currency": known.currency, "brought_by": known.brought_by}
    if not book_posting(tx, invoice_id, "payment", payment, -amount, at, origin=origin, **more):
        return
    entry = Posting("payment", payment, -amount, at, as_of=as_of)
    early = arithmetic.netted(entry, known.waiting)
    if early:
        of = {"of": invoice_id}
        tx.change(_NET, *(of | {"as": e.kind, "which": e.id, "taken": e.amount, "said": e.told} for e in early))
    _recover(tx, invoice_id, payment, at, known, entry, *early)


def book_reversal(tx: Transaction, invoice_id: str, entry: Posting, *, origin: Origin) -> None:
    """A payment taken back, or what had been taken back come again: never beyond it, nothing older than what is known
    of it; waiting for one not known (P5).
    """
    known = _ledger(tx, invoice_id, entry.of)
    taken = arithmetic.taken_back(entry, known.booked, known.waiting)
    if taken is None:
        return
    told = {"as_of": entry.as_of, "told": entry.told, "payment_id": entry.of}
    told |= {"currency": known.currency, "brought_by": "taken-back"}
    more = {"waiting": entry.told if taken.waits else 0, "note": RECOVERY if known.given_up and taken.now < 0 else ""}
    entry = altered(entry, amount=taken.now)
    book_posting(tx, invoice_id, entry.kind, entry.id, entry.amount, entry.at, origin=origin, **told, **more)
    if taken.now < 0:
        _recover(tx, invoice_id, f"{entry.kind}/{entry.id}", entry.at, known, entry)
    elif taken.now and entry.of in known.recoveries and known.given_up:
        lost = arithmetic.lost_again(known.balance(entry), known.booked)
        if lost:
            book_posting(tx, invoice_id, "write_off", f"lost-again/{entry.id}", -lost, entry.at, origin="case")


def recover(tx: Transaction, invoice_id: str, by: str, at: datetime) -> None:
    """What comes in `by` something of a debt that was given up takes back as much of the write-off (P7).

    It is nobody's credit. Nothing happens where nothing was given up.
    """
    _recover(tx, invoice_id, by, at, _ledger(tx, invoice_id))


def _recover(tx: Transaction, invoice_id: str, by: str, at: datetime, known: _Ledger, *more: Posting) -> None:
    back = arithmetic.recovered(known.balance(*more), known.booked) if known.given_up else 0
    if back:
        book_posting(tx, invoice_id, "write_off", f"recovered/{by}", back, at, origin="case")


def _ledger(tx: Transaction, invoice_id: str, payment: str | None = None) -> _Ledger:
    rows = tx.rows(_LEDGER, invoice=invoice_id, payment=payment)
    entries = [row for row in rows if row["kind"] is not None]
    return _Ledger(
        demand=rows[0]["demand"],
        currency=rows[0]["of_currency"],
        given_up=bool(rows[0]["given_up"]),
        brought_by=rows[0]["by_what"],
        booked=tuple(_posting(row, row["amount"]) for row in entries if not row["waiting"]),
        waiting=tuple(_posting(row, row["waiting"]) for row in entries if row["waiting"]),
        recoveries=frozenset(row["payment_id"] or row["id"] for row in entries if row["note"] == RECOVERY),
    )


def _posting(row: RowMapping, amount: int) -> Posting:
    more = {"of": row["payment_id"], "as_of": row["as_of"], "told": row["told"]}
    return Posting(row["kind"], row["id"], amount, row["at"], **more)
