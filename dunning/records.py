"""Who owes, what is owed and how it can be charged: the records that a billing system hands over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from dunning.money import exponent, minor

CASE_ID = "case:{invoice_id}"


def exact(value: Any) -> Any:
    """Read an amount exactly: text, whole numbers and decimals; a float is taken as it was written, a bool never."""
    if isinstance(value, bool):
        msg = "an amount such as 12.50 is wanted, not true or false"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns a ValueError into a problem with its place
    return str(value) if isinstance(value, float) else value


Amount = Annotated[Decimal, BeforeValidator(exact)]
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]  # what a calendar can answer for
Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$")]
Channel = Literal["email", "sms", "letter"]


class Record(BaseModel):
    """Frozen, and nothing unknown is taken in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Customer(Record):
    """The debtor. Names and addresses stay in the store and are read at the moment of sending (rule O3)."""

    id: Id
    name: str | None = None
    kind: Literal["business", "consumer"] = "business"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    subdivision: str | None = None
    timezone: str | None = None
    locale: str = "en"
    segment: str | None = None
    tags: tuple[str, ...] = ()
    email: str | None = None
    phone: str | None = None
    address: str | None = None


class Method(Record):
    """A stored way to be charged. `network` is visa, sepa and so on; brand and last four are for reading only."""

    id: Id
    network: str | None = None
    brand: str | None = None
    last4: Annotated[str, Field(pattern="^[0-9]{4}$")] | None = None


class EarlierAttempt(Record):
    """An attempt that the billing system made before the case opened (rules C1, C3)."""

    at: AwareDatetime
    method: str | None = None
    declined: str | None = None


class Invoice(Record):
    """One demand. `amount` in the currency's major units, exact; the case converts it to minor units."""

    id: Id
    currency: str
    amount: Amount
    issued_on: Day | None = None
    due_on: Day
    tags: tuple[str, ...] = ()
    attempts: tuple[EarlierAttempt, ...] = ()

    @field_validator("currency")
    @classmethod
    def _known(cls, value: str) -> str:
        exponent(value)
        return value

    @property
    def minor(self) -> int:
        """The amount in minor units of its currency."""
        return minor(self.amount, self.currency)
