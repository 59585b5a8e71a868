"""The folder of an installation's own files: databases, logs and secrets are nobody's but ours."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

FOLDER: Final = 0o700
FILE: Final = 0o600
OTHERS: Final = 0o077  # what a group and everybody else may do


def private_folder(folder: Path) -> Path:
    """The folder, made if need be, closed to others with every file in it; what is not ours to close stays as it is."""
    folder.mkdir(FOLDER, parents=True, exist_ok=True)
    for path in open_to_others(folder):
        with suppress(PermissionError, FileNotFoundError):
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~OTHERS)
    return folder


def open_to_others(folder: Path) -> Iterator[Path]:
    """The folder and the files in it, as far as others may read or write them."""
    for path in (folder, *folder.iterdir()):
        with suppress(FileNotFoundError):  # a note that was replaced, a database's journal that is done
            found = path.lstat().st_mode
            if (stat.S_ISREG(found) or path == folder) and found & OTHERS:
                yield path


@contextmanager
def private_files() -> Iterator[None]:
    """What this process and its children make in the block is theirs alone, also what a database makes beside it."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)
