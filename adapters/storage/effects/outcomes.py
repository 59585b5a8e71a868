"""What follows from an effect's outcome in the system of record: money, notices, tasks, attempts, the end."""

from __future__ import annotations

from sqlalchemy import func, update

from adapters.storage import ledger
from adapters.storage.effects import attempts, notices, tasks
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import cases
from dunning.answers import Answer, Approved, Sent
from dunning.effects import (
    BookFee,
    BookWriteOff,
    Charge,
    CloseCase,
    EscalateTask,
    OpenTask,
    SendNotice,
    SettleCharge,
)
from dunning.ports import Act


def apply_outcome(tx: Transaction, act: Act, answer: Answer, customer_id: str) -> None:
    """Change what this outcome changes; effects on the world outside leave nothing but their answer."""
    match act.effect:
        case SendNotice() as notice:
            if isinstance(answer, Sent):
                _sent(tx, act, notice, answer, customer_id)
        case BookFee(key=key, amount=amount, step=step):
            _book_fee(tx, act, key, amount, step)
        case BookWriteOff(key=key, amount=amount, by=by, reason=reason, of=of):
            why, kind = f"{by}: {reason}", "discount" if of == "discount" else "write_off"
            ledger.book_posting(tx, act.invoice_id, kind, key, -amount, act.at, origin="case", note=why)
        case OpenTask() as task:
            tasks.open_task(tx, act.invoice_id, task, act.at)
        case EscalateTask() as task:
            tasks.escalate_task(tx, act.invoice_id, task, act.at)
        case Charge() | SettleCharge() as charge:
            news = attempts.record_answer(tx, charge, answer, act.at)
            if isinstance(answer, Approved) and news:
                ledger.book_payment(tx, act.invoice_id, charge.key, charge.amount, act.at, origin="case")
        case CloseCase(outcome=outcome):
            ended = {"outcome": outcome, "closed_at": func.coalesce(cases.c.closed_at, act.at)}
            tx.change(update(cases).where(cases.c.invoice_id == act.invoice_id).values(ended))
        case _:
            pass


def _sent(tx: Transaction, act: Act, notice: SendNotice, answer: Sent, customer_id: str) -> None:
    """A notice left, and with it its fees are owed (N1)."""
    of = {"key": notice.key, "invoice_id": act.invoice_id, "customer_id": customer_id, "at": act.at, "day": act.day}
    notices.record_sent(tx, of, notice, answer)
    for fee in notice.fees:
        _book_fee(tx, act, fee.key, fee.amount, notice.notice)


def _book_fee(tx: Transaction, act: Act, key: str, amount: int, step: str) -> None:
    ledger.book_posting(tx, act.invoice_id, "fee", key, amount, act.at, origin="case", note=step)
