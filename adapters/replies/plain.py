"""Text as rules compare it: small letters without accents, straight apostrophes, single spaces."""

from __future__ import annotations

import unicodedata
from typing import Final

_ALIKE: Final = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "\N{ACUTE ACCENT}": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
    # German tells `wurde` from `würde`, and its telephones write `wuerde`.
    | {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)


def plain(text: str) -> str:
    """`Ich HÄTTE’s  bezahlt` as `ich haette's bezahlt`, `Réglé` as `regle`; `ß` is `ss`."""
    composed = unicodedata.normalize("NFC", text).translate(_ALIKE)
    bare = unicodedata.normalize("NFKD", composed.casefold())
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).split())
