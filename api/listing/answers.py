"""A list as JSON, a page at a time, and as CSV, whole: what the page of the console shows, under the same filters."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, TypeVar

from starlette.responses import JSONResponse, Response, StreamingResponse

from adapters.storage.lists.pages import Page
from api.listing.columns import Column, in_csv, in_json
from api.routes.parts import MOST

Row = TypeVar("Row")
Read = Callable[[str | None, int], Awaitable[Page[Row]]]  # a cursor and how many at most

# Spreadsheets take a file without it for one of the machine's old character set.
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


async def as_json(read: Read[Row], columns: Sequence[Column[Row]], cursor: str | None) -> Response:
    """One page: `items` and `next`, the cursor of the page that follows or null. Raises `BadCursor`."""
    page = await read(cursor, MOST)
    return JSONResponse({"items": [in_json(columns, row) for row in page.rows], "next": page.next})


def as_csv(read: Read[Row], columns: Sequence[Column[Row]], name: str) -> Response:
    """Every row, read and sent a page at a time; saved as `NAME.csv`."""
    return StreamingResponse(
        _lines(read, columns),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


async def _lines(read: Read[Row], columns: Sequence[Column[Row]]) -> AsyncIterator[str]:
    yield _MARK + _csv([[column.name for column in columns]])
    cursor: str | None = None
    while True:
        page = await read(cursor, MOST)
        yield _csv([in_csv(columns, row) for row in page.rows])
        cursor = page.next
        if cursor is None:
            return


def _csv(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
