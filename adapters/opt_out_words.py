"""What people write to get no more text messages: a message of one of these words alone, in the languages we write in.

The English ones are those on which networks in the United States and Canada insist.
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
_ANY: Final = frozenset().union(*OPT_OUT_WORDS.values())


def is_opt_out(text: str) -> bool:
    """Whether the whole text is such a word, however it is written: `Stop.`, `ARRÊT`, `stop 36200`.

    A sentence with such a word in it is for a person to read.
    """
    plain = unicodedata.normalize("NFKD", text.replace("-", " ")).casefold()
    letters = "".join(sign for sign in plain if sign.isalpha() or sign.isspace())
    return " ".join(letters.split()) in _ANY
