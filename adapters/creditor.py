"""Who writes: the creditor as every message names him, with made-up values that are good enough for a demonstration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from dunning.errors import DunningError

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_SENDER_LENGTH: Final = 20  # leaves room for the rest in a text message of 160 characters


class CreditorError(DunningError, ValueError):
    """A detail of the creditor that cannot stand in a message."""


@dataclass(frozen=True, slots=True)
class Creditor:
    """Name, addresses and account of the creditor. An empty `phone`, `iban` or `pay_url` is left out of messages.

    `pay_url` is where a debtor pays online; the invoice's id is added as its last part. `locale` is the language for
    debtors whose own is not shipped. Raises `CreditorError` for what would break a header, a transfer or a link.
    """

    name: str = "Northwind Studio B.V."
    address: str = "Voorbeeldstraat 12\n1234 AB Amsterdam\nThe Netherlands"
    email: str = "accounts@northwind.example"
    phone: str = "+31 20 000 00 00"
    iban: str = "NL02ABNA0123456789"
    registration: str = "KvK 00000000"
    pay_url: str = "https://pay.northwind.example/invoices"
    locale: str = "en"
    country: str = "NL"

    def __post_init__(self) -> None:
        """Refuse early what a debtor would stumble over later."""
        for place, value in (("name", self.name), ("phone", self.phone), ("registration", self.registration)):
            _expect(value.isprintable(), place, value, "one line of printable text")
        _expect(bool(self.name.strip()), "name", self.name, "the name that debtors know the creditor by")
        _expect(bool(_ADDRESS.fullmatch(self.email)), "email", self.email, "one address such as accounts@example.com")
        _expect(not self.iban or _checked(_compact(self.iban)), "iban", self.iban, "an IBAN whose check digits fit")
        _expect(not self.pay_url or _linkable(self.pay_url), "pay_url", self.pay_url, "an http or https address")

    @property
    def domain(self) -> str:
        """The part of the e-mail address that message ids end in."""
        return self.email.rpartition("@")[2].lower()

    @property
    def sender(self) -> str:
        """The name at the head of a text message, short enough to leave room for the rest."""
        if len(self.name) <= _SENDER_LENGTH:
            return self.name
        whole_words = self.name[: _SENDER_LENGTH + 1].rpartition(" ")[0]
        return (whole_words or self.name[:_SENDER_LENGTH]).rstrip(" .,&-")

    @property
    def account(self) -> str:
        """The IBAN in groups of four, as people read it; a line never breaks inside it."""
        compact = _compact(self.iban)
        return "\N{NO-BREAK SPACE}".join(compact[start : start + 4] for start in range(0, len(compact), 4))

    @property
    def dial(self) -> str:
        """The telephone number as a link."""
        return "tel:" + "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    def pay_link(self, invoice_id: str) -> str | None:
        """Where this invoice is paid online, if anywhere. It carries no personal data (O3)."""
        return f"{self.pay_url.rstrip('/')}/{quote(invoice_id, safe='')}" if self.pay_url else None


def _expect(fits: bool, place: str, found: str, allowed: str) -> None:  # noqa: FBT001 - reads as a sentence where it stands
    if not fits:
        raise CreditorError(f"creditor.{place}: found {found!r}; allowed {allowed}")


def _compact(iban: str) -> str:
    return "".join(iban.split()).upper()


def _checked(iban: str) -> bool:
    """Whether the two check digits fit (ISO 13616: the rearranged number leaves 1 when divided by 97)."""
    if not _IBAN.fullmatch(iban):
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _linkable(url: str) -> bool:
    parts = urlsplit(url)
    plain = url.isprintable() and " " not in url and not parts.query and not parts.fragment
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname)
