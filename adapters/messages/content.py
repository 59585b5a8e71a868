"""A message as its texts say it, before any layout: sections of paragraphs in a few plain tags.

A text is one template that says every section once. What it says is HTML of the smallest kind (`b`, `br`, `a`), so that
values are escaped as ever; the plain forms are made by taking the tags away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from markupsafe import Markup

from adapters.messages.plain import one_line

_SECTION: Final = re.compile(r"<!--([a-z_]+)-->")
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_BREAK: Final = re.compile(r"\s*<br ?/?>\s*")
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_TAG: Final = re.compile(r"<[^>]+>")
_ROW: Final = re.compile(r"<row( strong)?( long)?>(.*?)<is>(.*?)</row>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, in our few tags."""

    lines: tuple[Markup, ...]

    @property
    def html(self) -> Markup:
        """As HTML, without a tag around it."""
        return Markup("<br>\n").join(self.lines)

    @property
    def plain(self) -> tuple[str, ...]:
        """Its lines without tags."""
        return tuple(plain(line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. `long` values, such as an invoice's number, may break anywhere."""

    label: Markup
    value: Markup
    strong: bool = False
    long: bool = False

    def plain(self, colon: str) -> str:
        """The line as text; `colon` as the language writes it."""
        return f"{plain(self.label)}{colon} {plain(self.value)}"


@dataclass(frozen=True, slots=True)
class Content:
    """The sections of one message by name; one that says nothing is not there."""

    sections: Mapping[str, str] = field(repr=False)
    _read: dict[str, tuple[Paragraph, ...]] = field(default_factory=dict, repr=False, compare=False)

    def line(self, name: str) -> str:
        """A section that is one line of plain text; empty where it says nothing."""
        return one_line(plain(self.sections.get(name, "")))

    def paragraphs(self, name: str) -> tuple[Paragraph, ...]:
        """A section as paragraphs: a blank line parts them, `<br>` their lines."""
        if name not in self._read:  # every layout asks for it again
            said = _BLANK.split(self.sections.get(name, ""))
            self._read[name] = tuple([Paragraph(_lines(part)) for part in said if part.strip()])
        return self._read[name]

    def rows(self, name: str) -> tuple[Row, ...]:
        """A section as the rows of a table."""
        found = _ROW.findall(self.sections.get(name, ""))
        return tuple(
            Row(_inline(label), _inline(value), bool(strong), bool(long)) for strong, long, label, value in found
        )

    def __contains__(self, name: str) -> bool:
        """Whether the section says something."""
        return bool(self.sections.get(name, "").strip())


def content_of(rendered: str) -> Content:
    """What a template said, section by section."""
    parts = _SECTION.split(rendered)
    return Content(dict(zip(parts[1::2], (part.strip(" \t\r\n") for part in parts[2::2]), strict=True)))


def plain(marked: str) -> str:
    """The words without tags."""
    text = str(marked)
    return unescape(_TAG.sub("", _BREAK.sub("\n", text)) if "<" in text else text)


def _lines(part: str) -> tuple[Markup, ...]:
    return tuple([_inline(line) for line in _BREAK.split(part) if line.strip()])


def _inline(part: str) -> Markup:
    """One line; a no-break space stays one."""
    return Markup(_SPACES.sub(" ", part).strip(" "))  # noqa: S704 - made by our templates, values escaped
