"""A worker with the real adapters: `python -m tests.workflows.hostile_worker ADDRESS FOLDER STRIPE MAIL_PORT`.

It charges through Stripe's adapter and sends through the mail server's, at the addresses that it is given. Its clock is
the night's, kept in the folder. Whatever takes time on a line is several times shorter than in the product.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkerConfig

from activities.registry import activities_by_queue
from adapters.agency import SandboxAgency
from adapters.clock import now
from adapters.correspondence import Correspondent
from adapters.email import EmailCourier, SmtpServer
from adapters.messages.composer import Composer
from adapters.probing import ProbingCourier
from adapters.sandbox_book import FileBook
from adapters.service import SandboxService
from adapters.storage.store import Store
from adapters.stored_statements import StoredStatements
from adapters.stripe.connection import LONG, connect_to_stripe
from adapters.stripe.gateway import PAUSES, StripeGateway
from cli.virtual_time.clocks import SharedLead
from dunning.policy import Policy
from tests.fakes.creditors import NORTHWIND
from tests.workflows.impatience import Impatience
from tests.workflows.killing import READY
from tests.workflows.night import NIGHT
from tests.workflows.office import amsterdam, notify, step
from tests.workflows.worker_process import BOOK, DATABASE
from worker.workers import working

LATE: Final = timedelta(seconds=5)  # instead of forty
PATIENCE: Final = timedelta(seconds=3)  # of Stripe's adapter, instead of eighteen
PAUSE_BY: Final = PATIENCE / LONG
MAIL_PATIENCE: Final = timedelta(seconds=2.5)  # instead of ten
ONE_TRY: Final = timedelta(seconds=7)  # instead of half a minute
PROVIDER: Final = "stripe"
KEY: Final = "sk_test_fake"
HOSTILE: Final = Policy.model_validate({
    **NIGHT.model_dump(mode="json", by_alias=True, exclude_unset=True),
    "name": "hostile",
    "steps": [
        step("reminder", 3, notify("friendly")),
        step("dunning", 10, {"fee": "5.00"}, notify("firm")),
        step("final", 20, notify("final")),
    ],
})  # fmt: skip


class SoonMissed(SimplePlugin):
    """No case waits the SDK's ten seconds for a dead worker that had it."""

    def configure_worker(self, config: WorkerConfig) -> WorkerConfig:
        config = super().configure_worker(config)
        config["sticky_queue_schedule_to_start_timeout"] = timedelta(seconds=1)
        return config


def nights_clock(folder: Path) -> Callable[[], datetime]:
    """The moment by the night's clock, which whoever moves it keeps in the folder."""
    lead = SharedLead(folder)
    return lambda: now() + lead.read()


async def main(address: str, folder: Path, stripe_at: str, mail_port: int) -> None:
    """Work until killed."""
    clock, book = nights_clock(folder), FileBook(folder / BOOK)
    store = await Store.open(
        f"sqlite:///{folder / DATABASE}", policies=[HOSTILE], calendar_for=amsterdam, provider=PROVIDER, clock=clock
    )
    mail = SmtpServer(port=mail_port, security="plain", patience=MAIL_PATIENCE)
    correspondent = Correspondent(
        Composer(NORTHWIND), {"email": ProbingCourier(EmailCourier(mail, NORTHWIND), clock)},
        StoredStatements(store.cases, store.parties),
    )  # fmt: skip
    async with connect_to_stripe(KEY, stripe_at, PATIENCE) as stripe:
        pauses = tuple(pause * PAUSE_BY for pause in PAUSES)
        gateway = StripeGateway(stripe, clock=clock, patience=PATIENCE, pauses=pauses)
        work = activities_by_queue(
            store=store.receivables, gateway=gateway, correspondence=correspondent, control=SandboxService(book),
            agency=SandboxAgency(book),
        )  # fmt: skip
        client = await Client.connect(
            address, data_converter=pydantic_data_converter, interceptors=[Impatience(ONE_TRY)],
            plugins=[SoonMissed("soon missed")],
        )  # fmt: skip
        async with working(client, work):
            print(READY, flush=True)  # noqa: T201 - whoever started it waits for this line
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
