"""The search draws all that a policy, a message and a story may say; what the models take and nobody draws is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from bench.stories.happenings import DRAWS
from bench.stories.telling import SHIPPED, DrawnStory, drawn
from bench.stories.writing import as_yaml
from cli.scenarios.stories import read_stories
from dunning.messages import MESSAGES, WHO
from dunning.policy import Policy
from dunning.scenarios.scenario import Scenario

MANY: Final = range(1_500)
Place = tuple[str, str]  # a model and one of its fields, or of the values that it takes

# What a story need not say: its ending, what is the same for all, and when a message reached us.
LEFT_OUT: Final = {
    ("Scenario", name)
    for name in (
        "rules", "invoice", "opens", "expect", "forecast", "balance", "principal", "costs", "interest", "overdue_days",
        "chased_days", "closed",
    )
} | {
    ("ScenarioCreditor", "law"),  # takes one value alone
    ("ScenarioInvoice", "policy"),  # the properties are those of one policy
}  # fmt: skip
STAMPED: Final = {"at", WHO}  # by our own doors
OURS: Final = {"credit_moved", "credit_kept", "notice_shared"}  # told by the system of record itself


def places(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[Place]:
    """All that a model and its parts may say."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield from [(model.__name__, name)] if name != "kind" else []
        for part in _parts(field.annotation):
            if isinstance(part, type):
                yield from places(part, seen)
            elif name != "kind" and part != field.default:
                yield model.__name__, f"{name}={part}"


def _parts(annotation: Any) -> Iterator[Any]:
    """The models within an annotation, and the words that it allows."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for one in get_args(annotation):
            yield from _parts(one)


def said(part: Any) -> Iterator[Place]:
    """What a model and its parts say beside what they say when they are left alone."""
    if isinstance(part, tuple | list):
        for one in part:
            yield from said(one)
    elif isinstance(part, BaseModel):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            if value != field.default:
                yield type(part).__name__, name
                yield from ((type(part).__name__, f"{name}={one}") for one in _words(value))
            yield from said(value)


def _words(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


@pytest.fixture(scope="module")
def stories() -> list[DrawnStory]:
    return [drawn(seed) for seed in MANY]


def test_there_is_a_body_for_every_message() -> None:
    assert DRAWS.keys() == MESSAGES.keys() - OURS


def test_everything_that_a_policy_takes_is_drawn(stories: list[DrawnStory]) -> None:
    wanted = set(places(Policy, set()))
    assert sorted(wanted - {place for story in stories for place in said(story.policy)}) == []


def test_everything_that_a_story_takes_is_drawn(stories: list[DrawnStory]) -> None:
    wanted = {place for place in places(Scenario, set()) if place[0] != "Expected"} - LEFT_OUT
    assert sorted(wanted - {place for story in stories for place in said(story.scenario)}) == []


def test_everything_that_a_message_takes_is_drawn(stories: list[DrawnStory]) -> None:
    wanted = {place for name, model in MESSAGES.items() if name not in OURS for place in places(model, set())}
    told = (
        MESSAGES[event.name].model_validate(event.body)
        for story in stories
        for event in story.events
        if event.name in MESSAGES
    )
    found = {place for message in told for place in said(message)}
    assert sorted(place for place in wanted - found if place[1] not in STAMPED) == []


def test_a_seed_is_one_story() -> None:
    assert drawn(7).document == drawn(7).document != drawn(8).document


@pytest.mark.parametrize("seed", [1, 5, 12, 391])
def test_a_story_is_read_back_as_it_was_drawn(seed: int, tmp_path: Any) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(as_yaml(drawn(seed), ["a remark"]))
    (read,) = read_stories([file], SHIPPED)
    assert (read.scenario, read.stage.policy) == (drawn(seed).scenario, drawn(seed).policy)
