"""What Stripe's objects are made of, and the envelope that an event comes in.

Fields that we do not read are passed over. Where a version of Stripe's API says less than another, a field is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from adapters.stripe.amounts import from_stripes_units
from dunning.errors import MoneyError
from dunning.money import exponent
from dunning.policy.parts import not_allowed

_LAST: Final = 6_000_000_000  # the year 2160; calendars reach a little further


def _moment(raw: object) -> object:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= _LAST:
        raise not_allowed("seconds since 1970")
    return datetime.fromtimestamp(raw, UTC)


def _id(raw: object) -> object:
    return raw.get("id") if isinstance(raw, Mapping) else raw


def _in_full(raw: object) -> object:
    return raw if isinstance(raw, Mapping) else None


def _expanded(raw: object) -> object:
    return [one for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []


def _filled(raw: object) -> object:
    return {} if raw is None else raw


def _known(code: str) -> str:
    exponent(code.upper())
    return code


StripeId = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$")]
Ref = Annotated[StripeId, BeforeValidator(_id)]  # an object by its id, or expanded
UnixMoment = Annotated[datetime, BeforeValidator(_moment)]
SmallestUnits = Annotated[int, Field(ge=0, strict=True)]  # in Stripe's smallest unit of the currency
CurrencyCode = Annotated[str, Field(pattern="^[A-Za-z]{3}$"), AfterValidator(_known)]
Metadata = Annotated[dict[str, Any], BeforeValidator(_filled)]
IN_FULL: Final = BeforeValidator(_in_full)  # an object only where it is expanded

EXPANDED: Final = BeforeValidator(_expanded)  # of a list the objects, as far as they are expanded


class StripeObject(BaseModel):
    """Frozen; what we do not know is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Priced(StripeObject):
    """What has a `currency` and amounts, which Stripe names so (`amount_due`): each is one that its currency has."""

    if TYPE_CHECKING:  # each declares it at its own place among its fields, in which mistakes are told
        currency: str

    @model_validator(mode="after")
    def _real(self) -> Self:
        for name in (name for name in type(self).model_fields if name.startswith("amount")):
            value: int | None = getattr(self, name)
            try:
                from_stripes_units(value or 0, self.currency.upper())
            except MoneyError as error:
                wrong = InitErrorDetails(type=not_allowed(error.allowed, found=error.found), loc=(name,), input=value)
                raise ValidationError.from_exception_data(type(self).__name__, [wrong]) from None
        return self


class Content(StripeObject):
    """What an event is about: the object as it was then, and what its changed fields had been before."""

    object: dict[str, Any]
    previous_attributes: Annotated[dict[str, Any], BeforeValidator(_filled)] = Field(default_factory=dict)


class EventEnvelope(StripeObject):
    """An event. `created` is the moment of the object's state.

    `account` or `context` name the account that it is of where that is not the endpoint's own; `livemode` says whether
    the money in it is real.
    """

    id: StripeId
    object: Literal["event"]
    type: Annotated[str, Field(min_length=1, max_length=100)]
    created: UnixMoment
    account: StripeId | None = None
    context: StripeId | None = None
    livemode: Annotated[bool | None, Field(strict=True)] = None
    data: Content

    @property
    def mode(self) -> Literal["live", "test"] | None:
        """Of which of the account's two modes it is."""
        return None if self.livemode is None else "live" if self.livemode else "test"


class PostalAddress(StripeObject):
    """A postal address."""

    line1: str | None = None
    line2: str | None = None
    postal_code: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
