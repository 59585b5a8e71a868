"""Whose events are ours: those of one account at Stripe, and of one of its two modes, real money or test money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from adapters.stripe.event_meanings import ParsedEvent

Mode = Literal["live", "test"]


@dataclass(frozen=True, slots=True)
class StripeOrigin:
    """`account` is ours (`acct_...`); without it an event that names an account is another's.

    `mode` is that of our money; None where nothing tells it, and events of either are ours.
    """

    account: str | None = None
    mode: Mode | None = None

    def why_foreign(self, event: ParsedEvent) -> str | None:
        """What was found instead, and what is allowed; None for an event of ours."""
        if event.account not in {None, self.account}:
            allowed = f"{self.account}, as stripe_account says" if self.account else "none, or ours in stripe_account"
            return f"account: found {event.account}; allowed {allowed}"
        if event.mode is not None and self.mode not in {None, event.mode}:
            return f"livemode: found {event.mode} mode; allowed {self.mode} mode, as stripe_api_key or stripe_mode says"
        return None


EITHER: Final = StripeOrigin()  # of whichever mode, as long as no account is named
