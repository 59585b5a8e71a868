"""Attempts and methods for reading: what was tried anywhere, what the rule book says of each method, what is odd."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from adapters.storage import Store
from adapters.storage.tables import outside_attempts
from dunning.answers import Declined
from dunning.changes import AttemptForbidden
from dunning.effects import Charge
from dunning.errors import NotFound
from dunning.ports import Acted
from dunning.records import Method
from dunning.rulebook.decline import Codes
from dunning.rulebook.reading import read
from tests.adapters.storage.builders import (
    MONDAY,
    act,
    charge,
    customer,
    days_later,
    invoice,
    line,
    method,
    settling,
    written,
)


@pytest.fixture
async def store(store: Store) -> Store:
    await store.receivables.opening("INV-1", invoice(), customer(), (method(),), MONDAY)
    return store


async def declined(store: Store, code: str, attempt: int = 1, *, of: str = "INV-1", day: int = 0) -> None:
    """An attempt of that day, declined with this code and read as the activity reads it."""
    made = act(charge(attempt, of=of), of=of, at=days_later(day))
    reading = read("visa", Codes(code), days_later(day).date())
    await store.receivables.begin(made)
    await store.receivables.finish(made, Declined("card", code, read=reading))


async def another(store: Store, name: str, **more: Any) -> None:
    await store.receivables.opening(name, invoice(name, **more), customer(), (), MONDAY)


async def test_an_attempt_is_listed_with_all_codes_and_with_the_answer_that_the_case_followed(store: Store) -> None:
    reading = read("visa", Codes("do_not_honor", "24", "05"), MONDAY.date())
    answer = Declined("card", "do_not_honor", reading, "24", "05")
    await store.receivables.begin(act(charge()))
    await store.receivables.finish(act(charge()), answer)

    [one] = await store.cases.attempts("INV-1")

    assert (one.code, one.advice, one.network_code, one.row) == ("do_not_honor", "24", "05", reading.row)
    assert one.answer == answer


async def test_what_the_billing_system_tried_is_listed_before_and_after_the_opening(store: Store) -> None:
    before = ({"at": MONDAY - timedelta(days=3), "method": None, "declined": "do_not_honor"},)
    await another(store, "INV-2", attempts=before)
    later = {"invoice_id": "INV-2", "id": "2", "customer_id": "c1", "method": "card", "amount": 60_00}
    told = {"code": "expired_card", "network_code": "54", "network_advice": None}
    await store.database.write(lambda tx: tx.change(insert(outside_attempts), {**later, **told, "at": days_later(1)}))

    first, second = await store.attempts.outside("INV-2")

    assert (first.method, first.amount, first.codes) == (None, 100_00, Codes("do_not_honor"))
    assert (second.method, second.amount, second.codes) == ("card", 60_00, Codes("expired_card", None, "54"))
    assert (second.at, second.currency) == (days_later(1), "EUR")
    assert await store.attempts.outside("INV-1") == ()
    with pytest.raises(NotFound):
        await store.attempts.outside("INV-9")


async def test_attempts_that_the_rule_book_forbade_are_listed_once_whatever_the_journal_says(store: Store) -> None:
    never = AttemptForbidden(4, "card", MONDAY, "stripe stolen_card", "card reported stolen", None)
    later = AttemptForbidden(9, "card", days_later(1), "visa.reattempts.20", "20 of 20 are used", days_later(8))
    lines = (line(1, "forbidden", "card", rule="C4"), line(2, "refused", "attempt", rule="C4"))
    await store.receivables.record("INV-1", (), written(*lines, changes=(never,)), 0, MONDAY)
    await store.receivables.record("INV-1", (), written(changes=(never, later)), 0, MONDAY)

    found = [(one.row, one.why, one.until) for one in await store.attempts.forbidden("INV-1")]
    assert found == [
        ("stripe stolen_card", "card reported stolen", None),
        ("visa.reattempts.20", "20 of 20 are used", days_later(8)),
    ]


async def test_an_attempt_tells_when_it_was_made_and_when_it_was_answered(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    asked = act(settling(charge()), at=days_later(3))
    reading = read("visa", Codes("expired_card"), days_later(3).date())
    await store.receivables.begin(asked)
    await store.receivables.finish(asked, Declined("card", "expired_card", reading))

    [one] = await store.cases.attempts("INV-1")
    assert (one.at, one.answered_at) == (MONDAY, days_later(3))


async def test_a_method_that_nothing_speaks_against_may_be_tried_now(store: Store) -> None:
    [one] = await store.attempts.methods("INV-1", MONDAY, MONDAY.date())

    assert (one.record, one.verdict.may, one.verdict.row) == (method(), "now", "")
    with pytest.raises(NotFound):
        await store.attempts.methods("INV-9", MONDAY, MONDAY.date())


async def test_a_card_that_one_case_learned_is_stolen_may_never_be_tried_by_another(store: Store) -> None:
    await another(store, "INV-2")
    await declined(store, "stolen_card")

    [one] = await store.attempts.methods("INV-2", days_later(9), days_later(9).date())

    assert (one.verdict.may, one.verdict.row, one.verdict.why) == (
        "never",
        "stripe stolen_card",
        "card reported stolen",
    )


async def test_a_method_is_shown_as_the_next_attempt_by_it_would_be_judged(store: Store) -> None:
    await another(store, "INV-2")
    for number in range(1, 5):
        await declined(store, "do_not_honor", number, day=number)
    at = days_later(5)

    for name in ("INV-1", "INV-2"):
        [shown] = await store.attempts.methods(name, at, at.date())
        asked = Charge(f"case:{name}/attempt/9", 9, "card", 100_00, "ladder", "visa")
        judged = await store.receivables.begin(act(asked, of=name, at=at))
        forbidden = isinstance(judged, Acted) and judged.answer.kind == "forbidden"
        assert (shown.verdict.may != "now") == forbidden, name

    [spent] = await store.attempts.methods("INV-1", at, at.date())
    assert (spent.verdict.may, spent.verdict.row) == ("never", "stripe do_not_honor")


async def test_without_consent_no_method_may_be_tried(store: Store) -> None:
    await store.register.tell_customer("c1", "consent_withdrawn", {}, MONDAY)
    [one] = await store.attempts.methods("INV-1", MONDAY, MONDAY.date())
    assert (one.verdict.may, one.verdict.row, one.verdict.why) == ("never", "C6", "consent or mandate is gone")


async def test_a_debit_waits_for_the_next_bank_day(store: Store) -> None:
    debit = Method(id="sepa", network="sepa_debit")
    await store.receivables.opening("INV-2", invoice("INV-2"), customer("c2"), (debit,), MONDAY)
    saturday = days_later(5)

    [one] = await store.attempts.methods("INV-2", saturday, saturday.date())

    assert (one.verdict.may, one.verdict.until_on) == ("later", days_later(7).date())


async def test_declines_that_want_a_persons_eyes_are_listed_and_counted_the_newest_first(store: Store) -> None:
    await another(store, "INV-2")
    await another(store, "INV-3")
    await declined(store, "insufficient_funds", 1, day=1)
    await declined(store, "never_heard_of", 2, day=2)
    await declined(store, "invalid_amount", 1, of="INV-2", day=3)
    await declined(store, "fraudulent", 1, of="INV-3", day=4)

    first = await store.attempts.reviews(MONDAY, limit=2)
    rest = await store.attempts.reviews(MONDAY, limit=2, cursor=first.next)

    assert [(one.invoice_id, one.number, one.row) for one in (*first.rows, *rest.rows)] == [
        ("INV-3", 1, "stripe fraudulent"),
        ("INV-2", 1, "stripe invalid_amount"),
        ("INV-1", 2, "stripe unknown"),
    ]
    assert (rest.rows[0].codes.code, rest.rows[0].method) == ("never_heard_of", method())
    assert await store.attempts.count_reviews(MONDAY) == 3
    assert await store.attempts.count_reviews(days_later(3)) == 2
    assert [one.invoice_id for one in (await store.attempts.reviews(days_later(4))).rows] == ["INV-3"]
