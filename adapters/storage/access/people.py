"""People who work here: their roles, the hash of their password, and how often somebody was wrong of late."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import bindparam, delete, func, or_, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.views import row_as
from adapters.storage.tables import access_changes, people, person_links, sessions
from dunning.errors import Conflict, NotFound
from dunning.roles import Role

MOST_TRIES: Final = 10  # wrong passwords in a row; then nobody is let in under that name for a while
LOCKED_FOR: Final = timedelta(minutes=15)
LINK_FOR: Final = timedelta(hours=24)
CHANGES_SHOWN: Final = 50
_BYTES: Final = 32
_WHO: Final = people.c
_NAMED: Final = _WHO.name == bindparam("named")
_KNOWN: Final = select(people).where(_NAMED)
_BY_EITHER: Final = select(people).where(or_(_NAMED, func.lower(_WHO.email) == bindparam("named")))
_LISTED: Final = select(people).order_by(_WHO.name)
_LINKED: Final = (
    select(people)
    .join(person_links, person_links.c.person == _WHO.name)
    .where(person_links.c.sha256 == bindparam("of"), person_links.c.ends_at > bindparam("now"))
    .where(_WHO.disabled_at.is_(None))
)
_TRIED: Final = update(people).where(_NAMED).values(failures=bindparam("failed"), locked_until=bindparam("until"))
_IN: Final = update(people).where(_NAMED).values(failures=0, locked_until=None, signed_in_at=bindparam("now"))
_IN_BY_PASSWORD: Final = _IN.where(_WHO.password_hash == bindparam("kept"), _WHO.disabled_at.is_(None))
_LINKS_END: Final = delete(person_links).where(person_links.c.person == bindparam("of"))
_LINKS_OVER: Final = delete(person_links).where(person_links.c.ends_at <= bindparam("now"))
_SESSIONS_END: Final = delete(sessions).where(sessions.c.person == bindparam("of"))
_CHANGES: Final = select(access_changes).order_by(access_changes.c.number.desc()).limit(CHANGES_SHOWN)

Changed = Literal["added", "roles", "disabled", "enabled", "link", "password", "bound"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here. `name` is what they sign in with, and what stands on the journal."""

    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as they are listed."""

    name: str
    email: str | None
    roles: tuple[Role, ...]
    created_at: datetime
    disabled_at: datetime | None
    locked_until: datetime | None
    signed_in_at: datetime | None
    has_password: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What was changed about a person, when and by whom (R1)."""

    at: datetime
    by: str
    kind: Changed
    person: str
    value: str | None


class PeopleBook:
    """Adds people, changes what they may do, and tells who may come in. `by` is who changes it, for the record (R1)."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def add(self, name: str, roles: tuple[Role, ...], at: datetime, by: str, *, email: str | None = None) -> None:
        """A new person, who cannot sign in before they have a link or their e-mail address is known to the provider.

        Raises `Conflict` where the name or the address is taken.
        """
        row = {"name": name, "roles": list(roles), "email": email, "created_at": at, "failures": 0}

        def work(tx: Transaction) -> None:
            if email is not None and tx.row(_BY_EITHER, named=email.lower()) is not None:
                raise Conflict(f"email: found {email} taken; allowed an address that nobody else here has")
            if tx.row(_BY_EITHER, named=name) is not None or not tx.add(people, row):
                raise Conflict(f"person: found the name {name} taken; allowed a name that nobody has")
            _note(tx, at, by, "added", name, ", ".join(roles))

        await self._database.write(work)

    async def set_roles(self, name: str, roles: tuple[Role, ...], at: datetime, by: str) -> None:
        """Other roles, from the next request on. Raises `NotFound`, and `Conflict` where no admin would be left."""

        def work(tx: Transaction) -> None:
            _in_turn(tx)
            _one(tx, name)
            tx.change(update(people).where(_WHO.name == name).values(roles=list(roles)))
            _keep_an_admin(tx)
            _note(tx, at, by, "roles", name, ", ".join(roles))

        await self._database.write(work)

    async def set_disabled(self, name: str, at: datetime, by: str, *, disabled: bool) -> None:
        """Let nobody in under this name any more, and end their sessions and links; or let them in again.

        Raises `NotFound`, and `Conflict` where no admin would be left.
        """

        def work(tx: Transaction) -> None:
            _in_turn(tx)
            known = _one(tx, name)
            if (known["disabled_at"] is not None) == disabled:
                return
            tx.change(update(people).where(_WHO.name == name).values(disabled_at=at if disabled else None))
            if disabled:
                tx.change(_SESSIONS_END, {"of": name})
                tx.change(_LINKS_END, {"of": name})
                _keep_an_admin(tx)
            _note(tx, at, by, "disabled" if disabled else "enabled", name)

        await self._database.write(work)

    async def link(self, name: str, at: datetime, by: str) -> str:
        """The token of a link by which this person sets a password, once and for a day; earlier links end.

        Their password stays good until then. Raises `NotFound`, and `Conflict` for who is disabled.
        """
        token = secrets.token_urlsafe(_BYTES)
        row = {"sha256": _sha256(token), "person": name, "made_at": at, "ends_at": at + LINK_FOR}

        def work(tx: Transaction) -> None:
            if _one(tx, name)["disabled_at"] is not None:
                raise Conflict(f"person: found {name} disabled; allowed somebody who may come in")
            tx.change(_LINKS_OVER, {"now": at})
            tx.change(_LINKS_END, {"of": name})
            tx.add(person_links, row)
            _note(tx, at, by, "link", name)

        await self._database.write(work)
        return token

    async def linked(self, token: str, at: datetime) -> Person | None:
        """Whose link it is; None where it was used, is over, or its person is disabled."""
        row = await self._database.read(lambda tx: tx.row(_LINKED, of=_sha256(token), now=at))
        return row_as(Person, row) if row else None

    async def use_link(self, token: str, password_hash: str, at: datetime) -> Person | None:
        """Set the password of whose link it is: it ends the link, a lock, and every session; None as `linked`."""

        def work(tx: Transaction) -> Person | None:
            row = tx.row(_LINKED, of=_sha256(token), now=at)
            if row is None or not tx.change(delete(person_links).where(person_links.c.sha256 == _sha256(token))):
                return None
            _set_password(tx, row["name"], password_hash)
            _note(tx, at, f"person {row['name']}", "password", row["name"])
            return row_as(Person, row)

        return await self._database.write(work)

    async def set_password(self, name: str, password_hash: str) -> None:
        """Give a password to a person as a part of the product does that makes one up. Raises `NotFound`."""

        def work(tx: Transaction) -> None:
            _one(tx, name)
            _set_password(tx, name, password_hash)

        await self._database.write(work)

    async def try_in(self, name: str, at: datetime) -> tuple[Person, str] | None:
        """The person of this name or address and the hash of their password, one more try of theirs being counted.

        None where there is nobody, or nobody may try: too many were wrong in a row, disabled, no password. The try is
        counted before the password is looked at, because many may come at once; `came_in` forgets them.
        """

        def work(tx: Transaction) -> tuple[Person, str] | None:
            row = tx.row(_BY_EITHER.with_for_update() if tx.locks_rows else _BY_EITHER, named=name.lower())
            if row is None or row["disabled_at"] is not None or row["password_hash"] is None:
                return None
            if row["locked_until"] is not None and row["locked_until"] > at:
                return None
            failed = row["failures"] + 1
            is_last = failed >= MOST_TRIES
            now = {"failed": 0 if is_last else failed, "until": at + LOCKED_FOR if is_last else None}
            tx.change(_TRIED, {"named": row["name"], **now})
            return row_as(Person, row), row["password_hash"]

        return await self._database.write(work)

    async def came_in(self, name: str, kept: str, at: datetime) -> bool:
        """The password was right that this hash was kept of: what was wrong before is forgotten.

        False where it is theirs no more, or they are disabled: it changed while the password was looked at.
        """
        values = {"named": name, "kept": kept, "now": at}
        return bool(await self._database.write(lambda tx: tx.change(_IN_BY_PASSWORD, values)))

    async def known_by(self, subject: str, email: str | None, at: datetime) -> Person | None:
        """The person whom a provider means by a subject: bound to it, or, the first time, by their address.

        `email` is one that the provider has verified. None where it is nobody's, or theirs who are disabled or bound
        to another subject.
        """

        def work(tx: Transaction) -> Person | None:
            bound = tx.row(select(people).where(_WHO.subject == subject))
            row = bound or (email and tx.row(select(people).where(func.lower(_WHO.email) == email.lower())))
            if not row or row["disabled_at"] is not None or row["subject"] not in (None, subject):
                return None
            if bound is None:
                tx.change(update(people).where(_WHO.name == row["name"]).values(subject=subject))
                _note(tx, at, "oidc", "bound", row["name"])
            tx.change(_IN, {"named": row["name"], "now": at})
            return row_as(Person, row)

        return await self._database.write(work)

    async def list(self) -> tuple[PersonView, ...]:
        """Everybody, by name."""
        rows = await self._database.read(lambda tx: tx.rows(_LISTED))
        return tuple(row_as(PersonView, {**row, "has_password": row["password_hash"] is not None}) for row in rows)

    async def changes(self) -> tuple[ChangeView, ...]:
        """The last changes, the newest first."""
        rows = await self._database.read(lambda tx: tx.rows(_CHANGES))
        return tuple(row_as(ChangeView, row) for row in rows)


def _set_password(tx: Transaction, name: str, password_hash: str) -> None:
    tx.change(
        update(people).where(_WHO.name == name).values(password_hash=password_hash, failures=0, locked_until=None)
    )
    tx.change(_SESSIONS_END, {"of": name})


def _one(tx: Transaction, name: str) -> Any:
    row = tx.row(_KNOWN.with_for_update() if tx.locks_rows else _KNOWN, named=name)
    if row is None:
        raise NotFound(f"person: found none of the name {name}")
    return row


def _in_turn(tx: Transaction) -> None:
    """Two admins who let each other go at once wait for one another, and the second is told to be the last."""
    if tx.locks_rows:
        tx.rows(_LISTED.with_for_update())


def _keep_an_admin(tx: Transaction) -> None:
    """Whoever may let others in must not be gone. Raises `Conflict`, which undoes the change."""
    if not any("admin" in row["roles"] for row in tx.rows(_LISTED) if row["disabled_at"] is None):
        raise Conflict("person: found no other admin; allowed while another person who may come in is one")


def _note(tx: Transaction, at: datetime, by: str, kind: Changed, person: str, value: str | None = None) -> None:
    tx.add(access_changes, {"at": at, "by": by, "kind": kind, "person": person, "value": value})


def _sha256(token: str) -> str:
    """A token is 256 random bits, so it needs neither salt nor a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
