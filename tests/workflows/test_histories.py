"""What cases did that ran under an earlier build, a new build does again: no server is needed to know."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from temporalio.workflow import NondeterminismError

from activities.options import BY_KIND, OPEN_CASE, RECORD
from tests.workflows.changed_cases import (
    BoastfulCase,
    ForgetfulCase,
    HastyCase,
    HesitantCase,
    MiscountingCase,
    RenamingCase,
    UnseeingCase,
)
from tests.workflows.kept_histories import HISTORIES, history_in
from tests.workflows.office import ADDRESS, EMAIL, NAME, PHONE
from tests.workflows.recorded_cases import LIVES
from worker.history_files import given_in
from worker.replaying import NEXT_RUN, RESULT, differences, recorded, watched
from workflows.case import DunningCase

FILES = sorted(HISTORIES.glob("*.json"))
PERSONAL = (NAME, *NAME.split(" "), EMAIL, EMAIL.partition("@")[2], PHONE, ADDRESS, *ADDRESS.split(", "))
OF_A_MACHINE = ("/home/", "/root", "/tmp", "@")  # noqa: S108 - places of a machine, which a history must not name
LARGEST = 80_000  # bytes: what each act was given stands in it, and every line should still be readable by a person


async def found_in(name: str, build: type = DunningCase) -> list[str]:
    text = (HISTORIES / f"{name}.json").read_text()
    async with asyncio.timeout(30):  # a history that is no history can make the SDK wait for ever
        return await differences(history_in(text), given_in(text), build)


@pytest.mark.parametrize("name", [file.stem for file in FILES])
async def test_a_new_build_goes_on_where_the_old_one_was_and_gives_each_act_the_same(name: str) -> None:
    found = await found_in(name)
    assert not found, "\n".join([f"{name} is not what it was:", *found])


@pytest.mark.parametrize("changed", [HesitantCase, ForgetfulCase])
async def test_a_build_that_would_do_something_else_is_found_out(changed: type) -> None:
    with pytest.raises(NondeterminismError):
        await found_in(FILES[0].stem, changed)


@pytest.mark.parametrize(
    "changed, name, place, now",
    [
        (RenamingCase, "nobody-answers-1", "send_notice: input[0].effect.key", '"case:INV-1/step/reminder/0/v2"'),
        (MiscountingCase, "nobody-answers-1", "record: input[2].lines[0].number", "0"),
        (BoastfulCase, "nobody-answers-1", "record: input[2].projection.balance", "0"),
        (HastyCase, "reopened-1", f"{RESULT}: input[0].outcome", '"withdrawn"'),
        (UnseeingCase, "continued-1", f"{NEXT_RUN}: input[0].seen", "-1"),
    ],
)
async def test_a_build_that_gives_the_same_acts_something_else_is_found_out(
    changed: type, name: str, place: str, now: str
) -> None:
    """Temporal's own replay passes: it looks at the names of acts alone."""
    await watched(history_in((HISTORIES / f"{name}.json").read_text()), changed)
    first = (await found_in(name, changed))[0]
    assert first.startswith("act ")
    assert place in first
    assert first.endswith(f" then, {now} now")


def test_the_histories_tell_every_recorded_life_and_use_every_activity() -> None:
    lives = {file.stem.rpartition("-")[0] for file in FILES}
    assert lives == {one.name for one in LIVES}
    used = {given.to for file in FILES for given in recorded(history_in(file.read_text()))}
    wanted = {one.name for one in (OPEN_CASE, RECORD, *BY_KIND.values())}
    assert wanted - used == set()


def test_the_histories_say_what_every_act_was_given() -> None:
    told = [given for file in FILES for given in recorded(history_in(file.read_text()), given_in(file.read_text()))]
    assert [given.to for given in told if not given.values] == []


def test_the_histories_tell_of_continued_runs_and_of_second_lives() -> None:
    runs = Counter(file.stem.rpartition("-")[0] for file in FILES)
    assert {name for name, number in runs.items() if number > 1} == {"continued", "recalled", "reopened"}


def test_the_histories_name_no_machine_and_nobody() -> None:
    """In Temporal's own form, and readable: what a payload carries is no secret for being in base 64."""
    for file in FILES:
        text = file.read_text()
        shown = text + history_in(text).to_json()
        assert [(file.name, word) for word in (*OF_A_MACHINE, *PERSONAL) if word in shown] == []


def test_a_history_can_be_reviewed() -> None:
    assert [file.name for file in FILES if file.stat().st_size > LARGEST] == []
    for file in FILES:
        assert '"data":"' not in file.read_text(), "every payload is readable"
