"""Who writes to the debtors, and the accounts that they pay to."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails

from adapters.bank_account import AccountError, BankAccount
from adapters.calendars import is_holiday_code, is_zone
from adapters.creditor import Creditor, CreditorError
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

    def as_account(self, currency: str) -> BankAccount:
        """The account as messages name it."""
        return BankAccount(currency, **{**self.model_dump(), "routing": tuple(self.routing.items())})


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
            self.as_creditor()
        except CreditorError as error:
            raise self._misplaced(error, (error.place,)) from None
        return self

    @staticmethod
    def _misplaced(said: NotAllowed, place: tuple[str, ...]) -> ValidationError:
        """The creditor's own complaint, at the setting that it is about."""
        wrong = InitErrorDetails(type=not_allowed(said.allowed, found=said.found), loc=place, input=said.found)
        return ValidationError.from_exception_data("CreditorSettings", [wrong])

    def as_creditor(self) -> Creditor:
        """The creditor as every message names them."""
        accounts = tuple([account.as_account(currency) for currency, account in self.accounts.items()])
        return Creditor(**self.model_dump(exclude={"timezone", "credits", "accounts"}), accounts=accounts)
