"""A model's complaints in words: where, and what is allowed there."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import pytest
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import core_schema

from dunning.validation import ALLOWED, allowed, found, in_words


class Bag(BaseModel):
    size: Annotated[int, Field(ge=1)] = 1
    colours: Annotated[tuple[Literal["red", "blue"], ...], Field(max_length=2)] = ()


def refused(**told: object) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Bag.model_validate(told)
    return caught.value


def test_each_complaint_names_its_place_what_was_found_and_what_is_allowed() -> None:
    said = in_words(refused(size=0, colours=["green"]))
    assert said == (
        "size: found a number; allowed 1 or more; colours.0: found a text of 5 characters; allowed red or blue"
    )


def test_a_complaint_about_the_whole_is_about_the_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Bag.model_validate([])
    assert in_words(caught.value).startswith("input: ")


@pytest.mark.parametrize(
    "told, words",
    [
        ({"size": 0}, "1 or more"),
        ({"size": "many"}, "a whole number"),
        ({"colours": ["green"]}, "red or blue"),
        ({"colours": ["red"] * 3}, "at most 2"),
        ({"colours": 1}, "a list"),
    ],
)
def test_what_is_allowed_is_said_in_a_few_words(told: dict[str, object], words: str) -> None:
    [detail] = refused(**told).errors()
    assert allowed(detail, ALLOWED) == words


def test_whoever_has_words_of_their_own_says_them_instead() -> None:
    [detail] = refused(size="many").errors()
    assert allowed(detail, {**ALLOWED, "int_parsing": "a number of litres"}) == "a number of litres"


@pytest.mark.parametrize("kind", get_args(core_schema.ErrorType))
def test_no_complaint_is_told_in_the_words_of_the_library(kind: str) -> None:
    if kind in {"value_error", "assertion_error"}:
        return  # a check of our own, which says so itself
    context = dict.fromkeys(_CONTEXT, "CONTEXT")
    said = allowed({"type": kind, "msg": "THEIR WORDS", "loc": (), "input": None, "ctx": context})
    assert "THEIR WORDS" not in said
    assert not {"{", "}", "'"} & set(said)


def test_what_was_found_is_shown_only_where_it_cannot_be_personal() -> None:
    open_, closed = {"loc": ("due_on",)}, {"loc": ("name",)}
    assert found({"type": "date_parsing", "input": "31-12-2026", **open_}) == "31-12-2026"
    assert found({"type": "string_type", "input": "Jane", **closed}) == "a text of 4 characters"
    assert found({"type": "date_parsing", "input": "Jane Doe", **open_}) == "a text of 8 characters"
    assert found({"type": "missing", "input": {"name": "Jane"}, **open_}) == "nothing"
    assert found({"type": "extra_forbidden", "input": "Jane", **closed}) == "an unknown name"


_CONTEXT = (
    "expected", "expected_tags", "min_length", "max_length", "gt", "ge", "lt", "le", "multiple_of", "max_digits",
    "decimal_places", "whole_digits", "pattern",
)  # fmt: skip
