"""The topology of docker-compose.yml by hand: PostgreSQL, a Temporal server, two workers, an API and a mail catcher."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pgserver
import pytest

from adapters.mailbox import RememberedMailbox
from adapters.mailbox_server import MailboxServer
from tests.cli.programs import PATIENCE, Program, said
from worker.embedded import EmbeddedServer


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The address of an empty database."""
    server = pgserver.get_server(tempfile.mkdtemp(prefix="dunning-topology-"), cleanup_mode="delete")  # type: ignore[attr-defined] # it names no exports
    yield str(server.get_uri())
    server.cleanup()


@pytest.fixture
async def temporal() -> AsyncIterator[str]:
    """The address of a Temporal server."""
    async with EmbeddedServer(None) as server:
        yield server.address


async def test_two_workers_and_an_api_carry_a_case_and_one_worker_may_leave(
    postgresql: str, temporal: str, tmp_path: Path
) -> None:
    mailbox = RememberedMailbox()
    async with MailboxServer(mailbox) as mail:
        settings = {
            "DUNNING_DATABASE": postgresql,
            "DUNNING_TEMPORAL__ADDRESS": temporal,
            "DUNNING_DATA": str(tmp_path / "data"),
            "DUNNING_API__PORT": "0",
            "DUNNING_SMTP__HOST": "127.0.0.1",
            "DUNNING_SMTP__PORT": str(mail.port),
            "DUNNING_SMTP__SECURITY": "plain",
            "DUNNING_CREDITOR__NAME": "Acme B.V.",
            "DUNNING_CREDITOR__ADDRESS": "Kade 1, Amsterdam",
            "DUNNING_CREDITOR__EMAIL": "ar@acme.example",
            "DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN": "NL02ABNA0123456789",
        }
        await asyncio.to_thread(_carried, settings, tmp_path)


def _carried(settings: dict[str, str], folder: Path) -> None:
    with ExitStack() as stack:
        first, second, api = (
            stack.enter_context(Program(name, "--json", folder=folder, settings=settings))
            for name in ("worker", "worker", "api")
        )
        assert (first.event()["ready"], second.event()["ready"]) == ("worker", "worker")
        address = api.event()["api"]
        key = said("keys", "create", "billing", "--role", "admin", folder=folder, settings=settings).strip()
        client = httpx2.Client(base_url=f"{address}/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30)
        _register(client)
        assert _until(client, "stage", {"new", "dunning"}) in {"new", "dunning"}

        assert first.stop() == 0, first.words
        payment = {"id": "p1", "invoice_id": "INV-1", "amount": {"amount": "250.00", "currency": "EUR"}}
        assert client.post("/payments", json=payment, headers={"Idempotency-Key": "pay"}).status_code == 202
        assert _until(client, "outcome", {"paid"}) == "paid"

        shown = json.loads(said("case", "show", "INV-1", "--json", folder=folder, settings=settings))
        assert shown["outcome"] == "paid"
        assert "ok      database: postgresql" in said("doctor", folder=folder, settings={**settings, **_NO_PORTS})
        assert (second.stop(), api.stop()) == (0, 0), second.words + api.words


_NO_PORTS = {"DUNNING_EMBEDDED__PORT": "0", "DUNNING_EMBEDDED__UI_PORT": "0"}


def _register(client: httpx2.Client) -> None:
    debtor = {"kind": "business", "country": "NL", "name": "Molen B.V.", "email": "ap@molen.example"}
    assert client.put("/customers/c1", json=debtor).status_code == 201
    invoice = {
        "id": "INV-1",
        "customer_id": "c1",
        "amount": {"amount": "250.00", "currency": "EUR"},
        "due_on": "2026-03-02",
        "open": True,
    }
    assert client.post("/invoices", json=invoice, headers={"Idempotency-Key": "invoice"}).status_code == 201


def _until(client: httpx2.Client, field: str, wanted: set[str]) -> object:
    """The field of the case once it is as wanted, or as it is when patience ends."""
    found = None
    for _ in range(int(PATIENCE)):
        answer = client.get("/cases/INV-1")
        found = answer.json().get(field) if answer.status_code == 200 else None
        if found in wanted:
            break
        time.sleep(0.5)
    return found
