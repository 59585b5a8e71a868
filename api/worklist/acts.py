"""What may be done with several customers at once: with them, or with each of their open cases as on its own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from api.actions.action import Action, Told
from api.actions.asks import Ask
from api.actions.form import Filled, FormField, Mistakes
from api.actions.index import BY_NAME
from api.actions.things import Choice
from api.actions.widgets import WidgetKind
from api.pages.words import as_words
from dunning.dates import FIRST_DAY, LAST_DAY
from dunning.roles import Action as Right

NOBODY: Final = ""
_FAR: Final = timedelta(days=366)  # nobody puts anything off for longer
_LACKING: Final = "Fill this in."
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an act that is done with customers."""

    name: str
    label: str
    hint: str
    kind: WidgetKind
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done with every customer that was chosen; `action` is what each of their cases is asked, None
    where it is about the customer. `does` says what comes of it, `done` what came of it.
    """

    name: str
    title: str
    does: str
    right: Right
    done: str
    action: Action | None = None
    fields: tuple[Field, ...] = ()


def _of_case(name: str, title: str, done: str) -> Act:
    action = BY_NAME[name]
    return Act(name, title, action.does, action.right, done, action)


ACTS: Final[tuple[Act, ...]] = (
    Act(
        "assign", "Assign", "They are this person's, whatever the rules of the settings say.", "assign", "assigned",
        fields=(Field("person", "Whose they are", "Left empty: as the rules say.", "one-of", needed=False),),
    ),
    Act(
        "snooze", "Put off",
        "They leave the queue to the end of a day, or until they write, object, break a promise or take money back.",
        "snooze", "put off",
        fields=(
            Field("until", "To the end of", "The last day.", "day"), Field("reason", "Why", "", "text", needed=False),
        ),
    ),
    Act("wake", "Bring back", "They are put off no more.", "snooze", "brought back"),
    _of_case("hold", "Hold the cases", "put on hold"),
    _of_case("release", "Lift the holds", "released"),
    _of_case("escalate", "Hand the cases to a person", "handed to a person"),
    _of_case("policy", "Change the policy", "moved to the policy"),
    _of_case("resend", "Send the last message again", "asked for a copy"),
)  # fmt: skip
ACT_BY_NAME: Final[Mapping[str, Act]] = MappingProxyType({act.name: act for act in ACTS})


@dataclass(frozen=True, slots=True)
class Offer:
    """What the fields of an act may be: people by name, policies by name."""

    people: Sequence[str] = ()
    policies: Sequence[str] = ()


def fields_of(act: Act, offer: Offer, filled: Filled, mistakes: Mistakes) -> tuple[FormField, ...]:
    """The fields of the form, as far as they are filled in."""
    if act.action is None:
        return tuple(_own(field, offer, filled, mistakes) for field in act.fields)
    return tuple(_asked(act.action, ask, offer, filled, mistakes) for ask in _asks(act.action))


def said_by(act: Act, offer: Offer, filled: Filled, today: date) -> dict[str, Any] | Mistakes:
    """What the form says, or what was not understood."""
    said: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in fields_of(act, offer, filled, Mistakes()):
        value = " ".join(field.value.split())[:_LONGEST]
        if value and field.choices and value not in {one.value for one in field.choices}:
            wrong[field.name] = "This is not there to be chosen."
        elif value and field.kind == "day":
            wrong |= _day(field.name, value, today, said)
        elif value:
            said[field.name] = value
        elif field.needed:
            wrong[field.name] = _LACKING
    return Mistakes(wrong) if wrong else said


def told_of(action: Action, said: Mapping[str, Any], once: str) -> Told:
    """What one case is told of it. Raises pydantic's `ValidationError`."""
    return Told(action.shape.model_validate(action.made(said)), said, once)


def mistakes_in(act: Act, said: Mapping[str, Any], by: str) -> Mistakes:
    """What no case would understand of it."""
    if act.action is None or act.name in {"release", "resend"}:  # which hold, which message: each case has its own
        return Mistakes()
    try:
        told_of(act.action, {**said, "by": by}, "to look")
    except ValidationError as error:
        names = {ask.name for ask in _asks(act.action)}
        places = [next((str(one) for one in found["loc"] if one in names), "") for found in error.errors()]
        return Mistakes(
            {place: "Not understood." for place in places if place}, "" if all(places) else "Not understood."
        )
    return Mistakes()


def _asks(action: Action) -> list[Ask]:
    return [ask for ask in action.asks if ask.is_asked and ask.things in {None, "policies"}]


def _own(field: Field, offer: Offer, filled: Filled, mistakes: Mistakes) -> FormField:
    choices = tuple(Choice(name, name) for name in offer.people) if field.kind == "one-of" else ()
    return FormField(
        field.name, field.label, field.hint, field.kind, field.needed, _LONGEST, filled.get(field.name, ""),
        mistakes.fields.get(field.name, ""), choices,
    )  # fmt: skip


def _asked(action: Action, ask: Ask, offer: Offer, filled: Filled, mistakes: Mistakes) -> FormField:
    widget = action.widget(ask)
    choices = tuple(Choice(name, as_words(name)) for name in offer.policies) if ask.things == "policies" else ()
    return FormField(
        ask.name, ask.label, ask.hint, "one-of" if choices else widget.kind, widget.needed, widget.longest,
        filled.get(ask.name, ""), mistakes.fields.get(ask.name, ""), choices, ask.suggests,
    )  # fmt: skip


def _day(name: str, text: str, today: date, said: dict[str, Any]) -> dict[str, str]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return {name: "Not understood: allowed is a day such as 2026-03-20."}
    if not FIRST_DAY <= day <= LAST_DAY or not today <= day <= today + _FAR:
        return {name: "Allowed is a day from today on, within a year."}
    said[name] = text
    return {}
