"""Rows of the rule book by their names, as attempts and journals keep them: what each says, and where it was read."""

from __future__ import annotations

from typing import Final, Literal

from dunning.rulebook.limits import LIMITS
from dunning.rulebook.rows import Code
from dunning.rulebook.tables import TABLES

_UNKNOWN: Final = {f"{table.scheme} {table.unknown.code}": table.unknown for table in TABLES.values()}
_CODES: Final[dict[str, Code]] = _UNKNOWN | {
    f"{table.scheme} {code.code}": code for table in TABLES.values() for code in table.codes.values()
}
_SOURCES: Final = {limit.id: limit.source for limit in LIMITS} | {name: row.source for name, row in _CODES.items()}


def source_of(row: str | None) -> str | None:
    """The page where it was read; None for a rule of ours, and for bank days, which stand in nobody's table."""
    return _SOURCES.get(row or "") or None


def meaning_of(row: str) -> str:
    """What the row of a code says; its name where a later version of the book has it no more."""
    return _CODES[row].meaning if row in _CODES else row


def reason_to_look(row: str) -> Literal["unknown", "ours", "marked"]:
    """Why a person should look at it: its code is in no table, the fault is ours, or the row is so marked."""
    if row in _UNKNOWN:
        return "unknown"
    return "ours" if row in _CODES and _CODES[row].kind == "operator" else "marked"
