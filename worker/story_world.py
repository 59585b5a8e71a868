"""The world of a story on the real engine: channels that take everything, and processes that die where it says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dunning.answers import Answer
from dunning.ports import Act, Acted, Letterbox, Receivables, Taken
from dunning.recipients import Way
from dunning.records import Channel
from dunning.simulation.world import ChannelRule


class Crash(Exception):
    """The process died here, between an act and its record."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A notice that will come back."""

    at: datetime
    invoice_id: str
    notice: str
    channel: Channel


class StoryPost:
    """Takes every notice, and knows which will come back and when (N2)."""

    def __init__(self, rules: Sequence[ChannelRule]) -> None:
        """`rules` are the story's own."""
        self._rules = tuple(rules)
        self.bounces: list[Bounce] = []

    async def send(self, letter: Letterbox, channel: Channel) -> str | None:
        """Take it."""
        for rule in self._rules:
            if rule.brings_back(letter.act.message, channel):
                at = letter.at + rule.bounces_after
                bounce = Bounce(at, letter.invoice.id, letter.act.notice, channel)
                if bounce not in self.bounces:  # of several recipients
                    self.bounces.append(bounce)
        return f"{letter.act.key}/{channel}/{letter.contact}"


class MortalStore:
    """The real store, in a process that dies once after the act that the story names."""

    def __init__(self, store: Receivables) -> None:
        """`store` does all the work."""
        self._store = store
        self.dies_after: str | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _dies(self, after: str) -> None:
        if self.dies_after == after:
            self.dies_after = None
            raise Crash(after)

    async def sent_channel(self, key: str, way: Way, message_id: str) -> None:
        """The channel took the notice; the record of it may be lost (N3)."""
        self._dies("notice")
        await self._store.sent_channel(key, way, message_id)

    async def finish(self, act: Act, answer: Answer, taken: Taken | None = None) -> Acted:
        """The provider answered, or the only channel took the notice; the record of it may be lost (C5, N3)."""
        if act.effect.kind == "charge" or taken is not None:
            self._dies("charge" if taken is None else "notice")
        return await self._store.finish(act, answer, taken)
