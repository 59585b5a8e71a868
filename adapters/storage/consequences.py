"""What follows from an effect's outcome in the system of record: money, notices, tasks, attempts, the end."""

from __future__ import annotations

from sqlalchemy import func, update

from adapters.storage import attempts, dispatch, ledger, tasks
from adapters.storage.tables import cases
from adapters.storage.transaction import Transaction
from dunning.answers import Answer, Approved, Sent
from dunning.effects import (
    BookFee,
    BookWriteOff,
    Charge,
    CloseCase,
    Effect,
    EscalateTask,
    OpenTask,
    SendNotice,
    SettleCharge,
)
from dunning.ports import Act


def follow(tx: Transaction, act: Act, answer: Answer, customer_id: str) -> None:
    """Change what this outcome changes; effects on the world outside leave nothing but their answer."""
    match act.effect:
        case SendNotice() as notice:
            if isinstance(answer, Sent):
                dispatch.left(tx, act, notice, answer, customer_id)
        case BookFee(key=key, amount=amount, step=step):
            ledger.book(tx, act.invoice_id, "fee", key, amount, act.at, note=step)
        case BookWriteOff(key=key, amount=amount, by=by, reason=reason):
            ledger.book(tx, act.invoice_id, "write_off", key, -amount, act.at, note=f"{by}: {reason}")
        case OpenTask() as task:
            tasks.opened(tx, act.invoice_id, task, act.at)
        case EscalateTask() as task:
            tasks.escalated(tx, act.invoice_id, task)
        case Charge() | SettleCharge() as charge:
            news = attempts.answered(tx, charge, answer)
            if isinstance(answer, Approved) and news:
                ledger.paid(tx, act.invoice_id, charge.key, charge.amount, act.at)
        case CloseCase(outcome=outcome):
            tasks.dropped(tx, act.invoice_id, act.at)
            ended = {"outcome": outcome, "closed_at": func.coalesce(cases.c.closed_at, act.at)}
            tx.change(update(cases).where(cases.c.invoice_id == act.invoice_id).values(ended))
        case _:
            pass


def sent_messages(effect: Effect, answer: Answer) -> int:
    """How many messages went to the customer, for his contact limit; a fate unknown counts as sent (N3, T7)."""
    if not isinstance(effect, SendNotice) or not isinstance(answer, Sent) or effect.copy or effect.again:
        return 0
    return len({*answer.channels, *answer.unsure})
