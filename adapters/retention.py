"""For how long what is no record of a debt is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each is kept: the API's `replies`, `provider_events` that were taken, `mail` that came back, the
    messages of the `mailbox`, and what is personal in the messages that cases were `told`, after these have ended.
    """

    replies: timedelta = timedelta(days=30)
    provider_events: timedelta = timedelta(days=90)
    told: timedelta = timedelta(days=730)
    mail: timedelta = timedelta(days=90)
    mailbox: timedelta = timedelta(days=365)
