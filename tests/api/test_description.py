"""The description of the API: complete, with examples that the API itself takes."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from api.description import describe
from api.shapes import customers, invoices, requests
from api.shapes.values import Shape

BODIES = [
    shape
    for module in (customers, invoices, requests)
    for shape in vars(module).values()
    if isinstance(shape, type) and issubclass(shape, Shape) and "examples" in shape.model_json_schema()
]


@pytest.fixture
def description(app: FastAPI) -> dict[str, Any]:
    return describe(app)


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, every in description["paths"].items() for method, one in every.items()]


@pytest.mark.parametrize("shape", BODIES, ids=lambda shape: shape.__name__)
def test_every_example_is_taken_by_its_shape(shape: type[Shape]) -> None:
    for example in shape.model_json_schema()["examples"]:
        shape.model_validate(example)


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(description: dict[str, Any]) -> None:
    found = operations(description)
    assert len({one["operationId"] for _, _, one in found}) == len(found)
    assert all(one["description"] for _, _, one in found)
    assert "register_invoice" in {one["operationId"] for _, _, one in found}


def test_every_post_that_asks_for_a_key_of_ours_asks_for_an_idempotency_key(description: dict[str, Any]) -> None:
    for path, method, one in operations(description):
        asks = {"$ref": "#/components/parameters/IdempotencyKey"} in one.get("parameters", [])
        assert asks == (method == "post" and one.get("security") != [] and path != "/v1/policies/check"), path


def test_every_operation_but_health_has_its_problems(description: dict[str, Any]) -> None:
    for path, _, one in operations(description):
        if path not in {"/healthz", "/readyz"}:
            assert list(one["responses"]["401"]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in description["components"]["schemas"]


async def test_the_description_is_behind_the_door(stranger: AsyncClient, key: str) -> None:
    assert (await stranger.get("/openapi.json")).status_code == 401
    answer = await stranger.get("/openapi.json", headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["info"]["title"] == "Dunning"
