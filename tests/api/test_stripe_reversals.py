"""Refunds, disputes and money that comes again, told in any order: what is owed is what the account at Stripe lacks."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule

from adapters.storage import migrate
from adapters.stripe.fake import charging, money_back
from adapters.stripe.fake.books import Books
from adapters.stripe.fake.shapes import FakeObject
from tests.adapters.stripe.events import CUSTOMER, INVOICE, KEY, MONDAY, event, invoice
from tests.api.test_stripe_webhook import SENT, an_installation
from tests.grids import walked

PAID = 100_00
T = TypeVar("T")
amounts = st.sampled_from([1, 10_00, 40_00, 60_00, 99_99, PAID])


class StripesAccount(RuleBasedStateMachine):
    """Money is taken once; then refunds are made and fail, disputes are opened, won and lost, and events delivered.

    An endpoint may not have subscribed to each refund, and events may not say what had been before.
    """

    refunds = Bundle("refunds")
    disputes = Bundle("disputes")

    @initialize(named=st.booleans(), before=st.booleans(), by_us=st.booleans(), seed=st.integers(0, 2**16))
    def charges(self, *, named: bool, before: bool, by_us: bool, seed: int) -> None:
        self.named, self.before, self.dice = named, before, Random(seed)
        self.at = MONDAY
        self.books = Books(clock=lambda: self.at)
        metadata = {"invoice_id": INVOICE} | ({"dunning_key": KEY} if by_us else {})
        self.intent = self.books.new(
            "payment_intent", amount=PAID, currency="eur", customer=CUSTOMER, payment_method="pm_card_visa",
            metadata=metadata, latest_charge=None,
        )  # fmt: skip
        charging.succeed(self.books, self.intent)
        self.undelivered: list[FakeObject] = []
        self.delivered: list[FakeObject] = []
        self.runner, self.open = asyncio.Runner(), AsyncExitStack()
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(_migrated(), folder / "story.sqlite")
        self.stripe, self.store, _ = self.run(self.open.enter_async_context(an_installation(folder / "story.sqlite")))
        self.run(self.stripe.deliver(event("invoice.payment_failed", invoice(**SENT), MONDAY)))
        self.happened()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(what)

    def happened(self) -> None:
        """What Stripe has to tell of it."""
        known = {one["id"] for one in (*self.undelivered, *self.delivered)}
        for one in self.books.events:
            if one["id"] in known or (not self.named and one["type"] in {"refund.created", "charge.succeeded"}):
                continue
            if not self.before:
                one["data"].pop("previous_attributes", None)
            self.undelivered.append(one)
        # Only refunds that are named can be told apart within a second.
        self.at += timedelta(seconds=0 if self.named else 1)

    @rule(minutes=st.sampled_from([1, 60, 60 * 24]))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(target=refunds, amount=amounts)
    def is_refunded(self, amount: int) -> Any:
        charge = self.books.get("charge", self.intent["latest_charge"])
        left = PAID - charge["amount_refunded"]
        if not left:
            return multiple()
        asked = {"payment_intent": self.intent["id"], "amount": str(min(amount, left))}
        made = money_back.refund_payment(self.books, asked)
        self.happened()
        return made

    @rule(refund=refunds)
    def refund_fails(self, refund: FakeObject) -> None:
        if refund["status"] != "failed":
            money_back.fail_refund(self.books, refund)
            self.happened()

    @rule(target=disputes, amount=amounts)
    def is_disputed(self, amount: int) -> FakeObject:
        made = money_back.dispute_payment(self.books, self.intent, "fraudulent", amount)
        self.happened()
        return made

    @rule(dispute=disputes, amount=st.none() | amounts)
    def dispute_is_won(self, dispute: FakeObject, amount: int | None) -> None:
        if dispute["status"] == "needs_response":
            again = None if amount is None else min(amount, dispute["amount"])
            money_back.win_dispute(self.books, dispute, again)
            self.happened()

    @rule(dispute=disputes)
    def dispute_is_lost(self, dispute: FakeObject) -> None:
        if dispute["status"] == "needs_response":
            money_back.lose_dispute(self.books, dispute)
            self.happened()

    @rule()
    @precondition(lambda self: self.undelivered)
    def an_event_is_delivered(self) -> None:
        one = self.undelivered.pop(self.dice.randrange(len(self.undelivered)))
        self.delivered.append(one)
        self.run(self.stripe.deliver(one))

    @rule()
    @precondition(lambda self: self.delivered)
    def an_event_is_repeated(self) -> None:
        self.run(self.stripe.deliver(self.dice.choice(self.delivered)))

    def teardown(self) -> None:
        """In the end everything has been delivered."""
        if not hasattr(self, "open"):
            return
        try:
            while self.undelivered:
                self.an_event_is_delivered()
            assert self.run(self.owed()) == min(PAID, PAID - self.books.kept(self.intent["id"]))
        finally:
            self.run(self.open.aclose())
            self.runner.close()

    async def owed(self) -> int:
        """By the store; and the case, where one is open, believes the same."""
        return (await self.store.parties.invoice(INVOICE)).balance


TestStripesAccount = pytest.mark.grid(
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")(StripesAccount.TestCase)
)
StripesAccount.TestCase.settings = settings(
    max_examples=walked(40, sample=12), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
_made: list[Path] = []


def _migrated() -> Path:
    if not _made:
        path = Path(tempfile.mkdtemp()) / "migrated.sqlite"
        asyncio.run(migrate(f"sqlite:///{path}"))
        _made.append(path)
    return _made[0]
