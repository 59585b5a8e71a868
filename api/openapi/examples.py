"""Examples, made from the shapes themselves: what a shape shows of itself, and for the rest what its fields mean.

An answer is shown whole, as it comes. A body is shown as short as it may be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.openapi.meanings import FIELDS, UNSET

_REF: Final = "#/components/schemas/"
_RULES: Final = re.compile(r" \([A-Z][0-9, A-Z]*\)")
Schema = Mapping[str, Any]


class Examples:
    """Makes examples for what is described by `schemas`, the shapes by their names."""

    def __init__(self, schemas: Mapping[str, dict[str, Any]]) -> None:
        """Nothing of them is changed."""
        self._schemas = schemas

    def body(self, schema: Schema) -> Any:
        """What may be sent: the shape's own example, or the least that it takes."""
        return self._made(schema, whole=False)

    def answer(self, schema: Schema) -> Any:
        """What is answered, with every field."""
        return self._made(schema, whole=True)

    def _made(self, schema: Schema, *, whole: bool) -> Any:
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_REF)
            return self._object(name, self._schemas[name], whole=whole)
        if "anyOf" in schema:
            return self._either(schema["anyOf"], whole=whole)
        for known in ("examples", "enum"):
            if known in schema:
                return schema[known][0]
        if schema.get("type") == "array":
            return [self._made(schema["items"], whole=whole)]
        for known in ("example", "const", "default"):
            if known in schema:
                return schema[known]
        if schema.get("type") == "object":
            return {}
        raise LookupError(
            f"example: found none of {dict(schema)}; allowed one of the shape, or of what the field means"
        )

    def _either(self, several: Sequence[Schema], *, whole: bool) -> Any:
        """The first of them; nothing, where that is allowed and no example of the first is known."""
        try:
            return self._made(several[0], whole=whole)
        except LookupError:
            if {"type": "null"} in several:
                return None
            raise

    def _object(self, name: str, shape: Schema, *, whole: bool) -> Any:
        own = shape.get("examples", [None])[0]
        if own is not None and not whole:
            return own
        known = own or {}
        required = shape.get("required", ())
        fields = shape.get("properties", {})
        wanted = {field: part for field, part in fields.items() if whole or field in required}
        return {
            field: known[field]
            if field in known
            else self._field(name, field, part, needed=field in required, whole=whole)
            for field, part in wanted.items()
        }

    def _field(self, owner: str, field: str, schema: Schema, *, needed: bool, whole: bool) -> Any:
        own, common = FIELDS.get(f"{owner}.{field}"), FIELDS.get(field)
        if own is not None and own.example is not UNSET:
            return own.example
        if not needed and schema.get("type") != "array":
            return schema.get("default")
        if common is not None and common.example is not UNSET and own is None:
            return common.example
        return self._made(schema, whole=whole)

    def text(self, schema: Schema) -> str:
        """What a shape is, in one sentence."""
        if "$ref" in schema:
            shape = self._schemas[schema["$ref"].removeprefix(_REF)]
            return _RULES.sub("", str(shape["description"]).partition(". ")[0].partition("\n")[0].rstrip("."))
        return f"A list: {self.text(schema['items'])}"
