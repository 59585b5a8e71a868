"""Roles (R2, R5): an address lets through whom the matrix names, and what is sent is looked at once more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import AsyncClient, Response
from sqlalchemy import text

from adapters.storage import Store
from api.authentication import FOLDERS_WITHOUT_KEY, WITHOUT_KEY
from api.callers import Caller, allow, may
from api.case_service import CaseService
from api.permissions import OPEN, ROUTES, roles_in
from api.problems import Problem
from dunning.messages import FACTS, REQUESTS, WriteOff
from dunning.roles import ACTIONS, MAY, ROLES, Role, roles_of, who_may
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program, visiting
from tests.fakes.fake_case_client import FakeClock

NOT_PERMITTED = "Your role does not allow this"
# Facts that the product tells a case by itself: nobody's role is asked.
OWN = {"credit_kept", "credit_moved", "notice_shared"}


async def in_role(app: FastAPI, store: Store, clock: FakeClock, *roles: Role) -> AsyncClient:
    key = await store.keys.create(f"key of {' '.join(roles)}", clock.at, roles)
    return visiting(app, headers={"Authorization": f"Bearer {key}"})


def is_not_permitted(answer: Response) -> bool:
    return answer.status_code == 403 and NOT_PERMITTED in answer.text


def test_every_address_has_an_entry_and_no_entry_is_for_an_address_that_is_not_there(app: FastAPI) -> None:
    served = {
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if route.path
    }
    assert served == set(ROUTES)


def test_what_is_open_to_everybody_is_what_wants_no_key() -> None:
    for (_, route), entry in ROUTES.items():
        assert (entry == OPEN) == (route in WITHOUT_KEY or route.startswith(FOLDERS_WITHOUT_KEY)), route


@pytest.mark.parametrize("role", ROLES)
async def test_each_address_lets_through_whom_the_matrix_names(
    app: FastAPI, store: Store, clock: FakeClock, role: Role
) -> None:
    async with await in_role(app, store, clock, role) as client:
        for (method, route), entry in ROUTES.items():
            path = "/".join("x" if part.startswith("{") else part for part in route.split("/"))
            answer = await client.request(
                method, path, headers={"Idempotency-Key": f"{method} {route}".replace(" ", "-")}
            )
            assert is_not_permitted(answer) == (role not in roles_in(entry)), (method, route, answer.text)


async def test_who_may_not_changes_nothing_and_leaves_no_answer_behind(
    app: FastAPI, store: Store, clock: FakeClock, program: Program
) -> None:
    await program.put("/customers/acme", a_customer())
    async with await in_role(app, store, clock, "reader") as client:
        answer = await client.put("/v1/customers/acme", json={**a_customer(), "name": "Another"})
        stop = await client.post("/v1/customers/acme/stop", json={"reason": "fraud"}, headers={"Idempotency-Key": "s"})
    assert is_not_permitted(answer)
    assert answer.json()["detail"] == "role: found reader; allowed billing, admin"
    assert is_not_permitted(stop)
    assert (await program.get("/customers/acme")).json()["name"] == a_customer()["name"]
    assert await store.database.read(lambda tx: tx.value(text("SELECT count(*) FROM replies"))) == 0


ANSWERS: dict[str, tuple[dict[str, Any], set[Role]]] = {
    "resume": ({"resume": True}, {"agent", "manager", "finance", "admin"}),
    "go_to": ({"go_to": "final"}, {"manager", "admin"}),
    "hand_off": ({"hand_off": True}, {"manager", "admin"}),
    "write_off": ({"write_off": {"by": "ann", "reason": "too small"}}, {"finance", "admin"}),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_the_answer_to_a_task_is_also_what_it_answers_with(
    app: FastAPI, store: Store, clock: FakeClock, program: Program, answer: str
) -> None:
    body, allowed = ANSWERS[answer]
    await program.put("/customers/acme", a_customer())
    await program.post("/invoices", an_invoice())
    for role in ROLES:
        async with await in_role(app, store, clock, role) as client:
            said = await Program(client).post("/cases/INV-1/tasks/call/disposal", body)
        assert is_not_permitted(said) == (role not in allowed), (role, said.text)
    async with await in_role(app, store, clock, "agent", "finance") as client:
        said = await Program(client).post("/cases/INV-1/tasks/call/disposal", body)
    assert is_not_permitted(said) == (answer in {"go_to", "hand_off"})


@pytest.mark.parametrize("name", sorted({*FACTS, *REQUESTS} - OWN))
def test_each_message_is_an_action_that_somebody_may_do(name: str) -> None:
    assert name in ACTIONS
    assert who_may(name)[-1] == "admin"
    assert len(who_may(name)) > 1  # and no matter for admins alone


async def test_the_case_service_asks_too_whatever_the_door(case_service: CaseService) -> None:
    agent = replace(case_service, who="person ann", roles=("agent",))
    with pytest.raises(Problem, match="found agent; allowed finance, admin"):
        await agent.ask("INV-1", WriteOff(by="ann", reason="small"), "1")
    with pytest.raises(Problem, match="found agent; allowed manager, admin"):
        await agent.tell_customer("acme", FACTS["customer_release"].model_validate({}))
    with pytest.raises(Problem, match="allowed finance, billing, admin"):
        await agent.tell("INV-1", FACTS["payment_failed"].model_validate({"id": "p1"}))
    with pytest.raises(Problem, match="allowed billing, admin"):
        await agent.void("INV-1", "1")


def test_one_plain_question() -> None:
    ann = Caller("ann", ("agent",), "person", "token")
    assert may(ann, "promise")
    assert not may(ann, "skip")
    assert not may(None, "see")
    allow(ann, "see", "promise")
    with pytest.raises(Problem, match="role: found agent; allowed manager, admin"):
        allow(ann, "promise", "skip")


def test_roles_are_read_in_their_order_and_each_once() -> None:
    assert roles_of(["finance", "agent", "finance"]) == ("agent", "finance")
    with pytest.raises(ValueError, match=r"^role: found boss, king; allowed reader, agent,"):
        roles_of(["king", "agent", "boss"])
    with pytest.raises(ValueError, match="found none"):
        roles_of([])


def test_nobody_has_a_role_without_seeing_something() -> None:
    assert all("look_up" in MAY[role] for role in ROLES)
    assert [role for role in ROLES if "see" not in MAY[role]] == ["billing"]
    assert [role for role in ROLES if "people" in MAY[role]] == ["admin"]
