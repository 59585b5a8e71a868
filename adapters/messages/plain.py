"""Plain text that reads well in every mail program: paragraphs are filled to a width, marked lines stay as they are."""

from __future__ import annotations

import textwrap
from typing import Final

WIDTH: Final = 72
_KEPT: Final = "|"  # a template line that starts with this stays a line of its own: addresses, amounts, links


def unbroken(text: str) -> str:
    """The text with no-break spaces: an amount, a day or a telephone number that stays on one line."""
    return "\N{NO-BREAK SPACE}".join(text.split(" "))


def fold(text: str) -> str:
    """Fill each paragraph to the width. No-break spaces and links are never broken, blank lines never doubled."""
    paragraphs: list[list[str]] = [[]]
    for line in (line.strip(" \t") for line in text.splitlines()):
        if not line:
            paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    return "\n\n".join(_filled(lines) for lines in paragraphs if lines) + "\n"


def _filled(lines: list[str]) -> str:
    """Marked lines as they are, the runs of other lines between them filled."""
    filled: list[str] = []
    run: list[str] = []
    for line in [*lines, _KEPT]:
        if not line.startswith(_KEPT):
            run.append(line)
            continue
        filled += textwrap.wrap(" ".join(run), WIDTH, break_long_words=False, break_on_hyphens=False)
        run = []
        filled.append(line.removeprefix(_KEPT).strip(" \t"))
    return "\n".join(filled[:-1])
