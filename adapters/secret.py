"""A secret of this installation: made once, kept in a file that only we may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

NAME: Final = "secret"
_BYTES: Final = 32


def read_or_make_secret(folder: Path) -> str:
    """The secret in this folder, made there if there is none; of two processes at one moment the first one wins."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    fresh = folder / f"{NAME}.{os.getpid()}"
    fresh.touch(0o600)
    fresh.write_text(secrets.token_hex(_BYTES), encoding="ascii")
    try:
        os.link(fresh, path)  # whole or not at all, and never over another one
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
