"""The terms of a policy beside its ladder: how often to write, what is too little, what is granted, how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    StrictInt,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from dunning.money import exponent
from dunning.policy.distance import certainly_longer
from dunning.policy.lengths import Days, DaysFromOne, DaysOrWorkdays, DaysOrWorkdaysFromOne, Offset
from dunning.policy.parts import Currency, Name, NotNegative, Part, Whole, in_whole_minor_units, not_allowed
from dunning.span import Span


class PerCustomer(Part):
    """At most `notices` messages to one customer within a window, over all cases and channels (T7)."""

    notices: Whole
    within: DaysFromOne


class Spacing(Part):
    """How far apart notices are (T7)."""

    minimum: Days = Span(1, "days")
    per_customer: PerCustomer | None = None


class Amounts(Part):
    """One amount for whatever currency an invoice has, or an amount for each currency; one not named is nought."""

    every: NotNegative = Decimal(0)
    named: dict[Currency, NotNegative] | None = None

    def minor(self, currency: str) -> int:
        """In minor units of `currency`. What is no whole number of them (0.50 yen) is rounded down."""
        amount = self.every if self.named is None else self.named.get(currency, Decimal(0))
        return int(amount.scaleb(exponent(currency)).to_integral_value(ROUND_FLOOR))

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        """`5.00` or `{EUR: 5, USD: 6}`."""
        if isinstance(raw, Amounts) or (isinstance(raw, Mapping) and raw.keys() <= {"every", "named"}):
            return raw
        return {"named" if isinstance(raw, Mapping) else "every": raw}

    @model_validator(mode="after")
    def _are_whole_minor_units(self) -> Self:
        in_whole_minor_units(self.named or {})
        return self

    @model_serializer
    def _in_short(self) -> Decimal | dict[str, Decimal]:
        return self.every if self.named is None else self.named

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the short forms for editors."""
        properties = handler.resolve_ref_schema(handler(schema))["properties"]
        amount = {key: value for key, value in properties["every"].items() if key not in {"title", "default"}}
        by_currency = {
            "type": "object",
            "patternProperties": {"^[A-Z]{3}$": amount},
            "additionalProperties": False,
        }
        return {"anyOf": [amount, by_currency]}


def _rising(schedule: tuple[Span, ...]) -> tuple[Span, ...]:
    if any(one == later or certainly_longer((one,), (later,)) for one, later in pairwise(schedule)):
        raise not_allowed("offsets that each come after the one before", found=", ".join(map(str, schedule)))
    return schedule


Payday = Annotated[StrictInt, Field(ge=1, le=31)] | Literal["last"]


class Charging(Part):
    """When a payment method is tried again, counted from the first failure, or else from the opening (C1, C3).

    `schedule` tries at these offsets; `adaptive` chooses each moment after the answer to the one before, and aims at
    `paydays`, days of the month or `last`, where money was missing.
    """

    strategy: Literal["schedule", "adaptive"] = "schedule"
    schedule: Annotated[tuple[Offset, ...], AfterValidator(_rising), Field(validate_default=True)] = ()
    attempts: Whole
    within: DaysOrWorkdaysFromOne
    paydays: Annotated[tuple[Payday, ...], Field(min_length=1)] = (1, 15, "last")

    @field_validator("schedule")
    @classmethod
    def _belongs_to_the_strategy(cls, schedule: tuple[Span, ...], info: ValidationInfo) -> tuple[Span, ...]:
        if info.data.get("strategy") == "schedule" and not schedule:
            raise not_allowed("offsets such as [1 day, 3 days], or strategy: adaptive", found="none")
        if info.data.get("strategy") == "adaptive" and schedule:
            raise not_allowed("none beside strategy: adaptive", found=", ".join(map(str, schedule)))
        return schedule


class PromiseTerms(Part):
    """What a promise to pay may be, and which step follows a broken one (A1, A2)."""

    at_most: DaysOrWorkdays
    grace: DaysOrWorkdays = Span(0, "days")
    times: Whole = 1
    broken: Name | None = None


class PlanTerms(Part):
    """What an instalment plan may be (A3)."""

    instalments: Whole
    longest: DaysOrWorkdaysFromOne
    grace: DaysOrWorkdays = Span(0, "days")


ThanksMessage = Literal[
    "payment-received", "promise-confirmed", "promise-broken", "plan-agreed", "dispute-received", "dispute-answered",
    "service-suspended", "service-restored",
]  # fmt: skip
THANKS: Final[tuple[ThanksMessage, ...]] = get_args(ThanksMessage)


def _all_of_them(raw: object) -> object:
    return THANKS if raw == "all" else raw


def _each_once(messages: tuple[ThanksMessage, ...]) -> tuple[ThanksMessage, ...]:
    if len(set(messages)) < len(messages):
        raise not_allowed("each message once", found=", ".join(messages))
    return messages


Thanks = Annotated[
    tuple[ThanksMessage, ...],
    BeforeValidator(_all_of_them, json_schema_input_type=tuple[ThanksMessage, ...] | Literal["all"]),
    AfterValidator(_each_once),
]


class DisputeTerms(Part):
    """How soon a person answers a dispute; left out, no task is opened (D2)."""

    answer_within: DaysOrWorkdaysFromOne | None = None


class End(Part):
    """What happens how long after the last step (S2)."""

    after: DaysOrWorkdays = Span(30, "days")
    then: Literal["task", "write_off", "hand_off", "close"] = "task"
