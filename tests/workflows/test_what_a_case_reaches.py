"""Cases live without Temporal's sandbox: nothing that they reach may touch a clock, dice, the disk or another process.

Contracts hold what is imported; here every module that a workflow reaches is read for what needs no import, or hides
behind one that is allowed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grimp

TREE: Final = Path(__file__).parents[2]
OURS: Final = ("dunning", "activities", "workflows")
# Of what every module may import: what asks a clock, whatever it is called through.
ASK_A_CLOCK: Final = {"now", "utcnow", "today", "fromtimestamp", "localtime", "gmtime", "monotonic", "perf_counter"}
BUILT_IN: Final = {"open", "input", "print", "breakpoint", "exec", "eval", "compile", "__import__"}
# Temporal's own clock, which a replay lives again, and the case's, which is made of it.
CASE_TIME: Final = {"workflow.now", "self._clock.now", "self.now"}


def reached() -> set[str]:
    """Every module of ours that the workflows lead to, and they themselves."""
    graph = grimp.build_graph(*OURS)
    starts = {name for name in graph.modules if name.split(".")[0] == "workflows"}
    return starts.union(*(graph.find_upstream_modules(name) for name in starts))


def forbidden_in(source: str) -> Iterator[str]:
    """What a module does that a replay could not live again."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            last = called.rpartition(".")[2]
            if (last in ASK_A_CLOCK and "." in called and called not in CASE_TIME) or called in BUILT_IN:
                yield f"line {node.lineno}: {called}()"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from (f"line {node.lineno}: import {name}" for name in names if name.split(".")[0] == "importlib")


def test_nothing_that_a_case_reaches_asks_a_clock_throws_dice_or_touches_the_disk() -> None:
    modules = reached()
    assert {"dunning.decide", "dunning.calendar", "workflows.case", "activities.options"} <= modules
    found = {name: wrong for name in sorted(modules) if (wrong := list(forbidden_in(_file(name).read_text("utf-8"))))}
    assert found == {}


def test_what_is_forbidden_is_found_however_it_is_written() -> None:
    for line in (
        "at = datetime.now(UTC)", "day = clock.today()", "import importlib", "text = open(path).read()", "print(case)",
        "from importlib import import_module", "moment = kind.fromtimestamp(0)",
    ):  # fmt: skip
        assert list(forbidden_in(line)), line
    assert list(forbidden_in("at = workflow.now()")) == []


def _file(name: str) -> Path:
    path = TREE / Path(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
