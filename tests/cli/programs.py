"""The command as a program of its own: started, read line by line, stopped by a signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Self

DUNNING = Path(sys.executable).with_name("dunning")
PATIENCE = 90.0  # seconds; a busy machine is slow, and a program that hangs is told by its last words
FREE_PORTS = {"DUNNING_API__PORT": "0", "DUNNING_EMBEDDED__PORT": "0", "DUNNING_EMBEDDED__UI_PORT": "0"}


def surroundings(**settings: str) -> dict[str, str]:
    """The environment of this process without any settings of its own, and these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DUNNING_")}
    return {**own, **settings}


class Program:
    """Runs until it is stopped; `with Program(...)` leaves nothing behind."""

    def __init__(self, *arguments: str, folder: Path, settings: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [str(DUNNING), *arguments],
            cwd=folder,
            env=surroundings(**settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._out: Queue[str | None] = Queue()
        self.remarks: list[str] = []
        self._readers = [threading.Thread(target=self._read_out), threading.Thread(target=self._read_err)]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()

    @property
    def pid(self) -> int:
        return self._process.pid

    def event(self) -> dict[str, Any]:
        """The next line of JSON that it says."""
        try:
            line = self._out.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError(f"nothing was said; beside it: {self.words}") from None
        assert line is not None, f"it ended with {self._process.wait()}: {self.words}"
        found: dict[str, Any] = json.loads(line)
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after the signal."""
        self._process.send_signal(how)
        return self._process.wait(PATIENCE)

    def ended(self) -> int:
        """Its exit code once it has ended by itself."""
        return self._process.wait(PATIENCE)

    @property
    def words(self) -> str:
        return "".join(self.remarks)

    def _read_out(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._out.put(line)
        self._out.put(None)

    def _read_err(self) -> None:
        assert self._process.stderr is not None
        self.remarks.extend(self._process.stderr)


def said(*arguments: str, folder: Path, settings: Mapping[str, str], code: int = 0, out: bool = False) -> str:
    """What a command says that ends by itself, with this exit code; of one that fails its errors, or what is `out`."""
    done = subprocess.run(
        [str(DUNNING), *arguments],
        cwd=folder,
        env=surroundings(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == code, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout if code == 0 or out else done.stderr
