"""The store of the settings, with the policies in force, for as long as a command needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.calendars import creditors_calendars
from adapters.private_folder import private_folder
from adapters.settings import Settings
from adapters.storage.engine.failures import StoreUnavailable
from adapters.storage.engine.migrate import migrate
from adapters.storage.engine.rehearsal import Rehearsal
from adapters.storage.store import Store
from cli.exits import Missing
from dunning.policy import Policy
from dunning.ports import CalendarFor


def policies_of(settings: Settings) -> tuple[Policy, ...]:
    """The policies in force. Raises `PolicyError`, also for two that could take the same invoice (O2)."""
    from adapters.messages.catalogue import catalogue
    from adapters.policies import read_policies, shipped_policies
    from dunning.policy.overlap import check_together

    if settings.policies is None:
        return tuple(shipped_policies().values())
    policies = read_policies(settings.policies, catalogue(*settings.messages.folders))
    check_together(policies, str(settings.policies))
    return policies


def calendars_of(settings: Settings) -> CalendarFor:
    """How calendars are made: the creditor's zone and country stand in for what is not known of a customer."""
    return creditors_calendars(settings.creditor.timezone, settings.creditor.country)


def provider_name(settings: Settings) -> str | None:
    """Who makes the charges, by the name under which the rule book has their own caps; the sandbox has none (C4)."""
    return None if settings.gateway == "sandbox" else settings.gateway


def is_there(settings: Settings) -> bool:
    """Whether there is a store, as far as can be told without asking a server."""
    return settings.database is not None or settings.store_file.exists()


@asynccontextmanager
async def open_store(
    settings: Settings, policies: Sequence[Policy] | None = None, *, rehearsing: bool = False
) -> AsyncIterator[Store]:
    """The store while the block lasts; `rehearsing`, what is written through its `database` is undone at once.

    Raises `StorageError` where it is not there or not migrated.
    """
    if not is_there(settings):
        raise Missing(f"database: found none in {settings.data.absolute()}; `dunning up` or `dunning migrate` makes it")
    own = policies_of(settings) if policies is None else policies
    try:
        store = await Store.open(
            settings.database_url,
            policies=own,
            calendar_for=calendars_of(settings),
            provider=provider_name(settings),
            keeps_credits=settings.creditor.credits == "keep",
            retention=settings.retention.as_retention(),
        )
    except StoreUnavailable as error:
        raise Missing(f"{error}; `dunning doctor` says more") from None
    try:
        yield replace(store, database=Rehearsal(store.database)) if rehearsing else store
    finally:
        await store.close()


async def migrate_store(settings: Settings) -> None:
    """Bring the database to its schema, the folder made if need be. Raises `Missing` and `StorageError`."""
    if settings.database is None:
        private_folder(settings.data)
    try:
        await migrate(settings.database_url)
    except StoreUnavailable as error:
        raise Missing(f"{error}; `dunning doctor` says more") from None
