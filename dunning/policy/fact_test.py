"""What one fact must be: `business`, `[NL, BE]`, `{min: 100.00, not: 250.00}`.

A fact that is not known fails every test but `not`. For tags, a value means that it is among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Generic, Self, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema

from dunning.policy.parts import Part, not_allowed

Value = TypeVar("Value")
Number = TypeVar("Number", Decimal, int)

NULL: Final = {"type": "null"}


def _several(value: object) -> object:
    """`not: NL` is `not: [NL]`."""
    return value if isinstance(value, list | tuple | None) else (value,)


class Test(Part, Generic[Value]):
    """A value, one of several, none of several."""

    __test__ = False  # the trade's word; pytest would take it for its own

    equals: Value | None = None
    any_of: Annotated[tuple[Value, ...], Field(min_length=1)] | None = None
    not_: Annotated[tuple[Value, ...] | None, Field(min_length=1), BeforeValidator(_several)] = Field(
        default=None, alias="not"
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        """A bare value is `equals`, a list is `any_of`."""
        if isinstance(raw, Mapping | Test):
            return raw
        return {"any_of": raw} if isinstance(raw, list | tuple) else {"equals": raw}

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self._words():
            keys = "min, max or not" if isinstance(self, Range) else "not"
            raise not_allowed(f"a value, a list of values, or a mapping with {keys}")
        return self

    def passes(self, actual: object) -> bool:
        """Whether a fact, or one of several tags, is what it must be."""
        held = actual if isinstance(actual, tuple | list | set | frozenset) else (actual,)
        return (
            (self.equals is None or self.equals in held)
            and (self.any_of is None or any(value in held for value in self.any_of))
            and (self.not_ is None or not any(value in held for value in self.not_))
        )

    @property
    def allowed(self) -> str:
        """The test in words: `at least 100.00`, `NL or BE`, `not DE`."""
        return " and ".join(self._words())

    def _words(self) -> list[str]:
        words = [] if self.equals is None else [str(self.equals)]
        words += [] if self.any_of is None else [" or ".join(map(str, self.any_of))]
        return words + [f"not {value}" for value in self.not_ or ()]

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe all three forms for editors."""
        properties = handler.resolve_ref_schema(handler(schema))["properties"]
        value = next(one for one in properties["equals"]["anyOf"] if one != NULL)
        several = {"type": "array", "items": value, "minItems": 1}
        mapping = {
            "type": "object",
            "properties": {
                **{limit: cls._limit_schema(value) for limit in ("min", "max") if limit in properties},
                "not": {"anyOf": [value, several]},
                "equals": value,
                "any_of": several,
            },
            "minProperties": 1,
            "additionalProperties": False,
        }
        return {"anyOf": [value, several, mapping]}

    @classmethod
    def _limit_schema(cls, value: dict[str, Any]) -> dict[str, Any]:
        return value


class Range(Test[Number]):
    """A number with a least and a greatest value, both inclusive."""

    min: Number | None = None
    max: Number | None = None

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise not_allowed("a min that is not above the max", found=f"min {self.min} and max {self.max}")
        return self

    def passes(self, actual: Any) -> bool:
        """Whether a number is what it must be; one that is not known has no size."""
        known = actual is not None
        return (
            super().passes(actual)
            and (self.min is None or (known and actual >= self.min))
            and (self.max is None or (known and actual <= self.max))
        )

    def _words(self) -> list[str]:
        words = [] if self.min is None else [f"at least {self.min}"]
        words += [] if self.max is None else [f"at most {self.max}"]
        return words + super()._words()
