"""A worker that does not stop keeps nobody from stopping."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import cast

import pytest
from structlog.testing import capture_logs
from temporalio.worker import Worker

from worker import workers


class Stubborn:
    """A worker that waits for what nobody does."""

    task_queue = "dunning"

    async def __aenter__(self) -> None:
        """Begin."""

    async def __aexit__(self, *_: object) -> None:
        await asyncio.Event().wait()


async def test_a_worker_that_does_not_stop_is_left_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LEFT_AFTER", timedelta(milliseconds=20))
    with capture_logs() as said:
        async with workers.at_work(cast("Worker", Stubborn()), timedelta()):
            pass
    assert [line["event"] for line in said] == ["a worker does not stop, and is left alone"]
