"""What the stories of tests/scenarios are about; `make scenarios` tells them on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cli.scenarios.stories import known_policies, read_stories

FOLDER: Final = Path(__file__).parents[2] / "scenarios"
LAST: Final = {"T": 8, "F": 8, "N": 5, "P": 9, "C": 6, "D": 3, "A": 3, "H": 7, "S": 5, "O": 5, "M": 6}
# No story can tell the journal's other lines, that nothing personal is in an id, the words of a message, or a page.
ELSEWHERE: Final = {"F6", "O3", "M1", "M3", "M4"}


def test_every_rule_has_a_story() -> None:
    told = {rule for story in read_stories([FOLDER], known_policies()) for rule in story.scenario.rules}
    rules = {f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)}
    assert rules - told == ELSEWHERE
