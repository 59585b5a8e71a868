"""A letter's page as PDF that a screen reader can read too (PDF/UA-1); needs the extra `letters` and libpango.

Nothing here is imported before the first letter is printed: the library takes half a second to load.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from adapters.letters.fonts import Fonts
from dunning.errors import DunningError

if TYPE_CHECKING:
    from weasyprint import Document

_LIBRARIES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_HOW: Final = f"pip install 'dunning[letters]', and from the system libpango (Debian: apt-get install {_LIBRARIES})"


class LettersMissing(DunningError):
    """What letters are made with is not here; the message says how to get it."""


def expect_printable() -> None:
    """Raises `LettersMissing` where no letter can be made on this machine."""
    try:
        import segno  # noqa: F401, PLC0415 - whether it is there
        import weasyprint  # noqa: F401, PLC0415 - as above; it loads libpango
    except ImportError as error:
        raise LettersMissing(f"letters: found no {error.name}; {_HOW}") from None
    except OSError as error:
        raise LettersMissing(f"letters: found no library of the system ({str(error)[:80]}); {_HOW}") from None


def is_printable() -> bool:
    """Whether letters can be made on this machine."""
    try:
        expect_printable()
    except LettersMissing:
        return False
    return True


def pdf_of(page: str, identity: str) -> bytes:
    """The PDF of a page; `identity` names the document within it. Raises `LettersMissing`.

    May be called from any thread: they take turns, since the library shares its fonts.
    """
    expect_printable()
    with _TURN:
        document = laid_out(page)
        document.fonts = Fonts()
        return bytes(document.write_pdf(pdf_identifier=identity.encode(), **_FORM))


def laid_out(page: str) -> Document:
    """The page as sheets, before it is written as PDF."""
    from adapters.letters.sheet import Sheet  # noqa: PLC0415 - see above

    style = _STYLE.search(page)
    bare = page if style is None else page[: style.start()] + page[style.end() :]
    html = Sheet(bare, _nothing_from_outside())
    return html.render(font_config=_fonts(), stylesheets=[_read(style[1])] if style else None, **_FORM)


_TURN: Final = Lock()
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_FORM: Final[dict[str, Any]] = {"pdf_variant": "pdf/ua-1"}


@cache
def _fonts() -> Any:
    """The fonts of this machine, looked up once."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - see above

    return FontConfiguration()


@lru_cache(maxsize=16)
def _read(style: str) -> Any:
    """The style of a layout, read once: it is the same in each of its letters."""
    from weasyprint import CSS  # noqa: PLC0415 - see above

    return CSS(string=style, url_fetcher=_nothing_from_outside(), font_config=_fonts())


@cache
def _nothing_from_outside() -> Any:
    """A page fetches nothing: a logo and a code travel in it."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - see above

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
