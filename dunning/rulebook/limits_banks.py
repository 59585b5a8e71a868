"""What bank debit schemes allow: which returned debits may be presented again, how often and for how long.

The schemes of SEPA and Bacs set no number; those two rows are ours and copy the strictest provider seen.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from dunning.rulebook.rows import Limit, Scope
from dunning.rulebook.writing_rows import from_the_first, rolling

_ACH: Final = ("ach",)
_SEPA: Final = ("sepa_dd",)
_BACS: Final = ("bacs",)
_US: Final = ("US",)
_GB: Final = ("GB",)
_METHOD: Final[tuple[Scope, ...]] = ("method",)  # a mandate is one
# What is presented again is an entry, and an entry is for one invoice: the debit for another one is not its repetition.
_AND_AMOUNT: Final[tuple[Scope, ...]] = ("method", "amount", "invoice")

_ACH_START: Final = date(2015, 9, 18)
_SEPA_START: Final = date(2014, 2, 1)
_OLDEST_PAGE: Final = date(2012, 11, 27)  # about Bacs

_BANK_FIVE_NINE: Final = (
    "https://www.bankfivenine.com/business/cash-management/ach-origination/ach-user-information/"
    "reinitiating-returned-ach-debit-items/"
)
_VACUL: Final = (
    "http://www.vacul.org/Compliance/News-CompliancePro-Blog/"
    "When-ACH-Debit-Entries-Are-Returned-Unpaid-Can-They-Be-Resubmitted"
)
_GOCARDLESS: Final = (
    "https://support.gocardless.com/hc/en-gb/articles/27873170789916-Which-failed-payments-can-be-retried-with-Success"
)

ACH_LIMITS: Final[tuple[Limit, ...]] = (
    Limit("ach.reinitiation", _ACH, 2, "reattempts", _AND_AMOUNT, _BANK_FIVE_NINE, _ACH_START, start_known=False,
        window=from_the_first(days=180), codes=("R01", "R09"), regions=_US, basis="scheme", separate=True,
        note="three entries in all, of one amount, described as RETRY PYMT (one bank prints RETRY PMT). Sources count "
             "from the effective or from the settlement date of the first; taken: the earlier"),
    Limit("ach.no_reinitiation", _ACH, 0, "reattempts", _METHOD, _VACUL, _ACH_START, start_known=False,
        but_codes=("R01", "R09"), regions=_US, basis="scheme", separate=True,
        note="R08 only with a new authorisation, R07 only as a new entry with a new authorisation, others once the "
             "cause is repaired"),
    Limit("ach.return_fee", _ACH, 1, "reattempts", ("invoice",), _BANK_FIVE_NINE, _ACH_START, start_known=False,
        codes=("R01", "R09"), regions=_US, basis="scheme", separate=True, binds=False,
        note="one entry for a fee per returned entry, labelled RETURN FEE, announced, as far as state law allows. We "
             "debit no such fee"),
    Limit("ach.unauthorised_rate", _ACH, None, "declines", (), "https://www.increase.com/documentation/ach-returns.md",
        _ACH_START, start_known=False, window=rolling(days=60), codes=("R05", "R07", "R10", "R11", "R29", "R51"),
        regions=_US, basis="scheme", separate=True, binds=False,
        note="at most 0.5 % of all entries returned as unauthorised: a rate over the whole book, which no single "
             "attempt can keep or break"),
)  # fmt: skip

SEPA_LIMITS: Final[tuple[Limit, ...]] = (
    Limit("sepa.retryable_codes", _SEPA, 0, "reattempts", _METHOD, _GOCARDLESS, _SEPA_START, start_known=False,
        but_codes=("AM04", "MS03", "AG07"), basis="provider", separate=True,
        note="a lack of money only; MS03 only for payers of banks in AT, BE, DE, LU, SK; AG07 is our addition"),
    Limit("sepa.retries", _SEPA, 2, "reattempts", _AND_AMOUNT,
        "https://docs.adyen.com/online-payments/auto-rescue/sepa/", _SEPA_START, start_known=False,
        window=from_the_first(days=42), codes=("AM04", "MS03", "AG07"), basis="policy", separate=True,
        note="no number of the scheme itself was found; this copies the strictest provider seen"),
)  # fmt: skip

BACS_LIMITS: Final[tuple[Limit, ...]] = (
    Limit("bacs.representation", _BACS, None, "reattempts", _AND_AMOUNT, "https://movimo.co.uk/?p=2688", _OLDEST_PAGE,
        start_known=False, window=from_the_first(days=30, months=1), codes=("0",), regions=_GB, basis="scheme",
        separate=True,
        note="the same amount, transaction code 18, if success can reasonably be expected; five working days of notice "
             "to the payer are recommended. One month by this source, 30 days by another; taken: the earlier"),
    Limit("bacs.retries", _BACS, 2, "reattempts", _AND_AMOUNT,
        "https://docs.stripe.com/billing/revenue-recovery/smart-retries", _OLDEST_PAGE, start_known=False,
        window=from_the_first(days=30), codes=("0",), regions=_GB, basis="policy", separate=True,
        note="no number of the scheme was found, only the month"),
    Limit("bacs.other_codes", _BACS, 0, "reattempts", _METHOD,
        "https://docs.acquired.com/docs/retrying-declined-direct-debits", _OLDEST_PAGE, start_known=False,
        but_codes=("0",), regions=_GB, basis="scheme", separate=True),
)  # fmt: skip
