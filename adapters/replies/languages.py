"""The languages in which replies are read. A text may mix them: each is looked for in all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from adapters.replies.dutch import DUTCH
from adapters.replies.english import ENGLISH
from adapters.replies.french import FRENCH
from adapters.replies.german import GERMAN
from adapters.replies.language import Language

LANGUAGES: Final = (ENGLISH, DUTCH, GERMAN, FRENCH)


def each(table: Callable[[Language], Iterable[str]]) -> tuple[str, ...]:
    """One column of the tables, over all languages."""
    return tuple(dict.fromkeys(entry for language in LANGUAGES for entry in table(language)))


def language_of(words: Iterable[str]) -> Language | None:
    """The language with the most of its common words among these; None where two have as many."""
    said = list(words)
    counts = sorted(((sum(word in one.common for word in said), one.code) for one in LANGUAGES), reverse=True)
    if counts[0][0] == counts[1][0]:
        return None
    return next(one for one in LANGUAGES if one.code == counts[0][1])
