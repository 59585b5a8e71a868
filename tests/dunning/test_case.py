"""A case and its parts as values: a change names a field, and what is worked out from fields follows them."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import given

from dunning import case as module
from dunning.case import Case, CaseChanges
from dunning.derived import KEPT, OUTDATED_BY
from dunning.journal import Line
from dunning.parts import StepState
from dunning.session import CaseSession
from dunning.value import altered
from tests.dunning.cases import Story, a_case
from tests.dunning.streams import END, stories

# That the type checker finds each of these as well is what its `ignore` is for: an unused one fails it.


def test_a_misspelt_field_of_a_case_is_refused_and_the_fields_are_named() -> None:
    with pytest.raises(TypeError, match=r"found holdz; allowed .*holds"):
        a_case().evolve(holdz=())  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="found doin; allowed"):
        a_case().with_step(0, StepState(), doin=None)  # type: ignore[call-arg]


def test_a_misspelt_field_of_a_part_is_refused_and_the_fields_are_named() -> None:
    with pytest.raises(TypeError, match="StepState: found statuss; allowed status, left_on"):
        altered(StepState(), statuss="done")  # type: ignore[call-arg]


def test_nobody_may_assign_to_a_field_of_a_part_or_of_a_case() -> None:
    """To the type checker, that is; a value that is guarded while it runs costs more than the decisions about it."""
    state, case = StepState(), a_case()
    state.status = "done"  # type: ignore[misc]
    case.consent = False  # type: ignore[misc]


def test_a_part_is_altered_into_another_value_and_stays_itself() -> None:
    before = StepState(asked=True)
    after = altered(before, status="done")
    assert (before.status, after.status, after.asked) == ("open", "done", True)
    assert after == StepState(status="done", asked=True)


def test_the_changes_of_a_case_are_its_fields_with_their_types() -> None:
    case, changes = get_type_hints(Case, vars(module)), get_type_hints(CaseChanges, vars(module))
    assert changes == {field.name: case[field.name] for field in fields(Case)}


def test_what_is_noted_stands_on_the_line_under_the_same_names() -> None:
    lines, case = get_type_hints(Line), a_case()
    noted = {name: kind for name, kind in get_type_hints(Case.note, vars(module)).items() if name != "return"}
    assert {"number": int, "at": datetime, **noted} == lines
    said: Any = {name: f"the {name}" for name in noted}
    assert vars(case.note(**said).lines[-1]) == {"number": case.line_count + 1, "at": case.now, **said}


def test_whatever_is_worked_out_comes_from_fields_of_a_case() -> None:
    known = {field.name for field in fields(Case)}
    assert {name for name, outdated in OUTDATED_BY.items() if outdated} <= known


class Doubted(Story):
    """A simulation that works everything out anew before each act, and finds the same."""

    def _act(self, name: str, when: Any) -> None:
        case = self.cases[name]
        known = {one for outdated in OUTDATED_BY.values() for one in outdated if one in case.__dict__}
        fresh = Case(**{field.name: getattr(case, field.name) for field in fields(Case)})
        for one in known & (vars(Case).keys() | KEPT.keys()):
            assert getattr(case, one) == getattr(fresh, one), one
        self.sessions[name] = CaseSession(fresh)
        super()._act(name, when)


@given(stories())
def test_what_was_worked_out_before_is_what_would_be_worked_out_now(story: dict[str, Any]) -> None:
    told, doubted = Story(**story).told(END), Doubted(**story)
    doubted.told(END)
    assert told.lines == doubted.lines
    assert told.cases == doubted.cases
