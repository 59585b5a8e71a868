"""The questions before people: what is asked in words, of whom, about how much, whose it is, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from adapters.colleagues import colleagues_of
from adapters.escalations.queue import Colleagues, Queue, owner_of
from adapters.storage.lists.pages import Page
from adapters.storage.lists.tasks import TaskOrder, WhichTasks, Whose
from adapters.storage.lists.views import TaskInList
from adapters.storage.unopened import KINDS as NO_CASE
from api.case_service import CaseService
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked, Filter, values_of
from api.listing.columns import Column
from api.pages.forms import Blank, Written
from api.pages.rendering import Pages
from api.pages.sign_in import ThePages
from api.pages.task_words import kinds, task_in_short, task_words
from api.pages.words import as_words, local_day, minor_money, sentence
from api.replies import replies_of
from api.routes.parts import Cursor, TheCaseService
from api.shapes.cases import CallSheetOut
from api.shapes.values import Sum
from dunning.calls import CALL
from dunning.overdue import days_overdue
from dunning.policy import Policy, Task

router = APIRouter(include_in_schema=False)

PATH: Final = "/tasks"
PAGE: Final = 25
NOBODY: Final = "nobody"  # among the owners: queues that nobody looks after
ORDERS: Final = (("due", "Most urgent"), ("opened", "Newest"), ("amount", "Largest amount"))
_USUAL: Final = ("approvals", "collections", "disputes", "finance", "system")  # whatever policies and settings name


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of the list: `words` say what is asked, `owner` is who looks after it, `days` how long it is asked,
    `overdue_days` how long the invoice is due.
    """

    task: TaskInList
    words: str
    owner: str | None
    days: int
    overdue_days: int
    is_late: bool


COLUMNS: Final[tuple[Column[TaskRow], ...]] = (
    Column("invoice_id", lambda row: row.task.invoice_id),
    Column("id", lambda row: row.task.id),
    Column("task", lambda row: row.words),
    Column("kind", lambda row: row.task.about),
    Column("customer_id", lambda row: row.task.customer_id),
    Column("customer", lambda row: row.task.customer_name),
    Column("amount", lambda row: Sum.of(row.task.demanded, row.task.currency)),
    Column("overdue_days", lambda row: row.overdue_days),
    Column("queue", lambda row: row.task.queue),
    Column("owner", lambda row: row.owner),
    Column("opened_at", lambda row: row.task.opened_at),
    Column("last_on", lambda row: row.task.last_on),
    Column("late", lambda row: row.is_late),
    Column("escalations", lambda row: row.task.escalations),
    Column("asked_by", lambda row: row.task.asked_by),
)


@dataclass(frozen=True, slots=True)
class TasksAsked:
    """Which tasks, as the URL says; what it leaves out lets everything through."""

    queue: Written = None
    kind: Written = None
    owner: Written = None
    customer: Written = None
    late: Annotated[Literal["yes"] | None, Blank, Query()] = None
    sort: Annotated[TaskOrder | None, Blank, Query()] = None
    cursor: Cursor = None


Wanted = Annotated[TasksAsked, Depends()]


@dataclass(frozen=True, slots=True)
class TaskDesk:
    """Reads the tasks, with who looks after each, as of `now`."""

    service: CaseService
    queues: Mapping[str, Queue]
    colleagues: Colleagues
    policies: Iterable[Policy]
    now: datetime
    zone: str

    @property
    def today(self) -> date:
        """By the creditor's clock."""
        return local_day(self.now, self.zone)

    def read(self, wanted: TasksAsked) -> Read[TaskRow]:
        """How the rows are read."""
        late_on = self.today if wanted.late else None
        which = WhichTasks(wanted.queue, wanted.kind, wanted.customer, late_on, self._whose(wanted))

        async def read(cursor: str | None, limit: int) -> Page[TaskRow]:
            page = await self.service.store.tasks.page(which, order=wanted.sort or "due", cursor=cursor, limit=limit)
            return page.shown(self._row)

        return read

    def asked(self, wanted: TasksAsked) -> Asked:
        """The same for the page's form, chips and links."""
        said = values_of(**{one.name: getattr(wanted, one.name) for one in fields(wanted)})
        narrowing = {name: value for name, value in said.items() if name not in {"sort", "cursor"}}
        return Asked(PATH, self._filters(), narrowing, ORDERS, wanted.sort or "", wanted.cursor)

    def owner(self, queue: str, assigned: str | None = None) -> str | None:
        """Who looks after a queue, or after a task of it whose customer is `assigned` to somebody."""
        return owner_of(self.queues.get(queue), self.colleagues, assigned)

    def _known_queues(self) -> list[str]:
        tasks = (action for policy in self.policies for step in policy.steps for action in step.do)
        return sorted({*self.queues, *_USUAL, *(one.queue for one in tasks if isinstance(one, Task))})

    def _whose(self, wanted: TasksAsked) -> Whose | None:
        if wanted.owner is None:
            return None
        person = None if wanted.owner == NOBODY else wanted.owner
        return Whose(person, [name for name in self._known_queues() if self.owner(name) == person])

    def _filters(self) -> tuple[Filter, ...]:
        queues = self._known_queues()
        owners = sorted({one.name for one in self.colleagues.values() if one.works})
        tasks = (action for policy in self.policies for step in policy.steps for action in step.do)
        known = sorted({*kinds(), *(one.kind for one in tasks if isinstance(one, Task))})
        return (
            Filter("queue", "Queue", [(name, sentence(as_words(name))) for name in queues]),
            Filter("kind", "Kind", sorted(((one, sentence(task_in_short(one))) for one in known), key=lambda x: x[1])),
            Filter("owner", "Owner", [*((name, name) for name in owners), (NOBODY, "Nobody")]),
            Filter("customer", "Customer id"),
            Filter("late", "Late", (("yes", "Late only"),)),
        )

    def _row(self, task: TaskInList) -> TaskRow:
        demanded = minor_money(task.demanded, task.currency) if task.demanded > 0 else ""
        words = task_words(task.about, task.note, task.customer_name or task.customer_id, demanded)
        today = local_day(self.now, task.zone or self.zone)
        days = (today - local_day(task.opened_at, task.zone or self.zone)).days
        is_late = task.escalations > 0 or task.last_on < self.today
        return TaskRow(
            task, words, self.owner(task.queue, task.assigned), days, days_overdue(task.due_on, today), is_late
        )


async def _desk(request: Request, service: TheCaseService, pages: ThePages) -> TaskDesk:
    colleagues, policies = await colleagues_of(service.store.people), tuple(request.app.state.policies.values())
    now, settings = await pages.clock.now(), pages.settings
    return TaskDesk(service, settings.queues, colleagues, policies, now, settings.timezone)


TheDesk = Annotated[TaskDesk, Depends(_desk)]


@router.get(PATH)
async def tasks_page(request: Request, pages: ThePages, desk: TheDesk, wanted: Wanted) -> Response:
    """The open tasks that the filters let through."""
    page = await desk.read(wanted)(wanted.cursor, PAGE)
    asked = desk.asked(wanted)
    return await pages.show(
        request, "tasks.html", asked=asked, rows=page.rows, following=asked.onwards(page.next), no_case=NO_CASE,
        **await _beside(desk, pages, page.rows),
    )  # fmt: skip


async def _beside(desk: TaskDesk, pages: Pages, rows: tuple[TaskRow, ...]) -> dict[str, object]:
    """What stands beside the tasks: whom to call, what a reply seems to say, and why something is asked."""
    store, tasks = desk.service.store, [row.task for row in rows]
    sheets = await store.call_sheets.of_cases({task.invoice_id for task in tasks if task.about == CALL}, desk.now)
    return {
        "calls": {name: CallSheetOut.of(sheet) for name, sheet in sheets.items()},
        "replies": await replies_of(tasks, pages.settings.timezone),
        "reasons_of": await store.reasons.of_cases({task.invoice_id for task in tasks}),
    }


@router.get(f"{PATH}.json")
async def tasks_as_json(desk: TheDesk, wanted: Wanted) -> Response:
    """The same for programs, a page at a time."""
    return await as_json(desk.read(wanted), COLUMNS, wanted.cursor)


@router.get(f"{PATH}.csv")
async def tasks_as_csv(desk: TheDesk, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of it."""
    return as_csv(desk.read(wanted), COLUMNS, "tasks")
