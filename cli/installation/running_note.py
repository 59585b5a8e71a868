"""The note that `up` and `demo` leave in their data folder, so that other commands find what runs there.

It is read before anything heavy is loaded. Where a command is told nothing of where its installation is, it finds the
demonstration that its user runs: that leaves a mark among the machine's temporary files, too.
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from adapters.settings import Settings

NOTE: Final = "running.json"
_PREFIX: Final = "DUNNING_"
_CONFIG: Final = "DUNNING_CONFIG"
_FILE: Final = "dunning.toml"
_FOLDER: Final = ".dunning"
_SAYS_NOTHING_OF_WHERE: Final = frozenset({"DUNNING_LOG_LEVEL"})
_ELSEWHERE: Final = ("DUNNING_TEMPORAL", "DUNNING_DATABASE")  # who names one of these means it


@dataclass(frozen=True, slots=True)
class RunningNote:
    """What runs, and where. Addresses are links, but for Temporal's `host:port`. `errands` is the port on this machine
    at which it takes errands of commands that show the `secret`.
    """

    pid: int
    temporal: str
    temporal_ui: str | None
    api: str
    virtual_time: bool
    errands: int | None = None
    secret: str = field(default="", repr=False)

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


def running_here() -> RunningNote | None:
    """What runs in the data folder, or the demonstration where nobody says which installation is meant.

    None where a server is named, or the environment names a database: who does so means those.
    """
    if any(name.startswith(_ELSEWHERE) for name in _said()) or "address" in _in_file().get("temporal", {}):
        return None
    return read_note(_folder())


def settings_here() -> Settings:
    """The settings; where they name no Temporal server, the one of the data folder. Raises `SettingsMistake`."""
    from adapters.settings_reading import load_settings

    settings, demo = load_settings(), found_demo()
    if demo is not None:
        settings = settings.model_copy(update={"data": demo})
    found = read_note(settings.data)
    if found is None or "address" in settings.temporal.model_fields_set:
        return settings
    temporal = settings.temporal.model_copy(update={"address": found.temporal})
    return settings.model_copy(update={"temporal": temporal, "virtual_time": found.virtual_time})


def mark_demo(folder: Path) -> None:
    """Let commands find the demonstration in this folder, wherever they are called; the newest one is found."""
    mark = _mark()
    fresh = mark.with_name(f"{mark.name}.{os.getpid()}")
    try:
        fresh.write_text(str(folder.absolute()), encoding="utf-8")
        fresh.replace(mark)
    except OSError:  # somebody else's file has the name: DUNNING_DATA says where the demonstration is
        fresh.unlink(missing_ok=True)


def unmark_demo(folder: Path) -> None:
    """The demonstration in this folder is over."""
    if _marked() == folder.absolute():
        _mark().unlink(missing_ok=True)


def found_demo() -> Path | None:
    """The folder of the demonstration that runs, where nothing else is named and nothing is here; else None."""
    folder = _marked() if finds_a_demo() else None
    return folder if folder is not None and read_note(folder) is not None else None


def finds_a_demo() -> bool:
    """Whether nothing here says which installation is meant, so that a command may look for a demonstration."""
    return not (_said() or Path(os.environ.get(_CONFIG) or _FILE).exists() or Path(_FOLDER).exists())


def _folder() -> Path:
    """The data folder, as the settings would say it."""
    named = os.environ.get("DUNNING_DATA") or _in_file().get("data")
    return Path(str(named)) if named else found_demo() or Path(_FOLDER)


def _said() -> list[str]:
    """The settings that the environment gives."""
    return [
        name for name, value in os.environ.items()
        if value and name.startswith(_PREFIX) and name not in _SAYS_NOTHING_OF_WHERE
    ]  # fmt: skip


def _in_file() -> dict[str, Any]:
    """The settings of the file; what cannot be read, whoever reads all of them complains of."""
    try:
        return tomllib.loads(Path(os.environ.get(_CONFIG) or _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _mark() -> Path:
    return Path(os.environ.get("TMPDIR") or "/tmp") / f"dunning-demo-of-{os.getuid()}"  # noqa: S108 - its owner is looked at


def _marked() -> Path | None:
    """What our own mark names; a mark that somebody else left says nothing."""
    try:
        if _mark().lstat().st_uid != os.getuid():
            return None
        return Path(_mark().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
