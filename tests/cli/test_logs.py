"""The log of a process, as it really is: what happened and where, and nothing that names or reaches a person."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

SETUP = """
import logging, warnings
import structlog
from cli.logs import log_to_stderr
log_to_stderr({level!r}, as_json=True)
ours = structlog.get_logger("dunning.test")
library = logging.getLogger("temporalio.activity")
"""
RAISING = """
try:
    try:
        raise KeyError("Ada Lovelace")
    except KeyError as error:
        raise ValueError("Ada Lovelace, Keizersgracht 1") from error
except ValueError:
    {log}
"""
A_TASK_THAT_FAILS = """
import asyncio, gc
async def fails():
    raise ValueError("Ada Lovelace")
async def main():
    asyncio.create_task(fails())
    await asyncio.sleep(0.01)
    gc.collect()
asyncio.run(main())
"""


def logged(script: str, level: str = "debug") -> list[dict[str, Any]]:
    """The lines of a process that does this."""
    whole = SETUP.format(level=level) + script
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True)
    assert "Lovelace" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize("log", ["library.warning('failed', exc_info=True)", "ours.warning('failed', exc_info=True)"])
def test_of_an_exception_stay_its_kind_and_its_place(log: str) -> None:
    [line] = logged(RAISING.format(log=log))
    assert (line["event"], line["error"], line["at"]) == ("failed", "ValueError from KeyError", ["<string>:13"])


def test_a_warning_of_python_is_told_without_the_value_that_it_quotes() -> None:
    [line] = logged("warnings.warn('Expected `int`, got Ada Lovelace', UserWarning)")
    assert (line["event"], line["kind"], line["level"]) == ("a warning of Python", "UserWarning", "warning")


def test_a_task_that_failed_unseen_is_told_without_its_exception() -> None:
    [line] = logged(A_TASK_THAT_FAILS)
    assert (line["event"], line["error"]) == ("Task exception was never retrieved", "ValueError")


@pytest.mark.parametrize("level", ["debug", "info"])
def test_below_warnings_libraries_are_not_heard_whatever_the_level(level: str) -> None:
    names = ("stripe", "httpx2", "sqlalchemy.engine", "mail.log", "temporalio.worker", "asyncio")
    script = "".join(f"logging.getLogger({name!r}).{level}('data: Ada Lovelace')\n" for name in names)
    assert [line["event"] for line in logged(f"{script}ours.debug('heard')")] == ["heard"]


def test_whoever_puts_an_address_on_the_log_it_goes() -> None:
    said = "to <ada@lovelace.example> or +31 20 555 0100, from NL02ABNA0123456789 or NL02 ABNA 0123 4567 89"
    lines = logged(f"library.warning({said!r})\nours.info('sent', to='ada@lovelace.example', invoice='INV-2041')")
    assert lines[0]["event"] == "to <[address]> or [number], from [number] or [number]"
    assert (lines[1]["to"], lines[1]["invoice"]) == ("[address]", "INV-2041")
