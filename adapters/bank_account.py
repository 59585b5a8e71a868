"""A bank account of the creditor, in the one currency that it takes: an IBAN, or a number and what its country adds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from adapters.payment_reference import PaymentReference, ReferenceKind, expect_reference, payment_reference
from dunning.errors import NotAllowed

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


class AccountError(NotAllowed):
    """A detail of an account that no bank would take; `place` is its field, such as iban."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a debtor transfers money in one `currency`, as M1 wants it told: "how to pay".

    Either `iban`, or `number` with what the banks of its country ask for beside it in `routing`: names and values as
    they are printed there, such as ("Sort code", "60-16-13"). An empty `bic` or `bank` is left out of messages; an
    empty `holder` is the creditor's name. `reference` is what its transfers are found by. Raises `AccountError` for
    what no bank would take.
    """

    currency: str
    iban: str = ""
    number: str = ""
    bic: str = ""
    bank: str = ""
    holder: str = ""
    routing: tuple[tuple[str, str], ...] = ()
    reference: ReferenceKind = "invoice"

    def __post_init__(self) -> None:
        """Refuse early what a debtor's bank would refuse later."""
        one = bool(self.iban) != bool(self.number)
        both = "both" if self.iban else "neither"
        _expect(one, "", f"{both} of iban and number", "one of the two: an iban, or a number with its routing")
        _expect(
            not self.iban or _checked(_compact(self.iban)), "iban", repr(self.iban), "an IBAN whose check digits fit"
        )
        _expect(not self.iban or not self.routing, "routing", "an iban beside it", "routing beside a number only")
        _expect(
            not self.bic or bool(_BIC.fullmatch(_compact(self.bic))), "bic", repr(self.bic), "a BIC of 8 or 11 signs"
        )
        for place in ("number", "bank", "holder"):
            said = getattr(self, place)
            _expect(_one_line(said), place, repr(said), "one line of printable text")
        for name, value in self.routing:
            fits = name.strip() and value.strip() and _one_line(name) and _one_line(value)
            _expect(bool(fits), "routing", repr(f"{name} = {value}"), "a name and a value, each on one line")
        try:
            expect_reference(self.reference, currency=self.currency, iban=self.iban_text)
        except NotAllowed as error:
            raise AccountError(error.place, error.found, error.allowed) from None

    def reference_for(self, invoice_id: str) -> PaymentReference:
        """What a debtor writes on a transfer for this invoice."""
        return payment_reference(self.reference, invoice_id)

    @property
    def iban_text(self) -> str:
        """The IBAN as banks take it, empty where there is none."""
        return _compact(self.iban)

    @property
    def shown(self) -> str:
        """The IBAN in groups of four, or the number; a line never breaks inside it."""
        compact = _compact(self.iban)
        fours = [compact[start : start + 4] for start in range(0, len(compact), 4)] if compact else self.number.split()
        return "\N{NO-BREAK SPACE}".join(fours)

    @property
    def bic_shown(self) -> str:
        """The BIC as banks print it."""
        return _compact(self.bic)


def _expect(fits: bool, place: str, found: str, allowed: str) -> None:  # noqa: FBT001 - reads as a sentence where it stands
    if not fits:
        raise AccountError(place, found, allowed)


def _one_line(text: str) -> bool:
    return text.isprintable() and (not text or bool(text.strip()))


def _compact(written: str) -> str:
    return "".join(written.split()).upper()


def _checked(iban: str) -> bool:
    """Whether the two check digits fit (ISO 13616: the rearranged number leaves 1 when divided by 97)."""
    if not _IBAN.fullmatch(iban):
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1
