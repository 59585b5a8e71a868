"""Reading messages as their debtors do: composed for a test, and the words and tags of a page."""

from __future__ import annotations

from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Literal

from adapters.creditor import Creditor
from adapters.messages.composer import Composed, Composer
from adapters.messages.statement import StatementEntry
from dunning.policy.terms import THANKS
from dunning.records import Channel
from tests.adapters.letterboxes import a_letterbox
from tests.fakes.creditors import NORTHWIND

LOCALES = ("en", "nl")
MESSAGES = ("final", "firm", "friendly", "instalment", "pay-link", *THANKS)
EVERY = [(message, locale) for locale in LOCALES for message in MESSAGES]
CHANNELS: tuple[Channel, ...] = ("email", "letter", "sms")
HARD = "\N{NO-BREAK SPACE}"


class Page(HTMLParser):
    """Reads a page as a browser would: its words, its tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in {"style", "title"}
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    def _space(self, tag: str) -> None:
        if tag not in {"a", "strong", "span"}:
            self.words.append(" ")

    @property
    def text(self) -> str:
        return soft("".join(self.words))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]


def composed(
    message: str,
    locale: str = "en",
    *,
    channel: Channel = "email",
    kind: Literal["business", "consumer"] = "business",
    country: str | None = "NL",
    name: str | None = "Acme Watersport B.V.",
    currency: str = "EUR",
    demands: int = 1000_00,
    deadline_on: date | None = None,
    due_on: date = date(2026, 2, 28),
    copy: bool = False,
    copy_of_on: date | None = None,
    entries: tuple[StatementEntry, ...] = (),
    creditor: Creditor = NORTHWIND,
) -> Composed:
    letter = a_letterbox(
        message,
        locale=locale,
        kind=kind,
        country=country,
        name=name,
        currency=currency,
        demands=demands,
        deadline_on=deadline_on,
        due_on=due_on,
        copy=copy,
    )
    return composer(creditor).compose(letter, channel, entries, copy_of_on)


@cache
def composer(creditor: Creditor) -> Composer:
    """Templates are compiled once for each creditor."""
    return Composer(creditor)


def html_of(message: Composed) -> str:
    assert message.html is not None
    return message.html


def soft(text: str) -> str:
    """The text with plain spaces and on one line, for comparing what it says."""
    return " ".join(text.split())
