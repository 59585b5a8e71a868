"""A form as it is read back before it is confirmed: what was filled in, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.actions.form import FormField
from api.actions.things import About
from api.pages.words import day_words, money_text
from api.shapes.values import Sum


def input_names(fields: Sequence[FormField]) -> list[str]:
    """The names of the inputs of a form."""
    names = []
    for field in fields:
        parts = [f"{field.name}.{n}.{part}" for n in range(len(field.parts)) for part in ("on", "amount")]
        names += parts or [field.name]
    return names


def summary(fields: Sequence[FormField], about: About) -> list[tuple[str, str]]:
    """What was filled in, as it is read back: the label and the value in words."""
    answers = {field.value for field in fields if field.choices}
    asked = (field for field in fields if not field.only or answers & set(field.only))
    return [(field.label, words) for field in asked if (words := _value_words(field, about))]


def _value_words(field: FormField, about: About) -> str:
    """What stands in a field, in words; what is not understood as it was written."""
    if field.parts:
        return "\n".join(
            f"{_money_words(amount, about)} by {_day_words(on)}" for on, amount in field.parts if on or amount
        )
    if field.choices:
        return next((one.words for one in field.choices if one.value == field.value), "")
    match field.kind:
        case "amount":
            return _money_words(field.value, about)
        case "day":
            return _day_words(field.value)
        case "moment":
            return field.value.replace("T", ", ")
        case _:
            return field.value


def _day_words(text: str) -> str:
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return text


def _money_words(text: str, about: About) -> str:
    try:
        return money_text(Sum(amount=text.strip(), currency=about.currency)) if text else ""
    except ValueError:
        return text


def first_line(error: ValueError) -> str:
    """What was not understood, that no field of the form can be blamed for."""
    errors = getattr(error, "errors", None)
    found = errors()[0]["msg"] if callable(errors) and errors() else str(error)
    return f"Not understood: {found.removeprefix('Value error, ')}."
