"""How pages say things: amounts, days and moments as people write them, stages and channels in plain words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from markupsafe import Markup, escape

from adapters.messages.figures import amount_form
from adapters.messages.plain import turns
from api.shapes.values import Sum
from dunning.money import exponent

_ISO_DAY: Final = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")
_LOCALE: Final = Locale("en", "GB")
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"

# Every stage and outcome: how it is called, and the tone in which it is shown.
STAGES: Final[dict[str, tuple[str, str]]] = {
    "opened": ("Opening", "quiet"),
    "opening": ("Opening", "quiet"),
    "new": ("New", "quiet"),
    "dunning": ("Reminding", "warn"),
    "approval": ("Needs approval", "ask"),
    "escalation": ("With a person", "ask"),
    "promised": ("Promised", "wait"),
    "plan": ("Paying in parts", "wait"),
    "pending": ("Money under way", "wait"),
    "dispute": ("Disputed", "ask"),
    "reply": ("A reply to read", "ask"),
    "held": ("On hold", "wait"),
    "stopped": ("Stopped", "stop"),
    "below-minimum": ("Below minimum", "quiet"),
    "ending": ("At its end", "stop"),
    "paid": ("Paid", "good"),
    "credited": ("Credited", "good"),
    "written-off": ("Written off", "stop"),
    "handed-off": ("Handed off", "stop"),
    "exhausted": ("Exhausted", "stop"),
    "withdrawn": ("Withdrawn", "quiet"),
}
_HELD_FOR: Final = {
    "promise": "the promised payment",
    "plan": "the next instalment",
    "pending": "the money under way",
    "dispute": "an answer to the dispute",
    "escalation": "a person",
    "reply": "somebody to read what they wrote",
}


def stage_name(stage: str) -> str:
    """The stage as people call it."""
    return STAGES.get(stage, (stage.replace("-", " ").capitalize(), "quiet"))[0]


def tone(stage: str) -> str:
    """The tone of a stage."""
    return STAGES.get(stage, ("", "quiet"))[1]


def hold_waits_for(hold: str) -> str:
    """What a case waits for that is held for this reason."""
    return _HELD_FOR.get(hold, "a person")


def reasons(holds: tuple[str, ...]) -> str:
    """The reasons of holds that the stage does not tell already."""
    return ", ".join(dict.fromkeys(as_words(hold) for hold in holds if hold not in _HELD_FOR))


def money_text(amount: Sum) -> str:
    """With its currency's sign, and every decimal: €12.50, NOK 12.50."""
    text = amount_form(amount.currency, _LOCALE).write(abs(amount.minor))
    return f"{_MINUS}{text}" if amount.amount.startswith("-") else text


def count_text(number: int) -> str:
    """A number of things: 12,345."""
    return f"{number:,}"


def minor_money(amount: int, currency: str) -> str:
    """The same from minor units."""
    return money_text(Sum.of(amount, currency))


def day_text(value: date) -> Markup:
    """Tue 10 Mar 2026."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), _day(value))


def day_words(value: date) -> str:
    """The same as text."""
    return _day(value)


def short_day(value: date) -> Markup:
    """Tue 10; the 1st with its month: Thu 1 Jan."""
    shown = format_date(value, "EEE d MMM" if value.day == 1 else "EEE d", locale=_LOCALE)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), shown)


def day_in_full(value: date) -> str:
    """10 March 2026."""
    return format_date(value, "d MMMM y", locale=_LOCALE)


def local_day(at: datetime, zone: str) -> date:
    """The day on the wall there (T1)."""
    return at.astimezone(ZoneInfo(zone)).date()


def moment_text(at: datetime, zone: str | None) -> Markup:
    """The local wall clock: Tue 10 Mar 2026, 09:00, with the zone where the pointer rests on it."""
    local = at.astimezone(ZoneInfo(zone) if zone else UTC)
    shown = moment_words(at, zone)
    title = f"{local:%H:%M} {local.tzname()}, {zone or 'UTC'}"
    stamp = at.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, title, shown)


def moment_words(at: datetime, zone: str | None) -> str:
    """The same as text: Tue 10 Mar 2026, 09:00."""
    local = at.astimezone(ZoneInfo(zone) if zone else UTC)
    return f"{_day(local.date())}, {local:%H:%M}"


def size_text(size: int) -> str:
    """The size of a file: 312 kB, 4.2 MB."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(round(size / 1_000), 1)} kB"  # noqa: PLR2004


def away(at: datetime, now: datetime) -> str:
    """How far off, roughly: in 6 days, 2 hours ago."""
    seconds = (at - now).total_seconds()
    size = abs(seconds)
    if size < 60:  # noqa: PLR2004 - a minute
        return "now"
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if size >= length:
            count = round(size / length)
            text = f"{count} {name}{'' if count == 1 else 's'}"
            return f"in {text}" if seconds > 0 else f"{text} ago"
    return "now"


def sentence(text: str) -> str:
    """With a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def isolated(given: str) -> Markup:
    """What somebody wrote, set apart where it runs from right to left: the words around it stay in their order."""
    return Markup("<bdi>{}</bdi>").format(given) if turns(given) else escape(given)


def prose(text: str, currency: str) -> str:
    """A sentence of the rules with its days and amounts as people write them, amounts in this currency."""
    said = _ISO_DAY.sub(lambda found: _day_as_written(found[0]), text)
    decimals = exponent(currency)
    if not decimals:
        return said
    amounts = re.compile(rf"(?<![\w.,:-])\d+\.\d{{{decimals}}}(?![\w.,:%-]*\w|%)")
    return amounts.sub(lambda found: money_text(Sum(amount=found[0], currency=currency)), said)


def _day_as_written(text: str) -> str:
    try:
        return _day(date.fromisoformat(text))
    except ValueError:
        return text


def as_words(name: str) -> str:
    """A name from a file as words: final-notice is final notice."""
    return name.replace("-", " ").replace("_", " ")


def _day(value: date) -> str:
    return format_date(value, "EEE d MMM y", locale=_LOCALE)


_BY: Final = {"email": "e-mail", "sms": "text message", "letter": "letter"}


def channel_name(name: str | None) -> str:
    """A channel as people call it."""
    return _BY.get(name or "", name or "")
