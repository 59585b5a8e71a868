"""The lengths of time in a policy, each with the units and the least count that make sense where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from dunning.policy.parts import not_allowed
from dunning.span import Span, Unit


@dataclass(frozen=True, slots=True)
class Length:
    """Limits a `Span`, as an annotation: its units, and the least count (None: it may be negative)."""

    units: tuple[Unit, ...]
    least: int | None = 0

    @property
    def allowed(self) -> str:
        """The limits in words."""
        units = " or ".join(self.units)
        return f"{units}, such as {Span(3, self.units[0])}{'' if self.least is None else f'; at least {self.least}'}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read the span as it reads itself, then hold it to the limits."""
        return core_schema.no_info_wrap_validator_function(
            self._held, handler(source), serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the text with its units for editors."""
        sign = "-?" if self.least is None else ""
        units = "|".join(unit.removesuffix("s") for unit in self.units)
        return {"type": "string", "pattern": f"^{sign}(0|[1-9][0-9]{{0,4}}) ({units})s?$", "description": self.allowed}

    def _held(self, value: object, handler: Callable[[object], Span]) -> Span:
        try:
            span = handler(value)
        except ValidationError:
            raise not_allowed(self.allowed) from None
        if span.unit not in self.units or (self.least is not None and span.count < self.least):
            raise not_allowed(self.allowed)
        return span


Days = Annotated[Span, Length(("days",))]
DaysFromOne = Annotated[Span, Length(("days",), 1)]
DaysOrWorkdays = Annotated[Span, Length(("days", "workdays"))]
DaysOrWorkdaysFromOne = Annotated[Span, Length(("days", "workdays"), 1)]
Offset = Annotated[Span, Length(("days", "workdays", "hours"))]
SignedOffset = Annotated[Span, Length(("days", "workdays"), None)]
