"""The doctor names each setting for want of which notices wait, and what may be left out (M1)."""

from __future__ import annotations

from pathlib import Path

from adapters.settings import AccountSettings, CreditorSettings, Settings
from cli.doctor.creditor_examination import examine_creditor

NAMED = CreditorSettings(name="Acme B.V.", address="Kade 1, Amsterdam", email="ar@acme.example")


def of(tmp_path: Path, creditor: CreditorSettings) -> Settings:
    return Settings(data=tmp_path, creditor=creditor)


async def test_each_missing_setting_is_named_with_its_variable(tmp_path: Path) -> None:
    found = await examine_creditor(of(tmp_path, CreditorSettings(phone="+31 20 555 0100")))
    assert not found.well
    for place in ("name", "address", "email"):
        assert f"creditor.{place}" in found.found
        assert f"DUNNING_CREDITOR__{place.upper()}" in found.fix
    assert "creditor.accounts" in found.found
    assert "DUNNING_CREDITOR__PAY_URL" in found.fix


async def test_a_name_alone_is_not_enough_and_one_way_to_pay_is(tmp_path: Path) -> None:
    assert not (await examine_creditor(of(tmp_path, NAMED))).well
    for way in ({"pay_url": "https://pay.acme.example"}, {"accounts": {"GBP": AccountSettings(number="31926819")}}):
        found = await examine_creditor(of(tmp_path, NAMED.model_copy(update=way)))
        assert (found.well, found.found) == (True, "Acme B.V.")
        assert "creditor.phone, creditor.registration" in found.fix
