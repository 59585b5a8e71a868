"""How much one worker process takes on."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from adapters.settings.group import Group


class WorkerSettings(Group):
    """How much one worker process takes on."""

    cached_cases: int = Field(1000, ge=0, description="Cases kept in memory; about 100 KB each.")
    grace: timedelta = Field(
        timedelta(seconds=20),
        ge=timedelta(0),
        description="What a stopping worker may take to finish (hours:minutes:seconds).",
    )
