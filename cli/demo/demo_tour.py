"""What the demonstration does before it hands over: registers the book, lives through two weeks, names the links."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from adapters.clock import now
from adapters.letters.pdf import is_printable
from adapters.settings import Settings
from adapters.settings_reading import load_settings
from adapters.storage.engine.transaction import Transaction
from adapters.storage.register import add_customer, add_invoice
from api.pages.words import stage_name
from cli.demo.demo_book import DemoBook, DemoEvent, demo_book
from cli.demo.demo_creditor import NORTHWIND
from cli.demo.demo_people import DEMO_PEOPLE, DEMO_QUEUES, add_demo_people, people_in_words
from cli.installation.all_in_one import Links
from cli.installation.installation import Installation
from cli.installation.running_note import finds_a_demo
from cli.virtual_time.clocks import SharedLead
from cli.virtual_time.time_machine import InstallationTimeMachine
from cli.wording import count, day, lower
from dunning.errors import Refused
from dunning.messages import REQUESTS, Fact

STORY: Final = timedelta(days=14)  # lived through before anybody looks, so that there is something to see
PAYMENT: Final = "B2B-1002 payment_received id=try-1 amount=1400.00"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tour:
    """What was done, links that answer, a key, who uses it, and things to try: a sentence and the command for it.
    `folder` is where all of it is.
    """

    folder: Path
    done: tuple[str, ...]
    links: dict[str, str]
    key: str
    people: str
    tries: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        tries = [{"what": what, "command": command} for what, command in self.tries.items()]
        return {
            "folder": str(self.folder.absolute()),
            "done": self.done,
            "links": self.links,
            "key": self.key,
            "people": list(DEMO_PEOPLE),
            "try": tries,
        }


def demo_settings(folder: Path) -> Settings:
    """Everything in the folder, time virtual, nothing leaves this machine; taken ports give way to free ones.

    The made-up creditor writes, whoever the settings name: in no other place is there one.
    """
    own = load_settings()
    settings = own.model_copy(
        update={
            "data": folder,
            "database": None,
            "virtual_time": True,
            "creditor": NORTHWIND,
            "queues": DEMO_QUEUES,
            "smtp": type(own.smtp)(),
            "postmark": type(own.postmark)(),
            "twilio": type(own.twilio)(),
            "channels": type(own.channels)(
                email="mailbox", sms="mailbox", letter="print" if is_printable() else "mailbox"
            ),
            "letters": own.letters.model_copy(update={"folder": folder / "letters"}),
            "embedded": own.embedded.model_copy(
                update={"port": _free(own.embedded.port), "ui_port": _free(own.embedded.ui_port)}
            ),
            "api": own.api.model_copy(update={"host": "127.0.0.1", "port": _free(own.api.port), "public_url": None}),
        }
    )
    SharedLead(folder).begin(-STORY)
    return settings


async def tour(of: Installation, links: Links, folder: Path, say: Say) -> Tour:
    """Bring the book to life, unless the folder has it already."""
    await add_demo_people(of.store.people, now())
    key = await of.store.keys.create(f"demo {now():%Y-%m-%d %H:%M:%S}", now(), ("admin",))
    if (await of.store.parties.customers(limit=1)).rows:
        done: tuple[str, ...] = (f"went on with the book in {folder}",)
    else:
        done = await _lived(of, say)
    console, _, rest = links.console.partition("?")
    shown = {
        "console": f"{console}{rest}?key={key}",
        "mailbox": f"{links.mailbox}?key={key}",
        "API": links.reference,
        "Temporal UI": links.temporal_ui,
    }
    return Tour(folder, done, shown, key, people_in_words(), _tries(links, key, folder))


async def _lived(of: Installation, say: Say) -> tuple[str, ...]:
    today = now().date()
    book = demo_book(today)
    await of.store.database.write(lambda tx: _register(tx, book))
    say(f"registered {book.invoices} invoices of {len(book.accounts)} customers; living through two weeks of it")
    machine, acts = InstallationTimeMachine(of), 0
    for days_ago in (*sorted({one.days_ago for one in book.happened}, reverse=True), 0):
        ahead = now() - timedelta(days=days_ago) - await of.clock.now()
        journey = await machine.advance(ahead)
        acts += sum(journey.acts.values())
        say(f"it is {day(journey.now.date())} for {count(journey.cases, 'case')}")
        for one in book.happened:
            if one.days_ago == days_ago:
                await _tell(of, one)
    stages = await of.store.cases.stages()
    ranked = sorted(stages.items(), key=lambda pair: -pair[1])
    standing = ", ".join(f"{number} {lower(stage_name(stage))}" for stage, number in ranked)
    return (
        f"{book.invoices} invoices of {len(book.accounts)} made-up customers, two weeks of their cases: {acts} steps",
        f"open cases: {standing}",
    )


def _register(tx: Transaction, book: DemoBook) -> None:
    at = now() - STORY
    for account in book.accounts:
        add_customer(tx, account.customer, account.methods, at)
        for invoice in account.invoices:
            add_invoice(tx, account.customer.id, invoice, at)


async def _tell(of: Installation, one: DemoEvent) -> None:
    if one.customer is not None and isinstance(one.message, Fact):
        await of.case_service.tell_customer(one.customer, one.message)
    elif isinstance(one.message, Fact):
        await of.case_service.tell(str(one.invoice), one.message)
    else:
        with suppress(Refused):  # the rules know better than the book; the case says so on its journal
            request = REQUESTS[one.message.name].model_validate(one.message.model_dump())
            await of.case_service.ask(str(one.invoice), request, f"demo-{one.days_ago}")


def _tries(links: Links, key: str, folder: Path) -> dict[str, str]:
    # A command that is told nothing of where its installation is finds a demonstration by itself.
    where = "" if finds_a_demo() else f"DUNNING_DATA={shlex.quote(str(folder.absolute()))} "
    command = f"{where}{shlex.quote(_command())}"
    return {
        "Let a week go by, and see what happens to all cases": f"{command} advance 1 week",
        "Pay an invoice, and see its case close": f"{command} case signal {PAYMENT}",
        "See the whole future of a case": f"{command} case forecast B2B-1001",
        "Ask the API the same": f"curl -s -H 'Authorization: Bearer {key}' {links.api}/cases/B2B-1001/forecast",
    }


def _command() -> str:
    """This program as it can be called from here: its place in this folder, or its name."""
    called = Path(sys.argv[0]).absolute()
    if called.name != "dunning" or not os.access(called, os.X_OK):
        return "dunning"
    return str(called.relative_to(Path.cwd())) if called.is_relative_to(Path.cwd()) else str(called)


def _free(port: int) -> int:
    """The port, or 0 for any that is free where somebody listens on it already."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
