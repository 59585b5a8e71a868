"""E-mail over Postmark's HTTP API: the same message as over SMTP, in one request that is never repeated (N3)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from typing import Any, Final

from adapters.correspondence import Parcel
from adapters.creditor import Creditor
from adapters.email_message import as_email, email_address
from adapters.http_carrier import PATIENCE, CarrierAnswer, CarrierLine
from adapters.incoming.return_paths import ReturnPaths
from adapters.logo import Logo
from adapters.postmark.codes import refusal
from dunning.errors import FateUnknown, NotTaken

API_BASE: Final = "https://api.postmarkapp.com"
TOKEN: Final = "X-Postmark-Server-Token"  # noqa: S105 - the name of the header
STREAM: Final = "outbound"
_KEPT: Final = (
    "Message-ID", "References", "Auto-Submitted", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post"
)  # fmt: skip
_KEEP_ID: Final = {"Name": "X-PM-KeepID", "Value": "true"}  # else Postmark makes another Message-ID


@dataclass(frozen=True, slots=True)
class PostmarkServer:
    """A server of ours at Postmark, by its token, and the message stream that notices belong to."""

    token: str = field(repr=False)
    stream: str = STREAM
    api_base: str = API_BASE


class PostmarkCourier:
    """Hands parcels to Postmark; the same parcel carries the same Message-ID as it would over SMTP."""

    def __init__(
        self,
        server: PostmarkServer,
        creditor: Creditor,
        patience: timedelta = PATIENCE,
        returns: ReturnPaths | None = None,
    ) -> None:
        """Every message comes from `creditor`, and is answered to it or to an address of its own by `returns`."""
        self._server, self._creditor, self._returns = server, creditor, returns
        self._line = CarrierLine("postmark", server.api_base, patience)

    async def deliver(self, parcel: Parcel) -> str | None:
        """Postmark's MessageID if it took the message, None if this address is refused for good.

        Raises `NotTaken` for every other refusal, `FateUnknown` when no answer came.
        """
        recipient = email_address(parcel.to)
        if recipient is None:
            return None
        answer = await self._ask("POST", "/email", self._written(parcel, recipient))
        if answer.is_success and not answer.number("ErrorCode"):
            return _message_id(answer)
        why = refusal(answer)
        if why is None:
            return None
        raise why

    async def examine(self) -> CarrierAnswer:
        """Postmark's answer to whether it knows the token, which changes nothing."""
        return await self._ask("GET", "/server")

    async def webhooks(self) -> CarrierAnswer:
        """Postmark's answer to where it tells what becomes of messages in our stream, which changes nothing."""
        return await self._ask("GET", f"/webhooks?MessageStream={self._server.stream}")

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> CarrierAnswer:
        headers = {TOKEN: self._server.token, "Accept": "application/json"}
        return await self._line.ask(method, path, headers=headers, json=body)

    def _written(self, parcel: Parcel, recipient: Address) -> dict[str, Any]:
        """The request. Whatever goes wrong here, nothing has left yet."""
        try:
            mail = as_email(parcel, recipient, self._creditor, self._returns)
        except (MessageError, ValueError) as error:
            raise NotTaken(f"postmark message: cannot be written, {type(error).__name__}", lasting=True) from None
        message = parcel.message
        written: dict[str, Any] = {
            "From": str(mail["From"]),
            "To": recipient.addr_spec,
            "ReplyTo": str(mail["Reply-To"]),
            "Subject": message.subject,
            "TextBody": message.text,
            "MessageStream": self._server.stream,
            "TrackOpens": False,
            "TrackLinks": "None",
            "Headers": [*({"Name": name, "Value": str(mail[name])} for name in _KEPT if name in mail), _KEEP_ID],
        }
        if message.html is not None:
            written["HtmlBody"] = message.html
            if message.logo is not None:
                written["Attachments"] = [_inline(message.logo)]
        return written


def _inline(logo: Logo) -> dict[str, str]:
    return {
        "Name": logo.name,
        "Content": base64.b64encode(logo.data).decode(),
        "ContentType": f"image/{logo.kind}",
        "ContentID": f"cid:{logo.name}",
    }


def _message_id(answer: CarrierAnswer) -> str:
    found = answer.word("MessageID")
    if found is None:
        raise FateUnknown(f"postmark: answered {answer.status} without a MessageID")
    return found
