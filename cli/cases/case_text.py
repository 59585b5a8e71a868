"""A case in a few lines of text, its moments on its own wall clock, in the words of the console."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from api.actions.things import FOUR_EYES
from api.pages.task_words import task_words
from api.pages.words import stage_name
from api.shapes.cases import CaseOut, StepOut
from api.shapes.replies import ReplyOut
from api.shapes.values import Sum
from cli.wording import count, day, local, lower, moment, money
from dunning.calls import CALL
from dunning.messages import Approve, Call, Dispose, ResolveDispute

_DISPUTE: Final = "dispute"
_APPROVALS: Final = frozenset({"approval", FOUR_EYES})


def case_summary(case: CaseOut, name: str | None = None) -> Iterator[str]:
    """The head of a case; `name` is its debtor's, where it is known."""
    who, today = name or case.customer_id, case.today
    debtor = f"{name} ({case.customer_id})" if name else case.customer_id
    yield f"case {case.invoice_id} of {debtor}: {lower(stage_name(case.stage))}, policy {case.policy}"
    yield f"  {_owed(case)}"
    yield f"  due on {day(case.due_on)}{_overdue(case)}; it last moved on {moment(case.now, case.timezone)}"
    if case.outcome and case.closed_at:
        closed = moment(case.closed_at, case.timezone)
        yield f"  closed as {lower(stage_name(case.outcome))} on {closed}"
    else:
        when = f", {moment(case.next_at, case.timezone)}" if case.next_at else ""
        yield f"  next: {case.waits_for or 'nothing comes by itself'}{when}"
    for step in case.steps:
        yield f"  step {step.name}: {_step(step, case)}"
    for hold in case.holds:
        yield f"  hold {hold.id}: {hold.reason}{f' until {day(hold.until)}' if hold.until else ''}"
    for task in case.tasks:
        words = task_words(task.kind, task.about or "", who, sum_words(case.money.demandable))
        yield f"  task {task.id}: {words}; {task.queue}, answer by {day(task.last_on, today)}"
        if task.reply:
            yield from reply_lines(case.invoice_id, task.id, task.reply)
    for dispute in case.disputes:
        yield f"  dispute {dispute.id}: {sum_words(dispute.amount)}{f', “{dispute.reason}”' if dispute.reason else ''}"
    if case.promise:
        yield f"  promise {case.promise.id}: {sum_words(case.promise.amount)} by {day(case.promise.on, today)}"
    for attempt in case.attempts:
        yield f"  attempt {attempt.number} on {attempt.method}: {attempt.code or attempt.state}"


def sum_words(amount: Sum) -> str:
    """EUR 1,495.00."""
    return money(amount.amount, amount.currency)


def balance_words(balance: Sum) -> str:
    """EUR 1,495.00 open; or what was paid too much, which is no demand."""
    if balance.minor < 0:
        return f"{money(balance.amount.removeprefix('-'), balance.currency)} paid too much"
    return f"{sum_words(balance)} open"


def reply_lines(invoice_id: str, task: str, reply: ReplyOut) -> Iterator[str]:
    """What the debtor wrote, what it seems to say, and the commands that a person could give; none is given here."""
    yield from (f"    | {line}" for line in reply.words.splitlines())
    for one in reply.suggests:
        yield f"    {one.words}; says: “{one.said}”"
        yield f"      to {one.next}{':' if one.act else ''}"
        if one.act:
            yield f"      {command(invoice_id, one.act.message, one.act.body)}"
    yield "    once it is answered:"
    yield f"      {answer_to(invoice_id, task, 'reply', None)}"


def answer_to(invoice_id: str, task: str, kind: str, about: str | None) -> str:
    """The command that answers a task."""
    by = {"by": "YOU"}
    if kind == CALL:
        return command(invoice_id, Call.name, {"result": "reached", "task": task, **by})
    if kind == _DISPUTE and about:
        return command(invoice_id, ResolveDispute.name, {"id": about, "accepted": "true"})
    if kind in _APPROVALS:
        of = {"task": task} if kind == FOUR_EYES or not about else {"step": about}
        return command(invoice_id, Approve.name, {**of, **by})
    return command(invoice_id, Dispose.name, {"task": task, **by, "resume": "true"})


def command(invoice_id: str, message: str, body: Mapping[str, object]) -> str:
    """The command that tells a case this."""
    return shlex.join(["dunning", "case", "signal", invoice_id, message, *(f"{name}={body[name]}" for name in body)])


def _owed(case: CaseOut) -> str:
    owed = f"{balance_words(case.money.balance)} of {sum_words(case.money.invoice)}"
    if case.money.balance.minor <= 0 or case.outcome:
        return owed
    return f"{owed}, {sum_words(case.money.demandable)} demanded"


def _step(step: StepOut, case: CaseOut) -> str:
    if step.status == "open":
        return "not needed" if case.outcome else "to come"
    return f"{step.status}{f' on {day(step.done_on)}' if step.done_on else ''}"


def _overdue(case: CaseOut) -> str:
    """Counted to today, as everywhere (S5)."""
    if case.overdue_days is None:
        return ""
    on = f" on {day(case.today)}" if case.today else ""
    chased = f", {case.chased_days} chased" if case.chased_days is not None else ""
    return f", {count(case.overdue_days, 'day')} overdue{on}{chased}"


def today_of(case: CaseOut) -> date:
    """The case's local day, also where it is closed."""
    return case.today or local(case.now, case.timezone).date()
