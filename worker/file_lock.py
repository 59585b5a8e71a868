"""A lock that says who holds it: one owner for one file, released by the kernel when the last holder is gone."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final, Self

from dunning.errors import Conflict

_ENDING_SECONDS: Final = 5.0  # a server whose owner was killed needs about one second to stop
_LOOK_AGAIN_SECONDS: Final = 0.05


class FileInUse(Conflict):
    """Somebody else has the file: names the file and the process."""

    def __init__(self, file: Path, pid: int | None) -> None:
        """`pid` is the process to stop, `None` if it has not said so yet."""
        self.file = file
        self.pid = pid
        super().__init__(file, pid)

    def __str__(self) -> str:
        holder = "another process" if self.pid is None else f"the process {self.pid}"
        return f"{self.file} is in use by {holder}; stop that one first, or choose another folder"


class FileLock:
    """The right to use `file`, kept in `<file>.lock` beside it: `with FileLock(file) as lock:`.

    The lock belongs to whoever has its descriptor open, so a child that inherits `descriptor` keeps it beyond the
    `with`, until it ends. The lock file itself stays: removing it would let two processes lock two files of one name.
    """

    def __init__(self, file: Path) -> None:
        """Take it, or raise `FileInUse`; a holder whose owner is gone should be ending, and gets 5 s for that."""
        self.file = file
        self.descriptor: Final = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take()
        except BaseException:
            os.close(self.descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        os.close(self.descriptor)

    def held_for(self, pid: int) -> None:
        """Write down which process has the file from now on, and that it is ours."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{os.getpid()} {pid}\n".encode(), 0)

    def _take(self) -> None:
        for _ in range(int(_ENDING_SECONDS / _LOOK_AGAIN_SECONDS)):
            if self._is_free():
                self.held_for(os.getpid())
                return
            owner, _ = self._holders()
            if owner is None or _is_alive(owner):
                break
            time.sleep(_LOOK_AGAIN_SECONDS)
        raise FileInUse(self.file, self._holders()[1])

    def _is_free(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _holders(self) -> tuple[int, int] | tuple[None, None]:
        """The owner and its process that has the file, as they wrote it down."""
        match os.pread(self.descriptor, 64, 0).split():
            case [owner, pid]:
                return int(owner), int(pid)
            case _:
                return None, None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so it is there
        return True
    return True
