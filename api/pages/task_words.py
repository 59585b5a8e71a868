"""What a task asks of a person, as one would say it: not its kind, but what is to be done, of whom, about how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from api.pages.words import as_words, sentence


def task_words(kind: str, about: str, who: str, demanded: str = "") -> str:
    """The task in words. `about` is what it is about, `who` the debtor, `demanded` how much, if that is known."""
    tell = _KINDS.get(kind)
    return tell(about, who, demanded) if tell else f"{sentence(as_words(kind))}: {_with(who, demanded)}"


def _with(who: str, demanded: str) -> str:
    return f"{who}, {demanded}" if demanded else who


def task_in_short(kind: str) -> str:
    """The same without saying of whom: how a line of the journal tells it."""
    return _SHORT.get(kind, as_words(kind))


def kinds() -> tuple[str, ...]:
    """The kinds that cases and programs ask by themselves, whatever policies call theirs."""
    return tuple(_SHORT)


def and_list(names: Sequence[str]) -> str:
    """Several names as one says them."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


_KINDS: Final[Mapping[str, Callable[[str, str, str], str]]] = {
    "call": lambda _, who, demanded: f"Call {who} about {demanded or 'what is owed'}",
    "approval": lambda step, who, _: f"Approve the step “{as_words(step)}” for {who}",
    "four-eyes": lambda _, who, demanded: f"Decide as the second person: {_with(who, demanded)}",
    "dispute": lambda _, who, __: f"Answer what {who} objects to",
    "escalation": lambda _, who, demanded: f"Decide how to go on with {_with(who, demanded)}",
    "unreachable": lambda step, who, _: f"Reach {who}: no channel can be used for “{as_words(step)}”",
    "reply": lambda _, who, __: f"Read what {who} wrote",
    "end": lambda _, who, demanded: f"Decide what happens at the end of the ladder: {_with(who, demanded)}",
    "currency": lambda _, who, __: f"Book what {who} paid in another currency",
    "message": lambda _, __, ___: "Read a message that the case could not take",
    "overpayment": lambda _, who, __: f"Decide what becomes of what {who} paid too much",
    "credit": lambda _, who, __: f"Use the credit of {who}, or demand all the same",
    "hold-review": lambda _, who, __: f"Look again at what has held the case of {who} for so long",
    "channel-down": lambda _, __, ___: "Look after a channel that does not take messages",
    "offer-a-plan": lambda _, who, demanded: f"Offer {who} to pay {demanded or 'what is owed'} in parts",
    "rates": lambda _, __, ___: "Look up an interest rate that is not known",
    "barred": lambda _, who, __: f"Decide about a claim against {who} that is barred",
    "no-policy": lambda _, who, __: f"Choose a policy for the invoice of {who}: none takes it",
    "not-opened": lambda _, who, __: f"Find out why the case of {who} does not open",
}
_SHORT: Final[Mapping[str, str]] = {
    "call": "call the debtor",
    "approval": "approve a step",
    "four-eyes": "decide as the second person",
    "dispute": "answer a dispute",
    "escalation": "decide how to go on",
    "unreachable": "reach the debtor by another way",
    "reply": "read what the debtor wrote",
    "end": "decide what happens at the end of the ladder",
    "currency": "book a payment in another currency",
    "message": "read a message that the case could not take",
    "overpayment": "decide what becomes of what was paid too much",
    "credit": "use the customer's credit, or demand all the same",
    "hold-review": "look again at what holds the case",
    "channel-down": "look after a channel that does not take messages",
    "rates": "look up an interest rate",
    "barred": "decide about a claim that is barred",
    "offer-a-plan": "offer to pay in parts",
    "no-policy": "choose a policy for an invoice that none takes",
    "not-opened": "find out why a case does not open",
}
