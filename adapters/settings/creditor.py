"""Who writes to the debtors, and the accounts that they pay to."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails

from adapters.bank_account import AccountError, BankAccount
from adapters.calendars import is_holiday_code, is_zone
from adapters.creditor import Brand, Creditor, CreditorError
from adapters.logo import read_logo
from adapters.payment_reference import ReferenceKind
from adapters.settings.group import Group
from dunning.errors import MoneyError, NotAllowed
from dunning.money import exponent
from dunning.policy.parts import not_allowed


class AccountSettings(Group):
    """An account of the creditor that takes one currency: by its IBAN, or by a number as its country writes it."""

    iban: str = Field("", description="The account's IBAN; this or `number`.")
    number: str = Field("", description="The account's number where there is no IBAN, such as in GBP, USD or AUD.")
    routing: dict[str, str] = Field(
        {},
        description="What banks there ask for beside the number, by the name that it has there, "
        'such as `{"Sort code" = "60-16-13"}`.',
    )
    bic: str = Field("", description="The bank's BIC, for transfers from abroad; empty: left out of messages.")
    bank: str = Field("", description="The bank's name; empty: left out of messages.")
    holder: str = Field("", description="In whose name it is; empty: in the creditor's.")
    reference: ReferenceKind = Field(
        "invoice",
        description="What debtors write on a transfer: `invoice` (its id), `rf` (ISO 11649), `ogm` (Belgium), `qrr` "
        "(needs a Swiss QR-IBAN, which takes nothing else).",
    )

    def as_account(self, currency: str) -> BankAccount:
        """The account as messages name it."""
        return BankAccount(currency, **{**self.model_dump(), "routing": tuple(self.routing.items())})


class BrandSettings(Group):
    """A name under which the creditor also writes; what is empty is the creditor's own."""

    tag: str = Field(min_length=1, description="Messages about invoices with this tag come from the brand.")
    name: str = Field("", description="The name that its debtors know.")
    address: str = Field("", description="Its postal address, with line breaks.")
    email: str = Field("", description="Where answers go.")
    phone: str = Field("", description="Its telephone number.")
    registration: str = Field("", description="The line about its registration.")
    pay_url: str = Field("", description="Where its debtors pay online.")
    accent: str = Field("", description="Its colour, as `creditor.accent`.")
    logo: Path | None = Field(None, description="Its logo, as `creditor.logo`.")

    def as_brand(self, name: str) -> Brand:
        """The brand as messages take it. `name` is that of its section and of its folder of texts."""
        logo = read_logo(self.logo) if self.logo else None
        said = self.model_dump(exclude={"name", "logo"})
        return Brand(name, shown_as=self.name, logo=logo, **said)


class CreditorSettings(Group):
    """Who writes to the debtors. Nothing is made up: no notice leaves while a part that it needs is empty (M1)."""

    name: str = Field("", description="The name that debtors know the creditor by; without it no notice leaves.")
    address: str = Field("", description="Postal address, with line breaks; without it no notice leaves.")
    email: str = Field("", description="Messages come from here and are answered to here; without it no notice leaves.")
    phone: str = Field("", description="For debtors who would rather call; empty: left out of messages.")
    registration: str = Field("", description="The line about the company's registration; empty: left out of messages.")
    accounts: dict[str, AccountSettings] = Field(
        {}, description="Where debtors transfer money, one account for each currency."
    )
    pay_url: str = Field(
        "", description="Where debtors pay online, in any currency; the invoice's id is added. Empty: left out."
    )
    country: str = Field("NL", description="Its holidays stand in where a customer's are not known.")
    timezone: str = Field("Europe/Amsterdam", description="Stands in where a customer's is not known (rule T1).")
    locale: str = Field("en", description="The language for debtors whose own is not shipped.")
    accent: str = Field(
        "",
        description="The colour of sums and buttons in e-mail, such as `#1d6a52`; empty: one for each tone.",
    )
    logo: Path | None = Field(
        None, description="A PNG, JPEG or GIF at the head of e-mail, at most 100 KB; left out: the name."
    )
    brands: dict[str, BrandSettings] = Field(
        {}, description="Other names that the creditor writes under, each for the invoices with its tag."
    )
    credits: Literal["use", "keep"] = Field(
        "use",
        description="A customer's credit is used for what they owe elsewhere, or kept (`keep`) until a person says so "
        "(P8).",
    )

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError("an IANA time zone such as Europe/Amsterdam")
        return value

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        if not is_holiday_code(value) or "-" in value:
            raise ValueError("a country in two capitals, such as NL")
        return value

    @field_validator("accounts", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        """Variables of the environment come in small letters, and stand above what the file says of that currency."""
        if not isinstance(value, dict) or not all(isinstance(said, dict) for said in value.values()):
            return value
        merged: dict[str, dict[str, object]] = {}
        for currency, said in value.items():
            merged.setdefault(str(currency).upper(), {}).update(said)
        return merged

    @model_validator(mode="after")
    def _usable(self) -> Self:
        for currency, account in self.accounts.items():
            try:
                exponent(currency)
                account.as_account(currency)
            except MoneyError as error:
                raise self._misplaced(error, ("accounts", currency)) from None
            except AccountError as error:
                place = (error.place,) if error.place else ()
                raise self._misplaced(error, ("accounts", currency, *place)) from None
        try:
            creditor = self.as_creditor()
        except NotAllowed as error:
            raise self._misplaced(error, (error.place,)) from None
        for brand in creditor.brands:
            try:
                creditor.for_tags((brand.tag,))
            except CreditorError as error:
                raise self._misplaced(error, ("brands", brand.name, error.place)) from None
        return self

    @staticmethod
    def _misplaced(said: NotAllowed, place: tuple[str, ...]) -> ValidationError:
        """The creditor's own complaint, at the setting that it is about."""
        wrong = InitErrorDetails(type=not_allowed(said.allowed, found=said.found), loc=place, input=said.found)
        return ValidationError.from_exception_data("CreditorSettings", [wrong])

    def as_creditor(self) -> Creditor:
        """The creditor as every message names them."""
        accounts = tuple([account.as_account(currency) for currency, account in self.accounts.items()])
        brands = tuple([brand.as_brand(name) for name, brand in self.brands.items()])
        said = self.model_dump(exclude={"timezone", "credits", "accounts", "brands", "logo"})
        logo = read_logo(self.logo) if self.logo else None
        return Creditor(**said, accounts=accounts, brands=brands, logo=logo)
