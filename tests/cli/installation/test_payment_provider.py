"""Which gateway takes the money is a setting; Stripe's library is loaded only where it is chosen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import FileBook
from adapters.settings_reading import load_settings
from adapters.stripe.fake.application import serve_fake
from cli.doctor.payment_examination import examine_gateway as examined
from cli.installation.payment_provider import provider_of
from dunning.answers import Approved
from tests.adapters.gateways import AT, request
from tests.cli.conftest import Dunning

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def stripe_at(monkeypatch: pytest.MonkeyPatch, address: str, key: str = "sk_test_fake", **more: str) -> None:
    said = {"GATEWAY": "stripe", "STRIPE_API_KEY": key, "STRIPE_API_BASE": address} | more
    for name, value in said.items():
        monkeypatch.setenv(f"DUNNING_{name}", value)


async def test_without_a_setting_no_money_moves(tmp_path: Path) -> None:
    async with provider_of(load_settings(), FileBook(tmp_path / "sandbox.db")) as provider:
        assert isinstance(provider.gateway, SandboxGateway)
        assert provider.links is None
    assert (await examined(load_settings())).found == "sandbox; no money moves"


async def test_stripe_is_charged_where_it_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve_fake() as fake:
        stripe_at(monkeypatch, fake.address)
        async with provider_of(load_settings(), FileBook(tmp_path / "sandbox.db")) as provider:
            assert await provider.gateway.charge(request("pm_card_visa"), AT) == Approved("pm_card_visa")
        assert fake.books.taken() == 1


async def test_in_a_trial_nobody_waits_in_real_time_for_what_is_in_the_air(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve_fake() as fake:
        stripe_at(monkeypatch, fake.address, VIRTUAL_TIME="true")
        async with provider_of(load_settings(), FileBook(tmp_path / "sandbox.db")) as provider:
            assert await provider.gateway.find(request("pm_card_visa"), AT) is None


@pytest.mark.parametrize(
    "key, missing, found", [("sk_test_fake", False, "test money"), ("sk_test_wrong", True, "the key is not known")]
)
async def test_the_doctor_tries_the_key(monkeypatch: pytest.MonkeyPatch, key: str, missing: object, found: str) -> None:
    async with serve_fake() as fake:
        stripe_at(monkeypatch, fake.address, key)
        finding = await examined(load_settings())
    assert (finding.well, found in finding.found) == (not missing, True)
    assert finding.fix


async def test_the_doctor_says_when_stripe_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    stripe_at(monkeypatch, "http://127.0.0.1:9")
    finding = await examined(load_settings())
    assert (finding.well, finding.found) == (False, "stripe: http://127.0.0.1:9: APIConnectionError")


def test_the_doctors_report_names_the_gateway(dunning: Dunning) -> None:
    report = json.loads(dunning("doctor", "--json").out)
    assert "payment gateway" in [check["check"] for check in report["checks"]]


def test_what_chooses_the_gateway_does_not_load_stripes_library() -> None:
    loads = "import sys, cli.main, cli.installation.processes, cli.doctor.examinations; print('stripe' in sys.modules)"
    root = Path(__file__).parents[3]
    said = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True, cwd=root)
    assert said.stdout.strip() == "False"
