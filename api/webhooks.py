"""What the addresses share at which companies tell us what happened: how those who show a wrong key are turned away."""

from __future__ import annotations

import asyncio
from typing import Literal

from api.problems import Problem
from api.rate_limit import RateLimit
from dunning.errors import Conflict


def count_wrong(wrong: RateLimit, client: str, shown: Literal["signatures", "passwords"]) -> None:
    """Count what a client showed in vain. Raises `too-many` with `Retry-After` for who did so too often."""
    wait = wrong.take(client, asyncio.get_running_loop().time())
    if wait:
        raise Problem("too-many", f"Too many wrong {shown} came from this address", headers={"Retry-After": str(wait)})


def in_progress(busy: Conflict) -> Problem:
    """The answer to news that are just being handled: they should come again."""
    return Problem("in-progress", str(busy), headers={"Retry-After": "5"})
