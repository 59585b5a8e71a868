"""The quick attacks hold against a product that runs; and an attack whose sentence is false is told as broken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bench.attack.attacks import Attack, attack, report
from bench.attack.command import all_attacks, main
from bench.attack.debtor import AMOUNT, a_debtor, euros
from bench.attack.product import NoProduct, running
from bench.attack.stage import Stage
from bench.attack.verdict import must_be

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUICK = [one for one in all_attacks() if one.is_quick]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A stage with one product that runs."""
    async with Stage(tmp_path_factory.mktemp("attack")) as stage:
        await stage.plain()
        yield stage


@pytest.mark.parametrize("one", QUICK, ids=lambda one: one.name)
async def test_it_holds(stage: Stage, one: Attack) -> None:
    assert await one.against(stage) is None, one.claim


@attack("answers", quick=True)
async def false_claim(stage: Stage) -> None:
    """Whoever has a case owes nothing."""
    debtor = await a_debtor(await stage.plain())
    must_be((await debtor.shown())["money"]["balance"], euros("0.00"), "the balance")


@attack("walls", quick=True)
async def unreadable_answer(stage: Stage) -> None:
    """Every address answers JSON."""
    (await (await stage.plain()).http.get("/sign-in")).json()


async def test_a_sentence_that_is_false_is_broken_and_says_what_was_found(stage: Stage) -> None:
    lines: list[str] = []
    right = next(one for one in QUICK if one.name == "files-of-the-data-folder")
    assert await report([false_claim, right, unreadable_answer], stage, lines.append) == 2
    assert "  answers: false-claim. Whoever has a case owes nothing." in lines[0]
    assert lines[0].startswith("BROKEN")
    assert AMOUNT in lines[1]
    assert lines[2].startswith("held")
    assert lines[3].startswith("BROKEN")
    assert lines[-1] == "1 held, 2 broken"


async def test_a_product_that_does_not_start_is_no_attack_that_held(tmp_path: Path) -> None:
    @attack("answers")
    async def nowhere(_: Stage) -> None:
        """It starts."""
        async with running(tmp_path / "product", {"DUNNING_LOG_LEVEL": "loud"}):
            pass

    async with Stage(tmp_path) as stage:
        with pytest.raises(NoProduct, match="loud"):
            await report([nowhere], stage)


async def test_each_has_a_name_of_its_own_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    attacks = all_attacks()
    assert len({one.name for one in attacks}) == len(attacks)
    assert all(one.claim.endswith(".") for one in attacks)
    assert {one.kind for one in QUICK} == {"answers", "inputs", "nothing false", "walls"}
    assert main(["no-such"]) == 2
    assert "no attack no-such" in capsys.readouterr().err
