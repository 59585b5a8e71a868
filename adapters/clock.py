"""The one clock: everything inside is given its moment as a value, and this is where the outermost code reads it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The moment by this machine's clock, in UTC."""
    return datetime.now(UTC)
