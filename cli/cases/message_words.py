"""What a message to a case did, in a few words: EUR 1,000.00 received."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from api.pages.words import as_words
from api.shapes.cases import CaseOut, LineOut
from cli.cases.case_text import sum_words, today_of
from cli.cases.one_case import line_words
from cli.wording import day, lower, money
from dunning.records import Message


def message_words(message: Message, case: CaseOut | None, lines: Sequence[LineOut] = ()) -> str:
    """What it did. `lines` are those that the case wrote about it; without a `case`, none has heard of it yet."""
    tell = _DID.get(message.name)
    if tell is not None:
        return tell(message, _amount(message, case, lines), case)
    own = next((line for line in lines if line.kind == message.name), None)
    return lower(line_words(own)) if own else f"{as_words(message.name)}: the case has heard it"


def _amount(message: Any, case: CaseOut | None, lines: Sequence[LineOut]) -> str:
    """How much it is about: as it says, else as the case understood it."""
    said = getattr(message, "amount", None)
    currency = getattr(message, "currency", None) or (case.money.balance.currency if case else "")
    if said is not None:
        return money(str(said), currency) if currency else str(said)
    own = next((line.amount for line in lines if line.amount is not None), None)
    if own is not None:
        return sum_words(own)
    return sum_words(case.money.demandable) if case else "what is owed"


def _by(on: date | None, case: CaseOut | None) -> str:
    return "" if on is None else f" by {day(on, today_of(case) if case else None)}"


def _until(on: date | None, case: CaseOut | None) -> str:
    return " until somebody lifts it" if on is None else f" until {day(on, today_of(case) if case else None)}"


def _answered(message: Any, amount: str, _: CaseOut | None) -> str:
    if message.rejected:
        return "rejected"
    return "accepted" if message.accepted is True else f"accepted, {amount} of it"


Telling = Callable[[Any, str, CaseOut | None], str]
_DID: Final[Mapping[str, Telling]] = {
    "payment_received": lambda _, amount, __: f"{amount} received",
    "payment_pending": lambda one, amount, case: f"{amount} is under way{_by(one.until, case)}",
    "payment_failed": lambda *_: "the money that was under way does not come",
    "payment_reversed": lambda one, *_: f"the payment {one.payment_id} was taken back",
    "reversal_lifted": lambda one, *_: f"the payment {one.payment_id} stands again",
    "credit": lambda _, amount, __: f"{amount} credited",
    "dispute": lambda _, amount, __: f"{amount} disputed",
    "resolve_dispute": _answered,
    "promise": lambda one, amount, case: f"{amount} promised{_by(one.on, case)}",
    "plan": lambda one, *_: f"to be paid in {len(one.instalments)} parts",
    "hold": lambda one, _, case: f"on hold{_until(one.until, case)}",
    "release": lambda *_: "the hold is lifted",
    "escalate": lambda *_: "a person has it",
    "dispose": lambda one, *_: f"the task {one.task} is answered",
    "approve": lambda one, *_: f"{one.step or one.task} is {'not approved' if one.no else 'approved'}",
    "skip": lambda one, *_: f"{one.step} will be skipped",
    "resend": lambda one, *_: f"{one.step} is sent again",
    "send_now": lambda one, *_: f"{one.step} is sent now",
    "customer_stop": lambda *_: "every case of the customer is stopped",
    "customer_release": lambda *_: "the cases of the customer go on",
    "contact": lambda *_: "the new address is known",
    "replied": lambda *_: "what they wrote is kept for a person to read",
    "write_off": lambda *_: "written off",
    "hand_off": lambda *_: "handed off",
    "withdraw": lambda *_: "the demand is withdrawn",
    "policy": lambda one, *_: f"policy {one.policy} takes over",
}
