"""Where the log of a process goes: to stderr, one line an event, as text for people or as JSON for programs."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, Final

import structlog

from cli.log_discretion import cut_short, tell_warnings_of_python, without_addresses, without_the_words_of_errors

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def log_to_stderr(level: str, *, as_json: bool) -> None:
    """Send our own log and that of the libraries to stderr. Call it once, before anything connects to Temporal.

    `level` is about what we say ourselves. Libraries are heard from their warnings on: below, they repeat what passes
    through them.
    """
    least = _LEVELS[level]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_the_words_of_errors,
        without_addresses,
    ]
    line = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=_is_coloured())
    structlog.configure(
        processors=[*shared, line],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    beside = [cut_short, structlog.stdlib.add_logger_name, *shared]
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=beside, processors=[remove, line]))
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[handler], force=True)
    tell_warnings_of_python()
    _hear_the_sdk("WARN")


def _is_coloured() -> bool:
    """On a terminal whose user did not say otherwise (https://no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def _hear_the_sdk(level: str) -> None:
    """Let the native half of Temporal's SDK speak through the same log instead of writing to stderr itself."""
    from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

    forwarding = LogForwardingConfig(logging.getLogger("temporalio.core"))
    logs = LoggingConfig(TelemetryFilter(core_level=level, other_level="ERROR"), forwarding=forwarding)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=logs)), error_if_already_set=False)


class CapturedLog(logging.Handler):
    """Keeps the last thing that went wrong in each workflow, instead of printing all of it."""

    def __init__(self) -> None:
        """Listens to nobody yet."""
        super().__init__(logging.WARNING)
        self._last: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what this record says went wrong."""
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            self._last[record.getMessage()] = f"{type(error).__name__}: {error}"

    def about(self, prefix: str) -> str | None:
        """The last error of a workflow whose id begins so."""
        return next((error for said, error in reversed(self._last.items()) if f" {prefix}" in said), None)

    @classmethod
    def instead_of_printing(cls) -> CapturedLog:
        """Listen to Temporal's SDK from now on; nothing of it is printed any more."""
        heard = cls()
        logging.basicConfig(level=logging.WARNING, handlers=[heard], force=True)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        _hear_the_sdk("ERROR")
        return heard
