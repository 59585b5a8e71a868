"""Why a US bank returns an ACH debit.

Only R01 and R09 may be presented again as they are (limit ach.no_reinitiation); which codes count towards the rate of
unauthorised returns stands in limit ach.unauthorised_rate.
"""

from __future__ import annotations

from typing import Final

from dunning.rulebook.rows import CodeTable
from dunning.rulebook.writing_rows import UNKNOWN, ask, later, look, never, operator, table

_VACUL: Final = (
    "http://www.vacul.org/Compliance/News-CompliancePro-Blog/"
    "When-ACH-Debit-Entries-Are-Returned-Unpaid-Can-They-Be-Resubmitted"
)
_NTRS: Final = "https://web-xp2i-pws.ntrs.com/online_support/inforpt/ach_return_codes.htm"
_ZAMCO: Final = "http://private.zamcodataservices.com/ACH%20Return%20Codes.html"
_NACHA: Final = "https://www.nacha.org/"

ACH: Final[CodeTable] = table(
    "ach",
    later("R01", 72, "insufficient funds"),
    never("R02", "account closed"),
    ask("R03", "no account, or account cannot be located"),
    ask("R04", "invalid account number structure"),
    never("R05", "consumer account debited with a corporate code, not authorised", tell="none", review=True),
    look("R06", "returned at the request of our own bank"),
    never("R07", "authorisation revoked by the customer", tell="none", review=True, source=_VACUL,
        note="a new authorisation and a new entry are needed"),
    never("R08", "payment stopped by the customer", review=True, source=_VACUL,
        note="the same entry only with a new authorisation of the receiver"),
    later("R09", 72, "uncollected funds"),
    never("R10", "customer says: not authorised, or originator unknown", tell="none", review=True),
    operator("R11", "entry not in line with the terms of the authorisation", review=True,
        note="may be corrected and sent anew"),
    ask("R12", "account sold to another bank"),
    ask("R13", "invalid routing number", source=_NTRS),
    never("R14", "representative payee deceased or unable to continue", tell="none", review=True),
    never("R15", "account holder deceased", tell="none", review=True),
    never("R16", "account frozen, or returned by OFAC instruction", tell="none", review=True),
    operator("R17", "entry cannot be processed, or questionable entry", review=True),
    operator("R18", "improper effective entry date", source=_NTRS),
    operator("R19", "amount field error", source=_NTRS),
    never("R20", "account type cannot be debited"),
    operator("R21", "invalid company identification"),
    ask("R22", "invalid individual identification number", source=_NTRS),
    operator("R23", "credit entry refused by the receiver", note="only for credits"),
    look("R24", "duplicate entry"),
    operator("R25", "addenda error", source=_NTRS),
    operator("R26", "mandatory field error", source=_NTRS),
    operator("R27", "trace number error", source=_NTRS),
    ask("R28", "routing number check digit error", source=_NTRS),
    never("R29", "corporate customer says: not authorised", tell="none", review=True),
    operator("R30", "receiving bank not in the check truncation programme", terminal_only=True, source=_NTRS),
    operator("R31", "permissible return of a corporate entry, agreed after the deadline", review=True),
    operator("R32", "receiving bank cannot settle", source=_NTRS),
    operator("R33", "return of a destroyed check entry", terminal_only=True),
    never("R34", "receiving bank participates only in part", source=_NTRS),
    operator("R35", "improper debit entry", source=_NTRS),
    operator("R36", "improper credit entry", source=_NTRS),
    look("R37", "source document was presented for payment as well", terminal_only=True),
    never("R38", "stop payment on the source document", tell="generic", terminal_only=True),
    operator("R39", "improper source document", terminal_only=True),
    operator("R50", "state law on re-presented checks", terminal_only=True),
    operator("R51", "item behind a re-presented check is not eligible", terminal_only=True),
    never("R52", "stop payment on the item", tell="generic", terminal_only=True),
    look("R53", "item and entry both presented", terminal_only=True),
    operator("R61", "misrouted return", source=_ZAMCO),
    look("R67", "duplicate return", source=_ZAMCO),
    operator("R68", "untimely return", source=_ZAMCO),
    operator("R69", "field errors in the return", source=_ZAMCO),
    operator("R70", "permissible return not accepted"),
    operator("R71", "misrouted dishonoured return", source=_ZAMCO),
    operator("R72", "untimely dishonoured return", source=_ZAMCO),
    operator("R73", "original return was timely", source=_ZAMCO),
    operator("R74", "corrected return", source=_ZAMCO),
    look("R75", "original return was not a duplicate", source=_ZAMCO),
    operator("R76", "no errors found", verified=False, source=_ZAMCO),
    operator("R80", "international entry coded wrongly", verified=False, source=_NACHA),
    never("R81", "receiving bank not in the international programme", verified=False, source=_NACHA),
    ask("R82", "invalid foreign receiving bank identification", verified=False, source=_NACHA),
    operator("R83", "foreign receiving bank unable to settle", verified=False, source=_NACHA),
    operator("R84", "entry not processed by the gateway", verified=False, source=_NACHA),
    operator("R85", "outbound international payment coded wrongly", verified=False, source=_NACHA),
    name="ACH return codes (Nacha)",
    field="return reason code",
    source="https://developers.newline53.com/docs/ach-return-reason-codes",
    unknown=operator(UNKNOWN, "a return that the list does not name"),
)  # fmt: skip
