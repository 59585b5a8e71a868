"""The columns of the queue as JSON and CSV: what the page shows, with every reason and its points."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from adapters.storage.worklist.rows import QueueRow
from api.listing.columns import Column
from api.shapes.values import Sum
from api.worklist.words import in_words
from dunning.overdue import days_overdue


def columns_on(today: date, is_workday: Callable[[date], bool]) -> tuple[Column[QueueRow], ...]:
    """Those of this day: "yesterday" is another day tomorrow."""
    return (
        Column("customer_id", lambda row: row.customer_id),
        Column("customer", lambda row: row.name),
        Column("score", lambda row: row.score),
        Column("reasons", lambda row: [f"{in_words(one, today, is_workday)} ({one.points})" for one in row.reasons]),
        Column("overdue", lambda row: [Sum.of(amount, currency) for currency, amount in row.owed.items()]),
        Column("oldest_days", lambda row: days_overdue(row.oldest_due_on, today)),
        Column("cases", lambda row: row.cases),
        Column("next_step", lambda row: row.next_step),
        Column("next_at", lambda row: row.next_at),
        Column("last_contact_on", lambda row: row.contact_on),
        Column("last_contact_by", lambda row: row.contact_by),
        Column("promised", lambda row: Sum.of(row.promised, row.promised_currency) if row.promised_currency else None),
        Column("promised_on", lambda row: row.promised_on),
        Column("owner", lambda row: row.owner),
        Column("queue", lambda row: row.queue),
        Column("snoozed_until", lambda row: row.snoozed_until),
        Column("phone", lambda row: row.number),
        Column("country", lambda row: row.country),
        Column("language", lambda row: row.language),
    )
