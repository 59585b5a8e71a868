"""A YAML example on a page is a policy, a scenario, or a part of one; here a part becomes a whole for a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.yaml import read_documents
from dunning.errors import FileMistake
from dunning.messages import MESSAGES
from dunning.policy import Policy
from dunning.scenarios.scenario import WORLD_EVENTS, Scenario
from tests.docs.pages import Block

LADDER: list[dict[str, Any]] = [
    {
        "name": "final-notice",
        "after": "-90 days",
        "do": [{"notify": {"message": "formal", "by": ["letter", "email"], "deadline": "14 days"}}],
    }
]
POLICY_KEYS = {field.alias or name for name, field in Policy.model_fields.items()}
SCENARIO_KEYS = {field.alias or name for name, field in Scenario.model_fields.items()}
STORY: dict[str, Any] = {
    "scenario": "an example",
    "policy": "b2b-net30",
    "customer": {"id": "c1"},
    "invoice": {"id": "INV-1", "currency": "EUR", "amount": "100.00", "due_on": "2026-02-28"},
}


def documents(block: Block) -> list[object]:
    """The values of a YAML example."""
    return [document.value for document in read_documents(block.text, block.place, FileMistake)]


def policies(value: object) -> Iterator[dict[str, Any]]:
    """The whole policy that an example is, or is a part of."""
    if isinstance(value, list) and all(isinstance(one, Mapping) and "after" in one for one in value):
        named = {one["name"] for one in value}
        yield {"name": "example", "steps": [step for step in LADDER if step["name"] not in named] + value}
    elif isinstance(value, Mapping) and value.keys() <= POLICY_KEYS:
        yield {"name": "example", "steps": LADDER, **value}


def scenarios(value: object) -> Iterator[dict[str, Any]]:
    """The whole scenario that an example is, or is a part of."""
    events = {*MESSAGES, *WORLD_EVENTS}
    if isinstance(value, list) and all(isinstance(one, Mapping) and one.keys() & events for one in value):
        yield {**STORY, "events": value}
    elif isinstance(value, Mapping) and value.keys() <= SCENARIO_KEYS:
        story = {key: part for key, part in STORY.items() if key != "invoice" or "invoices" not in value}
        yield {**story, **value}


def is_story(value: object) -> bool:
    """Whether it is a whole scenario, which must pass."""
    return isinstance(value, Mapping) and "scenario" in value
