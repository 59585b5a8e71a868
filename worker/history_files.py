"""Histories in files: Temporal's own JSON, or the form that is kept beside the tests, in which payloads are readable.

There each payload is the JSON that it carries, and what a local activity was given stands beside its event, since
Temporal keeps it nowhere.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from temporalio.client import WorkflowHistory

PLAIN: Final = {"encoding": base64.b64encode(b"json/plain").decode()}
OPENED: Final = "json"  # the one key of a payload whose JSON is readable
GIVEN: Final = "given"  # what a local activity was given, beside its event
STARTED: Final = "workflowExecutionStartedEventAttributes"
LOCAL: Final = "core_local_activity"  # the marker that the SDK leaves in a history when a local activity is done


def history_in(text: str, workflow_id: str) -> WorkflowHistory:
    """The history of a workflow as the SDK takes it. Raises `ValueError` where the text is none.

    `workflow_id` is its id where the history does not tell it.
    """
    told = json.loads(text)
    if not (isinstance(told, dict) and isinstance(told.get("events"), list)):
        raise ValueError("no events")  # noqa: TRY004 - it is about the text, as JSON's own error is
    events = [{key: _closed(value) for key, value in event.items() if key != GIVEN} for event in told["events"]]
    own = events[0].get(STARTED, {}).get("workflowId") if events else None
    return WorkflowHistory.from_json(own or workflow_id, {"events": events})


def given_in(text: str) -> list[list[Any]]:
    """What each local activity was given, as far as the text says so."""
    return [event[GIVEN] for event in json.loads(text)["events"] if GIVEN in event]


def plain_bytes(value: Any) -> bytes:
    """A value as payloads carry it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _closed(value: Any) -> Any:
    match value:
        case dict() if value.keys() == {OPENED}:
            return {"data": base64.b64encode(plain_bytes(value[OPENED])).decode(), "metadata": PLAIN}
        case dict():
            return {key: _closed(one) for key, one in value.items()}
        case list():
            return [_closed(one) for one in value]
        case _:
            return value
