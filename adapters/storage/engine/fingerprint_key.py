"""The key of this store's fingerprints: without it nobody tells from a fingerprint which address it stands for."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import own_secrets

NAME: Final = "fingerprints"
_BYTES: Final = 32
_VALUE: Final = select(own_secrets.c.value).where(own_secrets.c.name == NAME)


async def use_fingerprint_key(database: Database) -> None:
    """Let the database know its key, the same for every process and for good; the first one makes it."""

    def work(tx: Transaction) -> str:
        tx.add(own_secrets, {"name": NAME, "value": secrets.token_hex(_BYTES)})
        return str(tx.value(_VALUE))

    database.fingerprint_key = bytes.fromhex(await database.write(work))
