"""Who writes: the creditor as every message names them, and what is missing before the first may leave."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from adapters.bank_account import BankAccount
from adapters.logo import Logo
from dunning.errors import NotAllowed

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LEGIBLE: Final = 4.5
_SENDER_LENGTH: Final = 20  # leaves room for the rest in a text message of 160 characters


class CreditorError(NotAllowed):
    """A detail of the creditor that cannot stand in a message; `place` is its setting, such as iban."""

    def __str__(self) -> str:
        return f"creditor.{super().__str__()}"


@dataclass(frozen=True, slots=True)
class Brand:
    """A name under which the creditor also writes: in messages about invoices that carry `tag`.

    What is empty, or None, is the creditor's own. `name` is that of its folder of texts and of its setting.
    """

    name: str
    tag: str
    shown_as: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    registration: str = ""
    pay_url: str = ""
    accent: str = ""
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class Creditor:
    """Name, addresses and accounts of the creditor. Nothing is made up: what is not set is empty.

    No message leaves while `unnamed`, or in a currency in which nobody could pay (`lacking`); an empty `phone` or
    `registration` is left out. `pay_url` is where a debtor pays online; the invoice's id is added as its last part.
    `locale` is the language for debtors whose own is not shipped. `accent` is the colour of headlines and buttons in
    e-mail, empty: one for each tone. `brand` is the name of that one of its `brands` in whose name it writes.
    Raises `CreditorError` for what would break a header, a transfer or a link.
    """

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    registration: str = ""
    accounts: tuple[BankAccount, ...] = ()
    pay_url: str = ""
    locale: str = "en"
    country: str = "NL"
    accent: str = ""
    logo: Logo | None = None
    brands: tuple[Brand, ...] = ()
    brand: str = ""

    def __post_init__(self) -> None:
        """Refuse early what a debtor would stumble over later."""
        for place, value in (("name", self.name), ("phone", self.phone), ("registration", self.registration)):
            _expect(value.isprintable(), place, value, "one line of printable text")
        for place, value in (("name", self.name), ("address", self.address)):
            _expect(not value or bool(value.strip()), place, value, "some text, or nothing at all")
        named = not self.email or bool(_ADDRESS.fullmatch(self.email))
        _expect(named, "email", self.email, "one address such as accounts@example.com")
        _expect(not self.pay_url or _linkable(self.pay_url), "pay_url", self.pay_url, "an http or https address")
        legible = not self.accent or (
            bool(_COLOUR.fullmatch(self.accent)) and _contrast_to_white(self.accent) >= _LEGIBLE
        )
        _expect(legible, "accent", self.accent, "a colour such as #1d6a52, dark enough for white letters (4.5 to 1)")

    def for_tags(self, tags: Collection[str]) -> Creditor:
        """The creditor as messages about an invoice with these tags name them: the first brand whose tag is there."""
        brand = next((one for one in self.brands if one.tag in tags), None)
        if brand is None:
            return self
        own = {"name": brand.shown_as, "address": brand.address, "email": brand.email, "phone": brand.phone,
               "registration": brand.registration, "pay_url": brand.pay_url, "accent": brand.accent,
               "logo": brand.logo}  # fmt: skip
        changes: dict[str, Any] = {name: said for name, said in own.items() if said}
        return replace(self, brand=brand.name, **changes)

    @property
    def unnamed(self) -> tuple[str, ...]:
        """The settings without which nobody could tell who asks, or answer (M1)."""
        return tuple([f"creditor.{place}" for place in ("name", "address", "email") if not getattr(self, place)])

    @property
    def left_out(self) -> tuple[str, ...]:
        """The settings that no message needs, and that none will show."""
        return tuple([f"creditor.{place}" for place in ("phone", "registration") if not getattr(self, place)])

    def lacking(self, currency: str, pay_link: str | None = None) -> tuple[str, ...]:
        """The settings that keep a message about an invoice in this currency from leaving; M1: "how to pay".

        A page to pay on, ours or the `pay_link` of a provider, does for every currency; an account for its own only.
        """
        payable = self.account_in(currency) is not None or pay_link or self.pay_url
        return self.unnamed if payable else (*self.unnamed, f"creditor.accounts.{currency}")

    def account_in(self, currency: str) -> BankAccount | None:
        """The account that takes this currency; one of another is never shown in its place."""
        return next((one for one in self.accounts if one.currency == currency), None)

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

    def pay_link(self, invoice_id: str) -> str | None:
        """Where this invoice is paid online, if anywhere. It carries no personal data (O3)."""
        return f"{self.pay_url.rstrip('/')}/{quote(invoice_id, safe='')}" if self.pay_url else None


def _expect(fits: bool, place: str, found: str, allowed: str) -> None:  # noqa: FBT001 - reads as a sentence where it stands
    if not fits:
        raise CreditorError(place, repr(found), allowed)


def _contrast_to_white(colour: str) -> float:
    """The contrast of white letters on the colour, as WCAG 2 defines it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)  # noqa: PLR2004 - the standard's
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linkable(url: str) -> bool:
    parts = urlsplit(url)
    plain = url.isprintable() and " " not in url and not parts.query and not parts.fragment
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname)
