"""How our values are kept in columns that SQLite and PostgreSQL read alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import CHAR, JSON, BigInteger, DateTime, Dialect, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

MINOR: Final = BigInteger()  # minor units: a sum of 18-digit amounts must fit
CURRENCY: Final = CHAR(3)
BY_BYTES: Final = String().with_variant(String(collation="C"), "postgresql")  # ordered as SQLite orders every text
PLAIN: Final = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware when it goes in, UTC when it comes out. SQLite keeps no zone, so UTC is what it is given."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it would mean another one on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"moment: found {value.isoformat()} without a zone; allowed an aware one")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Label what SQLite gives back, and bring what PostgreSQL gives back to UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Kept(TypeDecorator[Any]):
    """A typed value as JSON, of the type that `adapter` reads and writes; None is NULL."""

    impl = PLAIN
    cache_ok = True

    def __init__(self, adapter: TypeAdapter[Any]) -> None:
        """One adapter for each column, made once."""
        super().__init__()
        self.adapter = adapter

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Plain JSON."""
        return None if value is None else self.adapter.dump_python(value, mode="json", by_alias=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """The value as it was."""
        return None if value is None else self.adapter.validate_python(value)
