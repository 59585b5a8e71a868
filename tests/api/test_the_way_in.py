"""How browsers reach us: cookies and pages by the public address, forwarded headers of a known proxy, wrong keys."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from structlog.testing import capture_logs

from adapters.clock import now
from adapters.storage import Store
from tests.api.conftest import Maker, add_person, sign_in, visiting

HTML = {"Accept": "text/html"}
WRONG = {"name": "nobody", "password": "dun_wrong"}
HTTPS = "https://dunning.example"
PROXY = "10.0.0.7"
YEAR = "max-age=31536000"


def from_address(app: FastAPI, address: str, **more: Any) -> AsyncClient:
    """A client whose connection comes from that address."""
    transport = ASGITransport(app, raise_app_exceptions=False, client=(address, 4711))
    return AsyncClient(transport=transport, base_url="http://dunning.example", **more)


async def wrong(client: AsyncClient, times: int, **headers: str) -> list[int]:
    """The answers to so many sign-ins with a key that opens nothing."""
    return [(await client.post("/sign-in", data=WRONG, headers=headers)).status_code for _ in range(times)]


async def test_by_a_public_https_address_cookies_stay_on_https_and_on_this_host(
    make_app: Maker, ann: dict[str, str]
) -> None:
    async with visiting(make_app(public_url=HTTPS)) as client:
        answer = await client.post("/sign-in", data=ann)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-dunning_session=")
    for attribute in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=strict"):
        assert attribute in cookie
    assert "domain" not in cookie.lower()


async def test_such_a_cookie_signs_in_and_is_taken_back_as_it_was_given(make_app: Maker, ann: dict[str, str]) -> None:
    app = make_app(public_url=HTTPS)
    async with AsyncClient(transport=ASGITransport(app), base_url=HTTPS, headers=HTML) as client:
        await client.post("/sign-in", data=ann)
        page = await client.get("/cases")
        assert page.status_code == 200
        mark = page.text.partition('name="mark" value="')[2].partition('"')[0]
        out = await client.post("/sign-out", data={"mark": mark})
    assert out.headers["Set-Cookie"].startswith('__Host-dunning_session=""')
    assert "; Secure" in out.headers["Set-Cookie"]


async def test_a_cookie_of_another_host_by_the_plain_name_is_none(make_app: Maker, ann: dict[str, str]) -> None:
    app = make_app(public_url=HTTPS)
    async with AsyncClient(transport=ASGITransport(app), base_url=HTTPS) as client:
        await client.post("/sign-in", data=ann)
        token = client.cookies["__Host-dunning_session"]
    async with visiting(app, cookies={"dunning_session": token}, headers=HTML) as other:
        assert (await other.get("/cases")).status_code == 303


@pytest.mark.parametrize("public_url", [None, "http://127.0.0.1:8080"])
async def test_where_we_are_on_plain_http_the_cookie_works_there(
    make_app: Maker, ann: dict[str, str], public_url: str | None
) -> None:
    async with visiting(make_app(public_url=public_url)) as client:
        answer = await client.post("/sign-in", data=ann)
        assert "Secure" not in answer.headers["Set-Cookie"]
        assert (await client.get("/cases", headers=HTML)).status_code == 200


async def signs_in(app: FastAPI, ann: dict[str, str], origin: str, host: str = "dunning.example") -> bool:
    async with visiting(app) as client:
        answer = await client.post("/sign-in", data=ann, headers={"Origin": origin, "Host": host})
    return answer.status_code == 303


@pytest.mark.parametrize("host", ["10.0.0.8:8080", "dunning.example", "dunning-api.internal"])
async def test_a_form_of_the_public_address_is_ours_by_whatever_host_a_proxy_asks(
    make_app: Maker, ann: dict[str, str], host: str
) -> None:
    app = make_app(public_url="https://Dunning.example/")
    assert await signs_in(app, ann, "https://dunning.example", host)
    assert await signs_in(app, ann, "https://dunning.example:443", host)


@pytest.mark.parametrize(
    "origin",
    ["http://dunning.example", "https://dunning.example:8443", "http://10.0.0.8:8080", "https://evil.example", "null"],
)
async def test_with_a_public_address_no_other_is_ours_though_it_is_the_host_of_the_request(
    make_app: Maker, ann: dict[str, str], origin: str
) -> None:
    assert not await signs_in(make_app(public_url=HTTPS), ann, origin, origin.partition("//")[2] or "null")


@pytest.mark.parametrize(
    "origin, host",
    [
        ("http://localhost:8080", "localhost:8081"),
        ("http://evil.example", "localhost:8080"),
        ("http://[", "["),
        ("null", "null"),
    ],
)
async def test_without_a_public_address_a_form_is_ours_that_comes_from_the_host_of_the_request(
    app: FastAPI, ann: dict[str, str], origin: str, host: str
) -> None:
    assert await signs_in(app, ann, "http://localhost:8080", "localhost:8080")
    assert await signs_in(app, ann, "https://dunning.example", "dunning.example")
    assert not await signs_in(app, ann, origin, host)


async def test_who_is_turned_away_hears_where_the_sign_in_page_is(make_app: Maker, ann: dict[str, str]) -> None:
    async with visiting(make_app(public_url=HTTPS), headers=HTML) as client:
        answer = await client.post("/sign-in", data=ann, headers={"Origin": "http://10.0.0.8:8080"})
    assert answer.status_code == 403
    assert f"{HTTPS}/sign-in" in answer.text


async def test_what_a_caller_says_of_https_decides_nothing(app: FastAPI, ann: dict[str, str]) -> None:
    async with visiting(app) as client:
        answer = await client.post("/sign-in", data=ann, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/healthz", "/v1/cases", "/nowhere", "/static/dunning.css"])
async def test_over_https_every_answer_asks_the_browser_to_come_back_over_https(make_app: Maker, path: str) -> None:
    async with visiting(make_app(public_url=HTTPS)) as client:
        assert (await client.get(path)).headers["Strict-Transport-Security"] == YEAR
    async with visiting(make_app()) as client:
        assert "Strict-Transport-Security" not in (await client.get(path)).headers


async def test_after_ten_wrong_keys_an_address_has_to_wait_and_others_have_not(
    app: FastAPI, ann: dict[str, str]
) -> None:
    async with from_address(app, "203.0.113.9") as wrong_one, from_address(app, "203.0.113.10") as other:
        assert await wrong(wrong_one, 12) == [401] * 10 + [429] * 2
        answer = await wrong_one.post("/sign-in", data=ann, headers=HTML)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (429, False)
        assert 1 <= int(answer.headers["Retry-After"]) <= 6
        assert (await other.post("/sign-in", data=ann)).status_code == 303


async def test_who_asks_many_times_at_once_is_counted_all_the_same(app: FastAPI, ann: dict[str, str]) -> None:
    async with from_address(app, "203.0.113.9") as client:
        answers = await asyncio.gather(*(wrong(client, 1) for _ in range(15)))
    assert sorted(answers) == [[401]] * 10 + [[429]] * 5
    async with from_address(app, "203.0.113.10") as client:
        for _ in range(15):
            assert (await client.post("/sign-in", data=ann)).status_code == 303


async def test_a_neighbour_in_the_same_ipv6_network_is_the_same_caller(app: FastAPI) -> None:
    async with from_address(app, "2001:db8::1") as one, from_address(app, "2001:db8::ffff") as same:
        assert await wrong(one, 10) == [401] * 10
        assert await wrong(same, 1) == [429]


async def test_a_right_key_of_a_program_opens_whatever_wrong_ones_came_beside_it(app: FastAPI, key: str) -> None:
    async with visiting(app) as client:
        for _ in range(20):
            assert (await client.get("/v1/cases", headers={"Authorization": "Bearer dun_wrong"})).status_code == 401
        assert (await client.get("/v1/cases", headers={"Authorization": f"Bearer {key}"})).status_code == 200


async def test_a_link_with_a_wrong_key_counts_as_a_sign_in_that_failed(make_app: Maker) -> None:
    async with visiting(make_app(demo_people=("ann",))) as client:
        for _ in range(10):
            await client.get("/", params={"key": "dun_wrong"}, headers=HTML)
        assert await wrong(client, 1) == [429]


async def test_failed_sign_ins_are_on_the_log_and_on_the_first_page_without_an_address(
    app: FastAPI, browser: AsyncClient
) -> None:
    assert "sign-ins failed" not in (await browser.get("/overview")).text
    async with from_address(app, "203.0.113.9") as person, from_address(app, "2001:db8:1:2:3::4") as program:
        with capture_logs() as lines:
            await wrong(person, 2)
            await program.get("/v1/cases", headers={"Authorization": "Bearer dun_wrong"})
    seen = [(line["by"], line["network"]) for line in lines if line["log_level"] == "warning"]
    assert seen == [("person", "203.0.113.0/24")] * 2 + [("program", "2001:db8:1::/48")]
    assert "dun_wrong" not in str(lines)
    assert "203.0.113.9" not in str(lines)
    page = (await browser.get("/overview")).text
    assert "3 sign-ins failed" in page
    assert "from 2 networks" in page


async def test_what_failed_is_counted_for_a_day(store: Store) -> None:
    await store.failed_sign_ins.note("203.0.113.0/24", now() - timedelta(days=2))
    await store.failed_sign_ins.note("203.0.113.0/24", now())
    found = await store.failed_sign_ins.lately(now())
    assert (found.times, found.networks) == (1, 1)


async def test_the_callers_address_is_taken_from_a_proxy_that_was_named(make_app: Maker) -> None:
    app = make_app(proxies=("10.0.0.0/8",))
    async with from_address(app, PROXY) as proxy:
        assert await wrong(proxy, 10, **{"X-Forwarded-For": "203.0.113.9"}) == [401] * 10
        assert await wrong(proxy, 1, **{"X-Forwarded-For": "1.2.3.4, 203.0.113.9, 10.1.1.1"}) == [429]
        assert await wrong(proxy, 1, **{"X-Forwarded-For": "203.0.113.10"}) == [401]


@pytest.mark.parametrize("proxies", [(), ("192.0.2.1",)])
async def test_nobody_else_can_say_where_they_come_from(make_app: Maker, proxies: tuple[str, ...]) -> None:
    async with from_address(make_app(proxies=proxies), "127.0.0.1") as client:
        answers = [await wrong(client, 1, **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(11)]
    assert answers == [[401]] * 10 + [[429]]


async def test_a_session_ends_where_its_person_may_not_come_in_any_more(
    store: Store, app: FastAPI, ann: dict[str, str]
) -> None:
    await add_person(store, "bob")
    async with visiting(app) as client:
        await sign_in(client, ann)
        assert (await client.get("/cases")).status_code == 200
        await store.people.set_disabled("ann", now(), "person bob", disabled=True)
        assert (await client.get("/cases")).status_code == 303
        await store.people.set_disabled("ann", now(), "person bob", disabled=False)
        assert (await client.get("/cases")).status_code == 303, "it is over for good"
