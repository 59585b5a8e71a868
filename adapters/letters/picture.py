"""A letter's first page as a picture, for who looks at it where no PDF is shown; needs the extra `letters`."""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import Final

from adapters.letters.pdf import LettersMissing

_DOTS: Final = 144  # an inch
_POINTS: Final = 72
_TURN: Final = Lock()  # the library draws for one thread at a time


def png_of(pdf: bytes) -> bytes:
    """The first page of a PDF as PNG. Raises `LettersMissing`."""
    try:
        from pypdfium2 import PdfDocument  # noqa: PLC0415 - of the extra `letters`
    except ImportError as error:
        raise LettersMissing(f"letters: found no {error.name}; pip install 'dunning[letters]'") from None
    written = BytesIO()
    with _TURN:
        document = PdfDocument(pdf)
        try:
            document[0].render(scale=_DOTS / _POINTS).to_pil().save(written, "PNG")
        finally:
            document.close()
    return written.getvalue()
