"""Every story of tests/scenarios, told on the core; `dunning test` tells them on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.scenarios.stories import Story, judge_story, known_policies, read_stories

FOLDER = Path(__file__).parents[2] / "scenarios"
POLICIES = known_policies()
STORIES = read_stories([FOLDER], POLICIES)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{Path(story.file).stem}:{story.line}")
def test_a_story_ends_as_its_author_says(story: Story) -> None:
    assert list(judge_story(story, POLICIES).differences) == []


def test_every_rule_has_a_story() -> None:
    told = {rule for story in STORIES for rule in story.scenario.rules}
    rules = {f"{letter}{number}" for letter, last in RULES.items() for number in range(1, last + 1)}
    assert rules - told == ELSEWHERE


RULES = {"T": 7, "F": 6, "N": 5, "P": 7, "C": 6, "D": 3, "A": 3, "H": 6, "S": 5, "O": 5}
ELSEWHERE = {"F6", "O3"}  # the journal's other lines, and that nothing personal is in an id: no story can tell
