"""What was written to debtors, each message with its fate and cost; what waits to leave, and why; what came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from adapters.costs import PieceCosts
from adapters.messages.languages import by_name
from adapters.messages.text_message import segments
from adapters.storage.lists.outgoing import Fate, ReturnView, SentOrder, SentView, WaitingView, WhichSent
from adapters.storage.lists.pages import Page
from api.case_service import CaseService
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked, Filter, values_of
from api.listing.columns import Column
from api.pages.forms import Blank, Written, WrittenDay
from api.pages.messages import SIGNS, cost_of, fate_of, language_of, message_name
from api.pages.sign_in import ThePages
from api.pages.words import as_words, channel_name, minor_money, sentence
from api.routes.parts import Cursor, TheCaseService, TheCosts
from api.shapes.values import Sum
from dunning.records import Channel

router = APIRouter(include_in_schema=False)

PATH: Final = "/messages"
PAGE: Final = 50
View = Literal["sent", "waiting", "returned"]
# Every view: its name, and what it shows.
VIEWS: Final[Mapping[View, tuple[str, str]]] = {
    "sent": ("Sent", "Every message to a debtor, and what became of it."),
    "waiting": ("Waiting", "Messages that should have left, and why they have not."),
    "returned": ("Came back", "Mail that answers a message of ours, as it came."),
}
FATES: Final[Mapping[Fate, str]] = {
    "delivered": "Delivered", "sent": "Sent, not heard of since", "bounced": "Bounced", "refused": "Not sent",
    "unsure": "Not known", "begun": "On its way",
}  # fmt: skip
ORDERS: Final = (("newest", "Newest"), ("oldest", "Oldest"))


@dataclass(frozen=True, slots=True)
class MessagesAsked:
    """Which messages, as the URL says. The filters are those of what was sent."""

    view: Annotated[View | None, Blank, Query()] = None
    state: Annotated[Fate | None, Blank, Query()] = None
    channel: Annotated[Channel | None, Blank, Query()] = None
    language: Annotated[Annotated[str, Field(pattern="^[a-z]{2,3}$")] | None, Blank, Query()] = None
    customer: Written = None
    invoice: Written = None
    since: WrittenDay = None
    until: WrittenDay = None
    sort: Annotated[SentOrder | None, Blank, Query()] = None
    cursor: Cursor = None

    def read(self, service: CaseService, zone: str) -> Read[SentView]:
        """How the rows of what was sent are read."""
        before = self.until and self.until + timedelta(days=1)
        which = WhichSent(
            self.state, self.channel, self.language, self.customer, self.invoice, _start(self.since, zone),
            _start(before, zone),
        )  # fmt: skip

        async def read(cursor: str | None, limit: int) -> Page[SentView]:
            return await service.store.outgoing.page(which, order=self.sort or "newest", cursor=cursor, limit=limit)

        return read

    def asked(self, languages: Iterable[str]) -> Asked:
        """The same for the page's form, chips and links."""
        if self.view in {"waiting", "returned"}:
            return Asked(PATH, (), {}, cursor=self.cursor, besides=values_of(view=self.view))
        filters = (
            Filter("state", "State", tuple(FATES.items())),
            Filter("channel", "Channel", [(one, sentence(channel_name(one))) for one in SIGNS]),
            Filter("language", "Debtor's language", [(one, by_name(one)) for one in languages]),
            Filter("customer", "Customer id"),
            Filter("invoice", "Invoice"),
            Filter("since", "From", kind="date"),
            Filter("until", "To", kind="date"),
        )
        said = values_of(**{one.name: getattr(self, one.name) for one in fields(self)})
        kept = {name: value for name, value in said.items() if name not in {"view", "sort", "cursor"}}
        return Asked(PATH, filters, kept, ORDERS, self.sort or "", self.cursor)


Wanted = Annotated[MessagesAsked, Depends()]


@dataclass(frozen=True, slots=True)
class SentRow:
    """One message of the page, in words."""

    view: SentView
    name: str
    sign: str
    state: str
    tone: str
    why: str
    language: str
    cost: str
    demands: str
    href: str


@router.get(PATH)
async def messages_page(
    request: Request, service: TheCaseService, pages: ThePages, costs: TheCosts, wanted: Wanted
) -> Response:
    """The messages that the filters let through; or what waits; or what came back."""
    languages = sorted({locale.partition("-")[0] for locale in request.app.state.catalogue or ("en",)})
    asked, view, outgoing = wanted.asked(languages), wanted.view or "sent", service.store.outgoing
    rows: list[SentRow] = []
    waiting: list[tuple[str, WaitingView]] = []
    back: list[tuple[str, ReturnView]] = []
    following: str | None = None
    match view:
        case "sent":
            page = await wanted.read(service, pages.settings.timezone)(wanted.cursor, PAGE)
            rows, following = [_row(one, costs) for one in page.rows], page.next
        case "waiting":
            late = await outgoing.waiting(cursor=wanted.cursor, limit=PAGE)
            waiting, following = [(_waits(one), one) for one in late.rows], late.next
        case "returned":
            came = await outgoing.returned(cursor=wanted.cursor, limit=PAGE)
            back, following = [(_meaning(one.meaning), one) for one in came.rows], came.next
    return await pages.show(
        request, "messages.html", asked=asked, view=view, name=VIEWS[view][0], means=VIEWS[view][1],
        views=[(one, words, f"{PATH}?view={one}") for one, (words, _) in VIEWS.items()],
        rows=rows, waiting=waiting, back=back, following=asked.onwards(following),
    )  # fmt: skip


@router.get(f"{PATH}.json")
async def messages_as_json(service: TheCaseService, pages: ThePages, costs: TheCosts, wanted: Wanted) -> Response:
    """What was sent, for programs, a page at a time."""
    return await as_json(wanted.read(service, pages.settings.timezone), _columns(costs), wanted.cursor)


@router.get(f"{PATH}.csv")
async def messages_as_csv(service: TheCaseService, pages: ThePages, costs: TheCosts, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of it."""
    return as_csv(wanted.read(service, pages.settings.timezone), _columns(costs), "messages")


def _columns(costs: PieceCosts) -> tuple[Column[SentView], ...]:
    return (
        Column("at", lambda one: one.sending.at),
        Column("message", lambda one: one.sending.message),
        Column("step", lambda one: one.sending.notice),
        Column("channel", lambda one: one.sending.channel),
        Column("state", lambda one: fate_of(one.sending)[0]),
        Column("invoice_id", lambda one: one.invoice_id),
        Column("customer_id", lambda one: one.customer_id),
        Column("customer", lambda one: one.customer_name),
        Column("demands", lambda one: Sum.of(one.sending.demands, one.sending.currency)),
        Column("language", lambda one: one.sending.head.language if one.sending.head else None),
        Column("cost", lambda one: _price(one, costs)),
        Column("delivered_at", lambda one: one.sending.delivered_at),
        Column("bounced_at", lambda one: one.sending.bounced_at),
        Column("message_id", lambda one: one.sending.kept_as if one.sending.head else None),
    )


def _price(one: SentView, costs: PieceCosts) -> str | None:
    """What it cost by the prices of today, such as EUR 0.075; None where it did not leave, or nobody knows."""
    if one.sending.state == "refused" or (one.sending.head is None and one.sending.channel == "sms"):
        return None
    cost = costs.of(one.sending.channel, segments(one.sending.head.text) if one.sending.head else 1)
    return str(cost) if cost else None


def _row(one: SentView, costs: PieceCosts) -> SentRow:
    sending = one.sending
    state, tone, why = fate_of(sending)
    return SentRow(
        one, message_name(sending.message), SIGNS[sending.channel], state, tone, why, language_of(sending),
        cost_of(sending, costs), minor_money(sending.demands, sending.currency) if sending.demands else "",
        f"{PATH}/{sending.kept_as}" if sending.head and sending.state != "refused" else "",
    )  # fmt: skip


def _waits(one: WaitingView) -> str:
    """What did not leave, in words."""
    name = sentence(as_words(one.value))
    return f"{name}: nobody could be reached" if one.kind == "unreachable" else name


def _meaning(meaning: str | None) -> str:
    return _MEANINGS.get(meaning or "", meaning or "not read yet")


def _start(day: date | None, zone: str) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) if day else None


_MEANINGS: Final = {
    "arrived": "It arrived",
    "returned": "It could not be delivered",
    "complaint": "They call it spam",
    "unsubscribed": "They want no more of it",
    "absent": "They are away",
    "answer": "They wrote back",
    "delayed": "It is delayed; nothing follows",
    "relayed": "It was passed on; nothing follows",
    "automatic": "An automatic answer; nothing follows",
    "feedback": "A report; nothing follows",
    "unknown": "Not understood; nothing follows",
}
