"""A text in the pieces in which a negation or a condition holds: sentences, and their clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from adapters.replies.languages import LANGUAGES, each
from adapters.replies.phrases import any_of
from adapters.replies.plain import plain

_LONG: Final = 55  # signs of a line that its writer's program has broken
_MONTHS: Final = "|".join(sorted({name for language in LANGUAGES for name in language.months}, key=len, reverse=True))
_SHORT: Final = (
    r"nr|no|dr|mr|mrs|ms|fr|hr|bzw|ca|tel|evtl|ggf|inv|str|st|z|b|d|h|i|v|m|o|t|e|inkl|einschl|approx|vr|gr|"
    r"jan|feb|mrt|mrz|apr|jun|jul|aug|sep|sept|okt|oct|nov|dec|dez|janv|fevr|avr|juil|mo|di|mi|do|fr|sa|so"
)
# A full stop ends a sentence, but not before a number or a month, as in `12. Dezember`, nor after a number whose
# sentence goes on in small letters, as in `bis 12.12. verreist`.
_ENDS: Final = re.compile(
    rf"(?<=[!?])\s+|(?<=\.)(?<!\d\.)\s+(?!\d|(?i:{_MONTHS})\b)"
    rf"|(?<=\d\.)\s+(?=[A-ZÀ-Þ])(?!(?i:{_MONTHS})\b)|\n"
)
_SHORTENED: Final = re.compile(rf"(?:^|\W)(?:{_SHORT})\.$", re.IGNORECASE)
_BREAK: Final = re.compile(
    rf"[;:()]+ ?|, (?!(?:den |the |de |le )?(?:\d|(?:{_MONTHS})(?!\w)))|(?<=\w) - "
    rf"|{any_of(each(lambda language: language.but)).pattern}"
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
        elif piece.strip():
            pieces.append(piece.strip())
    return pieces


def _unbroken(text: str) -> str:
    """Lines that a program broke are one again; a short line is one that its writer ended."""
    joined: list[str] = []
    before = ""
    for line in text.split("\n"):
        if line.strip() and len(before) >= _LONG and before.rstrip()[-1:] not in {".", "!", "?", ":"}:
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
        before = line
    return "\n".join(joined)
