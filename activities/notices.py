"""Sends notices, each at most once on a channel whatever crashes (N1 to N3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final, Literal

from temporalio import activity

from activities.intents import Handed, Intents, Misdirected
from dunning import consolidation
from dunning.answers import Answer, Deferred, Down, Sent, Unreachable
from dunning.channels import CHANNELS
from dunning.consolidation import Companion
from dunning.effects import SendNotice
from dunning.errors import FateUnknown, NotTaken, NotYet
from dunning.ports import Act, Acted, Correspondence, Go, Letterbox, Receivables, Taken
from dunning.recipients import Way
from dunning.records import Channel
from dunning.shared_message import SharedMessage
from dunning.value import altered

TRIES: Final = 3  # within seconds: a server that is busy, a connection that breaks
Fate = Taken | Literal["refused", "unsure"]
TURNS: Final = 5  # within half a minute: other cases of the customer that may take this notice along (N5)


class Notices:
    """Sends a notice on every usable channel that it lists, or on the first that works (N2)."""

    def __init__(
        self, store: Receivables, correspondence: Correspondence, channels: frozenset[Channel] = frozenset(CHANNELS)
    ) -> None:
        """`channels` are those that the creditor has set up; no notice is tried on another one."""
        self._store = store
        self._correspondence = correspondence
        self._channels = channels
        self._intents = Intents(store)

    @activity.defn(name="send_notice")
    async def send_notice(self, act: Act) -> Acted:
        """Answer `Sent`, `Unreachable`, `Deferred`, `Down` or `Stale`.

        Raises while a channel does not take it, to be tried again within seconds. After some tries, or a refusal that
        will last, the channel is down, and the rules say when it is tried again. A notice that the creditor's settings
        do not let leave yet (M1) is looked at again on each next day.
        """
        in_turn = _attempt() <= TURNS
        send, resume = partial(self._send, act), partial(self._resume, act)
        return await self._intents.perform(act, send, settle=resume, in_turn=in_turn, by=self._channels)

    async def _resume(self, act: Act, go: Go) -> Answer | Handed | None:
        """Go on where the earlier try stopped, or only say how far it came; None if it reached no channel."""
        if not (go.begun or go.sent):
            return None
        if act.finds_out and isinstance(act.effect, SendNotice):
            left = _Left(set(go.sent), set(go.begun).difference(go.sent), frozenset(_copies(go)))
            return left.answer(_letter(act, act.effect, go), tried=True)
        return await self._send(act, go)

    async def _send(self, act: Act, go: Go) -> Answer | Handed:
        if not isinstance(act.effect, SendNotice):
            raise Misdirected(act)
        letter = _letter(act, act.effect, go)
        down: tuple[Channel, NotTaken] | None = None
        # Begun and not accepted: it may have left, so it does not leave again (N3).
        left = _Left(set(go.sent), set(go.begun).difference(go.sent), frozenset(_copies(go)))
        taken: Taken | None = None
        for way in self._wanted(act.effect, go, left):
            if act.effect.first and down:
                break  # of the first that works, one that is down for a while is waited for
            try:
                fate = await self._hand_over(replace(letter, contact=way.contact), way, begun=way == go.first)
            except NotYet as lacking:
                if left.ways:
                    raise  # the rest of one notice is tried again as with any channel that is down
                return Deferred(act.day + timedelta(days=1), str(lacking), rule="M1")
            except NotTaken as refusal:
                if not (refusal.lasting or _attempt() >= TRIES):
                    raise
                down = down or (way.channel, refusal)  # the others need not wait for it
                continue
            taken = await self._noted(act, go, left, way, fate)
        if down is not None:
            return await self._down(*down, partly=bool(left.ways))
        tried = self._channels.intersection(go.channels, act.effect.by)
        answer = left.answer(letter, tried=bool(tried))
        return Handed(answer, taken) if taken else answer

    async def _noted(self, act: Act, go: Go, left: _Left, way: Way, fate: Fate) -> Taken | None:
        """Note by which way it left: with the answer where it is the only one that is open, else at once (N3)."""
        if fate == "unsure":
            left.unsure.add(way)
        if not isinstance(fate, Taken):
            return None
        left.sent.add(way)
        if not go.repeat and len(go.ways(self._channels)) == len(go.recipients) == 1:
            return fate
        await self._store.sent_channel(act.effect.key, way, fate.message_id)
        return None

    async def _down(self, channel: Channel, refusal: NotTaken, *, partly: bool) -> Down:
        """Nothing left by the channel that is down. Raises its refusal where the notice left by another one."""
        if partly:
            raise refusal
        return Down(channel, refusal.why, await self._store.is_asked("channel-down"))

    def _wanted(self, notice: SendNotice, go: Go, left: _Left) -> Iterator[Way]:
        """The ways by which it is still to leave, one after the other: what became of the one before decides (N2)."""
        for way, copied in go.recipients:
            another = bool(left.channels) and way.channel not in left.channels
            if way.channel not in self._channels.intersection(go.channels) or way in left.ways:
                continue
            if not (another and notice.first) and not (copied and way.channel not in left.channels):
                yield way

    async def _hand_over(self, letter: Letterbox, way: Way, *, begun: bool) -> Fate:
        key = letter.act.key
        if not begun:
            await self._store.begin_channel(key, way)
        try:
            async with self._intents.call_out(key, way):
                message_id = await self._correspondence.send(letter, way.channel)
        except FateUnknown:
            return "unsure"
        if message_id is None:
            await self._store.refused_channel(key, way)
            return "refused"
        return Taken(way, message_id)


def _attempt() -> int:
    """Which try of this activity it is, from 1; the first, where nobody counts."""
    return activity.info().attempt if activity.in_activity() else 1


def _copies(go: Go) -> Iterator[Way]:
    return (recipient.way for recipient in go.recipients if recipient.copied)


@dataclass(frozen=True, slots=True)
class _Left:
    """What left so far, by which ways. Copies alone are no notice (N1)."""

    sent: set[Way]
    unsure: set[Way]
    copies: frozenset[Way]

    @property
    def ways(self) -> set[Way]:
        return self.sent | self.unsure

    @property
    def channels(self) -> set[Channel]:
        return {way.channel for way in self.ways - self.copies}

    def answer(self, letter: Letterbox, *, tried: bool) -> Answer:
        """The answer to the notice: a channel is sure once one of its recipients surely got it."""
        sent = {way.channel for way in self.sent - self.copies}
        return _answer(letter, sent, self.channels - sent, tried=tried)


def _letter(act: Act, notice: SendNotice, go: Go) -> Letterbox:
    """The notice, for several invoices in the words of the most advanced (N5)."""
    letter = Letterbox(notice, go.customer, go.invoice, act.at, act.day, along=go.along, facts=act.facts)
    shared = _shared(letter)
    return letter if shared is None else replace(letter, act=altered(notice, message=shared.message))


def _shared(letter: Letterbox) -> SharedMessage | None:
    along = [Companion(one.invoice.due_on, one.invoice.id, one.notice) for one in letter.along]
    lead = Companion(letter.invoice.due_on, letter.invoice.id, letter.act)
    return consolidation.shared(lead, along) if along else None


def _answer(letter: Letterbox, sent: set[Channel], unsure: set[Channel], *, tried: bool) -> Answer:
    """What left, in the policy's order; a fate unknown counts as sent (N3)."""
    if not sent and not unsure:
        return Unreachable("every address was refused") if tried else Unreachable()
    return Sent(_in_order(letter.act, sent | unsure), _in_order(letter.act, unsure), _shared(letter))


def _in_order(notice: SendNotice, channels: set[Channel]) -> tuple[Channel, ...]:
    return tuple(channel for channel in notice.by if channel in channels)
