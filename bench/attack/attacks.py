"""What an attack is: something that is done to the product, and a sentence that must hold whatever is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from bench.attack.product import NoProduct
from bench.attack.stage import Stage
from bench.attack.verdict import Broken

Kind = Literal["answers", "inputs", "nothing false", "walls"]
Act = Callable[[Stage], Awaitable[None]]
PATIENCE: Final = 90.0  # seconds for a quick one; a busy machine is slow
LONG_PATIENCE: Final = 600.0  # seconds for one that waits for time-outs or moves time


@dataclass(frozen=True, slots=True)
class Attack:
    """Its name, what it attacks, the sentence that must hold, and what it does. The quick ones are the sample."""

    name: str
    kind: Kind
    claim: str
    is_quick: bool
    act: Act

    async def against(self, stage: Stage) -> str | None:
        """Do it; None if it held, else what was found. What fails in any other way is broken too."""
        try:
            async with asyncio.timeout(PATIENCE if self.is_quick else LONG_PATIENCE):
                await self.act(stage)
        except Broken as broken:
            return str(broken)
        except TimeoutError:
            return "no end in time"
        except NoProduct:
            raise
        except Exception as error:  # noqa: BLE001 - an answer that cannot be read is no answer that holds
            return f"{type(error).__name__}: {error}"
        return None


def attack(kind: Kind, *, quick: bool = False) -> Callable[[Act], Attack]:
    """Make a function an attack. Its name is the attack's, its docstring is the claim."""

    def made(act: Act) -> Attack:
        name = getattr(act, "__name__", "").replace("_", "-")
        claim = " ".join((act.__doc__ or "").split())
        return Attack(name, kind, claim, quick, act)

    return made


def attacks_of(*modules: object) -> list[Attack]:
    """All attacks of these modules, in the order in which they stand there."""
    return [one for module in modules for one in vars(module).values() if isinstance(one, Attack)]


async def report(attacks: Iterable[Attack], stage: Stage, say: Callable[[str], None] = print) -> int:
    """Do them one after another and say of each whether it held; the number of those that broke."""
    held = broken = 0
    for one in attacks:
        since = time.monotonic()
        found = await one.against(stage)
        took = time.monotonic() - since
        held, broken = (held + 1, broken) if found is None else (held, broken + 1)
        say(f"{'held  ' if found is None else 'BROKEN'} {took:5.1f} s  {one.kind}: {one.name}. {one.claim}")
        if found is not None:
            say(f"                {found}")
    say(f"{held} held, {broken} broken")
    return broken
