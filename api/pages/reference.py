"""The reference of the API in a browser, and the description that it is made from; both are open to everybody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, FastAPI, Request
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, JSONResponse, Response

from api.authentication import DESCRIPTION, REFERENCE
from api.description import describe
from api.openapi.reference import shapes_of, subject_named, subjects_of
from api.pages.sign_in import ThePages
from dunning.errors import NotFound

router = APIRouter(include_in_schema=False)
SHAPES: Final = "shapes"
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_CODE: Final = re.compile(r"`(.+?)`")


@dataclass(slots=True)
class Reference:
    """What is shown of one application. Each part is made once, off the loop: nobody who asks makes us work again."""

    app: FastAPI
    _made: dict[str, bytes] = field(default_factory=dict)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def part(self, name: str, make: Callable[[], Response]) -> bytes:
        """The bytes of a part."""
        if name not in self._made:
            async with self._one_at_a_time:
                if name not in self._made:
                    self._made[name] = bytes((await asyncio.to_thread(make)).body)
        return self._made[name]

    def description(self) -> dict[str, Any]:
        """The description as it is served."""
        return describe(self.app)


def _reference(request: Request) -> Reference:
    return cast("Reference", request.app.state.reference)


TheReference = Annotated[Reference, Depends(_reference)]


@router.get(DESCRIPTION)
async def description(reference: TheReference) -> Response:
    """OpenAPI as JSON."""
    made = await reference.part(DESCRIPTION, lambda: JSONResponse(reference.description()))
    return Response(made, media_type="application/json")


@router.get(REFERENCE)
async def first_page(request: Request, pages: ThePages, reference: TheReference) -> Response:
    """What holds everywhere, and all operations by subject."""

    def make() -> Response:
        said = reference.description()
        return pages.bare(
            request, "reference.html", about=_in_html(said["info"]["description"]), subjects=subjects_of(said),
            server=said["servers"][0]["url"],
        )  # fmt: skip

    return HTMLResponse(await reference.part(REFERENCE, make))


@router.get(REFERENCE + "/{subject}")
async def one_subject(request: Request, pages: ThePages, reference: TheReference, subject: str) -> Response:
    """The operations of one subject, or all shapes."""
    said = await asyncio.to_thread(reference.description)

    def make() -> Response:
        if subject == SHAPES:
            return pages.bare(request, "reference_shapes.html", shapes=shapes_of(said), inline=_inline)
        shown = subject_named(subjects_of(said), subject)
        return pages.bare(request, "reference_subject.html", subject=shown, inline=_inline)

    if subject not in {SHAPES, *(tag["name"] for tag in said["tags"])}:
        raise NotFound("reference: found no such subject")
    return HTMLResponse(await reference.part(subject, make))


def _inline(text: str) -> Markup:
    """Words that are marked as bold or as code; everything else is only text."""
    return Markup(_CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<strong>\1</strong>", str(escape(text)))))  # noqa: S704 - escaped before


def _in_html(text: str) -> tuple[tuple[bool, Markup], ...]:
    """Its lines, and whether each is an item of a list."""
    lines = (line for line in text.splitlines() if line)
    return tuple((line.startswith("* "), _inline(line.removeprefix("* "))) for line in lines)
