"""The index of all that a person may do with a customer as a whole, in the order in which it is offered.

Each is a fact, which all their open cases hear, or a note, of which none does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from adapters.storage.lists.views import CustomerView
from api.actions.action import Action, Said, Told
from api.actions.asks import BY, Ask
from api.actions.index import STOPS
from api.actions.things import OWN_ADDRESSES
from api.pages.words import channel_name, sentence
from api.shapes.cases import CaseOut
from api.shapes.customers import AbsenceIn, ContactIn, StopIn
from api.shapes.notes import NoteIn
from api.shapes.requests import Nothing
from dunning import messages
from dunning.channels import CHANNELS, FIELD

_NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class OnCustomer:
    """An action on a customer, `offered` where it makes sense of them; with `foresees` its preview shows the futures of
    their cases.
    """

    action: Action
    offered: Callable[[CustomerView], bool]
    foresees: bool = True


def _of_no_case(_: CaseOut) -> bool:
    """It stands on the page of the customer alone."""
    return False


def _always(_: CustomerView) -> bool:
    return True


def _becomes(kind: type[messages.Message], **named: str) -> Callable[[Told], tuple[messages.Message, ...]]:
    """The body as one message; `named` fields of it stand in the form under these names."""
    return lambda told: (told.as_message(kind, **{field: told.said[name] for field, name in named.items()}),)


def _nothing(_: Told) -> tuple[messages.Message, ...]:
    return ()


def _contact(said: Said) -> dict[str, Any]:
    """The customer's own addresses are those of no contact."""
    return {name: value for name, value in said.items() if (name, value) != ("contact", OWN_ADDRESSES)}


def _address(told: Told) -> tuple[messages.Message, ...]:
    if not any(name in told.said for name in FIELD.values()):
        raise ValueError("at least one new address is wanted")
    return (told.as_message(messages.Contact),)


def _channels(said: Said) -> dict[str, Any]:
    closed = said["closed"]
    return {**_contact(said), "opted_out": [] if closed == _NONE else closed.split("+")}


def _sets_of_channels() -> Mapping[str, str]:
    """Every set of channels, in words."""
    sets = [part for size in range(1, len(CHANNELS) + 1) for part in combinations(CHANNELS, size)]
    words = {"+".join(part): " and ".join(map(channel_name, part)) for part in sets}
    return {_NONE: "None: all may be used", **{value: sentence(text) for value, text in words.items()}}


_WHOSE: Final = Ask("contact", "Whose", things="people", needed=True)

CUSTOMER_ACTIONS: Final[tuple[OnCustomer, ...]] = (
    OnCustomer(
        Action(
            "note", "Write a note", "For whoever looks here next. No case hears of it, and nothing follows.",
            right="note", rule="R1", allows="Anybody may write one; it says who wrote it.", done="The note is written",
            shape=NoteIn, asks=(Ask("text", "Note"), BY), becomes=_nothing, offered=_of_no_case,
        ),
        _always, foresees=False,
    ),
    OnCustomer(
        Action(
            "stop", "Stop the customer", "Every case of this customer stops at once, until somebody lifts it.",
            right="customer_stop", rule="H2", allows="What stops a customer is a fact: their cases take it as it is.",
            done="Every case of the customer is stopped", shape=StopIn, asks=(Ask("reason", "Why", suggests=STOPS),),
            becomes=_becomes(messages.CustomerStop), offered=_of_no_case,
        ),
        lambda view: view.stopped is None,
    ),
    OnCustomer(
        Action(
            "lift-stop", "Lift the stop", "The cases of this customer may move again from the next day.",
            right="customer_release", rule="H2", allows="A stop stands until a person lifts it.",
            done="The customer's stop is lifted", shape=Nothing, asks=(),
            becomes=_becomes(messages.CustomerRelease), offered=_of_no_case,
        ),
        lambda view: view.stopped is not None,
    ),
    OnCustomer(
        Action(
            "contact", "Change an address", "What is left empty stays as it is. A new address may be used at once.",
            right="contact", rule="N2", allows="Where somebody is reached is a fact: their cases take it as it is.",
            done="The address is changed", shape=ContactIn,
            asks=(
                _WHOSE, Ask("email", "E-mail"), Ask("phone", "Telephone"),
                Ask("address", "Postal address", "Line by line.", kind="lines"),
            ),
            becomes=_address, offered=_of_no_case, body=_contact,
        ),
        _always, foresees=False,
    ),
    OnCustomer(
        Action(
            "channels", "Choose the channels", "By which ways they want nothing, and by which they may be reached.",
            right="contact", rule="N1", allows="What a debtor does not want is a fact: nothing leaves that way.",
            done="The channels are as chosen", shape=ContactIn,
            asks=(_WHOSE, Ask("closed", "Not to be used", words=_sets_of_channels(), kind="one-of", needed=True)),
            becomes=_becomes(messages.Contact), offered=_of_no_case, body=_channels,
        ),
        _always, foresees=False,
    ),
    OnCustomer(
        Action(
            "away", "They are away", "They do not read one channel: notices wait, for 14 days at most.",
            right="away", rule="M5", allows="An absence is a fact: the last one that was told counts.",
            done="The absence is recorded", shape=AbsenceIn,
            asks=(
                Ask("channel", "Channel", words={one: sentence(channel_name(one)) for one in CHANNELS}),
                Ask("until", "Last day", "On which they do not read it."),
            ),
            becomes=_becomes(messages.Away), offered=_of_no_case,
        ),
        _always,
    ),
    OnCustomer(
        Action(
            "remove-method", "Remove a payment method", "It is gone: nothing is charged by it any more.",
            right="method_removed", rule="C2", allows="That a method is gone is a fact: their cases take it as it is.",
            done="The method is removed", shape=Nothing,
            asks=(Ask("method", "Method", things="own methods", needed=True),),
            becomes=_becomes(messages.MethodRemoved, id="method"), offered=_of_no_case,
        ),
        lambda view: bool(view.methods),
    ),
    OnCustomer(
        Action(
            "withdraw-consent", "Stop charging them", "They do not agree to be charged any more.",
            right="consent_withdrawn", rule="C6", allows="A consent that is withdrawn is a fact: nobody charges them.",
            done="They are not charged any more", shape=Nothing, asks=(),
            becomes=_becomes(messages.ConsentWithdrawn), offered=_of_no_case,
        ),
        lambda view: view.consent and bool(view.methods),
    ),
)  # fmt: skip
CUSTOMER_ACTION_BY_NAME: Final[Mapping[str, OnCustomer]] = {one.action.name: one for one in CUSTOMER_ACTIONS}
