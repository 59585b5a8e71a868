"""Turns whatever goes wrong into an answer: a problem for programs, a page that says the same for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.billing_system import BillingUnavailable
from adapters.storage.engine.failures import Failure, StoreUnavailable
from adapters.storage.groups import BadParent
from adapters.storage.lists.pages import BadCursor
from adapters.storage.worklist.owners import BadCare
from api.authentication import answers_in_json
from api.case_client import TemporalUnreachable, Unanswered, Unreadable
from api.case_service import NoPolicy
from api.problems import KINDS, Problem, RequestMistake, invalid, kind_of_status
from api.shapes.policies import PolicyReason
from api.validation_errors import request_mistakes
from dunning.errors import Conflict, DunningError, MoneyError, NotFound, Refused

ProblemPage = Callable[[Request, Problem], Response]
_STORE: Final[Mapping[Failure, str]] = {
    "down": "The store cannot be reached",
    "full": "The store has no place left",
    "locked": "Others hold the store",
    "read-only": "The store can only be read",
}


def install_error_handlers(app: FastAPI, page: ProblemPage) -> None:
    """Answer for every error of ours, of FastAPI and of Starlette. `page` shows a problem to a person."""

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem is None:
            raise error  # to be logged as a fault of ours
        return problem.answer() if answers_in_json(request.scope) else page(request, problem)

    for kind in (Problem, DunningError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


def problem_of(error: Exception) -> Problem | None:
    """The problem that an error stands for; None for one that nobody foresaw."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _misunderstood(error)
        case HTTPException():
            return _http(error)
        case DunningError():
            return _ours(error)
        case _:
            return None


def _ours(error: DunningError) -> Problem | None:
    match error:
        case Refused():
            return _refused(error)
        case NotFound():
            return Problem("not-found", str(error))
        case BadCursor():
            return invalid(
                [RequestMistake("a cursor of another list or none", "`next` of the page before", parameter="cursor")]
            )
        case BadParent() | BadCare():
            return invalid([RequestMistake(error.found, error.allowed, pointer=f"#/{error.place}")])
        case Conflict():
            return Problem("conflict", str(error))
        case Unanswered():
            return Problem("unanswered", str(error))
        case StoreUnavailable() | TemporalUnreachable() | BillingUnavailable() | Unreadable():
            return Problem("unavailable", _outage(error), headers={"Retry-After": "5"})
        case MoneyError():
            return invalid([RequestMistake("an amount that is none", error.allowed, pointer="#")])
        case _:
            return None


def _refused(error: Refused) -> Problem:
    more: dict[str, Any] = {"request": error.request, "rule": error.rule, "reason": error.reason}
    if isinstance(error, NoPolicy):
        more["reasons"] = [reason.model_dump(mode="json") for reason in PolicyReason.every(error.reasons)]
    return Problem("refused", str(error), more=more)


def _outage(error: DunningError) -> str:
    match error:
        case StoreUnavailable():
            return f"{_STORE[error.why]}. Send it again, with the same id and the same Idempotency-Key"
        case TemporalUnreachable():
            return f"{error}. Nothing is lost: send it again, with the same id, until it is taken"
        case _:
            return str(error)


def _misunderstood(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if isinstance(error.body, bytes):  # not read, because it does not say that it is JSON
        mistake = RequestMistake("another type, or none", "application/json", header="Content-Type")
        return Problem("unsupported", str(mistake), (mistake,))
    return invalid(request_mistakes(errors))


def _http(error: HTTPException) -> Problem:
    kind = kind_of_status(error.status_code)
    headers = dict(error.headers or {})
    if kind == "method-not-allowed":
        return Problem(kind, f"allowed: {headers.get('Allow', 'another method')}", headers=headers)
    return Problem(kind, KINDS[kind][1], headers=headers)
