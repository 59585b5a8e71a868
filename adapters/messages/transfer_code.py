"""The code that a banking app reads off a letter: a transfer in euro, filled in (EPC069-12, version 002)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Final

from adapters.bank_account import BankAccount
from adapters.payment_reference import PaymentReference, is_qr_iban
from dunning.money import major

_MOST: Final = 99_999_999_999  # cents: the standard's most
_LONGEST_NAME: Final = 70
_LONGEST_TEXT: Final = 140
_MASK: Final = 3  # every reader takes each of the eight; to weigh them takes four times as long as all the rest
_BORDER: Final = 4  # modules of white around it, as the standard of QR codes asks
_SCALE: Final = 4  # dots a module
_INK: Final = bytes([255, 0]) + bytes(254)  # a light module is white, a dark one black


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
    def said(self) -> bytes:
        """What the code says, a line each: UTF-8 is the first of the standard's character sets."""
        lines = (
            "BCD",
            "002",
            "1",
            "SCT",
            self.bic,
            self.name,
            self.iban,
            f"EUR{self.amount:.2f}",
            "",
            self.reference,
            self.text,
        )
        return "\n".join(lines).rstrip("\n").encode()

    @property
    def image(self) -> str:
        """The code as a picture's address that needs no network; in lines it would be a thousand of them to draw."""
        from PIL import Image  # noqa: PLC0415 - of the extra `letters`
        from segno import make_qr  # noqa: PLC0415 - as above

        code = make_qr(self.said, error="m", boost_error=False, mask=_MASK)
        modules = b"".join(row.translate(_INK) for row in code.matrix)
        side = len(code.matrix)
        white = Image.new("L", (side + 2 * _BORDER, side + 2 * _BORDER), 255)
        white.paste(Image.frombytes("L", (side, side), modules), (_BORDER, _BORDER))
        written = BytesIO()
        drawn = white.resize((white.width * _SCALE, white.height * _SCALE), Image.Resampling.NEAREST)
        drawn.save(written, "PNG", compress_level=1)
        return f"data:image/png;base64,{b64encode(written.getvalue()).decode()}"


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
