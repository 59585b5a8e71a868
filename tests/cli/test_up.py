"""`dunning up`: everything in one terminal, stopped cleanly, and continued where it stood."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from tests.cli.programs import FREE_PORTS, PATIENCE, Program, said

BROWSER = {"Accept": "text/html"}
ROW = (
    "id,amount,currency,due_on,customer_id,customer_kind,customer_country,customer_email\n"
    "INV-1,250.00,EUR,2026-03-02,c1,business,NL,ap@acme.example\n"
)


def case(folder: Path) -> dict[str, object]:
    shown: dict[str, object] = json.loads(said("case", "show", "INV-1", "--json", folder=folder, settings={}))
    return shown


def ended(folder: Path) -> object:
    """How the case ended; it takes a moment, and ten seconds where a server was away."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        outcome = case(folder)["outcome"]
        if outcome is not None:
            return outcome
        time.sleep(0.2)
    return None


def seen_by_others(folder: Path) -> list[str]:
    """The files of an installation that others than their owner may read or write, and its folder."""
    found = [folder, *folder.rglob("*")]
    assert {path.name for path in found} >= {"dunning.db", "temporal.db", "temporal.log", "secret"}
    return [path.name for path in found if path.stat().st_mode & 0o077]


def keep_a_message_of_long_ago(store: Path) -> None:
    """A message of the mailbox that is older than any is kept."""
    row = ("old", "email", "ar@acme.example", "ap@acme.example", "Reminder", "Pay", "2020-01-01 09:00:00.000000")
    with closing(sqlite3.connect(store)) as database, database:
        database.execute(
            "INSERT INTO letters (id, channel, sender, recipient, subject, text, at, updated_at)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (*row, row[-1]),
        )


def messages_of_long_ago(store: Path) -> int:
    with closing(sqlite3.connect(store)) as database:
        return int(database.execute("SELECT count(*) FROM letters WHERE id = 'old'").fetchone()[0])


def wrong_keys_from_made_up_addresses(console: str) -> bool:
    """Whether ten wrong keys and one more are all looked at, since their sender says each time to be another."""
    answers = [
        httpx2.post(
            f"{console}sign-in",
            data={"name": "", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
        for number in range(11)
    ]
    return 429 not in {answer.status_code for answer in answers}


def _works_from_a_terminal(folder: Path) -> None:
    """What commands ask the running process for; and the same, done by a command itself that is led elsewhere."""
    note = json.loads((folder / ".dunning" / "running.json").read_text())
    itself = {"DUNNING_TEMPORAL__ADDRESS": note["temporal"]}
    for asked in (("case", "list"), ("case", "show", "INV-1"), ("case", "forecast", "INV-1"), ("people", "list")):
        by_it, alone = (said(*asked, "--json", folder=folder, settings=settings) for settings in ({}, itself))
        assert json.loads(by_it) == json.loads(alone), asked
    would = said("case", "signal", "INV-1", "promise", "id=p", "on=+5d", "--dry-run", folder=folder, settings={})
    assert "new: the promise is broken" in would
    assert json.loads(said("case", "show", "INV-1", "--json", folder=folder, settings={}))["promise"] is None
    assert "promise refused: " in said("case", "signal", "INV-1", "promise", "id=p", "on=+900d", folder=folder,
                                       settings={}, code=1)  # fmt: skip
    replayed = json.loads(said("replay", "--json", folder=folder, settings={}))
    assert replayed == {"ok": True, "histories": [{"history": "case:INV-1", "differences": [], "failure": None}]}


def test_links_answer_and_a_case_goes_on_after_a_stop(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text(ROW)
    with Program("up", "--json", folder=tmp_path, settings=FREE_PORTS) as first:
        links = first.event()
        for name in ("console", "mailbox", "temporal_ui"):
            assert httpx2.get(links[name], headers=BROWSER, follow_redirects=True).status_code == 200, name
        key = said("keys", "create", "test", "--role", "admin", folder=tmp_path, settings={}).strip()
        answer = httpx2.get(links["api_description"], headers={"Authorization": f"Bearer {key}"})
        assert answer.json()["openapi"].startswith("3.")
        assert seen_by_others(tmp_path / ".dunning") == []
        assert not wrong_keys_from_made_up_addresses(links["console"])
        taken = json.loads(said("import", "invoices", "invoices.csv", "--json", folder=tmp_path, settings={}))
        assert taken == {"invoices": 1, "new": 1, "opened": 1}
        assert case(tmp_path)["source"] == "running"
        lines = httpx2.get(f"{links['console']}v1/cases/INV-1/journal", headers={"Authorization": f"Bearer {key}"})
        assert [one["authenticated"] for one in lines.json()["items"] if one["kind"] == "opened"] == ["command import"]
        assert "on real time" in said("advance", "1", "day", folder=tmp_path, settings={}, code=1)
        assert first.stop(signal.SIGINT) == 0
        assert "starts the Temporal server\nstarts the worker\nstarts the API and the console\n" in first.words
        assert "stopped" in first.words
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(links["console"])

    nowhere = {"DUNNING_TEMPORAL__ADDRESS": "127.0.0.1:1"}
    assert "found no server" in said("case", "show", "INV-1", folder=tmp_path, settings=nowhere, code=3)

    keep_a_message_of_long_ago(tmp_path / ".dunning" / "dunning.db")
    with Program("up", "--json", folder=tmp_path, settings=FREE_PORTS) as again:
        again.event()
        _works_from_a_terminal(tmp_path)
        paid = ("case", "signal", "INV-1", "payment_received", "id=p1", "amount=250.00")
        assert said(*paid, folder=tmp_path, settings={}).startswith("p1: EUR 250.00 received; ")
        assert ended(tmp_path) == "paid"
        assert "already known, nothing changed" in said(*paid, folder=tmp_path, settings={})
        assert messages_of_long_ago(tmp_path / ".dunning" / "dunning.db") == 0, (
            "the worker lets go of them as it starts"
        )
        assert again.stop(signal.SIGTERM) == 0


def test_a_second_one_is_told_what_is_in_its_way_and_a_server_that_dies_is_started_again(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text(ROW)
    other = tmp_path / "other"
    other.mkdir()
    with Program("up", "--json", folder=tmp_path, settings=FREE_PORTS) as up:
        links = up.event()
        port = links["console"].split(":")[2].strip("/")

        same_folder = said("up", folder=tmp_path, settings=FREE_PORTS, code=3)
        assert "error: .dunning/temporal.db is in use by the process" in same_folder

        same_port = said("up", folder=other, settings={**FREE_PORTS, "DUNNING_API__PORT": port}, code=3)
        assert f"127.0.0.1:{port}" in same_port
        assert "DUNNING_API__PORT" in same_port
        for name, place in (("PORT", links["temporal"]), ("UI_PORT", links["temporal_ui"])):
            taken = place.rsplit(":", 1)[1]
            settings = {**FREE_PORTS, f"DUNNING_EMBEDDED__{name}": taken}
            assert f"port {taken}: found another program" in said("up", folder=other, settings=settings, code=3)
        assert not list(other.iterdir()), "nothing acts before all ports are free"

        said("import", "invoices", "invoices.csv", folder=tmp_path, settings={})
        _kill_server_of(tmp_path)
        said("case", "signal", "INV-1", "payment_received", "id=p1", "amount=250.00", folder=tmp_path, settings={})
        assert ended(tmp_path) == "paid"
        assert up.stop() == 0


def test_time_that_is_moved_says_when_the_server_goes_away(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text(ROW)
    virtual = {**FREE_PORTS, "DUNNING_VIRTUAL_TIME": "true"}
    with Program("up", "--json", folder=tmp_path, settings=virtual) as up:
        up.event()
        said("import", "invoices", "invoices.csv", folder=tmp_path, settings={})
        assert case(tmp_path)["source"] == "running"  # and at rest: nobody holds the store
        os.kill(up.pid, signal.SIGSTOP)  # no worker works, so nobody arrives
        with Program("advance", "3", "weeks", folder=tmp_path, settings={}) as moving:
            note = tmp_path / ".dunning" / "clock.json.lock"
            until(lambda: note.exists() and str(moving.pid) in note.read_text())
            os.kill(up.pid, signal.SIGKILL)
            assert moving.ended() == 3
        assert "error: temporal: found a server that went away while time was moved" in moving.words


def until(true: Callable[[], bool]) -> None:
    """Wait until it is so; a busy machine is slow."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def _kill_server_of(folder: Path) -> None:
    """Kill the Temporal server, as the system would when memory runs out; the lock's note names it."""
    _owner, server = (folder / ".dunning" / "temporal.db.lock").read_text().split()
    os.kill(int(server), signal.SIGKILL)
