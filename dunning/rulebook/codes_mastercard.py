"""Mastercard's merchant advice codes: what the network asks a merchant to do after a decline.

Some providers renumber them (one uses 01 for "do not try again", https://docs.rapyd.net/en/merchant-advice-codes.md):
an adapter maps its provider's numbers to these. A code may also come with an approval.
"""

from __future__ import annotations

from typing import Final

from dunning.rulebook.rows import CodeTable
from dunning.rulebook.writing_rows import UNKNOWN, ask, later, never, operator, table

_AIRWALLEX: Final = "https://airwallex.com/docs/online-payments__response-codes__merchant-advice-code"
_TABAPAY: Final = "https://developers.tabapay.com/docs/merchant-advice-code"
_EVERONET: Final = "https://docs.everonet.com/en-us/gateway/developer-portal/appendix/mastercard-merchant-advice-code"
_CYBERSOURCE: Final = "https://developer.cybersource.com/docs/cybs/en-us/api-fields/reference/all/so/api-fields/cc-auth-reply-merchant-advice-code-raw.html"
_WITH_51: Final = "sent with response code 51 on merchant-initiated card-not-present payments"

MASTERCARD_ADVICE: Final[CodeTable] = table(
    "mastercard_mac",
    ask("01", "new account information available", updater=True),
    later("02", 72, "cannot approve now, try again later", by_scheme=True, source=_AIRWALLEX),
    never("03", "do not try again", source=_TABAPAY,
        note="a resubmission within 30 days is charged, see limit mastercard.never.mac03"),
    operator("04", "token requirements not met for this token type", source=_EVERONET),
    operator("05", "negotiated value not approved", source=_EVERONET, note="do not repeat unchanged"),
    never("21", "cardholder cancelled the recurring payment", tell="none", review=True),
    operator("22", "merchant does not qualify for the product code", source=_EVERONET),
    later("24", 1, "try again after 1 hour", by_scheme=True, tell="none", note=_WITH_51),
    later("25", 24, "try again after 24 hours", by_scheme=True, note=_WITH_51),
    later("26", 48, "try again after 2 days", by_scheme=True, note=_WITH_51),
    later("27", 96, "try again after 4 days", by_scheme=True, note=_WITH_51),
    later("28", 144, "try again after 6 days", by_scheme=True, note=_WITH_51),
    later("29", 192, "try again after 8 days", by_scheme=True, note=_WITH_51),
    later("30", 240, "try again after 10 days", by_scheme=True, note=_WITH_51),
    ask("40", "non-reloadable prepaid card", informational=True),
    ask("41", "single-use virtual card number", informational=True),
    operator("42", "sanctions score above the threshold", review=True, source=_CYBERSOURCE,
        note="the source prints it as 7942"),
    later("43", 24, "multi-use virtual card number", tell="none", informational=True,
        note="information only; decide by the response code, this row applies when nothing else is known"),
    name="Mastercard merchant advice codes",
    field="merchant advice code (DE 48 subelement 84)",
    source="https://developer.paypal.com/braintree/docs/reference/general/merchant-responses/merchant-advice-codes",
    unknown=later(UNKNOWN, 72, "an advice that Mastercard's list does not name", at_most=1),
)  # fmt: skip
