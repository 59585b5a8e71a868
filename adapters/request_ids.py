"""Names for requests: made by us, so that nothing of a caller's stands in a log by way of them."""

from __future__ import annotations

import secrets

_BYTES = 8


def new_request_id() -> str:
    """A name that no other request has."""
    return f"req_{secrets.token_hex(_BYTES)}"
