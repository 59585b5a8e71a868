"""Whether the process can do its work: the store takes what is written to it, and the Temporal server answers."""

from __future__ import annotations

import asyncio
from typing import Final

from adapters.storage.engine.failures import StoreUnavailable
from adapters.storage.store import Store
from api.case_client import CaseClient

KEPT: Final = 1.0  # seconds for which what was found is told again: everybody may ask, and each look writes


class Readiness:
    """Looks at most once a second, however many ask."""

    def __init__(self, store: Store, client: CaseClient) -> None:
        """What is looked at."""
        self._store = store
        self._client = client
        self._one_at_a_time = asyncio.Lock()
        self._found: tuple[str, ...] = ()
        self._until = 0.0

    async def lacks(self) -> tuple[str, ...]:
        """What does not work now, with the reason where it is known: `store (full)`, `temporal`."""
        async with self._one_at_a_time:
            if asyncio.get_running_loop().time() >= self._until:
                store, temporal = await asyncio.gather(self._look_at_store(), self._client.is_up())
                self._found = (*store, *(() if temporal else ("temporal",)))
                self._until = asyncio.get_running_loop().time() + KEPT
            return self._found

    async def _look_at_store(self) -> tuple[str, ...]:
        try:
            await self._store.try_out()
        except StoreUnavailable as error:
            return (f"store ({error.why})",)
        except Exception:  # noqa: BLE001 - whatever it is, the store cannot be used
            return ("store",)
        return ()
