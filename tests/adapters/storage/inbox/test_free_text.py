"""What people wrote stands once, beside the messages that refer to it; whoever reads the store reads the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from adapters.retention import Retention
from adapters.storage import Store
from adapters.storage.pruning import prune
from adapters.storage.tables import texts, told
from dunning.answers import Stale
from dunning.errors import Conflict
from dunning.free_text import GONE, reference, with_references
from dunning.ports import Acted
from tests.adapters.storage.builders import MONDAY, act, customer, days_later, invoice, line, written

WHY = "Ada is in hospital"
FOUR_DAYS = Retention(told=timedelta(days=4))


@pytest.fixture
async def store(store: Store) -> Store:
    for name in ("INV-1", "INV-2"):
        await store.receivables.opening(name, invoice(name), customer(), (), MONDAY)
    return store


def of(store: Store, why: str = WHY) -> str:
    return reference(why, store.database.fingerprint_key)


def dispute(store: Store, reason: str = WHY, **more: Any) -> tuple[dict[str, Any], Mapping[str, str]]:
    """As the case service hands it on."""
    body = {"id": "d1", "reason": reason, "at": MONDAY.isoformat(), **more}
    return with_references(body, store.database.fingerprint_key)


async def disputed(store: Store, reason: str = WHY, **more: Any) -> dict[str, Any] | None:
    body, words = dispute(store, reason, **more)
    return (await store.register.tell_parts("INV-1", "dispute", body, MONDAY, texts=words))[1]


async def kept(store: Store) -> list[tuple[str, str]]:
    rows = await store.database.read(lambda tx: tx.rows(select(texts).order_by(texts.c.invoice_id, texts.c.text)))
    return [(row["invoice_id"], row["text"]) for row in rows]


async def bodies(store: Store, invoice_id: str = "INV-1") -> list[dict[str, Any]]:
    """As they stand in the table."""
    query = select(told.c.body).where(told.c.invoice_id == invoice_id).order_by(told.c.number)
    return [row["body"] for row in await store.database.read(lambda tx: tx.rows(query))]


async def missed(store: Store, invoice_id: str) -> list[dict[str, Any]]:
    """The bodies of what a case hears that knows nothing yet."""
    acted = await store.receivables.begin(act(of=invoice_id))
    assert isinstance(acted, Acted)
    assert isinstance(acted.answer, Stale)
    return [body for _, body in acted.answer.facts]


async def end(store: Store, at: datetime) -> None:
    ended = text("UPDATE cases SET outcome = 'paid', closed_at = :at")
    await store.database.write(lambda tx: tx.connection.execute(ended, {"at": at.replace(tzinfo=None)}))


async def test_a_case_hears_a_reference_and_a_person_reads_the_words(store: Store) -> None:
    heard = await disputed(store)
    assert heard is not None
    assert heard["reason"] == of(store)
    assert [body["reason"] for body in await missed(store, "INV-1")] == [of(store)]
    assert [body["reason"] for body in await bodies(store)] == [of(store)]
    assert await kept(store) == [("INV-1", WHY)]
    assert [one.body["reason"] for one in await store.cases.messages("INV-1")] == [WHY]
    assert (await store.reasons.of_case("INV-1")).disputes == {"d1": WHY}


async def test_the_same_dispute_again_is_known_and_other_words_are_a_conflict_that_says_both(store: Store) -> None:
    first = await disputed(store)
    assert await disputed(store) == first
    assert len(await bodies(store)) == 1
    with pytest.raises(Conflict, match=f"d1 with other content; known: reason {WHY}"):
        await disputed(store, "the goods were wet")
    assert await kept(store) == [("INV-1", WHY)]


async def test_what_a_case_was_told_directly_it_is_told_again_in_the_same_words(store: Store) -> None:
    """A reference would be other content to it."""
    plain = {"id": "d1", "reason": WHY, "at": MONDAY.isoformat()}
    await store.receivables.record("INV-1", (("dispute", plain),), written(), 0, MONDAY)
    assert await disputed(store) == plain
    assert await kept(store) == []
    with pytest.raises(Conflict):
        await disputed(store, "the goods were wet")


async def test_a_stop_is_read_in_each_open_case_and_in_those_that_open_later(store: Store) -> None:
    body, words = with_references({"reason": WHY, "at": MONDAY.isoformat()}, store.database.fingerprint_key)
    assert await store.register.tell_customer("c1", "customer_stop", body, MONDAY, texts=words) == ["INV-1", "INV-2"]
    opening = await store.receivables.opening("INV-3", invoice("INV-3"), customer(), (), days_later(1))
    assert [body["reason"] for _, body in opening.told] == [of(store)]
    assert await kept(store) == [(name, WHY) for name in ("INV-1", "INV-2", "INV-3")]
    assert (await store.parties.customer("c1")).stopped == WHY
    assert [one.stopped for one in (await store.parties.customers()).rows] == [WHY]


async def test_lists_have_words_and_each_case_its_own(store: Store) -> None:
    await store.texts.keep("INV-1", {of(store): WHY}, MONDAY)
    lines = line(1, "hold", of(store)), line(2, "refused", "hold", rule="H1")
    for name in ("INV-1", "INV-2"):
        await store.receivables.record(name, (), written(*lines, holds=(of(store),)), 0, MONDAY)
    read = {one.invoice_id: one.holds for one in (await store.cases.page()).rows}
    assert read == {"INV-1": (WHY,), "INV-2": (GONE,)}
    assert (await store.cases.one("INV-1")).holds == (WHY,)
    assert [one.value for one in (await store.cases.journal("INV-1")).rows] == [WHY, "hold"]
    assert [one.value for one in (await store.cases.journal("INV-2")).rows] == [GONE, "hold"]
    told_again = await store.texts.lines_in_words("INV-1", lines)
    assert [one.value for one in told_again] == [WHY, "hold"]


async def test_each_line_of_a_list_has_its_own_words(store: Store) -> None:
    said = ["we talk", WHY, "represented by a lawyer", WHY]
    for one in said:
        await store.texts.keep("INV-1", {of(store, one): one}, MONDAY)
    lines = [line(number, "hold", of(store, one)) for number, one in enumerate(said, 1)]
    await store.receivables.record("INV-1", (), written(*lines), 0, MONDAY)
    assert [one.value for one in (await store.cases.journal("INV-1")).rows] == said


async def test_words_that_are_kept_twice_stand_once(store: Store) -> None:
    for _ in range(2):
        await store.texts.keep("INV-1", {of(store): WHY}, MONDAY)
    assert await kept(store) == [("INV-1", WHY)]


async def test_of_an_invoice_that_nobody_knows_nothing_is_kept(store: Store) -> None:
    await store.texts.keep("INV-9", {of(store): WHY}, MONDAY)
    assert await kept(store) == []


async def test_words_go_some_days_after_the_case_ended_and_not_before(store: Store) -> None:
    await disputed(store)
    await store.texts.keep("INV-1", {of(store, "a refused request"): "a refused request"}, days_later(2))
    assert (await prune(store.database, FOUR_DAYS, days_later(400)))["texts"] == 0
    await end(store, days_later(1))
    assert (await prune(store.database, FOUR_DAYS, days_later(5)))["texts"] == 1
    assert await kept(store) == [("INV-1", "a refused request")]
    assert (await prune(store.database, FOUR_DAYS, days_later(6)))["texts"] == 1
    assert await kept(store) == []
    assert [one.body["reason"] for one in await store.cases.messages("INV-1")] == [GONE]
    assert (await store.texts.in_words("INV-1", f"held for {of(store)}")) == f"held for {GONE}"


async def test_a_case_that_opens_again_after_its_words_have_gone_hears_what_it_heard_before(store: Store) -> None:
    """Anything else would be news to it."""
    await disputed(store)
    escalation = {"reason": "asks for a person", "at": MONDAY.isoformat()}
    body, words = with_references(escalation, store.database.fingerprint_key)
    await store.register.tell_parts("INV-1", "escalate", body, MONDAY, texts=words)
    before = await missed(store, "INV-1")
    await end(store, days_later(1))
    gone = await prune(store.database, FOUR_DAYS, days_later(5))
    assert (gone["told"], gone["texts"]) == (0, 2)
    assert await missed(store, "INV-1") == before
    with pytest.raises(Conflict, match=re.escape(f"known: reason {GONE}")):
        await disputed(store, "the goods were wet")
    assert await disputed(store) == before[0]


async def test_words_that_came_again_stay_as_long_as_if_they_were_new(store: Store) -> None:
    await store.texts.keep("INV-1", {of(store): WHY}, MONDAY)
    await store.texts.keep("INV-1", {of(store): WHY}, days_later(2))
    await end(store, days_later(1))
    assert (await prune(store.database, FOUR_DAYS, days_later(5)))["texts"] == 0
    assert (await prune(store.database, FOUR_DAYS, days_later(6)))["texts"] == 1
