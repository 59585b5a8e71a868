"""The name of one message of ours, the same however often it leaves."""

from __future__ import annotations

import hashlib
from typing import Final

from dunning.recipients import OWN
from dunning.records import Channel

_ID_LENGTH: Final = 32  # hexadecimal digits: enough that two keys never meet, short enough to read aloud


def parcel_id(key: str, channel: Channel, contact: str = OWN) -> str:
    """The name of this act on this channel to this recipient. It tells an outsider nothing, not even the invoice."""
    named = f"{key}\n{channel}" if contact == OWN else f"{key}\n{channel}\n{contact}"
    return hashlib.sha256(named.encode()).hexdigest()[:_ID_LENGTH]
