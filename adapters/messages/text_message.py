"""How long a text message is: in segments, as networks count and charge them.

A text in the letters of GSM 03.38 has 160 of them in one segment and 153 in each of several; a single other letter
makes it UCS-2, with 70 and 67. Some signs of the GSM alphabet count twice.
"""

from __future__ import annotations

from math import ceil
from typing import Final
from unicodedata import normalize

MOST_SEGMENTS: Final = 2
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€")
_GSM: Final = (160, 153)
_UCS2: Final = (70, 67)
# Signs that say the same as one of the GSM alphabet: a typographer's quote is not worth half of the room.
_PLAIN: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-",
                               "…": "...", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})  # fmt: skip


def is_common(text: str) -> bool:
    """Whether every sign of it is in the GSM alphabet."""
    return all(sign in _BASIC or sign in _EXTENDED for sign in text)


def plain_signs(text: str) -> str:
    """The text with quotes, dashes and spaces that every telephone has."""
    return text.translate(_PLAIN)


def in_common_letters(text: str) -> str:
    """The text in which a letter that is not of the GSM alphabet, such as ç or û, stands without its accent.

    It reads almost as well, and has more than twice the room. A letter of another script stays as it is.
    """
    return "".join(sign if sign in _BASIC or sign in _EXTENDED else _bare(sign) for sign in text)


def _bare(sign: str) -> str:
    base = normalize("NFKD", sign)[0]
    return base if base in _BASIC else sign


def segments(text: str) -> int:
    """How many segments the text takes; 0 for none."""
    if is_common(text):
        length, (alone, joined) = sum(2 if sign in _EXTENDED else 1 for sign in text), _GSM
    else:
        length, (alone, joined) = len(text.encode("utf-16-be")) // 2, _UCS2
    return min(length, 1) if length <= alone else ceil(length / joined)
