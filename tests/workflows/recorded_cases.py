"""The lives of some cases, told to a real office, so that their histories can be kept and replayed for ever after."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from temporalio.client import WorkflowUpdateFailedError

from dunning.policy import Policy
from dunning.records import Method
from tests.workflows.office import LADDER, Dossier, Office, becomes, notify, policy, step

Life = Callable[[Office], Awaitable[Dossier]]

CHARGED = policy(
    *LADDER, charging={"schedule": ["0 days", "2 days", "4 days"], "attempts": 4, "within": "21 days"},
    plan={"instalments": 3, "longest": "90 days", "grace": "1 day"},
)  # fmt: skip
TALKATIVE = policy(
    *LADDER,
    promise={"at_most": "14 days", "broken": "final"},
    plan={"instalments": 3, "longest": "90 days", "grace": "1 day"},
    dispute={"answer_within": "2 workdays"},
)
STRICT = policy(
    step("reminder", 3, notify("friendly")),
    step("final", 10, notify("final", "email", deadline="7 days")),
    step("call", 12, {"task": {"kind": "call", "queue": "collections"}}, when={"account.open_cases": {"min": 1}}),
    step("suspension", 20, {"suspend": {}}, requires="final"),
    step("hand-off", 30, {"hand_off": {"agency": "default"}}, requires="final", approval=True),
    step("last-word", 40, notify("firm")),
)
CAREFUL = policy(
    step("reminder", 3, {"notify": {"message": "friendly", "by": {"first": ["email", "letter"]}}}),
    step("dunning", 10, notify("firm")),
)


@dataclass(frozen=True)
class Recorded:
    """A life to be recorded, under the policies of its office."""

    name: str
    life: Life
    policies: Sequence[Policy] = ()


async def nobody_answers(office: Office) -> Dossier:
    case = await office.open()
    await case.until("2026-05-01T12:00")
    return case


async def declined_twice_and_then_settled(office: Office) -> Dossier:
    case = await office.open(None, None, Method(id="pm_card_insufficient_funds"))
    await case.until("2026-03-03T12:00")
    await case.tell("method_added", id="pm_card_timeout_approved")
    await case.until("2026-03-06T12:00")
    return case


async def disputed(office: Office) -> Dossier:
    case = await office.open()
    await case.until("2026-03-05T12:00")
    await case.tell("dispute", id="d1", amount="20.00", reason="wrong hours")
    await case.tell("dispute", id="d2", reason="all of it")
    await case.until("2026-03-10T12:00")
    await case.ask("resolve_dispute", id="d2", rejected=True)
    await case.ask("resolve_dispute", id="d1", accepted=True)
    await case.until("2026-03-16T12:00")
    await case.tell("payment_received", id="p1", amount="85.00")
    return case


async def promised_and_not_kept(office: Office) -> Dossier:
    case = await office.open()
    await case.ask("promise", id="pr1", on="2026-03-09")
    with suppress(WorkflowUpdateFailedError):
        await case.ask("promise", id="pr2", on="2026-03-10")
    await case.tell("payment_received", id="p1", amount="40.00")
    await case.until("2026-03-20T12:00")
    return case


async def paid_in_instalments(office: Office) -> Dossier:
    case = await office.open(None, None, Method(id="pm_card_insufficient_funds"), Method(id="pm_card_ok"))
    parts = [{"on": "2026-03-05", "amount": "60.00"}, {"on": "2026-04-02", "amount": "40.00"}]
    await case.ask("hold", id="h1", reason="check", until="2026-03-03")
    await case.tell("payment_pending", id="p0", amount="100.00", until="2026-03-05")
    await case.tell("payment_failed", id="p0")
    with suppress(WorkflowUpdateFailedError):
        await case.ask("plan", id="pl1", instalments=parts)
    await case.until("2026-04-10T12:00")
    return case


async def held_and_released(office: Office) -> Dossier:
    case = await office.open()
    await case.ask("hold", id="h1", reason="check")
    await case.tell("customer_stop", reason="bankruptcy")
    await case.until("2026-03-09T12:00")
    await case.ask("release", id="h1")
    await case.tell("customer_release")
    await case.until("2026-03-20T12:00")
    return case


async def bounced(office: Office) -> Dossier:
    case = await office.open()
    await case.until("2026-03-04T12:00")
    await case.tell("bounced", notice="reminder", channel="email")
    await case.until("2026-03-05T12:00")
    await case.tell("contact", opted_out=["letter"])
    await case.until("2026-03-12T12:00")
    return case


async def handed_off_and_recalled(office: Office) -> Dossier:
    case = await office.open()
    await case.until("2026-03-31T12:00")
    await case.ask("approve", step="hand-off", by="clerk-7")
    await case.tell_after_the_end("payment_received", at="2026-04-02T10:00", id="p1", amount="10.00")
    await case.ask_after_the_end("recall", at="2026-04-08T10:00")
    await case.until("2026-04-15T12:00")
    return case


async def paid_and_taken_back(office: Office) -> Dossier:
    case = await office.open()
    await case.until("2026-03-12T12:00")
    await case.tell("payment_received", id="p1", amount="105.00")
    reversal = {"id": "r1", "payment_id": "p1", "amount": "105.00"}
    await case.tell_after_the_end("payment_reversed", at="2026-03-16T10:00", **reversal)
    await case.until("2026-03-30T12:00")
    return case


async def continued_in_a_new_run(office: Office) -> Dossier:
    case = await office.open(most_events=40)
    for number in range(8):
        await case.tell("payment_received", id=f"p{number}", amount="1.00")
    await case.until("2026-03-12T12:00")
    return case


async def cancelled_while_suspended(office: Office) -> Dossier:
    case = await office.open()
    await case.until("2026-03-24T12:00")
    await case.handle.cancel()
    await case.settle()
    return case


async def written_while_the_channel_was_down(office: Office) -> Dossier:
    case = await office.open()
    office.post.down.add("email")
    await case.until("2026-03-04T08:30")
    await case.tell("payment_received", id="p1", amount="40.00")
    office.post.down.clear()
    await case.until("2026-03-04T12:00")
    return case


async def told_during_an_act(office: Office) -> Dossier:
    case = await office.open()
    office.post.door.clear()
    travelling = asyncio.create_task(case.until("2026-03-04T12:00"))
    await becomes(lambda: office.post.callers == 1)
    await case.handle.signal("payment_received", {"id": "p1", "amount": "40.00"})
    await case.handle.execute_update("hold", {"id": "h1", "reason": "check"})
    office.post.door.set()
    await travelling
    return case


async def told_nonsense(office: Office) -> Dossier:
    case = await office.open()
    await case.tell("nonsense", id="p1")
    await case.tell("payment_received", id="p1", amount="forty")
    await case.tell("payment_received", id="p2", amount="1.00", currency="USD")
    await case.tell("escalate", queue="collections", reason="threatens")
    await case.until("2026-03-20T12:00")
    await case.ask("dispose", task="escalation", write_off={"by": "clerk-7", "reason": "not worth it"})
    return case


async def under_another_policy(office: Office) -> Dossier:
    case = await office.open()
    await case.ask("policy", name="strict")
    await case.ask("policy", name="nobody-knows-it")
    await case.until("2026-03-16T12:00")
    return case


async def held_for_years(office: Office) -> Dossier:
    case = await office.open()
    await case.ask("hold", id="h1", reason="check", until="2028-12-01")
    await case.until("2028-12-10T12:00")
    return case


LIVES = (
    Recorded("nobody-answers", nobody_answers),
    Recorded("declined-and-settled", declined_twice_and_then_settled, [CHARGED]),
    Recorded("disputed", disputed, [TALKATIVE]),
    Recorded("promise-broken", promised_and_not_kept, [TALKATIVE]),
    Recorded("instalments", paid_in_instalments, [CHARGED]),
    Recorded("held", held_and_released),
    Recorded("bounced", bounced, [CAREFUL]),
    Recorded("recalled", handed_off_and_recalled, [STRICT]),
    Recorded("reopened", paid_and_taken_back),
    Recorded("continued", continued_in_a_new_run),
    Recorded("cancelled", cancelled_while_suspended, [STRICT]),
    Recorded("channel-down", written_while_the_channel_was_down),
    Recorded("told-during-an-act", told_during_an_act),
    Recorded("nonsense", told_nonsense),
    Recorded(
        "another-policy", under_another_policy, [policy(), STRICT.model_copy(update={"name": "strict", "priority": -1})]
    ),
    Recorded("calendar-renewed", held_for_years),
)
