"""The words of a provider for what a bank said, as the return code of the scheme.

Stripe prints the raw code beside its own word (https://docs.stripe.com/declines/network-codes). These are for answers
that carry the word alone; where several raw codes share a word, the one with the most careful consequence stands.
"""

from __future__ import annotations

from typing import Final

from dunning.rulebook.decline import FORESEEN
from dunning.rulebook.networks import Network

_NO_MONEY: Final[dict[Network, str]] = {"ach": "R01", "sepa_dd": "AM04", "bacs": "0"}
_WORDS: Final[dict[str, dict[Network, str]]] = {
    "insufficient_funds": _NO_MONEY,
    FORESEEN: _NO_MONEY,
    "account_closed": {"ach": "R02", "sepa_dd": "AC04", "bacs": "B"},
    "bank_account_closed": {"ach": "R02", "sepa_dd": "AC04", "bacs": "B"},
    "no_account": {"ach": "R03", "sepa_dd": "AC01", "bacs": "5"},
    "bank_account_invalid_details": {"ach": "R03", "sepa_dd": "AC01", "bacs": "5"},
    "incorrect_account_details": {"ach": "R03", "sepa_dd": "AC01", "bacs": "5"},
    "bank_account_restricted": {"ach": "R16", "sepa_dd": "AC06"},
    "debit_not_authorized": {"ach": "R10", "sepa_dd": "MD01", "bacs": "1"},
    "refer_to_customer": {"sepa_dd": "MS02", "bacs": "0"},
}


def scheme_code(network: Network, code: str) -> str:
    """The scheme's own code for a provider's word; a code that is no such word is the scheme's already."""
    return _WORDS.get(code, {}).get(network, code)
