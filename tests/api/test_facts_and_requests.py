"""What programs tell and ask: kept first, heard by the case, and answered by its rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock, FakeTimeMachine


@pytest.fixture
async def billing(program: Program) -> Program:
    """A billing system that has registered a customer and an invoice, whose case is open."""
    assert (await program.put("/customers/ada", a_customer())).status_code == 201
    assert (await program.post("/invoices", an_invoice())).status_code == 201
    return program


async def balance(program: Program, invoice_id: str = "INV-1") -> str:
    return str((await program.get(f"/cases/{invoice_id}")).json()["money"]["balance"]["amount"])


async def test_an_invoice_registered_again_is_the_same_one(billing: Program) -> None:
    again = await billing.post("/invoices", an_invoice())
    assert again.status_code == 200
    assert again.headers["Location"] == "/v1/invoices/INV-1"
    assert again.json()["amount"] == euros("1000.00")


async def test_another_invoice_under_the_same_id_is_a_conflict(billing: Program) -> None:
    other = await billing.post("/invoices", an_invoice(amount=euros("1.00")))
    assert other.status_code == 409
    assert other.json()["type"] == "/problems/conflict"


@pytest.mark.parametrize(
    "discount", [{"percent": "2.5", "until": "2026-02-10"}, {"amount": euros("20.00"), "until": "2026-02-10"}]
)
async def test_f8_a_discount_is_kept_as_it_was_told(billing: Program, discount: dict[str, Any]) -> None:
    told = await billing.post("/invoices", an_invoice(id="INV-8", discount=discount, open=False))
    assert told.status_code == 201
    kept = (await billing.get("/invoices/INV-8")).json()["discount"]
    assert {name: value for name, value in kept.items() if value is not None} == discount


@pytest.mark.parametrize(
    "discount",
    [
        {"until": "2026-02-10"}, {"percent": "2", "amount": euros("1.00"), "until": "2026-02-10"},
        {"percent": "0", "until": "2026-02-10"}, {"percent": "100", "until": "2026-02-10"}, {"percent": "2"},
        {"amount": euros("1000.00"), "until": "2026-02-10"},
        {"amount": {"amount": "1.00", "currency": "USD"}, "until": "2026-02-10"},
    ],
)  # fmt: skip
async def test_f8_a_discount_that_is_none_is_refused(billing: Program, discount: dict[str, Any]) -> None:
    told = await billing.post("/invoices", an_invoice(id="INV-8", discount=discount, open=False))
    assert told.status_code == 422, told.text


async def test_an_invoice_of_an_unknown_customer_is_not_taken(program: Program) -> None:
    answer = await program.post("/invoices", an_invoice(customer_id="nobody"))
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_payment_lowers_the_balance_once_however_often_it_is_told(billing: Program) -> None:
    payment = {"id": "p1", "invoice_id": "INV-1", "amount": euros("400.00")}
    first = await billing.post("/payments", payment)
    assert (first.status_code, first.json()["case"]) == (202, "told")
    again = await billing.post("/payments", payment)
    assert again.json()["number"] == first.json()["number"]
    assert await balance(billing) == "600.00"


async def test_p9_one_payment_for_several_invoices_is_told_to_each_once(billing: Program) -> None:
    assert (await billing.post("/invoices", an_invoice(id="INV-2", open=False))).status_code == 201
    parts = [{"invoice_id": "INV-1", "amount": euros("300.00")}, {"invoice_id": "INV-2", "amount": euros("150.00")}]
    transfer = {"id": "tr-1", "invoice_id": "INV-1", "amount": euros("450.00"), "allocations": parts}
    for _ in range(2):
        assert (await billing.post("/payments", transfer)).status_code == 202
    assert (await billing.get("/invoices/INV-1")).json()["balance"] == euros("700.00")
    assert (await billing.get("/invoices/INV-2")).json()["balance"] == euros("850.00")
    elsewhere = {"id": "tr-1", "invoice_id": "INV-2", "amount": euros("450.00")}
    refused = await billing.post("/payments", elsewhere)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
    assert (await billing.get("/invoices/INV-2")).json()["balance"] == euros("850.00")
    part = {"id": "tr-1", "invoice_id": "INV-2", "amount": euros("150.00")}
    assert (await billing.post("/payments", part)).status_code == 202  # what is known of it, word for word
    gone = {"id": "cb", "invoice_id": "INV-1", "amount": euros("450.00")}
    assert (await billing.post("/payments/tr-1/reversals", gone)).status_code == 202
    assert (await billing.get("/invoices/INV-2")).json()["balance"] == euros("1000.00")


@pytest.mark.parametrize(
    "path, body, other, known",
    [
        (
            "/payments",
            {"id": "x", "invoice_id": "INV-1", "amount": euros("10.00")},
            {"amount": euros("11.00")},
            "10.00",
        ),
        ("/invoices/INV-1/credits", {"id": "x", "amount": euros("5.00")}, {"amount": euros("50.00")}, "5.00"),
        ("/cases/INV-1/disputes", {"id": "x", "reason": "broken"}, {"reason": "late"}, "reason broken"),
        (
            "/pending-payments",
            {"id": "x", "invoice_id": "INV-1", "amount": euros("5.00"), "until": "2026-03-20"},
            {"until": "2026-03-21"},
            "until 2026-03-20",
        ),
    ],
)
async def test_p1_a_known_id_with_other_content_is_a_conflict_that_says_what_is_known(
    billing: Program, path: str, body: dict[str, Any], other: dict[str, Any], known: str
) -> None:
    assert (await billing.post(path, body)).status_code == 202
    before = (await billing.get("/invoices/INV-1")).json()["balance"]
    for _ in range(2):
        refused = await billing.post(path, {**body, **other})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
        assert known in refused.json()["detail"]
    assert (await billing.post(path, body)).status_code == 202
    assert (await billing.get("/invoices/INV-1")).json()["balance"] == before


async def test_p9_one_payment_id_is_one_payment_over_all_invoices(billing: Program) -> None:
    assert (await billing.post("/invoices", an_invoice(id="INV-2"))).status_code == 201
    assert (
        await billing.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("10.00")})
    ).status_code == 202
    refused = await billing.post("/payments", {"id": "p1", "invoice_id": "INV-2", "amount": euros("10.00")})
    assert (refused.status_code, "10.00 on INV-1" in refused.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    "parts",
    [
        [{"invoice_id": "INV-1", "amount": euros("451.00")}],
        [{"invoice_id": "INV-1", "amount": euros("1.00")}, {"invoice_id": "INV-1", "amount": euros("1.00")}],
        [{"invoice_id": "INV-1", "amount": {"amount": "1.00", "currency": "USD"}}],
    ],
)
async def test_p9_parts_that_do_not_fit_are_refused(billing: Program, parts: list[dict[str, Any]]) -> None:
    transfer = {"id": "tr-1", "invoice_id": "INV-1", "amount": euros("450.00"), "allocations": parts}
    assert (await billing.post("/payments", transfer)).status_code == 422


async def test_p9_a_part_for_an_invoice_that_is_not_known_is_not_taken(billing: Program) -> None:
    parts = [{"invoice_id": "INV-9", "amount": euros("1.00")}]
    transfer = {"id": "tr-1", "invoice_id": "INV-1", "amount": euros("450.00"), "allocations": parts}
    assert (await billing.post("/payments", transfer)).status_code == 404


async def test_p8_a_surplus_is_set_off_against_another_invoice(billing: Program) -> None:
    assert (await billing.post("/invoices", an_invoice(id="INV-2"))).status_code == 201
    paid = {"id": "p1", "invoice_id": "INV-1", "amount": euros("1200.00")}
    assert (await billing.post("/payments", paid)).status_code == 202
    assert (await billing.get("/invoices/INV-1")).json()["balance"] in (euros("0.00"), euros("-200.00"))


async def test_a_payment_of_an_invoice_without_a_case_is_kept_for_the_case_to_come(program: Program) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice(open=False))
    told = await program.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("400.00")})
    assert told.json()["case"] == "none"
    assert (await program.post("/cases", {"invoice_id": "INV-1"})).json()["stage"] == "opening"
    assert await balance(program) == "600.00"


async def test_opening_a_case_twice_answers_with_the_open_one(billing: Program) -> None:
    answer = await billing.post("/cases", {"invoice_id": "INV-1"})
    assert answer.status_code == 202
    assert answer.json() == {"invoice_id": "INV-1", "workflow_id": "case:INV-1", "stage": "new", "outcome": None}


async def test_a_paid_case_tells_its_outcome_instead_of_opening(billing: Program, case_client: FakeCaseClient) -> None:
    await billing.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("1000.00")})
    answer = await billing.post("/cases", {"invoice_id": "INV-1"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "paid")
    assert case_client.running == {}


async def test_a_reversal_opens_a_paid_case_again_where_it_stood(billing: Program, machine: FakeTimeMachine) -> None:
    await machine.advance(timedelta(days=3))
    await billing.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("1000.00")})
    assert (await billing.get("/cases/INV-1")).json()["outcome"] == "paid"
    told = await billing.post("/payments/p1/reversals", {"id": "r1", "invoice_id": "INV-1", "amount": euros("1000.00")})
    assert (told.status_code, told.json()["case"]) == (202, "told")
    case = (await billing.get("/cases/INV-1")).json()
    assert (case["outcome"], case["source"], case["steps"][0]["status"]) == (None, "running", "done")


async def test_a_promise_holds_the_case_and_a_second_one_is_refused_with_its_rule(billing: Program) -> None:
    promised = await billing.post("/cases/INV-1/promises", {"id": "PTP-1", "on": "2026-03-06"})
    assert promised.json() == {"invoice_id": "INV-1", "request": "promise", "id": "PTP-1", "applied": True}
    refused = await billing.post("/cases/INV-1/promises", {"id": "PTP-2", "on": "2026-03-07"})
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["type"], problem["rule"], problem["request"]) == ("/problems/refused", "A1", "promise")
    assert problem["reason"] == "a promise stands already"


async def test_a_hold_and_its_release_may_carry_the_same_id(billing: Program) -> None:
    await billing.post("/cases/INV-1/holds", {"id": "H-1", "reason": "we talk"})
    assert [hold["id"] for hold in (await billing.get("/cases/INV-1")).json()["holds"]] == ["H-1"]
    assert (await billing.post("/cases/INV-1/holds/H-1/release")).status_code == 200
    assert (await billing.get("/cases/INV-1")).json()["holds"] == []


async def test_an_id_left_out_is_derived_from_the_key_so_that_a_repeat_names_the_same_hold(billing: Program) -> None:
    held = await billing.post("/cases/INV-1/holds", {"reason": "we talk"}, under="once")
    hold_id = held.json()["id"]
    assert hold_id.startswith("hold-")
    assert [hold["id"] for hold in (await billing.get("/cases/INV-1")).json()["holds"]] == [hold_id]


async def test_a_dispute_is_accepted_and_its_amount_credited(billing: Program) -> None:
    await billing.post("/cases/INV-1/disputes", {"id": "D-1", "amount": euros("200.00"), "reason": "two were missing"})
    case = (await billing.get("/cases/INV-1")).json()
    assert case["disputes"] == [{"id": "D-1", "amount": euros("200.00"), "reason": "two were missing"}]
    assert case["tasks"][0]["kind"] == "dispute"
    assert (await billing.post("/cases/INV-1/disputes/D-1/resolution", {"accepted": True})).status_code == 200
    assert await balance(billing) == "800.00"


async def test_a_plan_must_add_up_to_what_is_demandable(billing: Program) -> None:
    parts = [{"on": "2026-04-01", "amount": euros("400.00")}, {"on": "2026-05-01", "amount": euros("500.00")}]
    refused = await billing.post("/cases/INV-1/plans", {"instalments": parts})
    assert (refused.status_code, refused.json()["rule"]) == (409, "A3")
    parts[1]["amount"] = euros("600.00")
    assert (await billing.post("/cases/INV-1/plans", {"instalments": parts})).status_code == 200
    assert (await billing.get("/cases/INV-1")).json()["plan"]["instalments"][1]["open"] == euros("600.00")


async def test_an_amount_in_another_currency_is_pointed_at_before_anybody_is_asked(billing: Program) -> None:
    dollars = {"amount": "10.00", "currency": "USD"}
    answer = await billing.post("/cases/INV-1/plans", {"instalments": [{"on": "2026-04-01", "amount": dollars}]})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["pointer"] == "#/instalments/0/amount/currency"
    assert (problem["found"], problem["allowed"]) == ("USD", "EUR, the invoice's currency")


async def test_an_escalation_opens_a_task_that_a_person_disposes_of(billing: Program) -> None:
    await billing.post("/cases/INV-1/escalations", {"queue": "legal", "reason": "threatens to leave"})
    [task] = (await billing.get("/tasks", queue="legal")).json()["items"]
    assert (task["invoice_id"], task["about"]) == ("INV-1", "escalation")
    disposed = await billing.post(f"/cases/INV-1/tasks/{task['id']}/disposal", {"by": "r.devries", "resume": True})
    assert disposed.status_code == 200
    assert (await billing.get("/tasks")).json()["items"] == []


async def test_a_write_off_closes_the_case_and_what_is_asked_then_is_refused_without_opening_it(
    billing: Program, case_client: FakeCaseClient
) -> None:
    await billing.post("/cases/INV-1/write-off", {"by": "r.devries", "reason": "the company was dissolved"})
    assert (await billing.get("/cases/INV-1")).json()["outcome"] == "written-off"
    refused = await billing.post("/cases/INV-1/promises", {"on": "2026-03-06"})
    assert (refused.status_code, refused.json()["rule"]) == (409, "S4")
    assert case_client.running == {}


async def test_a_debt_handed_off_is_recalled_and_runs_again(billing: Program) -> None:
    assert (await billing.post("/cases/INV-1/hand-off")).status_code == 200
    assert (await billing.get("/cases/INV-1")).json()["outcome"] == "handed-off"
    assert (await billing.post("/cases/INV-1/recall", {})).status_code == 200
    assert (await billing.get("/cases/INV-1")).json()["outcome"] is None


async def test_a_void_invoice_ends_its_case_and_opens_none_again(billing: Program) -> None:
    void = await billing.post("/invoices/INV-1/void")
    assert void.json()["voided_at"] is not None
    assert (await billing.get("/cases/INV-1")).json()["outcome"] == "withdrawn"
    await billing.post("/invoices", an_invoice(id="INV-2", open=False))
    await billing.post("/invoices/INV-2/void")
    assert (await billing.post("/cases", {"invoice_id": "INV-2"})).json()["type"] == "/problems/conflict"


async def test_a_changed_due_date_moves_what_is_to_come(billing: Program) -> None:
    before = (await billing.get("/cases/INV-1/forecast")).json()["lines"][0]["at"]
    changed = await billing.patch("/invoices/INV-1", {"due_on": "2026-03-10"})
    assert changed.json()["due_on"] == "2026-03-10"
    after = (await billing.get("/cases/INV-1/forecast")).json()["lines"][0]
    assert (before, after["at"], after["kind"]) == ("2026-03-03T07:00:00Z", "2026-03-13T07:00:00Z", "notice")


async def test_a_customer_stop_holds_every_case_of_theirs_until_it_is_released(billing: Program) -> None:
    await billing.post("/invoices", an_invoice(id="INV-2"))
    stopped = await billing.post("/customers/ada/stop", {"reason": "bankruptcy"})
    assert stopped.json()["cases"] == ["INV-1", "INV-2"]
    stages = [item["stage"] for item in (await billing.get("/cases")).json()["items"]]
    assert stages == ["stopped", "stopped"]
    assert (await billing.get("/customers/ada")).json()["stopped"] == "bankruptcy"
    await billing.post("/customers/ada/release")
    assert [item["holds"] for item in (await billing.get("/cases")).json()["items"]] == [[], []]


async def test_a_customer_brought_up_to_date_is_heard_of_by_their_cases(billing: Program) -> None:
    method = {"id": "card_main", "network": "visa", "last4": "4242"}
    changed = await billing.put("/customers/ada", a_customer(email="new@lovelace.example", methods=[method]))
    assert (changed.status_code, changed.json()["email"]) == (200, "new@lovelace.example")
    kinds = [line["kind"] for line in (await billing.get("/cases/INV-1/journal")).json()["items"]]
    assert kinds == ["opened", "contact", "method"]
    assert (await billing.get("/cases/INV-1")).json()["methods"][0]["id"] == "card_main"


async def test_a_bounce_reported_by_a_channel_is_a_fact(billing: Program, machine: FakeTimeMachine) -> None:
    await machine.advance(timedelta(days=2))
    bounced = {"notice": "reminder", "channel": "email", "state": "bounced"}
    assert (await billing.post("/cases/INV-1/deliveries", bounced)).status_code == 202
    assert (await billing.get("/customers/ada")).json()["bounced"] == ["email"]


async def test_a_request_without_an_answer_in_time_may_still_be_applied(
    billing: Program, case_client: FakeCaseClient
) -> None:
    case_client.silent = True
    answer = await billing.post("/cases/INV-1/promises", {"id": "PTP-1", "on": "2026-03-06"}, under="k")
    assert (answer.status_code, answer.json()["type"]) == (504, "/problems/unanswered")
    assert "may still be applied" in answer.json()["detail"]
    case_client.silent = False
    assert (
        await billing.post("/cases/INV-1/promises", {"id": "PTP-1", "on": "2026-03-06"}, under="k")
    ).status_code == 200


async def test_a_fact_told_while_the_server_is_down_is_kept_and_heard_when_it_is_sent_again(
    billing: Program, case_client: FakeCaseClient
) -> None:
    payment = {"id": "p1", "invoice_id": "INV-1", "amount": euros("400.00")}
    case_client.down = True
    answer = await billing.post("/payments", payment, under="k")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (await billing.get("/invoices/INV-1")).json()["balance"] == euros("600.00")
    case_client.down = False
    assert (await billing.post("/payments", payment, under="k")).status_code == 202
    assert await balance(billing) == "600.00"


async def test_what_is_told_carries_the_moment_of_the_clock_that_counts(
    billing: Program, case_client: FakeCaseClient, clock: FakeClock
) -> None:
    clock.at += timedelta(days=2)
    await billing.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("1.00")})
    [told] = await case_client.store.cases.messages("INV-1")
    assert (told.name, told.at) == ("payment_received", clock.at)


async def test_o2_a_policy_that_is_none_is_refused_at_once_with_those_that_there_are(billing: Program) -> None:
    before = (await billing.get("/cases/INV-1/journal")).json()["items"]
    refused = await billing.post("/cases/INV-1/policy", {"name": "no-such"}, under="k1")
    assert (refused.status_code, refused.json()["rule"]) == (409, "O2")
    assert refused.json()["reason"] == "no policy no-such is known; allowed: plain, gentle"
    assert (await billing.get("/cases/INV-1/journal")).json()["items"] == before
    assert (await billing.post("/cases/INV-1/policy", {"name": "gentle"}, under="k1")).status_code == 200


async def test_nothing_can_be_asked_where_no_case_was_opened(program: Program) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice(open=False))
    answer = await program.post("/cases/INV-1/holds", {"reason": "we talk"})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_payment_that_leaves_a_balance_beyond_all_sums_is_refused_and_books_nothing(billing: Program) -> None:
    """F2: amounts and balances have at most 15 digits, so that their sums fit what the store keeps."""
    most = euros("9999999999999.99")
    first = await billing.post("/payments", {"id": "bank-1", "invoice_id": "INV-1", "amount": most})
    again = await billing.post("/payments", {"id": "bank-2", "invoice_id": "INV-1", "amount": most})
    assert (first.status_code, again.status_code) == (202, 422)
    assert "at most 999999999999999 minor units" in again.json()["detail"]


async def test_a_customer_is_kept_with_their_contacts_their_zones_and_who_looks_after_them(billing: Program) -> None:
    contact = {
        "id": "acme-ap", "role": "accounts", "name": "A. Janssen", "email": "ap@acme.example", "phone": None,
        "address": None, "locale": "fr", "copy": True,
    }  # fmt: skip
    manager = {"name": "R. de Vries", "email": "r@lumen.example", "phone": None}
    told = {"kind": "public_body", "zones": ["Europe/London"], "contacts": [contact], "account_manager": manager}
    assert (await billing.put("/customers/c-7", told)).status_code == 201
    assert (await billing.put("/customers/c-7", told)).status_code == 200
    kept = (await billing.get("/customers/c-7")).json()
    assert {name: kept[name] for name in told} == told
    twice = await billing.put("/customers/c-7", {**told, "contacts": [contact, contact]})
    assert (twice.status_code, "each contact's id once" in twice.text) == (422, True)
