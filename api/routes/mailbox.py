"""What was sent, whatever carried it: every message as it reached the debtor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from adapters.mailbox import KeptMessage
from adapters.storage.mailbox import StoredMailbox
from api.problems import RequestMistake, invalid
from api.routes.parts import Cursor, PageLimit, TheCaseService, TheCosts, ThingId, UpdatedSince
from api.shapes.cases import Listed
from api.shapes.messages import Envelope, MessageOut
from dunning.errors import NotFound
from dunning.records import Id

router = APIRouter(prefix="/v1/mailbox", tags=["mailbox"])


@router.get("")
async def list_messages(
    service: TheCaseService,
    costs: TheCosts,
    invoice_id: Annotated[Id | None, Query()] = None,
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Listed[Envelope]:
    """Messages, the newest first."""
    kept, following = await page_of(service.store.mailbox, invoice_id, cursor, limit, since=updated_since)
    return Listed[Envelope](items=tuple(Envelope.of(one, costs) for one in kept), next=following)


@router.get("/{message_id}")
async def get_message(service: TheCaseService, costs: TheCosts, message_id: ThingId) -> MessageOut:
    """One message with what it says."""
    kept = await service.store.mailbox.get(message_id)
    if kept is None:
        raise NotFound("message: found none of that id")
    return MessageOut.of(kept, costs)


async def page_of(
    mailbox: StoredMailbox, invoice_id: str | None, cursor: str | None, limit: int, *, since: datetime | None = None
) -> tuple[Sequence[KeptMessage], str | None]:
    """A page of messages and the cursor of the next: the id of the last message on it. Raises `Problem`."""
    before = None
    if cursor is not None:
        before = await mailbox.get(cursor)
        if before is None:
            raise invalid(
                [RequestMistake("a cursor of another list or none", "`next` of the page before", parameter="cursor")]
            )
    kept = await mailbox.list(invoice_id=invoice_id, before=before, limit=limit + 1, since=since)
    return kept[:limit], kept[limit - 1].id if len(kept) > limit else None
