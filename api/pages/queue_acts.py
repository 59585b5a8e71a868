"""What is done with customers of the queue that were chosen: a form, what would come of it, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from adapters.request_ids import new_request_id
from adapters.storage.worklist.owners import BadCare
from adapters.storage.worklist.rows import WhichCustomers
from api.actions.form import FormField, Mistakes
from api.callers import Caller, allow, caller_of
from api.case_service import CaseService
from api.pages.forms import is_same_origin
from api.pages.rendering import Flash, Pages, Undo
from api.pages.sign_in import ThePages
from api.pages.words import day_words
from api.problems import Problem
from api.routes.parts import TheCaseService
from api.worklist.acts import ACT_BY_NAME, Act, Offer, fields_of, mistakes_in, said_by
from api.worklist.asked import PATH, QueueAsked
from api.worklist.bulk import MOST, Bulk, Planned
from api.worklist.desk import QueueDesk, TheQueueDesk
from dunning.errors import NotFound
from dunning.records import CustomerId

router = APIRouter(include_in_schema=False)

ACT_PATH: Final = f"{PATH}/act"
MOST_CUSTOMERS: Final = 1_000  # at once
_IDS: Final = TypeAdapter(list[CustomerId])
_PLANS: Final = TypeAdapter(dict[str, tuple[int, list[dict[str, str]]]])
_LONGEST_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class ActPage:
    """The page of one act, with those that were chosen for it."""

    request: Request
    service: CaseService
    desk: QueueDesk
    pages: Pages
    act: Act
    form: Mapping[str, str]
    customers: tuple[str, ...]
    was_cut: bool = False

    @property
    def caller(self) -> Caller | None:
        """Who asks."""
        return caller_of(self.request.scope)

    @property
    def once(self) -> str:
        """The name of this asking, the same however often the form is sent."""
        return self.form.get("once", "")[:_LONGEST_ONCE] or new_request_id()

    @property
    def bulk(self) -> Bulk:
        """What tells the cases; only of an act that is about cases."""
        action = self.act.action
        assert action is not None  # noqa: S101 - asked before
        name = self.caller.name if self.caller else ""
        return Bulk(self.service, self.request.app.state.composer, action, name)

    def permit(self) -> None:
        """Nothing, where they may do it: with several, and with cases, a manager's work (R2). Raises `Problem`."""
        allow(self.caller, "see", self.act.right)
        if len(self.customers) > 1 or self.act.action is not None:
            allow(self.caller, "bulk")

    async def offer(self) -> Offer:
        """What may be chosen in its fields."""
        return Offer(await self.desk.owners.people(), self.service.store.parties.policy_names)

    async def show(self, template_part: str, status: int = 200, **said: Any) -> Response:
        """The page while something is asked or told."""
        answer = await self.pages.show(
            self.request,
            "queue_act.html",
            part=template_part,
            act=self.act,
            chosen=self.customers,
            was_cut=self.was_cut,
            most=MOST_CUSTOMERS,
            view=self.form.get("view", ""),
            back=_back(self.form),
            once=self.once,
            **said,
        )
        answer.status_code = status
        return answer


@router.post(ACT_PATH)
async def take_act(request: Request, service: TheCaseService, desk: TheQueueDesk, pages: ThePages) -> Response:
    """The form of an act for those that were chosen; what would come of it; or, confirmed, what came of it."""
    said = parse_qsl((await request.body()).decode("utf-8", "replace"))
    form = dict(said)
    if not is_same_origin(request, pages.settings.public_url) or not pages.is_ours(request, form.get("mark", "")):
        raise Problem("forbidden", "Open the page again, and send the form from there")
    page = await _page(request, service, desk, pages, said)
    page.permit()
    if not page.customers:
        return _to_the_queue(page, Flash("Nobody was chosen. Tick customers first.", good=False))
    if form.get("go") not in {"preview", "confirm"}:
        fields = fields_of(page.act, await page.offer(), form, Mistakes())
        return await page.show("form", fields=fields, mistakes=Mistakes())
    offer, now = await page.offer(), await pages.clock.now()
    wish = said_by(page.act, offer, form, desk.today(now))
    mistakes = wish if isinstance(wish, Mistakes) else mistakes_in(page.act, wish, "somebody")
    if isinstance(wish, Mistakes) or mistakes:
        return await page.show("form", 422, fields=fields_of(page.act, offer, form, mistakes), mistakes=mistakes)
    fields = fields_of(page.act, offer, form, Mistakes())
    if page.act.action is None:
        return await _with_customers(page, wish, fields)
    return await _with_cases(page, wish, fields, form)


async def _with_customers(page: ActPage, wish: Mapping[str, Any], fields: Sequence[FormField]) -> Response:
    """Done at once, for it is taken back as easily; what stood already is left."""
    now, by = await page.pages.clock.now(), page.service.who or ""
    owners, today = page.desk.owners, page.desk.today(now)
    undo = await _undo(page)
    try:
        match page.act.name:
            case "assign":
                changed = await owners.assign(page.customers, wish.get("person"), by, now)
            case "snooze":
                until = date.fromisoformat(wish["until"])
                changed = await owners.snooze(page.customers, until, wish.get("reason", ""), by, now, today=today)
            case _:
                changed = await owners.wake(page.customers, by, now)
    except BadCare as error:
        return await page.show("form", 409, fields=fields, mistakes=Mistakes(whole=str(error)))
    done = f"{_customers(len(changed.done))} {page.act.done}{_to_whom(page.act, wish)}."
    stood = f" {_customers(len(changed.stood))} {'was' if len(changed.stood) == 1 else 'were'} so already."
    return _to_the_queue(page, Flash(done + (stood if changed.stood else ""), undo=undo if changed.done else None))


async def _undo(page: ActPage) -> Undo | None:
    """What takes it back, of one customer: whose they were, and until when they were put off."""
    if len(page.customers) != 1:
        return None
    [customer] = page.customers
    owned, put_off = await page.desk.owners.of_customer(customer)
    back = {"customer": customer, "go": "confirm", "view": page.form.get("view", "")}
    if page.act.name == "assign":
        return Undo(
            ACT_PATH, {**back, "act": "assign", "person": next((o.person for o in owned if not o.ended_at), "")}
        )
    stood = next((one for one in put_off if not one.ended_at), None)
    if stood is None:
        return Undo(ACT_PATH, {**back, "act": "wake"})
    return Undo(ACT_PATH, {**back, "act": "snooze", "until": stood.until_on.isoformat(), "reason": stood.reason})


async def _with_cases(
    page: ActPage, wish: Mapping[str, Any], fields: Sequence[FormField], form: Mapping[str, str]
) -> Response:
    bulk = page.bulk
    if form.get("go") == "preview":
        chosen = await bulk.chosen(page.customers)
        planned = await bulk.planned(chosen[:MOST], wish)
        takes = [one for one in planned if one.own]
        return await page.show(
            "preview",
            fields=[field for field in fields if field.value],
            takes=takes,
            left_out=_grouped(planned),
            beyond=max(0, len(chosen) - MOST),
            plan=json.dumps({one.case.invoice_id: (one.case.seen, one.own) for one in takes}),
        )
    outcomes = await bulk.done(
        await bulk.named(_plans(form)), wish, page.once, again=form.get("again") == "yes"
    )  # fmt: skip
    done = [one for one in outcomes if one.became == "done"]
    return await page.show(
        "result",
        fields=[field for field in fields if field.value],
        done=done,
        others=[one for one in outcomes if one.became != "done"],
        to_send_again=any(one.became == "under-way" for one in outcomes),
        plan=form.get("plan", ""),
    )


async def _page(
    request: Request, service: CaseService, desk: QueueDesk, pages: Pages, said: Sequence[tuple[str, str]]
) -> ActPage:
    form = dict(said)
    act = ACT_BY_NAME.get(form.get("act", ""))
    if act is None:
        raise NotFound(f"act: found none of that name; allowed {', '.join(ACT_BY_NAME)}")
    ids = [value for name, value in said if name == "customer"]
    if form.get("all") == "yes":
        found = await _all_of(request, desk, pages, form.get("view", ""))
        ids = list(found)
    try:
        customers = tuple(dict.fromkeys(_IDS.validate_python(ids[: MOST_CUSTOMERS + 1])))
    except ValidationError:
        raise NotFound("customer: found an id that is none; allowed those of the queue") from None
    was_cut = len(customers) > MOST_CUSTOMERS
    return ActPage(request, service, desk, pages, act, form, customers[:MOST_CUSTOMERS], was_cut)


async def _all_of(request: Request, desk: QueueDesk, pages: Pages, view: str) -> tuple[str, ...]:
    """Everybody that the filters let through, the most urgent first."""
    said = dict(parse_qsl(view))
    caller, now = caller_of(request.scope), await pages.clock.now()
    try:
        asked = TypeAdapter(QueueAsked).validate_python({name: value for name, value in said.items() if value})
    except ValidationError:
        raise Problem("malformed", "view: found no filters of the queue; allowed those of its page") from None
    which: WhichCustomers = asked.which(caller.name if caller else "", said.get("owner", "all"))
    return await desk.rows.ids(which, desk.today(now), MOST_CUSTOMERS + 1)


def _plans(form: Mapping[str, str]) -> dict[str, tuple[int, list[dict[str, str]]]]:
    try:
        return _PLANS.validate_json(form.get("plan", ""))
    except ValidationError:
        raise Problem("malformed", "plan: found none; allowed what the preview gave") from None


def _grouped(planned: Sequence[Planned]) -> list[tuple[str, list[Planned]]]:
    """Those that are left out, by why."""
    why: dict[str, list[Planned]] = {}
    for one in planned:
        if not one.own:
            why.setdefault(one.left_out, []).append(one)
    return sorted(why.items(), key=lambda one: (-len(one[1]), one[0]))


def _customers(count: int) -> str:
    return f"{count} {'customer' if count == 1 else 'customers'}"


def _to_whom(act: Act, wish: Mapping[str, Any]) -> str:
    if act.name == "assign":
        return f" to {wish['person']}" if wish.get("person") else ": as the rules say"
    if act.name == "snooze":
        return f" to the end of {day_words(date.fromisoformat(wish['until']))}"
    return ""


def _back(form: Mapping[str, str]) -> str:
    view = form.get("view", "")
    return f"{PATH}?{view}" if view else PATH


def _to_the_queue(page: ActPage, flash: Flash) -> Response:
    answer = RedirectResponse(_back(page.form), status_code=303)
    page.pages.say_next(answer, flash)
    return answer
