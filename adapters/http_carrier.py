"""One question to a carrier's HTTP API: what it answered, or an error that says whether anything can have left."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Final

import httpx2
from pydantic_core import from_json

from dunning.errors import FateUnknown, NotTaken

# An activity has 30 seconds for one try, in which a notice may leave on several channels.
PATIENCE: Final = timedelta(seconds=10)
_NOTHING: Final[Mapping[str, str]] = {}
_NEVER_SENT: Final = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError,
)  # fmt: skip
_UNUSABLE: Final = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL)


@dataclass(frozen=True, slots=True)
class CarrierAnswer:
    """What a carrier answered. `body` is its JSON object, empty where there is none; it repeats addresses."""

    status: int
    body: Mapping[str, Any] = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether it says that it did what was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the successes of HTTP

    def number(self, name: str) -> int | None:
        """A number of the body, such as its error code."""
        found = self.body.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def word(self, name: str) -> str | None:
        """A text of the body that is not empty."""
        found = self.body.get(name)
        return found if isinstance(found, str) and found else None

    def within(self, *names: str) -> str | None:
        """A text that lies deeper in the body, by the names on the way to it."""
        found: object = self.body
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) and found else None


class CarrierLine:
    """The line to one carrier: a new connection for each question, no redirects, no repeats of its own."""

    def __init__(self, carrier: str, base: str, patience: timedelta = PATIENCE) -> None:
        """`carrier` names it in errors; `base` is what its addresses begin with. `patience` bounds each step."""
        self._carrier, self._base = carrier, base.rstrip("/")
        self._seconds = patience.total_seconds()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] = _NOTHING,
        basic: tuple[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        content: bytes | None = None,
    ) -> CarrierAnswer:
        """Ask once. `basic` are name and password, `content` is a body that is neither form nor JSON.

        Raises `NotTaken` where the carrier never heard it, `FateUnknown` where it may have and its answer was lost.
        """
        try:
            async with (
                asyncio.timeout(2 * self._seconds),  # an answer that comes a byte at a time is none
                httpx2.AsyncClient(timeout=self._seconds, verify=_trusted()) as client,
            ):
                answer = await client.request(
                    method, self._base + path, headers=dict(headers), auth=basic, data=form, json=json, content=content
                )
        except _NEVER_SENT as failure:
            raise NotTaken(f"{self._carrier} connection: {type(failure).__name__}", for_everybody=True) from None
        except _UNUSABLE as failure:
            why = f"{self._carrier} connection: {type(failure).__name__}"
            raise NotTaken(why, lasting=True, for_everybody=True) from None
        except (httpx2.HTTPError, TimeoutError) as failure:
            raise FateUnknown(f"{self._carrier} answer: {type(failure).__name__}") from None
        return CarrierAnswer(answer.status_code, _object(answer.content))


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = from_json(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted; to read them takes longer than to send a message."""
    return httpx2.create_ssl_context()
