"""Everything that has a public name stands on its page: a name that is added and not written down fails here."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

import api.routes
from activities import options as activities
from adapters.messages.catalogue import catalogue
from adapters.policies import policy_schema, shipped_policies
from adapters.sandbox_scripts import BY_METHOD
from adapters.storage.tables import METADATA
from api.pages.words import STAGES
from api.problems import KINDS, ProblemShape
from api.shapes.cases import CaseOut, LineOut
from api.shapes.invoices import Told
from dunning import errors
from dunning.answers import Answer
from dunning.effects import Effect
from dunning.errors import DunningError
from dunning.journal import TURNING_POINTS, Line
from dunning.messages import FACTS, MESSAGES, REQUESTS
from dunning.policy.conditions import Conditions
from dunning.rulebook.decline import FORESEEN, NEVER_ARRIVED
from dunning.rulebook.rows import Kind
from dunning.rulebook.tables import TABLES
from dunning.scenarios.scenario import Expected, Scenario
from tests.docs.pages import ROOT, page
from workflows import contract
from workflows.case import DunningCase
from workflows.contract import CaseInput

POLICY = page("docs/reference/policy.md")
MESSAGE = page("docs/reference/messages.md")
SCENARIO = page("docs/reference/scenario.md")
JOURNAL = page("docs/reference/journal.md")
EFFECTS = page("docs/reference/effects.md")
DECLINES = page("docs/reference/declines.md")
ERRORS = page("docs/reference/errors.md")
API = page("docs/reference/http-api.md")
RULES = page("docs/reference/rules.md")
PACKAGES = ("dunning", "activities", "workflows", "adapters", "worker", "api", "cli")

# Which section of the page describes which part of a policy.
SECTIONS = {
    "Amounts": "How values are written",
    "CalendarRules": "Calendar",
    "Charging": "Charging",
    "ClosedDays": "Calendar",
    "Conditions": "Conditions",
    "ContactHours": "How values are written",
    "DisputeTerms": "Dispute",
    "End": "End",
    "Fee": "fee",
    "HandOffAction": "hand_off",
    "Notify": "notify",
    "PerCustomer": "Spacing",
    "PlanTerms": "Plan",
    "PromiseTerms": "Promise",
    "Spacing": "Spacing",
    "Step": "Steps",
    "Suspend": "suspend",
    "Task": "task",
    "WriteOffAction": "write_off",
    **dict.fromkeys(("AmountTest", "CountTest", "CountryTest", "CurrencyTest", "KindTest", "TextTest"), "Conditions"),
}


def missing(names: Any, named: set[str]) -> list[str]:
    return sorted(name for name in names if name not in named)


def properties(node: Any) -> Iterator[tuple[str, Any]]:
    """Every name that a part of the schema has, with what is said of it."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties":
                yield from value.items()
            yield from properties(value)
    if isinstance(node, list):
        for one in node:
            yield from properties(one)


@pytest.mark.parametrize("part", sorted(policy_schema()["$defs"]))
def test_each_field_of_a_policy_is_in_its_section_with_its_default(part: str) -> None:
    section = POLICY.section(SECTIONS[part])
    words = {word for code in section.named for word in (code, *re.split(r"\W+", code))} | {SECTIONS[part]}
    for name, said in properties(policy_schema()["$defs"][part]):
        assert name in words
        if "default" in said and said["default"] not in ([], False):
            rows = section.rows(name) or [section.text]
            assert any(f"`{said['default']}`" in row for row in rows), f"{part}.{name}: {said['default']}"


def test_each_field_at_the_top_of_a_policy_is_on_the_page() -> None:
    top = POLICY.section("The policy")
    assert [name for name in policy_schema()["properties"] if not top.rows(name)] == []


def test_each_fact_that_a_condition_may_name_is_on_the_page() -> None:
    known = [str(field.alias) for field in Conditions.model_fields.values()]
    assert [name for name in known if not POLICY.section("Conditions").rows(name)] == []


def test_each_key_of_a_scenario_is_on_the_page() -> None:
    keys = SCENARIO.section("Keys")
    assert [name for name in Scenario.model_fields if not keys.rows(name)] == []
    lines = SCENARIO.section("Expected lines")
    assert [kind for kind in TURNING_POINTS if not lines.rows(kind)] == []
    compared = [name for name in Expected.model_fields if name not in {"kind", "value"}]
    assert [name for name in compared if not lines.rows(name)] == []


@pytest.mark.parametrize("name", [*FACTS, *REQUESTS])
def test_each_message_has_an_example_that_it_takes_and_names_its_fields(name: str) -> None:
    section = MESSAGE.section("Facts" if name in FACTS else "Requests").section(name)
    kind = MESSAGES[name]
    [example] = [block for block in section.blocks if block.language == "json"]
    kind.model_validate_json(example.text)
    known = {field.alias or own for own, field in kind.model_fields.items()} - {"at", "authenticated"}
    assert missing(known, section.named | set(json.loads(example.text))) == []


def test_the_example_of_a_start_is_one() -> None:
    section = MESSAGE.section("The start of a case")
    [example] = [block for block in section.blocks if block.language == "json"]
    assert TypeAdapter(CaseInput).validate_json(example.text).invoice_id == "INV-2041"
    assert missing([field.name for field in fields(CaseInput)], section.named) == []


def journal_kinds() -> set[str]:
    """Every kind of line that the rules write, as it stands in their source."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "dunning").rglob("*.py")))
    return set(re.findall(r"\.note\(\s*\"([a-z_]+)\"", source)) | TURNING_POINTS


def test_each_kind_of_journal_line_is_on_the_page() -> None:
    assert sorted(kind for kind in journal_kinds() if not JOURNAL.rows(kind)) == []
    assert [field.name for field in fields(Line) if not JOURNAL.rows(field.name)] == []


def test_the_page_on_the_journal_knows_no_kind_that_is_never_written() -> None:
    shown = re.findall(r"^\| `([a-z_]+)`", JOURNAL.section("Other kinds").text, re.MULTILINE)
    assert sorted(set(shown) - journal_kinds()) == []


def test_the_example_of_a_journal_line_is_one() -> None:
    [example] = [block for block in JOURNAL.blocks if block.language == "json"]
    LineOut.model_validate_json(example.text)


def test_each_effect_stands_with_its_activity_and_queue() -> None:
    for kind, options in activities.BY_KIND.items():
        where = f"`{options.queue}`" if options.queue else "local"
        assert any(f"| `{options.name}` | {where} |" in row for row in EFFECTS.rows(kind)), kind
    alone = (activities.OPEN_CASE, activities.RECORD, activities.OPEN_DUE_CASES)
    assert [one.name for one in alone if not EFFECTS.rows(one.name)] == []


def test_each_effect_and_each_answer_is_on_the_page() -> None:
    effects = {kind.__dataclass_fields__["kind"].default for kind in get_args(get_args(Effect)[0])}
    answers = {kind.__dataclass_fields__["kind"].default for kind in get_args(get_args(Answer)[0])}
    assert [kind for kind in effects if not EFFECTS.rows(kind)] == []
    assert [kind for kind in answers if not EFFECTS.section("Answers").rows(kind)] == []


def test_each_kind_of_a_decline_is_on_the_page() -> None:
    assert [kind for kind in get_args(Kind) if not DECLINES.section("Kinds").rows(kind)] == []
    assert {NEVER_ARRIVED, FORESEEN} <= DECLINES.named


def test_each_method_of_the_sandbox_is_on_the_page() -> None:
    own = [name for name in BY_METHOD if name.removeprefix("pm_card_") not in TABLES["stripe"].codes]
    assert [name for name in own if not DECLINES.rows(name)] == []


def error_classes() -> list[type[DunningError]]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    found: list[type[DunningError]] = [DunningError]
    for kind in found:
        found += [below for below in kind.__subclasses__() if below.__module__.partition(".")[0] in PACKAGES]
    return found


def test_each_error_is_on_the_page() -> None:
    assert missing({kind.__name__ for kind in error_classes()}, ERRORS.named) == []
    own = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, DunningError)}
    assert [name for name in own if not ERRORS.rows(name)] == []


def test_each_rule_that_refuses_is_in_the_table_of_refusals() -> None:
    every = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "dunning").rglob("*.py"))]
    source = [text for text in every if "-> RefusalReason | None:" in text or 'note("refused"' in text]
    rules = {rule for text in source for rule in re.findall(r"\"([A-Z][0-9])\"", text)}
    table = ERRORS.section("Refusals").text
    for rule in ("A1", "A3", "C2", "C5", "C6", "D3", "F2", "F4", "H1", "H2", "H3", "H4", "O2", "O5", "S3", "S4", "T4"):
        assert rule in rules, rule
        assert f"| {rule} |" in table, rule


def test_each_rule_that_the_code_quotes_is_on_the_page_of_rules() -> None:
    every = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
    files = [path for path in every if not path.name.startswith("codes_")]  # decline codes look like rules
    quoted = {
        rule
        for path in files
        for rule in re.findall(r"\b([TFNPCDAHSO][1-9])\b(?=[,)\"\]; ])", path.read_text(encoding="utf-8"))
    }
    shown = set(re.findall(r"^- \*\*([A-Z][0-9])\*\*", RULES.text, re.MULTILINE))
    assert quoted - shown == set()


def routes() -> list[tuple[str, str]]:
    modules = (importlib.import_module(f"api.routes.{one.name}") for one in pkgutil.iter_modules(api.routes.__path__))
    routers = {
        id(thing): thing for module in modules for thing in vars(module).values() if isinstance(thing, APIRouter)
    }
    found = [route for router in routers.values() for route in router.routes if isinstance(route, APIRoute)]
    return sorted((method, route.path) for route in found for method in route.methods or ())


def test_each_address_of_the_api_is_on_the_page_and_no_other() -> None:
    shown = re.findall(r"^\| ([A-Z]+) \| `(/[^`]+)` \|", API.text, re.MULTILINE)
    assert sorted(shown) == routes()


def test_each_kind_of_problem_is_on_the_page_with_its_status() -> None:
    rows = {kind: API.rows(kind) for kind in KINDS}
    wrong = [kind for kind, found in rows.items() if not any(f"| {KINDS[kind][0]} |" in row for row in found)]
    assert wrong == []


def test_each_query_of_a_case_is_on_the_page() -> None:
    queries = [definition.name for definition in queries_of_a_case()]
    assert missing(queries, page("docs/reference/queries.md").named) == []


def queries_of_a_case() -> list[Any]:
    found = [getattr(thing, "__temporal_query_definition", None) for thing in vars(DunningCase).values()]
    return [definition for definition in found if definition is not None]


def test_the_example_of_a_case_has_what_a_case_has() -> None:
    shown = page("docs/reference/queries.md").section("`case`")
    example = json.loads(shown.blocks[0].text)
    CaseOut.model_validate({**example, "source": "running", "why": ""})
    known = set(CaseOut.model_fields) - {"source", "why", "today"}  # a case knows of no day after its last moment
    assert set(example) == known


def test_the_examples_of_the_api_are_answers_of_it() -> None:
    answer, problem = [block.text for block in API.blocks if block.language == "json"]
    Told.model_validate_json(answer)
    ProblemShape.model_validate_json(problem)


def test_each_stage_is_on_the_page() -> None:
    stages = page("docs/reference/queries.md").section("Stages").named
    outcomes = {"paid", "credited", "written-off", "handed-off", "exhausted", "withdrawn"}
    assert missing(set(STAGES) - outcomes, stages) == []


def test_each_search_attribute_is_on_the_page() -> None:
    keys = (contract.CUSTOMER, contract.DUE_ON)
    attributes = page("docs/reference/search-attributes.md")
    assert [key.name for key in keys if not attributes.rows(key.name)] == []


def test_each_shipped_policy_stands_with_its_priority_and_its_steps() -> None:
    shown = page("docs/reference/shipped-policies.md")
    for policy in shipped_policies().values():
        assert any(f"| {policy.priority} |" in row for row in shown.rows(policy.name)), policy.name
        assert missing([step.name for step in policy.steps], shown.section(policy.name).named) == []


def test_each_message_and_each_language_is_on_the_page_of_notices() -> None:
    notices = page("docs/reference/notices.md")
    for locale, names in catalogue().items():
        assert notices.rows(locale), locale
        assert [name for name in names if not notices.rows(name)] == []


def test_each_table_of_the_database_is_on_the_page() -> None:
    database = page("docs/reference/database.md")
    assert [name for name in METADATA.tables if not database.rows(name)] == []
