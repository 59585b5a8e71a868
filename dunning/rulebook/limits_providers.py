"""What payment providers allow beside the networks; the lower of these and the networks' own counts.

Most rows say how a provider's own retry engine is set: it is off where we charge, so they are shown and do not bind.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from dunning.rulebook.rows import Limit, Scope
from dunning.rulebook.writing_rows import from_the_first, rolling

_CARD: Final = ("card",)
_INVOICE: Final[tuple[Scope, ...]] = ("invoice",)
_SEEN: Final = date(2024, 1, 1)  # from memory
_SMART_RETRIES: Final = "https://docs.stripe.com/billing/revenue-recovery/smart-retries"
_ENGINE: Final = "a setting of Stripe's own retry engine, off by default"
_OTHER: Final = "another provider's own retry engine"

STRIPE_LIMITS: Final[tuple[Limit, ...]] = (
    Limit("stripe.recommended", _CARD, 8, "reattempts", _INVOICE,
        "https://docs.stripe.com/payments/off-session-payments/smart-retries", _SEEN, start_known=False,
        window=from_the_first(days=14), basis="provider", provider="stripe", separate=True,
        note="the recommended default; the window may be set to 1, 2 or 3 weeks, 1 or 2 months"),
    Limit("stripe.excessive.15", ("visa",), 15, "reattempts", ("method", "amount"),
        "https://support.stripe.com/questions/payment-blocked-due-to-excessive-retries", date(2021, 4, 17),
        start_known=False, window=rolling(days=30), basis="provider", provider="stripe",
        note="at the provider's discretion; it answers with outcome.reason previously_declined_do_not_retry"),
    Limit("stripe.custom", _CARD, 3, "reattempts", _INVOICE, _SMART_RETRIES, _SEEN, start_known=False,
        basis="provider", provider="stripe", separate=True, binds=False,
        note="with a schedule of one's own in Stripe's retry engine"),
    Limit("stripe.ach", ("ach",), 2, "reattempts", _INVOICE, _SMART_RETRIES, _SEEN, start_known=False,
        window=from_the_first(days=40), codes=("R01", "R09"), basis="provider", provider="stripe", separate=True,
        binds=False, note=_ENGINE),
    Limit("stripe.sepa", ("sepa_dd",), 2, "reattempts", _INVOICE, _SMART_RETRIES, _SEEN, start_known=False,
        window=from_the_first(days=30), codes=("AM04",), basis="provider", provider="stripe", separate=True,
        binds=False, note=_ENGINE),
    Limit("stripe.bacs", ("bacs",), 2, "reattempts", _INVOICE, _SMART_RETRIES, _SEEN, start_known=False,
        window=from_the_first(days=30), codes=("0",), basis="provider", provider="stripe", separate=True, binds=False,
        note=f"{_ENGINE}; BECS in Australia the same, ACSS and BECS in New Zealand 1 in 30 days"),
)  # fmt: skip

OTHER_LIMITS: Final[tuple[Limit, ...]] = (
    Limit("adyen.sepa", ("sepa_dd",), 2, "reattempts", _INVOICE,
        "https://docs.adyen.com/online-payments/auto-rescue/sepa/", _SEEN, start_known=False,
        window=from_the_first(days=42), codes=("AM04", "MS03"), basis="provider", provider="adyen", separate=True,
        binds=False, note=_OTHER),
    Limit("gocardless.all", ("ach", "sepa_dd", "bacs"), 3, "reattempts", _INVOICE,
        "https://support.gocardless.com/hc/en-gb/articles/360013070139-Switching-on-intelligent-retries", _SEEN,
        start_known=False, window=from_the_first(days=28), basis="provider", provider="gocardless", separate=True,
        binds=False, note=f"{_OTHER}; after a lack of money only; the default, may be set to 1 to 3"),
    Limit("recurly.static", _CARD, 19, "reattempts", _INVOICE,
        "https://docs.recurly.com/recurly-subscriptions/docs/static-retries", _SEEN, start_known=False,
        window=from_the_first(days=60), basis="provider", provider="recurly", separate=True, binds=False,
        note=f"{_OTHER}; it counts 20 attempts, the first included, and stops at 7 declines as well"),
    Limit("recurly.soft", _CARD, 20, "reattempts", ("method",),
        "https://docs.recurly.com/recurly-subscriptions/changelog/august-4-2026-recurly-subscriptions-management",
        date(2026, 8, 4), window=rolling(days=30), basis="provider", provider="recurly", separate=True, binds=False,
        note=f"{_OTHER}; after soft declines"),
    Limit("paddle.billing", _CARD, 7, "reattempts", _INVOICE,
        "https://developer.paddle.com/changelog/2025/default-dunning-payment-recovery", date(2025, 1, 1),
        start_known=False, window=from_the_first(days=30), basis="provider", provider="paddle", separate=True,
        binds=False, note=f"{_OTHER}; per subscription"),
    Limit("chargebee.custom", _CARD, 3, "reattempts", _INVOICE,
        "https://support.chargebee.com/en/support/solutions/articles/238206", _SEEN, start_known=False,
        basis="provider", provider="chargebee", separate=True, binds=False,
        note=f"{_OTHER}; with a schedule of one's own; 12 with its smart one, as third parties report"),
    Limit("braintree.recurring", _CARD, 2, "reattempts", _INVOICE,
        "https://developer.paypal.com/braintree/docs/guides/recurring-billing/overview/", date(2012, 1, 1),
        start_known=False, basis="provider", provider="braintree", separate=True, binds=False,
        note=f"{_OTHER}; per subscription"),
)  # fmt: skip
