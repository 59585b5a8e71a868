"""A case in a few lines of text, its moments on its own wall clock."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.shapes.cases import CaseOut, LineOut
from api.shapes.replies import ReplyOut
from api.shapes.values import Sum
from dunning.messages import Dispose

_COLUMNS: Final = ("at", "what", "value", "step", "by", "amount", "why")


def case_summary(case: CaseOut) -> Iterator[str]:
    """The head of a case."""
    money, zone = case.money, case.timezone
    yield f"case {case.invoice_id} of {case.customer_id}: {case.stage}, policy {case.policy}"
    yield f"  {_money(money.balance)} open of {_money(money.invoice)}, {_money(money.demandable)} demandable"
    yield f"  due on {case.due_on}{_overdue(case)}; it last moved at {_local(case.now, zone)}"
    if case.outcome:
        yield f"  closed as {case.outcome} at {_local(case.closed_at, zone)}"
    else:
        yield f"  next: {case.waits_for or 'nothing is planned'}, {_local(case.next_at, zone)}"
    for step in case.steps:
        yield f"  step {step.name}: {step.status}{f' on {step.done_on}' if step.done_on else ''}"
    for hold in case.holds:
        yield f"  hold {hold.id}: {hold.reason}{f' until {hold.until}' if hold.until else ''}"
    for task in case.tasks:
        yield f"  task {task.kind} in {task.queue}, answer by {task.last_on}"
        if task.reply:
            yield from _reply(case.invoice_id, task.id, task.reply)
    if case.promise:
        yield f"  promise {case.promise.id}: {_money(case.promise.amount)} on {case.promise.on}"
    for attempt in case.attempts:
        yield f"  attempt {attempt.number} on {attempt.method}: {attempt.code or attempt.state}"


def journal_rows(lines: Iterable[LineOut], zone: str | None) -> tuple[Sequence[str], list[Sequence[object]]]:
    """The lines of a journal, or of a forecast, as a table."""
    rows = [
        (
            _local(line.at, zone),
            line.kind,
            line.value,
            line.step,
            line.by or line.method or line.queue,
            _money(line.demands or line.amount),
            line.why,
        )
        for line in lines
    ]
    return _COLUMNS, list(rows)


def _reply(invoice_id: str, task: str, reply: ReplyOut) -> Iterator[str]:
    """What the debtor wrote, what it seems to say, and the commands that a person could give; none is given here."""
    yield from (f"    | {line}" for line in reply.words.splitlines())
    for one in reply.suggests:
        yield f"    {one.words}; says: “{one.said}”"
        yield f"      to {one.next}{':' if one.act else ''}"
        if one.act:
            yield f"      {_command(invoice_id, one.act.message, one.act.body)}"
    yield "    once it is answered:"
    yield f"      {_command(invoice_id, Dispose.name, {'task': task, 'by': 'YOU', 'resume': 'true'})}"


def _command(invoice_id: str, message: str, body: Mapping[str, object]) -> str:
    return shlex.join(["dunning", "case", "signal", invoice_id, message, *(f"{name}={body[name]}" for name in body)])


def _overdue(case: CaseOut) -> str:
    """Counted to today, as everywhere (S5)."""
    if case.overdue_days is None:
        return ""
    on = f" on {case.today}" if case.today else ""
    return f", {case.overdue_days} days overdue{on}, {case.chased_days} chased"


def _local(at: datetime | None, zone: str | None) -> str:
    if at is None:
        return "-"
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if zone else f"{at:%Y-%m-%d %H:%M}Z"


def _money(sum_of: Sum | None) -> str:
    return "" if sum_of is None else f"{sum_of.amount} {sum_of.currency}"
