"""Cases through a month in which the payment provider and the mail server are hostile, and workers are killed.

It happens once for all tests of this file. Workers charge through Stripe's adapter and send through the mail server's,
over real lines: requests and answers are lost or late, keys are in use, there are too many calls, nobody answers for
half an hour, or for longer than keys are kept; lists and searches lag; webhooks come before the answer, twice, shuffled
and days later. The mail server greylists, puts off, falls silent and hangs up, before and after it took a message. Then
the books of the two are opened, which alone say what happened in the world, and ours are held against them.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from sqlalchemy import RowMapping, select

from adapters.parcel_id import parcel_id
from adapters.storage.store import Store
from adapters.storage.tables import notices
from adapters.stripe.fake.application import serve_fake
from adapters.stripe.fake.books import Books, Tempo
from adapters.stripe.payments import KEY
from cli.virtual_time.clocks import SharedLead
from dunning.rulebook.decline import NEVER_ARRIVED
from tests.adapters.mail_host import listening
from tests.fakes.bad_line import OF_CHARGES, OF_QUESTIONS, WHILE_DOWN, BadLine
from tests.fakes.bad_mail_host import ODDS, BadMailHost
from tests.fakes.bad_post import BadPost
from tests.fakes.creditors import NORTHWIND
from tests.grids import walked
from tests.workflows.hostile_night import LAG, OUTAGE, Night, webhook
from tests.workflows.hostile_worker import HOSTILE, LATE, MAIL_PATIENCE, PROVIDER, nights_clock
from tests.workflows.killing import OF_WORKERS, Killings, WorkerProcess, journal
from tests.workflows.night import Ending, Tale, as_the_rules_have_it, points, tales
from tests.workflows.office import MONDAY, amsterdam
from tests.workflows.worker_process import DATABASE
from worker.embedded import QUICK_TIMERS, EmbeddedServer

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow, pytest.mark.grid,
    pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning"),  # Stripe's library, of its transport
]  # fmt: skip

SEED: Final = 20260302
WORKER: Final = "tests.workflows.hostile_worker"
WORKERS: Final = 2
CASES: Final = walked(154, sample=24)
KILLS: Final = walked(12, sample=3)  # of workers; the server dies with every third
APART: Final = walked(40, sample=25)  # charges and messages that come between two kills
TALES: Final = tuple(tales(CASES))
APPROVED: Final = " charge approved "


@dataclass
class Morning:
    """What was left: our books, and those of the provider and of the mail server."""

    store: Store
    books: Books
    line: BadLine
    post: BadPost
    mail: BadMailHost
    night: Night
    killed: Counter[str]
    interrupted: set[str]  # the keys of notices that were on their way when a worker died

    def taken(self, tale: Tale) -> Counter[str]:
        """How often the provider took money from this customer, by our keys."""
        return Counter(one.key for one in self.books.movements if one.customer == tale.customer.id and one.key)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def morning(template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Morning]:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copy(template, folder / DATABASE)
    clock, signs = nights_clock(folder), asyncio.Queue[str]()
    store = await Store.open(
        f"sqlite:///{folder / DATABASE}", policies=[HOSTILE], calendar_for=amsterdam, provider=PROVIDER, clock=clock
    )
    books = Books(clock=clock, tempo=Tempo(slow=LATE, listing=LAG, search=timedelta(hours=1)))
    line = BadLine(books, SEED, LATE, signs)
    mail = BadMailHost(clock=clock, seed=SEED, slow=MAIL_PATIENCE / 2, signs=signs)
    async with (
        EmbeddedServer(folder / "temporal", settings=QUICK_TIMERS) as server,
        serve_fake(books, behind=line.behind) as stripe,
        listening(mail),
    ):
        client = await server.connect()
        async with webhook(store, client, SharedLead(folder)) as deliver:
            post = BadPost(books, deliver, SEED, clock=clock, busy=line.busy)
            night = Night(client, store, folder, line, post, SEED)
            given = (server.address, str(folder), stripe.address, str(mail.port))
            workers = [WorkerProcess(WORKER, folder, *given) for _ in range(WORKERS)]
            interrupted = set[str]()

            async def look() -> None:
                interrupted.update(one["act_key"] for one in await notices_of(store) if one["state"] == "begun")

            killings = Killings(server, workers, SEED, look)
            beside = [
                asyncio.create_task(post.run()), asyncio.create_task(killings.at_each(signs, KILLS, APART))
            ]  # fmt: skip
            try:
                await asyncio.gather(*(worker.start() for worker in workers))
                await night.live(TALES)
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                await asyncio.gather(*(worker.end(signal.SIGKILL) for worker in workers))
        await server.kill()
    yield Morning(store, books, line, post, mail, night, killings.killed, interrupted)
    await store.close()


async def test_the_night_was_hostile(morning: Morning) -> None:
    assert morning.killed == {"worker": KILLS, "server": KILLS // OF_WORKERS}
    assert {*OF_CHARGES, *OF_QUESTIONS, *WHILE_DOWN} <= morning.line.happened.keys()
    assert {*ODDS, "greylisted"} <= morning.mail.happened.keys()
    assert {"before the answer", "late"} <= morning.post.happened.keys()
    assert max(morning.post.told.values()) > 1


async def test_no_outcome_is_unknown_an_hour_after_the_providers_return(morning: Morning) -> None:
    assert morning.night.unknown == []


async def test_no_key_is_charged_twice_and_nobody_once_more_than_by_the_rules(morning: Morning) -> None:
    for tale in TALES:
        taken = morning.taken(tale)
        assert [key for key, times in taken.items() if times > 1] == [], tale.invoice.id
        by_rules = [point for point in as_the_rules_have_it(tale, HOSTILE).points if APPROVED in point]
        assert len(taken) == len(by_rules), tale.invoice.id


async def test_our_books_have_all_the_money_that_the_provider_took_and_no_other(morning: Morning) -> None:
    for tale in TALES:
        theirs = {one.key: -one.amount for one in morning.books.movements if one.customer == tale.customer.id}
        told = {body["id"] for facts in tale.facts.values() for name, body in facts if name == "payment_received"}
        booked = await morning.store.cases.ledger(tale.invoice.id)
        ours = {one.id: one.amount for one in booked if one.kind == "payment" and one.id not in told}
        assert ours == theirs, tale.invoice.id
        attempts = await morning.store.cases.attempts(tale.invoice.id)
        assert {one.key for one in attempts if one.state == "approved"} == theirs.keys(), tale.invoice.id


async def test_every_charge_of_the_provider_is_an_attempt_of_ours(morning: Morning) -> None:
    """And each attempt is a charge of theirs, but for one that is known to have never arrived (C5)."""
    for tale in TALES:
        made = [one for one in morning.books.all("charge") if one["customer"] == tale.customer.id]
        attempts = await morning.store.cases.attempts(tale.invoice.id)
        arrived = sorted(one.key for one in attempts if one.code != NEVER_ARRIVED)
        assert sorted(one["metadata"][KEY] for one in made) == arrived, tale.invoice.id


async def test_every_message_that_was_taken_was_taken_once_and_is_one_that_we_say_was_sent(morning: Morning) -> None:
    accepted = morning.mail.accepted()
    assert [message for message, times in accepted.items() if times > 1] == []
    assert accepted.keys() <= {message_id(one["act_key"]) for one in await sent(morning.store)}


async def test_every_message_that_we_say_was_sent_was_taken_or_nobody_can_know(morning: Morning) -> None:
    """Nobody knows where the mail server broke off, or the worker was killed, in its midst; then it counts (N3)."""
    accepted = morning.mail.accepted()
    lost = [one for one in await sent(morning.store) if message_id(one["act_key"]) not in accepted]
    assert [one["act_key"] for one in lost if not one["unsure"]] == []
    broken_off = morning.mail.untaken
    unexplained = {one["act_key"] for one in lost if message_id(one["act_key"]) not in broken_off}
    assert unexplained <= morning.interrupted


async def test_the_journal_names_every_notice_that_was_sent_once(morning: Morning) -> None:
    of = Counter[str](one["invoice_id"] for one in await sent(morning.store))
    for tale in TALES:
        lines = [line for line in await journal(morning.store, tale.invoice.id) if line.kind == "notice"]
        assert len({line.step or line.value for line in lines}) == len(lines) == of[tale.invoice.id], tale.invoice.id


async def test_every_case_is_where_it_would_be_had_nothing_gone_wrong(morning: Morning) -> None:
    for tale in TALES:
        calendar = amsterdam(HOSTILE, tale.customer, MONDAY.date(), date(2027, 12, 31))
        one = await morning.store.cases.one(tale.invoice.id)
        lines = points(await journal(morning.store, tale.invoice.id), calendar)
        assert _heard(Ending(lines, one.balance, one.outcome)) == _heard(as_the_rules_have_it(tale, HOSTILE)), (
            tale.invoice.id
        )


async def test_no_case_is_stuck(morning: Morning) -> None:
    outcomes = {tale.invoice.id: (await morning.store.cases.one(tale.invoice.id)).outcome for tale in TALES}
    assert morning.night.running == {invoice_id for invoice_id, outcome in outcomes.items() if outcome is None}


async def test_every_balance_is_the_sum_of_its_ledger(morning: Morning) -> None:
    for tale in TALES:
        invoice = await morning.store.parties.invoice(tale.invoice.id)
        booked = await morning.store.cases.ledger(tale.invoice.id)
        assert invoice.balance == tale.invoice.minor + sum(entry.amount for entry in booked)


async def notices_of(store: Store) -> Sequence[RowMapping]:
    """Every notice on its channel, by the key of its act."""
    return await store.database.read(lambda tx: tx.rows(select(notices)))


async def sent(store: Store) -> list[RowMapping]:
    return [one for one in await notices_of(store) if one["state"] == "accepted"]


def message_id(key: str) -> str:
    return f"<{parcel_id(key, 'email')}@{NORTHWIND.domain}>"


def _heard(ending: Ending) -> Ending:
    """What does not depend on who told first, or on which of two days the provider answered again.

    Where the webhook was faster than the answer, it told of a payment, and the journal has no line of the charge.
    """
    days = [local[:10] for local in OUTAGE]
    told = (point.replace(days[1], days[0]) for point in ending.points if APPROVED not in point)
    return replace(ending, points=tuple(told))
