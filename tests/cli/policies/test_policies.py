"""`dunning policy`: a policy is checked, described and explained before any debtor feels it."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from adapters.policies import SHIPPED
from adapters.settings import Settings
from adapters.yaml import read_documents, read_text
from cli.installation.store import policies_of
from cli.scenarios.scenario_schema import scenario_schema
from dunning.errors import PolicyError, ScenarioError
from tests.cli.conftest import Dunning

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.yaml"))


def test_the_shipped_policies_are_right(dunning: Dunning) -> None:
    said = dunning("policy", "check", SHIPPED)
    assert (said.code, said.last_line) == (0, "5 right, 0 mistakes")


def test_every_mistake_is_told_by_file_and_line(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: Bad\nsteps: []\n")
    said = dunning("policy", "check", "bad.yaml", SHIPPED / "agency.yaml")
    assert said.code == 1
    assert "bad.yaml:1: name: found Bad; allowed" in said.out
    assert "bad.yaml:2: steps: found an empty list" in said.out
    assert said.last_line == "1 right, 2 mistakes"


def test_a_message_that_no_language_has_is_a_mistake(dunning: Dunning, tmp_path: Path) -> None:
    step = "{name: a, after: 1 day, do: [{notify: {message: angry, by: [email]}}]}"
    (tmp_path / "p.yaml").write_text(f"name: p\nsteps:\n  - {step}\n")
    assert dunning("policy", "check", "p.yaml").code == 1


def test_two_policies_that_could_take_one_invoice_are_a_mistake(dunning: Dunning, tmp_path: Path) -> None:
    step = "{name: a, after: 1 day, do: [{notify: {message: firm, by: [email]}}]}"
    (tmp_path / "one.yaml").write_text(f"name: one\nfor: {{customer.country: NL}}\nsteps:\n  - {step}\n")
    (tmp_path / "two.yaml").write_text(f"name: two\nsteps:\n  - {step}\n")
    said = dunning("policy", "check", "one.yaml", "two.yaml")
    assert (said.code, said.last_line) == (1, "2 right, 1 mistake")
    found = "found 0 in one and two, which both take an invoice such as customer.country=NL; allowed another priority"
    assert f"one.yaml, two.yaml: priority: {found}" in said.out
    told = json.loads(dunning("policy", "check", "one.yaml", "two.yaml", "--json").out)
    assert [problem["place"] for problem in told["problems"]] == ["priority"]
    assert dunning("policy", "check", "one.yaml", "one.yaml").code == 0


def test_an_installation_does_not_start_with_two_that_could_take_one_invoice(tmp_path: Path) -> None:
    step = "{name: a, after: 1 day, do: [{notify: {message: firm, by: [email]}}]}"
    (tmp_path / "two.yaml").write_text(f"name: one\nsteps:\n  - {step}\n---\nname: two\nsteps:\n  - {step}\n")
    with pytest.raises(PolicyError, match="found 0 in one and two, which both take any invoice"):
        policies_of(Settings(policies=tmp_path / "two.yaml"))


def test_json_tells_programs_what_is_wrong(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: Bad\nsteps: []\n")
    told = json.loads(dunning("policy", "check", "bad.yaml", "--json").out)
    assert not told["ok"]
    assert told["problems"][0] | {"allowed": ""} == {
        "file": "bad.yaml", "line": 1, "place": "name", "found": "Bad", "allowed": "",
    }  # fmt: skip


def test_facts_find_their_policy_and_hear_why_not_the_others(dunning: Dunning) -> None:
    said = dunning("policy", "explain", "customer.kind=business", "customer.country=NL", "invoice.amount=250")
    assert said.code == 0
    assert said.out.startswith("b2b-net30 takes it\n")
    assert "consumer: customer.kind: found business; allowed consumer" in said.out


def test_an_invoice_that_nobody_takes_is_a_no(dunning: Dunning) -> None:
    said = dunning("policy", "explain", "customer.kind=business", "customer.country=US", "--json")
    assert said.code == 1
    assert json.loads(said.out)["policy"] is None


@pytest.mark.parametrize("asked", ["customer.knd=business", "invoice.amount=much"])
def test_a_fact_that_makes_no_sense_is_bad_input(dunning: Dunning, asked: str) -> None:
    said = dunning("policy", "explain", asked)
    assert said.code == 2
    assert said.err.startswith("error: ")


def test_a_schema_is_printed_for_editors(dunning: Dunning) -> None:
    assert json.loads(dunning("policy", "schema").out)["title"] == "Dunning policy"
    assert json.loads(dunning("policy", "schema", "--of", "scenario").out)["title"] == "Dunning scenario"


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_the_schema_of_scenarios_takes_every_scenario_that_is_shipped(file: Path) -> None:
    validator = jsonschema_rs.validator_for(json.loads(json.dumps(scenario_schema())))
    for document in read_documents(read_text(file, ScenarioError), file.name, ScenarioError):
        validator.validate(json.loads(json.dumps(document.value, default=float)))


def test_the_schema_of_scenarios_refuses_a_slip_of_the_pen() -> None:
    validator = jsonschema_rs.validator_for(json.loads(json.dumps(scenario_schema())))
    story = {
        "scenario": "s",
        "policy": "p",
        "customer": {"id": "c"},
        "invoice": {"id": "i", "currency": "EUR", "amount": 1, "due_on": "2026-03-02"},
    }
    assert validator.is_valid(story)
    assert not validator.is_valid({**story, "expects": []})
    assert not validator.is_valid({**story, "events": [{"at": "2026-03-02", "payment": {"id": "p"}}]})
