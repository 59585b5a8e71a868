"""The way in, and where personal data stands."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx2

from bench.attack.attacks import attack
from bench.attack.debtor import a_debtor, euros
from bench.attack.product import Product
from bench.attack.stage import PUBLIC, Stage
from bench.attack.verdict import must, must_be

TRIES: Final = 12
PHONE: Final = "+31205550177"
FROM_THERE: Final = {"Origin": PUBLIC}  # as a proxy hands it on that asks us by a name of its own
STREET: Final = "Geheimstraat 9"
PASSWORD: Final = "seven wet boxes"  # noqa: S105 - made up
WRONG: Final = {"name": "nobody", "password": "x"}


async def _somebody(product: Product, headers: Mapping[str, str]) -> dict[str, str]:
    """What a new person signs in with, after they have set a password by their link."""
    name = f"visitor-{secrets.token_hex(4)}"
    link = urlsplit((await product.dunning("people", "add", name, "--role", "reader")).out.strip()).path
    async with httpx2.AsyncClient(base_url=product.address, headers=headers) as newcomer:
        answer = await newcomer.post(link, data={"password": PASSWORD, "again": PASSWORD})
    must_be(answer.status_code, 303, answer.text)
    return {"name": name, "password": PASSWORD}


@attack("walls")
async def cookies_behind_https(stage: Stage) -> None:
    """Behind https cookies are `Secure` and `__Host-` and pages ask for https, whatever a caller says of himself."""
    product = await stage.earnest()
    person = await _somebody(product, FROM_THERE)
    for headers in (FROM_THERE, {**FROM_THERE, "X-Forwarded-Proto": "http"}):
        async with httpx2.AsyncClient(base_url=product.address) as visitor:
            answer = await visitor.post("/sign-in", data=person, headers=headers)
        must(answer.headers.get("Set-Cookie", "").startswith("__Host-"), answer.headers)
        must("; Secure" in answer.headers["Set-Cookie"], answer.headers["Set-Cookie"])
        must("max-age=31536000" in answer.headers.get("Strict-Transport-Security", ""), "no HSTS")


@attack("walls", quick=True)
async def copy_of_a_cookie_after_sign_out(stage: Stage) -> None:
    """Signing out ends the session on the server: a copy of the cookie opens nothing."""
    product = await stage.plain()
    html = {"Accept": "text/html", "Origin": product.address}
    person = await _somebody(product, html)
    async with httpx2.AsyncClient(base_url=product.address, headers=html) as visitor:
        await visitor.post("/sign-in", data=person)
        cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        page = await visitor.get("/cases")
        must_be(page.status_code, 200, "the first page")
        mark = page.text.partition('name="mark" value="')[2].partition('"')[0]
        await visitor.post("/sign-out", data={"mark": mark})
    async with httpx2.AsyncClient(base_url=product.address, headers=html | {"Cookie": cookie}) as thief:
        must((await thief.get("/cases")).status_code != 200, "the copy opens the first page")  # noqa: PLR2004


@attack("walls")
async def wrong_keys(stage: Stage) -> None:
    """Wrong passwords are limited, whoever sends them, and seen by doctor; no program is locked out."""
    product = await stage.earnest()
    async with httpx2.AsyncClient(base_url=product.address, headers=FROM_THERE) as stranger:
        answers = [
            (await stranger.post("/sign-in", data=WRONG, headers={"X-Forwarded-For": f"203.0.113.{one}"})).status_code
            for one in range(TRIES)
        ]
    must(429 in answers, f"answers {answers}")  # noqa: PLR2004 - the status
    must_be((await product.get("/cases")).status_code, 200, "a program with a right key")
    must("sign" in str(await product.doctor()).lower(), "doctor does not say so")


@attack("walls", quick=True)
async def ids_that_are_addresses(stage: Stage) -> None:
    """A customer's id that is an address is refused before it reaches Temporal."""
    product = await stage.plain()
    answer = await product.http.put("/v1/customers/ada@lovelace.example", json={"country": "NL"})
    must_be(answer.status_code, 422, answer.text)


@attack("walls", quick=True)
async def addresses_in_histories_and_logs(stage: Stage) -> None:
    """Names and addresses that come through the API are in no history, and nothing of what was wrong is on the log."""
    product = await stage.plain()
    debtor = await a_debtor(product, address=f"{STREET}\nAmsterdam", name="Ada Geheim")
    contact = {"email": f"new-{debtor.email}", "phone": PHONE}
    must((await product.post(f"/customers/{debtor.customer_id}/contact", contact)).is_success, "new contact data")
    await product.get("/customers", **{debtor.email: PHONE})
    await product.post("/payments", {"id": debtor.email, PHONE: STREET, "amount": euros("x")})
    await debtor.told("contact", {"email": 7, "fax": PHONE})
    await debtor.goes_on()
    told = (PHONE, STREET, debtor.email, "Ada Geheim")
    must_be([one for one in told if one in product.program.words], [], "personal data on the log")
    history = (await debtor.workflow.fetch_history()).to_json()
    must_be([one for one in told[1:] if one in history], [], "personal data in the history")


@attack("walls", quick=True)
async def files_of_the_data_folder(stage: Stage) -> None:
    """The data folder and its files are their owner's alone."""
    product = await stage.plain()
    found = await asyncio.to_thread(lambda: [product.data, *product.data.rglob("*")])
    must_be([path.name for path in found if path.stat().st_mode & 0o077], [], "files that others can use")
