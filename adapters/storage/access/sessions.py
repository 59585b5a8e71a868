"""Browsers that are signed in: each session is a row, so that signing out ends it wherever its cookie went."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select

from adapters.storage.access.people import Person
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.views import row_as
from adapters.storage.tables import people, sessions

_BYTES: Final = 32
_OF: Final = sessions.c.sha256 == bindparam("of")
_WHO: Final = (
    select(people.c.name, people.c.roles)
    .join(sessions, people.c.name == sessions.c.person)
    .where(_OF, sessions.c.ends_at > bindparam("now"), people.c.disabled_at.is_(None))
)
_END: Final = delete(sessions).where(_OF)
_OVER: Final = delete(sessions).where(sessions.c.ends_at <= bindparam("now"))


class SessionBook:
    """Begins, finds and ends sessions; of each only the SHA-256 of its token is kept."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def begin(self, person: str, at: datetime, ends_at: datetime) -> str:
        """The token of a new session of the person of this name. Those that are over are forgotten."""
        token = secrets.token_urlsafe(_BYTES)
        row = {"sha256": _sha256(token), "person": person, "begun_at": at, "ends_at": ends_at}

        def work(tx: Transaction) -> None:
            tx.change(_OVER, {"now": at})
            tx.add(sessions, row)

        await self._database.write(work)
        return token

    async def who(self, token: str, at: datetime) -> Person | None:
        """Whose session it is; None where it ended or is over, or they are disabled."""
        row = await self._database.read(lambda tx: tx.row(_WHO, of=_sha256(token), now=at))
        return row_as(Person, row) if row else None

    async def end(self, token: str) -> None:
        """From now on the token opens nothing."""
        await self._database.write(lambda tx: tx.change(_END, {"of": _sha256(token)}))


def _sha256(token: str) -> str:
    """A token is 256 random bits, so it needs neither salt nor a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
