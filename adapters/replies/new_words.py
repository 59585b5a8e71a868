"""What somebody wrote newly: a mail without what it quotes, what its program adds, and the name below."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from adapters.replies.languages import each
from adapters.replies.phrases import any_of
from adapters.replies.plain import plain

_INTRODUCES: Final = any_of(each(lambda language: language.quoted))
_HEADER: Final = re.compile(rf"\*?(?:{'|'.join(each(lambda language: language.headers))}) ?: ?\*? ?\S.*")
_CLOSING: Final = any_of(each(lambda language: language.closings))
_DEVICE: Final = any_of(each(lambda language: language.devices))
_RULE: Final = re.compile(r"[_=*-]{8,}")
_NAME: Final = re.compile(r"[,.!:; ]*(?:[^\W\d]\S* ?){0,3}")  # on the line of a closing
_LEAST: Final = 3  # lines of a mail's head that are no chance
_HEAD: Final = 10  # lines in which they stand
_WRAPPED: Final = 3  # lines over which a program breaks the one above a quotation
_BELOW: Final = 12  # lines that a name, a company and a telephone number take


def new_words(text: str) -> str:
    """The words of a mail's writer; all of its words where nothing would be left."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")]
    own = _without_quotes(lines)
    kept = _trimmed(_without_signature(own)) or _trimmed(own) or _trimmed([line.lstrip("> ") for line in lines])
    return "\n".join(kept)


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """A quotation ends with its signs, `>`; without signs it goes to the end, unless the writer's words stand below."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at].lstrip().startswith(">"):
            at += 1
        elif over := _introduction(lines, at):
            at += over
            if _says_something(kept) and not _is_signed(lines, at):
                break
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _is_signed(lines: Sequence[str], at: int) -> bool:
    """Whether what is quoted from here can be told line by line from what its writer says."""
    first = next((line for line in itertools.islice(lines, at, None) if line.strip()), "")
    return first.lstrip().startswith(">")


def _says_something(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)


def _introduction(lines: Sequence[str], at: int) -> int:
    """How many lines from here introduce a quotation; 0: none does."""
    for count in range(1, _WRAPPED + 1):
        window = lines[at : at + count]
        if len(window) < count or not window[-1].strip():
            break
        if _introduces(window) and not any(_introduces(window[later:]) for later in range(1, count)):
            return count
    return _head(lines, at)


def _introduces(lines: Sequence[str]) -> bool:
    ends = lines[-1].rstrip(" *")[-1:] in {":", "-"}
    return ends and _INTRODUCES.fullmatch(plain(" ".join(lines)).strip(" *")) is not None


def _head(lines: Sequence[str], at: int) -> int:
    """How many lines from here are the head of another mail, with the rule above it; 0: none."""
    over = 1 if _RULE.fullmatch(lines[at].strip()) else 0
    if not over and not _HEADER.fullmatch(plain(lines[at])):
        return 0
    heads = 0
    for line in lines[at + over : at + over + _HEAD]:
        if _HEADER.fullmatch(plain(line)):
            heads += 1
        elif line.strip() or heads:
            break
        else:
            over += 1
    return over + heads if heads >= _LEAST else 0


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for number, line in enumerate(lines):
        said, is_rule = plain(line), line.strip() in {"--", "—", "–"}
        if (is_rule or _closes(said)) and _says_something(kept):
            below = [one for one in lines[number + 1 :] if one.strip()]
            if is_rule or len(below) <= _BELOW:
                return [*kept, *_postscript(below)]
        if not _DEVICE.fullmatch(said.strip(" *[]<>.")):
            kept.append(line)
    return kept


def _closes(said: str) -> bool:
    """Whether a line is a closing, in one language or in several beside each other."""
    closings = [(part, _CLOSING.match(part)) for part in re.split(r" ?[/|] ?", said)]
    return all(found and _NAME.fullmatch(part[found.end() :]) for part, found in closings)


def _postscript(lines: Sequence[str]) -> list[str]:
    for number, line in enumerate(lines):
        if re.match(r"p\.? ?s\b", plain(line)):
            return ["", *lines[number:]]
    return []


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
