"""How a row is written: one short word for each kind of code and of window, so that a code fits a line or two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypedDict, Unpack

from dunning.rulebook.rows import Code, CodeTable, Kind, Scheme, Tell, Window

UNKNOWN: Final = "unknown"  # how the row for every code that a table does not list is named


class More(TypedDict, total=False):
    """What a row may say beyond its code and its meaning; `Code` explains each."""

    tell: Tell
    mask: bool
    review: bool
    updater: bool
    informational: bool
    terminal_only: bool
    at_most: int | None
    categories: tuple[tuple[date, int], ...]
    category_in_region: tuple[tuple[str, int], ...]
    by_bank_country: tuple[tuple[str, Kind], ...]
    verified: bool
    source: str
    note: str


def later(code: str, hours: int, meaning: str, *, by_scheme: bool = False, **more: Unpack[More]) -> Code:
    """Another attempt after `hours` at least; `by_scheme`: the scheme asks for them, they are not ours."""
    words: More = {"tell": "generic", **more}
    return Code(code, "try_later", meaning, timedelta(hours=hours), by_scheme, **words)


def ask(code: str, meaning: str, *, hours: int = 0, **more: Unpack[More]) -> Code:
    """No attempt before the customer acted; `hours` are the wait where `by_bank_country` makes it a later try."""
    words: More = {"tell": "new_method", **more}
    return Code(code, "ask_customer", meaning, timedelta(hours=hours), **words)


def never(code: str, meaning: str, **more: Unpack[More]) -> Code:
    """The method is finished for this debt."""
    words: More = {"tell": "new_method", **more}
    return Code(code, "never_again", meaning, **words)


def look(code: str, meaning: str, **more: Unpack[More]) -> Code:
    """What became of the earlier attempt is looked up before anything else."""
    return Code(code, "look_first", meaning, **more)


def operator(code: str, meaning: str, **more: Unpack[More]) -> Code:
    """Our own set-up or data is wrong, and a person must repair it."""
    return Code(code, "operator", meaning, **more)


def table(scheme: Scheme, *rows: Code, name: str, field: str, source: str, unknown: Code) -> CodeTable:
    """The rows as a table; one that names no source has the table's. Raises `ValueError` when a code stands twice."""
    twice = sorted({row.code for row in rows if sum(row.code == other.code for other in rows) > 1})
    if twice:
        raise ValueError(f"{scheme}: found the codes {', '.join(twice)} twice; allowed once each")
    sourced = (row if row.source else replace(row, source=source) for row in (*rows, unknown))
    codes = {row.code: row for row in sourced}
    return CodeTable(scheme, name, field, source, codes.pop(unknown.code), codes)


def rolling(*, days: int = 0, hours: int = 0) -> Window:
    """Counted back from the attempt that is to be made."""
    return Window(timedelta(days=days, hours=hours))


def from_the_first(*, days: int, months: int | None = None) -> Window:
    """Counted on from the first presentation; `months` end it earlier where they are shorter."""
    return Window(timedelta(days=days), "from_original", months)
