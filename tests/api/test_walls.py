"""What a request may be: the methods and the query of its address, JSON that is read one way only, ids decoded once."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import AsyncClient
from structlog.testing import capture_logs

from api.authentication import PROVIDER
from api.pages.navigation import PLACES
from api.pages.words import STAGES
from api.shapes.cases import Stage
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program, visiting
from tests.api.test_problems import problem

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def billing(program: Program) -> Program:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    return program


@pytest.mark.parametrize(
    "path, unknown, allowed",
    [
        ("/invoices", "custmer_id", "customer_id, updated_since, cursor, limit"),
        ("/customers", "page", "updated_since, cursor, limit"),
        ("/cases", "Stage", "stage, policy, customer_id, outcome, open, updated_since, cursor, limit"),
        ("/cases/INV-1", "limit", "none at this address"),
        ("/cases/INV-1/journal", "since", "updated_since, cursor, limit"),
        ("/tasks", "customer", "queue, about, invoice_id, customer_id, open, updated_since, cursor, limit"),
        ("/reviews", "until", "since, updated_since, cursor, limit"),
        ("/mailbox", "invoice", "invoice_id, updated_since, cursor, limit"),
        ("/policies", "name", "none at this address"),
    ],
)
async def test_a_parameter_that_nobody_knows_is_refused_with_those_that_are_allowed(
    billing: Program, path: str, unknown: str, allowed: str
) -> None:
    told = problem(await billing.get(path, **{unknown: "bob"}))
    assert (told["parameter"], told["found"], told["allowed"]) == (unknown, "an unknown parameter", allowed)


async def test_an_unknown_parameter_is_refused_whatever_is_done(billing: Program) -> None:
    customer = (await billing.get("/customers/ada")).json()
    told = problem(await billing.client.put("/v1/customers/ada?dry_run=true", json=a_customer(name="Bob")))
    assert told["parameter"] == "dry_run"
    headers = {"Idempotency-Key": "k"}
    assert problem(await billing.client.post("/v1/invoices?open=true", json=an_invoice(id="INV-2"), headers=headers))
    assert (await billing.get("/customers/ada")).json() == customer
    assert (await billing.get("/invoices/INV-2")).status_code == 404


async def test_an_unknown_parameter_that_could_be_somebodys_is_not_repeated(billing: Program) -> None:
    answer = await billing.client.get("/v1/invoices", params={"Ada Lovelace, Keizersgracht": "1"})
    assert problem(answer)["parameter"] == "(unknown)"
    assert "Ada" not in answer.text


async def test_a_parameter_stands_once(billing: Program) -> None:
    told = problem(await billing.client.get("/v1/invoices?limit=1&limit=2"))
    assert (told["parameter"], told["found"], told["allowed"]) == ("limit", "it 2 times", "once")


@pytest.mark.parametrize(
    "query, parameter, allowed",
    [
        ({"stage": "disputed"}, "stage", "dispute"),
        ({"policy": "plane"}, "policy", "gentle, plain"),
        ({"outcome": "lost"}, "outcome", "written-off"),
    ],
)
async def test_a_closed_word_is_checked(billing: Program, query: dict[str, str], parameter: str, allowed: str) -> None:
    told = problem(await billing.get("/cases", **query))
    assert told["parameter"] == parameter
    assert allowed in told["allowed"]


async def test_every_stage_and_policy_that_there_is_may_be_asked_for(billing: Program) -> None:
    assert set(get_args(Stage)) == set(STAGES) - {"opening"}
    for stage in get_args(Stage):
        assert (await billing.get("/cases", stage=stage)).status_code == 200
    assert (await billing.get("/cases", policy="gentle")).json()["items"] == []


@pytest.mark.parametrize(
    "page",
    [
        "/cases?custmer=ada",
        "/cases?stage=disputed",
        "/cases?show=mine",
        "/tasks?quue=x",
        "/cases/INV-1?x=1",
        "/messages?to=ada",
    ],
)
@pytest.mark.usefixtures("billing")
async def test_pages_do_not_pass_over_what_they_do_not_know_either(browser: AsyncClient, page: str) -> None:
    assert (await browser.get(page)).status_code == 422


@pytest.mark.usefixtures("billing")
async def test_a_form_may_leave_every_filter_of_it_empty(browser: AsyncClient) -> None:
    assert "INV-1" in (await browser.get("/cases?show=open&stage=&policy=&customer=")).text
    looked = 0
    for place in [place.href for place in PLACES if place.right == "see"] + ["/policies/plain"]:
        page = (await browser.get(place)).text
        for form in re.findall(r'<form[^>]*method="get".*?</form>', page, re.DOTALL):
            names = dict.fromkeys(re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', form), "")
            assert (await browser.get(place, params=names)).status_code == 200, (place, names)
            looked += 1
    assert looked > 5


async def test_head_is_answered_wherever_get_is_without_the_body(
    billing: Program, browser: AsyncClient, app: FastAPI
) -> None:
    there = {
        "{invoice_id}": "INV-1",
        "{customer_id}": "ada",
        "{name}": "plain",
        "{kind}": "refused",
        "{action}": "stop",  # of a case and of a customer
        "{subject}": "cases",
    }
    looked = 0
    for route in iter_route_contexts(app.routes):
        if "GET" not in (route.methods or ()) or {
            "{message_id}",
            "{task_id}",
            "{token}",
            "{file_id}",
            "{payment_id}",
        } & set(str(route.path).split("/")):
            continue
        path = str(route.path)
        if path.startswith(PROVIDER):  # there only where the settings name one; see test_people
            continue
        if path.startswith("/cases/"):
            path = path.replace("{kind}", "next")
        for name, value in there.items():
            path = path.replace(name, "dunning.css" if path.startswith("/static/") else value)
        client = billing.client if path.startswith("/v1") else browser
        whole, head = await client.get(path), await client.head(path)
        looked += 1
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        assert head.headers.get("content-length") == whole.headers.get("content-length"), (
            path
        )  # none where it is streamed
        assert whole.status_code == (303 if path == "/" else 200), path
    assert looked > 25


@pytest.mark.parametrize(
    "method, path, allow",
    [
        ("DELETE", "/v1/cases", "GET, HEAD, POST"),
        ("DELETE", "/v1/customers/ada", "GET, HEAD, PUT"),
        ("POST", "/v1/invoices/INV-1", "GET, HEAD, PATCH"),
        ("POST", "/v1/tasks", "GET, HEAD"),
        ("GET", "/v1/payments", "POST"),
        ("HEAD", "/v1/payments", "POST"),
        ("OPTIONS", "/v1/cases/INV-1/attempts", "GET, HEAD, POST"),
        ("GET", "/webhooks/stripe", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
    ],
)
async def test_an_address_says_all_that_it_takes_before_anything_is_missing(
    billing: Program, method: str, path: str, allow: str
) -> None:
    answer = await billing.client.request(method, path)  # neither a key for idempotency nor a body
    assert (answer.status_code, answer.headers["Allow"]) == (405, allow)
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_an_address_that_there_is_not_is_told_before_what_is_missing(billing: Program) -> None:
    assert problem(await billing.client.post("/v1/nothing"), 404)


async def test_a_stranger_learns_nothing_from_a_method(stranger: AsyncClient) -> None:
    for path in ("/v1/cases", "/v1/nothing"):
        assert (await stranger.delete(path)).status_code == 401


@pytest.mark.parametrize(
    "body, found",
    [
        (b'{"name": "Ada", "name": "Bob"}', "the name name more than once"),
        (b'{"name": "Ada", "methods": [{"id": "m", "id": "n"}]}', "the name id more than once"),
        (b'{"name": "Ada", "Ada Lovelace": 1, "Ada Lovelace": 2}', "the name (unknown) more than once"),
        ('{"name": "Ada"}'.encode("utf-16"), "bytes that are no UTF-8"),
        ('{"name": "Ada"}'.encode("utf-32-le"), "something that is no JSON"),
        (b'\xef\xbb\xbf{"name": "Ada"}', "something that is no JSON"),
        (b'{"name": "Caf\xe9"}', "bytes that are no UTF-8"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": -Infinity}', "-Infinity"),
        (b'{"name": "Ada"} {}', "something that is no JSON"),
        (b'{"name": ' + b"1" * 5_000 + b"}", "something that is no JSON"),
        (b"[" * 5_000, "something that is no JSON"),
    ],
)
async def test_json_that_two_readers_would_not_read_alike_is_refused(program: Program, body: bytes, found: str) -> None:
    answer = await program.client.put("/v1/customers/ada", content=body, headers=JSON)
    told = problem(answer, 400)
    assert (told["type"], told["pointer"], told["found"]) == ("/problems/malformed", "#", found)
    assert "Lovelace" not in answer.text
    assert (await program.get("/customers/ada")).status_code == 404


async def test_names_that_stand_twice_are_found_in_one_pass(program: Program) -> None:
    names = ", ".join(f'"n{number}": 1' for number in range(15_000))
    since = time.monotonic()
    answer = await program.client.put("/v1/customers/ada", content="{" + names + ', "n14999": 2}', headers=JSON)
    assert (answer.status_code, time.monotonic() - since < 5) == (400, True)


async def test_the_first_answer_is_not_given_to_json_that_is_none(billing: Program) -> None:
    body = {"id": "p1", "invoice_id": "INV-1", "amount": {"amount": "1.00", "currency": "EUR"}}
    assert (await billing.post("/payments", body, under="k1")).status_code == 202
    twice = json.dumps(body).replace('"id"', '"id": "p0", "id"', 1)
    headers = {**JSON, "Idempotency-Key": "k1"}
    assert (await billing.client.post("/v1/payments", content=twice, headers=headers)).status_code == 400


@pytest.mark.parametrize(
    "written, status",
    [
        ("2026%2F001", 200),
        ("2026%2f001", 200),
        ("2026%252F001", 422),
        ("2026%252f001", 422),
        ("2026%25252F001", 422),
        ("%32026%2F001", 200),
        ("%2532026%2F001", 422),
        ("2026%2F001%00", 422),
        ("2026%2F001%C3%A9", 422),
        ("2026%2F001%FF", 422),
    ],
)
async def test_an_id_is_decoded_once(billing: Program, written: str, status: int) -> None:
    await billing.post("/invoices", an_invoice(id="2026/001"))
    answer = await billing.client.get(f"/v1/invoices/{written}")
    assert answer.status_code == status, answer.text


async def test_every_answer_has_a_name_under_which_it_is_logged(billing: Program, stranger: AsyncClient) -> None:
    theirs = {"Request-Id": "ada@lovelace.example"}
    with capture_logs() as lines:
        answers = [
            await billing.client.get("/v1/cases", headers=theirs),
            await billing.client.delete("/v1/cases"),
            await billing.client.get("/v1/nothing"),
            await billing.post("/payments", {}),
            await stranger.get("/v1/cases"),
            await stranger.get("/healthz"),
            await stranger.get("/sign-in"),
        ]
    names = [answer.headers["Request-Id"] for answer in answers]
    assert [line["id"] for line in lines] == names
    assert len(set(names)) == len(names)
    assert all(name.startswith("req_") and name.isascii() for name in names)


POLICY = """\
name: short
steps:
  - name: word
    after: 3 days
    do: [{notify: {message: friendly, by: [email]}}]
"""
_STEP = "  - {{name: s{0}, after: {{days: 1, since: s{1}}}, requires: nobody, do: [{{suspend: {{}}}}]}}\n"
HOSTILE = {
    "brackets without end": "[" * 32_000,
    "indents without end": "- " * 16_000,
    "steps without end": "name: x\nsteps:\n" + "".join(_STEP.format(number, number - 1) for number in range(330)),
    "mistakes without end": "name: x\n" + "".join(f"a{number}:\n" for number in range(3_500)),
    "aliases without end": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 12)),
    "policies without end": "---\nname: x\n" * 2_500,
    "closed for centuries": POLICY + "calendar:\n  closed:\n" + "    - {from: 1970-02-01, to: 2190-12-31}\n" * 700,
    "holidays of everywhere": POLICY + f"calendar: {{holidays: [{', '.join(f'XX-{n}' for n in range(3_500))}]}}\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_no_text_that_is_checked_as_a_policy_holds_up_others(
    program: Program, stranger: AsyncClient, text: str
) -> None:
    since = time.monotonic()
    checking = asyncio.create_task(
        program.client.post("/v1/policies/check", content=text, headers={"Content-Type": "application/yaml"})
    )
    meanwhile = 0
    while not checking.done():
        assert (await stranger.get("/healthz")).status_code == 200
        meanwhile += 1
        await asyncio.sleep(0.002)
    answer = await checking
    assert (answer.status_code, answer.json()["ok"]) == (200, False)
    assert len(answer.json()["mistakes"]) <= 101
    assert len(answer.content) < 50_000
    assert time.monotonic() - since < 15
    assert meanwhile > 1  # on the event loop it would be once, before the check began


async def test_of_many_mistakes_the_first_are_told_and_that_there_are_more(program: Program) -> None:
    text = POLICY + "".join(f"a{number}: 1\n" for number in range(500))
    answer = await program.client.post("/v1/policies/check", content=text, headers={"Content-Type": "application/yaml"})
    mistakes = answer.json()["mistakes"]
    assert [one["line"] for one in mistakes[:100]] == list(range(6, 106))
    assert (mistakes[100]["found"], len(mistakes)) == ("more mistakes than these 100", 101)


async def test_a_policy_has_50_steps_and_its_text_32_kib_at_most(program: Program) -> None:
    yaml = {"Content-Type": "application/yaml"}

    def ladder(steps: int) -> str:
        notice = "do: [{notify: {message: friendly, by: [email]}}]"
        return "name: x\nsteps:\n" + "".join(
            f"  - {{name: s{n}, after: {n + 1} days, {notice}}}\n" for n in range(steps)
        )

    assert (await program.client.post("/v1/policies/check", content=ladder(50), headers=yaml)).json()["ok"]
    answer = await program.client.post("/v1/policies/check", content=ladder(51), headers=yaml)
    [mistake] = answer.json()["mistakes"]
    assert (mistake["place"], mistake["found"], mistake["allowed"]) == ("steps", "a list of 51", "at most 50")
    long = await program.client.post("/v1/policies/check", content=ladder(20) + "#" * 32_768, headers=yaml)
    assert "at most 32768" in problem(long, 413)["detail"]


async def test_a_caller_with_several_clients_is_not_confused(app: FastAPI, key: str) -> None:
    async with visiting(app, headers={"Authorization": f"Bearer {key}"}) as client:
        answers = await asyncio.gather(*(client.get("/v1/cases") for _ in range(20)))
    assert len({answer.headers["Request-Id"] for answer in answers}) == 20
