"""The actions on a customer, each a form, a preview and one confirmation, as those of a case are.

The preview shows the futures of their cases with it and without it. What is confirmed is done once, and only while what
it is about is as the page showed it: otherwise whoever asks is told first, and decides anew (R4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from adapters.request_ids import new_request_id
from api.actions.customer_doing import Changed, CustomerDesk, as_seen, changed_since
from api.actions.customer_futures import FORESEEN, CaseFuture, futures_of
from api.actions.customer_index import CUSTOMER_ACTION_BY_NAME, OnCustomer
from api.actions.doing import Done, UnderWay
from api.actions.form import Mistakes, fields_of, told_by
from api.actions.reading_back import first_line, input_names, summary
from api.actions.things import OWN_ADDRESSES, InCustomer
from api.callers import allow, caller_of
from api.case_service import CaseService
from api.limits import in_path
from api.message_previews import MessagePreviews
from api.pages.attempts import method_name
from api.pages.forms import our_fields
from api.pages.rendering import Flash, Pages
from api.pages.sign_in import ThePages
from api.pages.words import local_day
from api.routes.parts import CustomerId, TheCaseService
from dunning.errors import NotFound
from dunning.messages import Message

router = APIRouter(prefix="/customers/{customer_id}/actions", include_in_schema=False)

_LONGEST_ONCE: Final = 100
_LONGEST_SEEN: Final = 200


@dataclass(frozen=True, slots=True)
class ShownOfCustomer:
    """What the page says beside the form: what would come of it, what became of it, what happened meanwhile.

    `understood` is false while the form is to be filled in.
    """

    understood: bool = False
    futures: tuple[CaseFuture, ...] = ()
    changed: tuple[str, ...] = ()
    under_way: bool = False
    mistakes: Mistakes = Mistakes()  # noqa: RUF009 - it is frozen


@dataclass(frozen=True, slots=True)
class CustomerActionPage:
    """The page of an action on one customer."""

    request: Request
    service: CaseService
    pages: Pages
    customer_id: str
    on: OnCustomer

    async def about(self) -> InCustomer:
        """The customer with all that a form may offer of them. Raises `NotFound`."""
        view = await self.service.store.parties.customer(self.customer_id)
        zone = view.record.timezone or self.pages.settings.timezone
        return InCustomer(view, zone, {one.id: method_name(one, one.id).words for one in view.methods})

    async def comes(self, messages: Sequence[Message]) -> ShownOfCustomer:
        """What would come of these messages now."""
        if not self.on.foresees:
            return ShownOfCustomer(understood=True)
        previews = MessagePreviews(self.service, self.request.app.state.composer)
        now = await self.service.clock.now()
        return ShownOfCustomer(understood=True, futures=await futures_of(previews, self.customer_id, messages, now))

    async def show(
        self, about: InCustomer, form: Mapping[str, str], shown: ShownOfCustomer, status: int = 200, *, seen: str = ""
    ) -> Response:
        """The page: the form while it is to be filled in, else what would come of it. `seen` is how the page before
        showed the customer; empty: as they are.
        """
        fields = fields_of(self.on.action, about, form, shown.mistakes)
        owed = await self.service.store.customers.owed(self.customer_id)
        answer = await self.pages.show(
            self.request,
            "customer_action.html",
            action=self.on.action,
            foresees=self.on.foresees,
            view=about.view,
            customer=about.view.record,
            zone=about.zone,
            fields=fields,
            summary=summary(fields, about),
            filled={name: form.get(name, "") for name in input_names(fields)},
            once=form.get("once", "")[:_LONGEST_ONCE] or new_request_id(),
            seen=seen or as_seen(about.view),
            again=shown.under_way,
            shown=shown,
            owed=owed,
            others=max(0, owed.cases - FORESEEN),
        )
        answer.status_code = status
        return answer


def _page(
    request: Request, service: TheCaseService, pages: ThePages, customer_id: CustomerId,
    action: Annotated[str, Path(max_length=40)],
) -> CustomerActionPage:  # fmt: skip
    if action not in CUSTOMER_ACTION_BY_NAME:
        raise NotFound(f"action: found none of that name; allowed {', '.join(CUSTOMER_ACTION_BY_NAME)}")
    return CustomerActionPage(request, service, pages, customer_id, CUSTOMER_ACTION_BY_NAME[action])


ThePage = Annotated[CustomerActionPage, Depends(_page)]
Named = Annotated[str, Query(max_length=200)]  # what a form is about, by its id


@router.get("/{action}")  # noqa: FAST003 - ThePage reads it
async def customer_action_page(page: ThePage, contact: Named = "", method: Named = "") -> Response:
    """The form, with what the link to it names already."""
    allow(caller_of(page.request.scope), page.on.action.right)
    about = await page.about()
    return await page.show(about, {"contact": contact or OWN_ADDRESSES, "method": method}, ShownOfCustomer())


@router.post("/{action}")  # noqa: FAST003 - ThePage reads it
async def take_customer_form(page: ThePage) -> Response:
    """Show what would come of it; change it; or, confirmed, do it once."""
    caller = caller_of(page.request.scope)
    form = {**await our_fields(page.request, page.pages), "by": caller.name if caller else ""}
    allow(caller, "see", page.on.action.right)
    about, go, seen = await page.about(), form.get("go"), form.get("seen", "")[:_LONGEST_SEEN]
    if go == "change":
        return await page.show(about, form, ShownOfCustomer(), seen=seen)
    form.setdefault("once", new_request_id())
    today, once = local_day(await page.service.clock.now(), about.zone), form["once"][:_LONGEST_ONCE]
    told = told_by(page.on.action, about, form, once, today, is_repeat=go == "confirm")
    if isinstance(told, Mistakes):
        return await page.show(about, form, ShownOfCustomer(mistakes=told), 422, seen=seen)
    try:
        messages = page.on.action.becomes(told)
    except ValueError as error:  # pydantic's, of what no field of the form can be blamed for
        shown = ShownOfCustomer(mistakes=Mistakes(whole=first_line(error)))
        return await page.show(about, form, shown, 422, seen=seen)
    if go != "confirm":
        shown = replace(await page.comes(messages), changed=changed_since(about.view, seen))
        return await page.show(about, form, shown)
    known_to = None if form.get("again") == "yes" else seen
    outcome = await CustomerDesk(page.service).do(page.customer_id, page.on.action, told, messages, known_to)
    return await _answered(page, form, messages, outcome)


async def _answered(
    page: CustomerActionPage, form: Mapping[str, str], messages: Sequence[Message], outcome: Done | UnderWay | Changed
) -> Response:
    match outcome:
        case Done():
            answer = RedirectResponse(f"/customers/{in_path(page.customer_id)}", status_code=303)
            page.pages.say_next(answer, Flash(f"{page.on.action.done}."))
            return answer
        case Changed(parts):
            shown = replace(await page.comes(messages), changed=parts)
            return await page.show(await page.about(), form, shown, 409)
        case UnderWay():
            shown = ShownOfCustomer(understood=True, under_way=True)
            return await page.show(await page.about(), form, shown, 504, seen=form.get("seen", "")[:_LONGEST_SEEN])
