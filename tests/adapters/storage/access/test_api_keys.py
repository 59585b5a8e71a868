"""Keys of the API: seen once, good until they are revoked, and never kept in the clear."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from adapters.storage import Store
from adapters.storage.access.api_keys import SEEN_EVERY, OpenKey
from dunning.errors import Conflict, NotFound
from tests.adapters.storage.builders import MONDAY, days_later


async def test_a_key_opens_the_door_under_its_name(store: Store) -> None:
    key = await store.keys.create("billing", MONDAY)

    assert await store.keys.check(key, MONDAY) == OpenKey("billing", ("billing",))
    assert await store.keys.check(key + "x", MONDAY) is None
    assert await store.keys.check("", MONDAY) is None


async def test_a_key_has_roles_and_a_last_day(store: Store) -> None:
    key = await store.keys.create("desk", MONDAY, ("agent", "finance"), ends_at=days_later(2))

    assert await store.keys.check(key, days_later(1)) == OpenKey("desk", ("agent", "finance"))
    assert await store.keys.check(key, days_later(2)) is None
    [listed] = await store.keys.list()
    assert (listed.roles, listed.ends_at, listed.opens(days_later(1)), listed.opens(days_later(2))) == (
        ("agent", "finance"), days_later(2), True, False,
    )  # fmt: skip


async def test_the_last_use_is_noted_every_few_minutes(store: Store) -> None:
    key = await store.keys.create("billing", MONDAY)
    assert [one.used_at for one in await store.keys.list()] == [None]

    for moment, noted in ((MONDAY, MONDAY), (MONDAY + SEEN_EVERY / 2, MONDAY), (days_later(1), days_later(1))):
        assert await store.keys.check(key, moment)
        assert [one.used_at for one in await store.keys.list()] == [noted]


async def test_a_key_gives_way_to_the_next_one_of_its_name(store: Store) -> None:
    old = await store.keys.create("billing", MONDAY, ("billing", "finance"))
    new = await store.keys.rotate("billing", MONDAY, timedelta(days=1))
    newest = await store.keys.rotate("billing", MONDAY, timedelta(days=3))

    def opening(moment: datetime) -> Awaitable[list[OpenKey | None]]:
        return asyncio.gather(*(store.keys.check(key, moment) for key in (old, new, newest)))

    same = OpenKey("billing", ("billing", "finance"))
    assert await opening(MONDAY) == [same, same, same]
    assert await opening(days_later(1)) == [None, same, same], "what was to end earlier ends then"
    assert await opening(days_later(3)) == [None, None, same]
    assert [one.name for one in await store.keys.list()] == ["billing"]
    await store.keys.revoke("billing", MONDAY)
    assert await opening(MONDAY) == [None, None, None]
    with pytest.raises(NotFound, match="billing"):
        await store.keys.rotate("billing", MONDAY, timedelta())


async def test_a_revoked_key_opens_nothing_and_is_still_listed(store: Store) -> None:
    key = await store.keys.create("billing", MONDAY)
    await store.keys.create("agents", MONDAY)
    for day in (1, 2):
        await store.keys.revoke("billing", days_later(day))

    assert await store.keys.check(key, MONDAY) is None
    assert [(one.name, one.revoked_at) for one in await store.keys.list()] == [
        ("agents", None),
        ("billing", days_later(1)),
    ]


async def test_a_name_is_used_once_and_an_unknown_one_cannot_be_revoked(store: Store) -> None:
    await store.keys.create("billing", MONDAY)
    await store.keys.revoke("billing", MONDAY)

    with pytest.raises(Conflict, match="billing"):
        await store.keys.create("billing", MONDAY)
    with pytest.raises(NotFound, match="agents"):
        await store.keys.revoke("agents", MONDAY)


async def test_a_key_is_not_in_the_database(store: Store) -> None:
    key = await store.keys.create("billing", MONDAY)

    for table in ("api_keys", "api_key_secrets"):
        [row] = await store.database.read(lambda tx, of=table: tx.rows(text(f"SELECT * FROM {of}")))  # type: ignore[misc]  # noqa: S608 - two names of ours
        assert key not in str(row)
    assert len(key) > 40
