"""Why a bank rejects, returns or refunds a SEPA direct debit, core or B2B.

Guidance of the scheme's owner: EPC173-14. The kind for payers of some countries comes first (by the IBAN).
"""

from __future__ import annotations

from typing import Final

from dunning.rulebook.rows import CodeTable, Kind
from dunning.rulebook.writing_rows import UNKNOWN, ask, later, look, never, operator, table

_REASON_CODES: Final = (
    "https://github.com/ramblingcode/sepa-reason-codes/blob/28930e2225cbdf04b3469599925866fb7d8e4274/lib/"
    "reason_codes.yml"
)
_WORLDLINE: Final = (
    "https://ssl-sps-sign-service.vm-rct.worldline-solutions.com/documentation/sps/"
    "2.-user-interface-guide/appendix-6---list-of-reject-reason-codes-in-sps"
)
_NUAPAY: Final = "https://developer.nuapay.com/np_separeasons.html"
_NARVI: Final = "https://narvi.com/fr/blog/sepa-codes-explained"
_GOCARDLESS: Final = (
    "https://support.gocardless.com/hc/en-gb/articles/27873170789916-Which-failed-payments-can-be-retried-with-Success"
)
_LATER_IN: Final[tuple[tuple[str, Kind], ...]] = tuple((land, "try_later") for land in ("AT", "BE", "DE", "LU", "SK"))

SEPA: Final[CodeTable] = table(
    "sepa_dd",
    ask("AC01", "account identifier incorrect", source=_NUAPAY),
    never("AC04", "account closed"),
    never("AC06", "account blocked, also: blocked for direct debit by the debtor"),
    never("AC13", "debtor account type not allowed, such as a consumer account in the B2B scheme",
        source=_REASON_CODES),
    never("AG01", "direct debit forbidden on this account"),
    operator("AG02", "operation code or file format incorrect"),
    later("AG07", 72, "unsuccessful direct debit; some banks send it in place of AM04 for privacy",
        source=_REASON_CODES),
    later("AM04", 72, "insufficient funds"),
    look("AM05", "duplicate collection"),
    operator("AM06", "amount below the agreed minimum", source=_REASON_CODES,
        note="one provider prints it as insufficient funds: "
             "https://documentation.lemonway.com/v8.2/reference/sepa-error-codes"),
    operator("BE05", "creditor identifier incorrect"),
    operator("CNOR", "creditor bank not registered", source=_REASON_CODES),
    ask("DNOR", "debtor bank not registered for the scheme", source=_NARVI),
    look("DUPL", "duplicate payment", source=_WORLDLINE),
    operator("FF01", "invalid file format", source=_WORLDLINE),
    operator("FF05", "direct debit type incorrect"),
    never("FRAD", "fraudulent transaction", tell="none", mask=True, review=True, source=_WORLDLINE),
    never("MD01", "no valid mandate; as a refund: unauthorised transaction", tell="none", review=True,
        note="may come after the payment looked final, see the take-backs"),
    operator("MD02", "mandate data missing or incorrect", source=_WORLDLINE),
    ask("MD06", "refund asked by the payer of an authorised collection", tell="generic", review=True,
        note="may come after the payment looked final, see the take-backs"),
    never("MD07", "debtor deceased", tell="none", review=True),
    ask("MS02", "refused by the debtor", tell="generic"),
    ask("MS03", "reason not given by the bank", tell="generic", hours=72, by_bank_country=_LATER_IN,
        source=_GOCARDLESS, note="in the countries named, banks send it in place of AM04"),
    ask("RC01", "bank identifier incorrect"),
    operator("RR01", "regulatory: debtor account or identification missing", source=_WORLDLINE),
    operator("RR02", "regulatory: debtor name or address missing", source=_WORLDLINE),
    operator("RR03", "regulatory: creditor name or address missing", source=_WORLDLINE),
    never("RR04", "regulatory reason", tell="none", review=True, source=_WORLDLINE),
    ask("SL01", "specific service of the debtor bank, such as an allow or block list", tell="generic",
        note="the payer must allow the creditor at the bank, or pay otherwise"),
    name="SEPA direct debit reason codes (core and B2B)",
    field="ISO 20022 reason code of the R-transaction",
    source="https://1library.net/document/yndk8p1z-sepa-reason-codes-direct-debit-customer-implementation-guidelines.html",
    unknown=operator(UNKNOWN, "a reason that the list does not name"),
)  # fmt: skip
