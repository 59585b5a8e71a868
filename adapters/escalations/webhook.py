"""An escalation as a POST of JSON, signed as Standard Webhooks describe it where there is a secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.http_carrier import CarrierLine
from dunning.errors import NotTaken


async def post(url: str, secret: str | None, identity: str, body: Mapping[str, Any], at: datetime) -> None:
    """Post it once, under an `identity` that is the same at every repeat; `at` is this machine's moment.

    Raises `NotTaken` for any answer but a success, and `FateUnknown` where the answer was lost.
    """
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", "webhook-id": identity, "webhook-timestamp": f"{at.timestamp():.0f}"}
    if secret is not None:
        headers["webhook-signature"] = signature(secret, identity, headers["webhook-timestamp"], content)
    answer = await CarrierLine("webhook", "").ask("POST", url, headers=headers, content=content)
    if not answer.is_success:
        raise NotTaken(f"webhook answer: {answer.status}")


def signature(secret: str, identity: str, timestamp: str, content: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, timestamp and body, with dots between, under the secret's own characters."""
    signed = b".".join((identity.encode(), timestamp.encode(), content))
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()
