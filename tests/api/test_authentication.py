"""Who comes in: nobody without a key, whatever the address; browsers by a cookie that they got for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from starlette.routing import BaseRoute
from structlog.testing import capture_logs

from adapters.storage import Store
from api.authentication import FOLDERS_WITHOUT_KEY, WITHOUT_KEY
from tests.api.conftest import Maker, sign_in, visiting
from tests.fakes.fake_case_client import FakeClock

HTML = {"Accept": "text/html"}


def addresses(app: FastAPI) -> list[tuple[str, str]]:
    """Every address of the application, with ids filled in."""
    found: list[tuple[str, str]] = []

    def visit(routes: list[BaseRoute]) -> None:
        for route in routes:
            inner: Any = getattr(route, "original_router", None)
            if inner is not None:
                visit(inner.routes)
            else:
                path = "/".join(
                    "x" if part.startswith("{") else part for part in str(getattr(route, "path", "")).split("/")
                )
                found.extend((method, path) for method in getattr(route, "methods", None) or ())

    visit(app.routes)
    return found


async def test_every_address_but_health_the_door_its_styles_and_the_reference_wants_somebody(
    app: FastAPI, stranger: AsyncClient
) -> None:
    every = addresses(app)
    assert len(every) > 50
    for method, path in every:
        answer = await stranger.request(method, path)
        is_open = path in WITHOUT_KEY or path.startswith(FOLDERS_WITHOUT_KEY)
        is_turned_away = answer.status_code == 401 and "/problems/unauthenticated" in answer.text
        assert is_turned_away != is_open, (method, path, answer.text)


async def test_an_address_that_is_not_there_tells_a_stranger_nothing(stranger: AsyncClient) -> None:
    answer = await stranger.get("/v1/nothing")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["type"] == "/problems/unauthenticated"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "Bearer \xe9", "Bearer " + "x" * 900])
async def test_what_is_no_key_opens_nothing(stranger: AsyncClient, header: str) -> None:
    answer = await stranger.get("/v1/cases", headers={b"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401


async def test_a_revoked_key_opens_nothing_from_that_moment(
    store: Store, clock: FakeClock, app: FastAPI, key: str
) -> None:
    await store.keys.revoke("billing", clock.at)
    async with visiting(app, headers={"Authorization": f"Bearer {key}"}) as program:
        assert (await program.get("/v1/cases")).status_code == 401


async def test_health_and_readiness_are_open(stranger: AsyncClient) -> None:
    assert (await stranger.get("/healthz")).json() == {"status": "ok"}
    assert (await stranger.get("/readyz")).json() == {"status": "ok"}


async def test_a_browser_without_a_cookie_is_shown_the_door_and_then_the_page_it_wanted(
    stranger: AsyncClient, ann: dict[str, str]
) -> None:
    turned = await stranger.get("/cases/INV-1?cursor=x", headers=HTML)
    assert (turned.status_code, turned.headers["Location"]) == (303, "/sign-in?next=%2Fcases%2FINV-1%3Fcursor%3Dx")
    door = await stranger.get(turned.headers["Location"], headers=HTML)
    assert 'name="next" value="/cases/INV-1?cursor=x"' in door.text
    let_in = await stranger.post("/sign-in", data={**ann, "next": "/cases/INV-1?cursor=x"})
    assert (let_in.status_code, let_in.headers["Location"]) == (303, "/cases/INV-1?cursor=x")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    stranger: AsyncClient, ann: dict[str, str]
) -> None:
    cookie = (await stranger.post("/sign-in", data=ann)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert ann["password"] not in cookie


async def test_a_wrong_password_gets_no_cookie_and_is_not_repeated(stranger: AsyncClient, ann: dict[str, str]) -> None:
    answer = await stranger.post("/sign-in", data={**ann, "password": "this-is-not-one-of-ours"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (401, False)
    assert "this-is-not-one-of-ours" not in answer.text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""]
)
async def test_after_signing_in_nobody_is_sent_elsewhere(
    stranger: AsyncClient, ann: dict[str, str], elsewhere: str
) -> None:
    answer = await stranger.post("/sign-in", data={**ann, "next": elsewhere})
    assert answer.headers["Location"] == "/"


async def test_a_path_that_looks_like_another_host_stays_ours(stranger: AsyncClient) -> None:
    answer = await stranger.get("http://dunning.example//evil.example/x", headers=HTML)
    assert answer.headers["Location"].startswith("/sign-in?next=%2Fevil.example")


async def test_a_form_from_another_site_is_refused(
    stranger: AsyncClient, browser: AsyncClient, ann: dict[str, str]
) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert (await stranger.post("/sign-in", data=ann, headers=foreign)).status_code == 403
    assert (await browser.post("/sign-out", data={"mark": "guess"})).status_code == 403


async def test_signing_out_ends_the_session_also_for_a_copy_of_its_cookie(app: FastAPI, browser: AsyncClient) -> None:
    copy = dict(browser.cookies)
    async with visiting(app, cookies=copy, headers=HTML) as thief:
        assert (await thief.get("/cases")).status_code == 200
        page = (await browser.get("/cases")).text
        mark = page.partition('name="mark" value="')[2].partition('"')[0]
        out = await browser.post("/sign-out", data={"mark": mark})
        assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
        assert (await browser.get("/cases")).status_code == 303
        assert (await thief.get("/cases")).status_code == 303


async def test_signing_out_here_leaves_the_other_browsers_signed_in(
    app: FastAPI, browser: AsyncClient, ann: dict[str, str]
) -> None:
    async with visiting(app) as other:
        await sign_in(other, ann)
        mark = (await browser.get("/cases")).text.partition('name="mark" value="')[2].partition('"')[0]
        await browser.post("/sign-out", data={"mark": mark})
        assert (await other.get("/cases")).status_code == 200


async def test_a_cookie_made_up_or_too_old_is_none(make_app: Maker, ann: dict[str, str]) -> None:
    async with visiting(make_app(session=timedelta(seconds=-1))) as client:
        await client.post("/sign-in", data=ann)
        assert (await client.get("/cases", headers=HTML)).status_code == 303
        client.cookies.set("dunning_session", "ImJpbGxpbmci.abc.def")
        assert (await client.get("/cases", headers=HTML)).status_code == 303


async def test_a_cookie_opens_pages_and_never_the_addresses_for_programs(browser: AsyncClient) -> None:
    assert (await browser.get("/v1/cases")).status_code == 401


@pytest.mark.usefixtures("ann")
async def test_in_a_demonstration_a_link_signs_in_once_and_its_key_is_not_logged(make_app: Maker, key: str) -> None:
    async with visiting(make_app(demo_people=("ann",))) as client:
        with capture_logs() as lines:
            answer = await client.get("/messages", params={"key": key, "invoice": "INV-1"}, headers=HTML)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/messages?invoice=INV-1")
        assert key not in str(lines)
        assert (await client.get("/cases", headers=HTML)).status_code == 200
        again = await client.get("/", params={"key": key}, headers=HTML)
        assert (again.status_code, again.headers["Location"]) == (303, "/")


async def test_outside_a_demonstration_a_key_in_a_link_opens_nothing(stranger: AsyncClient, key: str) -> None:
    answer = await stranger.get("/", params={"key": key}, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "Set-Cookie" not in answer.headers
