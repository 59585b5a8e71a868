"""A customer's statement: all that is open in one currency, in the words of the message `statement`, to read or print.

It leaves by itself where a step of a policy names that message. Here nothing is sent, and nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from adapters.messages.composer import Composer
from adapters.messages.particulars import Beside
from adapters.messages.preview import Form, Preview, of_letter
from adapters.storage.lists.cases import Which
from adapters.storage.lists.views import CaseView
from adapters.stored_statements import StoredStatements
from api.case_service import CaseService
from api.pages.framed import blocks_of
from api.pages.rendering import Pages
from api.pages.sending import FORMS, Shown
from api.pages.sign_in import ThePages
from api.pages.words import local_day
from api.printed import as_file, as_pdf, expect_pdf
from api.routes.parts import CustomerId, TheCaseService
from api.safe_headers import MESSAGE
from dunning.channels import CHANNELS
from dunning.effects import SendNotice
from dunning.errors import DunningError, NotFound
from dunning.ports import Along, Letterbox
from dunning.recipients import Reach

router = APIRouter(prefix="/customers/{customer_id}/statement", include_in_schema=False)

STATEMENT: Final = "statement"
MOST: Final = 500  # invoices of one statement

Currency = Annotated[str | None, Query(min_length=3, max_length=3, pattern="^[A-Z]{3}$")]


@dataclass(frozen=True, slots=True)
class StatementPage:
    """The statement of one customer in a currency; without one, in that of most of their invoices."""

    request: Request
    service: CaseService
    pages: Pages
    customer_id: str
    currency: str | None

    async def demanded(self) -> dict[str, list[CaseView]]:
        """The cases that demand something, the oldest debt first, by currency; that of most of them first."""
        which = Which(customer=self.customer_id, is_open=True)
        page = await self.service.store.cases.page(which, order="due", limit=MOST)
        found: dict[str, list[CaseView]] = {}
        for case in page.rows:
            if case.demandable > 0:
                found.setdefault(case.currency, []).append(case)
        return dict(sorted(found.items(), key=lambda one: -len(one[1])))

    async def letter(self, cases: list[CaseView], reach: Reach) -> Letterbox:
        """The statement as it would leave now: the invoice with the oldest debt, and the others beside it."""
        now, parties = await self.service.clock.now(), self.service.store.parties
        records = [(await parties.invoice(case.invoice_id)).record for case in cases]
        acts = [_notice(self.customer_id, case.demandable) for case in cases]
        along = tuple(Along(record, act) for record, act in list(zip(records, acts, strict=True))[1:])
        zone = reach.customer.timezone or self.pages.settings.timezone
        return Letterbox(acts[0], reach.customer, records[0], now, local_day(now, zone), along)

    async def written(self, form: Form, composer: Composer | None = None) -> Preview:
        """In one form. Raises `NotFound` where nothing is demanded in the currency."""
        demanded = await self.demanded()
        cases = demanded.get(self.currency or next(iter(demanded), ""))
        if not cases:
            raise NotFound("statement: found nothing that is demanded in this currency")
        letter = await self.letter(cases, await self.service.archive.reach(self.customer_id))
        statements = StoredStatements(self.service.store.cases, self.service.store.parties)
        entries = await statements.entries(letter.invoice.id)
        return of_letter(composer or self.request.app.state.composer, letter, Beside(entries), form)


def _about(
    request: Request, service: TheCaseService, pages: ThePages, customer_id: CustomerId, currency: Currency = None
) -> StatementPage:
    return StatementPage(request, service, pages, customer_id, currency)


ThePage = Annotated[StatementPage, Depends(_about)]


@router.get("")
async def statement_page(page: ThePage, form: Shown = None) -> Response:
    """The statement, in the form that is asked for."""
    view, shown = await page.service.store.parties.customer(page.customer_id), form or "html"
    demanded = await page.demanded()
    currency = page.currency or next(iter(demanded), None)
    preview, trouble = await _shown(page, shown) if currency in demanded else (None, "")
    return await page.pages.show(
        page.request,
        "statement.html",
        customer=view.record,
        currencies=list(demanded),
        currency=currency,
        forms=FORMS,
        form=shown,
        preview=preview,
        trouble=trouble,
        blocks=blocks_of(preview.body) if preview and shown == "html" else (),
    )


@router.get("/page")
async def framed_statement(page: ThePage) -> Response:
    """What stands in the frame, which can do nothing."""
    return HTMLResponse((await page.written("html")).body, headers={"Content-Security-Policy": MESSAGE})


@router.get("/letter.pdf")
async def printed_statement(page: ThePage) -> Response:
    """The statement as a letter on paper."""
    expect_pdf()
    state = page.request.app.state
    preview = await page.written("letter", state.composer.printing(page.pages.settings.window))
    return as_file(await as_pdf(preview.page or "", STATEMENT, state.checking), STATEMENT)


async def _shown(page: StatementPage, form: Form) -> tuple[Preview | None, str]:
    """The statement in that form, or why it cannot be written."""
    try:
        return await page.written(form), ""
    except DunningError as error:
        return None, str(error)


def _notice(customer_id: str, demands: int) -> SendNotice:
    return SendNotice(f"customer:{customer_id}/statement", STATEMENT, STATEMENT, CHANNELS, first=True, demands=demands)
