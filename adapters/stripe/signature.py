"""Whether a webhook comes from Stripe: its signature over the moment and the body, no older than five minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dunning.errors import DunningError

HEADER: Final = "Stripe-Signature"
TOLERANCE: Final = timedelta(minutes=5)


class WrongSignature(DunningError):
    """A webhook whose signature is missing, wrong or too old: somebody else's, or a recording."""


def verify(body: bytes, header: str | None, secret: str) -> None:
    """Raises `WrongSignature`. One good signature of several is enough: there are two while a secret is rolled over."""
    from stripe import SignatureVerificationError, WebhookSignature  # noqa: PLC0415 - a third of a second to import

    try:
        WebhookSignature.verify_header(body, header, secret, int(TOLERANCE.total_seconds()))
    except (SignatureVerificationError, UnicodeError, TypeError):  # a body or a header that is not even text
        allowed = f"Stripe's, over this body, no older than {TOLERANCE.total_seconds() / 60:.0f} minutes"
        raise WrongSignature(f"{HEADER}: found no signature that fits; allowed {allowed}") from None
