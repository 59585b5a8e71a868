"""How long a debit that looked final can still be taken back: so long a recovered case may have to open again (P5)."""

from __future__ import annotations

from datetime import date
from typing import Final

from dunning.rulebook.rows import TakeBack

_SEPA_START: Final = date(2014, 2, 1)
_BACS_PAGE: Final = date(2012, 11, 27)
_ACH_START: Final = date(2015, 9, 18)

_ADYEN_SEPA: Final = "https://docs.adyen.com/risk-management/chargeback-guidelines/sepa-chargebacks.json"
_ADYEN_ACH: Final = "https://docs.adyen.com/risk-management/chargeback-guidelines/ach-chargebacks.json"
_ADYEN_ACH_TEXT: Final = "https://docs.adyen.com/risk-management/chargeback-guidelines/ach-chargebacks.md"
_MAMBU: Final = "https://support.mambu.com/docs/sepa-direct-debit-refunds"
_EPC: Final = "https://www.europeanpaymentscouncil.eu/what-we-do/epc-payment-schemes/sepa-direct-debit"
_MOLLIE: Final = "https://docs.mollie.com/it/docs/bacs"
_PAYNEARME: Final = "https://apidocs.paynearme.com/devdocs/docs/ach-return-codes"

TAKE_BACKS: Final[tuple[TakeBack, ...]] = (
    TakeBack("sepa.core.refund", "sepa_dd", "core", "payer", "none needed", "8 weeks", _ADYEN_SEPA, _SEPA_START),
    TakeBack("sepa.core.unauthorised", "sepa_dd", "core", "payer", "not authorised", "13 months", _ADYEN_SEPA,
        _SEPA_START),
    TakeBack("sepa.b2b.refund", "sepa_dd", "b2b", "payer", "authorised collection", "not at all", _MAMBU, _SEPA_START,
        note="no refund right for authorised collections"),
    TakeBack("sepa.core.return", "sepa_dd", "core", "payer_bank", "return after settlement", "5 bank days", _EPC,
        _SEPA_START, verified=False),
    TakeBack("sepa.b2b.return", "sepa_dd", "b2b", "payer_bank", "return after settlement", "3 bank days", _EPC,
        _SEPA_START, verified=False),
    TakeBack("sepa.mandate.dormant", "sepa_dd", "any", "scheme", "mandate lapses without a collection", "36 months",
        _MAMBU, _SEPA_START),
    TakeBack("bacs.guarantee", "bacs", "any", "payer", "unauthorised, or an error of bank or merchant", "without end",
        _MOLLIE, _BACS_PAGE),
    TakeBack("ach.consumer.unauthorised", "ach", "consumer", "payer", "not authorised or authorisation withdrawn",
        "2 years", _ADYEN_ACH_TEXT, _ACH_START,
        note="return codes of this kind come within 60 calendar days, the claim may be later"),
    TakeBack("ach.business.unauthorised", "ach", "business", "payer", "not authorised", "1 year", _ADYEN_ACH,
        _ACH_START),
    TakeBack("ach.return.funds", "ach", "any", "payer_bank",
        "R01 to R04, R08, R09 and other administrative returns", "2 bank days", _PAYNEARME, _ACH_START),
)  # fmt: skip
