"""The text in which a case is carried: what earlier builds wrote is read, and written the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from dunning import parts, snapshot
from dunning.case import Case
from tests.dunning.cases import a_case
from tests.dunning.golden_cases import GOLDEN, LIVES, in_lines, text_of

FILES = sorted(GOLDEN.glob("*.json"))
PARTS = [kind for kind in vars(parts).values() if isinstance(kind, type) and kind.__module__ == parts.__name__]


@pytest.mark.parametrize("name", LIVES)
def test_a_kept_case_is_read_and_written_unchanged(name: str) -> None:
    text = (GOLDEN / f"{name}.json").read_text()
    assert in_lines(snapshot.dump(snapshot.load(text))) == text


@pytest.mark.parametrize("name", LIVES)
def test_a_life_told_again_comes_to_the_same_case(name: str) -> None:
    assert text_of(LIVES[name]()) == (GOLDEN / f"{name}.json").read_text()


def test_every_life_is_kept() -> None:
    assert {file.stem for file in FILES} == set(LIVES)


def parts_of(value: Any) -> Iterator[Any]:
    """A value of the core and all that it is made of."""
    if dataclasses.is_dataclass(value):
        yield value
        for field in dataclasses.fields(value):
            yield from parts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts_of(one)


def unused(*cases: Case) -> list[str]:
    """The fields that are at their default, or at nothing, in all of these cases."""
    kept = [part for case in cases for part in parts_of(case)]
    return [
        f"{kind.__name__}.{field.name}"
        for kind in (Case, *PARTS)
        for field in dataclasses.fields(kind)
        if all(getattr(part, field.name) in (field.default, None) for part in kept if type(part) is kind)
    ]


def test_the_kept_cases_use_every_field() -> None:
    """One that none of them uses could be lost on the way without a word: a new field needs a life that uses it."""
    assert unused(*(snapshot.load(file.read_text()) for file in FILES)) == []
    assert {"Case.promise", "PromiseState.on", "StepState.asked"} <= set(unused(a_case()))
