"""A letter's page as PDF that a screen reader can read too (PDF/UA-1); needs the extra `letters` and libpango.

Nothing here is imported before the first letter is printed: the library takes half a second to load.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

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
    from adapters.letters.fonts import Fonts, pack  # noqa: PLC0415 - see above

    with _TURN:
        document = laid_out(page)
        document.fonts = Fonts()
        written = bytes(document.write_pdf(finisher=pack, **_FORM))
    return _named(written, identity)


def laid_out(page: str) -> Document:
    """The page as sheets, before it is written as PDF."""
    from adapters.letters.sheet import Sheet  # noqa: PLC0415 - see above

    return Sheet(page, _nothing_from_outside(), _fonts()).laid_out(**_FORM)


def _named(pdf: bytes, identity: str) -> bytes:
    """With what names the document, in its last object: the library would put the file together twice for that."""
    from pydyf import String  # noqa: PLC0415 - see above

    name = String(identity).data
    start = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    inside = pdf.index(b"<<", start) + len(b"<<")
    return b"".join((pdf[:inside], b"/ID [", name, b" ", name, b"]", pdf[inside:]))


_TURN: Final = Lock()
_FORM: Final[dict[str, Any]] = {"pdf_variant": "pdf/ua-1"}


@cache
def _fonts() -> Any:
    """The fonts of this machine, looked up once."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - see above

    return FontConfiguration()


@cache
def _nothing_from_outside() -> Any:
    """A page fetches nothing: a logo and a code travel in it."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - see above

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
