"""The link to get no more e-mail: opening it changes nothing, a POST does, once, whoever sends it and however."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from adapters.incoming.addresses import Signatures
from adapters.parcel_id import parcel_id
from adapters.storage import Store
from adapters.storage.tables import notices
from api.pages.opt_out_words import OPT_OUT_WORDS
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeClock, FakeTimeMachine

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def link(program: Program, store: Store, machine: FakeTimeMachine) -> str:
    """That of a reminder which has left, to a customer who reads Dutch."""
    await program.put("/customers/ada", a_customer(locale="nl-BE"))
    await program.post("/invoices", an_invoice())
    await machine.to_next_event()
    [row] = await store.database.read(lambda tx: tx.rows(select(notices)))
    signed = Signatures(store.database.fingerprint_key).signed("unsubscribe", parcel_id(row["act_key"], "email"))
    return f"/u/{signed}"


async def told(store: Store) -> list[str]:
    return [one.name for one in await store.cases.messages("INV-1")]


async def test_opening_it_changes_nothing(link: str, stranger: AsyncClient, store: Store) -> None:
    """M3: scanners open links."""
    for answer in [await stranger.get(link), await stranger.head(link), await stranger.get(f"{link}?utm_source=x")]:
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
    page = (await stranger.get(link)).text
    assert OPT_OUT_WORDS["nl"].asked in page
    assert '<html lang="nl">' in page
    assert await told(store) == []
    assert not {word for word in ("ada", "Ada", "INV", "1,000", "lovelace") if word in page}


async def test_a_post_closes_the_address_once(link: str, stranger: AsyncClient, program: Program, store: Store) -> None:
    """RFC 8058: as a form, in several parts, or with nothing at all; from any page and with any cookie."""
    answers = [
        await stranger.post(link, data=ONE_CLICK),
        await stranger.post(link, files={"List-Unsubscribe": (None, "One-Click")}),
        await stranger.post(link, headers={"Origin": "https://mail.example", "Cookie": "a=b"}),
        await stranger.post(link.upper().replace("/U/", "/u/"), content=b"\xff\x00"),
        *await asyncio.gather(*(stranger.post(link, data=ONE_CLICK) for _ in range(3))),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert all(OPT_OUT_WORDS["nl"].done in answer.text for answer in answers)
    assert OPT_OUT_WORDS["nl"].done in (await stranger.get(link)).text
    assert await told(store) == ["opted_out"]
    assert "email" not in (await program.get("/customers/ada")).json()["usable_channels"]
    [message] = await store.cases.messages("INV-1")
    assert message.body["authenticated"] == "mail"


async def test_who_opens_the_address_again_can_close_it_again(
    link: str, stranger: AsyncClient, program: Program, store: Store, clock: FakeClock
) -> None:
    await stranger.post(link)
    clock.at += timedelta(days=1)
    for address in ("new@lovelace.example", "ada@lovelace.example"):
        await program.post("/customers/ada/contact", {"email": address})
    assert "email" in (await program.get("/customers/ada")).json()["usable_channels"]
    await stranger.post(link)
    assert (await told(store)).count("opted_out") == 2


async def test_a_void_link_says_a_kind_word(link: str, stranger: AsyncClient, store: Store) -> None:
    """M4: in the browser's language, for we do not know whose it is."""
    signatures = Signatures(store.database.fingerprint_key)
    void = [
        f"{link}x", link[:-1], "/u/x", "/u/" + "u" * 33, "/u/%2e%2e%2fcases", "/u/%00", f"/u/{'a' * 5_000}",
        f"/u/{signatures.signed('unsubscribe', 'a message that we do not know')}",
        f"/u/b{link[4:]}",
    ]  # fmt: skip
    for path in void:
        for answer in (
            await stranger.get(path, headers={"Accept-Language": "xx, de-AT;q=0.9, en"}),
            await stranger.post(path),
        ):
            assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8"), path
        said = await stranger.get(path, headers={"Accept-Language": "xx, de-AT;q=0.9, en"})
        assert OPT_OUT_WORDS["de"].void in said.text
    assert await told(store) == []
    assert (await stranger.delete(link)).status_code == 405
    assert (await stranger.get("/u/")).status_code in {303, 401, 404}


def test_the_page_speaks_each_language_we_write_in() -> None:
    for language, words in OPT_OUT_WORDS.items():
        assert words.language == language
        said = [getattr(words, name) for name in words.__slots__]
        assert all(said)
        assert len(set(said)) == len(said)
