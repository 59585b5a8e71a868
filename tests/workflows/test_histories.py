"""What cases did that ran under an earlier build, a new build does again: no server is needed to know."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from activities.catalogue import BY_KIND, OPEN_CASE, RECORD
from tests.workflows.changed_cases import ForgetfulCase, HesitantCase
from tests.workflows.recorded_cases import LIVES
from worker.workers import runner
from workflows.case import DunningCase

HISTORIES = sorted(Path(__file__).with_name("histories").glob("*.json"))
ACT = "activity_task_scheduled_event_attributes"
WRITTEN_BY_HAND = ("/home/", "/root", "/tmp", "@")  # noqa: S108 - places of a machine, which a history must not name


def read(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json("case:INV-1", file.read_text())


def replayer(build: type = DunningCase) -> Replayer:
    return Replayer(workflows=[build], workflow_runner=runner(), data_converter=pydantic_data_converter)


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
async def test_a_new_build_goes_on_where_the_old_one_was(file: Path) -> None:
    async with asyncio.timeout(30):  # a history that is no history can make the SDK wait for ever
        result = await replayer().replay_workflow(read(file))
    assert result.replay_failure is None


@pytest.mark.parametrize("changed", [HesitantCase, ForgetfulCase])
async def test_a_build_that_would_do_something_else_is_found_out(changed: type) -> None:
    with pytest.raises(NondeterminismError):
        await replayer(changed).replay_workflow(read(HISTORIES[0]))


def test_the_histories_tell_every_recorded_life_and_use_every_activity() -> None:
    lives = {file.stem.rpartition("-")[0] for file in HISTORIES}
    assert lives == {one.name for one in LIVES}
    used = {getattr(event, ACT).activity_type.name for file in HISTORIES for event in read(file).events}
    wanted = {errand.name for errand in (OPEN_CASE, RECORD, *BY_KIND.values())}
    assert wanted - used == set()


def test_the_histories_tell_of_continued_runs_and_of_second_lives() -> None:
    runs: dict[str, Any] = {}
    for file in HISTORIES:
        runs[file.stem.rpartition("-")[0]] = runs.get(file.stem.rpartition("-")[0], 0) + 1
    assert {name for name, number in runs.items() if number > 1} == {"continued", "recalled", "reopened"}


def test_the_histories_name_no_machine_and_nobody() -> None:
    found = [(file.name, word) for file in HISTORIES for word in WRITTEN_BY_HAND if word in file.read_text()]
    assert found == []
    assert all(file.stat().st_size < 60_000 for file in HISTORIES)
