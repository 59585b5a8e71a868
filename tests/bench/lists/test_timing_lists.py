"""What `python -m bench lists` times can be looked at in the book that it makes up."""

from __future__ import annotations

from pathlib import Path

from bench.lists.command import Place, fill, look
from bench.lists.views import HOURLY, VIEWS


async def test_each_list_that_is_timed_is_there_and_has_rows(tmp_path: Path) -> None:
    place = Place("SQLite", f"sqlite:///{tmp_path / 'store.sqlite'}")
    await fill(place, 60)

    seen = await look(place, 60, 1, "")

    assert [row.what for row in seen] == [*VIEWS, *HOURLY]
    assert all(row.bytes > 200 for row in seen[: len(VIEWS)])
