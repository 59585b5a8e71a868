"""Taking errands of commands in the process that runs an installation: on this machine, from who can read its folder.

A command shows the secret of the note that is left in the data folder, which is readable by its owner alone: whoever
reads it may open the database as well.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hmac import compare_digest
from typing import Any, Final

from cli import exits
from cli.errands.index import ERRANDS
from cli.errands.told import Told
from cli.exits import Exit
from cli.installation.installation import Installation
from dunning.errors import DunningError

LONGEST: Final = 1_000_000  # bytes of one errand
_UNKNOWN: Final = "found a process of another build; allowed the build of the command: start it again"


@asynccontextmanager
async def taking_errands(of: Installation, secret: str) -> AsyncIterator[int]:
    """Take errands while the block lasts, on a port of this machine, which it yields."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, ValueError):
            asked = json.loads(await reader.readline())
            answer = await _answer(of, secret, asked)
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0, limit=LONGEST)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _answer(of: Installation, secret: str, asked: dict[str, Any]) -> dict[str, Any]:
    if not compare_digest(str(asked.get("secret")), secret):
        return _failed("found no secret of this installation; allowed the one in its data folder", Exit.MISSING)
    errand = ERRANDS.get(str(asked.get("errand")))
    if errand is None:
        return _failed(_UNKNOWN, Exit.MISSING)
    try:
        told: Told = await errand.function()(of, **asked["said"])
    except DunningError as error:
        return _failed(str(error), exits.code_of(error))
    except Exception as fault:  # noqa: BLE001 - told to who asked, as a command of its own would tell it
        lines: list[str] = []
        code = exits.report_fault(fault, lines.append)
        return _failed("\n".join(lines), code)
    return told.written()


def _failed(why: str, code: int) -> dict[str, Any]:
    return {"failed": why, "code": int(code)}
