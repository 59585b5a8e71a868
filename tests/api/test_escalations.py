"""Tasks that nobody answers go up to people (H6): by real SMTP and a real webhook, each once, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from adapters import clock
from adapters.email import EmailCourier, SmtpServer
from adapters.escalations.queue import Colleague, Queue, owner_of, reached_by
from adapters.escalations.rounds import EscalationRounds, Words
from adapters.escalations.webhook import signature
from adapters.storage.store import Store
from tests.adapters.mail_host import MailHost, taken_as
from tests.adapters.mail_host import listening as serving_mail
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.creditors import NORTHWIND
from tests.fakes.fake_case_client import FakeTimeMachine

SECRET = "whsec-0123456789-0123456789"
PEOPLE = {
    name: Colleague(name, f"{name}@northwind.example", works=name != "gone") for name in ("ann", "bob", "mia", "gone")
}


@dataclass
class Hook:
    """Takes posts; answers them with these statuses in turn, then 204."""

    statuses: list[int] = field(default_factory=list)
    port: int = 0
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        self.posts.append((headers, body))
        status = self.statuses.pop(0) if self.statuses else 204
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/?team=7"


@asynccontextmanager
async def listening(hook: Hook) -> AsyncIterator[Hook]:
    server = await asyncio.start_server(hook.take, "127.0.0.1", 0)
    async with server:
        hook.port = server.sockets[0].getsockname()[1]
        yield hook


def rounds(store: Store, host: MailHost, queue: Queue) -> EscalationRounds:
    async def colleagues() -> dict[str, Colleague]:
        return PEOPLE

    words = Words(
        lambda kind: f"{kind} them",
        str.capitalize,
        lambda of, task: f"https://d.example/cases/{of}/tasks/{task}",
        lambda at: at.date(),
    )
    courier = EmailCourier(SmtpServer(port=host.port, security="plain"), NORTHWIND)
    return EscalationRounds(store.escalations, {queue.name: queue}, colleagues, courier, words)


@pytest.fixture
async def book(program: Program) -> Program:
    """A case that asks a person today, who has five workdays: to Friday 6 March; then ten more, and twenty."""
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    await program.post("/cases/INV-1/escalations", {"reason": "wants a person"})
    return program


def to(host: MailHost) -> list[tuple[str, str]]:
    return [(one.rcpt_tos[0], str(taken_as(one)["Subject"])) for one in host.taken]


@pytest.mark.usefixtures("book")
async def test_first_the_owner_then_the_manager_and_both_and_each_once(store: Store, machine: FakeTimeMachine) -> None:
    queue = Queue("collections", owner="ann", manager="mia", mail="team@northwind.example")
    async with serving_mail(MailHost()) as host:
        telling = rounds(store, host, queue)
        assert await telling.tell() == 0, "nobody is late"
        await machine.advance(timedelta(days=8))
        assert (await telling.tell(), await telling.tell()) == (1, 0)
        first = "Late once: escalation them (INV-1)"
        assert to(host) == [("ann@northwind.example", first), ("team@northwind.example", first)]
        text = taken_as(host.taken[0]).get_content()
        assert "Hello ann," in text
        assert "https://d.example/cases/INV-1/tasks/escalation-1" in text
        assert "Ada" not in text, "no more of the debtor than the task needs"
        host.taken.clear()
        await machine.advance(timedelta(days=60))
        assert await telling.tell() == 2
    second, third = "Late twice: escalation them (INV-1)", "Late 3 times: escalation them (INV-1)"
    addresses = ("ann@northwind.example", "mia@northwind.example", "team@northwind.example")
    assert to(host) == [(one, subject) for subject in (second, third) for one in addresses]
    told = [(one.number, one.told) for one in await store.escalations.of_cases(["INV-1"])]
    assert told == [(1, ("ann",)), (2, ("ann", "mia")), (3, ("ann", "mia"))]


@pytest.mark.usefixtures("book")
async def test_a_mail_server_that_is_down_loses_nothing_and_nobody_is_told_twice(
    store: Store, machine: FakeTimeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await machine.advance(timedelta(days=30))
    later = clock.now()
    monkeypatch.setattr(clock, "now", lambda: later)
    async with serving_mail(MailHost(recipients=["250 OK", "451 4.3.0 try later", "451 4.3.0 try later"])) as host:
        telling = rounds(store, host, Queue("collections", owner="ann", manager="mia"))
        assert await telling.tell() == 1, "the first time: ann has it; of the second neither she nor mia"
        assert await telling.tell() == 0, "it is not tried again at once"
        later += timedelta(minutes=2)
        assert await telling.tell() == 1
    assert sorted(address for address, _ in to(host)) == [
        "ann@northwind.example", "ann@northwind.example", "mia@northwind.example",
    ]  # fmt: skip


async def test_what_was_answered_meanwhile_needs_nobody(book: Program, store: Store, machine: FakeTimeMachine) -> None:
    await machine.advance(timedelta(days=8))
    await book.post("/cases/INV-1/tasks/escalation/disposal", {"resume": True, "by": "ann"})
    async with serving_mail(MailHost()) as host:
        assert await rounds(store, host, Queue("collections", owner="ann")).tell() == 1
    assert host.taken == []


@pytest.mark.usefixtures("book")
async def test_a_webhook_gets_it_signed_under_one_id_until_it_takes_it(
    store: Store, machine: FakeTimeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await machine.advance(timedelta(days=8))
    later = clock.now()
    monkeypatch.setattr(clock, "now", lambda: later)
    async with listening(Hook([503])) as hook, serving_mail(MailHost()) as host:
        telling = rounds(store, host, Queue("collections", webhook=hook.url, secret=SECRET))
        assert await telling.tell() == 0
        later += timedelta(minutes=2)
        assert (await telling.tell(), await telling.tell()) == (1, 0)
    assert [headers["webhook-id"] for headers, _ in hook.posts] == ["INV-1/escalation-1/1"] * 2
    headers, content = hook.posts[-1]
    signed = signature(SECRET, headers["webhook-id"], headers["webhook-timestamp"], content)
    assert headers["webhook-signature"] == signed
    body: dict[str, Any] = json.loads(content)
    assert (body["type"], body["times"], body["queue"], body["told"]) == ("task.escalated", 1, "collections", [])
    assert body["task"]["id"] == "escalation-1"
    assert "Ada" not in content.decode()


def test_the_stand_in_takes_the_place_of_an_owner_who_is_gone_and_an_assignment_goes_before_both() -> None:
    queue = Queue("collections", owner="gone", stand_in="bob", manager="mia")
    assert owner_of(queue, PEOPLE) == "bob"
    assert owner_of(queue, PEOPLE, assigned="ann") == "ann"
    assert owner_of(queue, PEOPLE, assigned="nobody") == "bob"
    assert owner_of(None, PEOPLE) is None
    assert reached_by(queue, PEOPLE, 1) == ("bob",)
    assert reached_by(queue, PEOPLE, 2) == ("bob", "mia")
    assert reached_by(Queue("collections", owner="gone", manager="mia"), PEOPLE, 1) == ("mia",)
    assert reached_by(Queue("collections", owner="ann", manager="ann"), PEOPLE, 3) == ("ann",)
