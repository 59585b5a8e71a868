"""The start of a case, read: what is wrong with it fails the workflow at once, and nothing internal comes from outside.

What is handed from one run of a case to the next is taken from such a run alone: the server says which that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import TypeAdapter, ValidationError

    from dunning.dates import FIRST_MOMENT, LAST_MOMENT, MOMENT
    from dunning.errors import MoneyError, NotAllowed
    from dunning.records import Id
    from dunning.set_aside import shortened
    from workflows.contract import CaseInput, workflow_id
    from workflows.incoming import unreadable

MOST: Final = 256 * 1024  # bytes; the server warns from there on, and fails at 2 MB
BAD_START: Final = "BadStart"
OURS: Final = "nothing; it is handed from one run of a case to the next"
_INPUT: TypeAdapter[CaseInput] = TypeAdapter(CaseInput)
_ID: TypeAdapter[str] = TypeAdapter(Id)
_UNREAD: Final = CaseInput("")
NO_START: Final = RawValue(Payload())


def input_of(given: RawValue) -> tuple[CaseInput, ApplicationError | None]:
    """What a case starts from, and what is wrong with it, for the workflow to fail at once and say so."""
    info, data = workflow.info(), given.payload.data
    # The server's own schedule begins each run from the same start: nothing is handed on then, and no case is begun so.
    goes_on = info.continued_run_id is not None and not info.cron_schedule
    if not goes_on and len(data) > MOST:
        return _UNREAD, _bad_start([NotAllowed("input", f"{len(data)} bytes", f"at most {MOST} bytes")])
    try:
        start = _INPUT.validate_json(data)
    except ValidationError as error:
        return _UNREAD, unreadable(error, BAD_START)
    wrong = [*_mistakes(start, info.workflow_id), *(() if goes_on else _internal(start))]
    return (CaseInput(start.invoice_id), _bad_start(wrong)) if wrong else (start, None)


def _mistakes(start: CaseInput, under: str) -> Iterator[NotAllowed]:
    """What is wrong with it beyond its fields. `under` is the workflow's id: two ids would be two cases of one invoice
    (O1).
    """
    try:
        _ID.validate_python(start.invoice_id)
    except ValidationError:
        yield NotAllowed("invoice_id", shortened(start.invoice_id), "letters, digits and . _ : / @ + -")
        return
    allowed = workflow_id(start.invoice_id)
    if not under.endswith(allowed):
        yield NotAllowed("workflow id", under, allowed)
    if start.invoice is not None:
        if start.invoice.id != start.invoice_id:
            yield NotAllowed("invoice.id", start.invoice.id, start.invoice_id)
        try:
            _ = start.invoice.minor
        except MoneyError as error:
            yield NotAllowed("invoice.amount", error.found, error.allowed)
    if workflow.info().cron_schedule:
        yield NotAllowed("cron schedule", workflow.info().cron_schedule or "", "none: a case keeps its own time")
    if not _in_time(workflow.now(), start):
        yield NotAllowed("clock", str(start.clock), f"a shift to {MOMENT}")


def _internal(start: CaseInput) -> Iterator[NotAllowed]:
    """What only a run of a case may set, and somebody else did."""
    if start.carried is not None:
        yield NotAllowed("carried", f"a text of {len(start.carried)} characters", OURS)
    if start.seen:
        yield NotAllowed("seen", str(start.seen), OURS)


def _in_time(now: datetime, start: CaseInput) -> bool:
    try:
        return FIRST_MOMENT <= now + start.clock <= LAST_MOMENT
    except OverflowError:
        return False


def _bad_start(wrong: list[NotAllowed]) -> ApplicationError:
    details: list[dict[str, Any]] = [{"place": one.place, "found": one.found, "allowed": one.allowed} for one in wrong]
    return ApplicationError("; ".join(map(str, wrong)), *details, type=BAD_START, non_retryable=True)
