"""A program that runs as our child: with a log of its own, and gone when we are, however we go."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from adapters.private_folder import OTHERS

_WRAPPER: Final = Path(__file__).with_name("parent_death.py")
_LAST_BYTES: Final = 2_000


class ChildProcess:
    """Runs at once, in a session of its own: Ctrl-C in our terminal reaches us alone, and we decide when it stops.

    The files that it makes are ours alone.

    Make it in a thread that lives as long as it should (see `worker.parent_death`).
    """

    def __init__(self, command: Sequence[str], *, log: Path | None, keeps: Sequence[int] = ()) -> None:
        """Start `command`, whose first word is the whole path of a program.

        Args:
            command: the program and its arguments.
            log: the file to which its output is added; `None`: one that vanishes with us.
            keeps: open descriptors that it inherits, such as a lock's.
        """
        self._log = tempfile.TemporaryFile() if log is None else log.open("ab+")  # noqa: SIM115 - closed by `end`
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_WRAPPER), str(os.getpid()), *command],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            pass_fds=keeps,
            umask=OTHERS,
        )
        self.pid: Final = self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """The end of what it has written, for an error message."""
        length = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, length - _LAST_BYTES))
        return self._log.read().decode(errors="replace").strip() or "nothing"

    def end(self, how: signal.Signals, *, within: timedelta) -> None:
        """Send the signal and wait for its end; after `within` it is killed. Blocks; safe to repeat."""
        if self.is_running:
            self._process.send_signal(how)
            try:
                self._process.wait(within.total_seconds())
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
