"""Whether the disk has room for what the product writes beside its database: letters, messages, and SQLite itself."""

from __future__ import annotations

import shutil
from typing import Final

from adapters.settings import Settings
from cli.doctor.diagnosis import Diagnosis

LEAST: Final = 1_000_000_000  # bytes: a day of a busy installation
_WHAT: Final = "disk"


def examine_disk(settings: Settings) -> Diagnosis:
    """How much is free where the data folder is, or would be."""
    place = next(one for one in (settings.data, *settings.data.absolute().parents) if one.exists())
    disk = shutil.disk_usage(place)
    found = f"{disk.free / 1e9:.1f} GB free of {disk.total / 1e9:.1f} GB"
    if disk.free < LEAST:
        return Diagnosis(_WHAT, well=True, found=found, fix=f"make room below {settings.data}", warns=True)
    return Diagnosis(_WHAT, well=True, found=found)
