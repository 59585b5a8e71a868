"""Text as rules compare it: small letters without accents, straight apostrophes, single spaces."""

from __future__ import annotations

import unicodedata
from typing import Final

_STRAIGHT: Final = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "\N{ACUTE ACCENT}": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
)


def plain(text: str) -> str:
    """`Ich HÄTTE’s bezahlt` as `ich hatte's bezahlt`; `ß` is `ss`."""
    bare = unicodedata.normalize("NFKD", text.translate(_STRAIGHT).casefold())
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).split())
