"""A message that is to come: how it will look, and a person's wish that it leaves now, or once more (N3).

What is shown is what the rules would do with the wish; sending the form asks the case, which may refuse. A form carries
a name of its own, so that sending it twice is one wish (`dunning.asked`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.messages.composer import Composer
from adapters.messages.preview import LEAVES_BY, Form, Preview
from adapters.request_ids import new_request_id
from api.callers import caller_of
from api.case_client import Unanswered
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.limits import in_path
from api.message_previews import ComingMessage, MessagePreviews
from api.pages.forms import our_fields
from api.pages.framed import blocks_of
from api.pages.rendering import Flash, Pages
from api.pages.sign_in import ThePages
from api.pages.words import as_words, moment_words
from api.printed import as_file, as_pdf, expect_pdf
from api.problems import Problem
from api.routes.parts import InvoiceId, TheCaseService, TheReader
from api.safe_headers import MESSAGE
from dunning.errors import DunningError, NotFound, Refused
from dunning.messages import SendAgain, SendNow

router = APIRouter(prefix="/cases/{invoice_id}/messages", include_in_schema=False)

Kind = Literal["next", "resend", "send-now"]
FORMS: Final[dict[Form, str]] = {"html": "E-mail", "text": "E-mail as text", "sms": "Text message", "letter": "Letter"}
_WISHES: Final[Mapping[str, type[SendAgain | SendNow]]] = {"resend": SendAgain, "send-now": SendNow}
_LONGEST: Final = 500  # characters of a reason
_MEANT: Final = "somebody"  # whom a preview names where nobody was let in

StepNamed = Annotated[str, Query(max_length=64, pattern=r"^[a-z0-9_-]*$")]
Shown = Annotated[Form | None, Query(alias="as")]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the page is about: the message to come, or why the case refuses it now; neither where none comes."""

    coming: ComingMessage | None = None
    refused: Refused | None = None

    def form(self, wanted: Form | None) -> Form:
        """The form that is shown: the one that is wanted, or else that of the first channel by which it leaves."""
        if wanted is not None or self.coming is None:
            return wanted or "html"
        return next((one for one, channel in LEAVES_BY.items() if channel in self.coming.channels), "html")

    @property
    def found(self) -> ComingMessage:
        """The message to come. Raises `NotFound`."""
        if self.coming is None:
            raise NotFound("message: found none to come")
        return self.coming


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as somebody filled it in, `by` their name. `once` is its own name; `lacking`: not all of it;
    `unanswered`: the case did not answer it in time.
    """

    by: str = ""
    reason: str = ""
    once: str = ""
    lacking: bool = False
    unanswered: bool = False

    @classmethod
    def read(cls, form: Mapping[str, str], by: str) -> Filled:
        """From the fields of a form that somebody sends."""
        return cls(by, " ".join(form.get("reason", "").split())[:_LONGEST], form.get("once", "")[:100])


@dataclass(frozen=True, slots=True)
class MessagePage:
    """The page of a message to come of one invoice."""

    request: Request
    service: CaseService
    pages: Pages
    invoice_id: str
    kind: Kind

    @property
    def by(self) -> str:
        """Who looks at it, and asks for it (R1)."""
        caller = caller_of(self.request.scope)
        return caller.name if caller else _MEANT

    async def outlook(self, step: str, composer: Composer | None = None) -> Outlook:
        """What would come of it, as the rules have it now."""
        previews = MessagePreviews(self.service, composer or self.request.app.state.composer)
        wish = _WISHES.get(self.kind)
        if wish is None:
            return Outlook(await previews.coming(self.invoice_id))
        return Outlook(*await previews.asked(self.invoice_id, wish(step=step or "-", by=self.by, reason="a preview")))

    async def shown(
        self, step: str, outlook: Outlook, *, form: Form | None = None, filled: Filled | None = None, status: int = 200
    ) -> Response:
        """The page."""
        listed = await self.service.store.cases.one(self.invoice_id)
        coming, form, filled = outlook.coming, outlook.form(form), filled or Filled()
        preview, trouble = _preview(coming, form) if coming else (None, "")
        customers = await self.service.archive.customers([listed.customer_id])
        answer = await self.pages.show(
            self.request,
            "sending.html",
            kind=self.kind,
            step=step,
            listed=listed,
            zone=self.request.app.state.zones.of(listed, customers[listed.customer_id]),
            coming=coming,
            refused=outlook.refused,
            not_set=_not_set(coming),
            forms=FORMS,
            leaves_by={form for form, channel in LEAVES_BY.items() if coming and channel in coming.channels},
            form=form,
            preview=preview,
            trouble=trouble,
            blocks=blocks_of(preview.body) if preview and form == "html" else (),
            filled=filled,
            once=filled.once or new_request_id(),
        )
        answer.status_code = status
        return answer


def _about(
    request: Request, service: TheCaseService, pages: ThePages, invoice_id: InvoiceId, kind: Kind
) -> MessagePage:
    return MessagePage(request, service, pages, invoice_id, kind)


ThePage = Annotated[MessagePage, Depends(_about)]


@router.get("/{kind}")  # noqa: FAST003 - ThePage reads it
async def message_page(page: ThePage, step: StepNamed = "", form: Shown = None) -> Response:
    """The message as it would leave, and the form that asks for it."""
    return await page.shown(step, await page.outlook(step), form=form)


@router.get("/{kind}/page")  # noqa: FAST003 - ThePage reads it
async def framed_page(page: ThePage, step: StepNamed = "") -> Response:
    """What stands in the frame: the e-mail's page, which can do nothing."""
    coming = (await page.outlook(step)).found
    return HTMLResponse(coming.shown("html").body, headers={"Content-Security-Policy": MESSAGE})


@router.get("/{kind}/letter.pdf")  # noqa: FAST003 - ThePage reads it
async def letter(page: ThePage, step: StepNamed = "") -> Response:
    """The letter as it would be printed."""
    expect_pdf()
    app = page.request.app
    coming = (await page.outlook(step, app.state.composer.printing(page.pages.settings.window))).found
    preview = coming.shown("letter")
    return as_file(await as_pdf(preview.page or "", preview.message, app.state.checking), "letter")


@router.post("/{kind}")  # noqa: FAST003 - ThePage reads it
async def ask_for_it(page: ThePage, reader: TheReader) -> Response:
    """Ask the case for it. Sending the same form again is the same wish."""
    form = await our_fields(page.request, page.pages)
    wish, step, filled = _WISHES.get(page.kind), form.get("step", "")[:64], Filled.read(form, page.by)
    if wish is None:
        raise Problem("not-found", "Nothing is asked for here")
    try:
        asked = wish.model_validate({"step": step, "by": filled.by, "reason": filled.reason})
    except ValidationError:
        lacking = replace(filled, lacking=True)
        return await page.shown(step, await page.outlook(step), filled=lacking, status=422)
    try:
        await page.service.ask(page.invoice_id, asked, _named(page.kind, asked, filled.once))
    except Refused as refused:
        return await page.shown(step, Outlook(refused=refused), status=409)
    except Unanswered:
        return await page.shown(step, Outlook(), filled=replace(filled, unanswered=True), status=504)
    answer = RedirectResponse(f"/cases/{in_path(page.invoice_id)}#messages", status_code=303)
    page.pages.say_next(answer, Flash(await _what_became(reader, page.invoice_id, page.kind, step)))
    return answer


def _preview(coming: ComingMessage, form: Form) -> tuple[Preview | None, str]:
    """The message in that form, or why it cannot be written."""
    try:
        return coming.shown(form), ""
    except DunningError as error:
        return None, str(error)


def _not_set(coming: ComingMessage | None) -> tuple[str, ...]:
    """The settings for want of which it would wait (M1)."""
    if coming is None:
        return ()
    invoice = coming.letter.invoice
    creditor = coming.composer.creditor.for_tags(invoice.tags)
    return creditor.lacking(invoice.currency, creditor.pay_link(invoice.id))


def _named(kind: Kind, asked: SendAgain | SendNow, once: str) -> str:
    """The name of this asking: that of the form and what stands in it, so that another wish is another one."""
    content = f"{once}\n{kind}\n{asked.step}\n{asked.by}\n{asked.reason}"
    return f"page:{hashlib.sha256(content.encode()).hexdigest()[:32]}"


async def _what_became(reader: CaseReader, invoice_id: str, kind: Kind, step: str) -> str:
    """What is known of it a moment later: no more is said."""
    what = f"“{as_words(step)}”" if kind == "send-now" else f"A copy of “{as_words(step)}”"
    at = await _leaves_at(reader, invoice_id, kind, step)
    if at is None or at <= await reader.case_service.clock.now():
        return f"{what} was asked for, and the case has taken it. The messages below say what became of it."
    zone = (await reader.case(invoice_id)).timezone
    return f"{what} was asked for. It leaves on {moment_words(at, zone)}, if nothing that comes in forbids it."


async def _leaves_at(reader: CaseReader, invoice_id: str, kind: Kind, step: str) -> datetime | None:
    """When it leaves, where it has not left yet."""
    try:
        ahead = await reader.forecast(invoice_id)
    except Problem:
        return None
    lines = (line for line in ahead.lines if line.kind == "notice" and line.step == step)
    copied = (line for line in lines if (kind == "resend") == ("copy" in line.why))
    return next((line.at for line in copied), None)
