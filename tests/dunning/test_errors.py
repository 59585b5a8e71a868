"""How mistakes are told."""

from __future__ import annotations

import pickle

import pytest

from dunning.errors import DunningError, FileMistake, MoneyError, PolicyError, Problem, Refused, ScenarioError, as_path

PROBLEMS = (
    Problem("steps[0].after", 12, "3 dayz", "days or workdays"),
    Problem("", None, "nothing", "a policy"),
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


def test_a_path_is_shown_as_one_would_say_it() -> None:
    assert as_path(("steps", 2, "do", 0, "notify")) == "steps[2].do[0].notify"
    assert as_path(()) == ""
