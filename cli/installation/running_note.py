"""The note that `up` and `demo` leave in their data folder, so that other commands find what runs there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from adapters.settings import Settings
from adapters.settings_reading import load_settings

NOTE: Final = "running.json"


@dataclass(frozen=True, slots=True)
class RunningNote:
    """What runs, and where. Addresses are links, but for Temporal's `host:port`."""

    pid: int
    temporal: str
    temporal_ui: str | None
    api: str
    virtual_time: bool

    def note(self, folder: Path) -> None:
        """Leave the note."""
        fresh = folder / f"{NOTE}.{self.pid}"
        fresh.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")
        fresh.replace(folder / NOTE)


def remove_note(folder: Path) -> None:
    """Take the note away."""
    (folder / NOTE).unlink(missing_ok=True)


def read_note(folder: Path) -> RunningNote | None:
    """What runs in this folder, if anything does: a note of a process that is gone says nothing."""
    try:
        found = RunningNote(**json.loads((folder / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if _is_alive(found.pid) else None


def settings_here() -> Settings:
    """The settings; where they name no Temporal server, the one of the data folder. Raises `SettingsMistake`."""
    settings = load_settings()
    found = read_note(settings.data)
    if found is None or "address" in settings.temporal.model_fields_set:
        return settings
    temporal = settings.temporal.model_copy(update={"address": found.temporal})
    return settings.model_copy(update={"temporal": temporal, "virtual_time": found.virtual_time})


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
