"""What a reply suggests, done by the person who read it: one button, one message, and nothing by itself (M5)."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.case_client import Unanswered
from api.case_service import CaseService
from api.pages.forms import local_path, our_fields
from api.pages.next_words import BUTTONS, written_act
from api.pages.rendering import Flash
from api.pages.sign_in import ThePages
from api.replies import replies_of
from api.routes.parts import InvoiceId, TheCaseService, ThingId
from api.shapes.replies import ActOut
from dunning.errors import Refused
from dunning.holds.replies import REPLY
from dunning.messages import CustomerStop, Dispute, Promise

router = APIRouter(include_in_schema=False)

_CHANGED: Final = "Nothing was done: the task is answered, or its reply is read otherwise by now. Look at it again."


@router.post("/cases/{invoice_id}/tasks/{task_id}/next")
async def do_next(
    request: Request, service: TheCaseService, pages: ThePages, invoice_id: InvoiceId, task_id: ThingId
) -> Response:
    """Do what the reply of a task suggests, as it was shown; then the page again, with what came of it."""
    form = await our_fields(request, pages)
    act = await _suggested(service, pages.settings.timezone, invoice_id, task_id, form.get("act", ""))
    answer = RedirectResponse(local_path(form.get("back")), status_code=303)
    flash = Flash(_CHANGED, good=False) if act is None else await _done(service, invoice_id, task_id, act)
    pages.say_next(answer, flash)
    return answer


async def _suggested(service: CaseService, zone: str, invoice_id: str, task_id: str, shown: str) -> ActOut | None:
    page = await service.store.cases.tasks(invoice=invoice_id, about=REPLY, limit=200)
    reply = (await replies_of(page.rows, zone)).get((invoice_id, task_id))
    acts = [one.act for one in reply.suggests if one.act] if reply else []
    return next((act for act in acts if written_act(act) == shown), None)


async def _done(service: CaseService, invoice_id: str, task_id: str, act: ActOut) -> Flash:
    """Pressed twice, it is one request."""
    said, body = BUTTONS[act.message][1], dict[str, Any](act.body)
    try:
        match act.message:
            case Promise.name:
                await service.ask(invoice_id, Promise.model_validate(body), f"{REPLY}:{task_id}")
            case Dispute.name:
                await service.tell(invoice_id, Dispute.model_validate(body))
            case _:
                await service.tell(invoice_id, CustomerStop.model_validate(body))
    except Refused as refused:
        return Flash(f"The case refuses: {refused.reason}", good=False)
    except Unanswered:
        return Flash("The case did not answer in time. It may still be done: look again in a moment.", good=False)
    return Flash(f"{said}. The task stays open until you answer it.")
