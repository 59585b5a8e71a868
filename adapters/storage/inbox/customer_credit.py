"""A customer's credit is used before anything is demanded, or kept where the creditor says so (P8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import news
from adapters.storage.inbox.message import read_message
from adapters.storage.ledger import balance
from adapters.storage.tables import cases, invoices, postings, told
from dunning.facts import CreditKept, CreditMoved
from dunning.ledger import credit_uses
from dunning.money import decimal_string
from dunning.parts import Posting

_ACCOUNTS: Final = (
    select(
        invoices.c.id, invoices.c.currency, invoices.c.due_on, balance().label("balance"),
        cases.c.invoice_id.label("case"), cases.c.outcome, (cases.c.balance - cases.c.demandable).label("disputed"),
    )
    .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
    .where(invoices.c.customer_id == bindparam("customer"))
)  # fmt: skip
_USES: Final = (
    select(
        postings.c.invoice_id, postings.c.id, postings.c.amount, postings.c.payment_id, postings.c.other, postings.c.at
    )
    .join(invoices, invoices.c.id == postings.c.invoice_id)
    .where(invoices.c.customer_id == bindparam("customer"), postings.c.kind == credit_uses.GIVES)
    .order_by(postings.c.at, postings.c.id)
)
_KEPT: Final = (
    select(told.c.body)
    .where(told.c.invoice_id == bindparam("invoice"), told.c.name == bindparam("name"))
    .order_by(told.c.number.desc())
    .limit(1)
)


def set_off(tx: Transaction, customer_id: str, at: datetime) -> None:
    """Use the customer's credit before anything is demanded, and take back what is owed again (P8)."""
    rows, uses = tx.rows(_ACCOUNTS, customer=customer_id), tx.rows(_USES, customer=customer_id)
    if tx.keeps_credits:
        _keep_credits(tx, [_account(row, uses, at) for row in rows], at)
        return
    if not uses and all(row["balance"] >= 0 for row in rows):
        return
    currencies = {row["id"]: row["currency"] for row in rows}
    for use, back in list(credit_uses.moves([_account(row, uses, at) for row in rows], at)):
        for invoice_id, body in credit_uses.told(use, currencies[use.giver], at, back=back):
            news.keep_for(tx, invoice_id, read_message(CreditMoved.name, body, at, "case"))


def _keep_credits(tx: Transaction, accounts: list[credit_uses.Account], at: datetime) -> None:
    """Tell the open cases how much of the customer's credit the creditor keeps, where that has changed."""
    for one in accounts:
        amount = decimal_string(credit_uses.kept_for(one, accounts), one.currency)
        known = tx.row(_KEPT, invoice=one.invoice, name=CreditKept.name)
        if one.is_open and amount != (known["body"]["amount"] if known else decimal_string(0, one.currency)):
            body = {"amount": amount, "currency": one.currency, "at": at.isoformat()}
            news.keep_for(tx, one.invoice, read_message(CreditKept.name, body, at, "case"))


def _account(row: RowMapping, uses: Any, at: datetime) -> credit_uses.Account:
    """How an invoice stands at this moment. What is disputed of it is what its case last wrote down (F2)."""
    entries = (
        Posting("used", one["id"], one["amount"], one["at"], of=one["payment_id"], other=one["other"])
        for one in uses
        if one["invoice_id"] == row["id"]
    )
    is_open = row["case"] is not None and row["outcome"] is None
    stands = (row["id"], row["currency"], row["due_on"], row["balance"], row["disputed"] or 0, is_open)
    return credit_uses.Account(*stands, credit_uses.given_by(row["id"], entries, at))
