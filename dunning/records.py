"""Who owes, what is owed and how it can be charged: the records that a billing system hands over."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from dunning.dates import Day, Moment
from dunning.money import exponent, minor

LONGEST: Final = 40  # characters of an amount


def exact(value: Any) -> Any:
    """Read an amount exactly: text, whole numbers and decimals; a float is taken as it was written, a bool never."""
    if isinstance(value, bool):
        msg = "an amount such as 12.50 is wanted, not true or false"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns a ValueError into a problem with its place
    if (isinstance(value, str) and len(value) > LONGEST) or (
        isinstance(value, int) and value.bit_length() > 4 * LONGEST
    ):
        msg = f"an amount of at most {LONGEST} characters is wanted"
        raise ValueError(msg)
    return str(value) if isinstance(value, float) else value


Amount = Annotated[Decimal, BeforeValidator(exact)]
Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$")]


def _is_no_address(value: Any) -> Any:
    if isinstance(value, str) and "@" in value:
        msg = "an id without @ is wanted: ids stay in Temporal for good, so an e-mail address is none"
        raise ValueError(msg)  # pydantic turns it into a problem with its place
    return value


CustomerId = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/+-]*$"),
    BeforeValidator(_is_no_address),
]
Channel = Literal["email", "sms", "letter"]
Word = Annotated[str, Field(max_length=500)]  # the name of something, or an address


class Record(BaseModel):
    """Frozen, and nothing unknown is taken in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


ACCOUNTS: Final[tuple[str, ...]] = ("accounts",)  # the roles that a notice goes to, if its policy names none
CustomerKind = Literal["business", "consumer", "sole_trader", "public_body"]
Role = Annotated[str, Field(min_length=1, max_length=50, pattern="^[a-z0-9][a-z0-9_-]*$")]


class ContactPerson(Record):
    """Somebody at the debtor's who is written to: `role` is what a policy's `to` names, such as `accounts`.

    Who is `copied` gets a copy of every notice, whatever their role. The id is no address (O3).
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    id: CustomerId
    role: Role
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    locale: str | None = None
    copied: bool = Field(default=False, alias="copy")


class AccountManager(Record):
    """Who looks after the customer at the creditor's."""

    name: str
    email: str | None = None
    phone: str | None = None


class Named(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """Its id."""


Several = TypeVar("Several", bound="Named")


def each_once(contacts: tuple[Several, ...]) -> tuple[Several, ...]:
    """The contacts, each with an id of its own. Raises `ValueError`."""
    ids = [contact.id for contact in contacts]
    if len(set(ids)) < len(ids):
        msg = f"found {', '.join(ids)}; allowed each contact's id once"
        raise ValueError(msg)
    return contacts


class Customer(Record):
    """The debtor. Names and addresses stay in the store and are read at the moment of sending (rule O3).

    Tags and segment may stand in the histories of cases, and hold nothing personal. The id is no address. `zones` are
    time zones beside their own in which they may be (L3).
    """

    id: CustomerId
    name: str | None = None
    kind: CustomerKind = "business"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    subdivision: str | None = None
    timezone: str | None = None
    locale: str = "en"
    segment: str | None = None
    tags: tuple[str, ...] = ()
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    zones: tuple[str, ...] = ()
    contacts: Annotated[tuple[ContactPerson, ...], AfterValidator(each_once)] = ()
    account_manager: AccountManager | None = None


Month = Annotated[str, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")]


class Method(Record):
    """A stored way to be charged. `network` is visa, sepa and so on; brand and last four are for reading only.

    `expires` is the last month in which a card is valid, such as 2027-04; whoever does not say it leaves it out.
    """

    id: Id
    network: str | None = None
    brand: str | None = None
    last4: Annotated[str, Field(pattern="^[0-9]{4}$")] | None = None
    expires: Annotated[Month | None, Field(exclude_if=lambda month: month is None)] = None


class EarlierAttempt(Record):
    """An attempt that the billing system made before the case opened (rules C1, C3)."""

    at: Moment
    method: str | None = None
    declined: str | None = None


class Discount(Record):
    """What may be kept back of an invoice by who pays to the end of `until` (F8): a share of it, or a fixed amount."""

    percent: Annotated[Amount, Field(gt=0, lt=100)] | None = None
    amount: Annotated[Amount, Field(gt=0)] | None = None
    until: Day

    @model_validator(mode="after")
    def _one(self) -> Discount:
        if (self.percent is None) == (self.amount is None):
            msg = "say either percent: 2 or amount: 20.00"
            raise ValueError(msg)
        return self


class Invoice(Record):
    """One demand. `amount` in the currency's major units, exact; the case converts it to minor units."""

    id: Id
    currency: str
    amount: Amount
    issued_on: Day | None = None
    due_on: Day
    tags: tuple[str, ...] = ()
    attempts: tuple[EarlierAttempt, ...] = ()
    discount: Discount | None = None

    @field_validator("currency")
    @classmethod
    def _known(cls, value: str) -> str:
        exponent(value)
        return value

    @model_validator(mode="after")
    def _discount_is_less(self) -> Invoice:
        fixed = self.discount.amount if self.discount else None
        if fixed is not None and minor(fixed, self.currency) >= self.minor:
            msg = f"discount: found {fixed}; allowed less than the amount, {self.amount}"
            raise ValueError(msg)
        return self

    @property
    def minor(self) -> int:
        """The amount in minor units of its currency."""
        return minor(self.amount, self.currency)


Positive = Annotated[Amount, Field(gt=0)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Message(Record):
    """A fact or a request. `at` is when it reached us; left out, the moment it is applied.

    `authenticated` is who was let in at our own door and told it, such as `key billing` or `session jane`; our API says
    it, and it is no part of what is told.
    """

    name: ClassVar[str]
    at: Moment | None = None
    authenticated: Word | None = None
