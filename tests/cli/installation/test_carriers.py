"""The carriers of notices as the settings say them: where Twilio is told to tell, and that it finds its way here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.settings import Settings
from cli.installation.connections import postmark_server, twilio_account

STAND_IN = "http://127.0.0.1:12112"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told_at(public_url: str | None, **twilio: Any) -> str | None:
    account = {"account_sid": "AC" + "0f" * 16, "auth_token": "sesame", "sender": "Northwind", **twilio}
    settings = Settings.model_validate({"twilio": account, "api": {"public_url": public_url}})
    return twilio_account(settings).told_at


def test_twilio_tells_where_the_world_finds_us() -> None:
    assert told_at("https://dunning.example") == "https://dunning.example/webhooks/twilio"
    assert told_at("https://dunning.example/") == "https://dunning.example/webhooks/twilio"


@pytest.mark.parametrize("nowhere", [None, "http://127.0.0.1:8080"])
def test_an_address_that_twilio_would_refuse_is_not_named(nowhere: str | None) -> None:
    assert told_at(nowhere) is None


def test_a_stand_in_of_this_machine_finds_us_on_it() -> None:
    assert told_at("http://127.0.0.1:8080", api_base=STAND_IN) == "http://127.0.0.1:8080/webhooks/twilio"


def test_postmark_gets_the_token_the_stream_and_the_place() -> None:
    said = {"postmark": {"server_token": "sesame", "stream": "notices", "api_base": "http://127.0.0.1:12113"}}
    server = postmark_server(Settings.model_validate(said).postmark)
    assert (server.token, server.stream, server.api_base) == ("sesame", "notices", "http://127.0.0.1:12113")
