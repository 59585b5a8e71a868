"""People who work here: they sign in with a password or by a provider, are locked out, and are kept by an admin."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, MockTransport, Response
from joserfc.jwk import RSAKey

from adapters import passwords
from adapters.clock import now
from adapters.oidc.fake.application import Books, create_fake
from adapters.oidc.identity import NotIdentified
from adapters.oidc.provider import OidcProvider
from adapters.storage import Store
from adapters.storage.access.people import LINK_FOR, LOCKED_FOR, MOST_TRIES
from api.permissions import ROUTES
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import ANN, CHEAP, PASSWORD, Maker, Program, add_person, sign_in, visiting

HTML = {"Accept": "text/html"}
WRONG = {**ANN, "password": "seven dry boxes"}


def mark_of(page: str) -> str:
    return page.partition('name="mark" value="')[2].partition('"')[0]


async def send(browser: AsyncClient, path: str, **fields: Any) -> Response:
    """A form of the page of people, as the browser would send it."""
    mark = mark_of((await browser.get("/people")).text)
    return await browser.post(path, data={"mark": mark, **fields})


def link_in(page: str) -> str:
    return "/welcome/" + page.partition("/welcome/")[2].partition("<")[0]


# Passwords.


@pytest.mark.usefixtures("ann")
async def test_a_person_signs_in_by_name_or_address_in_any_case(store: Store, app: FastAPI) -> None:
    await store.people.add("bob", ("agent",), now(), "test", email="Bob@Northwind.example")
    await store.people.set_password("bob", CHEAP)
    for name in ("ann", " Ann ", "bob", "bob@northwind.EXAMPLE"):
        async with visiting(app) as client:
            await sign_in(client, {"name": name, "password": PASSWORD})
            assert (await client.get("/cases")).status_code == 200
    assert all(one.signed_in_at for one in await store.people.list())


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    "shown",
    [
        {"name": "", "password": PASSWORD},
        {"name": "ann", "password": ""},
        {"name": "ann"},
        {"name": "nobody", "password": PASSWORD},
        {"name": "newcomer", "password": PASSWORD},
        {"name": "gone", "password": PASSWORD},
        {"name": "ann", "password": "x" * 5_000},
        {"key": "dun_1"},
    ],
)
async def test_what_does_not_belong_together_is_told_alike(
    store: Store, stranger: AsyncClient, shown: dict[str, str]
) -> None:
    await store.people.add("newcomer", ("agent",), now(), "test")
    await add_person(store, "gone")
    await store.people.set_disabled("gone", now(), "test", disabled=True)
    answer = await stranger.post("/sign-in", data=shown)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (401, False)
    assert "Name and password do not belong together" in answer.text


async def test_after_ten_wrong_passwords_nobody_is_let_in_under_that_name_for_a_while(
    store: Store, app: FastAPI, ann: dict[str, str]
) -> None:
    at = now()
    transport = [ASGITransport(app, client=(f"203.0.113.{number}", 4711)) for number in range(MOST_TRIES)]
    for one in transport:  # from ten addresses, none of which is slowed down
        async with AsyncClient(transport=one, base_url="http://dunning.example") as client:
            assert (await client.post("/sign-in", data=WRONG)).status_code == 401
    async with visiting(app) as client:
        assert (await client.post("/sign-in", data=ann)).status_code == 401
    assert await store.people.try_in("ann", at + LOCKED_FOR - timedelta(seconds=5)) is None
    assert await store.people.try_in("ann", now() + LOCKED_FOR) is not None


@pytest.mark.usefixtures("ann")
async def test_many_who_try_at_once_have_ten_tries_together(store: Store) -> None:
    tries = await asyncio.gather(*(store.people.try_in("ann", now()) for _ in range(MOST_TRIES + 5)))
    assert sum(one is not None for one in tries) == MOST_TRIES


async def test_a_right_password_forgets_the_wrong_ones_before(store: Store, app: FastAPI, ann: dict[str, str]) -> None:
    async with visiting(app) as client:
        for _ in range(3):
            for _ in range(MOST_TRIES // 2):
                await store.people.try_in("ann", now())
            assert (await client.post("/sign-in", data=ann)).status_code == 303


async def test_who_signs_in_anew_leaves_no_session_behind(app: FastAPI, browser: AsyncClient) -> None:
    before = dict(browser.cookies)
    await sign_in(browser, ANN)
    async with visiting(app, cookies=before, headers=HTML) as thief:
        assert (await thief.get("/")).status_code == 303


async def test_a_password_that_changes_while_it_is_looked_at_opens_nothing(
    store: Store, app: FastAPI, ann: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, go_on = threading.Event(), threading.Event()

    def fits(*_: str) -> bool:
        looking.set()
        return go_on.wait(5)

    monkeypatch.setattr(passwords, "fits", fits)
    async with visiting(app, headers=HTML) as thief:
        trying = asyncio.create_task(thief.post("/sign-in", data=ann))
        assert await asyncio.to_thread(looking.wait, 5)
        await store.people.use_link(await store.people.link("ann", now(), "test"), "another", now())
        go_on.set()
        assert (await trying).status_code == 401
        assert (await thief.get("/")).status_code == 303


# Links.


async def test_a_link_sets_a_password_once_and_signs_in(store: Store, app: FastAPI, browser: AsyncClient) -> None:
    shown = await send(browser, "/people", name="Bob", email="", role="agent")
    link = link_in(shown.text)
    assert (shown.status_code, "The link for bob" in shown.text) == (200, True)
    async with visiting(app, headers=HTML) as bob:
        await bob.get(link)  # scanners open links
        page = await bob.get(link)
        assert "Welcome, bob" in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        for wrong, why in (
            ("short", "found 5 characters"),
            ("aaaaaaaaaaaa", "few characters"),
            ("bob and friends", "own name"),
        ):
            answer = await bob.post(link, data={"password": wrong, "again": wrong})
            assert (answer.status_code, why in answer.text) == (422, True)
        answer = await bob.post(link, data={"password": PASSWORD, "again": PASSWORD + "!"})
        assert (answer.status_code, "two different ones" in answer.text) == (422, True)
        foreign = {"Origin": "https://evil.example"}
        assert (
            await bob.post(link, data={"password": PASSWORD, "again": PASSWORD}, headers=foreign)
        ).status_code == 403
        assert (await bob.post(link, data={"password": PASSWORD, "again": PASSWORD})).status_code == 303
        assert (await bob.get("/cases")).status_code == 200
        assert (await bob.get(link)).status_code == 404
        assert (await bob.post(link, data={"password": PASSWORD, "again": PASSWORD})).status_code == 404
    async with visiting(app) as anew:
        await sign_in(anew, {"name": "bob", "password": PASSWORD})
    [bob_now] = [one for one in await store.people.list() if one.name == "bob"]
    assert (bob_now.roles, bob_now.has_password) == (("agent",), True)


async def test_a_reset_ends_the_link_before_and_with_its_password_every_session(
    store: Store, app: FastAPI, browser: AsyncClient
) -> None:
    await add_person(store, "bob", "agent")
    first = await store.people.link("bob", now(), "test")
    async with visiting(app, headers=HTML) as bob:
        await sign_in(bob, {"name": "bob", "password": PASSWORD})
        link = link_in((await send(browser, "/people/link", person="bob")).text)
        assert (await bob.get("/cases")).status_code == 200, "a link alone changes nothing"
        assert await store.people.linked(first, now()) is None
        async with visiting(app) as elsewhere:
            assert (
                await elsewhere.post(link, data={"password": "nine dry boxes", "again": "nine dry boxes"})
            ).is_redirect
        assert (await bob.get("/")).status_code == 303
        assert (await bob.post("/sign-in", data={"name": "bob", "password": PASSWORD})).status_code == 401


@pytest.mark.usefixtures("ann")
async def test_a_link_is_good_for_a_day_and_not_for_who_is_disabled(store: Store) -> None:
    await add_person(store, "bob", "agent")
    token = await store.people.link("bob", now(), "test")
    assert await store.people.linked(token, now() + LINK_FOR - timedelta(minutes=1))
    assert await store.people.linked(token, now() + LINK_FOR) is None
    await store.people.set_disabled("bob", now(), "test", disabled=True)
    assert await store.people.use_link(token, CHEAP, now()) is None


async def test_who_guesses_links_is_slowed_down(app: FastAPI) -> None:
    async with visiting(app, headers=HTML) as client:
        answers = [(await client.get(f"/welcome/{number}")).status_code for number in range(11)]
    assert answers == [404] * 10 + [429]


# The page.


async def test_an_admin_keeps_people_and_each_change_has_its_author(store: Store, browser: AsyncClient) -> None:
    await send(browser, "/people", name="bob", email="bob@northwind.example", role=["agent", "finance"])
    assert (await send(browser, "/people/roles", person="bob", role="manager")).status_code == 303
    assert (await send(browser, "/people/state", person="bob", to="disabled")).status_code == 303
    page = (await browser.get("/people")).text
    assert "bob cannot come in any more, and is signed out" in page
    assert "disabled since" in page
    assert (await send(browser, "/people/link", person="bob")).status_code == 422
    assert (await send(browser, "/people/state", person="bob", to="enabled")).status_code == 303
    [bob] = [one for one in (await browser.get("/people.json")).json()["items"] if one["name"] == "bob"]
    assert (bob["roles"], bob["email"], bob["disabled_at"]) == (["manager"], "bob@northwind.example", None)
    told = [(one.kind, one.value) for one in await store.people.changes() if one.person == "bob"][::-1]
    assert told == [
        ("added", "agent, finance"), ("link", None), ("roles", "manager"), ("disabled", None), ("enabled", None),
    ]  # fmt: skip
    assert {one.by for one in await store.people.changes() if one.person == "bob"} == {"person ann"}


@pytest.mark.parametrize(
    "path, fields, why",
    [
        ("/people", {"name": "Bob Smith", "role": "agent"}, "name: found"),
        ("/people", {"name": "ann", "role": "agent"}, "found the name ann taken"),
        ("/people", {"name": " Customer ", "role": "agent"}, "name: found customer; allowed another"),
        ("/people", {"name": "bob", "role": "king"}, "role: found king"),
        ("/people", {"name": "bob"}, "role: found none"),
        ("/people", {"name": "bob", "email": "bob", "role": "agent"}, "email: found no address"),
        ("/people/roles", {"person": "ann", "role": "agent"}, "found no other admin"),
        ("/people/roles", {"person": "nobody", "role": "agent"}, "found none of the name nobody"),
        ("/people/state", {"person": "ann", "to": "disabled"}, "found no other admin"),
        ("/people/link", {"person": "nobody"}, "found none of the name nobody"),
    ],
)
async def test_what_cannot_be_is_said_and_changes_nothing(
    store: Store, browser: AsyncClient, path: str, fields: dict[str, str], why: str
) -> None:
    before = await store.people.list()
    answer = await send(browser, path, **fields)
    assert answer.status_code == 422
    assert why in answer.text.replace("&#39;", "'")
    after = await store.people.list()
    assert [(one.name, one.roles, one.disabled_at) for one in after] == [
        (one.name, one.roles, one.disabled_at) for one in before
    ]


@pytest.mark.parametrize(
    "path", [route for method, route in ROUTES if method == "POST" and route.startswith("/people")]
)
async def test_a_form_about_people_is_taken_from_our_own_page_alone(browser: AsyncClient, path: str) -> None:
    answer = await browser.post(path, data={"mark": "guess", "name": "eve", "person": "ann", "role": "admin"})
    assert (answer.status_code, "did not come from our own pages" in answer.text) == (403, True)


@pytest.mark.usefixtures("ann")
async def test_other_roles_hold_from_the_next_request_on(store: Store, app: FastAPI) -> None:
    await add_person(store, "bob", "reader")
    async with visiting(app) as bob:
        await sign_in(bob, {"name": "bob", "password": PASSWORD})
        page = await bob.get("/people")
        assert (page.status_code, "Your role does not allow this" in page.text) == (403, True)
        assert 'href="/people"' not in (await bob.get("/cases")).text
        await store.people.set_roles("bob", ("reader", "admin"), now(), "person ann")
        assert (await bob.get("/people")).status_code == 200


async def test_hostile_names_stay_text(browser: AsyncClient) -> None:
    nasty = "<script>alert(1)</script>"
    answer = await send(browser, "/people", name=nasty, email=nasty, role="agent")
    assert answer.status_code == 422
    assert "<script>" not in answer.text


# What they do stands on the journal.


async def test_the_journal_names_the_person_who_was_let_in_beside_whom_they_claim_to_be(
    program: Program, browser: AsyncClient
) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    page = (await browser.get("/cases/INV-1/actions/hold")).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    form = {"mark": mark_of(page), "once": "1", "seen": seen, "reason": "they asked", "by": "somebody"}
    answer = await browser.post("/cases/INV-1/actions/hold", data={**form, "go": "confirm"})
    assert answer.status_code == 303, answer.text
    lines = (await program.get("/cases/INV-1/journal")).json()["items"]
    [line] = [one for one in lines if one["kind"] == "hold"]
    assert (line["authenticated"], line["by"]) == ("person ann", "ann")


# The demonstration.


async def test_in_a_demonstration_one_goes_on_as_another(store: Store, make_app: Maker, key: str) -> None:
    await store.people.add("ann", ("agent",), now(), "demo")
    await store.people.add("mark", ("manager",), now(), "demo")
    await store.people.add("boss", ("admin",), now(), "demo")
    async with visiting(make_app(demo_people=("ann", "mark")), headers=HTML) as client:
        await client.get("/", params={"key": key})
        page = (await client.get("/tasks")).text
        assert "Be mark" in page
        assert "Be ann" not in page
        form = {"mark": mark_of(page), "back": "/tasks"}
        assert (await client.post("/demo/person", data={**form, "person": "boss"})).status_code == 422
        answer = await client.post("/demo/person", data={**form, "person": "mark"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/tasks")
        assert "Be ann" in (await client.get("/tasks")).text


async def test_outside_a_demonstration_nobody_goes_on_as_another(browser: AsyncClient) -> None:
    form = {"mark": mark_of((await browser.get("/cases")).text), "person": "ann"}
    assert (await browser.post("/demo/person", data=form)).status_code == 404


# A provider that knows the people.

PUBLIC = "https://dunning.example"


@pytest.fixture
def books() -> Books:
    return Books(
        people={"ann@northwind.example": True, "eve@northwind.example": False}, issuer="http://provider.example"
    )


class Traveller:
    """A browser that goes to the provider and comes back."""

    def __init__(self, here: AsyncClient, there: AsyncClient) -> None:
        self.here, self.there = here, there

    async def sent_back(self, who: str, onwards: str = "/tasks") -> str:
        """The address that the provider sends the browser back to."""
        away = await self.here.get("/sign-in/provider", params={"next": onwards})
        assert away.status_code == 303, away.text
        asked = await self.there.get(
            away.headers["Location"], params=[*parse_qsl(urlsplit(away.headers["Location"]).query), ("login_hint", who)]
        )
        assert asked.status_code == 302, asked.text
        return str(asked.headers["Location"])

    async def signs_in(self, who: str) -> Response:
        return await self.here.get(await self.sent_back(who))


@pytest.fixture
async def traveller(store: Store, make_app: Maker, books: Books) -> AsyncIterator[Traveller]:
    await store.people.add("ann", ("agent",), now(), "test", email="ann@northwind.example")
    await store.people.add("eve", ("agent",), now(), "test", email="eve@northwind.example")
    network = ASGITransport(create_fake(books))
    provider = OidcProvider(books.issuer, books.client_id, books.client_secret, "Northwind", transport=network)
    app = make_app(public_url=PUBLIC, sign_in_provider=provider)
    async with (
        AsyncClient(transport=ASGITransport(app), base_url=PUBLIC, headers=HTML) as here,
        AsyncClient(transport=network, base_url=books.issuer) as there,
    ):
        yield Traveller(here, there)


async def test_who_the_provider_knows_is_let_in_and_led_on(store: Store, traveller: Traveller) -> None:
    assert "Sign in with Northwind" in (await traveller.here.get("/sign-in")).text
    page = await traveller.signs_in("ann@northwind.example")
    assert (page.status_code, 'url=/tasks"' in page.text) == (200, True), page.text
    cookies = page.headers.get_list("Set-Cookie")
    assert any(one.startswith("__Host-dunning_session=") and "SameSite=strict" in one for one in cookies)
    assert (await traveller.here.get("/tasks")).status_code == 200
    assert (await store.people.changes())[0].kind == "bound"


async def test_who_was_let_in_once_is_known_by_their_subject_whatever_their_address_is(
    store: Store, traveller: Traveller, books: Books
) -> None:
    await traveller.signs_in("ann@northwind.example")
    books.claims = {"email": "a.new@northwind.example"}
    assert (await traveller.signs_in("ann@northwind.example")).status_code == 200
    books.claims = {"sub": "somebody-else"}
    assert (await traveller.signs_in("ann@northwind.example")).status_code == 403, (
        "her address is taken by who came first"
    )
    await add_person(store, "boss")
    await store.people.set_disabled("ann", now(), "test", disabled=True)
    books.claims = {}
    assert (await traveller.signs_in("ann@northwind.example")).status_code == 403


async def test_an_address_that_is_not_verified_or_that_nobody_has_lets_nobody_in(
    traveller: Traveller, books: Books
) -> None:
    books.people["stranger@northwind.example"] = True
    for who in ("eve@northwind.example", "stranger@northwind.example"):
        answer = await traveller.signs_in(who)
        assert (answer.status_code, "nobody here has that address" in answer.text) == (403, True)
    assert (await traveller.here.get("/tasks")).status_code == 303


async def test_an_address_that_stands_in_no_token_is_asked_for(traveller: Traveller, books: Books) -> None:
    books.in_token = False
    assert (await traveller.signs_in("ann@northwind.example")).status_code == 200
    books.claims = {"sub": "somebody-else"}
    assert (await traveller.signs_in("ann@northwind.example")).status_code == 502


LIES: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://evil.example"},
    "for another client": {"aud": "another"},
    "of another sign-in": {"nonce": "another"},
    "without a nonce": {"nonce": None},
    "too old": {"exp": 1_000_000_000},
    "of nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_signed_answer_that_is_not_for_us_now_is_not_believed(
    traveller: Traveller, books: Books, lie: str
) -> None:
    books.claims = LIES[lie]
    answer = await traveller.signs_in("ann@northwind.example")
    assert (answer.status_code, "The sign-in did not work" in answer.text) == (502, True)
    assert (await traveller.here.get("/tasks")).status_code == 303


async def test_an_answer_signed_by_another_key_is_not_believed(traveller: Traveller, books: Books) -> None:
    books.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await traveller.signs_in("ann@northwind.example")).status_code == 502


async def test_what_was_not_begun_in_this_browser_is_not_ended_in_it(traveller: Traveller) -> None:
    back = await traveller.sent_back("ann@northwind.example")
    for wrong in ("x", "%C3%A9"):
        assert (await traveller.here.get(back.replace("state=", f"state={wrong}"))).status_code == 502
    kept = dict(traveller.here.cookies)
    traveller.here.cookies.clear()
    assert (await traveller.here.get(back)).status_code == 502, "a link that somebody else was sent"
    traveller.here.cookies.update(kept)
    assert (await traveller.here.get(f"{back}&session_state=1&hd=northwind.example")).status_code == 200
    assert (await traveller.here.get(back)).status_code == 502, "a code is good once"


async def test_a_provider_that_refuses_or_is_away_lets_nobody_in(traveller: Traveller, books: Books) -> None:
    assert (await traveller.here.get("/sign-in/provider/back", params={"error": "access_denied"})).status_code == 502
    back = await traveller.sent_back("ann@northwind.example")
    books.client_secret = "another"
    assert (await traveller.here.get(back)).status_code == 502
    books.issuer = "http://another.example"
    assert (await traveller.here.get("/sign-in/provider")).status_code == 502


@pytest.mark.parametrize("said", [[], "no", {}, {"issuer": "http://it.example", "authorization_endpoint": None}])
async def test_a_provider_that_does_not_say_where_people_sign_in_is_said_so(said: Any) -> None:
    network = MockTransport(lambda _: Response(200, json=said))
    provider = OidcProvider("http://it.example", "dunning", "secret", transport=network)
    with pytest.raises(NotIdentified):
        await provider.depart("http://dunning.example/back")


async def test_without_a_provider_there_is_no_way_to_one(stranger: AsyncClient) -> None:
    assert (await stranger.get("/sign-in/provider")).status_code == 404
    assert "Sign in with" not in (await stranger.get("/sign-in")).text
