"""How a process that used Temporal ends: everything said, then gone, without the interpreter's own farewell."""

import logging
import os
import sys
from typing import NoReturn


def end_process(code: int = 0) -> NoReturn:
    """End this process with `code` once all that was printed and logged has reached its reader.

    The SDK's native threads may still hold Python objects when the interpreter takes itself apart, which crashed 8 to
    27 % of short runs (temporalio/sdk-python issue 300), after the work was done but with a wrong exit code. So the
    interpreter is not asked. It also means that `atexit` hooks and `finally` blocks further up do not run: close what
    needs closing (worker, server, database) first, and call this last.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    os._exit(code)


def _flush(stream: object) -> None:
    """Flush what can be flushed: a reader that went away (`dunning case show | head`) is no reason to fail now."""
    flush = getattr(stream, "flush", None)
    if flush is not None:
        try:
            flush()
        except (OSError, ValueError):
            return
