"""One message as it reached its debtor, shown so that it can do nothing to who reads it; and what came back of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from adapters.mailbox import KeptMessage
from adapters.messages.languages import by_name, is_another
from adapters.storage.mails import Mails
from api.case_service import CaseService
from api.pages.framed import blocks_of
from api.pages.sign_in import ThePages
from api.printed import as_file, as_pdf
from api.routes.parts import TheCaseService, ThingId
from api.safe_headers import MESSAGE
from dunning.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/messages/{message_id}")
async def show_message(request: Request, service: TheCaseService, pages: ThePages, message_id: ThingId) -> Response:
    """One message: its page in a frame that can do nothing, and its text."""
    kept = await _kept(service, message_id)
    returned = await Mails(service.store.database).about(kept.id)
    return await pages.show(
        request, "message.html", message=kept, blocks=blocks_of(kept.html), written=_written(kept), returned=returned
    )


@router.get("/messages/{message_id}/returned/{mail_id}")
async def returned_mail(
    request: Request, service: TheCaseService, pages: ThePages, message_id: ThingId, mail_id: ThingId
) -> Response:
    """A mail that came back of the message, as it came: as text, for it may hold anything."""
    kept = await _kept(service, message_id)
    found = await Mails(service.store.database).as_it_came(kept.id, mail_id)
    if found is None:
        raise NotFound("mail: found none of that id that came back of this message")
    mail, content = found
    said = content.decode("utf-8", errors="replace")
    return await pages.show(request, "returned.html", message=kept, mail=mail, content=said)


@router.get("/messages/{message_id}/page")
async def message_page(service: TheCaseService, message_id: ThingId) -> Response:
    """What stands in the frame: the message's own HTML, without scripts, forms, or anything from elsewhere."""
    kept = await _kept(service, message_id)
    if kept.html is None:
        raise NotFound("message: found one that has no HTML; its text says all")
    return HTMLResponse(kept.html_shown or "", headers={"Content-Security-Policy": MESSAGE})


@router.get("/messages/{message_id}/letter.pdf")
async def message_letter(request: Request, service: TheCaseService, message_id: ThingId) -> Response:
    """A letter as it was printed."""
    kept = await _kept(service, message_id)
    if kept.page_shown is None:
        raise NotFound("message: found one that was not printed; its text says all")
    return as_file(await as_pdf(kept.page_shown, kept.id, request.app.state.checking), f"letter-{kept.id[:8]}")


def _written(kept: KeptMessage) -> str:
    """The language that stands in for the reader's, in words; empty where it is theirs, or not known."""
    if not kept.language or not kept.wanted or not is_another(kept.language, kept.wanted):
        return ""
    return f"Written in {by_name(kept.language)}: there is no {by_name(kept.wanted)} text."


async def _kept(service: CaseService, message_id: str) -> KeptMessage:
    kept = await service.store.mailbox.get(message_id)
    if kept is None:
        raise NotFound("message: found none of that id")
    return kept
