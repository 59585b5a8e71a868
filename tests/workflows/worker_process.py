"""A worker as a process of its own, to be killed: `python -m tests.workflows.worker_process ADDRESS FOLDER`.

What it does to the world is kept in files of the folder, which survive it: each letter that was taken is a line of its
own, so that the same one twice would show, and so is each charge that the provider knew already.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zlib import crc32

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.registry import activities_by_queue
from adapters.agency import SandboxAgency
from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import FileBook
from adapters.service import SandboxService
from adapters.storage.store import Store
from dunning.ports import Calls, ChargeRequest, GatewayAnswer, Letterbox
from dunning.records import Channel
from tests.workflows.killing import READY
from tests.workflows.night import NIGHT
from tests.workflows.office import amsterdam
from tests.workflows.sandbox import sandboxed
from worker.exit import end_process
from worker.workers import working

LETTERS: Final = "letters.log"
REPEATED: Final = "charged-again.log"
BOOK: Final = "sandbox.db"
DATABASE: Final = "office.db"


class Log:
    """Lines in a file, each whole or not there, whoever dies."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("ab", buffering=0)

    def write(self, *words: str) -> None:
        self._file.write(" ".join(words).encode() + b"\n")


class LoggedPost:
    """Takes every letter at once, and answers a moment later, so that many die between the two."""

    def __init__(self, log: Log) -> None:
        self._log = log

    async def send(self, letter: Letterbox, channel: Channel) -> str | None:
        self._log.write(letter.act.key, channel)
        await asyncio.sleep(crc32(letter.act.key.encode()) % 40 / 1000)
        return f"{letter.act.key}/{channel}"


class LoggedGateway(SandboxGateway):
    """Knows a charge from the moment that it arrives, and notes whoever sends one again instead of asking first."""

    def __init__(self, book: FileBook, log: Log) -> None:
        super().__init__(book)
        self._log = log

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:
        if await self.find(request, at) is not None:
            self._log.write(request.key)
        answer = await super().charge(request, at, calls)
        await asyncio.sleep(crc32(request.key.encode()) % 40 / 1000)
        return answer


async def main(address: str, folder: Path) -> None:
    """Work until SIGTERM."""
    store = await Store.open(f"sqlite:///{folder / DATABASE}", policies=[NIGHT], calendar_for=amsterdam)
    book = FileBook(folder / BOOK)
    work = activities_by_queue(
        store=store.receivables, gateway=LoggedGateway(book, Log(folder / REPEATED)),
        correspondence=LoggedPost(Log(folder / LETTERS)), control=SandboxService(book), agency=SandboxAgency(book),
    )  # fmt: skip
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with working(client, work, grace=timedelta(seconds=1), runner=sandboxed()):
        print(READY, flush=True)  # noqa: T201 - whoever started it waits for this line
        await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
    end_process()
