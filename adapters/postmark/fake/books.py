"""All that the stand-in knows: the messages that it took, whom it no longer writes to, whom it tells what became of
them, and what goes wrong next.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adapters.clock import now
from adapters.stand_in import Mishap

SERVER: Final = 1
TRIGGERS: Final = ("Delivery", "Bounce", "SpamComplaint", "SubscriptionChange", "Open", "Click")
TOKEN: Final = "postmark-fake"  # noqa: S105 - opens nothing but the stand-in


@dataclass
class Books:
    """`senders` are the confirmed ones, None: any. `inactive` bounced hard or complained. `mishaps` come in turn."""

    token: str = TOKEN
    streams: set[str] = field(default_factory=lambda: {"outbound"})
    senders: set[str] | None = None
    inactive: set[str] = field(default_factory=set)
    messages: list[dict[str, Any]] = field(default_factory=list)
    mishaps: list[Mishap] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    clock: Callable[[], datetime] = now

    def webhook(self, url: str, *triggers: str, stream: str = "outbound") -> dict[str, Any]:
        """A new webhook that is told of these; none: of all that is told of e-mail that leaves."""
        wanted = triggers or TRIGGERS[:4]
        made = {
            "ID": len(self.webhooks) + 1, "Url": url, "MessageStream": stream, "HttpAuth": None, "HttpHeaders": [],
            "Triggers": {name: {"Enabled": name in wanted} for name in TRIGGERS},
        }  # fmt: skip
        self.webhooks.append(made)
        return made

    def take(self, said: dict[str, Any]) -> dict[str, Any]:
        """Keep a message, which was looked at; what Postmark answers."""
        message_id = str(uuid.uuid4())
        self.messages.append({**said, "MessageID": message_id})
        return {"To": said["To"], "SubmittedAt": self.clock().isoformat(), "MessageID": message_id, "ErrorCode": 0,
                "Message": "OK"}  # fmt: skip
