"""Reads a file of traffic fines: exactly, and with the line and column of everything that is wrong, before any is used.

The format is that of the event log `traffic_fines`: one row for each event, amounts in euros.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from adapters.yaml import read_text
from bench.traffic_fines.fine import NOT_DISMISSED, Activity, FileEntry, Fine
from dunning.errors import FileMistake, Mistake, MoneyError
from dunning.money import minor

CURRENCY: Final = "EUR"
PENALTY: Final = Path(__file__).with_name("penalty.yaml")  # the policies that state the authority's rule
COLUMNS: Final = ("case_id", "date", "activity", "amount", "expense", "total_paid", "dismissal")
AMOUNTS: Final = ("amount", "expense", "total_paid")
# The column in which an activity has its amount; `Create Fine` has its fine there and that nothing was paid yet.
_AMOUNT_IN: Final[Mapping[Activity, str]] = MappingProxyType(
    {
        Activity.CREATED: "amount",
        Activity.SENT: "expense",
        Activity.PENALTY: "amount",
        Activity.PAID: "total_paid",
    }
)
_DISMISSAL_IN: Final = frozenset({Activity.CREATED, Activity.FORWARDED, Activity.TO_JUDGE})
_ONCE: Final = (Activity.CREATED, Activity.SENT, Activity.NOTIFIED, Activity.PENALTY, Activity.HANDED_OVER)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT: Final = "euros above 0 such as 36.0 or 49.25"


class FinesMistake(FileMistake):
    """A file of fines that cannot be used; nothing of it was."""


class _WrongCell(Exception):
    """What one cell holds is not what it may."""

    def __init__(self, column: str, found: str, allowed: str) -> None:
        self.column, self.found, self.allowed = column, found, allowed
        super().__init__(column, found, allowed)


def read_fines(path: Path) -> tuple[Fine, ...]:
    """The fines of a file, in its order. Raises `FinesMistake` with every mistake in it."""
    wrong: list[Mistake] = []
    entries: dict[str, list[FileEntry]] = {}
    for line, row in _rows(read_text(path, FinesMistake), wrong):
        try:
            entry = _entry(line, row)
        except _WrongCell as cell:
            wrong.append(Mistake(cell.column, line, cell.found or "nothing", cell.allowed))
        else:
            entries.setdefault(row["case_id"], []).append(entry)
    if not wrong:
        wrong += [problem for case in entries.values() for problem in _out_of_order(case)]
    if not entries and not wrong:
        wrong.append(Mistake("", None, "no rows", "a header and at least one fine"))
    if wrong:
        raise FinesMistake(str(path), sorted(wrong, key=lambda problem: problem.line or 0))
    return tuple(Fine(case_id, tuple(case)) for case_id, case in entries.items())


def _rows(text: str, wrong: list[Mistake]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(text.removeprefix("\ufeff").splitlines(), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            wrong.append(Mistake("header", 1, ",".join(header) or "nothing", ",".join(COLUMNS)))
            return
        for cells in reader:
            if len(cells) == len(COLUMNS):
                yield reader.line_num, dict(zip(COLUMNS, cells, strict=True))
            else:
                wrong.append(Mistake("", reader.line_num, f"{len(cells)} cells", f"{len(COLUMNS)}, as in the header"))
    except csv.Error as error:
        wrong.append(Mistake("", reader.line_num, f"no CSV ({error})", "comma-separated values"))


def _entry(line: int, row: Mapping[str, str]) -> FileEntry:
    if not _ID.fullmatch(row["case_id"]):
        raise _WrongCell("case_id", row["case_id"], "letters, digits and . _ -, at most 64, such as A10018")
    activity = _activity(row["activity"])
    named = _AMOUNT_IN.get(activity)
    for column in AMOUNTS:
        first_total = activity is Activity.CREATED and column == "total_paid"
        if first_total and row[column] not in {"", "0", "0.0", "0.00"}:
            raise _WrongCell(column, row[column], f"0.0 on {activity}")
        if row[column] and column != named and not first_total:
            raise _WrongCell(column, row[column], f"nothing on {activity}")
    cents = _cents(named, row[named]) if named else 0
    return FileEntry(line, _day(row["date"]), activity, cents, _dismissal(activity, row["dismissal"]))


def _activity(text: str) -> Activity:
    try:
        return Activity(text)
    except ValueError:
        raise _WrongCell("activity", text, ", ".join(Activity)) from None


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # such as 2007-02-30
    raise _WrongCell("date", text, "a day such as 2007-03-22")


def _cents(column: str, text: str) -> int:
    try:
        cents = minor(text, CURRENCY)
    except MoneyError:
        cents = 0
    if cents <= 0:
        raise _WrongCell(column, text, _AMOUNT)
    return cents


def _dismissal(activity: Activity, text: str) -> str:
    if not text:
        return NOT_DISMISSED
    if activity not in _DISMISSAL_IN:
        raise _WrongCell("dismissal", text, f"nothing on {activity}")
    if text != NOT_DISMISSED and len(text) != 1:
        raise _WrongCell("dismissal", text, f"{NOT_DISMISSED}, # (the prefecture), G (a judge), or another one letter")
    return text


def _out_of_order(case: Sequence[FileEntry]) -> Iterator[Mistake]:
    """What is wrong between the rows of one fine."""
    if case[0].activity is not Activity.CREATED:
        yield Mistake("activity", case[0].line, case[0].activity, f"{Activity.CREATED} as the first of a fine")
    seen: set[Activity] = set()
    latest, paid, fine = case[0].on, 0, case[0].cents
    for entry in case:
        if entry.on < latest:
            yield Mistake("date", entry.line, str(entry.on), f"{latest}, the day of the row before, or later")
        if entry.activity in seen and entry.activity in _ONCE:
            yield Mistake("activity", entry.line, f"a second {entry.activity}", "one for each fine")
        if entry.activity is Activity.PAID and entry.cents < paid:
            yield Mistake("total_paid", entry.line, _euros(entry.cents), f"{_euros(paid)}, the total before, or more")
        if entry.activity is Activity.PENALTY and entry.cents <= fine:
            yield Mistake("amount", entry.line, _euros(entry.cents), f"a new total above the fine of {_euros(fine)}")
        seen.add(entry.activity)
        latest, paid = max(latest, entry.on), entry.cents if entry.activity is Activity.PAID else paid


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
