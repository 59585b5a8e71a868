"""A sample of the search, and that each of its properties sees what it is there to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from bench.stories import command
from bench.stories.properties import NO_EXCEPTION, PROPERTIES

SAMPLE: Final = range(1, 301)


@pytest.fixture(scope="module")
def broken() -> Mapping[str, list[str]]:
    """By property what is wrong in the sample."""
    found: dict[str, list[str]] = {}
    for seed, wrong in command.search(SAMPLE):
        for name, what in wrong:
            found.setdefault(name, []).append(f"{seed}: {what}")
    return found


@pytest.mark.parametrize("name", [NO_EXCEPTION, *PROPERTIES])
def test_a_property_holds_in_every_story_of_the_sample(name: str, broken: Mapping[str, list[str]]) -> None:
    assert broken.get(name, []) == []
