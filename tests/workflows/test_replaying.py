"""How a replay shows a difference, and that it compares local activities too, of which Temporal keeps no input."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from tests.workflows.kept_histories import history_in, text_of
from worker.history_files import PLAIN, given_in
from worker.replaying import differences, unlike, watched

SOON = timedelta(seconds=10)


@activity.defn(name="ring")
async def ring(times: int) -> int:
    return times


@activity.defn(name="write_down")
async def write_down(word: str, _times: int) -> str:
    return word


@workflow.defn(name="Visit", sandboxed=False)
class Visit:
    """Rings at a door by an activity, and writes down who opened by a local one."""

    times, word = 2, "nobody"

    @workflow.run
    async def run(self) -> str:
        rang = await workflow.execute_activity(ring, self.times, start_to_close_timeout=SOON)
        return await workflow.execute_local_activity(write_down, args=[self.word, rang], start_to_close_timeout=SOON)


@workflow.defn(name="Visit", sandboxed=False)
class LouderVisit(Visit):
    times = 3

    @workflow.run
    async def run(self) -> str:
        return await super().run()


@workflow.defn(name="Visit", sandboxed=False)
class InventedVisit(Visit):
    word = "the owner"

    @workflow.run
    async def run(self) -> str:
        return await super().run()


@pytest.mark.asyncio(loop_scope="module")
async def test_what_a_local_activity_was_given_is_kept_beside_its_event_and_compared(client: Client) -> None:
    async with Worker(client, task_queue="visits", workflows=[Visit], activities=[ring, write_down]):
        handle = await client.start_workflow(Visit.run, id="case:INV-1", task_queue="visits")
        assert await handle.result() == "nobody"
        history = await handle.fetch_history()
    text = text_of(history.to_json_dict(), (await watched(history, Visit)).local)
    assert given_in(text) == [["nobody", 2]]
    kept = history_in(text)
    assert await differences(kept, given_in(text), Visit) == []
    assert await differences(kept, given_in(text), LouderVisit) == ["act 1, ring: input[0]: 2 then, 3 now"]
    found = await differences(kept, given_in(text), InventedVisit)
    assert found == ['act 2, write_down: input[0]: "nobody" then, "the owner" now']
    assert await differences(history, (), InventedVisit) == [], "a history alone does not tell it"


def places(then: Any, now: Any) -> list[str]:
    return list(unlike(then, now, "input"))


def test_a_difference_is_shown_with_its_place() -> None:
    then = {"effect": {"key": "a", "by": ["email"]}, "seen": 1, "gone": True}
    now = {"effect": {"key": "b", "by": ["email", "sms"]}, "seen": 1.0, "new": None}
    assert places(then, now) == [
        'input.effect.key: "a" then, "b" now',
        'input.effect.by[1]: nothing then, "sms" now',
        "input.seen: 1 then, 1.0 now",
        "input.gone: true then, nothing now",
        "input.new: nothing then, null now",
    ]
    assert places(then, dict(reversed(then.items()))) == []


def test_a_case_that_travels_as_text_is_looked_into() -> None:
    then = json.dumps({"told": ["a", "b"], "steps": [{"status": "open"}]})
    now = json.dumps({"told": ["a", "b"], "steps": [{"status": "done"}]})
    assert places([then], [now]) == ['input[0].steps[0].status: "open" then, "done" now']


def test_a_long_value_is_cut_short() -> None:
    [shown] = places("a" * 1000, "b")
    assert len(shown) < 200


def test_what_is_no_plain_json_is_kept_as_it_is() -> None:
    spaced = {"data": base64.b64encode(b'{"a": 1}').decode(), "metadata": PLAIN}
    other = {"data": "AP8=", "metadata": {"encoding": "YmluYXJ5L3BsYWlu"}}
    told = {"events": [{"eventId": "1", "input": [spaced, other]}]}
    assert json.loads(text_of(told)) == told
