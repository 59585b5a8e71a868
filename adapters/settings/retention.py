"""For how long what is no record of a debt is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pydantic import Field

from adapters.retention import Retention
from adapters.settings.group import Group

LONGEST_KEPT: Final = 36_500  # days


class RetentionSettings(Group):
    """For how many days is kept what is no record of a debt. The worker lets go of the rest every hour."""

    replies: int = Field(30, ge=1, le=LONGEST_KEPT, description="The API's answers by `Idempotency-Key`.")
    provider_events: int = Field(
        90, ge=30, le=LONGEST_KEPT, description="Which events of a payment provider were taken, so that none is twice."
    )
    told: int = Field(
        730,
        ge=30,
        le=LONGEST_KEPT,
        description="Addresses, reasons and notes of a case, once it has ended; ids, sums and days stay.",
    )
    mail: int = Field(
        90, ge=30, le=LONGEST_KEPT, description="What came back by e-mail, as it came, and which of it was taken."
    )
    mailbox: int = Field(365, ge=1, le=LONGEST_KEPT, description="Messages as they were sent, whatever carried them.")

    def as_retention(self) -> Retention:
        """As the store takes it."""
        return Retention(**{name: timedelta(days=days) for name, days in self.model_dump().items()})
