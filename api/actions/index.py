"""The index of all that a person may do with a case, in the order in which it is offered.

Each is a request, which the case may refuse, a fact, which it cannot, or a note, of which it does not hear. The words
are those of people: what it does, and which rule lets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.actions.action import Action, Said, Told
from api.actions.asks import BY, Ask, chooses
from api.actions.things import ANSWERED_OTHERWISE, FOUR_EYES, SECOND_PERSON
from api.callers import DISPOSALS
from api.shapes.cases import CaseOut
from api.shapes.customers import StopIn
from api.shapes.invoices import CreditIn, PaymentIn, PendingPaymentIn, ReversalIn
from api.shapes.notes import NoteIn
from api.shapes.requests import (
    ApprovalIn,
    AskedBy,
    AttemptIn,
    CallIn,
    DisposalIn,
    DisputeIn,
    EscalationIn,
    HandOffIn,
    HoldIn,
    Nothing,
    PlanIn,
    PolicyChangeIn,
    PromiseIn,
    ReplyIn,
    ResolutionIn,
    SendingIn,
    SkipIn,
    WaiverIn,
    WriteOffIn,
)
from dunning import messages

STOPS: Final = ("bankruptcy", "deceased", "represented by a lawyer", "wants no contact", "vulnerable", "fraud")
RESULTS: Final[Mapping[str, str]] = {
    "reached": "Reached them",
    "voicemail": "Left a voicemail",
    "no_answer": "No answer",
    "wrong_number": "Wrong number",
    "refused": "They refuse to talk, or to pay",
    "call_back": "They want to be called back",
    "promised": "They promised to pay",
    "disputed": "They dispute it",
    "paid": "They say that the money is under way",
}


def _always(_: CaseOut) -> bool:
    return True


def _open(case: CaseOut) -> bool:
    return case.outcome is None


def _held_by(maker: str, case: CaseOut) -> bool:
    return any(hold.made_by == maker for hold in case.holds)


def _to_answer(case: CaseOut) -> bool:
    return any(task.kind not in ANSWERED_OTHERWISE for task in case.tasks)


def _approvals(case: CaseOut) -> bool:
    return any(task.kind in {"approval", FOUR_EYES} for task in case.tasks)


def _steps_left(case: CaseOut) -> bool:
    return _open(case) and any(step.status == "open" for step in case.steps)


def _done_steps(case: CaseOut) -> bool:
    return _open(case) and any(step.status == "done" for step in case.steps)


def _costs(case: CaseOut) -> bool:
    return _open(case) and (case.money.costs.minor > 0 or case.money.interest.minor > 0)


def _was_paid(case: CaseOut) -> bool:
    paid = case.money.paid
    return paid is None or paid.minor > 0


def _call(told: Told) -> tuple[messages.Message, ...]:
    """A promise is asked for before the call is told: refused, nothing of it is recorded."""
    body = told.body
    assert isinstance(body, CallIn)  # noqa: S101 - its own shape
    named = told.id("call") if body.result in {"promised", "disputed", "paid"} else None
    call = messages.Call.model_validate(body.told(named))
    if call.result != "promised":
        return (call,)
    promise = messages.Promise.model_validate({"id": named, "on": call.on, "amount": call.amount})
    return (promise, call)


def _resolution(said: Said) -> dict[str, Any]:
    by = {"by": said["by"]} if "by" in said else {}
    match said.get("answer"):
        case "accepted":
            return {**by, "accepted": True}
        case "rejected":
            return {**by, "rejected": True}
        case _:
            return {**by, "accepted": said.get("accepted")}


def _disposal(said: Said) -> dict[str, Any]:
    answer, by = said.get("answer"), said.get("by")
    kept = {"by": by} if by else {}
    match answer:
        case "go_to":
            return {**kept, "go_to": said.get("go_to", "")}
        case "write_off":
            return {**kept, "write_off": {"by": by or "", "reason": said.get("reason", "")}}
        case "hand_off":
            return {**kept, "hand_off": True}
        case _:
            return {**kept, "resume": True}


def _approval(said: Said) -> dict[str, Any]:
    of = str(said.get("step", ""))
    what = {"task": of.removeprefix(SECOND_PERSON)} if of.startswith(SECOND_PERSON) else {"step": of}
    return {**what, "by": said.get("by", ""), "no": said.get("answer") == "no"}


def _money(said: Said) -> dict[str, Any]:
    """Whose it is, the page knows; an id that nobody gave comes from the asking."""
    return {"id": "of-the-asking", "invoice_id": "of-the-page", **said}


def _payment(told: Told) -> tuple[messages.Message, ...]:
    currency = told.said["amount"]["currency"]
    return (told.as_message(messages.PaymentReceived, id=told.id("payment"), currency=currency, allocations=None),)


def _taken_back(told: Told) -> tuple[messages.Message, ...]:
    of, currency = str(told.said.get("payment", "")), told.said["amount"]["currency"]
    more = {"id": told.id("reversal"), "payment_id": of, "currency": currency, "allocations": None}
    return (told.as_message(messages.PaymentReversed, **more),)


def _under_way(told: Told) -> tuple[messages.Message, ...]:
    currency = told.said["amount"]["currency"]
    return (told.as_message(messages.PaymentPending, id=told.id("payment"), currency=currency),)


def _credit(told: Told) -> tuple[messages.Message, ...]:
    currency = told.said["amount"]["currency"]
    return (told.as_message(messages.Credit, id=told.id("credit"), currency=currency),)


def _notes(_: Told) -> tuple[messages.Message, ...]:
    return ()


def _as(kind: type[messages.Message], id_of: str = "") -> Any:
    """The body as one message; with an id of its own where it has one."""

    def becomes(told: Told) -> tuple[messages.Message, ...]:
        more = {"id": told.id(id_of)} if id_of else {}
        return (told.as_message(kind, **more),)

    return becomes


def _about(kind: type[messages.Message], field: str, named: str) -> Any:
    """The body as one message about the thing that the form names in `field`."""
    return lambda told: (told.as_message(kind, **{named: told.said.get(field, "")}),)


_REASON: Final = Ask("reason", "Why")
_AMOUNT: Final = Ask("amount", "Amount")
_REFERENCE: Final = Ask("id", "Reference", "As it stands on the bank statement. Left empty, it gets one.", needed=False)

ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "note", "Write a note", "For whoever looks here next. The case does not hear of it, and nothing follows.",
        right="note", rule="R1", allows="Anybody may write one; it says who wrote it.", done="The note is written",
        shape=NoteIn,
        asks=(
            Ask("text", "Note"),
            chooses("about", "It is about", {"case": "This case", "customer": "The customer, on all their cases"}),
            BY,
        ),
        becomes=_notes, offered=_always,
    ),
    Action(
        "call", "Record a call", "What came of a call; it answers the task that asked for it.",
        right="call", rule="M6", allows="A call that was made is a fact: the case takes it as it is.",
        done="The call is recorded", shape=CallIn,
        asks=(
            chooses("result", "What came of it", RESULTS),
            Ask("at", "When to call back", only=("call_back",), needed_with=("call_back",)),
            Ask("on", "They pay by", "The last day.", only=("promised",), needed_with=("promised",)),
            Ask(
                "amount", "Amount", "Left empty: all of it, but for money under way.",
                only=("promised", "disputed", "paid"), needed_with=("paid",),
            ),
            Ask("until", "Expected by", "The last day.", only=("paid",), needed_with=("paid",)),
            Ask("reason", "Why they dispute it", "In their own words.", only=("disputed",)),
            Ask("task", "Answers", things="calls", needed=False),
            BY,
        ),
        becomes=_call, offered=_open,
    ),
    Action(
        "reply", "Record what they wrote", "They wrote back by another way: somebody reads it, and the ladder waits.",
        right="replied", rule="M5", allows="What they wrote is a fact: the case takes it as it is.",
        done="What they wrote is recorded", shape=ReplyIn, asks=(Ask("text", "What they wrote", kind="lines"),),
        becomes=_as(messages.Replied), offered=_open,
    ),
    Action(
        "promise", "Record a promise", "They pay by a day. The case waits for it, and looks whether the money came.",
        right="promise", rule="A1", allows="A promise holds the case to the end of its day, if the policy grants it.",
        done="The promise is recorded", shape=PromiseIn,
        asks=(Ask("on", "They pay by", "The last day."), Ask("amount", "Amount", "Left empty: all that is demanded.")),
        becomes=_as(messages.Promise, "promise"), offered=_open,
    ),
    Action(
        "plan", "Agree on a plan", "They pay in parts, each by its day. The parts add up to what is demanded.",
        right="plan", rule="A3", allows="A plan holds the case while its parts are paid, as far as the policy grants.",
        done="The plan is agreed", shape=PlanIn, asks=(Ask("instalments", "Parts"),),
        becomes=_as(messages.Plan, "plan"), offered=_open,
    ),
    Action(
        "dispute", "Record a dispute", "They object. What is disputed is not demanded until somebody answers.",
        right="dispute", rule="D1", allows="An objection is a fact: the case takes it as it is.",
        done="The dispute is recorded", shape=DisputeIn,
        asks=(
            Ask("reason", "Why they object", "In their own words."),
            Ask("amount", "Amount", "Left empty: the whole balance."),
        ),
        becomes=_as(messages.Dispute, "dispute"), offered=_open,
    ),
    Action(
        "answer-dispute", "Answer a dispute", "Tell them whether they are right, in whole or in part.",
        right="resolve_dispute", rule="D3",
        allows="What is accepted is credited. For what is rejected the case goes on, not before the next day.",
        done="The dispute is answered", shape=ResolutionIn,
        asks=(
            Ask("dispute", "Dispute", things="disputes", needed=True),
            chooses(
                "answer", "Answer", {
                    "accepted": "They are right: credit all of it", "part": "They are right in part",
                    "rejected": "They are not: demand it again",
                },
            ),
            Ask(
                "accepted", "Credit", "So much of what is disputed.", only=("part",), needed_with=("part",),
                kind="amount",
            ),
            BY,
        ),
        becomes=_about(messages.ResolveDispute, "dispute", "id"), offered=lambda case: bool(case.disputes),
        body=_resolution,
    ),
    Action(
        "hold", "Hold the case", "The ladder stops, to the end of a day or until somebody lifts the hold.",
        right="hold", rule="H1", allows="Several holds may stand at once; the ladder moves only when none does.",
        done="The case is on hold", shape=HoldIn,
        asks=(_REASON, Ask("until", "Last day", "Left empty: until somebody lifts it."), BY),
        becomes=_as(messages.Hold, "hold"), offered=_open,
    ),
    Action(
        "release", "Lift a hold", "The ladder may move again from the next day.",
        right="release", rule="H1", allows="A hold that a person made may be lifted.", done="The hold is lifted",
        shape=AskedBy, asks=(Ask("hold", "Hold", things="holds", needed=True), BY),
        becomes=_about(messages.Release, "hold", "id"), offered=lambda case: _open(case) and _held_by("person", case),
    ),
    Action(
        "escalate", "Hand it to a person", "A task for a person. The ladder waits until they have answered it.",
        right="escalate", rule="H3", allows="Whoever sees why may take a case out of the ladder's hands.",
        done="A person is asked", shape=EscalationIn,
        asks=(Ask("queue", "Queue", "Whose question it is.", suggests=("collections",)), _REASON),
        becomes=_as(messages.Escalate), offered=_open,
    ),
    Action(
        "stop", "Stop the customer", "Every case of this customer stops at once, until somebody lifts it.",
        right="customer_stop", rule="H2", allows="What stops a customer is a fact: their cases take it as it is.",
        done="Every case of the customer is stopped", shape=StopIn, asks=(Ask("reason", "Why", suggests=STOPS),),
        becomes=_as(messages.CustomerStop), offered=_open,
    ),
    Action(
        "lift-stop", "Lift the customer's stop", "The cases of this customer may move again from the next day.",
        right="customer_release", rule="H2", allows="A stop stands until a person lifts it.",
        done="The customer's stop is lifted", shape=Nothing, asks=(), becomes=_as(messages.CustomerRelease),
        offered=lambda case: _held_by("customer", case),
    ),
    Action(
        "approve", "Approve", "The policy asks before this step, or one person alone may not. Say yes, or no.",
        right="approve", rule="H4", allows="A named person decides. Approved, it is done at once within contact hours.",
        done="It is decided", shape=ApprovalIn,
        asks=(
            Ask("step", "What is asked", things="approvals", needed=True),
            chooses("answer", "Answer", {"yes": "Approve it", "no": "Turn it down: it does not happen"}), BY,
        ),
        becomes=_as(messages.Approve), offered=_approvals, body=_approval,
    ),
    Action(
        "answer-task", "Answer a task", "What a person was asked, and how the case goes on.",
        right="dispose", rule="H3", allows="Whoever answers a task says how the case goes on.",
        done="The task is answered", shape=DisposalIn,
        asks=(
            Ask("task", "Task", things="tasks", needed=True),
            chooses(
                "answer", "The case", {
                    "resume": "Goes on where it stood", "go_to": "Goes on at another step",
                    "hand_off": "Goes to the agency", "write_off": "Is written off",
                },
                rights=DISPOSALS,
            ),
            Ask(
                "go_to", "Step", "What lies between is skipped.", things="steps", only=("go_to",),
                needed_with=("go_to",),
            ),
            Ask("reason", "Why", only=("write_off",), needed_with=("write_off",), kind="text"),
            BY,
        ),
        becomes=_about(messages.Dispose, "task", "task"), offered=_to_answer, body=_disposal,
    ),
    Action(
        "send-now", "Send the next message now", "Its day is passed over, and nothing else.",
        right="send_now", rule="N3",
        allows="Contact hours, deadlines, approvals and the customer's contact limit are kept.",
        done="The message was asked for", shape=SendingIn,
        asks=(Ask("step", "Message", things="next notice"), _REASON, BY),
        becomes=_as(messages.SendNow), offered=_steps_left,
    ),
    Action(
        "resend", "Send a message again", "A marked copy of a message that was sent. It counts as a contact.",
        right="resend", rule="N3", allows="What was sent may be sent once more, while something is demanded.",
        done="The copy was asked for", shape=SendingIn,
        asks=(Ask("step", "Message", things="notices sent"), _REASON, BY),
        becomes=_as(messages.SendAgain), offered=_done_steps,
    ),
    Action(
        "skip", "Skip a step", "A step that was not done is passed over. It moves no other.",
        right="skip", rule="H5", allows="A step that is still open may be passed over.", done="The step is skipped",
        shape=SkipIn, asks=(Ask("step", "Step", things="steps"), BY), becomes=_as(messages.Skip), offered=_steps_left,
    ),
    Action(
        "charge", "Charge now", "Try a payment method at once. The ladder's own attempts do not move.",
        right="attempt", rule="C3", allows="One attempt at a time, by a method that may be tried, and under no hold.",
        done="The attempt was asked for", shape=AttemptIn,
        asks=(Ask("method", "Method", "Left open: the one that the policy would take.", things="methods"), BY),
        becomes=_as(messages.Attempt), offered=lambda case: _open(case) and bool(case.methods),
    ),
    Action(
        "payment", "Book a payment", "Money came in. It counts from its value day.",
        right="payment_received", rule="P1", allows="A payment is a fact: it is applied once, whoever tells it.",
        done="The payment is booked", shape=PaymentIn,
        asks=(_AMOUNT, Ask("as_of", "Value day", "Left empty: today.", kind="day"), _REFERENCE),
        becomes=_payment, offered=_always, body=_money,
    ),
    Action(
        "reverse", "Take back a payment", "It was charged back, returned or refunded. It is owed again.",
        right="payment_reversed", rule="P5",
        allows="A reversal is a fact, applied once and never beyond its payment; a closed case opens again.",
        done="The payment is taken back", shape=ReversalIn,
        asks=(
            Ask("payment", "Payment", things="payments", needed=True), _AMOUNT,
            Ask("code", "Return code", "Of a debit that came back, such as AM04.", needed=False), _REFERENCE,
        ),
        becomes=_taken_back, offered=_was_paid, body=_money,
    ),
    Action(
        "money-under-way", "Record money under way", "The case waits for it, if it covers what is demanded.",
        right="payment_pending", rule="P4", allows="Money under way is a fact: the case takes it as it is.",
        done="The money under way is recorded", shape=PendingPaymentIn,
        asks=(_AMOUNT, Ask("until", "Expected by", "The last day."), _REFERENCE), becomes=_under_way, offered=_open,
        body=_money,
    ),
    Action(
        "credit", "Book a credit", "A credit note or goodwill. It lowers what is owed.",
        right="credit", rule="P6", allows="A credit is a fact: the case takes it as it is.",
        done="The credit is booked", shape=CreditIn, asks=(_AMOUNT, _REFERENCE), becomes=_credit, offered=_open,
        body=_money,
    ),
    Action(
        "waive", "Waive costs or interest", "So much less of them is owed. The invoice itself stays as it is.",
        right="waive", rule="K6", allows="Of costs and interest no more is given up than is left of them.",
        done="It is waived", shape=WaiverIn,
        asks=(
            Ask("of", "What", things="charges"),
            Ask("amount", "Amount", "Left empty: all that is left of it."), _REASON, BY,
        ),
        becomes=_as(messages.Waive, "waiver"), offered=_costs,
    ),
    Action(
        "policy", "Change the policy", "Another ladder takes over. What was done stays done, and is not repeated.",
        right="policy", rule="O2", allows="Another policy takes over only where somebody asks for it.",
        done="The other policy takes over", shape=PolicyChangeIn,
        asks=(Ask("name", "Policy", things="policies"), BY), becomes=_as(messages.PolicyChange), offered=_open,
    ),
    Action(
        "hand-off", "Hand off to the agency", "The case closes, and the agency collects. It can be recalled.",
        right="hand_off", rule="S3", allows="Somebody hands it off; the agency is told of each payment from then on.",
        done="The debt goes to the agency", shape=HandOffIn,
        asks=(Ask("agency", "Agency", suggests=("default",)), BY), becomes=_as(messages.HandOff), offered=_open,
    ),
    Action(
        "recall", "Recall from the agency", "The case opens again at the step after, not before the next day.",
        right="recall", rule="S3", allows="A debt that was handed off can be taken back.",
        done="The debt is taken back", shape=AskedBy, asks=(BY,), becomes=_as(messages.Recall),
        offered=lambda case: case.outcome == "handed-off",
    ),
    Action(
        "write-off", "Write off", "The debt is given up, and the case closes. A payment that still comes is booked.",
        right="write_off", rule="H5", allows="A person gives a debt up by name, and says why.",
        done="The debt is given up", shape=WriteOffIn, asks=(_REASON, BY),
        becomes=_as(messages.WriteOff), offered=_open,
    ),
    Action(
        "withdraw", "Withdraw the demand", "The demand was wrong: the case ends, and nothing more is demanded.",
        right="withdraw", rule="S4", allows="A demand that was wrong ends.", done="The demand is withdrawn",
        shape=AskedBy, asks=(BY,), becomes=_as(messages.Withdraw), offered=_open,
    ),
)  # fmt: skip
BY_NAME: Final[Mapping[str, Action]] = {action.name: action for action in ACTIONS}
