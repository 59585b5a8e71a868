"""`python -m bench [core] [counts] [workflow] [load] [rulebook] [messages]`: JSON for each part; all if none is named.

`python -m bench letters --count 100` measures letters as PDF, `python -m bench lists` each list and page at 100,000
open cases. `stories`, `differential` and `attack` search for faults
instead; see their `--help`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bench import core, counts, letters, load, messages, rulebook, workflow
from bench.attack import command as attack
from bench.lists import command as lists
from bench.stories import command as stories
from bench.stories import differential
from worker.exit import end_process

PARTS: dict[str, Callable[[], Any]] = {
    "core": core.run,
    "counts": counts.run,
    "workflow": lambda: asyncio.run(workflow.run()),
    "load": lambda: asyncio.run(load.run()),
    "rulebook": rulebook.run,
    "messages": messages.run,
}
WITH_OPTIONS: dict[str, Callable[[Sequence[str]], int]] = {
    "stories": stories.main,
    "differential": differential.main,
    "attack": attack.main,
    "letters": letters.main,
    "lists": lists.main,
}


def main() -> int:
    """Run the parts and print what they measured."""
    own = WITH_OPTIONS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if own is not None:
        return own(sys.argv[2:])
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"no part {unknown[0]}; allowed: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in wanted:
        print(json.dumps({name: PARTS[name]()}, indent=2), flush=True)
    return 0


if __name__ == "__main__":
    end_process(main())
