"""The queue: a customer a row, the one first with whom there is most to gain, and why; the views that people save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from adapters.storage.lists.pages import Page
from adapters.storage.worklist.facts import BY_CALL
from adapters.storage.worklist.rows import COUNTED, QueueOrder, QueuePage, QueueRow, WhichCustomers
from adapters.storage.worklist.saved_views import SavedView
from api.callers import Caller, caller_of, may
from api.clock import Clock
from api.limits import in_path
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked
from api.pages.forms import our_fields
from api.pages.rendering import Flash
from api.pages.sign_in import ThePages
from api.pages.words import as_words, channel_name, minor_money, sentence
from api.problems import Problem
from api.worklist.acts import ACTS
from api.worklist.asked import ALL, ME, PATH, Wanted
from api.worklist.columns import columns_on
from api.worklist.desk import QueueDesk, TheQueueDesk
from api.worklist.words import ReasonWords, near_day, shown_reasons
from dunning.overdue import days_overdue

router = APIRouter(include_in_schema=False)

PAGE: Final = 25
_LONGEST_NAME: Final = 60
_COMES: Final = {  # what comes beside the ladder, or may
    "attempt": "A payment attempt",
    "notice": "A message",
    "answer": "The provider’s answer",
    "escalation": "A task goes higher",
    "review": "Looked at again",
}
_LONGEST_VIEW: Final = 1_000


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it: its reasons, sums and days in words."""

    row: QueueRow
    who: str
    reasons: tuple[ReasonWords, ...]
    owed: tuple[str, ...]
    oldest: str
    comes: str
    contact: str
    contact_by: str
    promise: str
    href: str


@router.get(PATH)
async def queue_page(request: Request, desk: TheQueueDesk, pages: ThePages, wanted: Wanted) -> Response:
    """The customers that the filters let through, the most urgent first."""
    caller, now = caller_of(request.scope), await pages.clock.now()
    await desk.catch_up(now)
    me, today = _name(caller), desk.today(now)
    usual = await _usual(desk, caller)
    found = await desk.rows.whole(
        wanted.which(me, usual), today, me, order=wanted.sort or "rank", cursor=wanted.cursor, limit=PAGE
    )
    asked = wanted.asked(list(request.app.state.policies.values()), await desk.owners.people(), usual)
    return await pages.show(
        request,
        "queue.html",
        asked=asked,
        rows=[_shown(row, desk, today) for row in found.page.rows],
        count=_count(found),
        found=found,
        following=asked.onwards(found.page.next),
        now=now,
        today=today,
        usual=usual,
        views=await desk.views.of(me, PATH) if me else (),
        me=me,
        acts=[act for act in ACTS if may(caller, act.right) and (act.action is None or may(caller, "bulk"))],
        near=lambda at: near_day(at.astimezone(desk.ranker.zone).date(), today),
        view=_query_of(asked, usual),
    )


@router.get(f"{PATH}.json")
async def queue_as_json(request: Request, desk: TheQueueDesk, pages: ThePages, wanted: Wanted) -> Response:
    """The same for programs, a page at a time, with every reason and its points."""
    read, now = await _read(request, desk, pages.clock, wanted)
    return await as_json(read, columns_on(desk.today(now), desk.ranker.is_workday), wanted.cursor)


@router.get(f"{PATH}.csv")
async def queue_as_csv(request: Request, desk: TheQueueDesk, pages: ThePages, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of it."""
    read, now = await _read(request, desk, pages.clock, wanted)
    return as_csv(read, columns_on(desk.today(now), desk.ranker.is_workday), "queue")


@router.post(f"{PATH}/views")
async def save_view(request: Request, desk: TheQueueDesk, pages: ThePages) -> Response:
    """Keep the filters and the order that are on under a name."""
    form, me = await our_fields(request, pages), _name(caller_of(request.scope))
    name = " ".join(form.get("name", "").split())[:_LONGEST_NAME]
    query = _clean(form.get("view", ""))
    if not name:
        raise Problem("malformed", "name: found nothing; allowed a name for the view")
    view = SavedView(me, name, query, form.get("shared") == "yes", await pages.clock.now())
    await desk.views.save(view, PATH)
    return _back(pages, query, Flash(f"The view “{name}” is saved{' for everybody' if view.shared else ''}."))


@router.post(f"{PATH}/views/forget")
async def forget_view(request: Request, desk: TheQueueDesk, pages: ThePages) -> Response:
    """Let go of a view of one's own."""
    form = await our_fields(request, pages)
    name = form.get("name", "")[:_LONGEST_NAME]
    gone = await desk.views.forget(_name(caller_of(request.scope)), PATH, name)
    said = f"The view “{name}” is gone." if gone else f"No view of yours is called “{name}”."
    return _back(pages, _clean(form.get("view", "")), Flash(said, good=gone))


async def _read(request: Request, desk: QueueDesk, clock: Clock, wanted: Wanted) -> tuple[Read[QueueRow], datetime]:
    now = await clock.now()
    await desk.catch_up(now)
    caller, today = caller_of(request.scope), desk.today(now)
    which: WhichCustomers = wanted.which(_name(caller), await _usual(desk, caller))
    order: QueueOrder = wanted.sort or "rank"

    async def read(cursor: str | None, limit: int) -> Page[QueueRow]:
        return await desk.rows.page(which, today, order=order, cursor=cursor, limit=limit)

    return read, now


def _name(caller: Caller | None) -> str:
    return caller.name if caller and caller.kind == "person" else ""


async def _usual(desk: QueueDesk, caller: Caller | None) -> str:
    """Whose rows are shown to who names nobody: their own where they have any and do not look after others' work."""
    if caller is None or caller.kind != "person" or may(caller, "bulk"):
        return ALL
    return ME if await desk.rows.has(caller.name) else ALL


def _shown(row: QueueRow, desk: QueueDesk, today: date) -> ShownRow:
    days = days_overdue(row.oldest_due_on, today)
    return ShownRow(
        row=row,
        who=row.name or row.customer_id,
        reasons=shown_reasons(row.reasons, today, desk.ranker.is_workday),
        owed=tuple(minor_money(amount, currency) for currency, amount in row.owed.items()),
        oldest=f"{days} {'day' if days == 1 else 'days'}" if row.owed else "",
        comes=_COMES.get(row.next_step or "") or sentence(as_words(row.next_step or "")) or _COMES["review"],
        contact=near_day(row.contact_on, today) if row.contact_on else "",
        contact_by="call" if row.contact_by == BY_CALL else channel_name(row.contact_by),
        promise=_promise(row, today),
        href=f"/customers/{in_path(row.customer_id)}",
    )


def _promise(row: QueueRow, today: date) -> str:
    if row.promised_on is None or row.promised_currency is None:
        return ""
    return f"{minor_money(row.promised, row.promised_currency)} promised for {near_day(row.promised_on, today)}"


def _count(found: QueuePage) -> str:
    if found.count > COUNTED:
        return f"more than {COUNTED:,} customers"
    return f"{found.count} {'customer' if found.count == 1 else 'customers'}"


def _query_of(asked: Asked, usual: str) -> str:
    """The filters and the order that are on, for whoever reads them later: whose rows they are is said."""
    owner = asked.values.get("owner") or ("" if usual == ALL else usual)
    return asked.link(owner=owner).partition("?")[2]


def _clean(query: str) -> str:
    """A query of the queue's own, without a page."""
    said: Sequence[tuple[str, str]] = parse_qsl(query[:_LONGEST_VIEW])
    return urlencode([(name, value) for name, value in said if name != "cursor"])


def _back(pages: ThePages, query: str, flash: Flash) -> Response:
    answer = RedirectResponse(f"{PATH}?{query}" if query else PATH, status_code=303)
    pages.say_next(answer, flash)
    return answer
