"""The code that a banking app reads off a letter: a transfer in euro, filled in (EPC069-12, version 002)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from adapters.bank_account import BankAccount
from adapters.payment_reference import PaymentReference, is_qr_iban
from dunning.money import major

_MOST: Final = 99_999_999_999  # cents: the standard's most
_LONGEST_NAME: Final = 70
_LONGEST_TEXT: Final = 140


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer of `amount` euro; one of `reference`, which banks check, and `text` is empty."""

    name: str
    iban: str
    bic: str
    amount: Decimal
    reference: str
    text: str

    @property
    def image(self) -> str:
        """The code as a picture's address that needs no network, drawn in lines."""
        from segno import helpers  # noqa: PLC0415 - of the extra `letters`

        code = helpers.make_epc_qr(
            self.name, self.iban, self.amount, text=self.text or None, reference=self.reference or None,
            bic=self.bic or None, encoding="utf-8",
        )  # fmt: skip
        return code.svg_data_uri(border=4, omitsize=True)


def transfer_of(account: BankAccount | None, holder: str, demands: int, reference: str) -> Transfer | None:
    """The transfer of `demands` cents that the account takes; None where no banking app would read its code.

    `holder` is in whose name the account is, if it does not say so itself.
    """
    if account is None or account.currency != "EUR" or not account.iban or is_qr_iban(account.iban_text):
        return None
    known: PaymentReference = account.reference_for(reference)
    if not 0 < demands <= _MOST or len(known.text) > _LONGEST_TEXT:
        return None
    checked = known.kind == "rf"  # the only reference that the code has a field for
    return Transfer(
        name=(account.holder or holder)[:_LONGEST_NAME],
        iban=account.iban_text,
        bic=account.bic_shown,
        amount=major(demands, "EUR"),
        reference=known.text if checked else "",
        text="" if checked else known.text,
    )
