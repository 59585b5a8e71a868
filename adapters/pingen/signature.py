"""Whether a webhook comes from Pingen: HMAC-SHA256 over its body, by the key that we gave the webhook."""

from __future__ import annotations

import hmac
from typing import Final

from dunning.errors import DunningError

HEADER: Final = "Signature"


class UnsignedWebhook(DunningError):
    """A webhook whose signature is missing or wrong: somebody else's."""


def signature(body: bytes, key: str) -> str:
    """The header for a body: hexadecimal, in small letters."""
    return hmac.digest(key.encode(), body, "sha256").hex()


def verify(body: bytes, header: str | None, key: str) -> None:
    """Raises `UnsignedWebhook`."""
    if not hmac.compare_digest(signature(body, key).encode(), (header or "").lower().encode("utf-8", "replace")):
        raise UnsignedWebhook(f"{HEADER}: found none that fits; allowed Pingen's, over this body")
