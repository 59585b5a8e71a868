"""`python -m bench [core] [workflow] [load] [rulebook]`: JSON, an object for each part; all if none is named."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

from bench import core, load, rulebook, workflow
from worker.exit import leave

PARTS: dict[str, Callable[[], Any]] = {
    "core": core.run,
    "workflow": lambda: asyncio.run(workflow.run()),
    "load": lambda: asyncio.run(load.run()),
    "rulebook": rulebook.run,
}


def main() -> int:
    """Run the parts and print what they measured."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"no part {unknown[0]}; allowed: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in wanted:
        print(json.dumps({name: PARTS[name]()}, indent=2), flush=True)
    return 0


if __name__ == "__main__":
    leave(main())
