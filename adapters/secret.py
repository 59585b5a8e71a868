"""A secret of this installation: made once, kept in a file that only we may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from adapters.private_folder import FILE, private_folder

NAME: Final = "secret"
_BYTES: Final = 32


def new_secret() -> str:
    """A secret that nobody had before."""
    return secrets.token_hex(_BYTES)


def read_or_make_secret(folder: Path) -> str:
    """The secret in this folder, made there if there is none; of two processes at one moment the first one wins."""
    path = private_folder(folder) / NAME
    fresh = folder / f"{NAME}.{os.getpid()}"
    fresh.touch(FILE)
    fresh.write_text(new_secret(), encoding="ascii")
    try:
        os.link(fresh, path)  # whole or not at all, and never over another one
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
