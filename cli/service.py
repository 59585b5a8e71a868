"""Runs what runs until it is stopped: Ctrl-C and SIGTERM end it in good order, a second one at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from cli import terminal
from cli.exits import Exit
from worker.exit import end_process


def run_until_stopped(service: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    """Run the service. A stop while it is still starting gives up the start; whatever was begun is ended either way."""
    asyncio.run(_run(service))


async def _run(service: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    stop = _Stop()
    try:
        async with service():
            await stop.wait()
    except asyncio.CancelledError:
        if not stop.wanted:
            raise
    terminal.remark("stopped")


class _Stop:
    """Listens for signals from now on."""

    def __init__(self) -> None:
        self.wanted = False
        self._event = asyncio.Event()
        self._starting = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self._heard, one)

    async def wait(self) -> None:
        """The service has started; wait for the signal."""
        self._starting = None
        await self._event.wait()

    def _heard(self, one: signal.Signals) -> None:
        if self.wanted:
            end_process(Exit.INTERRUPTED)
        self.wanted = True
        terminal.remark(f"{one.name}: stopping; once more to stop at once")
        self._event.set()
        if self._starting is not None:
            self._starting.cancel()
