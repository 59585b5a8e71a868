"""Doing an action on a customer, once however often its form is sent, and only while they are known as they were shown.

What is known of a customer has no numbered journal as a case has. So a page carries a fingerprint of each part that an
action changes, and whoever comes second is told which parts somebody else changed meanwhile (R4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.storage.lists.views import CustomerView
from api.actions.action import Action, Told
from api.actions.doing import Done, UnderWay, content_of, once
from api.case_service import CaseService
from api.routes.notes import new_note
from api.shapes.notes import NoteIn
from dunning.messages import Fact, Message


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing was done: these parts changed since the page was read, and whoever asks decides anew (R4)."""

    parts: tuple[str, ...]


def as_seen(view: CustomerView) -> str:
    """What a page carries of how it showed the customer; no word of it can be read from that."""
    return ".".join(_fingerprint(part) for part in _parts(view).values())


def changed_since(view: CustomerView, seen: str) -> tuple[str, ...]:
    """The parts that are not as a page carried them, in words."""
    before = seen.split(".")
    titles, now = list(_parts(view)), as_seen(view).split(".")
    if len(before) != len(now):
        return tuple(titles)
    return tuple(title for title, one, other in zip(titles, now, before, strict=True) if one != other)


@dataclass(frozen=True, slots=True)
class CustomerDesk:
    """Does actions on customers through the case service."""

    service: CaseService

    async def do(
        self, customer_id: str, action: Action, told: Told, messages: Sequence[Message], seen: str | None
    ) -> Done | UnderWay | Changed:
        """Do it; `seen` is what the page carried, None where what has changed may be the form's own doing."""
        content = content_of(action, told, customer_id)

        async def doing(_: str) -> Done | Changed:
            changed = await self._changed(customer_id, seen) if messages and seen is not None else ()
            if changed:
                return Changed(changed)
            if isinstance(told.body, NoteIn):
                note = await new_note(self.service, told.body, f"{told.once}:{content}")
                await self.service.store.notes.write_about_customer(customer_id, note)
            for message in messages:
                assert isinstance(message, Fact)  # noqa: S101 - the index has nothing else
                await self.service.tell_customer(customer_id, message)
            return Done()

        return await once(self.service, f"/customers/{customer_id}/actions/{action.name}", told, content, doing)

    async def _changed(self, customer_id: str, seen: str) -> tuple[str, ...]:
        return changed_since(await self.service.store.parties.customer(customer_id), seen)


def _parts(view: CustomerView) -> dict[str, Any]:
    reach = view.reach
    closed = (sorted(reach.opted_out), _plain(reach.silent), _plain(reach.bounced))
    return {
        "the addresses and channels": (reach.customer, closed),
        "the stop": (view.stopped, view.stopped_at),
        "the consent to be charged": view.consent,
        "the payment methods": view.methods,
        "when they are away": sorted(view.away.items()),
    }


def _plain(mapping: Any) -> list[tuple[str, list[str]]]:
    return sorted((name, sorted(values)) for name, values in mapping.items())


def _fingerprint(part: Any) -> str:
    return hashlib.sha256(repr(part).encode()).hexdigest()[:12]
