"""The door: who shows a key is let in; who shows wrong ones is slowed down, counted and told of on the log.

A key is 256 random bits and cannot be guessed. What is limited is how often somebody may try, so that a key that was
copied wrong, or somebody who tries all the same, neither costs anything nor goes unseen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import structlog
from starlette.types import Scope

from adapters.clock import now
from api.callers import Caller
from api.client_address import address_of, network_of
from api.keys import KeyRing, caller_with
from api.problems import Problem
from api.rate_limit import RateLimit

_LOG: Final = structlog.get_logger("dunning.api")


class Failures(Protocol):
    """Where failed sign-ins are counted, as `adapters.storage.access.failed_sign_ins.FailedSignIns` counts them."""

    async def note(self, network: str, at: datetime) -> None:
        """One more."""


class Door:
    """One for a process: each counts for itself who was wrong how often of late."""

    def __init__(self, keys: KeyRing, failures: Failures, clock: Callable[[], datetime] = now) -> None:
        """`clock` is the wall clock: people fail in real time."""
        self._keys = keys
        self._failures = failures
        self._clock = clock
        self._people = RateLimit()
        self._programs = RateLimit()

    async def person(self, scope: Scope, key: str) -> Caller | None:
        """Who signs in with a key, None for a wrong one.

        After ten wrong ones from one address none is looked at for a while: raises `Problem` that says for how long.
        """
        address = address_of(scope)
        wait = self._people.take(address, _seconds())  # before the key is looked at, for many may come at once
        if wait:
            detail = "Too many wrong keys came from this address; wait, and try again"
            raise Problem("too-many", detail, headers={"Retry-After": str(wait)})
        found = await caller_with(self._keys, key, self._clock())
        if found is None:
            await self._seen(scope, "person")
        else:
            self._people.give_back(address)
        return found

    async def program(self, scope: Scope, key: str) -> Caller | None:
        """The program that shows a key, None for a wrong one.

        A right one always opens, whoever shares its address. Of wrong ones a caller's first ones are seen, and then one
        every few seconds: a program that was forgotten must not fill the log.
        """
        found = await caller_with(self._keys, key, self._clock())
        if found is None and key and not self._programs.take(address_of(scope), _seconds()):
            await self._seen(scope, "program")
        return found

    async def _seen(self, scope: Scope, by: str) -> None:
        network = network_of(scope)
        _LOG.warning("a key was shown that opens nothing", by=by, network=network)
        await self._failures.note(network, self._clock())


def _seconds() -> float:
    return asyncio.get_running_loop().time()
