"""What each operation tells a case or asks of it: its answer names it so. And what else is its answer's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dunning import messages
from dunning.messages import Message

MESSAGES: Final[Mapping[str, type[Message]]] = {
    "stop_customer": messages.CustomerStop,
    "release_customer": messages.CustomerRelease,
    "change_contact": messages.Contact,
    "report_absence": messages.Away,
    "report_complaint": messages.Complained,
    "opt_out": messages.OptedOut,
    "add_method": messages.MethodAdded,
    "remove_method": messages.MethodRemoved,
    "withdraw_consent": messages.ConsentWithdrawn,
    "credit_invoice": messages.Credit,
    "void_invoice": messages.Withdraw,
    "receive_payment": messages.PaymentReceived,
    "announce_payment": messages.PaymentPending,
    "fail_payment": messages.PaymentFailed,
    "reverse_payment": messages.PaymentReversed,
    "lift_reversal": messages.ReversalLifted,
    "dispute": messages.Dispute,
    "resolve_dispute": messages.ResolveDispute,
    "promise": messages.Promise,
    "plan": messages.Plan,
    "hold": messages.Hold,
    "release_hold": messages.Release,
    "escalate": messages.Escalate,
    "dispose_of_task": messages.Dispose,
    "approve": messages.Approve,
    "skip": messages.Skip,
    "resend": messages.SendAgain,
    "send_now": messages.SendNow,
    "attempt": messages.Attempt,
    "write_off": messages.WriteOff,
    "waive": messages.Waive,
    "hand_off": messages.HandOff,
    "recall": messages.Recall,
    "withdraw": messages.Withdraw,
    "change_policy": messages.PolicyChange,
    "report_delivery": messages.Delivered,
    "report_reply": messages.Replied,
    "report_call": messages.Call,
}

# What the example of an answer shows otherwise than a thing of its kind does elsewhere.
SHOWN: Final[Mapping[str, Mapping[str, Any]]] = {
    "register_invoice": {"stage": None, "updated_at": "2026-01-29T10:02:00Z"},
    "void_invoice": {"stage": None, "voided_at": "2026-03-10T08:00:02Z"},
}
