"""What a case can be told: facts, which cannot be refused, and requests, which can; here by their public names.

The names are those of the workflow's signals (facts) and updates (requests), of the events in a scenario, and of the
messages of the API.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, get_args

from dunning.facts import (
    AnyFact,
    Bounced,
    ConsentWithdrawn,
    Contact,
    Credit,
    CustomerRelease,
    CustomerStop,
    Delivered,
    Dispute,
    Escalate,
    Fact,
    InvoiceChanged,
    MethodAdded,
    MethodRemoved,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
)
from dunning.message import Message
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
    Skip,
    Withdraw,
    WriteOff,
    WriteOffTerms,
)

__all__ = [
    "CUSTOMER_WIDE",
    "FACTS",
    "MESSAGES",
    "REQUESTS",
    "AnyFact",
    "AnyRequest",
    "Approve",
    "Attempt",
    "Bounced",
    "ConsentWithdrawn",
    "Contact",
    "Credit",
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
    "Open",
    "PaymentFailed",
    "PaymentPending",
    "PaymentReceived",
    "PaymentReversed",
    "Plan",
    "PolicyChange",
    "Promise",
    "Recall",
    "Release",
    "Request",
    "ResolveDispute",
    "Skip",
    "Withdraw",
    "WriteOff",
    "WriteOffTerms",
    "discreet",
    "identity",
]

FACTS: dict[str, type[AnyFact]] = {kind.name: kind for kind in get_args(AnyFact)}
REQUESTS: dict[str, type[AnyRequest]] = {kind.name: kind for kind in get_args(AnyRequest)}
MESSAGES: dict[str, type[Message]] = {**FACTS, **REQUESTS}
METHODS = frozenset({MethodAdded.name, MethodRemoved.name})
CUSTOMER_WIDE = METHODS | {"customer_stop", "customer_release", "contact", "consent_withdrawn"}
ADDRESSES = frozenset({"email", "phone", "address"})
UNNAMED = "fingerprint:"


def discreet(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """The message as a case is told it: that an address changed, not to which, for its history stays for good (O3).

    A fingerprint takes its place, so that the message is known by it as before; making one discreet twice is harmless.
    """
    if name != Contact.name:
        return body
    return {key: _unnamed(value, body) if key in ADDRESSES and value else value for key, value in body.items()}


def _unnamed(address: object, body: dict[str, Any]) -> str:
    text = str(address)
    return text if text.startswith(UNNAMED) else UNNAMED + _fingerprint(f"{body.get('at')} {text}")


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def identity(name: str, body: dict[str, Any]) -> str:
    """What makes a message the same message: its id where it has one, else its whole content (P1).

    The id of a payment method names the method, which may be updated, removed and added again and again (C2).
    """
    if body.get("id") and name not in METHODS:
        return f"{name}:{body['id']}"
    content = json.dumps(discreet(name, body), sort_keys=True, default=str, separators=(",", ":"))
    return f"{name}:{_fingerprint(content)}"
