"""`dunning demo`: from nothing to a running product, with a book that looks alive and a clock that can be moved."""

import json
import shutil
import signal
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import httpx2
import pytest

from adapters.creditor import Creditor
from adapters.sandbox_scripts import BY_METHOD
from adapters.settings_reading import load_settings
from adapters.telephone import text_number
from cli.demo.demo_book import demo_book
from cli.demo.demo_creditor import NORTHWIND
from cli.demo.demo_tour import demo_settings
from dunning.channels import CHANNELS
from tests.cli.programs import FREE_PORTS, PATIENCE, Program, said, surroundings
from tests.paper import on_paper

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 3, 12)


def test_the_book_is_of_60_invoices_of_24_customers_in_several_countries_and_currencies() -> None:
    book = demo_book(TODAY)
    invoices = [invoice for account in book.accounts for invoice in account.invoices]
    assert (len(book.accounts), len(invoices), book.invoices) == (24, 60, 60)
    assert len({invoice.id for invoice in invoices}) == 60
    assert len({account.customer.country for account in book.accounts}) >= 8
    assert len({invoice.currency for invoice in invoices}) >= 6
    assert {account.customer.locale for account in book.accounts} == {"en", "nl"}


def test_some_of_the_book_is_long_overdue_and_some_falls_due_soon() -> None:
    days = [(TODAY - invoice.due_on).days for account in demo_book(TODAY).accounts for invoice in account.invoices]
    assert max(days) > 30
    assert sum(day > 0 for day in days) >= 30
    assert sum(-20 < day <= 0 for day in days) >= 15


def test_the_book_has_a_method_of_each_kind_that_the_sandbox_knows() -> None:
    used = {method.id for account in demo_book(TODAY).accounts for method in account.methods}
    assert used <= BY_METHOD.keys()
    assert {"pm_card_ok", "pm_card_stolen_card", "pm_card_authentication_required", "pm_card_insufficient_funds",
            "pm_card_timeout_approved", "pm_sepa_pending_settles", "pm_sepa_pending_fails"} <= used  # fmt: skip


def test_nobody_in_the_book_can_be_reached_by_accident() -> None:
    assert all(str(account.customer.email).endswith(".example") for account in demo_book(TODAY).accounts)


def test_the_made_up_creditor_lacks_nothing_and_stands_in_the_demonstration_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M1: whatever the settings name, the demonstration is written by its own company; nobody else ever is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUNNING_CREDITOR__NAME", "Acme B.V.")
    currencies = {invoice.currency for account in demo_book(TODAY).accounts for invoice in account.invoices}
    assert demo_settings(tmp_path).creditor == NORTHWIND
    assert demo_settings(tmp_path).not_set(currencies) == ()
    assert load_settings().creditor.as_creditor() == Creditor(name="Acme B.V.")


@on_paper
def test_the_demo_prints_its_letters_into_its_own_folder(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    assert (settings.route("letter"), settings.letters.folder) == ("print", tmp_path / "letters")


def test_text_messages_of_the_book_have_somewhere_to_go() -> None:
    numbers = [(account.customer.phone, account.customer.country) for account in demo_book(TODAY).accounts]
    assert sum(text_number(phone or "", country) is not None for phone, country in numbers) >= 6


def test_a_newcomer_sees_real_cases_moves_time_and_stops_all_of_it(tmp_path: Path) -> None:
    with Program("demo", "--json", folder=ROOT, settings={**FREE_PORTS, "TMPDIR": str(tmp_path)}) as demo:
        shown = demo.event()
        for name, link in shown["links"].items():
            if name != "API":
                assert httpx2.Client(follow_redirects=True).get(link).status_code == 200, name
        api = shown["links"]["API"].rpartition("/")[0] + "/v1"
        client = httpx2.Client(headers={"Authorization": f"Bearer {shown['key']}"})
        assert shown["people"] == ["ann", "mark", "fiona", "ada"]
        browser = httpx2.Client(follow_redirects=True, headers={"Accept": "text/html"})
        assert "Be mark" in browser.get(shown["links"]["console"]).text
        assert browser.get(f"{shown['links']['console'].partition('?')[0]}people").status_code == 403
        cases = client.get(f"{api}/cases", params={"limit": 200}).json()["items"]
        assert set(Counter(one["policy"] for one in cases)) == {
            "agency", "b2b-net30", "consultancy", "consumer", "subscriptions",
        }  # fmt: skip
        assert len({one["stage"] for one in cases}) >= 5
        assert {one["channel"] for one in client.get(f"{api}/mailbox").json()["items"]} & set(CHANNELS)
        assert len(shown["try"]) == 4
        for one in shown["try"]:
            # What a newcomer copies goes through a shell.
            done = subprocess.run(
                ["/bin/sh", "-c", one["command"]],
                cwd=ROOT,
                env=surroundings(),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            assert done.returncode == 0, f"{one['command']}: {done.stderr}"
            assert done.stdout
        folder = Path(shown["folder"])
        assert json.loads((folder / "running.json").read_text())["virtual_time"]
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        found = said("case", "list", "--json", folder=elsewhere, settings={"TMPDIR": str(tmp_path)})
        assert {one["policy"] for one in json.loads(found)["items"]} >= {"b2b-net30", "consumer"}
        (elsewhere / ".dunning").mkdir()  # who has an installation of their own is not led into a demonstration
        assert "found none in" in said("case", "list", folder=elsewhere, settings={"TMPDIR": str(tmp_path)}, code=3)
        shutil.rmtree(elsewhere)
        assert demo.stop(signal.SIGINT) == 0
    assert not folder.exists()
    assert not list(tmp_path.iterdir())


def test_a_book_that_is_kept_goes_on_where_it_stood(tmp_path: Path) -> None:
    arguments = ("demo", "--json", "--keep", str(tmp_path / "kept"))
    with Program(*arguments, folder=tmp_path, settings=FREE_PORTS) as first:
        first.event()
        assert first.stop() == 0
    with Program(*arguments, folder=tmp_path, settings=FREE_PORTS) as again:
        assert "went on with the book" in again.event()["done"][0]
        assert again.stop() == 0
