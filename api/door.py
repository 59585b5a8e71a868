"""The door: who shows a key or a password is let in; who shows wrong ones is slowed down, counted, and on the log.

A key is 256 random bits and cannot be guessed. What is limited is how often somebody may try, so that a key that was
copied wrong, or somebody who tries all the same, neither costs anything nor goes unseen. A password can be guessed:
after some wrong ones in a row nobody is let in under that name for a while, whatever address they come from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.types import Scope

from adapters import passwords
from adapters.clock import now
from adapters.storage.access.people import Person
from api.callers import Caller
from api.client_address import address_of, network_of
from api.keys import KeyRing, caller_with
from api.problems import Problem
from api.rate_limit import RateLimit

_LOG: Final = structlog.get_logger("dunning.api")
_AT_ONCE: Final = 2  # passwords looked at in one moment: each takes 64 MiB, and the processor alone


class Failures(Protocol):
    """Where failed sign-ins are counted, as `adapters.storage.access.failed_sign_ins.FailedSignIns` counts them."""

    async def note(self, network: str, at: datetime) -> None:
        """One more."""


class People(Protocol):
    """Who works here, as `adapters.storage.access.people.PeopleBook` knows them."""

    async def try_in(self, name: str, at: datetime) -> tuple[Person, str] | None:
        """The person of this name or address and the hash of their password; None where nobody may try."""

    async def came_in(self, name: str, kept: str, at: datetime) -> bool:
        """The password was right that this hash was kept of; False where it is theirs no more."""


class Door:
    """One for a process: each counts for itself which address was wrong how often of late."""

    def __init__(
        self,
        keys: KeyRing,
        people: People,
        failures: Failures,
        clock: Callable[[], datetime] = now,
        *,
        decoy: str | None = None,
    ) -> None:
        """`clock` is the wall clock: people fail in real time. `decoy` is the hash that is looked at where nobody has
        the name; None: one as costly as theirs.
        """
        self._decoy = decoy
        self._keys = keys
        self._people = people
        self._failures = failures
        self._clock = clock
        self._wrong_people = RateLimit()
        self._wrong_programs = RateLimit()
        self._looking = CapacityLimiter(_AT_ONCE)

    async def person(self, scope: Scope, name: str, password: str) -> Person | None:
        """Who signs in with a name and a password, None where they do not belong together or nobody may try now.

        After ten wrong ones from one address none is looked at for a while: raises `Problem` that says for how long.
        """
        address, at, name = self._tried(scope), self._clock(), name.strip()
        found = await self._people.try_in(name, at) if name else None
        kept = found[1] if found else (self._decoy or await self._costly_decoy()) if name else ""
        fits = await to_thread.run_sync(passwords.fits, kept, password, limiter=self._looking)
        if found is None or not fits or not await self._people.came_in(found[0].name, kept, at):
            await self._seen(scope, "person", "a sign-in failed")
            return None
        self._wrong_people.give_back(address)
        return found[0]

    async def _costly_decoy(self) -> str:
        """Made at the first wrong name, which takes a moment."""
        self._decoy = await to_thread.run_sync(passwords.decoy, limiter=self._looking)
        return self._decoy

    async def by_link(self, scope: Scope, key: str) -> Caller | None:
        """Whose key stands in a link, None for a wrong one. Raises as `person`."""
        address = self._tried(scope)
        found = await caller_with(self._keys, key, self._clock())
        if found is None:
            await self._seen(scope, "person")
        else:
            self._wrong_people.give_back(address)
        return found

    async def program(self, scope: Scope, key: str) -> Caller | None:
        """The program that shows a key, None for a wrong one.

        A right one always opens, whoever shares its address. Of wrong ones a caller's first ones are seen, and then one
        every few seconds: a program that was forgotten must not fill the log.
        """
        found = await caller_with(self._keys, key, self._clock())
        if found is None and key and not self._wrong_programs.take(address_of(scope), _seconds()):
            await self._seen(scope, "program")
        return found

    async def stranger(self, scope: Scope) -> None:
        """Somebody came with a link that opens nothing. Raises as `person`."""
        self._tried(scope)
        await self._seen(scope, "person", "a sign-in failed")

    def _tried(self, scope: Scope) -> str:
        """The address that tries: counted before anything is looked at, for many may come at once."""
        address = address_of(scope)
        wait = self._wrong_people.take(address, _seconds())
        if wait:
            detail = "Too many sign-ins from this address failed; wait, and try again"
            raise Problem("too-many", detail, headers={"Retry-After": str(wait)})
        return address

    async def _seen(self, scope: Scope, by: str, what: str = "a key was shown that opens nothing") -> None:
        network = network_of(scope)
        _LOG.warning(what, by=by, network=network)
        await self._failures.note(network, self._clock())


def _seconds() -> float:
    return asyncio.get_running_loop().time()
