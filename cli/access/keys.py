"""What is done with the keys of the API: made, listed, renewed and revoked. A rehearsal keeps nothing of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from adapters.clock import now
from adapters.storage.access.api_keys import ApiKeyring
from adapters.storage.engine.rehearsal import Rehearsal
from cli.errands.doing import WithStore
from cli.errands.told import Table, Told
from cli.exits import BadInput
from cli.wording import count, minute, rehearsed
from dunning.roles import Role

_COLUMNS = ("name", "roles", "created", "ends", "used", "revoked")


async def create(of: WithStore, *, name: str, roles: list[Role], ends: str | None, dry_run: bool) -> Told:
    """Make a key. Raises `Conflict` where the name was used, and `BadInput` for a last day that is over."""
    ends_at = datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None
    if ends_at is not None and ends_at <= now():
        raise BadInput(f"--ends: found {ends_at:%Y-%m-%d}; allowed a day to come")
    key = await _ring(of, dry_run=dry_run).create(name, now(), tuple(roles), ends_at=ends_at)
    document = {"name": name, "roles": roles, "ends_at": ends_at}
    if dry_run:
        until = f", until {minute(ends_at)}" if ends_at else ""
        return rehearsed(document, f"a key {name} would be made, which may do what {', '.join(roles)} may{until}")
    return Told({**document, "key": key}, (key,))


async def list_keys(of: WithStore) -> Told:
    """Every key; what they are is not kept."""
    found = await of.store.keys.list()
    rows = [
        (one.name, ", ".join(one.roles), *map(minute, (one.created_at, one.ends_at, one.used_at, one.revoked_at)))
        for one in found
    ]
    return Told([asdict(one) for one in found], (Table(_COLUMNS, rows, "No key yet: dunning keys create NAME"),))


async def rotate(of: WithStore, *, name: str, overlap: int, dry_run: bool) -> Told:
    """Renew a key; the one before opens for `overlap` hours more. Raises `NotFound`."""
    at = now()
    key = await _ring(of, dry_run=dry_run).rotate(name, at, timedelta(hours=overlap))
    document = {"name": name, "before_until": at + timedelta(hours=overlap)}
    if dry_run:
        still = f"would open for {count(overlap, 'hour')} more" if overlap else "would open nothing any more"
        return rehearsed(document, f"a new key {name} would be made; the one before {still}")
    return Told({**document, "key": key}, (key,))


async def revoke(of: WithStore, *, name: str, dry_run: bool) -> Told:
    """Let a key open nothing any more. Raises `NotFound`."""
    known = {one.name: one for one in await of.store.keys.list()}
    await _ring(of, dry_run=dry_run).revoke(name, now())
    if known[name].revoked_at is not None:
        said = f"{name} was revoked before, at {minute(known[name].revoked_at)}; nothing changed"
        return Told({"name": name, "revoked": True, "changed": False}, (said,))
    if dry_run:
        return rehearsed({"name": name, "revoked": False}, f"{name} would open nothing any more")
    return Told({"name": name, "revoked": True, "changed": True}, (f"{name} is revoked",))


def _ring(of: WithStore, *, dry_run: bool) -> ApiKeyring:
    return ApiKeyring(Rehearsal(of.store.database)) if dry_run else of.store.keys
