"""Keys of the API: seen once, good until they are revoked, and never kept in the clear."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from adapters.storage import Store
from dunning.errors import Conflict, NotFound
from tests.adapters.storage.builders import MONDAY, days_later


async def test_a_key_opens_the_door_under_its_name(store: Store) -> None:
    key = await store.keys.create("billing", MONDAY)

    assert await store.keys.check(key) == "billing"
    assert await store.keys.check(key + "x") is None
    assert await store.keys.check("") is None


async def test_a_revoked_key_opens_nothing_and_is_still_listed(store: Store) -> None:
    key = await store.keys.create("billing", MONDAY)
    await store.keys.create("agents", MONDAY)
    for day in (1, 2):
        await store.keys.revoke("billing", days_later(day))

    assert await store.keys.check(key) is None
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

    [row] = await store.database.read(lambda tx: tx.rows(text("SELECT * FROM api_keys")))
    assert key not in str(row)
    assert len(key) > 40
