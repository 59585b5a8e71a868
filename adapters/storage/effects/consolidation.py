"""One message for several invoices, agreed on in the transaction that writes its intent (N5).

The customer is locked there, so that of two cases that become ready at once one takes the other along. What each of the
others would send is worked out from its case as it last wrote it down, brought up to what the store knows since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, bindparam, select

from adapters.storage import ledger
from adapters.storage.account import account_of
from adapters.storage.effects import notices
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox, news
from adapters.storage.inbox.message import read_message
from adapters.storage.records import invoice_of, reach_of
from adapters.storage.tables import acts, cases, invoices
from dunning import channels, consolidation, snapshot
from dunning.answers import Answer, Sent
from dunning.case import Case
from dunning.consolidation import Companion, Usable
from dunning.effects import SendNotice
from dunning.errors import NotItsTurn
from dunning.facts import NoticeShared
from dunning.notices import absence
from dunning.outlook import case_facts
from dunning.ports import Act, Along
from dunning.session import caught_up
from dunning.shared_message import MOST, SharedMessage

_OPEN: Final = (
    select(cases.c.invoice_id, cases.c.state, cases.c.seen, invoices.c.told)
    .join(invoices, invoices.c.id == cases.c.invoice_id)
    .where(
        cases.c.customer_id == bindparam("customer"),
        cases.c.invoice_id != bindparam("invoice"),
        cases.c.outcome.is_(None),
        cases.c.state.is_not(None),
        invoices.c.currency == bindparam("currency"),
    )
    .order_by(cases.c.invoice_id)
)
_CLAIMS: Final = select(acts.c.invoice_id, acts.c.along).where(
    acts.c.customer_id == bindparam("customer"), acts.c.answer.is_(None), acts.c.along.is_not(None)
)
_BEGUN: Final = select(acts.c.key).where(acts.c.key.in_(bindparam("keys", expanding=True)))
_INVOICES: Final = select(invoices).where(invoices.c.id.in_(bindparam("ids", expanding=True)))
_ENDED: Final = select(cases.c.invoice_id).where(
    cases.c.invoice_id.in_(bindparam("ids", expanding=True)), cases.c.outcome.is_not(None)
)


def is_open(effect: object) -> bool:
    """Whether it is a notice that other cases of the customer may go along with (N5)."""
    return isinstance(effect, SendNotice) and effect.consolidate is not None


def taken_along(tx: Transaction, act: Act, facts: RowMapping, *, in_turn: bool) -> tuple[Companion, ...]:
    """The notices of other cases that go along with this one; `facts` has the invoice and its customer, locked.

    Raises `NotItsTurn` for one that is taken along itself, and `in_turn` for one that is about to be.
    """
    lead = act.effect
    if not isinstance(lead, SendNotice) or lead.consolidate is None:
        return ()
    customer_id, usable = facts[invoices.c.customer_id], reach_of(facts).channels(lead.to)
    by = channels.chosen(lead.by, absence.read_now(lead, usable), first=lead.first)
    claimed = _claimed(tx, customer_id)
    if act.invoice_id in claimed:
        raise NotItsTurn(act.invoice_id, claimed[act.invoice_id])
    if not by:
        return ()
    now = Usable(usable, lambda: account_of(tx, act.invoice_id, act.day))
    of = {"customer": customer_id, "invoice": act.invoice_id, "currency": facts[invoices.c.currency]}
    others = [case for case in _as_they_are(tx, tx.rows(_OPEN, **of), act.at) if case.invoice.id not in claimed]
    mine = (facts[invoices.c.due_on], act.invoice_id)
    if in_turn:
        for case in others:
            earlier = (case.invoice.due_on, case.invoice.id) < mine
            if earlier and consolidation.goes_first(case, lead, by, act.at, now):
                raise NotItsTurn(act.invoice_id, case.invoice.id)
    found = [consolidation.companion(case, lead, by, act.at, now) for case in others]
    along = consolidation.in_order(one for one in found if one is not None)
    begun = {row["key"] for row in tx.rows(_BEGUN, keys=[one.notice.key for one in along])} if along else set()
    taken = [one for one in along if one.notice.key not in begun][: MOST - 1]
    cases_by_id = {case.invoice.id: case for case in others}
    return tuple(one._replace(facts=case_facts(cases_by_id[one.invoice], one.notice, act.at)) for one in taken)


def with_invoices(tx: Transaction, along: Iterable[Companion] | None) -> tuple[Along, ...]:
    """Each of them with its whole invoice, in the same order."""
    companions = list(along or ())
    if not companions:
        return ()
    found = {row["id"]: invoice_of({invoices.c[name]: row[name] for name in row}) for row in _of(tx, companions)}
    return tuple(Along(found[one.invoice], one.notice, one.facts) for one in companions)


def record(tx: Transaction, act: Act, answer: Answer, along: Iterable[Companion] | None, customer_id: str) -> None:
    """The outcome of a message for those that went along: each has its notice and its fee, and its case hears of it."""
    companions = list(along or ())
    if not companions or not isinstance(answer, Sent) or answer.shared is None:
        return
    ended = {row["invoice_id"] for row in tx.rows(_ENDED, ids=[one.invoice for one in companions])}
    for one in companions:
        told = one if one.invoice not in ended else one._replace(notice=_without_fees(one.notice))
        _record_one(tx, act, answer, answer.shared, told, customer_id)


def _claimed(tx: Transaction, customer_id: str) -> dict[str, str]:
    """The invoices that a message under way takes along, each with the one whose case sends it."""
    rows = tx.rows(_CLAIMS, customer=customer_id)
    return {one.invoice: row["invoice_id"] for row in rows for one in row["along"]}


def _as_they_are(tx: Transaction, rows: Iterable[RowMapping], at: datetime) -> Iterator[Case]:
    for row in rows:
        case = snapshot.load(row["state"])
        if row["told"] > row["seen"]:
            case = caught_up(case, inbox.unseen_messages(tx, row["invoice_id"], row["seen"]), at)
        yield case


def _of(tx: Transaction, companions: list[Companion]) -> Iterable[RowMapping]:
    return tx.rows(_INVOICES, ids=[one.invoice for one in companions])


def _record_one(
    tx: Transaction, act: Act, answer: Sent, message: SharedMessage, one: Companion, customer_id: str
) -> None:  # fmt: skip
    own = one.notice
    of = {"key": own.key, "invoice_id": one.invoice, "customer_id": customer_id, "at": act.at, "day": act.day}
    clock = {"begun_at": act.at, "called_at": act.at}
    if not tx.add(acts, {**of, **clock, "effect": own, "messages": 0, "answer": answer, "written": False}):
        return
    notices.record_sent(tx, of, own, answer)
    for fee in own.fees:
        ledger.book_posting(tx, one.invoice, "fee", fee.key, fee.amount, act.at, origin="case", note=own.notice)
    body = consolidation.told(one, answer, message, act.at)
    news.keep_for(tx, one.invoice, read_message(NoticeShared.name, body, act.at, "case"))


def _without_fees(notice: SendNotice) -> SendNotice:
    """As it is booked for a case that has closed meanwhile."""
    return SendNotice(
        notice.key, notice.notice, notice.message, notice.by, notice.first, notice.demands, purpose=notice.purpose
    )
