"""A mail server and a payment provider on a bad day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bench.attack.attacks import attack
from bench.attack.debtor import Debtor, a_debtor
from bench.attack.product import Product, until
from bench.attack.stage import Stage
from bench.attack.verdict import must, must_be
from tests.adapters.mail_host import taken_as

BUSY_HOUR: Final = 30  # events of a history, for an hour in which a server is down
HIDDEN: Final = timedelta(hours=2)
LOST: Final = "pm_card_timeout_lost"  # in virtual time nobody waits for it, and the attempt is over
METHODS: Final = (
    "pm_card_timeout_approved", "pm_card_error_500_after", "pm_card_slow_after",
    "pm_card_error_429", "pm_card_lock_timeout", "pm_card_error_503",
)  # fmt: skip


@attack("inputs")
async def mail_that_is_refused_for_good(stage: Stage) -> None:
    """No such user, said after DATA, is a refused address, not a message that is tried all day."""
    product, mail = await stage.earnest(), await stage.mail()
    mail.contents[:] = ["550 5.1.1 no such user"]
    debtor = await a_debtor(product)
    await product.advance("1", "day")
    must_be(mail.contents, [], "answers that were not asked for")
    must_be([one.rcpt_tos for one in mail.taken if debtor.email in one.rcpt_tos], [], "mail to who was refused")
    must(await debtor.tasks("unreachable"), f"tasks {await debtor.tasks()}")


@attack("inputs")
async def mail_server_that_is_down_for_a_day(stage: Stage) -> None:
    """A server that takes nothing is probed and not hammered, and a task in the queue `system` says so."""
    product, mail = await stage.earnest(), await stage.mail()
    mail.senders[:] = ["451 4.3.0 not now"] * 10_000
    debtor = await a_debtor(product)
    await product.advance("1", "day")
    asked, events = 10_000 - len(mail.senders), len((await debtor.workflow.fetch_history()).events)
    queues = [task["queue"] for task in await debtor.tasks("channel-down")]
    mail.senders.clear()
    must_be(queues, ["system"], "queues of the task channel-down")
    must(events <= 24 * BUSY_HOUR, f"{events} events in the history of a day")
    must(asked > 0, "nobody knocked")


@attack("nothing false")
async def mail_says_only_what_is_set(stage: Stage) -> None:
    """Real mail names the creditor, the account and nothing that nobody has set."""
    product, mail = await stage.earnest(), await stage.mail()
    mail.senders.clear()
    mail.contents.clear()
    debtor = await a_debtor(product)
    await product.advance("2", "days")
    sent = [taken_as(one) for one in mail.taken if debtor.email in one.rcpt_tos]
    must_be(len(sent), 1, "messages")
    text = "\n".join(str(part.get_content()) for part in sent[0].walk() if part.get_content_type() == "text/plain")
    must("Acme B.V." in text, f"no name of the creditor: {text}")
    must("NL02" in text, f"no account: {text}")
    must("northwind" not in sent[0].as_string().lower(), "the creditor of the demonstration")


@attack("inputs")
async def charges_whose_answers_are_lost(stage: Stage) -> None:
    """Lost answers, 429, 500, 503 and locked objects of the provider take the money once; a lost call takes none."""
    product, stripe = await stage.earnest(), await stage.stripe()
    debtors = [await _with_method(product, method) for method in METHODS]
    unheard = await _with_method(product, LOST)
    await product.advance("3", "days")
    found = {method: stripe.books.taken(customer=one.customer_id) for method, one in zip(METHODS, debtors, strict=True)}
    must_be(found, dict.fromkeys(METHODS, 1), "how often money was taken")
    outcomes = {method: (await one.shown())["outcome"] for method, one in zip(METHODS, debtors, strict=True)}
    must_be(outcomes, dict.fromkeys(METHODS, "paid"), "how the cases ended")
    must_be(stripe.books.taken(customer=unheard.customer_id), 0, "money taken by a call that never arrived")
    tried = (await product.get(f"{unheard.case}/attempts")).json()["items"]
    must(tried and "unknown" not in {one["state"] for one in tried}, f"attempts {tried}")


@attack("inputs")
async def payment_that_the_provider_shows_hours_later(stage: Stage) -> None:
    """A payment without an answer that no list shows for two hours is taken once: it goes again under its own key."""
    product, stripe = await stage.timely(), await stage.stripe()
    usual = stripe.books.tempo
    stripe.books.tempo = replace(usual, listing=HIDDEN, search=HIDDEN)
    try:
        debtor = await _with_method(product, "pm_card_timeout_approved", "cus_hidden")

        async def is_over() -> bool:
            return (await debtor.shown())["outcome"] is not None

        await until(is_over)
    finally:
        stripe.books.tempo = usual
    must_be(stripe.books.taken(customer=debtor.customer_id), 1, "how often money was taken")
    must_be((await debtor.shown())["outcome"], "paid", "how the case ended")


async def _with_method(product: Product, method: str, customer_id: str | None = None) -> Debtor:
    debtor = await a_debtor(product, id=customer_id or f"cus_{method.removeprefix('pm_card_').replace('_', '')}")
    added = await product.post(f"/customers/{debtor.customer_id}/methods", {"id": method, "network": "visa"})
    must(added.is_success, added.text)
    return debtor
