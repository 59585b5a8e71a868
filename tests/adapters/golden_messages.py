"""Every message in every language, as a debtor of a made-up case gets it: kept as text, to be read by people.

`make golden` writes them anew. Whoever changes a word looks at what changed here, in all languages and channels.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from adapters.calendars import creditors_calendars
from adapters.messages.catalogue import catalogue
from adapters.messages.composer import Composer
from adapters.messages.made_up import MadeUp, made_up
from adapters.policies import shipped_policies
from dunning.policy import Policy
from tests.adapters.reading import Page, html_of
from tests.fakes.creditors import NORTHWIND

GOLDEN: Final = Path(__file__).parent / "golden"
TODAY: Final = date(2026, 9, 28)  # a Monday: the invoice falls due
CALENDARS: Final = creditors_calendars("Europe/Amsterdam", "NL")
WRITER: Final = Composer(NORTHWIND)
# Whom a message is for: most are for businesses, some for people with a card.
_CONSUMERS: Final = frozenset({"offer-parts", "second", "hand-over"})
_CARDS: Final = frozenset(
    {"payment-failed", "method-update", "authenticate", "debit-returned", "card-expiring", "pay-link"}
    | {"service-suspended", "service-restored"}
)


def policy_for(message: str) -> Policy:
    """The shipped policy under which the message is shown."""
    name = "consumer" if message in _CONSUMERS else "subscriptions" if message in _CARDS else "b2b-net30"
    return shipped_policies()[name]


@cache
def shown(message: str, locale: str, policy: str) -> MadeUp:
    """The letter of a made-up case under a shipped policy."""
    return made_up(message, shipped_policies()[policy], locale=locale, today=TODAY, calendar_for=CALENDARS)


def golden(message: str, locale: str) -> str:
    """The message as e-mail, page, text message and letter, one after the other."""
    of = shown(message, locale, policy_for(message).name)
    email, sms, letter = (WRITER.compose(of.letter, channel, of.beside) for channel in ("email", "sms", "letter"))
    parts = {
        "subject": email.subject,
        "e-mail": email.text,
        "the page's words": Page(html_of(email)).text,
        "text message": sms.text,
        "letter": letter.text,
    }
    return "\n".join(f"--- {name}\n{text.rstrip()}\n" for name, text in parts.items())


def file_of(message: str, locale: str) -> Path:
    """Where it is kept."""
    return GOLDEN / locale / f"{message}.txt"


def write_all() -> None:
    """Write every message anew, in place of what is kept."""
    for old in GOLDEN.glob("*/*.txt"):
        old.unlink()
    for locale, names in catalogue().items():
        (GOLDEN / locale).mkdir(parents=True, exist_ok=True)
        for message in names:
            file_of(message, locale).write_text(golden(message, locale), encoding="utf-8")


if __name__ == "__main__":
    write_all()
