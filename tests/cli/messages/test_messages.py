"""`dunning messages preview`: what a debtor would read, seen by the creditor first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.messages.catalogue import catalogue
from tests.cli.conftest import Dunning


def named(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, said in {
        "NAME": "Acme B.V.", "ADDRESS": "Kade 1, Amsterdam", "EMAIL": "ar@acme.example",
        "ACCOUNTS__EUR__IBAN": "NL02ABNA0123456789", "ACCOUNTS__EUR__REFERENCE": "rf",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"DUNNING_CREDITOR__{place}", said)


@pytest.mark.parametrize("locale", list(catalogue()))
@pytest.mark.parametrize("form", ["text", "html", "sms", "letter"])
def test_a_message_is_shown_in_each_form_and_language(
    dunning: Dunning, monkeypatch: pytest.MonkeyPatch, locale: str, form: str
) -> None:
    named(monkeypatch)
    said = json.loads(dunning("messages", "preview", "final", "--locale", locale, "--as", form, "--json").out)
    assert (said["language"], said["as"], said["policy"]) == (locale, form, "agency")
    assert "INV-2026-0042" in said["content"]
    assert said["content"].lstrip().startswith("<!doctype html>") == (form == "html")
    assert ("RF73" in said["content"]) == (form != "sms")


def test_without_a_policy_the_first_is_taken_that_sends_the_message(dunning: Dunning) -> None:
    """Else the first of all: nobody's ladder sends a statement."""
    told = [json.loads(dunning("messages", "preview", one, "--json").out)["policy"] for one in ("tactful", "statement")]
    assert told == ["consultancy", "agency"]


def test_a_letter_is_written_as_pdf(dunning: Dunning, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named(monkeypatch)
    said = dunning("messages", "preview", "friendly", "--policy", "consumer", "--as", "pdf", "--out", "letter.pdf")
    assert (said.code, said.last_line.partition(":")[0]) == (0, "letter.pdf")
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF-")


def test_what_keeps_a_message_from_leaving_is_said_beside_it(dunning: Dunning) -> None:
    said = dunning("messages", "preview", "friendly")
    assert said.code == 0
    assert "it would wait: not set: creditor.name, creditor.address, creditor.email, creditor.accounts.EUR" in said.err
    assert "it would wait" not in said.out


@pytest.mark.parametrize(
    "arguments, found",
    [
        (("angry",), "message: found 'angry'; there are authenticate"),
        (("final", "--policy", "none"), "policy: found 'none'; allowed agency, b2b-net30"),
        (("final", "--as", "pdf"), "found --as pdf without --out; allowed --out FILE"),
        (("final", "--out", "no/such/folder/file"), "out: no/such/folder/file: No such file"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_can(
    dunning: Dunning, arguments: tuple[str, ...], found: str
) -> None:
    said = dunning("messages", "preview", *arguments)
    assert said.code != 0
    assert found in said.err
