"""What the parts of a policy have in common: frozen, nothing unknown, whole words, exact amounts.

A validator here says only what is allowed; who reads the file adds the place, the line and what was found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, Self, TypeGuard

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    model_serializer,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from dunning.errors import MoneyError
from dunning.money import exponent

DIGITS: Final = 15  # before the point; what a book of accounts in any currency needs
DECIMALS: Final = 6
CURRENCY: Final = "an ISO 4217 currency in capitals, such as EUR"
_NUMBER: Final = r"^-?[0-9]+(\.[0-9]+)?$"


class Part(BaseModel):
    """A part of a policy. Both its short form in YAML and its own JSON are read."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
    )

    def __copy__(self) -> Self:
        """Forget what was worked out from the fields: `model_copy(update=...)` changes them on the copy."""
        copied = super().__copy__()
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> Any:
        """Leave out what the policy leaves out: it travels with every case."""
        return {name: value for name, value in handler(self).items() if value is not None}


def not_allowed(allowed: str, *, found: str = "") -> PydanticCustomError:
    """What a validator raises. `found` is for where the input itself would not tell."""
    context = {"allowed": allowed, "found": found} if found else {"allowed": allowed}
    return PydanticCustomError("not_allowed", "allowed {allowed}", context)


@dataclass(frozen=True, slots=True)
class WrittenAs:
    """Holds a text to a pattern, as an annotation, and says in words what that pattern allows."""

    pattern: str
    allowed: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read the text, then hold it to the pattern."""
        return core_schema.no_info_after_validator_function(self._held, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the pattern for editors."""
        return {**handler(schema), "pattern": f"^({self.pattern})$", "description": self.allowed}

    def _held(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise not_allowed(self.allowed)
        return text


def known_currency(code: str) -> str:
    """Pass an ISO 4217 code on, refuse another."""
    try:
        exponent(code)
    except MoneyError:
        raise not_allowed(CURRENCY) from None
    return code


def read_exactly(value: object) -> Decimal:
    """Take a decimal, a whole number or a text that writes one; never a binary float, never a bool."""
    exact = Decimal(value) if _is_whole_or_text(value) else value
    if isinstance(exact, Decimal) and exact.is_finite() and exact.adjusted() < DIGITS and decimals(exact) <= DECIMALS:
        return exact
    raise not_allowed(f"an exact number such as 12.50, up to {DIGITS} digits and {DECIMALS} decimals")


def decimals(value: Decimal) -> int:
    """How many decimals a finite number needs: two for 12.50, none for 1E+3."""
    return max(0, -int(value.as_tuple().exponent))


def in_whole_minor_units(named: Mapping[str, Decimal]) -> None:
    """Refuse an amount with more decimals than its currency has (F8)."""
    for currency, amount in named.items():
        if decimals(amount.normalize()) > exponent(currency):
            raise not_allowed(f"{exponent(currency)} decimals for {currency}", found=str(amount))


def _is_whole_or_text(value: object) -> TypeGuard[int | str]:
    if isinstance(value, str):
        return re.fullmatch(_NUMBER, value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


Exact = Annotated[
    Decimal,
    BeforeValidator(read_exactly),
    WithJsonSchema({"type": ["number", "string"], "pattern": _NUMBER}),
]
NotNegative = Annotated[Exact, Field(ge=0)]
Positive = Annotated[Exact, Field(gt=0)]
Whole = Annotated[StrictInt, Field(ge=1)]

Name = Annotated[
    StrictStr,
    WrittenAs("[a-z0-9]+(-[a-z0-9]+)*", "a name of a-z, 0-9 and hyphens, such as final-notice"),
    Field(max_length=64),
]
Word = Annotated[
    StrictStr,
    WrittenAs("[A-Za-z0-9]+([_-][A-Za-z0-9]+)*", "a word of letters, digits, hyphens and underscores"),
    Field(max_length=64),
]
Currency = Annotated[
    StrictStr,
    AfterValidator(known_currency),
    Field(json_schema_extra={"pattern": "^[A-Z]{3}$"}),
]
