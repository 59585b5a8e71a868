"""The doctor names the invoices that should have a case and have none (O1, O2)."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from adapters.settings import Settings
from adapters.storage import Store, migrate
from adapters.storage.unopened import WhyUnopened
from cli.doctor.openings_examination import examine_openings
from tests.adapters.storage.builders import MONDAY, calendar, customer, invoice, policy


async def test_invoices_without_a_case_are_counted_by_what_keeps_them(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert (await examine_openings(settings)).found == "no invoice yet"
    await migrate(settings.database_url)
    found = await examine_openings(settings)
    assert (found.well, found.warns, found.fix) == (True, False, "")
    store = await Store.open(settings.database_url, policies=[policy()], calendar_for=calendar)
    await store.register.customer(customer(), [], MONDAY)
    waiting: dict[str, WhyUnopened] = {"INV-1": "no-policy", "INV-2": "no-policy", "INV-3": "not-opened"}
    for name, kind in waiting.items():
        await store.register.invoice("c1", invoice(name), MONDAY)
        await store.unopened.ask(name, kind, "why", MONDAY)
    await store.close()
    found = await examine_openings(settings)
    assert (found.well, found.warns) == (True, True)  # an invoice makes no process unhealthy
    assert found.found == "2 invoices that no policy takes, 1 invoice whose case did not open"
    assert "about=no-policy" in found.fix
    assert "about=not-opened" in found.fix


async def test_a_store_that_cannot_be_read_is_another_looks_finding(tmp_path: Path) -> None:
    found = await examine_openings(Settings(data=tmp_path, database=SecretStr("postgresql://nobody@127.0.0.1:1/none")))
    assert (found.well, found.found) == (True, "not looked at: the store cannot be read")
