"""The opening of a case: its invoice found or registered, its policy chosen once and pinned (O1, O2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping, bindparam, select, update

from adapters.storage.account import account_of
from adapters.storage.effects import lost_run
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import customer_credit, inbox
from adapters.storage.inbox.message import ReceivedMessage, read_message
from adapters.storage.ledger import balance
from adapters.storage.policy_book import PolicyBook, horizon, policy_of_content
from adapters.storage.records import customer_of, invoice_of, method_of
from adapters.storage.register import add_customer, add_invoice
from adapters.storage.tables import cases, customers, invoices, methods, policies
from adapters.storage.unopened import close_for_good
from dunning import snapshot
from dunning.errors import Conflict, NotFound
from dunning.facts import Away, CustomerRelease, MethodAdded, MethodRemoved
from dunning.ports import NamedBody, Opening
from dunning.records import Customer, Invoice, Method

STAGE: Final = "opened"  # until the case itself says more

_FOUND: Final = (
    select(
        invoices,
        customers,
        balance().label("balance"),
        cases.c.invoice_id.label("case_id"),
        cases.c.why,
        cases.c.outcome,
        cases.c.closed_at,
        cases.c.state,
        cases.c.run,
        policies.c.content,
    )
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
    .join(policies, policies.c.hash == cases.c.policy_hash, isouter=True)
    .where(invoices.c.id == bindparam("invoice"))
)
_METHODS: Final = select(methods).where(methods.c.customer_id == bindparam("customer")).order_by(methods.c.position)
_REGISTERED: Final = select(invoices.c.customer_id).where(invoices.c.id == bindparam("invoice"))


@dataclass(frozen=True, slots=True)
class GivenInline:
    """What came inline with the opening, where anything did."""

    invoice: Invoice | None = None
    customer: Customer | None = None
    methods: tuple[Method, ...] = ()


def find_or_open_case(
    tx: Transaction, policy_book: PolicyBook, invoice_id: str, given: GivenInline, at: datetime, run: str | None
) -> Opening:
    """See `dunning.ports.Receivables.opening`. Raises `NotFound`, also where no policy fits, and `Conflict`."""
    _register(tx, invoice_id, given, at)
    inbox.lock_customer_of(tx, invoice_id)
    [row] = tx.lock(_FOUND, of=invoices, invoice=invoice_id)
    if row["case_id"] is None and row[invoices.c.voided_at] is not None:
        raise Conflict(f"invoice: found {invoice_id} void; allowed one that stands")
    if row["case_id"] is None:
        _pin(tx, policy_book, row, at)
        close_for_good(tx, invoice_id, at)
    if run is not None and run != row["run"]:
        if row["case_id"] is not None and row["outcome"] is None:
            lost_run.begin_anew(tx, invoice_id, at)
        tx.change(update(cases).where(cases.c.invoice_id == invoice_id).values(run=run))
    if row["case_id"] is None or row["outcome"] is not None:
        for message in _standing_orders(row, at):
            [addressee] = tx.rows(inbox.ADDRESSEE, invoice=invoice_id)
            inbox.keep_for_cases(tx, [addressee], message)
    if row["case_id"] is None:
        customer_credit.set_off(tx, row[invoices.c.customer_id], at)
    return _opening(tx, policy_book, invoice_id, at)


def _register(tx: Transaction, invoice_id: str, given: GivenInline, at: datetime) -> None:
    owner = tx.value(_REGISTERED, invoice=invoice_id)
    if owner is None:
        if given.invoice is None or given.customer is None or given.invoice.id != invoice_id:
            raise NotFound(f"invoice: found no {invoice_id}; allowed one registered, or given whole with its customer")
        add_customer(tx, given.customer, given.methods, at)
        owner = given.customer.id
    if given.invoice is not None:
        add_invoice(tx, given.customer.id if given.customer else owner, given.invoice, at)


def _pin(tx: Transaction, policy_book: PolicyBook, row: RowMapping, at: datetime) -> None:
    """Choose the policy and open the case with it."""
    invoice, customer = invoice_of(row), customer_of(row)
    day = policy_book.today(customer, at)
    policy, why = policy_book.pick(invoice, customer, account_of(tx, invoice.id, day), row["balance"], day)
    money = {"balance": row["balance"], "demandable": row["balance"], "principal": row["balance"]}
    shown = {"stage": STAGE, "policy": policy.name, **money, "costs": 0, "interest": 0}
    pinned = {"policy_hash": policy_book.pins[policy.name], "why": why, "opened_at": at, "clock": at}
    case = {"invoice_id": invoice.id, "customer_id": customer.id, "holds": [], "broken_promises": 0, "promised": ()}
    case |= {"currency": invoice.currency, "due_on": invoice.due_on}
    tx.add(cases, {**case, **shown, **pinned})


def _standing_orders(row: RowMapping, at: datetime) -> Iterator[ReceivedMessage]:
    """What holds for the customer holds for later cases too; one that opens again hears of a release (H2, C6, M5)."""
    for kept in (row[customers.c.stopped], row[customers.c.consent_withdrawn]):
        lifted = kept is not None and kept["name"] == CustomerRelease.name
        if kept is not None and not (lifted and row["case_id"] is None):
            yield read_message(kept["name"], kept["body"], at, texts=kept["texts"])
    for _, kept in sorted(row[customers.c.away].items()):
        absence = read_message(Away.name, kept["body"], at)
        if isinstance(absence.message, Away) and absence.message.until >= at.date() - timedelta(days=1):  # of any zone
            yield absence


def _methods_since(row: RowMapping, every: Sequence[RowMapping], at: datetime) -> Iterator[NamedBody]:
    """What became of the customer's payment methods while the case was closed, which only open cases are told (C2)."""
    if row["state"] is None or row["outcome"] is None:
        return
    known = {method.id for method in snapshot.load(row["state"]).methods if method.status != "finished"}
    for gone in sorted(known - {one["id"] for one in every}):
        yield MethodRemoved.name, {"id": gone, "at": at.isoformat()}
    for one in every:
        since = one["renewed_at"] or one["added_at"]
        if since >= row["closed_at"]:
            details = {
                name: one[name] for name in ("id", "network", "brand", "last4", "expires") if one[name] is not None
            }
            yield MethodAdded.name, {**details, "at": since.isoformat()}


def _opening(tx: Transaction, policy_book: PolicyBook, invoice_id: str, at: datetime) -> Opening:
    row = tx.row(_FOUND, invoice=invoice_id)
    assert row is not None  # noqa: S101 - it was locked a moment ago
    invoice, customer, policy = invoice_of(row), customer_of(row), policy_of_content(row["content"])
    every = tx.rows(_METHODS, customer=customer.id)
    return Opening(
        invoice=invoice,
        customer=customer,
        methods=tuple(method_of(one) for one in every),
        policy=policy,
        calendar=policy_book.calendar(policy, customer, invoice, opened_on=at.date(), until=horizon(invoice, at)),
        why=row["why"],
        told=(*_methods_since(row, every, at), *inbox.unseen_messages(tx, invoice_id, 0)),
        seen=row[invoices.c.told],
        state=row["state"] if row["outcome"] else None,
        outcome=row["outcome"],
    )
