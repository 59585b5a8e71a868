"""Runs a program that ends when its parent ends, however the parent ends: `parent_death.py PARENT PROGRAM ARGS...`.

A parent that is killed outright (kill -9, out of memory) has no last word, so a server that it started would live on
with nobody to stop it. On Linux a process may ask the kernel for a signal at its parent's death. The wish is its own,
survives exec, and so is made here, in a small process that then becomes the program, under the same process id. (The
other way, `preexec_fn`, runs Python between fork and exec of a process with the SDK's threads in it, which may hang.)

The kernel watches the thread that started us, not the whole process: start it from a thread that lives as long as the
program should. On other systems than Linux the program just runs, and a killed parent leaves it behind.

This file imports nothing but the standard library and is run with `-I -S`: it costs some 20 ms.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


def end_with_parent(parent: int) -> None:
    """Ask for SIGTERM at the parent's death; leave at once if it died before we could ask."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")


def main(arguments: list[str]) -> None:
    """Become the program, which now ends with its parent."""
    parent, program, *rest = arguments
    end_with_parent(int(parent))
    os.execv(program, [program, *rest])  # noqa: S606 - no shell is what we want


if __name__ == "__main__":
    main(sys.argv[1:])
