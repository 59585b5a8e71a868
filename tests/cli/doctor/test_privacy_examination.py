"""The doctor looks at who can read the data folder, and whether a tag or a segment is an address."""

from __future__ import annotations

from pathlib import Path

from adapters.settings import Settings
from adapters.storage import Store, migrate
from cli.doctor.privacy_examination import examine_data_folder, examine_labels
from cli.installation.store import calendars_of
from dunning.records import Customer, Invoice
from tests.api.builders import MONDAY, policies


def test_a_folder_that_others_can_read_is_told_with_what_to_do(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    assert examine_data_folder(settings).well
    settings.data.mkdir()
    settings.data.chmod(0o750)
    found = examine_data_folder(settings)
    assert (found.well, found.found, found.fix) == (False, "open to others: data", f"chmod -R go= {settings.data}")
    settings.data.chmod(0o700)
    assert examine_data_folder(settings).well


async def test_tags_and_segments_must_hold_no_personal_data(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    await migrate(settings.database_url)
    store = await Store.open(settings.database_url, policies=policies(), calendar_for=calendars_of(settings))
    await store.register.customer(Customer(id="c1", tags=("gentle",), segment="trade"), (), MONDAY)
    plain = await examine_labels(settings)
    assert plain.well
    assert "they must hold no personal data" in plain.fix

    await store.register.customer(Customer(id="c2", tags=("ada@lovelace.example",)), (), MONDAY)
    await store.register.customer(Customer(id="c3", segment="ada@lovelace.example"), (), MONDAY)
    invoice = {"id": "INV-1", "currency": "EUR", "amount": "1.00", "due_on": "2026-03-02", "tags": ["a@b.example"]}
    await store.register.invoice("c1", Invoice.model_validate(invoice), MONDAY)
    await store.close()
    told = await examine_labels(settings)
    assert (told.well, told.found) == (False, "an address in the tags or the segment of c2, c3, INV-1")
    assert "lovelace" not in told.found
