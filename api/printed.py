"""A letter as PDF, made anew from the page that was printed, or would be."""

from __future__ import annotations

from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from adapters.letters.pdf import LettersMissing, expect_printable, pdf_of
from api.problems import Problem
from api.safe_headers import PRINTED

PDF: Final = "application/pdf"


def expect_pdf() -> None:
    """Raises `Problem` where this machine makes no PDF."""
    try:
        expect_printable()
    except LettersMissing as missing:
        raise Problem("unavailable", str(missing)) from None


async def as_pdf(page: str, identity: str, limiter: CapacityLimiter) -> bytes:
    """The PDF of a page. It takes the processor, so `limiter` says how many at a time. Raises `Problem`."""
    try:
        return await to_thread.run_sync(pdf_of, page, identity, limiter=limiter)
    except LettersMissing as missing:
        raise Problem("unavailable", str(missing)) from None


def as_file(pdf: bytes, name: str) -> Response:
    """The PDF for a browser to open; `name` is of signs that are safe in a header."""
    disposition = f'inline; filename="{name}.pdf"'
    return Response(
        pdf, media_type=PDF, headers={"Content-Disposition": disposition, "Content-Security-Policy": PRINTED}
    )
