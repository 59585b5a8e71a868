"""What people write is put aside by reference: the same words alike, other words not, and nothing else of a message."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from pydantic import BaseModel

from dunning.free_text import FREE_TEXT, GONE, in_words, is_reference, reference, references_in, with_references
from dunning.messages import MESSAGES
from dunning.requests import WriteOffTerms

KEY, OTHER_KEY = b"one store's", b"another's"
NAMES_AND_PLACES = {"by", "task", "queue"}  # who, and where to: nothing that tells a story


@pytest.mark.parametrize("kind", [*MESSAGES.values(), WriteOffTerms], ids=lambda kind: kind.__name__)
def test_whatever_people_may_write_at_length_is_known_as_free_text(kind: type[BaseModel]) -> None:
    limits = {name: str(field.metadata) for name, field in kind.model_fields.items()}
    words = {name for name, limit in limits.items() if "min_length=1" in limit and "max_length=500" in limit}
    assert words <= FREE_TEXT | NAMES_AND_PLACES


def test_every_kind_of_free_text_stands_in_some_message() -> None:
    fields = chain.from_iterable(kind.model_fields for kind in MESSAGES.values())
    assert set(fields) >= FREE_TEXT


@pytest.mark.parametrize(
    "body",
    [
        {"id": "d1", "reason": "she is in hospital", "amount": "10.00"},
        {"task": "end-1", "by": "j.smit", "write_off": {"by": "j.smit", "reason": "she is in hospital"}},
    ],
    ids=["of a message", "within one"],
)
def test_a_body_refers_to_its_words_and_is_the_same_otherwise(body: dict[str, Any]) -> None:
    said, texts = with_references(body, KEY)
    [(name, words)] = texts.items()
    assert words == "she is in hospital"
    assert references_in(said) == {name}
    assert "hospital" not in str(said)
    assert in_words(said, texts) == body


def test_the_same_words_have_the_same_reference_in_one_store_only() -> None:
    assert reference("in hospital", KEY) == reference("in hospital", KEY)
    assert len({reference("in hospital", KEY), reference("In hospital", KEY), reference("in hospital", OTHER_KEY)}) == 3


def test_words_that_look_like_a_reference_are_words() -> None:
    looks_like_one = reference("of somebody else", KEY)
    said, texts = with_references({"reason": looks_like_one}, KEY)
    assert said["reason"] != looks_like_one
    assert in_words(said, {**texts, looks_like_one: "of somebody else"}) == {"reason": looks_like_one}


@pytest.mark.parametrize("reason", ["", None, 7, ["a", "list"]])
def test_what_is_no_text_stays(reason: object) -> None:
    assert with_references({"reason": reason}, KEY) == ({"reason": reason}, {})


def test_references_are_found_and_read_wherever_they_stand() -> None:
    one, other = reference("bankruptcy", KEY), reference("fraud", KEY)
    said = {"holds": [{"id": f"stop-{one}", "reason": one}], "lines": (f"j.smit: {other}", 7, None)}
    assert references_in(said) == {one, other}
    read = in_words(said, {one: "bankruptcy", other: "fraud"})
    assert read == {"holds": [{"id": "stop-bankruptcy", "reason": "bankruptcy"}], "lines": ("j.smit: fraud", 7, None)}


def test_words_that_are_not_kept_any_more_are_said_to_be_gone() -> None:
    assert in_words(f"held for {reference('a secret', KEY)}", {}) == f"held for {GONE}"


def test_only_a_whole_reference_is_one() -> None:
    whole = reference("words", KEY)
    assert is_reference(whole)
    assert not any(map(is_reference, (whole[:-1], f" {whole}", f"{whole}0", "text: and more", "")))
    assert references_in("text: and more") == frozenset()
