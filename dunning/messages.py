"""What a case can be told: facts, which cannot be refused, and requests, which can; here by their public names.

The names are those of the workflow's signals (facts) and updates (requests), of the events in a scenario, and of the
messages of the API.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

from dunning.facts import (
    AnyFact,
    Away,
    Bounced,
    Call,
    Complained,
    ConsentWithdrawn,
    Contact,
    Credit,
    CreditKept,
    CreditMoved,
    CustomerRelease,
    CustomerStop,
    Delivered,
    Dispute,
    Escalate,
    Fact,
    InvoiceChanged,
    MethodAdded,
    MethodRemoved,
    NoticeShared,
    OptedOut,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
    Replied,
    ReversalLifted,
)
from dunning.records import Message
from dunning.requests import (
    AnyRequest,
    Approve,
    Attempt,
    Dispose,
    HandOff,
    Hold,
    InstalmentTerms,
    Open,
    Plan,
    PolicyChange,
    Promise,
    Recall,
    Release,
    Request,
    ResolveDispute,
    SendAgain,
    SendNow,
    Skip,
    Waive,
    Withdraw,
    WriteOff,
    WriteOffTerms,
)

__all__ = [
    "ABOUT_OTHERS",
    "CUSTOMER_WIDE",
    "ENDS_AN_ADDRESS",
    "FACTS",
    "MESSAGES",
    "REQUESTS",
    "AnyFact",
    "AnyRequest",
    "Approve",
    "Attempt",
    "Away",
    "Bounced",
    "Call",
    "Complained",
    "ConsentWithdrawn",
    "Contact",
    "Credit",
    "CreditKept",
    "CreditMoved",
    "CustomerRelease",
    "CustomerStop",
    "Delivered",
    "Dispose",
    "Dispute",
    "Escalate",
    "Fact",
    "HandOff",
    "Hold",
    "InstalmentTerms",
    "InvoiceChanged",
    "Message",
    "MethodAdded",
    "MethodRemoved",
    "NoticeShared",
    "Open",
    "OptedOut",
    "PaymentFailed",
    "PaymentPending",
    "PaymentReceived",
    "PaymentReversed",
    "Plan",
    "PolicyChange",
    "Promise",
    "Recall",
    "Release",
    "Replied",
    "Request",
    "ResolveDispute",
    "ReversalLifted",
    "SendAgain",
    "SendNow",
    "Skip",
    "Waive",
    "Withdraw",
    "WriteOff",
    "WriteOffTerms",
    "anonymous",
    "content",
    "discreet",
    "identity",
    "keyed_fingerprint",
]

FACTS: dict[str, type[AnyFact]] = {kind.name: kind for kind in get_args(AnyFact)}
REQUESTS: dict[str, type[AnyRequest]] = {kind.name: kind for kind in get_args(AnyRequest)}
MESSAGES: dict[str, type[Message]] = {**FACTS, **REQUESTS}
METHODS = frozenset({MethodAdded.name, MethodRemoved.name})
ABOUT_OTHERS = METHODS | {Call.name}
"""Facts whose id names what they are about, such as a method, and not themselves: each is known by all that it says."""
ENDS_AN_ADDRESS = frozenset({Complained.name, OptedOut.name})
CUSTOMER_WIDE = (
    METHODS
    | ENDS_AN_ADDRESS
    | {CustomerStop.name, CustomerRelease.name, Contact.name, ConsentWithdrawn.name, Away.name}
)
ADDRESSES = frozenset({"email", "phone", "address"})
UNNAMED = "fingerprint:"
WHO = "authenticated"


def discreet(name: str, body: dict[str, Any], key: bytes) -> dict[str, Any]:
    """The message as a case is told it: that an address changed, not to which, for its history stays for good (O3).

    A fingerprint under the store's own `key` takes its place: there are few enough telephone numbers to try them all,
    but not without the key. Making a message discreet twice is harmless.
    """
    if name != Contact.name:
        return body
    unnamed = {field: _unnamed(body[field], body, key) for field in ADDRESSES if body.get(field)}
    return {**body, **unnamed}


def _unnamed(address: object, body: dict[str, Any], key: bytes) -> str:
    text = str(address)
    return text if text.startswith(UNNAMED) else UNNAMED + keyed_fingerprint(f"{body.get('at')} {text}", key)


def keyed_fingerprint(text: str, key: bytes) -> str:
    """The same for the same text, and nothing that tells the text to who has not the key."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def anonymous(body: dict[str, Any]) -> dict[str, Any]:
    """The body without who told it: whoever does, it is the same message."""
    return {key: value for key, value in body.items() if key != WHO}


def content(message: Message, currency: str | None) -> str:
    """What a message says, in few characters: the same for the same amount, day and moment however they are written.

    When it reached us and through whom is no part of it, and the case's own `currency` goes without saying.
    """
    said = message.model_dump(exclude={"at", WHO}, exclude_none=True)
    if said.get("currency") == currency:
        said.pop("currency", None)
    return _fingerprint(json.dumps(said, sort_keys=True, default=_in_one_way, separators=(",", ":")))


def _in_one_way(value: object) -> str:
    match value:
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case _:
            return str(value)


def identity(name: str, body: dict[str, Any]) -> str:
    """What makes a fact the same fact: its id where it has one, else its whole content (P1).

    The id of a payment method names the method, which may be updated, removed and added again and again (C2), that of a
    call what was said in it (M6). That of a request names what it is about: asked for again at another moment, it is
    another request.
    """
    if body.get("id") and name not in ABOUT_OTHERS and name not in REQUESTS:
        return f"{name}:{body['id']}"
    content = json.dumps(anonymous(body), sort_keys=True, default=str, separators=(",", ":"))
    return f"{name}:{_fingerprint(content)}"


def identity_to_a_case(name: str, body: dict[str, Any]) -> str:
    """The same, as a case knows it: new contact data by its moment and by what changed, not to what, for a case hears
    the address itself only where it was told directly (O3).
    """
    if name == Contact.name:
        body = {**body, **{field: bool(body[field]) for field in ADDRESSES & body.keys()}}
    return identity(name, body)
