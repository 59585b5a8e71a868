"""The columns of a list: what each row says under which name, to programs as JSON and to spreadsheets as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Generic, TypeVar

from api.shapes.values import Sum

Row = TypeVar("Row")
Cell = None | bool | int | str | date | datetime | Sum | Sequence[str] | Sequence[Sum]

# What a spreadsheet would take for a formula where it begins a text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its name in JSON and CSV, and what a row has in it."""

    name: str
    of: Callable[[Row], Cell]


def in_json(columns: Sequence[Column[Row]], row: Row) -> dict[str, Any]:
    """The row for a program: amounts with their currency, moments in UTC, days as they are."""
    return {column.name: _value(column.of(row)) for column in columns}


def in_csv(columns: Sequence[Column[Row]], row: Row) -> list[str]:
    """The row for a spreadsheet: several values stand in one field, and no text is taken for a formula."""
    return [_text(column.of(row)) for column in columns]


def _value(cell: Cell) -> Any:
    if isinstance(cell, Sum):
        return cell.model_dump()
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if cell is None or isinstance(cell, bool | int | str):
        return cell
    return [_value(one) for one in cell]


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, Sum):
        return f"{cell.amount} {cell.currency}"
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return _no_formula(cell if isinstance(cell, str) else "; ".join(map(_text, cell)))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _no_formula(text: str) -> str:
    """A text that a spreadsheet would calculate begins with an apostrophe, as spreadsheets mark texts."""
    return f"'{text}" if text.startswith(_FORMULA) else text
