"""The page on opening cases from any language, command by command, against a real server, worker and store."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from adapters.settings import Settings
from cli.installation.installation import open_installation
from cli.installation.processes import run_worker
from cli.installation.store import migrate_store
from dunning.messages import FACTS, REQUESTS
from tests.docs.pages import page
from tests.docs.test_examples import commands
from worker.embedded import EmbeddedServer, find_temporal

PAGE = page("docs/how-to/open-a-case-from-any-language.md")
PATIENCE = 120  # seconds; it takes six

# Told by the system of record, by nobody else (P8, N5).
OF_THE_BOOKS = frozenset({"credit_moved", "credit_kept", "notice_shared"})


def test_the_page_tells_every_fact_and_asks_every_request() -> None:
    shown = "\n".join(block.text for block in PAGE.blocks)
    assert [name for name in FACTS.keys() - OF_THE_BOOKS if f"-name {name} " not in shown.replace("\\\n", "")] == []
    assert [name for name in REQUESTS if f"-name {name} " not in shown.replace("\\\n", "")] == []


async def test_every_command_of_the_page_works(tmp_path: Path) -> None:
    async with EmbeddedServer(None) as server:
        temporal = Settings().temporal.model_copy(update={"address": server.address})
        settings = Settings(data=tmp_path, temporal=temporal, spread=timedelta())
        await migrate_store(settings)
        async with open_installation(settings) as of, run_worker(of):
            code, told = await asyncio.to_thread(run, whole_page(), tmp_path, server.address)
    assert code == 0, told


def whole_page() -> str:
    """The page as one script: it stops at the first command that fails, or that says something else than is shown."""
    lines = ["set -euo pipefail"]
    for block in PAGE.blocks:
        if block.language == "sh":
            lines += [f"echo '{block.place}'", block.text]
        elif block.language == "console":
            for command, shown in commands(block.text):
                if shown:
                    lines += [f"echo '{block.place}'", f"said=$({command} 2>&1 || true)"]
                    lines.append(f'test "$said" = \'{shown}\' || {{ echo "$said"; exit 1; }}')
    return "\n".join(lines).replace('export PATH="$PWD/.venv/bin:$PATH"', "")


def run(script: str, folder: Path, address: str) -> tuple[int, str]:
    places = (str(find_temporal(sys.executable).parent), os.environ.get("PATH", os.defpath))
    around: Mapping[str, str] = {**os.environ, "PATH": os.pathsep.join(places), "TEMPORAL_ADDRESS": address}
    command, out = ["/bin/bash", "-c", script], subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=around, text=True, start_new_session=True, stdout=out, stderr=subprocess.STDOUT
    ) as started:
        try:
            told, _ = started.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)  # with the command that waits, which would hold the pipe open
            told, _ = started.communicate()
    return started.returncode, told
