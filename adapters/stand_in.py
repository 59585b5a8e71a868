"""What stand-ins for outside companies share: a server that only this machine reaches, and lines that break."""

from __future__ import annotations

import asyncio
import socket
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, Literal

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web_server import GuestServer

HOST: Final = "127.0.0.1"
SLOW: Final = timedelta(milliseconds=300)
Mishap = Literal["too many", "fault", "unavailable", "hang up", "gateway", "fall silent", "slow"]
"""What goes wrong with one request. The first three are refusals; before the others the request was done."""


@asynccontextmanager
async def served_here(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve while the block lasts; yields the address. Port 0 takes a free one."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[taken]))
        await server.is_ready.wait()
        try:
            yield f"http://{HOST}:{taken.getsockname()[1]}"
        finally:
            server.is_over.set()
            await task


class _Server(GuestServer):
    """Goes at once when it is over."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.is_over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - the block closes it
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for task in list(self.server_state.tasks):
            task.cancel()


def until_stopped(parser: ArgumentParser, serving: Coroutine[Any, Any, None], port: int) -> None:
    """Run a stand-in of the command line until Ctrl-C; a port that is taken is a mistake of its `--port`."""
    try:
        asyncio.run(serving)
    except KeyboardInterrupt:
        parser.exit()
    except OverflowError:
        parser.error(f"--port: found {port}; allowed 0 to 65535")
    except OSError as error:
        parser.error(f"found no way to listen on port {port} ({error.strerror}); allowed a free one in --port")


class BrokenLine(Response):
    """Promises a body that does not come, so that the server closes the connection in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing more is read
        """Begin and stop."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


async def on_the_way(answer: Response, mishap: Mishap | None) -> Response:
    """The answer to a request that was done, as far as it comes."""
    match mishap:
        case "hang up":
            return BrokenLine()
        case "gateway":
            return Response("<html><body>502 Bad Gateway</body></html>", 502, media_type="text/html")
        case "fall silent":
            await asyncio.Event().wait()
        case "slow":
            await asyncio.sleep(SLOW.total_seconds())
        case _:
            pass
    return answer
