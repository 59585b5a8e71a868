"""A mail server on a bad night: it greylists, puts off, falls silent, hangs up, and knows what it took all the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.adapters.mail_host import MailHost, taken_as
from tests.fakes.deck import Deck

Trouble = Literal[
    "none", "slow", "put off", "too busy", "hangs up before it took it", "hangs up after it took it",
    "falls silent before it took it", "falls silent after it took it", "takes it and hangs up",
]  # fmt: skip
ODDS: Final[dict[Trouble, int]] = {
    "none": 6, "slow": 2, "put off": 2, "too busy": 1, "hangs up before it took it": 1,
    "hangs up after it took it": 1, "falls silent before it took it": 1, "falls silent after it took it": 1,
    "takes it and hangs up": 2,
}  # fmt: skip
TAKES: Final = frozenset({
    "none", "slow", "hangs up after it took it", "falls silent after it took it", "takes it and hangs up"
})  # fmt: skip
UNTAKEN: Final = frozenset({"hangs up before it took it", "falls silent before it took it"})
GREYLISTED: Final = timedelta(minutes=5)  # from the first try of a sender for a recipient
_FAREWELL: Final = 0.01  # seconds in which an answer leaves before the connection is closed


@dataclass
class BadMailHost(MailHost):
    """`clock` is the night's; the troubles are dealt by `seed`.

    `signs` is told the id of every message that was read to its end; `happened` counts what they met.
    """

    clock: Callable[[], datetime] = field(kw_only=True)
    seed: int = field(kw_only=True)
    slow: timedelta = field(kw_only=True)
    signs: asyncio.Queue[str] = field(kw_only=True)
    happened: Counter[str] = field(default_factory=Counter)
    untaken: set[str] = field(default_factory=set)  # the ids of those of which nobody was told that they were not taken
    known: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.troubles = Deck(ODDS, self.seed)

    async def handle_RCPT(  # noqa: N802 - the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        first = self.known.setdefault(address, self.clock())
        if self.clock() < first + GREYLISTED:
            self.happened["greylisted"] += 1
            return "450 4.2.0 greylisted, come back later"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        message = str(taken_as(envelope)["Message-ID"])
        trouble = self.troubles.deal()
        self.happened[trouble] += 1
        self.signs.put_nowait(message)
        if trouble in UNTAKEN:
            self.untaken.add(message)
        answer = await self._met(trouble, server)
        if trouble in TAKES:
            self.taken.append(envelope)
        if "silent" in trouble:
            await asyncio.Event().wait()
        return answer

    async def _met(self, trouble: Trouble, server: SMTP) -> str:
        """The answer; it does not come where the connection is closed before."""
        assert server.transport is not None
        match trouble:
            case "put off":
                return "451 4.3.0 come back later"
            case "too busy":
                return "421 4.3.2 too many connections"
            case "slow":
                await asyncio.sleep(self.slow.total_seconds())
            case "hangs up before it took it" | "hangs up after it took it":
                server.transport.close()
                return "451 nobody reads this"
            case "takes it and hangs up":
                asyncio.get_running_loop().call_later(_FAREWELL, server.transport.close)
            case _:
                pass
        return "250 OK"

    def accepted(self) -> Counter[str]:
        """How often each message was taken, by its id."""
        return Counter(str(taken_as(envelope)["Message-ID"]) for envelope in self.taken)
