"""Plain text that reads well in every mail program: paragraphs are filled to a width, a line of a table stays one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from unicodedata import bidirectional

WIDTH: Final = 72
_HARD: Final = "\N{NO-BREAK SPACE}"
_TURNS: Final = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})
_APART: Final = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def isolated(given: str) -> str:
    """What somebody is called, set apart where it runs from right to left: what stands beside it stays in its place.

    A name that runs our way is as it was: text messages have no room for signs that nobody sees.
    """
    return f"{_APART[0]}{given}{_APART[1]}" if turns(given) else given


def turns(text: str) -> bool:
    """Whether something in it runs from right to left, or says that it does."""
    return not text.isascii() and any(bidirectional(sign) in _TURNS for sign in text)


def unbroken(text: str) -> str:
    """The text with no-break spaces: an amount, a day or a telephone number that stays on one line."""
    return text.replace(" ", _HARD)


def one_line(text: str) -> str:
    """The text without line breaks and control characters: what comes from outside never starts a line of ours.

    No-break spaces stay.
    """
    if not text.replace(_HARD, "").isprintable():
        text = "".join(sign if sign.isprintable() or sign == _HARD else " " for sign in text)
    return " ".join([part for part in text.split(" ") if part])


def filled(line: str) -> str:
    """The line filled to the width. No-break spaces, links and long words are never broken."""
    if len(line) <= WIDTH:
        return line
    lines: list[str] = []
    begun: list[str] = []
    length = -1  # of what is begun, with the spaces in it
    for word in line.split(" "):
        if begun and length + 1 + len(word) > WIDTH:
            lines.append(" ".join(begun))
            begun, length = [], -1
        begun.append(word)
        length += 1 + len(word)
    return "\n".join([*lines, " ".join(begun)])


def paragraphs(parts: Iterable[Iterable[str]]) -> str:
    """Paragraphs with a blank line between them, each of lines that stay apart."""
    joined = ("\n".join(line for line in lines if line) for lines in parts)
    return "\n\n".join(part for part in joined if part) + "\n"
