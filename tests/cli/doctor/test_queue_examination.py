"""The doctor says which queues nobody is named for, and who is named and cannot be told (H6)."""

from __future__ import annotations

from pathlib import Path

from adapters.clock import now
from adapters.settings import Settings
from adapters.settings.four_eyes import FourEyesSettings
from adapters.settings.queues import QueueSettings
from adapters.storage import migrate
from adapters.storage.access.people import PeopleBook
from adapters.storage.engine.database import Database
from cli.doctor.queue_examination import examine_queues, queues_used
from dunning.policy import Policy

CALLS = Policy.model_validate(
    {
        "name": "calls",
        "steps": [{"name": "call", "after": "3 days", "do": [{"task": {"kind": "call", "queue": "sales"}}]}],
    }
)


async def test_queues_that_are_used_and_not_named_are_told(tmp_path: Path) -> None:
    mine = QueueSettings(owner="ann", manager="mia")
    found = await examine_queues(Settings(data=tmp_path, queues={"collections": mine, "customer-care": mine}))
    assert "nobody is named for account-managers, approvals, customer-success, disputes, finance," in found.found
    assert "collections" not in found.found
    assert (found.well, found.warns, "queues.NAME.owner" in found.fix) == (True, False, True)


def test_what_is_used_is_what_policies_name_and_what_cases_ask_by_themselves(tmp_path: Path) -> None:
    alone, two = Settings(data=tmp_path), Settings(data=tmp_path, four_eyes=FourEyesSettings(waiver="EUR 5"))
    assert queues_used([CALLS], alone) == ("collections", "finance", "sales", "system")
    assert queues_used([], two) == ("approvals", "collections", "finance", "system")


async def test_who_is_named_and_cannot_be_told_is_told(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, queues={"sales": QueueSettings(owner="ann", stand_in="bob", manager="mia")})
    await migrate(settings.database_url)
    database = Database(settings.database_url)
    people = PeopleBook(database)
    await people.add("ann", ("agent",), now(), "test", email="ann@northwind.example")
    await people.add("mia", ("manager",), now(), "test")
    await database.close()
    found = await examine_queues(settings)
    assert found.warns
    assert (
        "queues.sales.stand_in: bob does not work here; queues.sales.manager: mia has no e-mail address" in found.found
    )
    assert "owner" not in found.found
