"""What reaches a case from outside: nothing is lost, whatever the moment, and nothing that is sent can stop a case."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from adapters.storage.inbox.consequences import apply_message
from adapters.storage.inbox.message import ReceivedMessage
from dunning.journal import Line
from dunning.messages import FACTS, REQUESTS
from tests.workflows.conftest import Opener
from tests.workflows.office import Dossier, Office, becomes, customer, invoice, point, policy
from workflows.contract import WORKFLOW

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def refused(case: Dossier, request: str, **body: Any) -> ApplicationError:
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await case.handle.execute_update(request, body)
    assert isinstance(failure.value.cause, ApplicationError)
    return failure.value.cause


async def balance(case: Dossier) -> str:
    return str((await case.view())["money"]["balance"]["amount"])


# Facts, at awkward moments


async def test_a_payment_that_comes_before_the_case_is_open_is_not_lost(office: Office) -> None:
    office.reception.door.clear()
    case = await office.open(settled=False)
    await becomes(lambda: office.reception.callers == 1)
    await case.handle.signal("payment_received", {"id": "p1", "amount": "30.00"})
    office.reception.door.set()
    await case.settle()
    assert await balance(case) == "70.00"
    assert await case.balance() == 70_00


async def test_a_payment_that_comes_while_a_notice_is_on_its_way_is_not_lost(office: Office) -> None:
    case = await office.open()
    office.post.door.clear()
    travelling = asyncio.create_task(case.until("2026-03-04T12:00"))
    await becomes(lambda: office.post.callers == 1)
    await case.handle.signal("payment_received", {"id": "p1", "amount": "30.00"})
    assert await balance(case) == "70.00"  # already, though the notice is not away yet
    office.post.door.set()
    await travelling
    assert await balance(case) == "70.00"
    assert await case.turning_points() == ["2026-03-04 notice friendly"]
    assert [line.demands for line in await case.journal() if line.kind == "notice"] == [100_00]
    assert [line.kind for line in await case.journal()] == ["opened", "notice", "payment"]


async def test_a_payment_in_full_that_comes_while_a_notice_is_on_its_way_closes_the_case_behind_it(
    office: Office,
) -> None:
    case = await office.open()
    office.post.door.clear()
    travelling = asyncio.create_task(case.until("2026-03-04T12:00"))
    await becomes(lambda: office.post.callers == 1)
    await case.handle.signal("payment_received", {"id": "p1", "amount": "100.00"})
    office.post.door.set()
    await travelling
    assert await case.turning_points() == ["2026-03-04 notice friendly", "2026-03-04 closed paid"]


async def test_a_payment_that_only_the_store_was_told_stops_the_next_notice(office: Office) -> None:
    case = await office.open()
    body = {"id": "p1", "amount": "100.00", "at": "2026-03-03T10:00:00+00:00"}
    await office.store.register.tell("INV-1", "payment_received", body, case.instant("2026-03-03T11:00"))
    await case.until("2026-03-05T12:00")
    assert office.post.letters == []
    assert await case.turning_points() == ["2026-03-04 closed paid"]


async def test_a_fact_that_is_told_twice_changes_nothing_and_costs_no_activity(office: Office) -> None:
    case = await office.open()
    await case.tell("payment_received", id="p1", amount="30.00")
    acts = await case.acts()
    for _ in range(5):
        await case.handle.signal("payment_received", {"id": "p1", "amount": "30.00"})
    await case.settle()
    assert await balance(case) == "70.00"
    assert await case.acts() == acts


async def test_many_facts_at_once_are_recorded_together(office: Office) -> None:
    case = await office.open()
    told = [case.handle.signal("payment_received", {"id": f"p{n}", "amount": "1.00"}) for n in range(40)]
    await asyncio.gather(*told)
    await case.settle()
    assert await balance(case) == "60.00"
    assert await case.balance() == 60_00
    assert (await case.acts()).count("record") < 30


# Facts that cannot be understood

NONSENSE: list[tuple[str, Any]] = [
    ("nonsense", {"id": "p1"}),
    ("payment_received", {"id": "p1", "amount": "forty"}),
    ("payment_received", {"id": "p1"}),
    ("payment_received", ["p1", "40.00"]),
    ("payment_received", "p1"),
    ("payment_received", None),
    ("payment_received", {"id": "p1", "amount": "40.00", "iban": "NL02 ABNA 0123"}),
    ("payment_received", {"id": "p1", "amount": "40.001"}),
    ("payment_received", {"id": "p1", "amount": "1e30"}),
    ("payment_received", {"id": "p1", "amount": "-1"}),
    ("payment_received", {"id": "p\x00", "amount": "1"}),
    ("payment_pending", {"id": "p1", "amount": "40.00", "until": "tomorrow"}),
    ("hold", {"id": "h1"}),
    ("Betaling", {}),
]


@pytest.mark.parametrize("name, body", NONSENSE, ids=[f"{name} {body}"[:40] for name, body in NONSENSE])
async def test_a_signal_that_cannot_be_understood_goes_to_the_journal_and_to_a_person(
    office: Office, name: str, body: Any
) -> None:
    case = await office.open()
    await case.handle.signal(name, body)
    await case.settle()
    assert await case.kinds() == ["opened", "unapplied", "task"]
    assert [task["kind"] for task in (await case.view())["tasks"]] == ["message"]
    await case.until("2026-03-04T12:00")
    assert office.post.letters == [("case:INV-1/step/reminder/0", "email")]  # and the case goes on


@pytest.mark.parametrize(
    "payload",
    [
        Payload(metadata={"encoding": b"json/plain"}, data=b'{"id": "p1", "amount'),
        Payload(metadata={"encoding": b"json/plain"}, data=b'{"id": "p1", "amount": NaN}'),
        Payload(metadata={"encoding": b"binary/plain"}, data=b"\x80\xff"),
        Payload(metadata={"encoding": b"binary/encrypted"}, data=b"\x00"),
        Payload(metadata={"encoding": b"binary/null"}),
        Payload(),
    ],
    ids=["cut off", "not a number", "binary", "encrypted", "null", "empty"],
)
async def test_a_signal_that_is_not_even_json_does_not_stop_the_case(office: Office, payload: Payload) -> None:
    case = await office.open()
    await case.handle.signal("payment_received", RawValue(payload))
    await case.settle()
    assert await case.kinds() == ["opened", "unapplied", "task"]


EXTREMES: list[tuple[str, dict[str, Any]]] = [
    ("payment_received", {"id": "p1", "amount": "1", "at": "2026-03-02T10:00:00"}),
    ("payment_received", {"id": "p1", "amount": "1", "at": "0001-01-01T00:00:00Z"}),
    ("payment_received", {"id": "p1", "amount": "1", "at": "9999-12-31T23:59:59Z"}),
    ("payment_received", {"id": "p1", "amount": "1", "as_of": "2026-03-02T10:00:00"}),
    ("payment_received", {"id": "p1", "amount": "1", "as_of": "9999-12-31T23:59:59+00:00"}),
    ("payment_received", {"id": "p1", "amount": "1", "at": "9999-12-31T23:59:59-14:00"}),
    ("payment_received", {"id": "p1", "amount": "1", "as_of": "9999-12-31T23:59:59-14:00"}),
    ("payment_received", {"id": "p1", "amount": "1", "as_of": "0001-01-01T00:00:00+14:00"}),
    ("payment_reversed", {"id": "r1", "payment_id": "p0", "amount": "0.01", "as_of": "9999-12-31T23:59:59-14:00"}),
    ("reversal_lifted", {"id": "l1", "payment_id": "p0", "amount": "0.01", "as_of": "9999-12-31T23:59:59-14:00"}),
    ("customer_stop", {"reason": "fraud", "at": "0001-01-01T00:00:00+14:00"}),
    ("payment_received", {"id": "p1", "amount": "1", "as_of": 0}),
    ("invoice_changed", {"due_on": 0}),
    ("invoice_changed", {"due_on": "1970-01-01"}),
    ("invoice_changed", {"due_on": "2190-12-31"}),
    ("payment_pending", {"id": "p1", "amount": "100", "until": "9999-12-31"}),
    ("payment_pending", {"id": "p1", "amount": "100", "until": "0001-01-01"}),
    ("invoice_changed", {"due_on": "9999-12-31"}),
    ("invoice_changed", {"due_on": "0001-01-01"}),
    ("invoice_changed", {"amount": "9999999999999.99"}),
    ("invoice_changed", {}),
    ("credit", {"id": "c" * 100, "amount": "0.01"}),
    ("dispute", {"id": "d1", "amount": "999999", "reason": "x" * 500}),
    ("contact", {"opted_out": True}),
    ("contact", {"opted_out": ["email", "sms", "letter"]}),
    ("delivered", {"notice": "no such step", "channel": "email"}),
    ("bounced", {"notice": "", "channel": "sms"}),
    ("escalate", {"queue": "x" * 500, "reason": "\x00"}),
    ("method_added", {"id": "m1", "network": "\U0001f4b3"}),
    ("payment_reversed", {"id": "r1", "payment_id": "never seen", "amount": "1"}),
    ("payment_reversed", {"id": "r1", "payment_id": "p1", "amount": "1", "as_of": "2026-03-02T10:00:00"}),
    ("payment_failed", {"id": "never seen"}),
    ("customer_release", {}),
]


@pytest.mark.parametrize("name, body", EXTREMES, ids=[f"{name} {list(body.values())}"[:40] for name, body in EXTREMES])
async def test_no_fact_is_so_strange_that_a_case_cannot_go_on(office: Office, name: str, body: dict[str, Any]) -> None:
    case = await office.open()
    await case.tell("payment_received", id="p0", amount="0.01", as_of="2026-03-01T10:00:00Z")
    await case.tell(name, **body)
    await case.until("2026-03-04T12:00")
    await case.tell("payment_received", id="p9", amount="1.00")
    assert any(line.value == "p9" for line in await case.journal())


REQUESTED: list[tuple[str, dict[str, Any]]] = [
    ("hold", {"id": "h1", "reason": "r", "until": "9999-12-31"}),
    ("hold", {"id": "h1", "reason": "r", "until": "0001-01-01"}),
    ("promise", {"id": "p1", "on": "9999-12-31"}),
    ("promise", {"id": "p1", "on": "2026-03-05", "at": "2026-03-02T10:00:00"}),
    ("plan", {"id": "p1", "instalments": [{"on": "9999-12-31", "amount": "100"}]}),
    ("plan", {"id": "p1", "instalments": [{"on": "2026-03-05", "amount": "1e17"}]}),
    ("hold", {"id": "h1", "reason": "\x00"}),
    ("policy", {"name": "no such policy"}),
    ("attempt", {"by": "customer", "method": "no such method"}),
    ("skip", {"step": "no such step"}),
    ("approve", {"step": "reminder", "by": "J. Smit"}),
    ("dispose", {"task": "no such task", "resume": True}),
]


@pytest.mark.parametrize(
    "name, body", REQUESTED, ids=[f"{name} {list(body.values())}"[:40] for name, body in REQUESTED]
)
async def test_no_request_is_so_strange_that_a_case_cannot_go_on(
    office_with: Opener, name: str, body: dict[str, Any]
) -> None:
    terms: dict[str, Any] = {"promise": {"at_most": "14 days"}, "plan": {"instalments": 6, "longest": "180 days"}}
    office = await office_with(policy(**terms))
    case = await office.open()
    with suppress(WorkflowUpdateFailedError):
        await case.ask(name, **body)
    await case.until("2026-03-04T12:00")
    await case.tell("payment_received", id="p9", amount="1.00")
    assert any(line.value == "p9" for line in await case.journal())


async def test_what_the_store_cannot_keep_is_put_before_a_person_and_the_case_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(tx: Any, addressee: Any, heard: ReceivedMessage) -> None:
        if heard.body.get("id") == "p1":
            raise OverflowError("date value out of range")
        apply_message(tx, addressee, heard)

    monkeypatch.setattr("adapters.storage.inbox.inbox.apply_message", refuses)
    case = await office.open()
    await case.tell("payment_received", id="p1", amount="1.00")
    await case.tell("payment_received", id="p2", amount="2.00")
    assert await case.kinds() == ["opened", "payment", "unapplied", "task", "payment"]
    assert [task.note for task in await open_tasks(office)] == [
        "payment_received: the store could not keep it: date value out of range"
    ]


async def test_every_name_of_the_contract_is_understood_as_a_signal_or_an_update(office: Office) -> None:
    case = await office.open()
    for name in FACTS:
        await case.handle.signal(name, {"this": "is not it"})
    for name in REQUESTS:
        await refused(case, name, this="is not it")
    await case.settle()
    assert (await case.kinds()).count("unapplied") == len(FACTS)


# Requests


async def test_a_request_that_is_refused_says_which_rule_forbids_it_and_why_and_the_journal_keeps_it(
    office: Office,
) -> None:
    case = await office.open()
    mistake = await refused(case, "promise", id="pr1", on="2026-03-10")
    await case.settle()
    assert (mistake.type, mistake.details) == ("Refused", ({"request": "promise", "rule": "O5"},))
    assert mistake.message
    assert mistake.non_retryable
    line = (await case.journal())[-1]
    assert (line.kind, line.value, line.rule, line.why) == ("refused", "promise", "O5", mistake.message)


async def test_a_request_that_cannot_be_read_is_turned_away_at_the_door_and_leaves_no_trace(office: Office) -> None:
    case = await office.open()
    before = await case.events()
    mistake = await refused(case, "hold", id="h1", until="friday")
    assert mistake.type == "BadRequest"
    assert "reason: found nothing; allowed a value, which is required" in mistake.message
    assert "until: " in mistake.message
    assert [one["place"] for one in mistake.details] == ["reason", "until"]
    unknown = await refused(case, "forgive", by="J. Smit")
    assert unknown.type == "UnknownRequest"
    assert "allowed: approve, attempt, " in unknown.message
    assert [(one["found"], one["allowed"][:7]) for one in unknown.details] == [("forgive", "approve")]
    assert await case.events() == before
    assert await case.kinds() == ["opened"]


async def test_a_request_before_the_case_is_open_is_answered_when_it_is(office: Office) -> None:
    office.reception.door.clear()
    case = await office.open(settled=False)
    await becomes(lambda: office.reception.callers == 1)
    asked = asyncio.create_task(case.handle.execute_update("hold", {"id": "h1", "reason": "check"}))
    await asyncio.sleep(0.1)
    office.reception.door.set()
    assert await asked == {"applied": True}
    await case.settle()
    assert (await case.view())["stage"] == "held"


async def test_a_policy_is_no_more_than_accepted_until_the_store_knows_it(office: Office) -> None:
    """O2: the workflow keeps no book of policies; what became of the request is read on the journal."""
    case = await office.open()
    assert await case.ask("policy", name="nobody-knows-it") == {"accepted": True}
    line = (await case.journal())[-1]
    assert (line.kind, line.value, line.rule) == ("refused", "policy", "O2")
    assert "nobody-knows-it" in line.why


async def test_a_request_asked_twice_is_applied_once(office: Office) -> None:
    case = await office.open()
    for _ in range(3):
        assert await case.ask("hold", id="h1", reason="check") == {"applied": True}
    assert await case.turning_points() == ["2026-03-02 hold check"]


async def test_a_request_sent_as_a_signal_is_asked_as_well(office: Office) -> None:
    case = await office.open()
    await case.tell("hold", id="h1", reason="check")
    assert await case.turning_points() == ["2026-03-02 hold check"]
    await case.tell("promise", id="pr1", on="2026-03-10")
    assert (await case.turning_points())[-1] == "2026-03-02 refused promise"


async def test_a_request_that_was_refused_while_an_act_was_under_way_stays_refused(office_with: Opener) -> None:
    office = await office_with(policy(promise={"at_most": "14 days", "times": 1}))
    case = await office.open()
    await case.ask("promise", id="pr1", on="2026-03-03")
    office.post.door.clear()
    travelling = asyncio.create_task(case.until("2026-03-06T12:00"))
    await becomes(lambda: office.post.callers == 1)
    mistake = await refused(case, "promise", id="pr2", on="2026-03-10")
    assert "rule" in mistake.details[0]
    office.post.door.set()
    await travelling
    assert (await case.view())["promise"] is None
    assert [line.kind for line in await case.journal()][-2:] == ["notice", "refused"]


async def test_a_question_that_was_answered_is_not_before_a_person_any_more(office: Office) -> None:
    case = await office.open()
    await case.tell("escalate", queue="collections", reason="threatens to sue")
    assert [task.about for task in await open_tasks(office)] == ["escalation"]
    await case.ask("dispose", task="escalation", resume=True)
    assert await open_tasks(office) == []
    await case.tell("escalate", queue="collections", reason="threatens again")
    await case.ask("dispose", task="escalation", resume=True)
    assert await open_tasks(office) == []


async def open_tasks(office: Office) -> list[Any]:
    page = await office.store.cases.tasks()
    return list(page.rows)


async def test_the_queries_answer_in_plain_json_and_foresee_what_then_happens(office: Office) -> None:
    case = await office.open()
    view = await case.view()
    assert (view["stage"], view["policy"], view["next_at"]) == ("new", "office", "2026-03-04T07:00:00+00:00")
    assert view["money"]["demandable"] == {"amount": "100.00", "currency": "EUR"}
    assert [one["name"] for one in view["steps"]] == ["reminder", "dunning", "final"]
    foreseen = [point(line) for line in await case.handle.query("forecast", result_type=tuple[Line, ...])]
    assert foreseen == [
        "2026-03-04 notice friendly",
        "2026-03-11 fee 5.00",
        "2026-03-11 notice firm",
        "2026-03-23 notice final",
        "2026-04-22 closed exhausted",
    ]
    await case.until("2026-05-01T12:00")
    assert await case.turning_points() == foreseen


async def test_before_it_is_open_a_case_answers_with_its_invoice(office: Office) -> None:
    office.reception.door.clear()
    await office.register(invoice(), customer())
    handle = await office.client.start_workflow(
        WORKFLOW, office.start("INV-1"), id=office.id_of("INV-1"), task_queue=office.queue
    )
    await becomes(lambda: office.reception.callers == 1)
    assert await handle.query("case") == {"invoice_id": "INV-1", "stage": "opening"}
    assert await handle.query("forecast") == []
    office.reception.door.set()


async def test_f6_who_was_let_in_stands_on_the_lines_of_what_they_told_and_asked(office: Office) -> None:
    case, desk = await office.open(), {"authenticated": "key desk"}
    await case.tell("payment_received", id="p1", amount="30.00", **desk)
    await case.tell("payment_reversed", id="r1", payment_id="p1", amount="30.00", code="AM04", **desk)
    await case.ask("hand_off", by="J. Smit", **desk)
    written = {line.kind: line for line in await case.journal()}
    assert [written[kind].authenticated for kind in ("opened", "payment", "reversal", "hand_off")] == [
        None, "key desk", "key desk", "key desk",
    ]  # fmt: skip
    assert (written["reversal"].about, written["reversal"].code) == ("r1", "AM04")
    assert written["hand_off"].by == "J. Smit"
