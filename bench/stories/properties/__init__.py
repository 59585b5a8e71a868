"""What must hold in every story: one plain function for each rule, which says what is wrong, or nothing.

Each is a second reading of its rule from the journal, from what was told and from what was done; none asks the
function of the core that it checks. A new one is written beside those of its kind and named in `PROPERTIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bench.stories.properties.contacts import caps, hours, spacing
from bench.stories.properties.ladder import announced, fees_with_notices, one_consequence_a_day, steps_once
from bench.stories.properties.life import at_rest, never_silent, quiet_when_closed
from bench.stories.properties.money import ledger, one_attempt, parts_are_the_whole, payments_once, settled
from bench.stories.properties.retold import foreseen, repeats, shuffles
from bench.stories.telling import DrawnStory
from bench.stories.told import ToldStory

Property = Callable[[ToldStory], Iterator[str]]
Finding = tuple[str, str]  # a property, and what is wrong

PROPERTIES: Final[Mapping[str, Property]] = {
    one.__name__: one
    for one in (
        spacing, caps, hours, steps_once, fees_with_notices, announced, one_consequence_a_day, ledger,
        parts_are_the_whole, payments_once, settled, one_attempt, never_silent, at_rest, quiet_when_closed, foreseen,
        repeats, shuffles,
    )
}  # fmt: skip
NO_EXCEPTION: Final = "no_exception"


def findings(story: DrawnStory, properties: Mapping[str, Property] = PROPERTIES) -> list[Finding]:
    """What does not hold in a story. An exception is wrong, too."""
    try:
        told = ToldStory(story, story.told())
        return [(name, wrong) for name, holds in properties.items() for wrong in holds(told)]
    except Exception as error:  # noqa: BLE001 - this is what a search looks for
        return [(NO_EXCEPTION, f"{type(error).__name__}: {error}")]
