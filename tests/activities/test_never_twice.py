"""Never twice: whatever is lost, late, repeated or killed, an attempt takes the money once, and every book agrees (C5).

A machine plays a customer with two invoices and the same methods for both, a provider on a bad day, workers that die,
webhooks that come early, late, twice or never, payments of the debtor's own, and money that is taken back. Store,
activities and rules are the real ones.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from adapters.storage import Store, migrate
from dunning.messages import Attempt
from dunning.money import decimal_string
from dunning.records import Method
from tests.activities.clerk import Clerk
from tests.activities.fickle_provider import WEATHERS, FickleProvider, Moment, Weather
from tests.adapters.storage.builders import MONDAY, calendar, customer, invoice, policy
from tests.fakes.process import ProcessDied
from tests.grids import walked

T = TypeVar("T")
INVOICES: Final = ("INV-1", "INV-2")
METHODS: Final = (
    "pm_card_ok", "pm_card_insufficient_funds", "pm_card_ok_at_second_try", "pm_card_stolen_card",
    "pm_card_expired_card", "pm_card_duplicate_transaction", "pm_sepa_pending_settles", "pm_sepa_pending_fails",
)  # fmt: skip
CALLS: Final = ("begin", "unbegin", "finish", "record")
AMOUNTS: Final = (20_00, 100_00, 130_00)
IN_FLIGHT: Final = {"begun", "underway"}
FORGOTTEN: Final = timedelta(days=7)  # a debit whose end nobody told is asked for by then
LONGEST: Final = timedelta(days=70)  # by then even the last attempt has an end
POLICY: Final = policy(
    steps=[{"name": "reminder", "after": "40 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]}],
    charging={"schedule": [f"{day} days" for day in range(0, 20, 2)], "attempts": 10, "within": "30 days"},
)

Death = tuple[Moment, str]  # before or after a call of the store
Work = tuple[str, Weather, Moment, Death | None] | None  # on which case, and what goes wrong

_cases = st.sampled_from(INVOICES)
_methods = st.sampled_from(METHODS)
_moments: st.SearchStrategy[Moment] = st.sampled_from(get_args(Moment))
_weathers: st.SearchStrategy[Weather] = st.sampled_from(WEATHERS)
_deaths: st.SearchStrategy[Death] = st.tuples(_moments, st.sampled_from(CALLS))
_works: st.SearchStrategy[Work] = st.none() | st.tuples(
    _cases, st.just("answers") | _weathers, _moments, st.none() | st.none() | _deaths
)


class MortalStore:
    """The system of record, at whose door the next caller may die, on the way in or on the way out."""

    def __init__(self, store: Store) -> None:
        self._store = store.receivables
        self.death: Death | None = None

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)
        if self.death is None or self.death[1] != name:
            return call
        (when, _), self.death = self.death, None

        async def died(*given: Any, **more: Any) -> Any:
            if when == "after":
                await call(*given, **more)
            raise ProcessDied(f"{when} {name}")

        return died


class NeverTwice(RuleBasedStateMachine):
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="never-twice-"))
        self.now = MONDAY
        self.payments: dict[str, Counter[str]] = {name: Counter() for name in INVOICES}  # of the debtor's own, by id
        self.reversals = 0
        self.told = 0
        self.unheard: list[tuple[str, str, dict[str, Any]]] = []

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize(methods=st.lists(_methods, min_size=1, max_size=2, unique=True))
    def opens(self, methods: list[str]) -> None:
        self.do(self._opens(methods))

    async def _opens(self, methods: list[str]) -> None:
        database = self.folder / "store.sqlite"
        shutil.copy(self.template, database)
        self.store = await Store.open(f"sqlite:///{database}", policies=[POLICY], calendar_for=calendar)
        self.door, self.provider = MortalStore(self.store), FickleProvider(self.owed)
        await self.store.register.customer(customer(), [Method(id=one) for one in methods], self.now)
        self.clerks = {}
        for name in INVOICES:
            await self.store.register.invoice("c1", invoice(name), self.now)
            self.clerks[name] = Clerk(self.door, self.provider, name)
            await self.clerks[name].open(self.now)

    # What may happen, in any order.

    @rule(work=_works)
    def nothing_happens(self, work: Work) -> None:
        self.then(work)

    @rule(hours=st.sampled_from((1, 26, 50, 80)), work=_works)
    def time_passes(self, hours: int, work: Work) -> None:
        self.now += timedelta(hours=hours)
        self.then(work)

    @rule(name=_cases, amount=st.sampled_from(AMOUNTS), heard=st.booleans(), work=_works)
    def the_debtor_pays(self, name: str, amount: int, *, heard: bool, work: Work) -> None:
        payment = f"bank-{len(self.payments[name])}"
        self.payments[name][payment] = amount
        self.tells(name, "payment_received", heard=heard, id=payment, amount=_money(amount), currency="EUR")
        self.then(work)

    @rule(name=_cases, by=st.sampled_from(("customer", "J. Smit")), work=_works)
    def somebody_attempts(self, name: str, by: str, work: Work) -> None:
        self.clerks[name].is_asked(Attempt(by=by), self.now)
        self.then(work)

    @rule(method=_methods, heard=st.booleans(), work=_works)
    def a_method_is_added(self, method: str, *, heard: bool, work: Work) -> None:
        body = self.stamped(id=method)
        for name in self.do(self.store.register.tell_customer("c1", "method_added", body, self.now)):
            self.signals(name, "method_added", body, heard=heard)
        self.then(work)

    @precondition(lambda self: any(clerk.errand for clerk in self.clerks.values()))
    @rule(work=_works)
    def news_call_off_charges_that_wait_for_a_try(self, work: Work) -> None:
        for clerk in self.clerks.values():
            clerk.calls_off()
        self.then(work)

    @precondition(lambda self: self.provider.arrived)
    @rule(data=st.data(), heard=st.booleans(), work=_works)
    def a_webhook_tells_the_end_of_a_charge(self, data: st.DataObject, *, heard: bool, work: Work) -> None:
        """Before our own answer, after it, or once more."""
        key = data.draw(st.sampled_from(sorted(self.provider.arrived)))
        charge = self.provider.requests[key]
        if self.do(self.provider.captured(key, self.now)):
            money = {"amount": _money(charge.amount), "currency": charge.currency}
            self.tells(charge.invoice_id, "payment_received", heard=heard, id=key, **money)
        elif key in {news.key for news in self.do(self.provider.due_facts(self.now))}:
            self.tells(charge.invoice_id, "payment_failed", heard=heard, id=key)
        self.then(work)

    @precondition(lambda self: self.provider.arrived or any(self.payments.values()))
    @rule(data=st.data(), part=st.sampled_from((40_00, 100_00)), heard=st.booleans(), work=_works)
    def money_is_taken_back(self, data: st.DataObject, part: int, *, heard: bool, work: Work) -> None:
        """Of a payment, or of a charge, whose own news may come later."""
        known = [(name, payment) for name in INVOICES for payment in self.payments[name]]
        charges = self.provider.requests.values()
        known += [(one.invoice_id, one.key) for one in charges if self.do(self.provider.captured(one.key, self.now))]
        if known:
            name, payment = data.draw(st.sampled_from(known))
            self.reversals += 1
            body = {"payment_id": payment, "amount": _money(part), "currency": "EUR"}
            self.tells(name, "payment_reversed", heard=heard, id=f"back-{self.reversals}", **body)
        self.then(work)

    @precondition(lambda self: self.unheard)
    @rule(work=_works)
    def a_signal_arrives(self, work: Work) -> None:
        """What the store was told reaches the case at last, the newest first."""
        self.arrives()
        self.then(work)

    @precondition(lambda self: self.provider.air or self.provider.silent or self.provider.hidden)
    @rule(lands=st.booleans(), work=_works)
    def the_air_clears(self, *, lands: bool, work: Work) -> None:
        """What was in it lands or is lost; the provider can say again what they know, and sees it."""
        self.provider.silent.clear()
        self.provider.hidden.clear()
        for key in sorted(self.provider.air):
            if lands:
                self.do(self.provider.lands(key, self.now))
        self.provider.air.clear()
        self.then(work)

    @precondition(lambda self: any(clerk.has_ended for clerk in self.clerks.values()))
    @rule(work=_works)
    def cases_that_have_ended_open_again_from_the_store(self, work: Work) -> None:
        for clerk in self.clerks.values():
            if clerk.has_ended:
                self.do(clerk.open(self.now))
        self.then(work)

    @rule()
    def the_storm_is_over(self) -> None:
        """Nothing fails any more, and every signal arrives; after some days every book says the same."""
        self.provider.air.clear()
        self.provider.silent.clear()
        self.provider.hidden.clear()
        self.everything_is_heard()
        for _ in range(LONGEST // FORGOTTEN):
            if any(clerk.case.in_flight for clerk in self.clerks.values()):
                self.now += FORGOTTEN
                self.everything_is_heard()
        for clerk in self.clerks.values():
            self.do(self.books_agree(clerk))

    def then(self, work: Work) -> None:
        """A worker does what there is to do, as far as they come in this weather, or until they die."""
        if work is None:
            return
        name, self.provider.weather, self.provider.moment, self.door.death = work
        self.do(self.clerks[name].works(self.now))
        self.provider.weather, self.door.death = "answers", None

    def everything_is_heard(self) -> None:
        """Everybody works, until no case is to hear anything from the store any more."""
        news = True
        while news:
            while self.unheard:
                self.arrives()
            for clerk in self.clerks.values():
                self.do(clerk.works(self.now))
            news = self.delivers(heard=False)

    def delivers(self, *, heard: bool) -> bool:
        """Credit that the store has set against another invoice is told to both cases (P8); whether any was."""
        every = self.do(self.store.register.unheard())
        for news in every:
            self.signals(news.invoice_id, news.name, news.body, heard=heard)
            self.do(self.store.register.heard(news))
        return bool(every)

    def arrives(self) -> None:
        name, fact, body = self.unheard.pop()
        self.clerks[name].hears(fact, body, self.now)

    # What holds.

    @invariant()
    def no_charge_that_the_provider_knows_is_sent_again(self) -> None:
        """What they do not see, they get again under the same key; what is theirs to tell, they are asked."""
        assert self.provider.sent_in_vain == []

    @invariant()
    def nobody_is_charged_more_than_they_owe_at_that_moment(self) -> None:
        assert self.provider.too_much == []

    @invariant()
    def an_invoice_has_one_attempt_in_flight(self) -> None:
        for name, clerk in self.clerks.items():
            states = [attempt.state for attempt in self.do(self.store.cases.attempts(name))]
            assert sum(state in IN_FLIGHT for state in states) <= 1, states
            assert sum(attempt.state in {"unknown", "underway"} for attempt in clerk.case.attempts) <= 1

    async def owed(self, name: str) -> int:
        return (await self.store.parties.invoice(name)).balance

    async def books_agree(self, clerk: Clerk) -> None:
        name = clerk.invoice_id
        assert clerk.errand is None
        assert clerk.case.in_flight is None
        ledger = await self.store.cases.ledger(name)
        ours = {key: one for key, one in self.provider.requests.items() if one.invoice_id == name}
        booked = {one.id: -one.amount for one in ledger if one.kind == "payment" and one.id in ours}
        taken = {key: await self.provider.captured(key, self.now) for key in ours}
        assert booked == {key: amount for key, amount in taken.items() if amount}
        paid = {one.id: -one.amount for one in ledger if one.kind == "payment" and one.id not in ours}
        assert paid == dict(self.payments[name])
        view = await self.store.parties.invoice(name)
        assert view.balance == clerk.case.balance == clerk.case.invoice.amount + sum(one.amount for one in ledger)
        assert view.balance == (await self.store.cases.one(name)).balance
        asked = (await self.store.cases.tasks(invoice=name, about="overpayment")).rows
        assert len(asked) == (1 if view.balance < 0 else 0), "what was paid too much is before a person"

    def tells(self, name: str, fact: str, *, heard: bool, **body: Any) -> None:
        """As the API does: the store first, then the case, whom the signal may reach late or never."""
        body = self.stamped(**body)
        self.do(self.store.register.tell(name, fact, body, self.now))
        self.signals(name, fact, body, heard=heard)
        self.delivers(heard=heard)

    def signals(self, name: str, fact: str, body: dict[str, Any], *, heard: bool) -> None:
        if heard:
            self.clerks[name].hears(fact, body, self.now)
        else:
            self.unheard.append((name, fact, body))

    def stamped(self, **body: Any) -> dict[str, Any]:
        self.told += 1
        return {**body, "at": (self.now + timedelta(microseconds=self.told)).isoformat()}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.the_storm_is_over()
            self.do(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)


def _money(amount: int) -> str:
    return decimal_string(amount, "EUR")


@pytest.mark.grid
def test_never_twice(tmp_path: Path) -> None:
    """What the machine above holds to, after everything that may happen, in any order."""

    class Machine(NeverTwice):
        template = tmp_path / "migrated.sqlite"

    asyncio.run(migrate(f"sqlite:///{Machine.template}"))
    run_state_machine_as_test(Machine, settings=settings(max_examples=walked(100, sample=30), stateful_step_count=12))
