"""Tells people of tasks that went up, round after round: what a server that is down did not take is told later (H6)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import structlog

from adapters import clock
from adapters.correspondence import Courier, Parcel
from adapters.escalations import webhook
from adapters.escalations.letter import Reminder
from adapters.escalations.queue import MANAGER_FROM, Colleague, Colleagues, Queue, owner_of, reached_by
from adapters.messages.composer import Composed
from adapters.parcel_id import parcel_id
from adapters.storage.escalations import WaitingEscalation
from dunning.errors import FateUnknown, NotTaken

MAIL: Final = "mail"  # the mailbox of the queue, among what was posted to
WEBHOOK: Final = "webhook"
_LOG: Final = structlog.get_logger("dunning.escalations")


class Waiting(Protocol):
    """Where escalations are kept, as `adapters.storage.escalations.Escalations` keeps them."""

    async def begin(self, now: datetime) -> Sequence[WaitingEscalation]:
        """Some that nobody tells of yet."""

    async def reached(self, one: WaitingEscalation, told: Sequence[str], posted: Sequence[str]) -> None:
        """So many have it."""

    async def done(self, one: WaitingEscalation, now: datetime) -> None:
        """Nobody is left to be told."""


@dataclass(frozen=True, slots=True)
class Words:
    """How tasks are called, without a name, by their kind; queues likewise; where the page of a task is; and the local
    day of a moment.
    """

    task: Callable[[str], str]
    queue: Callable[[str], str]
    link: Callable[[str, str], str]
    day: Callable[[datetime], date]


class EscalationRounds:
    """Tells of each escalation once: each person and place is noted as soon as it has it.

    Mail whose taking nobody can know counts as taken, as of reminders to debtors (N3); a post is repeated. What is
    repeated after a crash has the same Message-ID or `webhook-id`.
    """

    def __init__(
        self, waiting: Waiting, queues: Mapping[str, Queue], colleagues: Callable[[], Awaitable[Colleagues]],
        courier: Courier | None, words: Words,
    ) -> None:  # fmt: skip
        """`colleagues` are looked up for each round; without a `courier` no mail leaves."""
        self._waiting, self._queues, self._colleagues = waiting, queues, colleagues
        self._courier, self._words = courier, words
        self._is_down = False

    async def go_on(self, every: timedelta) -> None:
        """Without end; what fails now is done in a later round."""
        while True:
            try:
                await self.tell()
            except Exception as error:  # noqa: BLE001 - a store that is down: the next round tries again
                _LOG.warning("escalations could not be looked up", error=type(error).__name__)
            await asyncio.sleep(every.total_seconds())

    async def tell(self) -> int:
        """One round; of how many escalations everybody knows now."""
        count = 0
        for one in await self._waiting.begin(clock.now()):
            queue, colleagues = self._queues.get(one.queue), await self._colleagues()
            if one.is_answered or queue is None or await self._told(one, queue, colleagues):
                await self._waiting.done(one, clock.now())
                count += 1
        return count

    async def _told(self, one: WaitingEscalation, queue: Queue, colleagues: Colleagues) -> bool:
        """Whether everybody whom it reaches has it; what they have is noted on the way."""
        told, posted, all_of_it = list(one.told), list(one.posted), True
        for address, to in self._addresses(one, queue, colleagues):
            known, name = (posted, MAIL) if to is None else (told, to.name)
            if name in known:
                continue
            if await self._mailed(one, queue, colleagues, address, to):
                known.append(name)
                await self._waiting.reached(one, told, posted)
            else:
                all_of_it = False
        if queue.webhook and WEBHOOK not in posted:
            if not await self._posted(one, queue, told):
                return False
            posted.append(WEBHOOK)
            await self._waiting.reached(one, told, posted)
        return all_of_it

    def _addresses(
        self, one: WaitingEscalation, queue: Queue, colleagues: Colleagues
    ) -> list[tuple[str, Colleague | None]]:
        """Where mail goes, and to whom: None where it is the mailbox of the queue."""
        if self._courier is None:
            return []
        people = [colleagues[name] for name in reached_by(queue, colleagues, one.number, one.assigned)]
        own: list[tuple[str, Colleague | None]] = [(one.email, one) for one in people if one.email]
        return [*own, (queue.mail, None)] if queue.mail else own

    async def _mailed(
        self, one: WaitingEscalation, queue: Queue, colleagues: Colleagues, address: str, to: Colleague | None
    ) -> bool:
        """Whether it left, or never can: an address that a server refuses for good holds nobody else up."""
        written = self._reminder(one, queue, colleagues, to)
        message = Composed(language="en", subject=written.subject, text=written.text)
        identity = parcel_id(f"{one.key}/escalation", "email", to.name if to else MAIL)
        parcel = Parcel(identity, "email", address, message, one.at, one.invoice_id, "escalation")
        try:
            return await self._tried(self._delivered(parcel), one, "mail")
        except FateUnknown:
            return True

    async def _delivered(self, parcel: Parcel) -> None:
        if self._courier is not None and await self._courier.deliver(parcel) is None:
            _LOG.warning("a colleague's address is refused for good", invoice=parcel.invoice_id)

    def _reminder(self, one: WaitingEscalation, queue: Queue, colleagues: Colleagues, to: Colleague | None) -> Reminder:
        return Reminder(
            to=to.name if to else None, invoice_id=one.invoice_id, asks=self._words.task(one.about),
            queue=self._words.queue(queue.name), asked_on=self._words.day(one.opened_at), times=one.number,
            next_on=one.next_on, link=self._words.link(one.invoice_id, one.task),
            owner=owner_of(queue, colleagues, one.assigned),
            manager=queue.manager if one.number >= MANAGER_FROM else None,
        )  # fmt: skip

    async def _posted(self, one: WaitingEscalation, queue: Queue, told: Sequence[str]) -> bool:
        body = {
            "type": "task.escalated", "id": one.key, "at": one.at.isoformat(), "times": one.number,
            "queue": one.queue, "told": list(told), "url": self._words.link(one.invoice_id, one.task),
            "task": {
                "invoice_id": one.invoice_id, "id": one.task, "kind": one.about,
                "opened_at": one.opened_at.isoformat(), "last_on": one.next_on.isoformat(),
            },
        }  # fmt: skip
        sending = webhook.post(queue.webhook or "", queue.secret, one.key, body, clock.now())
        try:
            return await self._tried(sending, one, "webhook")
        except FateUnknown:
            return False  # whoever takes it knows it by its id

    async def _tried(self, sending: Awaitable[None], one: WaitingEscalation, by: str) -> bool:
        """Whether it left. What stands in the way is said once, until something leaves again."""
        try:
            await sending
        except NotTaken as error:
            if not self._is_down:
                _LOG.warning("an escalation could not be told", by=by, invoice=one.invoice_id, why=str(error))
            self._is_down = True
            return False
        self._is_down = False
        return True
