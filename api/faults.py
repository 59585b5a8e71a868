"""Turns whatever goes wrong into an answer: a problem for programs, a page that says the same for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.elsewhere import BillingSilent
from adapters.storage.pages import BadCursor
from api.doorkeeper import answers_in_json
from api.mistakes import mistakes
from api.problems import KINDS, Mistake, Trouble, invalid, kind_of
from api.runs import Unanswered, Unreachable
from dunning.errors import Conflict, DunningError, MoneyError, NotFound, Refused

Page = Callable[[Request, Trouble], Response]
_UNREADABLE: Final = frozenset({"json_invalid"})


def install(app: FastAPI, page: Page) -> None:
    """Answer for every error of ours, of FastAPI and of Starlette. `page` shows a problem to a person."""

    async def answer(request: Request, error: Exception) -> Response:
        trouble = trouble_of(error)
        if trouble is None:
            raise error  # to be logged as a fault of ours
        return trouble.answer() if answers_in_json(request.scope) else page(request, trouble)

    for kind in (Trouble, DunningError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


def trouble_of(error: Exception) -> Trouble | None:
    """The problem that an error stands for; None for one that nobody foresaw."""
    match error:
        case Trouble():
            return error
        case RequestValidationError():
            return _misunderstood(error)
        case HTTPException():
            return _http(error)
        case DunningError():
            return _ours(error)
        case _:
            return None


def _ours(error: DunningError) -> Trouble | None:
    match error:
        case Refused():
            more = {"request": error.request, "rule": error.rule, "reason": error.reason}
            return Trouble("refused", str(error), more=more)
        case NotFound():
            return Trouble("not-found", str(error))
        case BadCursor():
            return invalid(
                [Mistake("a cursor of another list or none", "`next` of the page before", parameter="cursor")]
            )
        case Conflict():
            return Trouble("conflict", str(error))
        case Unanswered():
            return Trouble("unanswered", str(error))
        case BillingSilent():
            return Trouble("unavailable", str(error), headers={"Retry-After": "5"})
        case Unreachable():
            detail = f"{error}. Nothing is lost: send it again, with the same id, until it is taken"
            return Trouble("unavailable", detail, headers={"Retry-After": "5"})
        case MoneyError():
            allowed = str(error).rpartition("allowed ")[2]
            return invalid([Mistake("an amount that is none", allowed, pointer="#")])
        case _:
            return None


def _misunderstood(error: RequestValidationError) -> Trouble:
    errors = error.errors()
    if isinstance(error.body, bytes):  # not read, because it does not say that it is JSON
        mistake = Mistake("another type, or none", "application/json", header="Content-Type")
        return Trouble("unsupported", str(mistake), (mistake,))
    if errors and errors[0]["type"] in _UNREADABLE:
        mistake = Mistake("something that is no JSON", "one JSON object in UTF-8", pointer="#")
        return Trouble("malformed", str(mistake), (mistake,))
    return invalid(mistakes(errors))


def _http(error: HTTPException) -> Trouble:
    kind = kind_of(error.status_code)
    headers = dict(error.headers or {})
    if kind == "method-not-allowed":
        return Trouble(kind, f"allowed: {headers.get('Allow', 'another method')}", headers=headers)
    return Trouble(kind, KINDS[kind][1], headers=headers)
