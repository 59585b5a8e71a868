"""A rule's refusal is told as one, and nothing else is: what went wrong between a case and the API says so itself."""

from __future__ import annotations

import pytest
from temporalio.exceptions import ApplicationError, CancelledError, TerminatedError

from api.case_client import Unanswered, Unreadable
from api.error_handlers import problem_of
from api.temporal_client import _failed
from dunning.errors import Refused


def test_a_refusal_of_the_rules_keeps_its_rule_and_its_reason() -> None:
    said = ApplicationError("a plan stands already", {"request": "plan", "rule": "A3"}, type="Refused")
    told = _failed("plan", said)
    assert isinstance(told, Refused)
    assert (told.rule, told.reason) == ("A3", "a plan stands already")


@pytest.mark.parametrize("kind", ["BadRequest", "UnknownRequest"])
def test_what_a_worker_of_another_build_cannot_read_is_no_refusal(kind: str) -> None:
    told = _failed("waive", ApplicationError("no request waive", type=kind))
    problem = problem_of(told)
    assert isinstance(told, Unreadable)
    assert problem is not None
    assert (problem.status, problem.headers) == (503, {"Retry-After": "5"})


@pytest.mark.parametrize(
    "cause",
    [
        ApplicationError("the workflow completed first", type="AcceptedUpdateCompletedWorkflow"),
        ApplicationError("KeyError", type="KeyError"),
        CancelledError("cancelled"),
        TerminatedError("terminated"),
        None,
    ],
    ids=repr,
)
def test_f6_what_failed_on_our_side_is_never_told_as_a_refusal(cause: BaseException | None) -> None:
    told = _failed("hold", cause)
    problem = problem_of(told)
    assert isinstance(told, Unanswered)
    assert problem is not None
    assert (problem.status, problem.kind) == (504, "unanswered")
