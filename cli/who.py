"""Who is at this terminal, as the machine knows them."""

from __future__ import annotations

import getpass


def at_this_terminal() -> str:
    """How records name them: `command ann`."""
    try:
        return f"command {getpass.getuser()}"
    except (KeyError, OSError):  # a container's user may have no name
        return "command"
