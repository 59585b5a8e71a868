"""How a length of time is written, and what is refused."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from dunning.span import LONGEST, Span, Unit

spans = st.builds(Span, st.integers(-LONGEST, LONGEST), st.sampled_from(get_args(Unit)))


class Terms(BaseModel):
    grace: Span


@pytest.mark.parametrize(
    "text, span",
    [
        ("3 days", Span(3, "days")),
        ("1 day", Span(1, "days")),
        ("-3 days", Span(-3, "days")),
        ("0 days", Span(0, "days")),
        ("5 workdays", Span(5, "workdays")),
        ("2 hours", Span(2, "hours")),
    ],
)
def test_a_span_is_read_as_it_is_spoken_and_written_back_the_same(text: str, span: Span) -> None:
    assert Span.parse(text) == span
    assert str(span) == text


@pytest.mark.parametrize(
    "text", ["", "3", "days", "3  days", "3days", "three days", "3 weeks", "1.5 days", "+3 days", "03 days", "3 Days",
             "3 days ", "100000 days", "٣ days", "3 days\n"],
)  # fmt: skip
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"found .*; allowed a whole number and its unit, such as 3 days"):
        Span.parse(text)


@given(spans)
def test_every_span_survives_its_own_text_and_json(span: Span) -> None:
    assert Span.parse(str(span)) == span
    terms = Terms(grace=span)
    assert Terms.model_validate_json(terms.model_dump_json()) == terms
    assert terms.model_dump(mode="json") == {"grace": str(span)}


@pytest.mark.parametrize("value", [3, 3.0, True, None, "3 dayz", {"days": 3}])
def test_a_model_takes_the_text_or_a_span_and_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError, match="allowed a whole number and its unit"):
        Terms.model_validate({"grace": value})
    assert Terms.model_validate({"grace": "3 days"}) == Terms.model_validate({"grace": Span(3, "days")})


def test_a_span_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Span(3, "days").count = 4  # type: ignore[misc] # the type check refuses it too
