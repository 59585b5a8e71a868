"""What a debtor sees, as a picture: a letter's first page, or a whole e-mail; needs the extra `letters`."""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Final

from adapters.letters.pdf import LettersMissing

if TYPE_CHECKING:
    from PIL.Image import Image

_DOTS: Final = 144  # an inch
_POINTS: Final = 72
_SHEET: Final = '@page { size: 700px 4000px; margin: 0 } table[width="100%"] { width: 100% }'
_TURN: Final = Lock()  # the library draws for one thread at a time


def as_one_sheet(page: str) -> str:
    """The page of an e-mail on one long sheet, for `pdf_of`."""
    return page.replace("</head>", f"<style>{_SHEET}</style>\n</head>", 1)


def png_of(pdf: bytes, *, cropped: bool = False) -> bytes:
    """The first page of a PDF as PNG; `cropped`: without what is empty below. Raises `LettersMissing`."""
    try:
        from pypdfium2 import PdfDocument  # noqa: PLC0415 - of the extra `letters`
    except ImportError as error:
        raise LettersMissing(f"letters: found no {error.name}; pip install 'dunning[letters]'") from None
    written = BytesIO()
    with _TURN:
        document = PdfDocument(pdf)
        try:
            drawn = document[0].render(scale=_DOTS / _POINTS).to_pil()
            (_cropped(drawn) if cropped else drawn).save(written, "PNG")
        finally:
            document.close()
    return written.getvalue()


def _cropped(drawn: Image) -> Image:
    """Without the rows at the foot that are as the last one is."""
    from PIL import Image as Pictures  # noqa: PLC0415 - of the extra `letters`
    from PIL import ImageChops  # noqa: PLC0415 - as above

    ground = Pictures.new(drawn.mode, drawn.size, drawn.getpixel((0, drawn.height - 1)))
    drawn_on = ImageChops.difference(drawn, ground).getbbox()
    return drawn.crop((0, 0, drawn.width, min(drawn_on[3] + drawn_on[1], drawn.height))) if drawn_on else drawn
