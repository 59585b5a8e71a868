"""The rule book put together: every code table by its scheme."""

from __future__ import annotations

from typing import Final

from dunning.rulebook.codes_ach import ACH
from dunning.rulebook.codes_bacs import BACS
from dunning.rulebook.codes_mastercard import MASTERCARD_ADVICE
from dunning.rulebook.codes_sepa import SEPA
from dunning.rulebook.codes_stripe import STRIPE, STRIPE_ADVICE
from dunning.rulebook.codes_visa import VISA
from dunning.rulebook.rows import CodeTable, Scheme

TABLES: Final[dict[Scheme, CodeTable]] = {
    one.scheme: one for one in (STRIPE, STRIPE_ADVICE, MASTERCARD_ADVICE, VISA, ACH, SEPA, BACS)
}
