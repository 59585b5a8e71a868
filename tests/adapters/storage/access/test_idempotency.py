"""Idempotency keys: the first answer is given again, another body is refused, a crash does not close the door."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.storage import Store
from adapters.storage.access.idempotency import Begun, KeyReused, StillInProgress, StoredResponse
from tests.adapters.storage.builders import MONDAY
from tests.adapters.storage.conftest import OpenStore

REQUEST = ("POST", "/payments", "key-1")
RESPONSE = StoredResponse(201, '{"number": 1}')


async def test_the_first_answer_is_given_again(store: Store) -> None:
    assert isinstance(await store.idempotency_keys.claim(*REQUEST, "body", MONDAY), Begun)
    await store.idempotency_keys.keep(*REQUEST, RESPONSE)
    await store.idempotency_keys.keep(*REQUEST, StoredResponse(500, "later"))

    assert await store.idempotency_keys.claim(*REQUEST, "body", MONDAY) == RESPONSE


async def test_another_body_under_the_same_key_is_refused(store: Store) -> None:
    await store.idempotency_keys.claim(*REQUEST, "body", MONDAY)

    with pytest.raises(KeyReused, match="key-1"):
        await store.idempotency_keys.claim(*REQUEST, "other", MONDAY + timedelta(hours=1))


async def test_keys_of_different_paths_do_not_meet(store: Store) -> None:
    await store.idempotency_keys.claim("POST", "/payments", "key-1", "body", MONDAY)

    assert isinstance(await store.idempotency_keys.claim("POST", "/credits", "key-1", "other", MONDAY), Begun)


async def test_a_request_under_way_is_not_made_twice(store: Store) -> None:
    await store.idempotency_keys.claim(*REQUEST, "body", MONDAY)

    with pytest.raises(StillInProgress):
        await store.idempotency_keys.claim(*REQUEST, "body", MONDAY + timedelta(seconds=59))


async def test_a_request_that_a_crash_broke_off_may_be_made_again_once(store: Store) -> None:
    first = await store.idempotency_keys.claim(*REQUEST, "body", MONDAY)

    again = await store.idempotency_keys.claim(*REQUEST, "body", MONDAY + timedelta(minutes=1))
    assert again == first, "the case is asked for the same thing, under the same name"
    with pytest.raises(StillInProgress):
        await store.idempotency_keys.claim(*REQUEST, "body", MONDAY + timedelta(minutes=1, seconds=1))


async def test_asking_again_and_again_does_not_put_off_the_moment_at_which_it_may_be_made(store: Store) -> None:
    await store.idempotency_keys.claim(*REQUEST, "body", MONDAY)
    for seconds in (20, 40, 59):
        with pytest.raises(StillInProgress):
            await store.idempotency_keys.claim(*REQUEST, "body", MONDAY + timedelta(seconds=seconds))

    assert isinstance(await store.idempotency_keys.claim(*REQUEST, "body", MONDAY + timedelta(seconds=60)), Begun)


async def test_a_request_that_failed_before_it_did_anything_leaves_its_key_free(store: Store) -> None:
    first = await store.idempotency_keys.claim(*REQUEST, "body", MONDAY)
    await store.idempotency_keys.forget(*REQUEST)

    anew = await store.idempotency_keys.claim(*REQUEST, "other", MONDAY)
    assert isinstance(anew, Begun)
    assert anew != first, "what did nothing is asked anew under another name"


async def test_a_request_that_failed_on_our_side_is_made_again_at_once_under_its_name(store: Store) -> None:
    first = await store.idempotency_keys.claim(*REQUEST, "body", MONDAY)
    await store.idempotency_keys.free(*REQUEST, MONDAY)

    assert await store.idempotency_keys.claim(*REQUEST, "body", MONDAY) == first


async def test_an_answer_is_forgotten_after_thirty_days(store: Store) -> None:
    await store.idempotency_keys.claim(*REQUEST, "body", MONDAY)
    await store.idempotency_keys.keep(*REQUEST, RESPONSE)

    assert await store.idempotency_keys.claim(*REQUEST, "body", MONDAY + timedelta(days=29)) == RESPONSE
    assert isinstance(await store.idempotency_keys.claim(*REQUEST, "other", MONDAY + timedelta(days=30)), Begun)


async def test_of_two_requests_at_once_one_is_made(open_store: OpenStore) -> None:
    stores = [await open_store(), await open_store()]

    claims = await asyncio.gather(
        *(one.idempotency_keys.claim(*REQUEST, "body", MONDAY) for one in stores), return_exceptions=True
    )

    assert sorted(isinstance(claim, StillInProgress) for claim in claims) == [False, True]
