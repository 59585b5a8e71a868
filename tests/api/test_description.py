"""The description of the API: complete, in words, with examples that the API itself takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from api.description import describe
from api.openapi.examples import Examples
from api.openapi.meanings import FIELDS
from api.openapi.messages import MESSAGES
from api.openapi.parameters import PARAMETERS
from api.problems import KINDS, ProblemShape
from api.shapes import attempts, cases, customers, invoices, messages, policies, requests
from api.shapes.values import Shape
from tests.api.builders import a_customer
from tests.api.conftest import Maker, Program

MODULES = (attempts, cases, customers, invoices, messages, policies, requests)
SHAPES = {
    shape.__name__: shape
    for module in MODULES
    for shape in vars(module).values()
    if isinstance(shape, type) and issubclass(shape, Shape)
}
BODIES = [shape for name, shape in SHAPES.items() if "examples" in shape.model_json_schema()]
PURE = {"/v1/policies/check", "/v1/messages/preview"}


@pytest.fixture
def description(app: FastAPI) -> dict[str, Any]:
    return describe(app)


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, every in description["paths"].items() for method, one in every.items()]


def shown(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Where an example stands, its schema, and the example."""
    for path, method, one in operations(description):
        for media_type, content in one.get("requestBody", {}).get("content", {}).items():
            yield f"{method} {path} body {media_type}", content["schema"], content["example"]
        for code, answer in one["responses"].items():
            for content in answer["content"].values():
                several = content.get("examples") or {"": {"value": content.get("example")}}
                for name, example in several.items():
                    yield f"{method} {path} {code} {name}", content["schema"], example["value"]
        for part in one.get("parameters", ()):
            if "example" in part:
                yield f"{method} {path} {part['name']}", part["schema"], part["example"]


@pytest.mark.parametrize("shape", BODIES, ids=lambda shape: shape.__name__)
def test_every_example_is_taken_by_its_shape(shape: type[Shape]) -> None:
    for example in shape.model_json_schema()["examples"]:
        shape.model_validate(example)


def test_every_body_and_every_answer_has_an_example_that_its_own_schema_takes(description: dict[str, Any]) -> None:
    found = list(shown(description))
    assert len(found) > 500
    for place, schema, example in found:
        validator = jsonschema_rs.Draft202012Validator(
            {**schema, "components": description["components"]}, validate_formats=True
        )
        assert [error.message for error in validator.iter_errors(example)] == [], place


def test_every_answer_that_is_shown_is_one_that_its_shape_could_give(description: dict[str, Any]) -> None:
    examples = Examples(description["components"]["schemas"])
    for name in description["components"]["schemas"]:
        if name in SHAPES and not name.endswith("In"):
            example = examples.answer({"$ref": f"#/components/schemas/{name}"})
            given = SHAPES[name].model_validate(example).model_dump(mode="json", by_alias=True)
            assert given.keys() == example.keys(), name


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(description: dict[str, Any]) -> None:
    found = operations(description)
    assert len({one["operationId"] for _, _, one in found}) == len(found)
    assert all(one["description"] for _, _, one in found)
    assert "register_invoice" in {one["operationId"] for _, _, one in found}


def test_every_summary_is_in_words_and_short(description: dict[str, Any]) -> None:
    summaries = [one["summary"] for _, _, one in operations(description)]
    assert len(set(summaries)) == len(summaries)
    for path, _, one in operations(description):
        assert one["summary"] != one["operationId"].replace("_", " ").title(), path
        assert " " in one["summary"], path
        assert len(one["summary"]) <= 75, one["summary"]
        assert one["summary"][-1] not in ".:;)", one["summary"]


def test_everything_says_what_it_means(description: dict[str, Any]) -> None:
    for name, shape in description["components"]["schemas"].items():
        assert shape["description"], name
        for field, part in shape.get("properties", {}).items():
            assert part.get("description"), f"{name}.{field}"
    for path, _, one in operations(description):
        for part in one.get("parameters", ()):
            assert "$ref" in part or part["description"], (path, part["name"])
        for answer in one["responses"].values():
            assert answer["description"] not in {"Successful Response", "OK", ""}, path


def test_no_meaning_is_left_of_what_is_gone(description: dict[str, Any]) -> None:
    fields = {
        one
        for name, shape in description["components"]["schemas"].items()
        for field in shape.get("properties", {})
        for one in (field, f"{name}.{field}")
    }
    assert FIELDS.keys() <= fields
    parameters = {
        name
        for _, _, one in operations(description)
        for part in one.get("parameters", ())
        for name in (part.get("name"), f"{one['operationId']}.{part.get('name')}")
    }
    assert PARAMETERS.keys() <= parameters


def test_each_problem_has_its_own_example(description: dict[str, Any]) -> None:
    kinds = set()
    for path, _, one in operations(description):
        for code, answer in one["responses"].items():
            if code.startswith("2"):
                continue
            for kind, example in answer["content"]["application/problem+json"]["examples"].items():
                ProblemShape.model_validate(example["value"])
                assert example["value"]["type"] == f"/problems/{kind}"
                assert str(example["value"]["status"]) == code == str(KINDS[kind][0]), (path, kind)
                assert example["summary"] == KINDS[kind][1]
                kinds.add(kind)
    assert set(KINDS) - kinds == {"forbidden", "method-not-allowed", "fault"}  # of pages; of no operation; of nobody


def test_facts_are_never_refused_and_requests_may_be(description: dict[str, Any]) -> None:
    for path, _, one in operations(description):
        problems = one["responses"].get("409", {}).get("content", {}).get("application/problem+json", {})
        refusal = problems.get("examples", {}).get("refused")
        answer = str([one["responses"][code]["content"] for code in one["responses"] if code.startswith("2")])
        if "schemas/Applied" in answer:
            assert refusal is not None, path
            assert refusal["value"]["request"] == MESSAGES[one["operationId"]].name
        if "schemas/Told" in answer or "schemas/CustomerTold" in answer:
            assert refusal is None, path


def test_closed_words_and_written_forms_are_described(description: dict[str, Any]) -> None:
    shapes = description["components"]["schemas"]
    assert "dunning" in shapes["CaseOut"]["properties"]["stage"]["enum"]
    assert "paid" in str(shapes["CaseOut"]["properties"]["outcome"])
    assert shapes["AttemptOut"]["properties"]["state"]["enum"][0] == "unknown"
    assert "promise" in shapes["Applied"]["properties"]["request"]["enum"]
    assert "payment_received" in shapes["Told"]["properties"]["message"]["enum"]
    assert shapes["Told"]["properties"]["case"]["enum"] == ["told", "none"]
    assert "/problems/refused" in shapes["Problem"]["properties"]["type"]["enum"]
    assert shapes["LineOut"]["properties"]["rule"]["pattern"]
    for path, _, one in operations(description):
        for part in one.get("parameters", ()):
            if part.get("in") == "path" and part["name"] != "name":
                assert part["schema"]["pattern"].startswith("^[A-Za-z0-9]"), path
                assert "id" in part["description"], path
                assert "%2F" in part["description"], path
                assert part["example"], path


def test_the_server_is_the_installation_s_own(make_app: Maker) -> None:
    assert describe(make_app())["servers"][0]["url"] == "/"
    found = describe(make_app(public_url="https://dunning.example/"))["servers"]
    assert [one["url"] for one in found] == ["https://dunning.example"]


def test_every_post_that_asks_for_a_key_of_ours_asks_for_an_idempotency_key(description: dict[str, Any]) -> None:
    for path, method, one in operations(description):
        asks = {"$ref": "#/components/parameters/IdempotencyKey"} in one.get("parameters", [])
        assert asks == (method == "post" and one.get("security") != [] and path not in PURE), path


def test_every_operation_but_health_has_its_problems(description: dict[str, Any]) -> None:
    for path, _, one in operations(description):
        if path not in {"/healthz", "/readyz"}:
            assert list(one["responses"]["401"]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in description["components"]["schemas"]


async def test_what_an_example_shows_is_what_its_request_is_told_or_refused_as(
    program: Program, description: dict[str, Any]
) -> None:
    """Each body is sent as it is shown; some are refused by now, which names the request too."""
    await program.put("/customers/acme", a_customer())
    for path, method, one in operations(description):
        if method != "post" or one["operationId"] not in MESSAGES or one["operationId"] == "void_invoice":
            continue
        await program.post("/invoices", INVOICE)
        named = {part["name"]: part["example"] for part in one["parameters"] if "example" in part}
        address = path.removeprefix("/v1").format(**{"invoice_id": "INV-2041", "customer_id": "acme", **named})
        answer = await program.post(address, one["requestBody"]["content"]["application/json"]["example"])
        assert answer.status_code in {200, 202, 409}, (path, answer.text)
        said = answer.json()
        assert said.get("message", said.get("request")) == MESSAGES[one["operationId"]].name, (path, said)


INVOICE = {
    "id": "INV-2041", "customer_id": "acme", "amount": {"amount": "1000.00", "currency": "EUR"},
    "issued_on": "2026-01-29", "due_on": "2026-02-28", "open": True,
}  # fmt: skip


async def test_the_description_is_open_to_everybody(stranger: AsyncClient) -> None:
    answer = await stranger.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["info"]["title"] == "Dunning"
    assert (await stranger.head("/openapi.json")).status_code == 200
