"""What reaches a case from outside, read: facts are taken as they are, requests and the start must be readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import TypeAdapter, ValidationError
    from pydantic_core import from_json

    from dunning.case import Case
    from dunning.errors import Refused
    from dunning.messages import REQUESTS, AnyRequest
    from dunning.opening import ask, refusal, tell
    from dunning.ports import Told
    from workflows.contract import CaseInput, workflow_id

_INPUT: TypeAdapter[CaseInput] = TypeAdapter(CaseInput)


def input_of(given: RawValue, under: str) -> tuple[CaseInput, ApplicationError | None]:
    """What a case starts from, and what is wrong with it, for the workflow to fail at once and say so.

    `under` is the workflow's id: two ids would be two cases of one invoice (O1).
    """
    try:
        start = _INPUT.validate_json(given.payload.data)
    except ValidationError as error:
        return CaseInput(""), ApplicationError(_wrong(error), type="BadStart", non_retryable=True)
    allowed = workflow_id(start.invoice_id)
    if under.endswith(allowed):
        return start, None
    return start, ApplicationError(
        f"workflow id: found {under}; allowed {allowed}", type="BadStart", non_retryable=True
    )


def body_of(args: Sequence[RawValue]) -> dict[str, Any]:
    """The one JSON object that a message carries; whatever else it carries is kept under `arguments`."""
    values = [_value(arg.payload) for arg in args]
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
        raise ApplicationError(_wrong(error), type="BadRequest", non_retryable=True) from None


def asks(name: str, body: dict[str, Any]) -> AnyRequest | None:
    """The request that was sent as a signal: it is asked as well, though nobody hears a refusal."""
    kind = REQUESTS.get(name)
    try:
        return kind.model_validate(body) if kind else None
    except ValidationError:
        return None


def refused_for_good(case: Case, wanted: AnyRequest, refused: Refused, at: datetime) -> Case:
    """The case with the refusal on its journal, even where an act under way has changed the reason since."""
    if refusal(case, wanted, at) is not None:
        return ask(case, wanted, at)
    return case.note("refused", wanted.name, refused.rule, refused.reason)


def stamped(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A request as the store keeps it: one without an id is told apart from the next by its moment."""
    return {"at": at.isoformat(), **body}


def said_at(body: dict[str, Any]) -> datetime | None:
    """The moment that a message names itself, if it names one."""
    try:
        said = datetime.fromisoformat(body["at"])
    except (KeyError, TypeError, ValueError):
        return None
    return said if said.tzinfo else None


def caught_up(case: Case, messages: Sequence[Told], at: datetime) -> Case:
    """The case after facts that the store knew and it did not (F1); requests were asked of the case itself."""
    for name, body in messages:
        case = case if name in REQUESTS else tell(case, name, body, at)
    return case


def _value(payload: Payload) -> Any:
    """A JSON value; what is none becomes a few words about it, for nothing that is sent may stop a case."""
    try:
        return _storable(from_json(payload.data, allow_inf_nan=False)) if payload.data else None
    except ValueError:
        encoding = payload.metadata.get("encoding", b"no encoding").decode("ascii", "replace")
        return f"{len(payload.data)} bytes that are no JSON ({encoding})"


def _storable(value: Any) -> Any:
    """The same value without the one character that a database does not keep."""
    match value:
        case str():
            return value.replace("\x00", "\ufffd")
        case list():
            return [_storable(one) for one in value]
        case dict():
            return {_storable(key): _storable(one) for key, one in value.items()}
        case _:
            return value


def _wrong(error: ValidationError) -> str:
    found = error.errors(include_input=False, include_url=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'input'}: {one['msg']}" for one in found)
