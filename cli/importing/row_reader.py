"""One row read: its cells in the dialect of the file, judged by the shapes of the API, each mistake with its column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from cli.importing import amounts, days
from cli.importing.dialect import Dialect
from cli.importing.mistakes import shown, with_help
from cli.importing.presets import Source
from cli.importing.table import OF_CUSTOMER, OF_DISCOUNT, Row, Table
from dunning.dates import DAY
from dunning.validation import allowed

Model = TypeVar("Model", bound=BaseModel)
_LISTS: Final = (
    "tags", f"{OF_CUSTOMER}tags", "zones", f"{OF_CUSTOMER}zones", "contacts", f"{OF_CUSTOMER}contacts", "methods",
)  # more than one thing in a cell  # fmt: skip
_COUNTRY: Final = "two capitals, such as NL"


@dataclass(slots=True)
class Reader:
    """Reads the rows of one table in its dialect; what is wrong with them is added to the table."""

    table: Table
    dialect: Dialect
    seen: dict[str, Row] = field(default_factory=dict)

    def amount(self, row: Row, column: str) -> str | None:
        """A plain number; None where none can be read."""
        text = row.cells.get(column)
        if text is None:
            self.needs(row, column)
            return None
        currency = row.cells.get("currency", "")
        found = amounts.read_amount(text, self.dialect.decimals, currency)
        if found is None:
            example = {",": "1.234,56", ".": "1,234.56", None: "1234.56"}[self.dialect.decimals]
            helps = amounts.helping(text, self.dialect.decimals, currency)
            self.wrong(row, column, text, with_help(f"a plain number such as {example}", *helps))
        return found

    def day(self, row: Row, column: str) -> str | None:
        """A day as our shapes read it; None where there is none, or none that can be read."""
        text = row.cells.get(column)
        if text is None:
            return None
        found = days.read_day(text, self.dialect.dates)
        if found is None:
            form = "-".join(self.dialect.dates.order) if self.dialect.dates else days.ISO
            self.wrong(row, column, text, with_help(f"a day with its parts in the order {form}", *days.helping(text)))
        return found

    def valid(
        self, model: type[Model], content: Mapping[str, Any], row: Row, columns: Mapping[str, str]
    ) -> Model | None:
        """What our shapes make of it; `columns` are the names of columns that are not those of the shape."""
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                path = ".".join(str(part) for part in detail["loc"] if isinstance(part, str))
                column = columns.get(path, path)
                written = row.cells.get(column) if column not in _LISTS else None
                self.wrong(row, column, written or _found(detail), self._allowed(detail, row, column))
            return None

    def once(self, row: Row) -> bool:
        """Whether this is the first row with its id. In an export each line of an invoice may repeat the whole."""
        name = row.cells.get("id", "")
        first = self.seen.setdefault(name, row)
        if first is row or not name:
            return True
        if self.dialect.source is not Source.EXACT and first.cells == row.cells:
            return False
        self.wrong(row, "id", f"{name}, as in line {first.line}", "each id once")
        return True

    def needs(self, row: Row, *columns: str) -> None:
        """Note which of these columns the row says nothing in."""
        for name in columns:
            if name not in row.cells:
                self.wrong(row, name, "nothing", f"{name}, which is required")

    def wrong(self, row: Row, column: str, found: str, allowed: str) -> None:
        """Note what is wrong with a cell."""
        self.table.wrong.append(row.mistake(column, found, allowed))

    def _allowed(self, detail: Mapping[str, Any], row: Row, column: str) -> str:
        said = _COUNTRY if column.endswith("country") else _allowed(detail)
        if said == DAY:
            return with_help(said, *days.helping(row.cells.get(column, "")))
        if column.removeprefix(OF_DISCOUNT) in {"amount", "paid"} and said.startswith("a plain number"):
            return with_help(said, *amounts.helping(row.cells.get(column, ""), self.dialect.decimals))
        return said


def _found(detail: Mapping[str, Any]) -> str:
    value = None if detail["type"] == "missing" else detail["input"]
    return shown(value) if isinstance(value, str) and value else "nothing" if not value else shown(str(value))


def _allowed(detail: Mapping[str, Any]) -> str:
    """What is allowed: a text that is none is a cell with nothing in it. What lacks in a list is named."""
    if detail["type"] == "missing":
        return f"{detail['loc'][-1]}, which is required"
    return allowed({**detail, "type": "missing"} if detail["type"] == "string_type" else detail)
