"""People in both databases: what two who act at once may not bring about."""

from __future__ import annotations

import asyncio

from adapters.clock import now
from adapters.storage import Store
from dunning.errors import Conflict
from tests.adapters.storage.conftest import OpenStore

ADMINS = ("ann", "bob")


async def test_two_admins_who_let_each_other_go_at_once_leave_one(store: Store, open_store: OpenStore) -> None:
    books = (store.people, (await open_store()).people)
    for name in ADMINS:
        await store.people.add(name, ("admin",), now(), "test")
    for turn in range(10):
        others = (
            one.set_roles(name, ("agent",), now(), "test")
            if turn % 2
            else one.set_disabled(name, now(), "test", disabled=True)
            for one, name in zip(books, ADMINS, strict=True)
        )
        ended = await asyncio.gather(*others, return_exceptions=True)
        assert {type(one) for one in ended} == {type(None), Conflict}, ended
        for name in ADMINS:
            await store.people.set_roles(name, ("admin",), now(), "test")
            await store.people.set_disabled(name, now(), "test", disabled=False)
