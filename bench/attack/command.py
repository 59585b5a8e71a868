"""`python -m bench attack`: attacks on a product that runs, each with a sentence that must hold."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.attack import answers, companies, files, inputs, lists, made_up, openings, privacy, walls
from bench.attack.attacks import Attack, attacks_of, report
from bench.attack.stage import Stage


def all_attacks() -> list[Attack]:
    """Every attack."""
    return attacks_of(answers, openings, inputs, companies, made_up, files, walls, privacy, lists)


def main(arguments: Sequence[str]) -> int:
    """Do them; 1 if a sentence did not hold, 2 if no attack has a name that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench attack", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only those that need no time-out and no moved time")
    parser.add_argument("--list", action="store_true", help="print names and sentences, attack nothing")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    asked = parser.parse_args(arguments)
    chosen = [one for one in all_attacks() if one.is_quick or not asked.quick]
    unknown = set(asked.names) - {one.name for one in chosen}
    if unknown:
        print(f"no attack {min(unknown)}; see --list", file=sys.stderr)
        return 2
    chosen = [one for one in chosen if not asked.names or one.name in asked.names]
    if asked.list:
        print(*(f"{one.kind}: {one.name}. {one.claim}" for one in chosen), sep="\n")
        return 0
    return 1 if asyncio.run(_done(chosen)) else 0


async def _done(attacks: Sequence[Attack]) -> int:
    with tempfile.TemporaryDirectory(prefix="dunning-attack-") as folder:
        async with Stage(Path(folder)) as stage:
            if any(one.is_quick for one in attacks):
                await stage.plain()  # its start is no part of their patience
            return await report(attacks, stage, lambda line: print(line, flush=True))
