"""What reaches a case from outside, read: facts are taken as they are, requests must be readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import TypeAdapter, ValidationError
    from pydantic_core import ErrorDetails, from_json

    from dunning.case import Case
    from dunning.dates import Moment
    from dunning.engine import ask, refusal, refused_to
    from dunning.errors import Refused
    from dunning.messages import MESSAGES, REQUESTS, AnyRequest, PolicyChange
    from dunning.set_aside import NAME, set_aside, shortened, storable
    from dunning.unapplied import unknown_fact
    from dunning.validation import allowed, found, in_words, place_in_words

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
WHOLE: Final = 1_000  # bytes of a message that is kept whole, understood or not
_PROBLEMS: Final = 20  # of an input that are told
_WORDS: Final = 2_000  # characters that tell them


def body_of(args: Sequence[RawValue]) -> dict[str, Any]:
    """The one JSON object that a message carries; whatever else it carries is kept under `arguments`."""
    values = [_value(arg.payload) for arg in args]
    if len(values) == 1 and isinstance(values[0], dict):
        return values[0]
    return {"arguments": values} if values else {}


def fact_of(name: str, args: Sequence[RawValue]) -> tuple[str, dict[str, Any]]:
    """A fact's name and the JSON object that it carries; a long one that is not understood is set aside.

    What is understood has limits of its own. Anything else would be carried along and kept in many places.
    """
    name, body = shortened(name, NAME), body_of(args)
    if sum(len(arg.payload.data) for arg in args) <= WHOLE:
        return name, body
    kind = MESSAGES.get(name)
    try:
        if kind is None:
            return name, set_aside(body, unknown_fact(name))
        kind.model_validate(body)
    except ValidationError as error:
        return name, set_aside(body, in_words(error))
    return name, body


def request_of(name: str, body: dict[str, Any]) -> AnyRequest:
    """The request by its public name. Raises `ApplicationError` that names what was found and what is allowed."""
    kind = REQUESTS.get(name)
    if kind is None:
        allowed = ", ".join(sorted(REQUESTS))
        problem = {"place": "request", "found": name, "allowed": allowed}
        msg = f"no request {name}; allowed: {allowed}"
        raise ApplicationError(msg, problem, type="UnknownRequest", non_retryable=True)
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise unreadable(error, "BadRequest") from None


def request_sent_as_signal(name: str, body: dict[str, Any]) -> AnyRequest | None:
    """The request that was sent as a signal: it is asked as well, though nobody hears a refusal."""
    kind = REQUESTS.get(name)
    try:
        return kind.model_validate(body) if kind else None
    except ValidationError:
        return None


def answer_to(wanted: AnyRequest) -> dict[str, Any]:
    """What a request is answered that the rules took. Whether there is such a policy only the store knows, and it is
    asked next: until then the request is no more than accepted (O2).
    """
    return {"accepted": True} if isinstance(wanted, PolicyChange) else {"applied": True}


def refused_for_good(case: Case, wanted: AnyRequest, refused: Refused, at: datetime, under: str) -> Case:
    """The case with the refusal on its journal, even where an act under way has changed the reason since."""
    if refusal(case, wanted, at, under) is not None:
        return ask(case, wanted, at, under)
    return refused_to(case, wanted, refused)


def stamped(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A request as the store keeps it: one without an id is told apart from the next by its moment."""
    return {"at": at.isoformat(), **body}


def update_id() -> str:
    """The name under which the request in hand is asked. Two askings are two requests, whatever they are about."""
    update = workflow.current_update_info()
    return update.id if update else ""


def said_at(body: dict[str, Any]) -> datetime | None:
    """The moment that a message names itself, if it names one."""
    try:
        return _MOMENT.validate_python(body.get("at"))
    except ValidationError:
        return None


def _value(payload: Payload) -> Any:
    """A JSON value; what is none becomes a few words about it, for nothing that is sent may stop a case."""
    try:
        return storable(from_json(payload.data, allow_inf_nan=False)) if payload.data else None
    except ValueError:
        encoding = payload.metadata.get("encoding", b"no encoding").decode("ascii", "replace")
        return f"{len(payload.data)} bytes that are no JSON ({encoding})"


def unreadable(error: ValidationError, kind: str) -> ApplicationError:
    """What is wrong with an input, in words, and as one of the error's details for each problem."""
    wrong = error.errors(include_url=False)[:_PROBLEMS]
    words = shortened(in_words(error), _WORDS)
    return ApplicationError(words, *map(_problem, wrong), type=kind, non_retryable=True)


def _problem(one: ErrorDetails) -> dict[str, str]:
    """Where it stands, what was found and what is allowed."""
    return {"place": shortened(place_in_words(one)), "found": found(one), "allowed": allowed(one)}
