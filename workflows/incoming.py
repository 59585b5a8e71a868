"""What reaches a case from outside, read and applied: facts are taken as they are, requests must be readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from dunning.case import Case
    from dunning.messages import REQUESTS, AnyRequest
    from dunning.opening import ask, tell
    from dunning.ports import Told


def body_of(args: Sequence[RawValue]) -> dict[str, Any]:
    """The one JSON object that a message carries; whatever else it carries is kept under `arguments`."""
    values = [workflow.payload_converter().from_payload(arg.payload) for arg in args]
    if len(values) == 1 and isinstance(values[0], dict):
        return values[0]
    return {"arguments": values} if values else {}


def request_of(name: str, body: dict[str, Any]) -> AnyRequest:
    """The request by its public name. Raises `ApplicationError` that names what was found and what is allowed."""
    kind = REQUESTS.get(name)
    if kind is None:
        msg = f"no request {name}; allowed: {', '.join(sorted(REQUESTS))}"
        raise ApplicationError(msg, type="UnknownRequest", non_retryable=True)
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise ApplicationError("; ".join(wrong), type="BadRequest", non_retryable=True) from None


def taken(case: Case, name: str, body: dict[str, Any], at: datetime) -> Case:
    """The case after a fact or a request."""
    return ask(case, request_of(name, body), at) if name in REQUESTS else tell(case, name, body, at)


def caught_up(case: Case, messages: Sequence[Told], at: datetime) -> Case:
    """The case after facts that the store knew and it did not (F1); requests were asked of the case itself."""
    for name, body in messages:
        case = case if name in REQUESTS else tell(case, name, body, at)
    return case
