"""Whatever the description allows, and much that it does not: the answer is always one that it describes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.case_service import CaseService
from dunning.records import Customer, Invoice
from tests.api.conftest import Maker
from tests.grids import walked

EXAMPLES = walked(50, sample=4)  # of each operation
THERE = {"invoice_id": "INV-2041", "customer_id": "acme"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@pytest.fixture
def described(make_app: Maker, case_service: CaseService, key: str) -> schemathesis.BaseSchema:
    """The API, with the customer and the case that its examples name."""

    async def fill() -> None:
        await case_service.put_customer(Customer(id="acme", country="NL", email="ap@acme.example"), ())
        invoice = {"id": "INV-2041", "currency": "EUR", "amount": "1000.00", "due_on": "2026-02-28"}
        await case_service.register_invoice("acme", Invoice.model_validate(invoice))
        await case_service.open("INV-2041")

    asyncio.run(fill())
    app: FastAPI = make_app()
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Authorization": f"Bearer {key}"})


def _name_what_is_there(case: Case[Any]) -> None:
    """Random ids are never there, so half of the requests name the customer and the case that are."""
    for part in (case.path_parameters, case.body):
        if isinstance(part, dict):
            part.update({name: there for name, there in THERE.items() if name in part})


@pytest.mark.grid
def test_every_answer_is_a_described_one(described: schemathesis.BaseSchema, key: str) -> None:
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 40
    for operation in operations:

        @given(case=operation.as_strategy(), known=st.booleans())
        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        def holds(case: Case[Any], *, known: bool) -> None:
            if known:
                _name_what_is_there(case)
            case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {key}"})

        holds()
