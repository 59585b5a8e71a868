"""A message that is to come: how it will look in each form, by itself, or if a person wished it now, or once more (N3).

What is shown is what the rules would do with the wish. Asking for it is an action of the case (`api.pages.actions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from adapters.messages.composer import Composer
from adapters.messages.preview import LEAVES_BY, Form, Preview
from api.callers import caller_of
from api.case_service import CaseService
from api.message_previews import ComingMessage, MessagePreviews
from api.pages.framed import blocks_of
from api.pages.rendering import Pages
from api.pages.sign_in import ThePages
from api.printed import as_file, as_pdf, expect_pdf
from api.routes.parts import InvoiceId, TheCaseService
from api.safe_headers import MESSAGE
from dunning.errors import DunningError, NotFound, Refused
from dunning.messages import SendAgain, SendNow

router = APIRouter(prefix="/cases/{invoice_id}/messages", include_in_schema=False)

Kind = Literal["next", "resend", "send-now"]
FORMS: Final[dict[Form, str]] = {"html": "E-mail", "text": "E-mail as text", "sms": "Text message", "letter": "Letter"}
_WISHES: Final[Mapping[str, type[SendAgain | SendNow]]] = {"resend": SendAgain, "send-now": SendNow}
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

    async def shown(self, step: str, outlook: Outlook, *, form: Form | None = None) -> Response:
        """The page."""
        listed = await self.service.store.cases.one(self.invoice_id)
        coming, form = outlook.coming, outlook.form(form)
        preview, trouble = _preview(coming, form) if coming else (None, "")
        customers = await self.service.archive.customers([listed.customer_id])
        return await self.pages.show(
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
        )


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
