"""A CSV file as a table: its encoding, its header wherever that stands, and its rows under our names.

What surrounds the rows is told apart from them: a `sep=` line, lines above the header, columns without a name, totals
and notes. Whatever is passed over is named, so that nothing vanishes in silence.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from cli.importing.dialect import Dialect
from cli.importing.mistakes import CsvMistake, shown
from cli.importing.presets import OF_THE_ROW, Source
from dunning.errors import Mistake

DELIMITERS: Final = (",", ";", "\t", "|")
OF_CUSTOMER: Final = "customer_"
OF_DISCOUNT: Final = "discount_"
_SEARCHED: Final = 60  # lines in which a header is looked for
_ENOUGH: Final = 2  # columns that are known make a header
_LIKE: Final = 0.8  # from here on a name is probably misspelt
_SEP: Final = re.compile(r'"?sep=(.)"?[;,\t|]*\s*', re.IGNORECASE)
# Breaks that are no ends of lines in CSV: a word processor or a web form left them in a name.
_SOFT_BREAKS: Final = re.compile("[\x0b\x0c\x85\u2028\u2029]+")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_TOTALS: Final = re.compile(
    r"(grand |sub-?)?(total|totals|totaal|subtotaal|eindtotaal|summe|gesamt|gesamtsumme|endsumme|zwischensumme|"
    r"saldo|sum|somme|totale|totaux|importe total)\b.*",
    re.IGNORECASE,
)

Record = tuple[int, list[str]]  # the line it begins in, and its cells
Sources = Mapping[str, Sequence[int]]  # for each of our columns the places where the file has it, the best one first


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `cells` are by our names, without the empty ones, `headings` what its columns are called in the file."""

    line: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]

    def place(self, column: str) -> str:
        """Where a mistake is, in the words of the file and ours."""
        heading = self.headings.get(column, column)
        return column if heading == column else f"{heading} ({column})"

    def mistake(self, column: str, found: str, allowed: str) -> Mistake:
        """What is wrong with a cell."""
        return Mistake(self.place(column) if column else "", self.line, shown(found), allowed)


@dataclass(slots=True)
class Table:
    """How a file was read. `headings` are theirs by ours, `unknown` theirs that are nothing of ours.

    `passed_over` are lines that are no rows, each with why; `wrong` is what keeps the file out.
    """

    file: str
    encoding: str = ""
    delimiter: str = ","
    header_line: int = 1
    headings: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    passed_over: list[tuple[int, str]] = field(default_factory=list)
    wrong: list[Mistake] = field(default_factory=list)

    def mistake(self, line: int, column: str, found: str, allowed: str) -> Mistake:
        """What is wrong with a cell that was read."""
        return Row(line, {}, self.headings).mistake(column, found, allowed)

    def refuse_if_wrong(self) -> None:
        """Raise `CsvMistake` with every mistake, in the order of their lines."""
        if self.wrong:
            raise CsvMistake(self.file, sorted(self.wrong, key=lambda one: one.line or 0))

    @property
    def remarks(self) -> Iterator[str]:
        """What was passed over, each once."""
        if self.unknown:
            yield f"{self.file}:{self.header_line}: passed over the columns {', '.join(map(shown, self.unknown))}"
        for line, why in self.passed_over:
            yield f"{self.file}:{line}: passed over {why}"


@dataclass(frozen=True, slots=True)
class Columns:
    """What a kind of file may say in our `names`, what it `needs`, and what no line of totals says (`anchors`)."""

    names: Sequence[str]
    needs: Sequence[str]
    anchors: frozenset[str] = frozenset()


class _Broken(Exception):
    """No CSV from this line on."""

    def __init__(self, line: int, why: str) -> None:
        self.line = line
        super().__init__(why)


def read_table(path: Path, columns: Columns, dialect: Dialect) -> Table:
    """The table of a file. What keeps it out is in `wrong`; raises `CsvMistake` where it cannot be read at all."""
    dialect.held_to(columns.names)
    table = Table(str(path))
    text, table.encoding = _text(path, dialect)
    first, delimiter, body = _announced(text)
    records = list(_found_header(body, first, delimiter, columns.names, dialect, table))
    if not records:
        table.wrong.append(Mistake("", None, "no rows", "a header and at least one row"))
        return table
    (table.header_line, names), *rest = records
    sources = _sources([name.strip() for name in names], columns.names, dialect)
    table.headings = {ours: names[places[0]].strip() for ours, places in sources.items() if places}
    _judge_header(table, names, sources, columns, dialect)
    if not table.wrong:
        table.rows += _rows(table, rest, columns.anchors, sources, dialect, len(names))
        if not table.rows and not table.wrong:
            table.wrong.append(Mistake("", None, "no rows", "a header and at least one row"))
    return table


def _text(path: Path, dialect: Dialect) -> tuple[str, str]:
    """What is written, and in which encoding: the one that was named, or its mark says, or UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        wrong = Mistake("", None, error.strerror or str(error), "a file that can be read")
        raise CsvMistake(str(path), [wrong]) from None
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    encoding = dialect.encoding or marked or "utf-8"
    if encoding in {"utf-8", "utf8"}:
        encoding = "utf-8-sig"
    try:
        return raw.decode(encoding), encoding.removesuffix("-sig")
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = raw[:start].count(b"\n") + 1
        found = f"the byte 0x{raw[start]:02x}, which is no {encoding.removesuffix('-sig')}"
        allowed = "UTF-8, or an option that names the encoding, such as --encoding windows-1252"
        raise CsvMistake(str(path), [Mistake("", line, found, allowed)]) from None


def _announced(text: str) -> tuple[int, str | None, str]:
    """The number of the first line, the delimiter that a `sep=` line announces, and what follows that line."""
    head, ending, rest = _first_line(text)
    announced = _SEP.fullmatch(head)
    return (2, announced[1], rest) if announced and ending else (1, None, text)


def _first_line(text: str) -> tuple[str, str, str]:
    found = re.search(r"\r\n|\n|\r", text)
    return (text, "", "") if found is None else (text[: found.start()], found[0], text[found.end() :])


def _records(text: str, first: int, delimiter: str, *, strict: bool) -> Iterator[Record]:
    """Rows, cut at real ends of lines only; those without any text are left out. Raises `_Broken`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    line = first
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = first + reader.line_num
    except csv.Error as error:
        raise _Broken(line, str(error)) from None


def _found_header(
    body: str, first: int, delimiter: str | None, columns: Sequence[str], dialect: Dialect, table: Table
) -> Iterator[Record]:
    """The header and what follows it; the header is the row near the top that has most of the columns we know."""
    head = "".join(line for _, line in zip(range(_SEARCHED), io.StringIO(body, newline=""), strict=False))
    best, chosen, header = 0, delimiter or "", first
    for one in (delimiter,) if delimiter else DELIMITERS:
        with suppress(_Broken):
            for line, cells in _records(head, first, one, strict=False):
                known = len(_sources([cell.strip() for cell in cells], columns, dialect))
                if known > best:
                    best, chosen, header = known, one, line
    if best < _ENOUGH:
        top = _first_line(body)[0]
        chosen, header = delimiter or max(DELIMITERS, key=top.count), first
    table.delimiter = chosen
    try:
        for line, cells in _records(body, first, chosen, strict=True):
            if line >= header:
                yield line, cells
    except _Broken as broken:
        allowed = f"values with {shown_delimiter(chosen)} between them, each quote closed"
        table.wrong.append(Mistake("", broken.line, f"no CSV ({broken})", allowed))


def shown_delimiter(delimiter: str) -> str:
    """A delimiter in words."""
    return {"\t": "tabs", ";": "semicolons", ",": "commas"}.get(delimiter, delimiter)


def _plain(name: str) -> str:
    return " ".join(name.replace("*", "").split()).casefold()


def _sources(names: Sequence[str], columns: Sequence[str], dialect: Dialect) -> dict[str, list[int]]:
    """For each of our columns the places where the file has it, the best one first."""
    at: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        at.setdefault(_plain(name), []).append(place)
    mapped = {_plain(theirs): ours for theirs, ours in dialect.columns.items()}
    free = {name: places for name, places in at.items() if name and name not in mapped}
    found: dict[str, list[int]] = {}
    for heading, ours in mapped.items():
        if ours and heading in at:
            found.setdefault(ours, []).extend(at[heading])
    for ours in (*columns, *(OF_THE_ROW if dialect.preset.columns else ())):
        theirs = (*dialect.preset.columns.get(ours, ()), *dialect.preset.parts.get(ours, ()), ours)
        places = [place for one in theirs for place in free.get(_plain(one), ())]
        if places and ours not in found:
            found[ours] = list(dict.fromkeys(places))
    return found


def _judge_header(table: Table, names: Sequence[str], sources: Sources, columns: Columns, dialect: Dialect) -> None:
    """Name what is missing, twice, misspelt or unknown."""
    line, used = table.header_line, {place for places in sources.values() for place in places}
    written = [name.strip() for name in names]
    passed = {_plain(theirs) for theirs, ours in dialect.columns.items() if not ours}
    unknown = [name for place, name in enumerate(written) if name and place not in used and _plain(name) not in passed]
    for theirs in dialect.columns:
        if _plain(theirs) not in map(_plain, written):
            table.wrong.append(
                Mistake("--map", line, theirs, f"a column of the file: {', '.join(filter(None, written))}")
            )
    for name in dict.fromkeys(written):
        if name and written.count(name) > 1 and written.index(name) in used:
            table.wrong.append(Mistake("header", line, f"the column {name} twice", "each column once"))
    for name in unknown if dialect.source is Source.EXACT else ():
        meant = _meant(name, [one for one in columns.names if one not in sources])
        if meant:
            helps = f"--map '{name}={meant}' reads it so, --map '{name}=' passes it over"
            allowed = f"{', '.join(columns.names)} (perhaps {meant}); {helps}"
            table.wrong.append(Mistake("header", line, f"the unknown column {name!r}", allowed))
    for name in columns.needs:
        if name not in sources and name not in dialect.every and not _named_otherwise(name, sources, dialect):
            helps = f"--map THEIRS={name}, or --from, says which column it is"
            allowed = f"{', '.join(columns.needs)}, which are required; {helps}"
            table.wrong.append(Mistake("header", line, f"no column {name}", allowed))
    table.unknown = tuple(dict.fromkeys(unknown))


def _named_otherwise(name: str, sources: Sources, dialect: Dialect) -> bool:
    """Whether customers are known by their names, where their numbers are not there."""
    if name != "customer_id" or not dialect.names_customers:
        return False
    return "customer_name" in sources or dialect.preset.grouped


def _meant(name: str, columns: Sequence[str]) -> str | None:
    """The column of ours that was probably meant."""
    plain = _plain(name).replace(" ", "_").replace("-", "_")
    if f"{OF_CUSTOMER}{plain}" in columns:
        return f"{OF_CUSTOMER}{plain}"
    return next(iter(get_close_matches(plain, columns, n=1, cutoff=_LIKE)), None)


def _rows(
    table: Table, records: Iterable[Record], anchors: frozenset[str], sources: Sources, dialect: Dialect, width: int
) -> Iterator[Row]:
    """The rows among the records; totals, notes and groups are none."""
    group: str | None = None
    for line, cells in records:
        texts = [_SOFT_BREAKS.sub(" ", cell).strip() for cell in cells]
        found = _cells(texts, sources, dialect)
        note = _no_row(texts, found, anchors)
        if note is not None:
            group = _group(texts) if dialect.preset.grouped else None
            table.passed_over.append((line, note))
        elif len(texts) < width or any(texts[width:]):
            allowed = f"{width}, as many as the header; a cell that has a {table.delimiter} in it stands in quotes"
            table.wrong.append(Mistake("", line, f"{len(texts)} cells", allowed))
        else:
            named = {"customer_name": group} if group and "customer_name" not in found else {}
            every = {ours: value for ours, value in dialect.every.items() if value and ours not in found}
            yield Row(line, {**found, **named, **every}, table.headings)


def _cells(texts: Sequence[str], sources: Sources, dialect: Dialect) -> dict[str, str]:
    """What is written under our names; an empty cell says nothing."""
    found: dict[str, str] = {}
    for ours, places in sources.items():
        said = [texts[place] for place in places if place < len(texts) and texts[place]]
        if said:
            found[ours] = "\n".join(said) if ours in dialect.preset.parts else said[0]
    return found


def _no_row(texts: Sequence[str], found: Mapping[str, str], anchors: frozenset[str]) -> str | None:
    """What a record is that is no row: a line of totals, or a note, which is one cell of several words."""
    said = [text for text in texts if text]
    if len(said) == 1 and re.search(r"\s", said[0]):
        return f"a note: {shown(said[0])}"
    name = found.get("id")
    if anchors and anchors.isdisjoint(found) and (name is None or _TOTALS.fullmatch(name)):
        says_so = any(_TOTALS.fullmatch(text) for text in said[:2])
        if says_so or (found.get("amount") and "customer_id" not in found):
            return f"totals: {shown(' '.join(said))}"
    return None


def _group(texts: Sequence[str]) -> str | None:
    """The customer of whom the following rows are."""
    said = [text for text in texts if text]
    return said[0] if len(said) == 1 and not _TOTALS.fullmatch(said[0]) else None
