"""What people write to get no more text messages, or to get them again: a message of one of these words alone, in the
languages we write in.

The English ones that end them are those on which networks in the United States and Canada insist. YES, which carriers
take for START, is none here: it may answer what we asked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

OPT_OUT_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset({"stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "opt out",
                     "optout", "remove"}),
    "nl": frozenset({"stop", "stoppen", "afmelden", "uitschrijven", "stop sms"}),
    "de": frozenset({"stop", "stopp", "abmelden", "abbestellen", "austragen", "stop sms", "stopp sms"}),
    "fr": frozenset({"stop", "arret", "arreter", "desabonner", "desinscrire", "desinscription", "stop sms"}),
}  # fmt: skip
OPT_IN_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset({"start", "unstop"}),
    "nl": frozenset({"start", "aanmelden"}),
    "de": frozenset({"start", "anmelden"}),
    "fr": frozenset({"start", "reabonner"}),
}
HELP_WORDS: Final = frozenset({"help", "info"})
"""What carriers answer by themselves."""
_OUT: Final = frozenset().union(*OPT_OUT_WORDS.values())
_IN: Final = frozenset().union(*OPT_IN_WORDS.values())


def is_opt_out(text: str) -> bool:
    """Whether the whole text is such a word, however it is written: `Stop.`, `ARRÊT`, `stop 36200`.

    A sentence with such a word in it is for a person to read.
    """
    return _only_letters(text) in _OUT


def is_opt_in(text: str) -> bool:
    """Whether the whole text is a word that asks for text messages again."""
    return _only_letters(text) in _IN


def asks_for_help(text: str) -> bool:
    """Whether the whole text is a word that the carrier answers."""
    return _only_letters(text) in HELP_WORDS


def _only_letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("-", " ")).casefold()
    letters = "".join(sign for sign in plain if sign.isalpha() or sign.isspace())
    return " ".join(letters.split())
