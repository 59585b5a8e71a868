"""What a debtor writes on a transfer, so that it is found again: the invoice's id, or a reference that banks check.

A reference is made of the invoice's id alone, so it is the same in every message and for ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.ch import esr
from stdnum.iso7064 import mod_97_10

from dunning.errors import NotAllowed

ReferenceKind = Literal["invoice", "rf", "ogm", "qrr"]

HARD: Final = "\N{NO-BREAK SPACE}"
_RF_LENGTH: Final = 21  # letters and digits after RF and its two check digits
_OGM_LENGTH: Final = 10
_QRR_LENGTH: Final = 26
_SEPARATORS: Final = re.compile(r"[-_./ ]")
_SERIES: Final = re.compile(r"[A-Za-z]*[0-9]+")  # an id without its separators: a prefix that all of a series share
_DERIVED: Final = "9"  # what is no id's own digits begins so, and fills its whole length


@dataclass(frozen=True, slots=True)
class PaymentReference:
    """One reference. `text` is what a bank gets, `shown` what a person copies; a line never breaks inside it."""

    kind: ReferenceKind
    text: str

    @property
    def shown(self) -> str:
        """RF in fours (ISO 11649), OGM between its plus signs, QRR in fives from the right; an id as it is."""
        match self.kind:
            case "invoice" | "ogm":
                return self.text
            case "rf":
                return iso11649.format(self.text).replace(" ", HARD)
            case "qrr":
                return esr.format(self.text).replace(" ", HARD)


def payment_reference(kind: ReferenceKind, invoice_id: str) -> PaymentReference:
    """The reference of this kind for the invoice.

    RF takes the letters and digits of the id, where they are at most 21 of the alphabet. OGM and QRR know digits only:
    they take those of an id that is a prefix of letters and then digits, where there is room (9, 25). Any other id gets
    a number made of its SHA-256: 20 hexadecimal digits in RF, 10 or 26 digits that begin with 9 in OGM and QRR.
    """
    match kind:
        case "invoice":
            return PaymentReference(kind, invoice_id)
        case "rf":
            body = _letters_and_digits(invoice_id)
            return PaymentReference(kind, f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}")
        case "ogm":
            body = _digits(invoice_id, _OGM_LENGTH)
            return PaymentReference(kind, f"+++{ogm_vcs.format(body + ogm_vcs.calc_check_digits(body))}+++")
        case "qrr":
            body = _digits(invoice_id, _QRR_LENGTH)
            return PaymentReference(kind, body + esr.calc_check_digit(body))


def expect_reference(kind: ReferenceKind, *, currency: str, iban: str) -> None:
    """Refuse a kind that this account cannot take. `iban` is compact and in capitals, empty for none.

    A QR-IBAN takes QR-references and nothing else, and no other account takes them. Raises `NotAllowed`.
    """
    qr = is_qr_iban(iban)
    if qr != (kind == "qrr"):
        allowed = "qrr, since iban is a QR-IBAN" if qr else "invoice, rf or ogm; qrr needs a QR-IBAN of CH or LI"
        raise NotAllowed("reference", repr(kind), allowed)
    if kind == "qrr" and currency not in {"CHF", "EUR"}:
        raise NotAllowed("reference", f"'qrr' in {currency}", "qrr in CHF and EUR")
    if kind == "ogm" and currency != "EUR":
        raise NotAllowed("reference", f"'ogm' in {currency}", "ogm in EUR")


def is_qr_iban(iban: str) -> bool:
    """Whether the institution's number in a Swiss or Liechtenstein IBAN is one of those for QR-references."""
    return iban[:2] in {"CH", "LI"} and "30000" <= iban[4:9] <= "31999"


def _letters_and_digits(invoice_id: str) -> str:
    compact = _SEPARATORS.sub("", invoice_id)
    if compact.isascii() and compact.isalnum() and len(compact) <= _RF_LENGTH:
        return compact.upper()
    return sha256(invoice_id.encode()).hexdigest()[:20].upper()


def _digits(invoice_id: str, length: int) -> str:
    """The digits of an id that is one of a series; else a number derived from all of it."""
    compact = _SEPARATORS.sub("", invoice_id)
    digits = "".join(sign for sign in compact if sign.isdigit())
    if _SERIES.fullmatch(compact) and len(digits) < length and digits.strip("0"):
        return digits.zfill(length)
    derived = int.from_bytes(sha256(invoice_id.encode()).digest()) % 10 ** (length - 1)
    return f"{_DERIVED}{derived:0{length - 1}d}"
