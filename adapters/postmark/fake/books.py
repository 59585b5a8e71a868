"""All that the stand-in knows: the messages that it took, whom it no longer writes to, and what goes wrong next."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adapters.clock import now
from adapters.stand_in import Mishap

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
    clock: Callable[[], datetime] = now

    def take(self, said: dict[str, Any]) -> dict[str, Any]:
        """Keep a message, which was looked at; what Postmark answers."""
        message_id = str(uuid.uuid4())
        self.messages.append({**said, "MessageID": message_id})
        return {"To": said["To"], "SubmittedAt": self.clock().isoformat(), "MessageID": message_id, "ErrorCode": 0,
                "Message": "OK"}  # fmt: skip
