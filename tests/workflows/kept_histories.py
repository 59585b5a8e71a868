"""A history as it is kept beside the tests: one event a line, each payload as the JSON that it carries, easy to review.

Temporal's own form has payloads in base 64. Only what is exactly `json/plain` is opened, so nothing is lost on the way.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from temporalio.client import WorkflowHistory

from worker import history_files
from worker.history_files import GIVEN, LOCAL, OPENED, PLAIN, plain_bytes

HISTORIES: Final = Path(__file__).with_name("histories")
MARKER: Final = "markerRecordedEventAttributes"
CASE: Final = "case:INV-1"  # the one case that each office opens


def text_of(told: dict[str, Any], given: Sequence[Sequence[Any]] = ()) -> str:
    """The text to keep of a history in Temporal's JSON; `given` are the arguments of its local activities, in order."""
    rest = iter(given)
    lines = [
        json.dumps(
            _opened(event) | ({GIVEN: list(next(rest))} if is_local(event) else {}),
            separators=(",", ":"), ensure_ascii=False,
        )
        for event in told["events"]
    ]  # fmt: skip
    return '{"events":[\n' + ",\n".join(lines) + "\n]}\n"


def is_local(event: dict[str, Any]) -> bool:
    """Whether an event tells that a local activity is done."""
    return bool(event.get(MARKER, {}).get("markerName") == LOCAL)


def history_in(text: str) -> WorkflowHistory:
    """The history as the SDK takes it, of a kept text or of Temporal's own."""
    return history_files.history_in(text, CASE)


def _opened(value: Any) -> Any:
    match value:
        case {"data": str(data), "metadata": dict(metadata)} if metadata == PLAIN and len(value) == 2:
            raw = base64.b64decode(data)
            read = json.loads(raw)
            return {OPENED: read} if plain_bytes(read) == raw else value
        case dict():
            return {key: _opened(one) for key, one in value.items()}
        case list():
            return [_opened(one) for one in value]
        case _:
            return value
