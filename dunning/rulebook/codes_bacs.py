"""Why a British bank returns a Bacs direct debit unpaid (ARUDD).

Only 0 may be presented again as it is, for the same amount, within one month (limits bacs.representation and
bacs.other_codes). Also listed at https://modulr.readme.io/docs/webhook-direct-debit-unpaid-collection
"""

from __future__ import annotations

from typing import Final

from dunning.rulebook.rows import CodeTable
from dunning.rulebook.writing_rows import UNKNOWN, ask, later, never, operator, table

_ACCESSPAYSUITE: Final = "https://accesspaysuite.com/blog/arudd-reason-codes"

BACS: Final[CodeTable] = table(
    "bacs",
    later("0", 120, "refer to payer", source=_ACCESSPAYSUITE,
        note="five working days notice to the payer is recommended before presenting again"),
    never("1", "instruction cancelled by payer or bank", review=True, source=_ACCESSPAYSUITE),
    never("2", "payer deceased", tell="none", review=True, source=_ACCESSPAYSUITE),
    ask("3", "account transferred to another bank", source=_ACCESSPAYSUITE,
        note="look first for new details already notified (ADDACS)"),
    ask("4", "payer disputes time, amount or frequency", tell="generic", review=True, source=_ACCESSPAYSUITE,
        note="treat as a dispute; no further collection until it is resolved"),
    ask("5", "no account, or wrong account type"),
    ask("6", "no instruction held"),
    operator("7", "amount differs"),
    operator("8", "amount not yet due"),
    operator("9", "presentation overdue"),
    operator("A", "service user differs"),
    never("B", "account closed"),
    name="Bacs ARUDD reason codes",
    field="ARUDD reason code",
    source="https://docs.numeral.io/reference/bacs-reason-codes",
    unknown=operator(UNKNOWN, "a reason that the list does not name"),
)  # fmt: skip
