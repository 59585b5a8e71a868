"""The server itself: nobody keeps it waiting for the head of a request, its body, or the next one, nor takes it all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from adapters.web_server import HastenedProtocol, guest_server
from tests.api.conftest import Maker

Talk = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Call = Callable[[], Awaitable[Talk]]
PATIENCE = 20.0  # seconds: a machine may be busy
GET = b"GET /healthz HTTP/1.1\r\nHost: dunning.example\r\n\r\n"


class Hasty(HastenedProtocol):
    header_seconds = 0.6


@asynccontextmanager
async def serving(make_app: Maker, connections: int = 100) -> AsyncIterator[Call]:
    server = guest_server(
        make_app(body_seconds=0.6), connections=connections, idle=timedelta(seconds=1), protocol=Hasty
    )
    server.config.port = 0
    task = asyncio.create_task(server.serve())
    await server.is_ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    talks: list[Talk] = []

    async def call() -> Talk:
        talks.append(await asyncio.open_connection("127.0.0.1", port))
        return talks[-1]

    yield call
    for _, writer in talks:
        writer.close()
    server.should_exit = True
    await task


@pytest.fixture
async def call(make_app: Maker) -> AsyncIterator[Call]:
    async with serving(make_app) as calling:
        yield calling


async def told(reader: asyncio.StreamReader) -> bytes:
    """All that the server says until it closes the connection."""
    async with asyncio.timeout(PATIENCE):
        return await reader.read()


async def asked(talk: Talk, words: bytes = GET) -> bytes:
    """The head and the body of one answer, on a connection that stays."""
    reader, writer = talk
    writer.write(words)
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        return head + await reader.readexactly(int(length.partition(b":")[2]))


async def test_who_says_nothing_is_not_listened_to_for_long(call: Call) -> None:
    reader, _ = await call()
    assert await told(reader) == b""


async def test_who_says_it_a_letter_at_a_time_is_not_either(call: Call) -> None:
    reader, writer = await call()
    since = time.monotonic()
    while not reader.at_eof() and time.monotonic() - since < PATIENCE:
        writer.write(b"G" if time.monotonic() == since else b"x")
        await asyncio.sleep(0.05)
    assert reader.at_eof()


async def test_the_head_of_a_second_request_comes_in_time_too(call: Call) -> None:
    reader, writer = await call()
    assert b" 200 " in await asked((reader, writer))
    writer.write(GET[:20])
    assert await told(reader) == b""


async def test_a_connection_that_nobody_uses_is_closed(call: Call) -> None:
    talk = await call()
    assert b" 200 " in await asked(talk)
    assert b" 200 " in await asked(talk)
    assert await told(talk[0]) == b""


async def test_a_body_that_does_not_come_is_told_as_that(call: Call) -> None:
    reader, writer = await call()
    writer.write(b"POST /webhooks/stripe HTTP/1.1\r\nHost: dunning.example\r\nContent-Length: 100\r\n\r\n{")
    answer = await told(reader)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/too-slow" in answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("length", ["Content-Length: 2000000", "Transfer-Encoding: chunked"])
async def test_who_sends_too_much_hears_so_before_the_connection_ends(call: Call, length: str) -> None:
    reader, writer = await call()
    writer.write(f"POST /webhooks/stripe HTTP/1.1\r\nHost: dunning.example\r\n{length}\r\n\r\n".encode())
    chunked = b"1E8480\r\n" if "chunked" in length else b""
    writer.write(chunked + b"x" * 2_000_000 + (b"\r\n0\r\n\r\n" if chunked else b""))
    await writer.drain()
    answer = await told(reader)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"/problems/too-large" in answer


async def test_who_waits_to_be_asked_for_too_much_is_not_asked(call: Call) -> None:
    reader, writer = await call()
    head = b"POST /webhooks/stripe HTTP/1.1\r\nHost: dunning.example\r\nContent-Length: 2000000\r\n"
    writer.write(head + b"Expect: 100-continue\r\n\r\n")
    assert (await told(reader)).startswith(b"HTTP/1.1 413 ")


async def test_beyond_the_limit_of_connections_requests_are_turned_away_until_others_are_gone(
    make_app: Maker,
) -> None:
    async with serving(make_app, connections=2) as call:
        first, second = await call(), await call()
        assert b" 200 " in await asked(first)
        third = await call()
        third[1].write(GET)
        assert (await told(third[0])).startswith(b"HTTP/1.1 503 ")
        assert await told(second[0]) == b""
        assert await told(first[0]) == b""
        assert b" 200 " in await asked(await call())


@pytest.mark.parametrize(
    "words, media_type",
    [
        (b"GET /v1/cases HTTP/1.1\r\nHost: dunning.example\r\n\r\n", b"application/problem+json"),
        (
            b"POST /v1/payments HTTP/1.1\r\nHost: dunning.example\r\nContent-Length: 9\r\n\r\n",
            b"application/problem+json",
        ),
        (b"GET / HTTP/1.1\r\nHost: dunning.example\r\nAccept: text/html\r\n\r\n", b"text/html"),
    ],
)
async def test_who_is_turned_away_beyond_the_limit_hears_when_to_come_back(
    make_app: Maker, words: bytes, media_type: bytes
) -> None:
    """Programs a problem and people a page, without waiting for a body and without a key."""
    async with serving(make_app, connections=2) as call:
        for _ in range(2):
            await call()
        reader, writer = await call()
        writer.write(words)
        head, _, body = (await told(reader)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    said = head.lower()
    assert b"content-type: " + media_type in said
    for header in (b"retry-after: 5", b"connection: close", b"request-id: req_", b"x-content-type-options: nosniff"):
        assert header in said
    assert b"/problems/crowded" in body or b"More connections are open" in body


async def test_beyond_twice_the_limit_nobody_is_heard(make_app: Maker) -> None:
    async with serving(make_app, connections=2) as call:
        for _ in range(4):
            await call()
        reader, writer = await call()
        writer.write(GET)
        with suppress(ConnectionResetError):
            assert await told(reader) == b""


async def test_what_is_said_in_a_usual_way_is_answered_as_ever(call: Call) -> None:
    talk = await call()
    talk[1].write(GET[:30])
    await asyncio.sleep(0.1)
    assert b" 200 " in await asked(talk, GET[30:])
    head = await asked(talk, GET.replace(b"/healthz", b"/nowhere"))
    assert b" 401 " in head
    assert b"request-id: req_" in head.lower()
