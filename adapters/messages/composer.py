"""Writes a message: one text says what there is to say, a layout of each channel shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from adapters.creditor import Creditor
from adapters.logo import Logo
from adapters.messages.content import Content, content_of
from adapters.messages.figures import Figures
from adapters.messages.languages import fallbacks, figures_locale
from adapters.messages.particulars import Beside, Particulars, particulars_of
from adapters.messages.plain import filled, paragraphs
from adapters.messages.templates import Templates
from adapters.messages.text_message import MOST_SEGMENTS, in_common_letters, plain_signs, segments
from dunning.errors import DunningError, NotFound
from dunning.ports import Letterbox
from dunning.records import Channel

_SHORT_REFERENCE: Final = 16
_GAP: Final = re.compile(r"\n{3,}")
NOTHING_BESIDE: Final = Beside()
Window = Literal["din-5008-b", "nl-right", "pingen"]


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it leaves. `subject` is one line; `html` is there for e-mail only, and shows `logo` if there is one.

    `page` is a letter as it is printed, where letters are.
    `sender` is the name that it comes from, `reply_to` where an answer goes; empty: the creditor's. `wanted` is its
    reader's locale, where that is known.
    """

    language: str
    subject: str
    text: str
    html: str | None = None
    logo: Logo | None = None
    sender: str = ""
    reply_to: str = ""
    page: str | None = None
    wanted: str = ""


class Composer:
    """Writes every notice of one creditor, each in its reader's language and in the name of its brand."""

    def __init__(
        self, creditor: Creditor, *folders: Path, window: Window | None = None, templates: Templates | None = None
    ) -> None:
        """Files in `folders`, laid out as the shipped ones are, stand before those; `templates` have them already.

        Letters are pages too where `window` says in which place the envelope shows the address.
        """
        self.creditor = creditor
        self.window = window
        self.templates = templates or Templates(*folders)

    def compose(self, letter: Letterbox, channel: Channel, beside: Beside = NOTHING_BESIDE) -> Composed:
        """Write the message for this channel. Raises `NotFound` for a message that no language has.

        The entries of `beside` are shown where they add up to what is demanded.
        """
        said = self.particulars(letter, channel, beside)
        if channel == "sms":
            content, text = self._short(said)
        else:
            content = self.content(said)
            text = self._laid_out(said, content, f"{channel}.txt")
        html = self._laid_out(said, content, "email.html") if channel == "email" else None
        subject = content.line("subject")
        page = self._laid_out(said, content, "letter.html") if channel == "letter" and self.window else None
        logo = said.creditor.logo if html or page else None
        wanted = letter.addressee.locale
        return Composed(said.language, subject, text, html, logo, said.creditor.name, said.email, page, wanted)

    def printing(self, window: Window) -> Composer:
        """The same writer, whose letters are pages too."""
        return Composer(self.creditor, window=window, templates=self.templates)

    def particulars(self, letter: Letterbox, channel: Channel, beside: Beside = NOTHING_BESIDE) -> Particulars:
        """All that the message can name, in its reader's language."""
        creditor = self.creditor.for_tags(letter.invoice.tags)
        language = self.language(letter.act.message, letter.addressee.locale)
        locale = figures_locale(letter.addressee.locale, language, letter.addressee.country)
        figures = Figures(locale, letter.invoice.currency, common=channel == "sms")
        return particulars_of(letter, channel, beside, creditor=creditor, figures=figures, language=language)

    def content(self, said: Particulars) -> Content:
        """What the message says, section by section."""
        template = self.templates.text(said.language, said.message, said.creditor.brand)
        return content_of(template.render(said.names()))

    def language(self, message: str, asked: str) -> str:
        """The language in which a reader of this locale gets it: their own, else the creditor's, else English."""
        for language in fallbacks(asked, self.creditor.locale):
            if message in self.templates.catalogue.get(language, frozenset()):
                return language
        there = ", ".join(sorted(frozenset().union(*self.templates.catalogue.values())))
        raise NotFound(f"message: found {message!r}; there are {there}")

    def _laid_out(self, said: Particulars, content: Content, layout: str) -> str:
        template = self.templates.layout(layout, said.creditor.brand)
        logo = said.creditor.logo and (
            said.creditor.logo.inline if said.channel == "letter" else said.creditor.logo.address
        )
        names = {"content": content, "tone": content.line("tone"), "logo": logo, "window": self.window}
        shown = template.render(said.names(), **names, **_plain(content))
        return shown if layout.endswith(".html") else _GAP.sub("\n\n", shown).strip("\n") + "\n"

    def _short(self, said: Particulars) -> tuple[Content, str]:
        for shorter in _shorter(said):
            content = self.content(shorter)
            said_plainly = plain_signs(content.line("sms"))
            for text in (said_plainly, in_common_letters(said_plainly)):
                if segments(text) <= MOST_SEGMENTS:
                    return content, text
        raise DunningError(
            f"{said.language}/{said.message}: block sms: found more than {MOST_SEGMENTS} segments of a text message "
            "without any link or number"
        )


def _plain(content: Content) -> dict[str, Any]:
    """What the layouts of plain text are made of."""

    def text(name: str) -> str:
        return paragraphs([filled(line) for line in part.plain] for part in content.paragraphs(name)).rstrip("\n")

    def lines(name: str) -> str:
        return "\n".join(line for part in content.paragraphs(name) for line in part.plain)

    def headed(name: str) -> str:
        said = text(name)
        return f"{content.line(f'{name}_title')}\n{said}" if said else ""

    def table(name: str) -> str:
        return "\n".join(row.plain(content.line("colon")) for row in content.rows(name))

    return {"text": text, "lines": lines, "headed": headed, "table": table}


def _shorter(said: Particulars) -> Iterator[Particulars]:
    """Ever shorter forms: first the telephone number goes, then the link instead, in the end the reference is cut."""
    yield said
    yield said.shorter(phone="")
    yield said.shorter(pay_url=None)
    reference = said.reference
    cut = reference if len(reference) <= _SHORT_REFERENCE else f"..{reference[2 - _SHORT_REFERENCE :]}"
    yield said.shorter(pay_url=None, reference=cut)
    yield said.shorter(pay_url=None, phone="", reference=cut)
