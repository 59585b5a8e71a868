"""Plain text that reads well in every mail program: paragraphs are filled to a width, a line of a table stays one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

WIDTH: Final = 72


def unbroken(text: str) -> str:
    """The text with no-break spaces: an amount, a day or a telephone number that stays on one line."""
    return "\N{NO-BREAK SPACE}".join(text.split(" "))


def one_line(text: str) -> str:
    """The text without line breaks and control characters: what comes from outside never starts a line of ours.

    No-break spaces stay.
    """
    shown = "".join(sign if sign.isprintable() or sign == "\N{NO-BREAK SPACE}" else " " for sign in text)
    return " ".join(part for part in shown.split(" ") if part)


def filled(line: str) -> str:
    """The line filled to the width. No-break spaces, links and long words are never broken."""
    return "\n".join(textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False))


def paragraphs(parts: Iterable[Iterable[str]]) -> str:
    """Paragraphs with a blank line between them, each of lines that stay apart."""
    joined = ("\n".join(line for line in lines if line) for lines in parts)
    return "\n\n".join(part for part in joined if part) + "\n"
