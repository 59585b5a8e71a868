"""The doctor warns of Stripe's events that booked nothing, and says whose are taken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from adapters.settings import Settings
from adapters.storage import migrate
from adapters.storage.engine.database import Database
from adapters.storage.provider.foreign_events import ForeignEvent, ForeignEvents
from cli.doctor.event_examination import examine_events

SIGNED = SecretStr("whsec_not_a_secret")
TEST_KEY = SecretStr("sk_test_not_a_key")


def of(tmp_path: Path, **more: object) -> Settings:
    return Settings.model_validate({"data": tmp_path, "stripe_webhook_secret": SIGNED, **more})


async def test_events_of_another_account_are_a_warning_that_names_the_newest(tmp_path: Path) -> None:
    settings = of(tmp_path, stripe_api_key=TEST_KEY)
    await migrate(settings.database_url)
    store = Database(settings.database_url)
    events = ForeignEvents(store, "stripe")
    for number, why in enumerate(("livemode: found live mode; allowed test mode", "account: found acct_2")):
        at = datetime(2026, 3, 2, 9, number, tzinfo=UTC)
        await events.keep(ForeignEvent(f"evt_{number}", "invoice.paid", why, at))
    await store.close()

    found = await examine_events(settings)

    assert (found.well, found.warns) == (True, True)
    assert found.found.startswith("2 in 30 days booked nothing; the newest is evt_1 (invoice.paid) of 2026-03-02 09:01")
    assert "account: found acct_2" in found.found
    assert "stripe_account" in found.fix


async def test_a_mode_that_nothing_tells_is_a_warning(tmp_path: Path) -> None:
    found = await examine_events(of(tmp_path))
    assert found.warns
    assert "DUNNING_STRIPE_MODE" in found.fix


async def test_whose_events_are_taken_is_said(tmp_path: Path) -> None:
    found = await examine_events(of(tmp_path, stripe_account="acct_1", stripe_api_key=TEST_KEY))
    assert (found.found, found.warns) == ("of acct_1, test mode", False)
    assert "none are taken" in (await examine_events(of(tmp_path, stripe_webhook_secret=None))).found
