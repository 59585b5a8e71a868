"""How Alembic meets our database: on the connection that `engine.migrate` hands it, in its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON
from sqlalchemy.types import TypeDecorator
from sqlmodel.sql.sqltypes import AutoString

from adapters.storage.engine.columns import Kept, UtcDateTime
from adapters.storage.tables import METADATA


def rendered(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """A step says what is in the database, not which code of ours reads it: that changes, the step does not."""
    if kind != "type" or not isinstance(item, TypeDecorator | JSON):
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Kept | JSON):
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return "sa.JSON().with_variant(JSONB(), 'postgresql')"
    return "sa.String()" if isinstance(item, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=rendered,
    render_as_batch=True,  # SQLite changes a column by building the table anew
    compare_server_default=True,
    transactional_ddl=True,  # SQLite can, when the transaction is begun by hand
)
with context.begin_transaction():
    context.run_migrations()
