"""A notice that the creditor's settings do not let leave yet: kept, told about, and sent when they are made (M1)."""

from __future__ import annotations

from datetime import timedelta

from adapters.creditor import Creditor
from adapters.storage import Store
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Maker, Program, sign_in, visiting
from tests.fakes.creditors import NORTHWIND
from tests.fakes.fake_case_client import FakeCaseClient, FakeTimeMachine

DAY = timedelta(days=1)


async def test_a_notice_waits_without_being_lost_and_leaves_when_the_settings_are_made(
    program: Program, store: Store, case_client: FakeCaseClient, machine: FakeTimeMachine
) -> None:
    case_client.write_as(Creditor(name="Acme B.V.", email="ar@acme.example"))
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    await machine.advance(8 * DAY)
    assert not await store.mailbox.list()
    waited = [line for line in (await store.cases.journal("INV-1")).rows if line.kind == "deferred"]
    assert waited
    assert len(waited) <= 8  # one look on each day: it waits, and does not spin
    assert {line.rule for line in waited} == {"M1"}
    assert {line.why for line in waited} == {"not set: creditor.address, creditor.accounts.EUR"}
    steps = [one for one in (await program.get("/cases/INV-1")).json()["steps"] if one["status"] == "done"]
    assert not steps

    case_client.write_as(NORTHWIND)
    await machine.advance(3 * DAY)
    [message] = await store.mailbox.list()
    assert message.text.startswith("Dear")


async def test_the_first_page_names_the_settings_in_the_currencies_of_the_open_cases(
    program: Program, make_app: Maker, ann: dict[str, str]
) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    app = make_app(not_set=lambda currencies: tuple(f"creditor.accounts.{one}" for one in sorted(currencies)))
    async with visiting(app) as client:
        page = (await (await sign_in(client, ann)).get("/overview")).text
    assert "<strong>Notices wait</strong>" in page
    assert "<code>creditor.accounts.EUR</code>" in page
