# ruff: noqa: E501
"""A text in the pieces in which a negation or a condition holds: sentences, and their clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from adapters.replies.languages import LANGUAGES, each
from adapters.replies.plain import plain

_LONG: Final = 55  # signs of a line that its writer's program has broken
_MONTHS: Final = "|".join(sorted({name for language in LANGUAGES for name in language.months}, key=len, reverse=True))
_SHORT: Final = r"(?:nr|no|dr|mr|mrs|ms|fr|hr|bzw|ca|tel|evtl|ggf|inv|str|st|z|b|d|h|i|v|m|o|inkl|einschl|e|t|approx|vr|gr|jan|feb|apr|aug|sept|okt|oct|nov|dec|dez)"
_ENDS: Final = re.compile(
    rf"(?<=[!?])\s+|(?<=\.)(?<!\b\d\.)(?<!\b\d\d\.)\s+(?!\d)|(?<=\.)\s+(?![\W\d]|(?i:{_MONTHS})\b)(?=[A-ZÀ-Þ])|\n",
    re.MULTILINE,
)
_SHORTENED: Final = re.compile(rf"(?:^|\W){_SHORT}\.$", re.IGNORECASE)
_BREAK: Final = re.compile(
    rf"[;:()]+ ?|, (?!20\d\d)| - |(?<!\w)(?:{'|'.join(each(lambda language: language.but))})(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was written, the same in plain words, and its clauses in plain words."""

    said: str
    plain: str
    clauses: tuple[str, ...]


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in their order."""
    found: list[Sentence] = []
    for said in _pieces(_unbroken(text)):
        simple = plain(said)
        clauses = tuple(clause.strip() for clause in _BREAK.split(simple) if clause and clause.strip())
        if clauses:
            found.append(Sentence(" ".join(said.split()), simple, clauses))
    return found


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _ENDS.split(text):
        if pieces and _SHORTENED.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece and piece.strip():
            pieces.append(piece.strip())
    return pieces


def _unbroken(text: str) -> str:
    """Lines that a program broke are one again; a short line is one that its writer ended."""
    lines = text.split("\n")
    joined: list[str] = []
    for number, line in enumerate(lines):
        follows = bool(number and joined and lines[number - 1].strip() and line.strip())
        if (
            follows
            and len(lines[number - 1]) >= _LONG
            and not lines[number - 1].rstrip().endswith((".", "!", "?", ":"))
        ):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return "\n".join(joined)
