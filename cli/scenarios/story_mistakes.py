"""What is wrong with a scenario, in the words of the file: which line, what stands there, what is allowed instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, Final

from pydantic import ValidationError

from adapters.document import Document
from adapters.file_mistakes import in_order, mistakes_in_document
from cli.scenarios.scenario_schema import scenario_schema
from dunning.errors import Mistake
from dunning.messages import MESSAGES
from dunning.scenarios.scenario import with_instants

_OWN_WORDS: Final = re.compile(r"(?:\w+: )?found (?P<found>.+); allowed:? (?:is )?(?P<allowed>.+)", re.DOTALL)


def scenario_mistakes(document: Document, error: ValidationError) -> list[Mistake]:
    """Every mistake, in the order of the file."""
    events = document.value.get("events") if isinstance(document.value, Mapping) else None
    inside = {f"events[{number}]": list(_in_event(document, number, event)) for number, event in _numbered(events)}
    reported = tuple(place for place, found in inside.items() if found)
    around = [
        _in_own_words(problem)
        for problem in mistakes_in_document(error, scenario_schema(), document)
        if not (problem.place.startswith(reported) or (reported and problem.place == "events"))
    ]
    return in_order([*around, *(problem for found in inside.values() for problem in found)])


def _numbered(events: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if isinstance(events, list):
        yield from ((number, event) for number, event in enumerate(events) if isinstance(event, Mapping))


def _in_event(document: Document, number: int, event: Mapping[str, Any]) -> Iterator[Mistake]:
    """What is wrong with what an event says; the invoice that it is about may stand inside."""
    for name in event.keys() & MESSAGES.keys():
        body = event[name] if isinstance(event[name], Mapping) else {}
        kind = MESSAGES[name]
        try:
            told = {key: value for key, value in body.items() if key != "invoice"}
            kind.model_validate(with_instants(told, lambda local: local.replace(tzinfo=UTC)))
        except ValidationError as error:
            found = mistakes_in_document(error, kind.model_json_schema(), document, ("events", number, name))
            yield from map(_in_own_words, found)


def _in_own_words(problem: Mistake) -> Mistake:
    """Some checks say themselves what they found."""
    said = _OWN_WORDS.fullmatch(problem.allowed)
    return problem if said is None else replace(problem, found=said["found"], allowed=said["allowed"])
