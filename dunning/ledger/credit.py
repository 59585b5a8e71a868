"""What lowers the balance without money: a credit note, goodwill, an accepted dispute, a corrected invoice (P6, D3)."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
from dunning.changes import Credited
from dunning.holds import disputes
from dunning.ladder import progress
from dunning.ledger import booking, moments, recovery
from dunning.messages import InvoiceChanged, ResolveDispute
from dunning.money import minor
from dunning.parts import Posting
from dunning.value import altered


def credited(case: Case, credit_id: str, amount: int, at: datetime, rule: str, why: str) -> Case:
    """The case with a credit on its ledger (P6)."""
    case = booking.booked(moments.money_moves(case, at), Posting("credit", credit_id, -amount, at))
    return recovery.recovered(case.note("credit", credit_id, rule, why, amount=amount))


def dispute_answered(case: Case, request: ResolveDispute, at: datetime) -> Case:
    """The case after the creditor's answer: the amount is credited, or demanded again from the next day (D3)."""
    rejected = disputes.rejects_some(case, request)
    case, amount = disputes.answered(case, request)
    if request.accepted:
        of, why = case.key("dispute", request.id), "the dispute was accepted" + (" in part" if rejected else "")
        case = credited(case.with_change(Credited(of, amount, at, why)), of, amount, at, "D3", why)
    return disputes.goes_on(case, at, rejected=rejected)


def invoice_changed(case: Case, fact: InvoiceChanged, at: datetime) -> Case:
    """The case whose due date moved or whose amount was corrected: nothing done is undone (T2)."""
    due_on = fact.due_on or case.invoice.due_on
    amount = case.invoice.amount if fact.amount is None else minor(fact.amount, case.invoice.currency)
    corrected = case.invoice.corrected or fact.amount is not None
    invoice = altered(case.invoice, due_on=due_on, amount=amount, corrected=corrected)
    case = moments.money_moves(case, at).evolve(invoice=invoice)
    case = case.note("invoice", "changed", "T2", f"due {due_on}, amount {case.amount(amount)}")
    return recovery.recovered(case if fact.due_on is None else progress.readied(case))
