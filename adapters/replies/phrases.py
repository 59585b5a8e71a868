"""The notation of the tables: phrases of plain words, short enough to be read aloud.

`..` is any six words or fewer, `...` whatever stands in a line, `[word]` one that may be missing, `(one|other)` a
choice, `word*` a word with any ending, `#` a number, `^` where a clause begins; what `?` follows may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_MANY: Final = r"(?:\S+ ){0,6}?"
_WHATEVER: Final = ".{1,120}?"


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all of these phrases, which begin and end where words do."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, phrases))})(?!\w)")


def _pattern(phrase: str) -> str:
    written = re.sub(r"(?<!\.)\.(?!\.)", r"\\.", phrase)
    written = written.replace("*", r"\w*").replace("#", r"\d{1,4}")
    written = written.replace("...", _WHATEVER).replace(".. ", _MANY)
    written = re.sub(r"\((?!\?)", "(?:", written)
    written = re.sub(r"\[([^]]+)\] ", r"(?:(?:\1) )?", written)
    return re.sub(r" \[([^]]+)\]", r"(?: (?:\1))?", written)
