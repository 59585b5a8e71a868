"""Tells what became of letters, signed as Pingen signs it: once, or more often."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final, Literal

import httpx2

from adapters.pingen.fake.books import Books, stamp
from adapters.pingen.signature import HEADER, signature

Kind = Literal["sent", "delivered", "undeliverable", "issues"]
# Of each kind: the status of its letter, and the code of what happened.
_HAPPENED: Final[dict[Kind, tuple[str, str]]] = {
    "sent": ("sent", "transferred_to_distributor"),
    "delivered": ("sent", "delivered"),
    "undeliverable": ("undeliverable", "undeliverable"),
    "issues": ("action_required", "content_failed_inspection"),
}


class Webhooks:
    """Posts to the address that was entered at Pingen's."""

    def __init__(self, books: Books, client: httpx2.AsyncClient, address: str) -> None:
        """`client` reaches the address."""
        self._books, self._client, self._address = books, client, address

    async def tell(self, letter: dict[str, Any], kind: Kind, status: str | None = None) -> httpx2.Response:
        """Tell what happened to a letter. `status` is that of the letter, where it is another than usual."""
        return await self.post(self.body(letter, kind, status))

    def body(self, letter: dict[str, Any], kind: Kind, status: str | None = None) -> bytes:
        """What is told, byte by byte: slashes are escaped, as Pingen's language does it."""
        at, event, organisation = stamp(self._books.clock()), str(uuid.uuid4()), self._books.organisation
        usual, code = _HAPPENED[kind]
        letter["attributes"] |= {"status": status or usual, "updated_at": at}
        named = {"links": {"related": letter["links"]["self"]}, "data": {"type": "letters", "id": letter["id"]}}
        about = {"url": self._address, "created_at": at}
        if kind in {"undeliverable", "issues"}:
            about = {"reason": "Recipient could not be determined at the specified address.", **about}
        happened = {
            "code": code, "name": code, "producer": "Pingen", "location": "", "has_image": False, "data": [],
            "emitted_at": at, "created_at": at, "updated_at": at,
        }  # fmt: skip
        told = {
            "data": {
                "type": f"webhook_{kind}",
                "id": str(uuid.uuid4()),
                "attributes": about,
                "relationships": {
                    "organisation": {"data": {"type": "organisations", "id": organisation}},
                    "deliverable": named,
                    "event": {"data": {"type": "deliverables_events", "id": event}},
                    "letter": named,
                },
            },
            "included": [
                {"type": "organisations", "id": organisation, "attributes": {"name": "A stand-in"}},
                letter,
                {"type": "deliverables_events", "id": event, "attributes": happened},
                {"type": "letters_events", "id": event, "attributes": happened},
            ],
        }
        return json.dumps(told, separators=(",", ":")).replace("/", "\\/").encode()

    async def post(self, body: bytes, header: str | None = None) -> httpx2.Response:
        """One webhook, well signed unless a header is given; an empty one is left out."""
        signed = signature(body, self._books.signing_key) if header is None else header
        headers = {"Content-Type": "application/vnd.api+json", **({HEADER: signed} if signed else {})}
        return await self._client.post(self._address, content=body, headers=headers)
