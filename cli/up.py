"""`dunning up`, `worker`, `api`, `mail` and `migrate`: the processes of an installation, together or one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from cli import terminal

if TYPE_CHECKING:
    from adapters.settings import Settings


def up(*, json: terminal.Json = False) -> None:
    """Run everything in this terminal: a Temporal server with its UI, the worker and the API. Ctrl-C stops it.

    What it knows is kept in the data folder, and the next start goes on where it stood.
    """
    with terminal.stages() as begins:
        begins("loads the program")
        from adapters.clock import now
        from cli.installation.all_in_one import all_in_one
        from cli.installation.people import first_admin_link, link_of
        from cli.service import run_until_stopped

        settings = _prepared(json)

    @asynccontextmanager
    async def service() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            with terminal.stages() as begins:
                of, links = await stack.enter_async_context(all_in_one(settings, begins=begins))
            token = await first_admin_link(of.store.people, now())
            first = link_of(settings, token, links.console) if token else None
            if json:
                terminal.say_event({**links.as_json(), "first_admin": first})
            else:
                terminal.say(f"console      {links.console}")
                terminal.say(f"mailbox      {links.mailbox}")
                terminal.say(f"API          {links.reference}")
                terminal.say(f"Temporal UI  {links.temporal_ui}")
                if links.mail is not None:
                    terminal.say(f"mail         what comes back is taken at {links.mail}")
                terminal.say(f"files        {settings.data.absolute()}")
                if first is not None:
                    terminal.say(f"first admin  {first} sets a password, once, within a day")
                terminal.say(
                    "People: dunning people add NAME --role ROLE. A key for a program: dunning keys create NAME."
                )
                terminal.say("Ctrl-C stops everything.")
            terminal.flush()
            yield

    run_until_stopped(service)


def worker(*, json: terminal.Json = False) -> None:
    """Run a worker against the Temporal server and the database of the settings, until it is stopped."""
    with terminal.waiting("loading the program"):
        from cli.installation.installation import open_installation
        from cli.installation.processes import run_worker
        from cli.installation.store import migrate_store
        from cli.service import run_until_stopped

    settings = _prepared(json)

    @asynccontextmanager
    async def service() -> AsyncIterator[None]:
        await migrate_store(settings)
        async with open_installation(settings) as of, run_worker(of):
            _ready({"ready": "worker", "temporal": settings.temporal.address}, json=json)
            yield

    run_until_stopped(service)


def api(*, json: terminal.Json = False) -> None:
    """Serve the API and the console against the Temporal server and the database of the settings."""
    with terminal.waiting("loading the program"):
        from cli.installation.installation import open_installation
        from cli.installation.processes import bound, run_api
        from cli.installation.store import migrate_store
        from cli.service import run_until_stopped

    settings = _prepared(json)

    @asynccontextmanager
    async def service() -> AsyncIterator[None]:
        with bound(settings) as taken:
            await migrate_store(settings)
            async with open_installation(settings) as of, run_api(of, taken) as address:
                _ready({"ready": "api", "api": address, "temporal": settings.temporal.address}, json=json)
                yield

    run_until_stopped(service)


def mail(*, json: terminal.Json = False) -> None:
    """Take the e-mail that comes back, by its own mail server and from a mailbox, and read it, until it is stopped."""
    with terminal.waiting("loading the program"):
        from cli.exits import Missing
        from cli.installation.installation import open_installation
        from cli.installation.mail_back import run_mail
        from cli.installation.store import migrate_store
        from cli.service import run_until_stopped

    settings = _prepared(json)
    if settings.incoming.port is None and settings.imap.host is None:
        raise Missing(
            "mail: found neither incoming.port (DUNNING_INCOMING__PORT) nor imap.host (DUNNING_IMAP__HOST); allowed a "
            "port to listen on, or a mailbox to look into"
        )

    @asynccontextmanager
    async def service() -> AsyncIterator[None]:
        await migrate_store(settings)
        async with open_installation(settings) as of, run_mail(of) as place:
            where = {"smtp": place} if place else {}
            looked = {"imap": settings.imap.host} if settings.imap.host else {}
            _ready({"ready": "mail", **where, **looked}, json=json)
            yield

    run_until_stopped(service)


def migrate(*, json: terminal.Json = False) -> None:
    """Bring the database to the schema of this version; the commands that run the product do it at their start."""
    import asyncio

    with terminal.waiting("bringing the database to its schema"):
        from adapters.settings_reading import load_settings
        from cli.installation.store import migrate_store

        asyncio.run(migrate_store(load_settings()))
    terminal.say_json({"migrated": True}) if json else terminal.say("the database has the schema of this version")


def _prepared(json: bool) -> Settings:  # noqa: FBT001 - the flag of the command
    from adapters.settings_reading import load_settings
    from cli.logs import log_to_stderr

    settings = load_settings()
    log_to_stderr(settings.log_level, as_json=json)
    return settings


def _ready(what: dict[str, str], *, json: bool) -> None:
    if json:
        terminal.say_event(what)
    else:
        kind, *places = what.items()
        terminal.say(f"the {kind[1]} is ready: " + ", ".join(f"{name} {place}" for name, place in places))
    terminal.flush()
