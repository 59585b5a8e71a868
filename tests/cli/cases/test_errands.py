"""The running process does what commands ask, for who shows its secret; and it tells how it failed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from adapters.storage import Store
from cli.errands.taking import taking_errands
from cli.exits import Exit
from cli.installation.installation import Installation

SECRET = "not a secret"


async def asked(port: int, errand: str, secret: str = SECRET, **said: Any) -> dict[str, Any]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(json.dumps({"secret": secret, "errand": errand, "said": said}).encode() + b"\n")
    answer: dict[str, Any] = json.loads(await reader.readline())
    writer.close()
    return answer


async def test_an_errand_is_done_for_who_shows_the_secret(of: Installation, store: Store) -> None:
    async with taking_errands(of, SECRET) as port:
        made = await asked(port, "keys create", name="shop", roles=["billing"], ends=None, dry_run=False)
        assert made["parts"][0].startswith("dun_")
        stranger = await asked(port, "keys create", "guess", name="mine", roles=["admin"], ends=None, dry_run=False)
        assert stranger["code"] == Exit.MISSING
        assert [one.name for one in await store.keys.list()] == ["shop"]
        shown = await asked(port, "case show", invoice="INV-1")
        assert shown["document"]["money"]["balance"] == {"amount": "1000.00", "currency": "EUR"}


@pytest.mark.parametrize(
    "errand, said, code, why",
    [
        ("case show", {"invoice": "INV-9"}, Exit.NEGATIVE, "found none of invoice INV-9"),
        ("case list", {"stage": "odd"}, Exit.FAULT, "a fault of ours: TypeError at taking.py:"),
        ("tell the time", {}, Exit.MISSING, "found a process of another build"),
    ],
)
async def test_an_errand_that_fails_says_why_and_how_the_command_ends(
    of: Installation, errand: str, said: dict[str, Any], code: Exit, why: str
) -> None:
    async with taking_errands(of, SECRET) as port:
        answer = await asked(port, errand, **said)
        assert (answer["code"], why in answer["failed"]) == (code, True), answer
        assert (await asked(port, "keys list"))["document"] == [], "it goes on to take errands"
