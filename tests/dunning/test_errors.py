"""How mistakes are told."""

from __future__ import annotations

import pickle

import pytest
from pydantic import ValidationError

from adapters.creditor import CreditorError
from adapters.settings import CreditorSettings
from api.error_handlers import problem_of
from dunning.calendar import CalendarError
from dunning.errors import (
    DunningError,
    FileMistake,
    Mistake,
    MoneyError,
    NotAllowed,
    PolicyError,
    Refused,
    ScenarioError,
    as_path,
)

PROBLEMS = (
    Mistake("steps[0].after", 12, "3 dayz", "days or workdays"),
    Mistake("", None, "nothing", "a policy"),
)


def test_every_mistake_of_a_file_has_a_line_of_its_own() -> None:
    assert str(PolicyError("p.yaml", PROBLEMS)) == (
        "p.yaml:12: steps[0].after: found 3 dayz; allowed days or workdays\np.yaml: found nothing; allowed a policy"
    )


@pytest.mark.parametrize("kind", [PolicyError, ScenarioError])
def test_a_mistake_survives_a_process_boundary(kind: type[FileMistake]) -> None:
    copy = pickle.loads(pickle.dumps(kind("p.yaml", PROBLEMS)))  # noqa: S301 - our own bytes
    assert (type(copy), copy.file, copy.problems) == (kind, "p.yaml", PROBLEMS)


def test_a_refusal_names_the_request_the_reason_and_the_rule() -> None:
    refused = pickle.loads(pickle.dumps(Refused("promise", "30 September is past", "A1")))  # noqa: S301 - our own bytes
    assert (refused.request, refused.reason, refused.rule) == ("promise", "30 September is past", "A1")
    assert str(refused) == "promise refused: 30 September is past (A1)"


def test_what_is_no_money_is_also_a_wrong_value() -> None:
    assert issubclass(MoneyError, ValueError)
    assert issubclass(MoneyError, DunningError)


@pytest.mark.parametrize("kind", [MoneyError, CalendarError, CreditorError])
def test_what_was_found_and_what_is_allowed_are_carried_and_not_only_said(kind: type[NotAllowed]) -> None:
    """However it is worded: what was found may say `allowed` itself."""
    told = kind("name", "'x; allowed y'", "what is allowed here")
    copy = pickle.loads(pickle.dumps(told))  # noqa: S301 - our own bytes
    for error in (told, copy):
        assert (error.place, error.found, error.allowed) == ("name", "'x; allowed y'", "what is allowed here")
        assert str(error).endswith("name: found 'x; allowed y'; allowed what is allowed here")


def test_a_problem_of_the_api_says_what_the_error_allows() -> None:
    problem = problem_of(MoneyError("amount", "'1; allowed 2'", "nothing but what is allowed here"))
    assert problem is not None
    assert problem.mistakes[0].allowed == "nothing but what is allowed here"


def test_a_setting_of_the_creditor_is_named_with_what_it_may_be() -> None:
    with pytest.raises(ValidationError) as caught:
        CreditorSettings(name="A; allowed B\nC")
    [wrong] = caught.value.errors()
    assert wrong["loc"] == ("name",)
    assert wrong["ctx"] == {"allowed": "one line of printable text", "found": "'A; allowed B\\nC'"}


def test_a_path_is_shown_as_one_would_say_it() -> None:
    assert as_path(("steps", 2, "do", 0, "notify")) == "steps[2].do[0].notify"
    assert as_path(()) == ""
