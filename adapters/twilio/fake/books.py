"""All that the stand-in knows: the messages that it took, who opted out, and what will go wrong next."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final

from adapters.clock import now
from adapters.messages.text_message import segments
from adapters.stand_in import Mishap
from adapters.twilio.courier import VERSION

ACCOUNT: Final = "AC" + "0f" * 16
AUTH_TOKEN: Final = "twilio-fake"  # noqa: S105 - opens nothing but the stand-in


@dataclass
class Books:
    """`mishaps` happen to the next requests, one each."""

    account_sid: str = ACCOUNT
    auth_token: str = AUTH_TOKEN
    messages: list[dict[str, Any]] = field(default_factory=list)
    told_at: dict[str, str] = field(default_factory=dict)  # the StatusCallback of a message, by its sid
    opted_out: set[str] = field(default_factory=set)
    mishaps: list[Mishap] = field(default_factory=list)
    clock: Callable[[], datetime] = now

    def new_sid(self) -> str:
        """A message's name."""
        return f"SM{secrets.token_hex(16)}"

    def take(self, said: dict[str, str]) -> dict[str, Any]:
        """Keep a message as Twilio shows it; `said` are the parameters of the request, which were looked at."""
        sid, at, service = self.new_sid(), format_datetime(self.clock()), said.get("MessagingServiceSid")
        place = f"/{VERSION}/Accounts/{self.account_sid}/Messages/{sid}"
        message = {
            "account_sid": self.account_sid, "api_version": VERSION, "body": said["Body"],
            "date_created": at, "date_sent": None, "date_updated": at, "direction": "outbound-api",
            "error_code": None, "error_message": None, "from": said.get("From"), "messaging_service_sid": service,
            "num_media": "0", "num_segments": "0" if service else str(segments(said["Body"])),
            "price": None, "price_unit": "USD", "sid": sid, "status": "accepted" if service else "queued",
            "subresource_uris": {"media": f"{place}/Media.json"}, "to": said["To"], "uri": f"{place}.json",
        }  # fmt: skip
        self.messages.append(message)
        if "StatusCallback" in said:
            self.told_at[sid] = said["StatusCallback"]
        return message
