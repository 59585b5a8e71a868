"""Forms of our own pages: read without guessing, and taken only from a page of the same session."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Query
from pydantic import BeforeValidator, Field
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.attachments import MOST, Attachment, attachment
from api.pages.rendering import Pages
from api.problems import Problem

_LONGEST_PART: Final = 64 * 1024  # bytes of a field that is no file
_FIELDS: Final = 60  # a plan of twelve parts has two of each
_PORTS: Final = {"http": 80, "https": 443}


def _blank_is_nothing(raw: object) -> object:
    """A form sends what nobody filled in as an empty text."""
    return (raw.strip() or None) if isinstance(raw, str) else raw


Blank = BeforeValidator(_blank_is_nothing)
# What a person writes into a field of a filter.
Written = Annotated[Annotated[str, Field(max_length=100)] | None, Blank, Query()]
WrittenCurrency = Annotated[Annotated[str, Field(pattern="^[A-Z]{3}$")] | None, Blank, Query()]
# A day of no other age: days far off would leave the calendar where something is added to them.
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2200, 1, 1))]
WrittenDay = Annotated[Day | None, Blank, Query()]


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, each once; of one with files, those that are text. Raises `Problem`."""
    if _has_parts(request):
        every = (await _parts(request)).multi_items()
        return {name: value for name, value in every if isinstance(value, str)}
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(body, max_num_fields=_FIELDS))
    except ValueError:
        return {}


async def attached(request: Request, field: str) -> tuple[Attachment, ...]:
    """The files of a form's field; an empty one is what a browser sends for none. Raises `NotAllowed` and `Problem`."""
    if not _has_parts(request):
        return ()
    sent = [one for one in (await _parts(request)).getlist(field) if not isinstance(one, str)]
    read = [(one.filename or "", await one.read()) for one in sent]
    return tuple(attachment(name, content) for name, content in read if name or content)


def _has_parts(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def _parts(request: Request) -> FormData:
    try:
        return await request.form(max_files=MOST, max_fields=_FIELDS, max_part_size=_LONGEST_PART)
    except HTTPException as error:
        said = f"form: found one that cannot be read ({error.detail}); allowed at most {MOST} files"
        raise Problem("malformed", said) from None


async def our_fields(request: Request, pages: Pages) -> dict[str, str]:
    """The fields of a form that came from a page of ours. Raises `Problem`."""
    found = await fields(request)
    if not is_same_origin(request, pages.settings.public_url) or not pages.is_ours(request, found.get("mark", "")):
        raise Problem("forbidden", "Open the page again, and send the form from there")
    return found


def is_same_origin(request: Request, public_url: str | None) -> bool:
    """Whether the browser says that a page of ours sent it; one that says nothing is believed.

    Ours is what begins with `public_url`, whatever host a proxy asked us by; without it, what comes from the host that
    the request names.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return True
    said = _origin(origin)
    if public_url is not None:
        return said is not None and said == _origin(public_url)
    return said is not None and said == _origin(f"{said[0]}://{request.headers.get('host', '')}")


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port, as browsers compare them (RFC 6454); None for what has none, such as `null`."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None


def local_path(text: str | None) -> str:
    """A path of ours to go on to; whatever else was asked for is the first page."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or not text.isprintable():
        return "/"
    return text
