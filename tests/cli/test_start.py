"""A command says something before it loads anything heavy: counted in modules, for seconds depend on the machine.

One process loads the program, and each command is tried in a copy of it (a fork), up to its first word.
"""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from cli.errands.told import Told
from cli.installation.running_note import RunningNote
from tests.cli.programs import surroundings

MOST: Final = 520  # modules, 100 of them to draw on a terminal; 1,890 were loaded for `case show` when nobody counted
HEAVY: Final = frozenset({"adapters.storage.store", "fastapi", "google", "sqlalchemy", "temporalio"})
ERRANDS: Final = (
    "case list", "case show INV-1", "case signal INV-1 hold id=h", "tasks", "messages list", "keys create shop",
    "people add ann --role agent",
)  # fmt: skip
OTHERS: Final = (
    "--version", "case list --help", "advance 1 week", "advance next --dry-run", "up", "demo", "worker", "migrate",
    "doctor", "import invoices f.csv", "replay", "test f.csv", "policy explain INV-1", "messages check",
)  # fmt: skip
# Says of each command what had been loaded when it said its first word.
TRIED: Final = """
import json, os, sys
from cli.main import run

class First:
    encoding = "utf-8"

    def isatty(self):
        return True

    def flush(self):
        pass

    def fileno(self):
        raise OSError

    def write(self, text):
        if text.strip():
            os.write(1, (json.dumps([said, sorted(sys.modules)]) + "\\n").encode())
            os._exit(0)
        return len(text)

# What every command needs to read its arguments, and a terminal to be drawn on, is loaded once for all of them.
sys.stdout = open(os.devnull, "w")
run(["case", "list", "--help"])
for said in sys.argv[1:]:
    if os.fork() == 0:
        sys.stdout = sys.stderr = First()
        run(said.split())
        os._exit(1)
    os.wait()
"""


class _Answer(socketserver.StreamRequestHandler):
    """A process that runs an installation, and has an answer to every errand."""

    def handle(self) -> None:
        asked = json.loads(self.rfile.readline())
        told = Told({}, (f"done: {asked['errand']}",)) if asked["secret"] == "a secret" else None
        self.wfile.write(json.dumps(told.written() if told else {"failed": "who?", "code": 3}).encode() + b"\n")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """A folder in which something runs that takes errands."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder = tmp_path / ".dunning"
        folder.mkdir()
        nowhere, port = "127.0.0.1:1", server.server_address[1]
        RunningNote(os.getpid(), nowhere, None, f"http://{nowhere}", True, port, "a secret").note(folder)  # noqa: FBT003
        yield tmp_path
        server.shutdown()


def test_each_command_says_its_first_word_before_it_loads_anything_heavy(running: Path) -> None:
    (running / "f.csv").write_text("id\n")
    tried = subprocess.run(
        [sys.executable, "-c", TRIED, *ERRANDS, *OTHERS],
        cwd=running, env=surroundings(PYTHONPATH=os.pathsep.join(sys.path)), stdout=subprocess.PIPE, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    loaded = {said: set(modules) for said, modules in map(json.loads, tried.stdout.splitlines())}
    assert set(loaded) == {*ERRANDS, *OTHERS}
    assert {said: len(modules) for said, modules in loaded.items() if len(modules) > MOST} == {}
    assert {said: modules & HEAVY for said, modules in loaded.items() if modules & HEAVY} == {}
