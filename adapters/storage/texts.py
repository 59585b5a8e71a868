"""The words that people wrote, by the references that stand for them everywhere else (O3).

Each case has its own: what is said of one debtor goes with their case, whatever was said of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import invoices, texts
from dunning.free_text import in_words, references_in
from dunning.journal import Line

_INVOICE: Final = select(invoices.c.id).where(invoices.c.id == bindparam("invoice"))
_TEXTS: Final = select(texts.c.invoice_id, texts.c.reference, texts.c.text).where(
    texts.c.invoice_id.in_(bindparam("invoices", expanding=True)),
    texts.c.reference.in_(bindparam("references", expanding=True)),
)


def keep_texts(tx: Transaction, invoice_ids: Iterable[str], words: Mapping[str, str], at: datetime) -> None:
    """Keep words by their references for these invoices; of those that are kept already, that they came again."""
    rows = [
        {"invoice_id": invoice_id, "reference": reference, "text": text, "at": at}
        for invoice_id in invoice_ids
        for reference, text in sorted(words.items())
    ]
    tx.put(texts, ("at",), *rows)


def reader(tx: Transaction, rows: Sequence[Mapping[Any, Any]]) -> Callable[[Mapping[Any, Any]], dict[str, Any]]:
    """How to read these rows: each as a mapping whose references are words. Each has an `invoice_id`."""
    asked = [(row["invoice_id"], references_in(list(row.values()))) for row in rows]
    found = _found(tx, [(invoice_id, references) for invoice_id, references in asked if references])
    return lambda row: {name: in_words(value, found.get(row["invoice_id"], {})) for name, value in row.items()}


def text_in_words(tx: Transaction, invoice_id: str, value: Any) -> Any:
    """A value, such as JSON, of what is known of this invoice, its references in words."""
    return reader(tx, [{"invoice_id": invoice_id, "value": value}])({"invoice_id": invoice_id, "value": value})["value"]


def _found(tx: Transaction, asked: Sequence[tuple[str, frozenset[str]]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    if not asked:
        return found
    ids, references = {one for one, _ in asked}, frozenset().union(*(some for _, some in asked))
    for row in tx.rows(_TEXTS, invoices=sorted(ids), references=sorted(references)):
        found.setdefault(row["invoice_id"], {})[row["reference"]] = row["text"]
    return found


class Texts:
    """Keeps what comes with a request, which goes to its case at once, and reads what cases say of themselves."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def keep(self, invoice_id: str, words: Mapping[str, str], at: datetime) -> None:
        """Keep words by their references before a case hears of these; of an invoice that nobody knows, nothing."""

        def work(tx: Transaction) -> None:
            if tx.value(_INVOICE, invoice=invoice_id) is not None:
                keep_texts(tx, [invoice_id], words, at)

        if words:
            await self._database.write(work)

    async def in_words(self, invoice_id: str, value: Any) -> Any:
        """A text, or JSON, that a case says, with words in the place of its references."""
        if not references_in(value):
            return value
        return await self._database.read(lambda tx: text_in_words(tx, invoice_id, value))

    async def lines_in_words(self, invoice_id: str, lines: Iterable[Line]) -> tuple[Line, ...]:
        """The same of lines of its journal."""
        told = await self.in_words(invoice_id, [asdict(line) for line in lines])
        return tuple(Line(**line) for line in told)
