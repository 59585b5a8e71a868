"""The days that a case looks forward to: promised, agreed, granted or asked for. For calendars; nothing is decided by.

Each is there while it stands, also when its day has passed: a promise until it is kept or broken, a deadline until the
case goes on to its end. What a closed case had is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from dunning.agreements import plans
from dunning.case import Case
from dunning.derived import remembered
from dunning.ladder import dates
from dunning.ledger import discount
from dunning.ports import CaseDate
from dunning.tasks import task_of


@remembered(
    "promise", "plan", "pending", "disputes", "tasks", "holds", "call_backs", "steps", "notices", "served_by_hand",
    "ledger", "invoice", "policy", "calendar", "closed", "opened_at",
)  # fmt: skip
def agenda(case: Case) -> tuple[CaseDate, ...]:
    """Every such day, in one order."""
    if case.closed:
        return ()
    found: list[CaseDate] = []
    if case.promise or case.plan or case.pending:
        found += _agreed(case)
    if case.invoice.discount:
        found += _granted(case)
    if case.disputes:
        found += _disputed(case)
    if case.notices or case.served_by_hand:
        found += _deadlines(case)
    if case.call_backs:
        found += _called_back(case)
    if case.holds:
        found += _held(case)
    return tuple(found)


def _agreed(case: Case) -> Iterator[CaseDate]:
    """Money that was promised, agreed on or is under way (A1, A3, P4)."""
    currency = case.invoice.currency
    if case.promise:
        yield CaseDate("promise", case.promise.id, case.promise.on, currency, case.promise.amount)
    for number, part, left in plans.open_parts(case):
        yield CaseDate("instalment", str(number), part.on, currency, left)
    for coming in case.pending:
        yield CaseDate("payment", coming.id, coming.until, currency, coming.amount)


def _granted(case: Case) -> Iterator[CaseDate]:
    """A discount that may still be earned (F8)."""
    offer = discount.offered(case)
    if offer and case.calendar.day(case.opened_at) <= offer[0]:
        yield CaseDate("discount", "", offer[0], case.invoice.currency, offer[1])


def _disputed(case: Case) -> Iterator[CaseDate]:
    """Disputes, with the last day for their answer, if there is one (D2)."""
    for dispute in case.disputes:
        task = task_of(case, "dispute", dispute.id)
        yield CaseDate("dispute", dispute.id, task.last_on if task else None, case.invoice.currency, dispute.amount)


def _deadlines(case: Case) -> Iterator[CaseDate]:
    """The last days that served notices leave the debtor (N4)."""
    for index, step in enumerate(case.policy.steps):
        last = dates.served_deadline(case, index) if case.steps[index].times else None
        if last is not None:
            yield CaseDate("deadline", step.name, last, case.invoice.currency, max(case.demandable, 0))


def _called_back(case: Case) -> Iterator[CaseDate]:
    """Calls that the debtor asked for (M6)."""
    for number, call in enumerate(case.call_backs, 1):
        day, owed = case.calendar.day(call.at), max(case.demandable, 0)
        yield CaseDate("call-back", str(number), day, case.invoice.currency, owed, call.at)


def _held(case: Case) -> Iterator[CaseDate]:
    """The last days of holds that end by themselves and say nothing else (H1, M5)."""
    for hold in case.holds:
        if hold.until is not None and hold.made_by in {"person", "reply"}:
            yield CaseDate(
                "hold", hold.id, hold.until, case.invoice.currency, max(case.demandable, 0), None, hold.reason
            )
