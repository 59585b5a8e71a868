"""localstripe, a stand-in for Stripe that others wrote, in an environment of its own: what it believes is not ours."""

from __future__ import annotations

import fcntl
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

VERSION = "1.15.10"
HOME = Path(sys.prefix) / f"localstripe-{VERSION}"
PATIENCE_SECONDS = 90
START_SECONDS = 10
# Its own command listens on every interface; this one on this machine alone. It reads nothing from an earlier run.
SERVE = """
import sys
from aiohttp import web
from localstripe.server import app
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
"""


def installed() -> Path:
    """The interpreter of its environment, made at the first run. Skips the test where that cannot be done."""
    HOME.mkdir(exist_ok=True)
    python, complete = HOME / "bin" / "python", HOME / ".complete"
    with (HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            try:
                _run(sys.executable, "-m", "venv", str(HOME))
                _run(str(python), "-m", "pip", "install", "--quiet", f"localstripe=={VERSION}")
            except (OSError, subprocess.SubprocessError) as error:
                pytest.skip(f"localstripe {VERSION} cannot be installed here: {type(error).__name__}")
            complete.touch()
    return python


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_SECONDS)


@contextmanager
def running() -> Iterator[str]:
    """Its address while the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(installed()), "-c", SERVE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                pytest.skip("localstripe does not start here")
            time.sleep(0.05)
        else:
            return
