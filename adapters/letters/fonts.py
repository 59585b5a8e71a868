"""The fonts that travel in letters: of each one part that nearly every letter can do with, cut out and packed once.

To cut it for each letter anew takes seven times as long as all the rest where HarfBuzz's subsetter is missing. Which
signs are kept is not learned from letters: so the same letter is the same file, whatever was printed before it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, Final

import pydyf

_SIGNS: Final = frozenset(
    [
        *range(0x20, 0x180),  # Latin with all that the languages of Europe put on it
        *range(0x2010, 0x203B),  # dashes, quotation marks, bullets
        *(0x20AC, 0x2122, 0x2212),  # euro, trade mark, minus
        *range(0xFB00, 0xFB05),  # ff, fi, fl, ffi, ffl
    ]
)
_cut: Final[dict[tuple[str, int], tuple[frozenset[int], bytes]]] = {}


class Fonts(dict[Any, Any]):
    """The fonts of one document: as each is met, it learns to use the part that is there already."""

    def __setitem__(self, key: Any, font: Any) -> None:
        """Take in a font of the library's."""
        font.clean = partial(_clean, font, font.clean)
        super().__setitem__(key, font)


def _clean(font: Any, cut: Callable[[Mapping[int, str], bool], None], used: Mapping[int, str], hinting: bool) -> None:  # noqa: FBT001 - as the library calls it
    """Make the font small: by the part that is kept, or by its own one where a letter needs other signs."""
    known = (font.hash, len(font.file_content))
    if not used or font.missing or "fvar" in font.tables or font.png or font.svg or font.colr:
        cut(used, hinting)
        return
    if known not in _cut:
        glyphs = _glyphs(font)
        whole = font.file_content
        cut(dict.fromkeys(sorted(glyphs), ""), hinting)
        _cut[known] = glyphs, font.file_content
        font.file_content = whole
    glyphs, part = _cut[known]
    if glyphs.issuperset(used):
        font.file_content = part
    else:
        cut(used, hinting)


def pack(_document: Any, pdf: Any) -> None:
    """Put the packed part in the place of each font's. What `finisher` of the library calls, before it writes."""
    kept = {id(part) for _, part in _cut.values()}
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.compress and len(one.stream) == 1 and id(one.stream[0]) in kept:
            one.stream, one.compress = [_packed(one.stream[0])], False
            one.extra["Filter"] = "/FlateDecode"


@lru_cache(maxsize=32)
def _packed(part: bytes) -> bytes:
    return zlib.compress(part, 9)


def _glyphs(font: Any) -> frozenset[int]:
    """The numbers of the glyphs that the font has for the signs; 0 is the one for what it has not."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - weasyprint brings it

    read = TTFont(BytesIO(font.file_content), fontNumber=font.index, lazy=True)
    named = {name for sign, name in read.getBestCmap().items() if sign in _SIGNS}
    return frozenset([0, *(read.getGlyphID(name) for name in named)])
