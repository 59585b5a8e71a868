"""The walls of the API: slow texts, slow clients, methods, parameters, and JSON that two would read differently."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

import httpx2

from bench.attack.attacks import attack
from bench.attack.debtor import a_debtor
from bench.attack.product import Product, until
from bench.attack.stage import Stage
from bench.attack.verdict import must, must_be

HEAD_WITHIN: Final = 10.0  # seconds, as the API promises
BODY_WITHIN: Final = 20.0
SLACK: Final = 20.0  # a busy machine
HELD_UP: Final = 4.0  # seconds that others may wait at most
CROWD: Final = 510  # connections, of 500
_STEP: Final = "  - {{name: s{0}, after: {{days: 1, since: s{1}}}, requires: nobody, do: [{{suspend: {{}}}}]}}\n"
HOSTILE: Final = {
    "brackets without end": "[" * 32_000,
    "steps without end": "name: x\nsteps:\n" + "".join(_STEP.format(number, number - 1) for number in range(330)),
    "mistakes without end": "name: x\n" + "".join(f"a{number}:\n" for number in range(3_500)),
    "aliases without end": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 12)),
}


@attack("walls", quick=True)
async def texts_that_are_slow_to_check(stage: Stage) -> None:
    """No text that is checked as a policy holds up others, and each is answered with a limited list of mistakes."""
    product = await stage.plain()
    for name, text in HOSTILE.items():
        yaml = {"Content-Type": "application/yaml"}
        checking = asyncio.create_task(product.http.post("/v1/policies/check", content=text, headers=yaml))
        longest = 0.0
        while not checking.done():
            since = time.monotonic()
            must_be((await product.http.get("/healthz")).status_code, 200, "health")
            longest = max(longest, time.monotonic() - since)
            await asyncio.sleep(0.005)
        answer = await checking
        must_be((answer.status_code, answer.json().get("ok")), (200, False), name)
        must(len(answer.json()["mistakes"]) <= 101, f"{name}: {len(answer.json()['mistakes'])} mistakes")  # noqa: PLR2004
        must(longest < HELD_UP, f"{name}: somebody else waited {longest:.1f} s")
    large = await product.http.post(
        "/v1/policies/check", content="x" * 40_000, headers={"Content-Type": "application/yaml"}
    )
    must_be(large.status_code, 413, "a text of more than 32 KiB")


@attack("walls")
async def slow_clients(stage: Stage) -> None:
    """A head or a body that does not come in time is given up, and others are answered meanwhile."""
    product = await stage.plain()
    key = str(product.http.headers["Authorization"])
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "
    body = (
        f"POST /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\nIdempotency-Key: slow\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    ).encode()
    waits = [asyncio.create_task(_given_up(product, head)), asyncio.create_task(_given_up(product, body))]
    must_be((await product.http.get("/healthz")).status_code, 200, "health meanwhile")
    for what, allowed, waited in zip(
        ("head", "body"), (HEAD_WITHIN, BODY_WITHIN), await asyncio.gather(*waits), strict=True
    ):
        must(waited < allowed + SLACK, f"a slow {what} was waited for {waited:.0f} s")


@attack("walls", quick=True)
async def what_every_address_answers(stage: Stage) -> None:
    """HEAD is answered as GET, DELETE with 405 and `Allow`, an unknown parameter with what is allowed."""
    product = await stage.plain()
    paths: dict[str, Any] = (await product.http.get("/openapi.json")).json()["paths"]
    found = []
    for path, methods in paths.items():
        if "{" in path:
            continue
        refused = await product.http.delete(path)
        if refused.status_code != 405 or {m.upper() for m in methods} - set(refused.headers["Allow"].split(", ")):  # noqa: PLR2004
            found.append(f"DELETE {path} {refused.status_code} {refused.headers.get('Allow')}")
        if "get" in methods:
            head, got = await product.http.head(path), await product.http.get(path)
            if head.status_code != got.status_code or head.content:
                found.append(f"HEAD {path} {head.status_code}")
        if "get" in methods and path.startswith("/v1/"):
            strange = await product.http.get(path, params={"custmer_id": "x"})
            if strange.status_code != 422 or "allowed" not in strange.json():  # noqa: PLR2004
                found.append(f"GET {path}?custmer_id=x {strange.status_code}")
    must_be(found, [], "addresses")
    must_be((await product.get("/cases", stage="no-such")).status_code, 422, "a stage that there is not")


@attack("walls", quick=True)
async def json_that_two_readers_would_not_read_alike(stage: Stage) -> None:
    """JSON with a name twice, NaN, other encodings or too much of it is refused and not guessed at."""
    product = await stage.plain()
    bodies = [
        b'{"id":"p","id":"q"}', b'{"id":NaN}', b'{"id":"\xff"}', '{"id":"p"}'.encode("utf-16"), b"[" * 100_000,
        b'{"id":"' + b"x" * 300_000 + b'"}', b"",
    ]  # fmt: skip
    for number, body in enumerate(bodies):
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"odd-{number}"}
        answer = await product.http.post("/v1/payments", content=body, headers=headers)
        must(answer.status_code in {400, 413, 422}, f"{body[:40]!r}: {answer.status_code}")


@attack("walls", quick=True)
async def ids_and_names_of_requests(stage: Stage) -> None:
    """An id in a path is decoded once, and every answer has a name of its own."""
    product = await stage.plain()
    debtor = await a_debtor(product, id="a/b")
    must_be((await product.http.get("/v1/customers/a%2Fb")).status_code, 200, "a slash written %2F")
    twice = await product.http.get("/v1/customers/a%252Fb")
    must(twice.status_code in {404, 422}, f"a slash written twice: {twice.status_code}")
    answers = [await product.get(debtor.case), await product.get("/nothing"), await product.http.get("/healthz")]
    must_be(len({answer.headers.get("Request-Id") for answer in answers} - {None}), len(answers), "names")


@attack("walls", quick=True)
async def connections_without_end(stage: Stage) -> None:
    """Beyond its limit of connections the API answers 503 with `Retry-After`, and serves again when they end."""
    product = await stage.plain()
    port = int(product.address.rsplit(":", 1)[1])
    opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(CROWD)))
    try:
        async with httpx2.AsyncClient(base_url=product.address) as visitor:
            answer = await visitor.get("/healthz")
        must_be((answer.status_code, answer.json().get("type", "")[-7:]), (503, "crowded"), "what one more is told")
        must(answer.headers.get("Retry-After"), "no Retry-After")
    finally:
        for _, writer in opened:
            writer.close()

    async def serves() -> bool:
        async with httpx2.AsyncClient(base_url=product.address) as visitor:
            return (await visitor.get("/healthz")).is_success

    await until(serves)


async def _given_up(product: Product, sent: bytes) -> float:
    """Seconds until the server ends a connection on which no more than this came."""
    port = int(product.address.rsplit(":", 1)[1])
    since = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    with suppress(ConnectionError):
        while await reader.read(4096):
            pass
    writer.close()
    return time.monotonic() - since
