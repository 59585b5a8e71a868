"""Commands that need only the store: keys, imports, which policy takes an invoice, the doctor."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.clock import now
from adapters.storage import Store
from cli.installation.people import first_admin_link
from tests.cli.conftest import Dunning, Said

CUSTOMERS = "id,name,kind,country,email,methods\nc1,Acme B.V.,business,NL,ap@acme.example,card_main:visa\n"
INVOICES = (
    "id,amount,currency,due_on,customer_id,customer_kind,customer_country\n"
    "INV-1,250.00,EUR,2026-03-02,c1,,\n"
    "INV-2,99.00,GBP,2026-03-05,c2,consumer,GB\n"
)
LATE = """\
name: late
priority: 100
for: {invoice.overdue_days: {min: 30000}}
steps:
  - {name: word, after: 3 days, do: [{notify: {message: friendly, by: [email]}}]}
"""


@pytest.fixture
def store(dunning: Dunning, tmp_path: Path) -> Dunning:
    """A store that is there, and two files to import."""
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / "invoices.csv").write_text(INVOICES)
    assert dunning("migrate").code == 0
    return dunning


def invoices(store: Dunning, *more: str) -> Said:
    return store("import", "invoices", "invoices.csv", "--no-open", *more)


def test_without_a_store_a_command_says_what_makes_one(dunning: Dunning, tmp_path: Path) -> None:
    said = dunning("keys", "list")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("error: database: found none in ")
    assert not (tmp_path / ".dunning").exists()


def test_a_key_is_shown_once_listed_by_name_and_revoked(store: Dunning) -> None:
    made = store("keys", "create", "billing")
    assert (made.code, made.out.startswith("dun_")) == (0, True)
    assert store("keys", "create", "billing").code == 1
    assert "billing" in store("keys", "list").out
    assert made.out.strip() not in store("keys", "list").out
    assert store("keys", "revoke", "billing").code == 0
    assert json.loads(store("keys", "list", "--json").out)[0]["revoked_at"]
    assert store("keys", "revoke", "nobody").code == 1


def test_a_key_has_roles_a_last_day_and_a_next_one(store: Dunning) -> None:
    made = store("keys", "create", "desk", "--role", "finance", "--role", "agent", "--ends", "2199-01-01", "--json")
    first = json.loads(made.out)
    assert (first["roles"], first["ends_at"]) == (["agent", "finance"], "2199-01-01 00:00:00+00:00")
    second = store("keys", "rotate", "desk", "--overlap", "0")
    assert (second.code, second.out.startswith("dun_"), second.out.strip() != first["key"]) == (0, True, True)
    [listed] = json.loads(store("keys", "list", "--json").out)
    assert (listed["name"], listed["roles"], listed["used_at"]) == ("desk", ["agent", "finance"], None)
    assert store("keys", "rotate", "nobody").code == 1
    for wrong in (("--role", "boss"), ("--ends", "2020-01-01")):
        said = store("keys", "create", "other", *wrong)
        assert (said.code, f"error: {wrong[0]}: found {wrong[1]}; allowed" in said.err) == (2, True)


def test_people_are_added_given_roles_disabled_and_let_in_again(
    store: Dunning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUNNING_API__PUBLIC_URL", "https://collect.example/")
    made = store("people", "add", "Boss", "--role", "admin")
    assert (made.code, made.out.startswith("https://collect.example/welcome/")) == (0, True)
    added = store("people", "add", "ann", "--role", "agent", "--email", "ann@northwind.example", "--json")
    assert json.loads(added.out)["link"].startswith("https://collect.example/welcome/")
    assert store("people", "add", "ann", "--role", "agent").code == 1
    assert store("people", "roles", "ann", "--role", "manager", "--role", "agent").out == "ann: agent, manager\n"
    assert store("people", "disable", "ann").code == 0
    assert store("people", "reset", "ann").code == 1
    assert store("people", "enable", "ann").code == 0
    assert store("people", "reset", "ann").out != added.out
    listed = {one["name"]: one for one in json.loads(store("people", "list", "--json").out)}
    assert (listed["ann"]["roles"], listed["ann"]["disabled_at"]) == (["agent", "manager"], None)
    assert "ann@northwind.example" in store("people", "list").out
    for wrong in (("disable", "boss"), ("roles", "boss", "--role", "agent"), ("disable", "nobody")):
        assert store("people", *wrong).code == 1, wrong
    for unreadable in (
        ("add", "a b", "--role", "agent"),
        ("add", "bob", "--role", "king"),
        ("add", "bob", "--role", "agent", "--email", "x"),
    ):
        said = store("people", *unreadable)
        assert (said.code, "allowed" in said.err) == (2, True), unreadable


def test_what_is_rehearsed_is_checked_told_and_not_done(store: Dunning) -> None:
    """`--dry-run` of each command that changes who may come in: nothing is kept, and what is refused is refused."""
    store("people", "add", "boss", "--role", "admin")
    store("people", "add", "ann", "--role", "agent")
    store("keys", "create", "billing")
    before = [store(what, "list", "--json").out for what in ("people", "keys")]
    for changed, would in {
        ("keys", "create", "shop"): "a key shop would be made",
        ("keys", "rotate", "billing"): "the one before would open for 24 hours more",
        ("keys", "revoke", "billing"): "billing would open nothing any more",
        ("people", "add", "bob", "--role", "agent"): "bob would be added as agent",
        ("people", "roles", "ann", "--role", "manager"): "ann would be manager in place of agent",
        ("people", "disable", "ann"): "ann could not come in any more",
        ("people", "reset", "ann"): "a link would be made by which ann sets a new password",
    }.items():
        said = store(*changed, "--dry-run")
        assert (said.code, would in said.out) == (0, True), changed
        assert said.err == "dry run: nothing was changed\n"
        assert json.loads(store(*changed, "--dry-run", "--json").out)["dry_run"] is True
    for refused in (
        ("keys", "create", "billing"),
        ("people", "disable", "boss"),
        ("people", "add", "ann", "--role", "agent"),
    ):
        assert store(*refused, "--dry-run").code == 1, refused
    assert [store(what, "list", "--json").out for what in ("people", "keys")] == before


def test_what_was_so_before_is_said_to_be_known(store: Dunning) -> None:
    store("people", "add", "boss", "--role", "admin")
    store("keys", "create", "billing")
    assert store("keys", "revoke", "billing").out == "billing is revoked\n"
    assert store("keys", "revoke", "billing").out.endswith("nothing changed\n")
    assert store("people", "roles", "boss", "--role", "admin").out == "boss was admin before; nothing changed\n"
    assert store("people", "enable", "boss").out == "boss could come in before; nothing changed\n"


async def test_the_first_admin_gets_a_link_until_an_admin_can_come_in(store: Dunning, tmp_path: Path) -> None:
    del store
    book = await Store.open(f"sqlite:///{tmp_path}/.dunning/dunning.db", calendar_for=_no_calendar)
    first = await first_admin_link(book.people, now())
    second = await first_admin_link(book.people, now())
    assert first is not None
    assert second is not None
    assert await book.people.linked(first, now()) is None, "the newest link is the one that opens"
    found = await book.people.linked(second, now())
    assert (found and found.name, found and found.roles) == ("admin", ("admin",))
    await book.people.use_link(second, "hash", now())
    assert await first_admin_link(book.people, now()) is None
    await book.close()


def _no_calendar(*_: object) -> Any:
    raise AssertionError("no case is opened")


def test_customers_and_invoices_come_in_once(store: Dunning) -> None:
    assert store("import", "customers", "customers.csv").out == "1 customer, 1 new\n"
    assert store("import", "customers", "customers.csv").out == "1 customer, 0 new\n"
    assert invoices(store).out == "2 invoices, 2 new, 0 opened\n"
    assert json.loads(invoices(store, "--json").out) == {"invoices": 2, "new": 0, "opened": 0}


def test_one_bad_row_and_none_comes_in(store: Dunning) -> None:
    said = invoices(store)  # c1 is not registered yet
    assert said.code == 2
    assert (
        said.err
        == "error: invoices.csv:2: customer_id: found c1; allowed one who is registered, or described in the row\n"
    )
    store("import", "customers", "customers.csv")
    assert invoices(store).out == "2 invoices, 2 new, 0 opened\n"


def test_every_row_that_contradicts_the_store_is_named(store: Dunning, tmp_path: Path) -> None:
    store("import", "customers", "customers.csv")
    invoices(store)
    (tmp_path / "customers.csv").write_text(CUSTOMERS.replace("Acme B.V.", "Acme NV"))
    assert (
        "customers.csv:2: id: found c1, registered with other content"
        in store("import", "customers", "customers.csv").err
    )
    (tmp_path / "invoices.csv").write_text(INVOICES.replace("250.00", "251.00").replace("99.00", "98.00"))
    lines = invoices(store).err.splitlines()
    assert [line.split(" found ")[0] for line in lines] == ["error: invoices.csv:2: id:", "error: invoices.csv:3: id:"]


def test_an_invoice_that_no_policy_takes_is_refused_before_it_has_a_case(store: Dunning, tmp_path: Path) -> None:
    header = INVOICES.partition("\n")[0]
    (tmp_path / "invoices.csv").write_text(f"{header}\nINV-3,5.00,USD,2026-03-02,c3,business,US\n")
    said = invoices(store)
    assert said.code == 2
    assert "invoices.csv:2: found no policy for it: " in said.err


def test_an_invoice_of_the_store_finds_its_policy(store: Dunning) -> None:
    store("import", "customers", "customers.csv")
    invoices(store)
    assert store("policy", "explain", "INV-1").out.startswith("b2b-net30 takes it")
    assert store("policy", "explain", "INV-2").out.startswith("consumer takes it")
    assert store("policy", "explain", "INV-9").code == 1


def test_the_policy_of_an_invoice_is_that_of_the_cases_own_day(
    store: Dunning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("import", "customers", "customers.csv")
    invoices(store)
    (tmp_path / "late.yaml").write_text(LATE)
    assert store("policy", "explain", "INV-1", "--policies", "late.yaml").out.startswith("b2b-net30 takes it")
    monkeypatch.setenv("DUNNING_VIRTUAL_TIME", "true")
    (tmp_path / ".dunning" / "clock.json").write_text(json.dumps({"ahead_seconds": 30_000 * 86_400}))
    assert store("policy", "explain", "INV-1", "--policies", "late.yaml").out.startswith("late takes it")


def test_the_doctor_finds_everything_well_and_says_what_is_not(store: Dunning, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API__PORT", "EMBEDDED__PORT", "EMBEDDED__UI_PORT"):
        monkeypatch.setenv(f"DUNNING_{name}", "0")
    unnamed = store("doctor")
    assert unnamed.code == 3
    assert "MISSING creditor: no notice leaves while these are not set: creditor.name, creditor.address" in unnamed.out
    said = {"NAME": "Acme", "ADDRESS": "Kade 1", "EMAIL": "ar@acme.example", "PAY_URL": "https://pay.acme.example"}
    for name, value in said.items():
        monkeypatch.setenv(f"DUNNING_CREDITOR__{name}", value)
    well = store("doctor")
    assert (well.code, "MISSING" in well.out) == (0, False)
    monkeypatch.setenv("DUNNING_TEMPORAL__ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("DUNNING_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    told = json.loads(store("doctor", "--json").out)
    missing = {check["check"]: check["fix"] for check in told["checks"] if not check["ok"]}
    assert set(missing) == {"database", "Temporal server"}
    assert all(missing.values())


def test_the_doctor_reads_bad_settings_too(store: Dunning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNNING_SMTP__PORT", "x")
    said = store("doctor")
    assert said.code == 3
    assert "smtp.port (DUNNING_SMTP__PORT): found x" in said.out


def test_a_case_without_a_server_is_missing_something(store: Dunning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNNING_TEMPORAL__ADDRESS", "127.0.0.1:1")
    for arguments in (["case", "show", "INV-1"], ["advance", "1", "day"], ["import", "invoices", "invoices.csv"]):
        said = store(*arguments)
        assert said.code == 3
        assert "error: temporal: found no server that answers at 127.0.0.1:1 (Connection refused)" in said.err


@pytest.mark.parametrize("step", [["yesterday"], ["0", "days"], ["-1", "day"], ["1", "month"]])
def test_a_step_that_makes_no_sense_is_bad_input(store: Dunning, step: list[str]) -> None:
    said = store("advance", "--", *step)
    assert said.code == 2
    assert said.err.startswith("error: step: found ")


@pytest.mark.parametrize(
    "arguments, found",
    [
        (["promis", "id=p1"], "message: found promis; allowed promise, perhaps"),
        (["payment_received", "id=p1", "amount=5", "amnt=5"], "payment_received: found the unknown name amnt"),
        (["payment_received", "id=p1"], "payment_received: amount: found nothing"),
        (["payment_received", "four hundred"], "message: found four hundred; allowed FIELD=VALUE"),
        (["plan", "id=p", "instalments=[1"], "message: found no JSON"),
    ],
)
def test_a_message_that_makes_no_sense_is_refused_before_anybody_hears_it(
    store: Dunning, arguments: list[str], found: str
) -> None:
    said = store("case", "signal", "INV-1", *arguments)
    assert said.code == 2
    assert said.err.startswith(f"error: {found}")


def test_a_server_for_mail_that_has_nothing_to_take_says_what_it_lacks(dunning: Dunning) -> None:
    said = dunning("mail")
    assert (said.code, said.out) == (3, "")
    assert "DUNNING_INCOMING__PORT" in said.err
    assert "DUNNING_IMAP__HOST" in said.err
