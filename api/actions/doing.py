"""Doing an action, once however often its form is sent, and only on a case that is still as it was shown (R4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from adapters.storage.access.idempotency import StillInProgress, StoredResponse
from api.actions.action import Action, Told
from api.case_client import Unanswered
from api.case_service import CaseService
from api.routes.notes import new_note
from api.shapes.notes import NoteIn
from dunning.errors import Conflict, Refused
from dunning.journal import Line
from dunning.messages import CUSTOMER_WIDE, AnyRequest, Fact, Message

_METHOD: Final = "PAGE"  # among the askings of programs, which are POST
_DONE: Final = 303


@dataclass(frozen=True, slots=True)
class Done:
    """It was done, now or by the same form before."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Nothing was done: this was written since the page was read, and whoever asks decides anew (R4)."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The same form was sent a moment ago, and has no answer yet; or the case did not answer in time."""


Outcome = Done | Meanwhile | UnderWay | Refused


T = TypeVar("T")


async def once(
    service: CaseService, at: str, told: Told, content: str, doing: Callable[[str], Awaitable[T]]
) -> T | Done | UnderWay:
    """Do it once, however often the form at this address is sent with this content; `doing` is given the asking's name.

    Only what is `Done` is kept: whatever else comes of it may be asked again.
    """
    keys, now = service.store.idempotency_keys, await service.clock.now()
    of = (_METHOD, at, f"{service.who}:{told.once}:{content}")
    try:
        known = await keys.claim(*of, content, now)
    except StillInProgress:
        return UnderWay()
    if isinstance(known, StoredResponse):
        return Done()
    try:
        outcome = await doing(known.under)
    except Unanswered:
        await keys.free(*of, now)
        return UnderWay()
    except BaseException:
        await keys.free(*of, now)
        raise
    if isinstance(outcome, Done):
        await keys.keep(*of, StoredResponse(_DONE, ""))
    else:
        await keys.forget(*of)
    return outcome


@dataclass(frozen=True, slots=True)
class Desk:
    """Does actions through the case service."""

    service: CaseService

    async def do(
        self, invoice_id: str, action: Action, told: Told, messages: Sequence[Message], seen: int, *, again: bool
    ) -> Outcome:
        """Do it. `seen` is the newest line of the journal that the page showed; `again` says that the same form got no
        answer, so that what is new on the journal may be its own doing.
        """
        content, known_to = content_of(action, told, invoice_id), None if again else seen

        async def doing(under: str) -> Outcome:
            return await self._done(invoice_id, action, told, messages, known_to, under)

        return await once(self.service, f"/cases/{invoice_id}/actions/{action.name}", told, content, doing)

    async def _done(
        self, invoice_id: str, action: Action, told: Told, messages: Sequence[Message], seen: int | None, under: str
    ) -> Outcome:
        store = self.service.store
        lines = await store.cases.lines_after(invoice_id, seen) if seen is not None and messages else ()
        if lines:
            return Meanwhile(lines)
        if isinstance(told.body, NoteIn):
            await self._note(invoice_id, action, told)
        try:
            for message in messages:
                await self._put(invoice_id, message, f"page:{under}")
        except Refused as refused:
            return refused
        except Conflict as known_otherwise:
            return Refused(action.name, str(known_otherwise), "P1")
        return Done()

    async def _note(self, invoice_id: str, action: Action, told: Told) -> None:
        assert isinstance(told.body, NoteIn)  # noqa: S101 - asked before
        note = await new_note(self.service, told.body, f"{told.once}:{content_of(action, told, invoice_id)}")
        if told.said.get("about") == "customer":
            customer_id = (await self.service.store.cases.one(invoice_id)).customer_id
            await self.service.store.notes.write_about_customer(customer_id, note, told.attached)
        else:
            await self.service.store.notes.write_about_case(invoice_id, note, told.attached)

    async def _put(self, invoice_id: str, message: Message, under: str) -> None:
        if isinstance(message, AnyRequest):
            await self.service.ask(invoice_id, message, under)
        elif isinstance(message, Fact) and message.name in CUSTOMER_WIDE:
            await self.service.tell_customer((await self.service.store.cases.one(invoice_id)).customer_id, message)
        elif isinstance(message, Fact):
            await self.service.tell(invoice_id, message)


def content_of(action: Action, told: Told, whose: str) -> str:
    """What is asked for: filled in otherwise, the same form is another asking."""
    text = json.dumps([action.name, whose, told.said], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
