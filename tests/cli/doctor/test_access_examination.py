"""The doctor says over what people reach us, whose headers are believed, and how many keys opened nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.clock import now
from adapters.settings import ApiSettings, Settings
from adapters.storage import migrate
from adapters.storage.access.failed_sign_ins import FailedSignIns
from adapters.storage.engine.database import Database
from cli.doctor.access_examination import examine_public_url, examine_sign_ins


@pytest.mark.parametrize(
    "api, found, fix",
    [
        (ApiSettings(), "this machine alone, over http", ""),
        (ApiSettings(host="0.0.0.0", public_url="http://localhost:8080"), "this machine alone, over http", ""),  # noqa: S104
        (ApiSettings(host="0.0.0.0"), "over http", "DUNNING_API__PUBLIC_URL"),  # noqa: S104
        (ApiSettings(public_url="http://dunning.example"), "over http", "DUNNING_API__PUBLIC_URL"),
        (ApiSettings(public_url="https://dunning.example"), "over https", "DUNNING_API__PROXIES"),
        (ApiSettings(public_url="https://dunning.example", proxies="10.0.0.7"), "by the proxy 10.0.0.7", ""),
    ],
)
def test_how_people_reach_us_is_told(tmp_path: Path, api: ApiSettings, found: str, fix: str) -> None:
    said = examine_public_url(Settings(data=tmp_path, api=api))
    assert found in said.found
    assert fix in said.fix
    assert bool(fix) == bool(said.fix)


async def test_failed_sign_ins_of_the_last_day_are_told(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert (await examine_sign_ins(settings)).found == "0 failed in the last 24 hours"
    await migrate(settings.database_url)
    database = Database(settings.database_url)
    await FailedSignIns(database).note("203.0.113.0/24", now())
    await database.close()

    said = await examine_sign_ins(settings)
    assert said.found == "1 failed in the last 24 hours, from networks: 1"
    assert "dunning keys revoke" in said.fix
