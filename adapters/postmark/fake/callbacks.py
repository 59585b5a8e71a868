"""Tells what became of messages, in the bodies that Postmark documents, at the addresses that it was given for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx2

from adapters.postmark.fake.books import SERVER, Books
from adapters.postmark.fake.bounces import BOUNCES

_INACTIVE: Final = frozenset({"HardBounce", "BadEmailAddress", "SpamComplaint"})


class Callbacks:
    """Posts to the webhooks of the books, each once; a test posts a body again as often as it likes."""

    def __init__(self, books: Books, client: httpx2.AsyncClient) -> None:
        """`client` reaches the addresses, whose user and password it shows."""
        self._books, self._client = books, client

    async def delivered(self, message: Mapping[str, Any]) -> list[httpx2.Response]:
        """The other server took it."""
        said = {"Recipient": message["To"], "DeliveredAt": self._now(), "Details": "250 2.0.0 OK"}
        return await self._tell(message, {"RecordType": "Delivery", **said})

    async def bounced(self, message: Mapping[str, Any], kind: str) -> list[httpx2.Response]:
        """It came back; an address that is at fault is suppressed, which is told, too."""
        code, name, description = BOUNCES[kind]
        told = await self._tell(message, self._bounce(message, "Bounce", (kind, code, name, description)))
        if kind in _INACTIVE:
            self._books.inactive.add(message["To"])
            told += await self.suppressed(message, "HardBounce")
        return told

    async def complained(self, message: Mapping[str, Any]) -> list[httpx2.Response]:
        """Its reader marked it as spam."""
        self._books.inactive.add(message["To"])
        kind = ("SpamComplaint", 512, "Spam complaint", BOUNCES["SpamComplaint"][2])
        told = await self._tell(message, self._bounce(message, "SpamComplaint", kind))
        return told + await self.suppressed(message, "SpamComplaint")

    async def suppressed(
        self, message: Mapping[str, Any], reason: str = "ManualSuppression", origin: str = "Recipient"
    ) -> list[httpx2.Response]:
        """Its address gets nothing more from this stream; by default because its reader said so."""
        self._books.inactive.add(message["To"])
        return await self._changed(message, suppress=True, reason=reason, origin=origin)

    async def activated(self, message: Mapping[str, Any]) -> list[httpx2.Response]:
        """Somebody of ours let the address be written to again."""
        self._books.inactive.discard(message["To"])
        without = {**message, "MessageID": None}
        return await self._changed(without, suppress=False, reason="ManualSuppression", origin="Customer")

    async def _changed(
        self, message: Mapping[str, Any], *, suppress: bool, reason: str, origin: str
    ) -> list[httpx2.Response]:
        said = {
            "Recipient": message["To"], "ChangedAt": self._now(), "Origin": origin, "SuppressSending": suppress,
            "SuppressionReason": reason,
        }  # fmt: skip
        return await self._tell(message, {"RecordType": "SubscriptionChange", **said})

    def _bounce(self, message: Mapping[str, Any], record: str, kind: tuple[str, int, str, str]) -> dict[str, Any]:
        is_gone = kind[0] in _INACTIVE
        return {
            "RecordType": record, "ID": 4323372036854775807, "Type": kind[0], "TypeCode": kind[1], "Name": kind[2],
            "Description": kind[3], "Details": "said by the other server", "Email": message["To"],
            "From": message["From"], "BouncedAt": self._now(), "DumpAvailable": True, "Inactive": is_gone,
            "CanActivate": kind[0] != "SpamComplaint", "Subject": message["Subject"],
        }  # fmt: skip

    async def _tell(self, message: Mapping[str, Any], said: dict[str, Any]) -> list[httpx2.Response]:
        """By every webhook of the message's stream that wants to know."""
        stream = message.get("MessageStream", "outbound")
        body = {
            **said, "MessageStream": stream, "MessageID": message["MessageID"], "ServerID": SERVER, "Tag": None,
            "Metadata": {},
        }  # fmt: skip
        return [
            await self._client.post(webhook["Url"], json=body)
            for webhook in self._books.webhooks
            if webhook["MessageStream"] == stream and webhook["Triggers"][said["RecordType"]]["Enabled"]
        ]

    def _now(self) -> str:
        return self._books.clock().isoformat()
