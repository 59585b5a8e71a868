"""The mailbox: every message as it would have reached the debtor, shown so that it can do nothing to who reads it."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from adapters.mailbox import KeptMessage
from api.case_service import CaseService
from api.pages.forms import Written
from api.pages.sign_in import ThePages
from api.routes.mailbox import page_of
from api.routes.parts import Cursor, TheCaseService, ThingId
from api.safe_headers import MESSAGE
from dunning.errors import NotFound

router = APIRouter(include_in_schema=False)

PAGE = 30


@router.get("/mailbox")
async def mailbox_page(
    request: Request, service: TheCaseService, pages: ThePages, invoice: Written = None, cursor: Cursor = None
) -> Response:
    """The messages, the newest first."""
    invoice_id = invoice or None
    kept, following = await page_of(service.store.mailbox, invoice_id, cursor, PAGE)
    wanted = {"invoice": invoice_id} if invoice_id else {}
    onwards = f"/mailbox?{urlencode({**wanted, 'cursor': following})}" if following else None
    is_first = cursor is None
    return await pages.show(
        request, "mailbox.html", messages=kept, following=onwards, invoice_id=invoice_id, is_first=is_first
    )


@router.get("/mailbox/{message_id}")
async def show_message(request: Request, service: TheCaseService, pages: ThePages, message_id: ThingId) -> Response:
    """One message: its page in a frame that can do nothing, and its text."""
    return await pages.show(request, "message.html", message=await _kept(service, message_id))


@router.get("/mailbox/{message_id}/page")
async def message_page(service: TheCaseService, message_id: ThingId) -> Response:
    """What stands in the frame: the message's own HTML, without scripts, forms, or anything from elsewhere."""
    kept = await _kept(service, message_id)
    if kept.html is None:
        raise NotFound("message: found one without a page; its text says all")
    return HTMLResponse(kept.html, headers={"Content-Security-Policy": MESSAGE})


async def _kept(service: CaseService, message_id: str) -> KeptMessage:
    kept = await service.store.mailbox.get(message_id)
    if kept is None:
        raise NotFound("message: found none of that id")
    return kept
