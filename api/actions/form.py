"""The form of an action: its fields as they are shown, and what somebody filled in, read as the body of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.actions.action import Action, Told
from api.actions.asks import Ask
from api.actions.things import About, Choice
from api.actions.widgets import Widget, WidgetKind
from api.validation_errors import request_mistakes

Filled = Mapping[str, str]  # what a browser sends, by the names of the fields
MOST_PARTS: Final = 12  # of a plan that a form asks for
_USUAL_PARTS: Final = 3
_A_MONTH: Final = 30  # days
_NOON: Final = time(12)  # no zone and no clock change makes another day of it
_LONGEST: Final = 5_000  # characters of any field
_LACKING: Final = "Fill this in."


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as it is shown. `choices` are offered, `suggests` proposed; `only` are the answers that it belongs to.

    `parts` are the rows of a plan, each with a day and an amount.
    """

    name: str
    label: str
    hint: str
    kind: WidgetKind
    needed: bool
    longest: int | None
    value: str
    mistake: str
    choices: tuple[Choice, ...] = ()
    suggests: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What was not understood: by the field's name, or of the whole form."""

    fields: Mapping[str, str] = field(default_factory=dict)
    whole: str = ""

    def __bool__(self) -> bool:
        return bool(self.fields or self.whole)


def fields_of(action: Action, about: About, filled: Filled, mistakes: Mistakes) -> tuple[FormField, ...]:
    """The fields of the form, as far as they are filled in."""
    offered = _answers_offered(action, about)
    asked = (
        ask
        for ask in action.asks
        if ask.is_asked and not _has_nothing_to_offer(action, ask, about) and (not ask.only or offered & {*ask.only})
    )
    return tuple(_shown(action, ask, about, filled, mistakes) for ask in asked)


def _answers_offered(action: Action, about: About) -> set[str]:
    """The answers among which may be chosen; a field that belongs to others is not asked for."""
    chosen_by = action.chosen_by
    return {one.value for one in _offered(chosen_by, about)} if chosen_by else set()


def _has_nothing_to_offer(action: Action, ask: Ask, about: About) -> bool:
    """Of what need not be chosen, and of which there is nothing to choose, nobody is asked."""
    return ask.things is not None and not action.widget(ask).needed and not _choices(ask, about)


def told_by(
    action: Action, about: About, filled: Filled, once: str, today: date, *, is_repeat: bool
) -> Told | Mistakes:
    """What the form says, as a body that was understood; or what was not.

    With `is_repeat` it was understood before: what it chose may be gone by its own doing.
    """
    said, lacking = {}, {}
    answer = _answer(action, filled)
    for ask in _asked(action, answer):
        widget = action.widget(ask)
        value = _said(ask, widget, about, filled, today)
        if value is not None:
            said[ask.name] = value
        elif widget.needed or answer in ask.needed_with:
            lacking[ask.name] = _LACKING
    if lacking:
        return Mistakes(lacking)
    wrong = _not_offered(action, about, said, is_repeat=is_repeat)
    if wrong:
        return Mistakes(wrong)
    try:
        return Told(action.shape.model_validate(action.made(said)), said, once)
    except ValidationError as error:
        return _mistakes(action, error)


def usual_parts(demanded: int, exponent: int, today: date, at_most: int, longest: int) -> tuple[tuple[str, str], ...]:
    """A plan to begin with: equal parts, one in thirty days or sooner where it may last `longest` days only; the last
    takes what does not divide.

    `demanded` is in minor units, of which there are ten to the power of `exponent` in a major one.
    """
    count = max(1, min(_USUAL_PARTS, at_most))
    every = min(_A_MONTH, longest // count)
    if demanded <= 0:
        return ()
    each = demanded // count
    amounts = [each] * (count - 1) + [demanded - each * (count - 1)]
    days = (today + timedelta(days=every * number) for number in range(1, count + 1))
    return tuple((day.isoformat(), _decimal(one, exponent)) for day, one in zip(days, amounts, strict=True))


def _decimal(minor: int, exponent: int) -> str:
    if not exponent:
        return str(minor)
    whole, rest = divmod(minor, 10**exponent)
    return f"{whole}.{rest:0{exponent}d}"


def _answer(action: Action, filled: Filled) -> str:
    chosen_by = action.chosen_by
    return filled.get(chosen_by.name, "") if chosen_by else ""


def _asked(action: Action, answer: str) -> Iterator[Ask]:
    """The fields that belong to the answer that was given; those of another say nothing, whatever stands in them."""
    return (ask for ask in action.asks if not ask.only or answer in ask.only)


def _said(ask: Ask, widget: Widget, about: About, filled: Filled, today: date) -> Any:
    """The field as JSON, None where nobody filled it in."""
    if widget.kind == "parts":
        return _parts(ask.name, about.currency, filled) or None
    raw = filled.get(ask.name, "")[:_LONGEST]
    text = raw.replace("\r\n", "\n").strip() if widget.kind == "lines" else " ".join(raw.split())
    if not text:
        return None
    if widget.kind == "amount":
        return {"amount": text, "currency": about.currency}
    if widget.kind == "moment":
        return _moment(text, about.zone)
    if ask.name == "as_of":
        return _value_moment(text, about.zone, today)
    return text


def _parts(name: str, currency: str, filled: Filled) -> list[dict[str, Any]]:
    rows = ((filled.get(f"{name}.{n}.on", "").strip(), filled.get(f"{name}.{n}.amount", "").strip())
            for n in range(MOST_PARTS))  # fmt: skip
    return [{"on": on, "amount": {"amount": amount, "currency": currency}} for on, amount in rows if on or amount]


def _moment(text: str, zone: str) -> str:
    """The local wall clock that a browser sends, in the case's zone; what is none is left as it is, to be refused."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return text
    try:
        return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC).isoformat()
    except OverflowError:  # of the first year, or after the last
        return text


def _value_moment(text: str, zone: str, today: date) -> str | None:
    """Noon of the day there (P9); today is left to the moment at which it is told."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return None if day == today else _moment(f"{day}T{_NOON}", zone)


def _not_offered(action: Action, about: About, said: Mapping[str, Any], *, is_repeat: bool) -> dict[str, str]:
    """What was chosen and is not there to be chosen, such as a hold that somebody has lifted meanwhile."""
    wrong = {}
    for ask in action.asks:
        offered = () if is_repeat and ask.things else _choices(ask, about)
        if offered and ask.name in said and said[ask.name] not in {one.value for one in offered}:
            wrong[ask.name] = "This is not there to be chosen any more."
    return wrong


def _choices(ask: Ask, about: About) -> tuple[Choice, ...]:
    if ask.words:
        return tuple(Choice(value, words) for value, words in ask.words.items())
    return about.choices(ask.things) if ask.things else ()


def _offered(ask: Ask, about: About) -> tuple[Choice, ...]:
    """What may be chosen by whoever looks at it; who asks for more all the same is told that they may not (R5)."""
    rights = ask.rights
    return tuple(one for one in _choices(ask, about) if one.value not in rights or about.may(rights[one.value]))


def _mistakes(action: Action, error: ValidationError) -> Mistakes:
    """Each complaint at the field that it is about."""
    names = {ask.name for ask in action.asks}
    fields: dict[str, str] = {}
    whole = ""
    for mistake, complaint in zip(request_mistakes(error.errors()), error.errors(), strict=True):
        path = [str(one) for one in complaint["loc"]]
        name = next((one for one in path if one in names), "")
        if complaint["type"] == "missing" and name:
            fields.setdefault(name, _LACKING)
        elif name:
            fields.setdefault(name, f"Not understood: allowed is {mistake.allowed}.")
        else:
            whole = whole or f"Not understood: allowed is {mistake.allowed}."
    return Mistakes(fields, whole)


def _shown(action: Action, ask: Ask, about: About, filled: Filled, mistakes: Mistakes) -> FormField:
    widget = action.widget(ask)
    choices = _offered(ask, about)
    value = filled.get(ask.name, "")
    if not value and len(choices) == 1 and widget.needed:
        value = choices[0].value
    kind: WidgetKind = "one-of" if choices or ask.things else widget.kind
    shown = FormField(
        ask.name, ask.label, _hint(ask, widget, about), kind, widget.needed, widget.longest, value,
        mistakes.fields.get(ask.name, ""), choices, ask.suggests, ask.only,
    )  # fmt: skip
    return replace(shown, parts=_rows(ask.name, filled)) if widget.kind == "parts" else shown


def _rows(name: str, filled: Filled) -> tuple[tuple[str, str], ...]:
    return tuple((filled.get(f"{name}.{n}.on", ""), filled.get(f"{name}.{n}.amount", "")) for n in range(MOST_PARTS))


def _hint(ask: Ask, widget: Widget, about: About) -> str:
    more = f"In {about.currency}." if widget.kind == "amount" else ""
    more = f"By the clock of {about.zone}." if widget.kind == "moment" else more
    return " ".join(part for part in (ask.hint, more) if part)
