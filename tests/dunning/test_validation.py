"""A model's complaints in words: where, and what is allowed there."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from dunning.validation import ALLOWED, allowed, in_words


class Bag(BaseModel):
    size: Annotated[int, Field(ge=1)] = 1
    colours: Annotated[tuple[Literal["red", "blue"], ...], Field(max_length=2)] = ()


def refused(**told: object) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Bag.model_validate(told)
    return caught.value


def test_each_complaint_names_its_place() -> None:
    found = in_words(refused(size=0, colours=["green"]))
    assert found.startswith("size: Input should be greater than or equal to 1; colours.0: Input should be 'red'")


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
    assert allowed(detail, {}) is None
