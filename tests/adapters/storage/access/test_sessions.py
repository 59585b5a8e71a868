"""Sessions of browsers and keys that open nothing, on both databases: ended for good, counted by hour and network."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text

from adapters.storage import Store
from adapters.storage.access.people import Person
from tests.adapters.storage.builders import MONDAY, days_later
from tests.adapters.storage.conftest import OpenStore

HOUR = timedelta(hours=1)
ANN = Person("ann", ("agent",))


async def test_a_session_opens_until_it_is_ended_or_over(store: Store) -> None:
    await store.people.add("ann", ("agent",), MONDAY, "test")
    token, other = [await store.sessions.begin("ann", MONDAY, MONDAY + HOUR) for _ in range(2)]

    assert await store.sessions.who(token, MONDAY) == ANN
    assert await store.sessions.who(token + "x", MONDAY) is None
    await store.sessions.end(token)
    assert await store.sessions.who(token, MONDAY) is None
    assert await store.sessions.who(other, MONDAY + HOUR - timedelta(seconds=1)) == ANN
    assert await store.sessions.who(other, MONDAY + HOUR) is None


async def test_a_session_ended_in_one_process_is_ended_in_every_other(open_store: OpenStore) -> None:
    one, two = [await open_store(), await open_store()]
    await one.people.add("ann", ("agent",), MONDAY, "test")
    token = await one.sessions.begin("ann", MONDAY, MONDAY + HOUR)

    assert await two.sessions.who(token, MONDAY) == ANN
    await two.sessions.end(token)
    assert await one.sessions.who(token, MONDAY) is None


async def test_the_token_is_not_in_the_database_and_what_is_over_is_forgotten(store: Store) -> None:
    await store.people.add("ann", ("agent",), MONDAY, "test")
    token = await store.sessions.begin("ann", MONDAY, MONDAY + HOUR)

    [row] = await store.database.read(lambda tx: tx.rows(text("SELECT * FROM sessions")))
    assert token not in str(row)
    await store.sessions.begin("ann", MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert await store.database.read(lambda tx: tx.value(text("SELECT count(*) FROM sessions"))) == 1


async def test_wrong_keys_are_counted_by_hour_and_network_for_thirty_days(store: Store) -> None:
    await asyncio.gather(*(store.failed_sign_ins.note("203.0.113.0/24", MONDAY) for _ in range(5)))
    await store.failed_sign_ins.note("2001:db8::/48", MONDAY + HOUR)

    found = await store.failed_sign_ins.lately(MONDAY + HOUR)
    assert (found.times, found.networks) == (6, 2)
    assert (await store.failed_sign_ins.lately(days_later(2))).times == 0

    await store.failed_sign_ins.note("203.0.113.0/24", days_later(31))
    assert await store.database.read(lambda tx: tx.value(text("SELECT count(*) FROM failed_sign_ins"))) == 1
