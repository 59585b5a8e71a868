"""Idempotency keys: the first answer is given again, another body is refused, a crash does not close the door."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.storage import Store
from adapters.storage.replies import OtherBody, Reply, Unanswered
from tests.adapters.storage.builders import MONDAY
from tests.adapters.storage.conftest import OpenStore

REQUEST = ("POST", "/payments", "key-1")
REPLY = Reply(201, '{"number": 1}')


async def test_the_first_answer_is_given_again(store: Store) -> None:
    assert await store.replies.claim(*REQUEST, "body", MONDAY) is None
    await store.replies.keep(*REQUEST, REPLY)
    await store.replies.keep(*REQUEST, Reply(500, "later"))

    assert await store.replies.claim(*REQUEST, "body", MONDAY) == REPLY


async def test_another_body_under_the_same_key_is_refused(store: Store) -> None:
    await store.replies.claim(*REQUEST, "body", MONDAY)

    with pytest.raises(OtherBody, match="key-1"):
        await store.replies.claim(*REQUEST, "other", MONDAY + timedelta(hours=1))


async def test_keys_of_different_paths_do_not_meet(store: Store) -> None:
    await store.replies.claim("POST", "/payments", "key-1", "body", MONDAY)

    assert await store.replies.claim("POST", "/credits", "key-1", "other", MONDAY) is None


async def test_a_request_under_way_is_not_made_twice(store: Store) -> None:
    await store.replies.claim(*REQUEST, "body", MONDAY)

    with pytest.raises(Unanswered):
        await store.replies.claim(*REQUEST, "body", MONDAY + timedelta(seconds=59))


async def test_a_request_that_a_crash_broke_off_may_be_made_again_once(store: Store) -> None:
    await store.replies.claim(*REQUEST, "body", MONDAY)

    assert await store.replies.claim(*REQUEST, "body", MONDAY + timedelta(minutes=1)) is None
    with pytest.raises(Unanswered):
        await store.replies.claim(*REQUEST, "body", MONDAY + timedelta(minutes=1, seconds=1))


async def test_asking_again_and_again_does_not_put_off_the_moment_at_which_it_may_be_made(store: Store) -> None:
    await store.replies.claim(*REQUEST, "body", MONDAY)
    for seconds in (20, 40, 59):
        with pytest.raises(Unanswered):
            await store.replies.claim(*REQUEST, "body", MONDAY + timedelta(seconds=seconds))

    assert await store.replies.claim(*REQUEST, "body", MONDAY + timedelta(seconds=60)) is None


async def test_a_request_that_failed_before_it_did_anything_leaves_its_key_free(store: Store) -> None:
    await store.replies.claim(*REQUEST, "body", MONDAY)
    await store.replies.forget(*REQUEST)

    assert await store.replies.claim(*REQUEST, "other", MONDAY) is None


async def test_of_two_requests_at_once_one_is_made(open_store: OpenStore) -> None:
    stores = [await open_store(), await open_store()]

    claims = await asyncio.gather(
        *(one.replies.claim(*REQUEST, "body", MONDAY) for one in stores), return_exceptions=True
    )

    assert sorted(isinstance(claim, Unanswered) for claim in claims) == [False, True]
