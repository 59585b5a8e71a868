"""One policy of a YAML document: the policy, or all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adapters.calendars import is_holiday_code, is_zone
from adapters.document import Document, Place
from adapters.file_mistakes import in_order, mistakes_in_document, part_of, written_place
from dunning.errors import MOST_MISTAKES, Mistake, as_path, capped
from dunning.policy import CalendarRules, Policy, Step
from dunning.policy.checks import (
    MOST_STEPS,
    Draft,
    PolicyFinding,
    empty_offers,
    findings,
    missing_messages,
    writes_after_the_last,
)
from dunning.span import Span

Catalogue = Mapping[str, frozenset[str]]  # the names of the messages that each locale has
Model = TypeVar("Model", bound=BaseModel)


@cache
def policy_schema() -> dict[str, Any]:
    """The JSON Schema of a policy as it is written, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_for_editors(Policy.model_json_schema(by_alias=True)),
        "title": "Dunning policy",
    }


def _for_editors(node: Any) -> Any:
    """The schema with spans as they are written, and without null: a name that has no value is left out."""
    match node:
        case {"count": int(count), "unit": "days" | "workdays" | "hours" as unit}:
            return str(Span(count, unit))
        case list():
            return [_for_editors(one) for one in node]
        case dict():
            return _without_null({key: _for_editors(value) for key, value in node.items()})
        case _:
            return node


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in node.items() if (key, value) != ("default", None)}
    choices = [choice for choice in said.pop("anyOf", ()) if choice != {"type": "null"}]
    return {**said, **choices[0]} if len(choices) == 1 else {**said, **({"anyOf": choices} if choices else {})}


def read_policy(
    document: Document, at: Place = (), catalogue: Catalogue | None = None
) -> tuple[Policy | None, list[Mistake]]:
    """The policy at a place of a document, or None and its problems, of very many the first.

    With a catalogue, every message that a notice names must be there in every locale.
    """
    raw = part_of(document.value, at)
    try:
        policy, wrong = _validated(Policy, raw), list[Mistake]()
    except ValidationError as error:
        policy, wrong = None, mistakes_in_document(error, policy_schema(), document, at)
    found = islice(_findings(raw, catalogue), MOST_MISTAKES + 1)
    wrong += [_problem(finding, document, at) for finding in found]
    return (None if wrong else policy), capped(in_order(dict.fromkeys(wrong)))


def _validated(model: type[Model], raw: object) -> Model:
    """A file uses the names that are documented, not those of the fields."""
    return model.model_validate(raw, by_alias=True, by_name=False)


def _findings(raw: object, catalogue: Catalogue | None) -> Iterator[PolicyFinding]:
    """What the model cannot see, and what it sees only where every part can be read."""
    if not isinstance(raw, Mapping):
        return
    yield from _blanks(raw, ())
    draft = _draft(raw)
    yield from findings(draft)
    yield from _unknown_calendars(_readable(CalendarRules, raw.get("calendar", {})))
    if catalogue is not None:
        yield from missing_messages(draft, catalogue)
        yield from empty_offers(draft, plans=raw.get("plan") is not None)
        yield from writes_after_the_last(draft)


def _blanks(raw: object, place: Place) -> Iterator[PolicyFinding]:
    """A name without a value. `for:` alone would mean every invoice, which nobody says that way."""
    if raw is None:
        yield PolicyFinding(place, "nothing", "a value, or leave the name out")
    parts = raw.items() if isinstance(raw, Mapping) else enumerate(raw) if isinstance(raw, list) else ()
    for part, value in parts:
        yield from _blanks(value, (*place, part))


def _draft(raw: Mapping[str, Any]) -> Draft:
    """The ladder as far as it can be read."""
    steps = raw.get("steps")
    written = steps[:MOST_STEPS] if isinstance(steps, list | tuple) else ()
    return Draft(
        names=tuple(_text(one, "name") for one in written),
        steps=tuple(_readable(Step, one) for one in written),
        broken=_text(raw.get("promise"), "broken"),
    )


def _text(raw: object, key: str) -> str | None:
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) else None


def _readable(model: type[Model], raw: object) -> Model | None:
    try:
        return _validated(model, raw)
    except ValidationError:
        return None


def _unknown_calendars(rules: CalendarRules | None) -> Iterator[PolicyFinding]:
    if rules is None:
        return
    if rules.timezone not in {"customer", "creditor"} and not is_zone(rules.timezone):
        yield PolicyFinding(("calendar", "timezone"), rules.timezone, "customer, creditor or an IANA time zone")
    for number, code in enumerate(rules.holidays if isinstance(rules.holidays, tuple) else ()):
        if not is_holiday_code(code):
            yield PolicyFinding(
                ("calendar", "holidays", number), code, "a country or one of its parts, such as NL or DE-BY"
            )


def _problem(finding: PolicyFinding, document: Document, at: Place) -> Mistake:
    place = (*at, *written_place(finding.place, part_of(document.value, at)))
    return Mistake(as_path(place), document.line(place), finding.found, finding.allowed)
