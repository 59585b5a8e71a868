"""Fills in the template of a message: a subject, a text, and for e-mail an HTML page that says the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

from adapters.creditor import Creditor
from adapters.messages.catalogue import SHIPPED, catalogue
from adapters.messages.figures import Figures
from adapters.messages.languages import fallbacks, figures_locale
from adapters.messages.particulars import Particulars, one_line, particulars_of
from adapters.messages.plain import fold, unbroken
from adapters.messages.statement import StatementEntry
from dunning.errors import DunningError, NotFound
from dunning.ports import Letterbox
from dunning.records import Channel

SHORT_MESSAGE: Final = 160  # characters of one text message
_SHORT_REFERENCE: Final = 16


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it leaves. `subject` is one line; `html` is there for e-mail only."""

    language: str
    subject: str
    text: str
    html: str | None = None


class Composer:
    """Writes every notice of one creditor, each in its reader's language."""

    def __init__(self, creditor: Creditor, *folders: Path) -> None:
        """Templates in `folders`, laid out as the shipped ones are, stand before those."""
        self.creditor = creditor
        self.catalogue = catalogue(*folders)
        self._templates = SandboxedEnvironment(
            loader=FileSystemLoader([*folders, SHIPPED]),
            autoescape=select_autoescape(enabled_extensions=("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["unbroken"] = unbroken

    def compose(
        self,
        letter: Letterbox,
        channel: Channel,
        entries: tuple[StatementEntry, ...] = (),
        copy_of_on: date | None = None,
        pay_url: str | None = None,
    ) -> Composed:
        """Write the message for this channel. Raises `NotFound` for a message that no language has.

        `entries` are shown where they add up to what is demanded; `copy_of_on` is the day of the message that a copy
        repeats (N3); `pay_url` stands before the creditor's own link.
        """
        message = letter.act.message
        language = self._language(message, letter.addressee.locale)
        locale = figures_locale(letter.addressee.locale, language, letter.addressee.country)
        said = particulars_of(
            letter,
            channel,
            creditor=self.creditor,
            figures=Figures(locale, letter.invoice.currency),
            language=language,
            entries=entries,
            copy_of_on=copy_of_on,
            pay_url=pay_url,
        )
        subject = one_line(self._block(f"{language}/{message}.txt", "subject", said))
        if channel == "sms":
            return Composed(language, subject, self._short(f"{language}/{message}.txt", said))
        text = fold(self._page(f"{language}/{message}.txt", said, subject))
        html = self._page(f"{language}/{message}.html", said, subject) if channel == "email" else None
        return Composed(language, subject, text, html)

    def _language(self, message: str, asked: str) -> str:
        for language in fallbacks(asked, self.creditor.locale):
            if message in self.catalogue.get(language, frozenset()):
                return language
        there = ", ".join(sorted(frozenset().union(*self.catalogue.values())))
        raise NotFound(f"message: found {message!r}; there are {there}")

    def _page(self, name: str, said: Particulars, subject: str) -> str:
        return self._templates.get_template(name).render(_named(said), subject=subject)

    def _block(self, name: str, block: str, said: Particulars) -> str:
        template = self._templates.get_template(name)
        return "".join(template.blocks[block](template.new_context(_named(said))))

    def _short(self, name: str, said: Particulars) -> str:
        for shorter in _shorter(said):
            text = one_line(self._block(name, "sms", shorter))
            if len(text) <= SHORT_MESSAGE:
                return text
        raise DunningError(f"{name}: block sms: found more than {SHORT_MESSAGE} characters without any link or number")


def _named(said: Particulars) -> dict[str, object]:
    return {field.name: getattr(said, field.name) for field in fields(said)}


def _shorter(said: Particulars) -> Iterator[Particulars]:
    """Ever shorter forms: first the telephone number goes, then the link instead, in the end the reference is cut."""
    yield said
    yield replace(said, phone="")
    yield replace(said, pay_url=None)
    cut = said.reference if len(said.reference) <= _SHORT_REFERENCE else f"..{said.reference[2 - _SHORT_REFERENCE :]}"
    yield replace(said, pay_url=None, reference=cut)
