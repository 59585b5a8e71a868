"""YAML as people in finance mean it, and the line of everything."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.document import Document
from adapters.yaml import read_documents, read_text
from dunning.errors import ScenarioError


def only(text: str) -> Document:
    (document,) = read_documents(text, "f.yaml", ScenarioError)
    return document


def value(text: str) -> Any:
    return only(f"it: {text}\n").value["it"]  # type: ignore[index] # a mapping was written


def mistakes(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        read_documents(text, "f.yaml", ScenarioError)
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    "written, meant",
    [
        ("on", "on"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("09:00", "09:00"),
        ("12:30:45", "12:30:45"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T06:00", "2026-03-01T06:00"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("''", ""),
        ("3 days", "3 days"),
        ("-3 days", "-3 days"),
    ],
)
def test_what_looks_like_a_text_is_a_text(written: str, meant: str) -> None:
    assert value(written) == meant
    assert isinstance(value(written), str)


@pytest.mark.parametrize("written, meant", [("0.10", "0.10"), ("15.00", "15.00"), ("-.5", "-0.5"), ("1e2", "1E+2")])
def test_a_number_with_a_point_keeps_every_digit(written: str, meant: str) -> None:
    assert str(value(written)) == meant
    assert isinstance(value(written), Decimal)


def test_an_amount_never_passes_through_a_binary_float() -> None:
    assert value("12345678901234567890.12") == Decimal("12345678901234567890.12")


@pytest.mark.parametrize(
    "written, meant",
    [("12", 12), ("-3", -3), ("010", 10), ("true", True), ("False", False), ("~", None), ("null", None)],
)
def test_whole_numbers_truth_and_nothing_are_what_they_say(written: str, meant: object) -> None:
    assert value(written) == meant
    assert type(value(written)) is type(meant)


def test_a_key_is_a_text_whatever_it_looks_like() -> None:
    assert only("on: 1\n12: 2\nnull: 3\n<<: 4\n").value == {"on": 1, "12": 2, "null": 3, "<<": 4}


def test_an_older_yaml_asked_for_changes_nothing() -> None:
    assert only("%YAML 1.1\n---\nit: on\n").value == {"it": "on"}


def test_every_part_knows_its_line_and_an_unknown_part_the_line_around_it() -> None:
    document = only("# a comment\nsteps:\n  - name: a\n    do: [x,\n         y]\n")
    assert document.line(()) == 2
    assert document.line(("steps", 0, "name")) == 3
    assert document.line(("steps", 0, "do", 1)) == 5
    assert document.line(("steps", 0, "after")) == 3
    assert document.line(("nowhere",)) == 2


def test_each_document_of_a_file_counts_the_lines_of_the_file() -> None:
    documents = read_documents("---\na: 1\n---\n# nothing here\n---\nb: 2\n", "f.yaml", ScenarioError)
    assert [(document.value, document.line(())) for document in documents] == [({"a": 1}, 2), ({"b": 2}, 6)]


def test_a_file_without_a_word_has_no_documents() -> None:
    assert read_documents("# only this\n", "f.yaml", ScenarioError) == ()


def test_a_part_may_be_written_once_and_used_twice() -> None:
    assert only("a: &terms {grace: 1 day}\nb: *terms\n").value == {"a": {"grace": "1 day"}, "b": {"grace": "1 day"}}


@pytest.mark.parametrize(
    "text, told",
    [
        (
            "a: 1\nb: [1\nc: 2",
            "f.yaml:3: found a bracket [ that is not closed, from line 2; allowed a ] at its end, and commas within",
        ),
        (
            "a: 1\n\tb: 2",
            "f.yaml:2: found a tab; allowed spaces, also to indent with",
        ),
        (
            "a: {b: 1",
            "f.yaml:1: found a brace { that is not closed, from line 1; allowed a } at its end, and commas within",
        ),
        ('a: "x\nb: 1', "f.yaml:2: found a quote that is not closed, from line 1; allowed the same quote at its end"),
        (
            "a:\n  - {b: 1}\n   c: 1",
            (
                "f.yaml:3: found a line that is indented otherwise than the others of its list, which begins in line "
                "2; allowed the same indent for what stands side by side"
            ),
        ),
        (
            "a: b: c",
            (
                "f.yaml:1: found a colon in the middle of a value, or a line that is indented deeper than the one it "
                "belongs to; allowed the same indent for what stands side by side, "
                "and quotes around a text with a colon in it"
            ),
        ),
        ("a: *no", "f.yaml:1: found no YAML (found undefined alias 'no'); allowed YAML 1.2"),
        ("a: \x01", "f.yaml: found no YAML (a character that no text has); allowed YAML 1.2"),
        ("x: 1\na: &a [*a]", "f.yaml:2: found no YAML (values without end); allowed YAML 1.2"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3: a: found the same name again; allowed each once"),
        ("a: !money 3", "f.yaml:1: a: found the tag !money; allowed a value without a tag"),
        ("a: !!binary aGk=", "f.yaml:1: a: found the tag tag:yaml.org,2002:binary; allowed a value without a tag"),
        ("? [a, b]\n: 1", "f.yaml:1: found a name that is no text; allowed each once"),
    ],
)
def test_what_nobody_means_to_write_is_told_with_its_line(text: str, told: str) -> None:
    assert mistakes(text) == [told]


def test_all_such_mistakes_of_a_file_are_told_at_once() -> None:
    assert [line.split(" ")[0] for line in mistakes("a: 1\na: 2\n---\nb: !x 1\nb: 2\n")] == [
        "f.yaml:2:",
        "f.yaml:4:",
        "f.yaml:5:",
    ]


def test_a_text_that_unfolds_without_end_is_refused_in_time() -> None:
    layers = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12))
    assert "values without end" in mistakes(f"l0: &l0 [x, x]\n{layers}\n")[0]
    assert "without end" in mistakes("[" * 5000)[0]


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"No such file.*allowed a file that can be read"):
        read_text(tmp_path / "nowhere.yaml", ScenarioError)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Café".encode("latin-1"))
    with pytest.raises(ScenarioError, match="no UTF-8"):
        read_text(latin, ScenarioError)
