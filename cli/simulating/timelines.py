"""What a policy would do with the invoices of one customer, day by day, by the rules and a clock that jumps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timezone
from typing import Final

from cli.importing.invoice_rows import InvoiceRow
from cli.importing.mistakes import CsvMistake
from cli.scenarios.stories import story_calendar
from dunning.calendar import Calendar
from dunning.errors import Mistake
from dunning.journal import TURNING_POINTS, Line
from dunning.money import decimal_string
from dunning.policy import Policy
from dunning.records import Customer
from dunning.scenarios.core_engine import play, stage_of_story
from dunning.scenarios.scenario import Happening, Scenario, ScenarioInvoice

# A file that says nothing about addresses asks what the policy would do, not whether anybody can be reached.
_REACHABLE: Final = {"email": "debtor@example.com", "phone": "+31 20 000 00 00", "address": "somewhere"}
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happens; `at` is local time with its offset, amounts are decimal strings."""

    invoice: str
    customer: str
    at: datetime
    what: str
    value: str
    step: str | None
    by: str | None
    demands: str | None
    amount: str | None
    currency: str


def by_customer(rows: Sequence[InvoiceRow], file: str) -> tuple[tuple[InvoiceRow, ...], ...]:
    """The rows of each customer. Raises `CsvMistake` where two rows describe one customer differently."""
    groups: dict[str, list[InvoiceRow]] = {}
    for row in rows:
        groups.setdefault(row.customer_id, []).append(row)
    wrong = [
        Mistake("customer_id", row.line, f"{name}, described otherwise in line {group[0].line}", "one description")
        for name, group in groups.items()
        for row in group
        if row.customer != group[0].customer
    ]
    if wrong:
        raise CsvMistake(file, sorted(wrong, key=lambda one: one.line or 0))
    return tuple(tuple(group) for group in groups.values())


def timeline(group: Sequence[InvoiceRow], policy: Policy, until: date | None) -> list[TimelineEntry]:
    """Everything that would happen to a customer's invoices; that a person answers in time, or not, is not shown."""
    on = stage_of_story(_scenario(group, policy, until), policy, story_calendar)
    told = play(on, story_calendar, lambda _: None)
    return [
        _entry(row, line, on.calendar)
        for row in group
        for line in told.lines.get(row.invoice.id, ())
        if line.kind in TURNING_POINTS and not line.escalated
    ]


def _entry(row: InvoiceRow, line: Line, zone: Calendar) -> TimelineEntry:
    currency = row.invoice.currency
    return TimelineEntry(
        invoice=row.invoice.id,
        customer=row.customer_id,
        at=_local(zone.local(line.at), line.at),
        what=line.kind,
        value=line.value,
        step=line.step,
        by=line.by,
        demands=_money(line.demands, currency),
        amount=_money(line.amount, currency),
        currency=currency,
    )


def _scenario(group: Sequence[InvoiceRow], policy: Policy, until: date | None) -> Scenario:
    """The rows as a story in which nobody does anything but pay as the file says."""
    first = group[0]
    described = (first.customer or Customer(id=first.customer_id)).model_dump()
    nowhere = not any(described[name] for name in _REACHABLE)
    return Scenario(
        scenario=policy.name,
        policy=policy.name,
        customer=Customer.model_validate({**described, **(_REACHABLE if nowhere else {})}),
        invoices=tuple(ScenarioInvoice.model_validate(row.invoice.model_dump()) for row in group),
        methods=tuple({method.id: method for row in group for method in row.methods}.values()),
        events=tuple(_payments(group)),
        until=until,
    )


def _payments(group: Iterable[InvoiceRow]) -> Iterable[Happening]:
    for row in group:
        if row.paid_on is not None:
            body = {"id": f"{row.invoice.id}-paid", "amount": decimal_string(row.paid, row.invoice.currency)}
            at = datetime.combine(row.paid_on, _NOON)
            yield Happening.model_validate({"at": at, "invoice": row.invoice.id, "payment_received": body})


def _local(wall: datetime, at: datetime) -> datetime:
    return wall.replace(tzinfo=timezone(wall - at.astimezone(UTC).replace(tzinfo=None)))


def _money(amount: int | None, currency: str) -> str | None:
    return None if amount is None else decimal_string(amount, currency)
