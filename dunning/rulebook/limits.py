"""All limits on repeating an attempt, those of the networks first: what binds is the lowest of all that apply (C4)."""

from __future__ import annotations

from typing import Final

from dunning.rulebook.limits_banks import ACH_LIMITS, BACS_LIMITS, SEPA_LIMITS
from dunning.rulebook.limits_cards import MASTERCARD_LIMITS, VISA_LIMITS
from dunning.rulebook.limits_providers import OTHER_LIMITS, STRIPE_LIMITS
from dunning.rulebook.rows import Limit

LIMITS: Final[tuple[Limit, ...]] = (
    *VISA_LIMITS,
    *MASTERCARD_LIMITS,
    *ACH_LIMITS,
    *SEPA_LIMITS,
    *BACS_LIMITS,
    *STRIPE_LIMITS,
    *OTHER_LIMITS,
)
