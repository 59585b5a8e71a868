# ruff: noqa: E501
"""What somebody wrote newly: a mail without what it quotes, what its program adds, and the name below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from adapters.replies.language import any_of
from adapters.replies.languages import each
from adapters.replies.plain import plain

_INTRODUCES: Final = any_of(each(lambda language: language.quoted))
_HEADER: Final = re.compile(
    rf"(?:{'|'.join(each(lambda language: language.headers))}) ?: ?\S.*|\*?(?:{'|'.join(each(lambda language: language.headers))}) ?:\*? ?\S.*"
)
_CLOSING: Final = any_of(each(lambda language: language.closings))
_DEVICE: Final = any_of(each(lambda language: language.devices))
_RULE: Final = re.compile(r"_{8,}|-{8,}|={8,}")
_NAME: Final = re.compile(r"[,.!: ]*(?:\S+ ?){0,3}")  # on the line of a closing
_HEADERS: Final = 3  # lines of a mail's head that are no chance
_WRAPPED: Final = 3  # lines over which a program breaks the one above a quotation
_BELOW: Final = 12  # lines that a name, a company and a telephone number take


def new_words(text: str) -> str:
    """The words of a mail's writer; all of its words where nothing would be left."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")]
    own = _without_signature(_without_quotes(lines))
    kept = _trimmed(own) or _trimmed(_without_quotes(lines)) or _trimmed([line.lstrip("> ") for line in lines])
    return "\n".join(kept)


def _without_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at].lstrip().startswith(">"):
            at += 1
            continue
        over = _begins_quotation(lines, at)
        if over:
            rest = lines[at + over :]
            if _trimmed(kept) and not _goes_on(rest):
                break
            at += over
            continue
        kept.append(lines[at])
        at += 1
    return kept


def _goes_on(rest: Sequence[str]) -> bool:
    """Whether what is quoted has its sign before each line, so that the writer's own lines can be told from it."""
    first = next((line for line in rest if line.strip()), "")
    return first.lstrip().startswith(">")


def _begins_quotation(lines: Sequence[str], at: int) -> int:
    """How many lines from here introduce a quotation; 0: none does."""
    if not lines[at].strip():
        return 0
    for count in range(1, _WRAPPED + 1):
        if _INTRODUCES.fullmatch(plain(" ".join(lines[at : at + count])).strip(" *")):
            return count
    over = 1 if _RULE.fullmatch(lines[at].strip()) else 0
    heads = 0
    for line in lines[at + over : at + over + 8]:
        if not line.strip() and not heads:
            over += 1
            continue
        if not _HEADER.fullmatch(plain(line).strip()):
            break
        heads += 1
    return over + heads if heads >= _HEADERS else 0


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for number, line in enumerate(lines):
        said = plain(line).strip()
        if line.strip() in {"--", "—"} and _trimmed(kept):
            break
        if _DEVICE.fullmatch(said.strip(" *[]<>.")):
            continue
        closing = _CLOSING.match(said)
        if closing and _NAME.fullmatch(said[closing.end() :]) and _trimmed(kept):
            below = [one for one in lines[number + 1 :] if one.strip()]
            if len(below) <= _BELOW:
                return [*kept, *_postscript(below)]
        kept.append(line)
    return kept


def _postscript(lines: Sequence[str]) -> list[str]:
    for number, line in enumerate(lines):
        if plain(line).replace(".", "").replace(" ", "").startswith("ps"):
            return ["", *lines[number:]]
    return []


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
