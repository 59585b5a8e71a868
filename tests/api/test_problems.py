"""Bad requests: told where, what was found and what is allowed; nothing changed, and nothing personal repeated."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Maker, Program, visiting

MISSING = object()


def problem(answer: Response, status: int = 422) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    return body


@pytest.mark.parametrize(
    "field, value, pointer, found, allowed",
    [
        ("due_on", "2026-02-30", "#/due_on", "2026-02-30", "a day such as 2026-03-31"),
        ("due_on", 0, "#/due_on", "0", "a day such as 2026-03-31"),
        ("due_on", "2026-02-28T00:00:00", "#/due_on", "2026-02-28T00:00:00", "a day such as 2026-03-31"),
        ("due_on", "9999-12-31", "#/due_on", "9999-12-31", "in the years 1970 to 2190"),
        ("due_on", MISSING, "#/due_on", "nothing", "a value, which is required"),
        ("amount", euros("12.505"), "#/amount/amount", "12.505", "at most 2 decimals"),
        ("amount", {"amount": 12.5, "currency": "EUR"}, "#/amount/amount", "12.5", "a text"),
        ("amount", euros("0.00"), "#/amount/amount", "0.00", "more than nought"),
        ("amount", euros("1e3"), "#/amount/amount", "1e3", "a plain number such as 12.50"),
        ("amount", euros("9" * 30), "#/amount/amount", "9" * 30, "15 digits"),
        ("amount", {"amount": "12.50", "currency": "euro"}, "#/amount/currency", "euro", "ISO 4217"),
        ("amount", "12.50", "#/amount", "12.50", "an object"),
        ("open", "yes", "#/open", "yes", "true or false"),
        ("tags", "one", "#/tags", "a text of 3 characters", "a list"),
        ("id", "no spaces", "#/id", "a text of 9 characters", "letters, digits and . _"),
        ("colour", "red", "#/colour", "an unknown name", "only the names that are documented"),
    ],
)
async def test_a_mistake_is_told_with_its_place(
    program: Program, field: str, value: object, pointer: str, found: str, allowed: str
) -> None:
    await program.put("/customers/ada", a_customer())
    body = an_invoice(**{field: value})
    if value is MISSING:
        del body[field]
    told = problem(await program.post("/invoices", body))
    assert (told["pointer"], told["found"]) == (pointer, found)
    assert allowed in told["allowed"]
    assert told["detail"] == f"{pointer}: found {found}; allowed {told['allowed']}"
    assert (await program.get("/invoices")).json()["items"] == []


async def test_all_mistakes_are_told_at_once(program: Program) -> None:
    told = problem(await program.post("/invoices", {"id": "INV-1", "amount": euros("x"), "due_on": "soon"}))
    assert [error["pointer"] for error in told["errors"]] == ["#/customer_id", "#/amount/amount", "#/due_on"]


async def test_what_may_be_personal_is_never_repeated(program: Program) -> None:
    body = a_customer(
        email="Ada at Lovelace", phone="call Ada", name="Ada\nLovelace", currency="Ada", kind="Ada Lovelace"
    )
    body["Ada Lovelace, Keizersgracht"] = 1
    answer = await program.put("/customers/ada", body)
    told = problem(answer)
    assert "Ada" not in answer.text
    assert "Keizersgracht" not in answer.text
    pointers = {error["pointer"] for error in told["errors"]}
    assert pointers == {"#/name", "#/kind", "#/email", "#/phone", "#/currency", "#/(unknown)"}


@pytest.mark.parametrize("name", ["Ada\x00", "Ada\x1b[2J", "Ada\u2028", "", "A" * 201])
async def test_texts_are_lines_of_printable_characters(program: Program, name: str) -> None:
    assert problem(await program.put("/customers/ada", a_customer(name=name)))["pointer"] == "#/name"


async def test_half_a_character_is_refused(program: Program) -> None:
    answer = await program.client.put(
        "/v1/customers/ada", content=b'{"name": "\\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert problem(answer)["pointer"] == "#/name"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 50_000, b'{"id": NaN}x'])
async def test_what_is_no_json_is_malformed(program: Program, content: bytes) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    answer = await program.client.post("/v1/invoices", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert problem(answer, answer.status_code)


async def test_a_body_of_another_type_is_not_guessed_at(program: Program) -> None:
    headers = {"Content-Type": "text/plain", "Idempotency-Key": "k"}
    told = problem(await program.client.post("/v1/invoices", content=b"{}", headers=headers), 415)
    assert (told["header"], told["allowed"]) == ("Content-Type", "application/json")


async def test_a_body_beyond_the_limit_is_refused_announced_or_not(make_app: Maker, key: str) -> None:
    async def pieces() -> Any:
        for _ in range(100):
            yield b" " * 50

    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    async with visiting(make_app(body_limit=1_000), headers=headers) as client:
        announced = await client.put("/v1/customers/ada", content=b" " * 1_001)
        assert problem(announced, 413)["header"] == "Content-Length"
        assert problem(await client.put("/v1/customers/ada", content=pieces()), 413)
        assert (await client.put("/v1/customers/ada", json={"name": "Ada"})).status_code == 201


async def test_an_unknown_address_and_another_method_are_problems_too(program: Program) -> None:
    assert problem(await program.get("/nothing"), 404)["type"] == "/problems/not-found"
    told = problem(await program.client.delete("/v1/cases"), 405)
    assert told["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize(
    "query, parameter",
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1000"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"stage": "<script>"}, "stage"),
        ({"outcome": "lost"}, "outcome"),
        ({"open": "perhaps"}, "open"),
        ({"customer_id": "a b"}, "customer_id"),
    ],
)
async def test_a_parameter_that_is_not_allowed_is_named(
    program: Program, query: dict[str, str], parameter: str
) -> None:
    assert problem(await program.get("/cases", **query))["parameter"] == parameter


async def test_a_cursor_of_another_list_is_refused(program: Program) -> None:
    for number in range(3):
        await program.put(f"/customers/c{number}", a_customer())
    cursor = (await program.get("/customers", limit=1)).json()["next"]
    assert problem(await program.get("/cases", cursor=cursor))["parameter"] == "cursor"


async def test_an_id_with_slashes_is_one_id(program: Program) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice(id="2026/001/A"))
    found = await program.get("/invoices/2026%2F001%2fA")
    assert found.json()["id"] == "2026/001/A"
    assert (await program.get("/cases/2026%2F001%2FA/journal")).status_code == 200
    assert (await program.get("/invoices/2026/001/A")).status_code == 404


async def test_a_fault_of_ours_tells_nothing_of_what_it_met(program: Program) -> None:
    program.client._transport.app.state.case_service = None  # type: ignore[attr-defined] # noqa: SLF001 - broken on purpose
    answer = await program.get("/cases")
    assert problem(answer, 500)["type"] == "/problems/fault"
    assert "NoneType" not in answer.text


async def test_a_kind_of_problem_explains_itself_on_a_page(browser: Any) -> None:
    page = await browser.get("/problems/refused")
    assert "The rules do not allow this now" in page.text
    assert (await browser.get("/problems/unheard-of")).status_code == 404


async def test_o3_a_customers_id_is_no_address(program: Program) -> None:
    put = await program.put("/customers/ada@lovelace.example", a_customer())
    assert (put.status_code, put.json()["parameter"]) == (422, "customer_id")
    assert "an id without @" in put.json()["allowed"]
    await program.put("/customers/ada", a_customer())
    posted = await program.post("/invoices", an_invoice(customer_id="ada@lovelace.example"))
    assert (posted.status_code, posted.json()["pointer"]) == (422, "#/customer_id")
    assert "an id without @" in posted.json()["allowed"]
