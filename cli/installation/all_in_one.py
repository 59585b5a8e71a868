"""Everything under one roof, for `up` and `demo`: an embedded Temporal server, and worker and API in one process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

import structlog

from adapters.private_folder import private_folder
from adapters.secret import new_secret
from adapters.settings import Settings
from cli.errands.taking import taking_errands
from cli.installation.installation import Installation, open_installation
from cli.installation.mail_back import run_mail
from cli.installation.processes import bound, run_api, run_worker
from cli.installation.running_note import RunningNote, remove_note
from cli.installation.store import migrate_store
from worker.embedded import EmbeddedServer, ServerFailed

_LOG: Final = structlog.get_logger("dunning")
_LOOK_EVERY: Final = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Links:
    """Full addresses, each of which answers; `mail` is where mail that comes back is taken, if it is."""

    console: str
    mailbox: str
    api: str
    api_description: str
    reference: str
    temporal_ui: str
    temporal: str
    mail: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


@asynccontextmanager
async def all_in_one(
    settings: Settings, *, demo_people: tuple[str, ...] = (), begins: Callable[[str], None] = lambda _: None
) -> AsyncIterator[tuple[Installation, Links]]:
    """Everything, while the block lasts; it ends in order: the API, the worker when it has finished, the server.

    `begins` is told what is being started, one after the other.

    Raises what its parts raise where a port is taken, a file is in use or a program is missing; it looks at its ports
    before anything is changed or done.
    """
    embedded = EmbeddedServer(settings.data, port=settings.embedded.port, ui_port=settings.embedded.ui_port)
    async with AsyncExitStack() as stack:
        begins("looks at the ports")
        await embedded.look_at_ports()
        taken = stack.enter_context(bound(settings))
        begins("brings the database to its schema")
        await migrate_store(settings)
        private_folder(settings.data)
        begins("starts the Temporal server")
        server = await stack.enter_async_context(embedded)
        stack.push_async_callback(_ended, asyncio.create_task(_watch(server)))
        own = {"address": server.address, "namespace": "default", "ui": settings.temporal.ui or server.ui_address}
        temporal = settings.temporal.model_copy(update=own)
        of = await stack.enter_async_context(open_installation(settings.model_copy(update={"temporal": temporal})))
        begins("starts the worker")
        await stack.enter_async_context(run_worker(of))
        begins("starts the API and the console")
        mail = await stack.enter_async_context(run_mail(of))
        api = await stack.enter_async_context(run_api(of, taken, demo_people=demo_people))
        ui, secret = server.ui_address or "", new_secret()
        errands = await stack.enter_async_context(taking_errands(of, secret))
        note = RunningNote(os.getpid(), server.address, ui, api, settings.virtual_time, errands, secret)
        note.note(settings.data)
        stack.callback(remove_note, settings.data)
        yield (
            of,
            Links(
                f"{api}/",
                f"{api}/messages",
                f"{api}/v1",
                f"{api}/openapi.json",
                f"{api}/reference",
                ui,
                server.address,
                mail,
            ),
        )


async def _watch(server: EmbeddedServer) -> None:
    """Start the server again if it dies: it goes on from its file, and workers find it at the same address."""
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        try:
            _ = server.pid
        except ServerFailed:
            _LOG.error("the Temporal server ended by itself; starting it again")
            await server.start()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
