"""The intent of every effect, in one place: write it down, act, record the outcome.

A crash between any two of them is mended on the repeat, which finds the open intent and settles it first.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dunning.answers import Answer, Declined, Deferred, Down, Stale, Unknown, Unseen
from dunning.effects import Charge, Effect
from dunning.errors import DunningError, FateUnknown
from dunning.ports import Act, Acted, Go, Receivables, Taken
from dunning.recipients import Way
from dunning.records import Channel


@dataclass(frozen=True, slots=True)
class Handed:
    """A notice was handed over, and the channel's own id of it is recorded with the answer."""

    answer: Answer
    taken: Taken


PerformEffect = Callable[[Go], Awaitable[Answer | Handed]]
SettleEffect = Callable[[Go], Awaitable[Answer | Handed | None]]


class BrokenOff(DunningError):
    """An act ended in an error that nobody foresaw: whether it happened is for the repeat to find out."""

    def __init__(self, key: str, error: str) -> None:
        """`error` is the name of what was raised; what it said may hold an address and is left out (O3)."""
        super().__init__(f"{key}: broke off with {error}")


class Misdirected(DunningError):
    """An effect was given to an activity that is not made for it; the activity options say which one is."""

    def __init__(self, act: Act) -> None:
        """The effect's key and kind name the place."""
        super().__init__(f"{act.effect.key}: found {act.effect.kind}; allowed what the activity options send here")


async def never_left(_go: Go) -> Answer | None:
    """Find nothing out in the world: without a recorded outcome the earlier try did not act."""
    return None


class Intents:
    """Performs acts under an intent on one store: write it, act, record the outcome."""

    def __init__(self, store: Receivables) -> None:
        """`store` remembers intents and outcomes by the effect's key."""
        self._store = store

    async def perform(
        self, act: Act, do: PerformEffect, *, settle: SettleEffect = never_left, in_turn: bool = True,
        by: Collection[Channel] = (),
    ) -> Acted:  # fmt: skip
        """Write the intent, `do`, record the answer.

        On a repeat `settle` says what became of the earlier try. None: it never left us, so the intent is taken back
        and the facts are read again, for days may lie between the two (F1). An act that only `finds_out` stops there.
        A charge that is `Unseen` is made again under its intent, which stays open. `in_turn` and `by` as for `begin`.
        """
        begun = await self._store.begin(act, in_turn=in_turn, by=by)
        if isinstance(begun, Go) and begun.repeat:
            fate = await settle(begun)
            if isinstance(fate, Unseen) and isinstance(act.effect, Charge) and not act.finds_out:
                begun = await self._store.begin_again(act)
            elif fate is not None:
                return await self._recorded(act, fate)
            else:
                await self._store.unbegin(act.effect.key)
                begun = await self._store.begin(act, in_turn=in_turn, by=by)
        if isinstance(begun, Go) and act.finds_out:
            await self._store.unbegin(act.effect.key)
            return Acted(Stale(()), act.seen, written=False)
        if isinstance(begun, Acted):
            return begun
        return await self._recorded(act, await do(begun))

    async def _recorded(self, act: Act, found: Answer | Handed) -> Acted:
        """Record the answer, if it is the outcome; else the intent stays open until the charge is settled (C5).

        What is put off was not begun: its intent is taken back, and on its day the facts are read again (F1).
        """
        answer, taken = (found.answer, found.taken) if isinstance(found, Handed) else (found, None)
        if isinstance(answer, Deferred | Down):
            await self._store.unbegin(act.effect.key)
            return Acted(answer, act.seen, written=False)
        if _is_outcome(act.effect, answer):
            return await self._store.finish(act, answer, taken)
        return Acted(answer, act.seen, written=False)

    @asynccontextmanager
    async def call_out(self, key: str, way: Way | None = None) -> AsyncGenerator[None]:
        """Touch the world: what surely did not happen is taken back, and no error carries personal data (F1, O3).

        A `DunningError` of the other side's adapter is such a certainty, but for `FateUnknown`; what caused it is left
        out. Any other exception leaves the fate unknown as well, and is raised as `BrokenOff`.
        """
        try:
            yield
        except DunningError as error:
            if not isinstance(error, FateUnknown):
                await self._store.unbegin(key, way)
            raise error from None
        except Exception as error:  # noqa: BLE001 - whatever it is, its words must not reach the history
            raise BrokenOff(key, type(error).__name__) from None


def _is_outcome(effect: Effect, answer: Answer) -> bool:
    """Whether the answer is the last word: not while it is unknown, nor after a first `duplicate`: look first (C2)."""
    if isinstance(answer, Declined) and isinstance(effect, Charge):
        return answer.read.kind != "look_first"
    return not isinstance(answer, Unknown | Unseen)
