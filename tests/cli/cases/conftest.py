"""An installation whose cases run in memory, over a real SQLite store, with a clock that tests move."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from adapters.settings import Settings
from adapters.storage import Store
from api.case_service import CaseService
from cli.installation.installation import Installation
from dunning.records import Customer, Invoice
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import case_client, case_service, clock, machine, migrated, store
from tests.fakes.fake_case_client import FakeClock, FakeTimeMachine

__all__ = ["case_client", "case_service", "clock", "machine", "migrated", "store"]


@pytest.fixture
async def of(store: Store, clock: FakeClock, case_service: CaseService) -> Installation:
    """With one open case, INV-1 of EUR 1,000.00, owed by Ada."""
    raw = an_invoice()
    amount = raw["amount"]
    invoice = Invoice.model_validate(
        {"id": raw["id"], "due_on": raw["due_on"], "currency": amount["currency"], "amount": amount["amount"]}
    )
    await case_service.put_customer(Customer.model_validate({"id": "ada", **a_customer()}), ())
    await case_service.register_invoice("ada", invoice)
    await case_service.open("INV-1")
    parts = SimpleNamespace(store=store, clock=clock, case_service=case_service, settings=Settings())
    return cast("Installation", parts)


@pytest.fixture
def time(machine: FakeTimeMachine) -> FakeTimeMachine:
    return machine
