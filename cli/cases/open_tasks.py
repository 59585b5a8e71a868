"""What people are asked: the list over all cases, and one task with all that it takes to answer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from adapters.storage.lists.reasons import CaseReasons
from adapters.storage.lists.views import CaseView, TaskView
from api.call_scripts import CallScripts
from api.pages.task_words import task_words
from api.replies import replies_of
from api.shapes.cases import TaskInFull, TaskInList
from cli.cases.case_text import answer_to, reply_lines, sum_words
from cli.errands.doing import WithStore
from cli.errands.told import Table, Told
from cli.installation.connections import composer_of
from cli.installation.installation import Installation
from cli.wording import count, day, local, moment, money
from dunning.calls import CALL
from dunning.errors import NotFound
from dunning.holds.replies import REPLY
from dunning.money import decimal_string

_PAGE: Final = 200
_COLUMNS: Final = ("invoice", "task", "what to do", "queue", "answer by", "asked again")


async def tasks(
    of: WithStore, *, queue: str | None, about: str | None, customer: str | None, overdue: bool, limit: int
) -> Told:
    """Open tasks, the most urgent first."""
    found, more = await _read(of, {"queue": queue, "about": about, "customer": customer}, limit, overdue=overdue)
    cases = {one: await _case(of, one) for one in dict.fromkeys(view.invoice_id for view in found)}
    now = await of.clock.now()
    rows = [_row(one, cases[one.invoice_id], _today(of, one, now)) for one in found]
    reasons = await of.store.reasons.of_cases(set(cases))
    items = [TaskInList.of(one, reasons[one.invoice_id]).model_dump(mode="json") for one in found]
    remarks = (f"the first {count(limit, 'task')}; --limit shows more",) if more else ()
    return Told({"items": items, "more": more}, (Table(_COLUMNS, rows, "Nobody is asked anything."),), remarks)


async def task(of: Installation, *, invoice: str, name: str) -> Told:
    """One task. Raises `NotFound`."""
    view, case = await of.store.cases.task(invoice, name), await _case(of, invoice)
    reasons, is_open = await of.store.reasons.of_case(invoice), view.closed_at is None
    sheets = await of.store.call_sheets.of_cases({invoice}, await of.clock.now()) if _is_call(view) else {}
    replies = await replies_of([view], of.settings.creditor.timezone) if view.about == REPLY else {}
    whole = TaskInFull.of(view, reasons, sheets.get(invoice), replies.get((invoice, name)))
    if _is_call(view):
        whole = whole.with_script(await CallScripts(of.case_service, composer_of(of.settings)).of_case(invoice))
    today = _today(of, view, await of.clock.now())
    lines = [*_lines(whole, view, case, reasons, today)]
    if is_open:
        lines += ["to answer it:", f"  {answer_to(invoice, name, view.about, view.note)}"]
    return Told(whole.model_dump(mode="json"), tuple(lines))


async def _read(of: WithStore, wanted: dict[str, Any], most: int, *, overdue: bool) -> tuple[list[TaskView], bool]:
    """The first of them, and whether there are more. Those whose last day is over stand before all others, but for
    a day's difference between time zones.
    """
    found: list[TaskView] = []
    cursor: str | None = None
    while True:
        page, now = await of.store.cases.tasks(**wanted, cursor=cursor, limit=_PAGE), await of.clock.now()
        fits = [one for one in page.rows if not overdue or one.last_on < _today(of, one, now)]
        found += fits
        cursor = page.next
        if cursor is None or len(found) > most or (overdue and not fits):
            return found[:most], len(found) > most or (cursor is not None and not overdue)


async def _case(of: WithStore, invoice: str) -> CaseView | None:
    """The case, None where the task asks about an invoice that has none yet."""
    try:
        return await of.store.cases.one(invoice)
    except NotFound:
        return None


def _words(view: TaskView, case: CaseView | None) -> str:
    who = (case.customer_name if case else None) or view.customer_id
    demanded = money(decimal_string(max(case.demandable, 0), case.currency), case.currency) if case else ""
    return task_words(view.about, view.note, who, demanded)


def _row(view: TaskView, case: CaseView | None, today: date) -> Sequence[object]:
    again = count(view.escalations, "time") if view.escalations else ""
    return view.invoice_id, view.id, _words(view, case), view.queue, _by(view, today), again


def _lines(
    whole: TaskInFull, view: TaskView, case: CaseView | None, reasons: CaseReasons, today: date
) -> Iterator[str]:
    yield _words(view, case)
    yield f"  task {view.id} of invoice {view.invoice_id}, for {view.queue}, since {moment(view.opened_at, view.zone)}"
    if view.closed_at is not None:
        yield f"  answered on {moment(view.closed_at, view.zone)}"
    else:
        yield f"  answer by {_by(view, today)}"
    reason = reasons.of(view.about, view.note, view.opened_at)
    if reason:
        yield f"  they say: “{reason}”"
    call = whole.call
    if call is not None:
        who = f"ask for {call.person}, " if call.person else ""
        yield f"  {who}{call.number or 'no number is known'}; {sum_words(call.demands)} demanded"
        yield f"  calls are allowed {call.hours} there, next at {moment(call.allowed_from, call.timezone)}"
    if whole.script is not None:
        yield f"  {whole.script.title}"
        for part in whole.script.parts:
            yield f"    {part.title}"
            yield from (f"      {paragraph}" for paragraph in part.paragraphs)
    if whole.reply is not None:
        yield from reply_lines(view.invoice_id, view.id, whole.reply)


def _by(view: TaskView, today: date) -> str:
    late = (today - view.last_on).days
    return day(view.last_on, today) + (f", {count(late, 'day')} late" if late > 0 else "")


def _is_call(view: TaskView) -> bool:
    return view.about == CALL and view.closed_at is None


def _today(of: WithStore, view: TaskView, now: Any) -> date:
    return local(now, view.zone or of.settings.creditor.timezone).date()
