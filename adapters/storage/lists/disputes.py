"""Open disputes with their clock: what is objected to, why, since when, and by when an answer is due (D1, D2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Date, RowMapping, Select, and_, func, literal, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page
from adapters.storage.lists.reasons import reasons_of
from adapters.storage.tables import case_dates, cases, customers, journal_lines, tasks
from dunning.facts import Dispute

_D, _LINE, _TASK = case_dates.c, journal_lines.c, tasks.c
# Who has no day for an answer comes last.
_ANSWER_BY: Final = func.coalesce(_D.on, literal(date.max, Date)).label("sorted_by")
_SINCE: Final = _LINE.at.label("since")
_ID: Final = _D.about.label("id")
_RAISED: Final = and_(
    _LINE.invoice_id == _D.invoice_id, _LINE.kind == Dispute.name, _LINE.value == _D.about
)  # fmt: skip
_ASKED: Final = and_(
    _TASK.invoice_id == _D.invoice_id, _TASK.about == "dispute", _TASK.note == _D.about, _TASK.closed_at.is_(None)
)
_DISPUTES: Final = (
    select(
        _D.invoice_id, _ID, _D.on.label("answer_by"), _D.currency, _D.amount, _ANSWER_BY,
        cases.c.customer_id, cases.c.policy, cases.c.balance, customers.c.name.label("customer_name"),
        _SINCE, _LINE.by, _LINE.authenticated,
        _TASK.id.label("task"), _TASK.queue, func.coalesce(_TASK.escalations, 0).label("escalations"),
    )
    .join(cases, cases.c.invoice_id == _D.invoice_id)
    .join(customers, customers.c.id == cases.c.customer_id)
    .join(journal_lines, _RAISED)
    .join(tasks, _ASKED, isouter=True)
    .where(_D.kind == "dispute")
)  # fmt: skip
_NAMED: Final = (_D.invoice_id, _ID)
DisputeOrder = Literal["due", "oldest", "amount"]
_ORDERS: Final[dict[DisputeOrder, Order]] = {
    "due": Order((_ANSWER_BY, *_NAMED)),
    "oldest": Order((_SINCE, *_NAMED)),
    "amount": Order((_D.amount, *_NAMED), newest_first=True),
}


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute that waits for its answer. `amount` is disputed of the case's `balance`, in minor units.

    `by` and `authenticated` are who raised it, as they say and as they were let in. `answer_by` is the last day for the
    answer, None where the policy sets none; `task` asks for it in a `queue`, and was escalated so often.
    """

    invoice_id: str
    id: str
    customer_id: str
    customer_name: str | None
    policy: str
    currency: str
    amount: int
    balance: int
    reason: str
    since: datetime
    by: str | None
    authenticated: str | None
    answer_by: date | None
    task: str | None
    queue: str | None
    escalations: int


@dataclass(frozen=True, slots=True)
class WhichDisputes:
    """Which disputes of the list; what is left out lets everything through. `late_on` means late on that day."""

    customer: str | None = None
    currency: str | None = None
    is_escalated: bool | None = None
    late_on: date | None = None

    def of(self, query: Select[Any]) -> Select[Any]:
        """These of all."""
        equal = {cases.c.customer_id: self.customer, _D.currency: self.currency}
        found = query.where(*(column == value for column, value in equal.items() if value is not None))
        if self.is_escalated is not None:
            found = found.where(
                _TASK.escalations > 0 if self.is_escalated else func.coalesce(_TASK.escalations, 0) == 0
            )
        return found if self.late_on is None else found.where(_D.on < self.late_on)


class Disputes:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def page(
        self, wanted: WhichDisputes, *, order: DisputeOrder = "due", cursor: str | None = None, limit: int = PAGE
    ) -> Page[DisputeView]:
        """Those that are due first, the oldest, or the largest. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[DisputeView]:
            found = read_page(tx, wanted.of(_DISPUTES), _ORDERS[order], cursor, limit)
            told = reasons_of(tx, {row["invoice_id"] for row in found.rows})
            return found.shown(lambda row: _view(row, told[row["invoice_id"]].disputes.get(row["id"], "")))

        return await self._database.read(work)


def _view(row: RowMapping, reason: str) -> DisputeView:
    return DisputeView(**{**{name: row[name] for name in _SHOWN}, "reason": reason})


_SHOWN: Final = tuple(name for name in DisputeView.__slots__ if name != "reason")
