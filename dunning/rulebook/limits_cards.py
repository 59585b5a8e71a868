"""What Visa and Mastercard allow: how often a declined card may be tried again, and what they charge beyond that.

American Express and Discover publish no number; `networks.family` reads them, and a card of no known network, as Visa.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from dunning.rulebook.rows import Limit, Scope
from dunning.rulebook.writing_rows import rolling

_VISA: Final = ("visa",)
_MASTERCARD: Final = ("mastercard",)
_METHOD: Final[tuple[Scope, ...]] = ("method",)
_AND_AMOUNT: Final[tuple[Scope, ...]] = ("method", "amount")

_RETRIES: Final = "https://retries.com/guides/visa-decline-categories"
_EXCELLENCE: Final = "https://retries.com/guides/transaction-processing-excellence"
_TABAPAY: Final = "https://developers.tabapay.com/docs/excessive-retry-rules"
_TABAPAY_CANADA: Final = "https://developers.tabapay.com/docs/mastercard-1"
_TABAPAY_ADVICE: Final = "https://developers.tabapay.com/docs/merchant-advice-code"
_CHECKOUT: Final = "https://www.checkout.com/merchant-communications/manage-your-decline-response-codes"
_VISA_UPDATE: Final = (
    "https://usa.visa.com/dam/VCOM/global/support-legal/documents/"
    "updates-to-rules-for-declined-transaction-resubmission-and-use-of-authorization-response-codes.pdf"
)
_BRAINTREE: Final = (
    "https://developer.paypal.com/braintree/articles/risk-and-security/compliance/network-updates/2023/mastercard-f23"
)
_PAYZU: Final = "https://docs.payzu.com.br/en/docs/cartao/retry-program"
_FORTE: Final = (
    "https://support.forte.net/support/solutions/articles/11000081270-mastercard-excessive-authorization-attempts-fee"
)

VISA_LIMITS: Final[tuple[Limit, ...]] = (
    Limit("visa.never.category1", _VISA, 0, "reattempts", _METHOD, _TABAPAY, date(2021, 4, 17), start_known=False,
        categories=(1,), fee="USD 0.10, across borders 0.15, a reattempt", fee_source=_RETRIES,
        note="the categories exist since April 2020"),
    Limit("visa.reattempts.15", _VISA, 15, "reattempts", _AND_AMOUNT, _VISA_UPDATE, date(2021, 4, 17),
        date(2025, 5, 25), rolling(days=30), categories=(2, 3, 4),
        fee="USD 0.10, across borders 0.15, a reattempt too many",
        fee_source="https://www.payway.com/visa-excessive-reattempts-rule-fees"),
    Limit("visa.reattempts.20", _VISA, 20, "reattempts", _AND_AMOUNT,
        "https://docs.cielo.com.br/ecommerce-cielo-en/changelog/new-limit-for-visa-retries-starting-may-25-2025",
        date(2025, 5, 25), window=rolling(days=30), categories=(2, 3, 4), separate=True,
        fee="USD 0.10, across borders 0.15, a reattempt too many", fee_source=_RETRIES,
        note="another source starts it on 2025-05-19; the later day keeps the lower limit longer. A token and the "
             "number of the same card are counted apart; one acquirer counts them together and only in a row"),
    Limit("visa.stop_payment_service", _VISA, 0, "reattempts", _METHOD, _CHECKOUT, date(2023, 4, 27),
        start_known=False, codes=("R0", "R1", "R3"), separate=True,
        fee="EUR 1.00 a declined recurring attempt from the fourth on",
        note="the first day is that of the notice; the fee may be older"),
)  # fmt: skip

MASTERCARD_LIMITS: Final[tuple[Limit, ...]] = (
    Limit("mastercard.day.20", _MASTERCARD, 20, "declines", _METHOD,
        "https://community.moneris.com/blogs/b/announcements/posts/development-considerations-for-new-mastercard-fees",
        date(2019, 10, 14), date(2022, 10, 1), rolling(hours=24), regions=("US", "CA"),
        fee="USD 0.10 an attempt too many", fee_source=_FORTE, note="any amount"),
    Limit("mastercard.day.10", _MASTERCARD, 10, "declines", _METHOD, _EXCELLENCE, date(2022, 10, 1),
        window=rolling(hours=24), fee_source=_BRAINTREE,
        fee="an attempt too many USD 0.10, from 2023-01-01 0.15, from 2024-01-01 0.30, from 2025-01-01 0.50; in the EU "
            "EUR 0.55 from 2024-08-01",
        note="any amount, the customer's own attempts included. Another source counts a calendar day; 24 rolling hours "
             "are stricter. Another one starts USD 0.15 in November 2023; taken: the provider's table of fees"),
    Limit("mastercard.month.35.us", _MASTERCARD, 35, "declines", _AND_AMOUNT, _BRAINTREE, date(2023, 11, 1),
        window=rolling(days=30), regions=("US",), fee="USD 0.15 an attempt too many, later as mastercard.day.10",
        note="a decline that was charged under the limit of 24 hours is not charged twice"),
    Limit("mastercard.month.35.ca", _MASTERCARD, 35, "declines", _AND_AMOUNT, _TABAPAY_CANADA, date(2024, 4, 1),
        window=rolling(days=30), regions=("CA",), fee="USD 0.50 an attempt too many, from 2024-05-05"),
    Limit("mastercard.month.35", _MASTERCARD, 35, "declines", _AND_AMOUNT, _EXCELLENCE, date(2024, 8, 1),
        start_known=False, window=rolling(days=30), fee="in the EU EUR 0.55 an attempt too many",
        note="another source counts in fixed blocks of 30 days; rolling is stricter"),
    Limit("mastercard.never.mac03", _MASTERCARD, 0, "reattempts", _METHOD, _TABAPAY_ADVICE, date(2022, 10, 1),
        start_known=False, window=rolling(days=30), codes=("03",),
        fee="USD 0.50 a resubmission from 2025-01-01 (from memory)",
        note="the fee is for 30 days; the method stays finished after them"),
    Limit("mastercard.never.mac21", _MASTERCARD, 0, "reattempts", _METHOD, _PAYZU, date(2022, 10, 1),
        start_known=False, window=rolling(days=30), codes=("21",),
        note="the method stays finished after 30 days"),
    Limit("mastercard.brazil.10", _MASTERCARD, 10, "reattempts", _METHOD, _PAYZU, date(2022, 10, 1), date(2023, 2, 1),
        start_known=False, window=rolling(days=31), regions=("BR",), fee="BRL 2.00 an attempt too many, domestic",
        note="the network counts by the month of account; 31 rolling days are never more generous"),
    Limit("mastercard.brazil.7", _MASTERCARD, 7, "reattempts", _METHOD, _PAYZU, date(2023, 2, 1),
        window=rolling(days=31), regions=("BR",), fee="BRL 2.00 an attempt too many, domestic",
        note="charged from the eighth; the network counts by the month of account, 31 rolling days are never more "
             "generous"),
)  # fmt: skip
