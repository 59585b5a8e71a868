"""Every address and who may use it (R2): what is not entered here is closed to everybody.

An entry names actions; who may do one of them is let through, and what they send may be looked at once more by what it
says (`api.callers.asked_by`). The matrix of the reference is made of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from api.actions.customer_index import CUSTOMER_ACTIONS
from api.actions.index import ACTIONS
from api.callers import Caller, may, not_permitted
from api.problems import Problem
from dunning.roles import ROLES, Action, Role
from dunning.roles import may as roles_may

Entry = tuple[Action, ...] | Literal["open", "signed-in"]
OPEN: Final = "open"  # to everybody, or guarded by a secret of its own
SIGNED_IN: Final = "signed-in"  # whatever their roles are

_LOOK_UP: Final[Entry] = ("look_up",)
_SEE: Final[Entry] = ("see",)
_ACTS: Final[Entry] = tuple(dict.fromkeys(action.right for action in ACTIONS))  # which of them, the form says
_ACTS_ON_CUSTOMERS: Final[Entry] = tuple(dict.fromkeys(one.action.right for one in CUSTOMER_ACTIONS))

ROUTES: Final[Mapping[tuple[str, str], Entry]] = {
    # Customers.
    ("GET", "/v1/customers"): _LOOK_UP,
    ("PUT", "/v1/customers/{customer_id}"): ("register",),
    ("GET", "/v1/customers/{customer_id}"): _LOOK_UP,
    ("POST", "/v1/customers/{customer_id}/stop"): ("customer_stop",),
    ("POST", "/v1/customers/{customer_id}/release"): ("customer_release",),
    ("POST", "/v1/customers/{customer_id}/contact"): ("contact",),
    ("POST", "/v1/customers/{customer_id}/absences"): ("away",),
    ("POST", "/v1/customers/{customer_id}/complaints"): ("complained",),
    ("POST", "/v1/customers/{customer_id}/opt-outs"): ("opted_out",),
    ("POST", "/v1/customers/{customer_id}/methods"): ("method_added",),
    ("POST", "/v1/customers/{customer_id}/methods/{method_id}/removal"): ("method_removed",),
    ("POST", "/v1/customers/{customer_id}/consent-withdrawal"): ("consent_withdrawn",),
    ("GET", "/v1/customers/{customer_id}/care"): _SEE,
    ("PUT", "/v1/customers/{customer_id}/owner"): ("assign",),
    ("DELETE", "/v1/customers/{customer_id}/owner"): ("assign",),
    ("PUT", "/v1/customers/{customer_id}/snooze"): ("snooze",),
    ("DELETE", "/v1/customers/{customer_id}/snooze"): ("snooze",),
    # Invoices and payments.
    ("GET", "/v1/invoices"): _LOOK_UP,
    ("POST", "/v1/invoices"): ("register",),
    ("GET", "/v1/invoices/{invoice_id}"): _LOOK_UP,
    ("PATCH", "/v1/invoices/{invoice_id}"): ("invoice_changed",),
    ("POST", "/v1/invoices/{invoice_id}/credits"): ("credit",),
    ("POST", "/v1/invoices/{invoice_id}/void"): ("void",),
    ("GET", "/v1/invoices/{invoice_id}/policy"): _LOOK_UP,
    ("POST", "/v1/payments"): ("payment_received",),
    ("POST", "/v1/unmatched-payments"): ("payment_received",),
    ("POST", "/v1/pending-payments"): ("payment_pending",),
    ("POST", "/v1/pending-payments/{payment_id}/failure"): ("payment_failed",),
    ("POST", "/v1/payments/{payment_id}/reversals"): ("payment_reversed",),
    ("POST", "/v1/payments/{payment_id}/lifted-reversals"): ("reversal_lifted",),
    # Cases.
    ("GET", "/v1/cases"): _LOOK_UP,
    ("POST", "/v1/cases"): ("open",),
    ("GET", "/v1/cases/{invoice_id}"): _LOOK_UP,
    ("GET", "/v1/cases/{invoice_id}/forecast"): _LOOK_UP,
    ("GET", "/v1/cases/{invoice_id}/journal"): _SEE,
    ("GET", "/v1/cases/{invoice_id}/attempts"): _SEE,
    ("GET", "/v1/cases/{invoice_id}/methods"): _SEE,
    ("GET", "/v1/cases/{invoice_id}/tasks/{task_id}"): _SEE,
    ("POST", "/v1/cases/{invoice_id}/disputes"): ("dispute",),
    ("POST", "/v1/cases/{invoice_id}/disputes/{dispute_id}/resolution"): ("resolve_dispute",),
    ("POST", "/v1/cases/{invoice_id}/promises"): ("promise",),
    ("POST", "/v1/cases/{invoice_id}/plans"): ("plan",),
    ("POST", "/v1/cases/{invoice_id}/holds"): ("hold",),
    ("POST", "/v1/cases/{invoice_id}/holds/{hold_id}/release"): ("release",),
    ("POST", "/v1/cases/{invoice_id}/escalations"): ("escalate",),
    ("POST", "/v1/cases/{invoice_id}/tasks/{task_id}/disposal"): ("dispose",),
    ("POST", "/v1/cases/{invoice_id}/approvals"): ("approve",),
    ("POST", "/v1/cases/{invoice_id}/skips"): ("skip",),
    ("POST", "/v1/cases/{invoice_id}/resends"): ("resend",),
    ("POST", "/v1/cases/{invoice_id}/send-now"): ("send_now",),
    ("POST", "/v1/cases/{invoice_id}/attempts"): ("attempt",),
    ("POST", "/v1/cases/{invoice_id}/write-off"): ("write_off",),
    ("POST", "/v1/cases/{invoice_id}/waivers"): ("waive",),
    ("POST", "/v1/cases/{invoice_id}/hand-off"): ("hand_off",),
    ("POST", "/v1/cases/{invoice_id}/recall"): ("recall",),
    ("POST", "/v1/cases/{invoice_id}/withdrawal"): ("withdraw",),
    ("POST", "/v1/cases/{invoice_id}/policy"): ("policy",),
    ("POST", "/v1/cases/{invoice_id}/deliveries"): ("delivered", "bounced"),
    ("POST", "/v1/cases/{invoice_id}/calls"): ("call",),
    ("POST", "/v1/cases/{invoice_id}/replies"): ("replied",),
    ("GET", "/v1/cases/{invoice_id}/notes"): _SEE,
    ("POST", "/v1/cases/{invoice_id}/notes"): ("note",),
    ("GET", "/v1/customers/{customer_id}/notes"): _SEE,
    ("POST", "/v1/customers/{customer_id}/notes"): ("note",),
    # What people work with.
    ("GET", "/v1/tasks"): _SEE,
    ("GET", "/v1/reviews"): _SEE,
    ("GET", "/v1/policies"): _LOOK_UP,
    ("POST", "/v1/policies/check"): _LOOK_UP,
    ("GET", "/v1/policies/{name}"): _LOOK_UP,
    ("POST", "/v1/messages/preview"): _SEE,
    ("GET", "/v1/mailbox"): _SEE,
    ("GET", "/v1/mailbox/{message_id}"): _SEE,
    # Pages.
    ("GET", "/"): SIGNED_IN,
    ("GET", "/cases"): _SEE,
    ("GET", "/cases.json"): _SEE,
    ("GET", "/cases.csv"): _SEE,
    ("GET", "/overview"): _SEE,
    ("GET", "/overview.json"): _SEE,
    ("GET", "/overview.csv"): _SEE,
    ("GET", "/cases/{invoice_id}"): _SEE,
    ("GET", "/cases/{invoice_id}/messages/{kind}"): _SEE,
    ("GET", "/cases/{invoice_id}/messages/{kind}/page"): _SEE,
    ("GET", "/cases/{invoice_id}/messages/{kind}/letter.pdf"): _SEE,
    ("GET", "/cases/{invoice_id}/files/{file_id}"): _SEE,
    ("GET", "/cases/{invoice_id}/actions/{action}"): _SEE,
    ("POST", "/cases/{invoice_id}/actions/{action}"): _ACTS,
    ("GET", "/cases/{invoice_id}/tasks/{task_id}"): _SEE,
    ("POST", "/cases/{invoice_id}/tasks/{task_id}/next"): ("promise", "dispute", "customer_stop"),
    ("GET", "/tasks"): _SEE,
    ("GET", "/tasks.json"): _SEE,
    ("GET", "/tasks.csv"): _SEE,
    ("GET", "/customers"): _SEE,
    ("GET", "/customers.json"): _SEE,
    ("GET", "/customers.csv"): _SEE,
    ("GET", "/customers/{customer_id}"): _SEE,
    ("GET", "/customers/{customer_id}/statement"): _SEE,
    ("GET", "/customers/{customer_id}/statement/page"): _SEE,
    ("GET", "/customers/{customer_id}/statement/letter.pdf"): _SEE,
    ("GET", "/customers/{customer_id}/actions/{action}"): _SEE,
    ("POST", "/customers/{customer_id}/actions/{action}"): _ACTS_ON_CUSTOMERS,
    ("GET", "/search"): _SEE,
    ("POST", "/search"): _SEE,
    ("POST", "/search/as-typed"): _SEE,
    ("POST", "/search.json"): _SEE,
    ("GET", "/reviews"): _SEE,
    ("GET", "/calendar"): _SEE,
    ("GET", "/calendar.json"): _SEE,
    ("GET", "/calendar.csv"): _SEE,
    ("GET", "/disputes"): _SEE,
    ("GET", "/disputes.json"): _SEE,
    ("GET", "/disputes.csv"): _SEE,
    ("GET", "/payments"): _SEE,
    ("GET", "/payments.json"): _SEE,
    ("GET", "/payments.csv"): _SEE,
    ("GET", "/payments/unmatched"): ("payment_received",),
    ("POST", "/payments/unmatched"): ("payment_received",),
    ("GET", "/payments/unmatched/{payment_id}"): ("payment_received",),
    ("POST", "/payments/unmatched/{payment_id}"): ("payment_received",),
    ("GET", "/queue"): _SEE,
    ("GET", "/queue.json"): _SEE,
    ("GET", "/queue.csv"): _SEE,
    ("POST", "/queue/views"): _SEE,
    ("POST", "/queue/views/forget"): _SEE,
    ("POST", "/queue/act"): ("assign", "snooze", "bulk"),
    ("GET", "/policies"): _SEE,
    ("GET", "/messages"): _SEE,
    ("GET", "/messages.json"): _SEE,
    ("GET", "/messages.csv"): _SEE,
    ("GET", "/messages/{message_id}"): _SEE,
    ("GET", "/messages/{message_id}/returned/{mail_id}"): _SEE,
    ("GET", "/messages/{message_id}/page"): _SEE,
    ("GET", "/messages/{message_id}/letter.pdf"): _SEE,
    ("GET", "/policies.json"): _SEE,
    ("GET", "/policies.csv"): _SEE,
    ("GET", "/policies/{name}"): _SEE,
    ("GET", "/policies/{name}/takeover"): ("bulk",),
    ("POST", "/policies/{name}/takeover"): ("bulk",),
    ("GET", "/keys"): SIGNED_IN,
    ("GET", "/people"): ("people",),
    ("GET", "/people.json"): ("people",),
    ("POST", "/people"): ("people",),
    ("POST", "/people/roles"): ("people",),
    ("POST", "/people/state"): ("people",),
    ("POST", "/people/link"): ("people",),
    ("GET", "/system"): ("system",),
    ("GET", "/system.json"): ("system",),
    ("POST", "/time"): ("move_time",),
    ("POST", "/demo/person"): SIGNED_IN,
    ("POST", "/sign-out"): SIGNED_IN,
    # Without a key of ours.
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("GET", "/sign-in/provider"): OPEN,
    ("GET", "/sign-in/provider/back"): OPEN,
    ("GET", "/welcome/{token}"): OPEN,
    ("POST", "/welcome/{token}"): OPEN,
    ("GET", "/static/{name}"): OPEN,
    ("GET", "/problems/{kind}"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/reference"): OPEN,
    ("GET", "/reference/{subject}"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/u/{token}"): OPEN,
    ("POST", "/u/{token}"): OPEN,
    ("POST", "/webhooks/stripe"): OPEN,
    ("POST", "/webhooks/twilio"): OPEN,
    ("POST", "/webhooks/postmark"): OPEN,
    ("POST", "/webhooks/pingen"): OPEN,
}


def refused(method: str, route: str, caller: Caller | None) -> Problem | None:
    """Why somebody may not use this address, a 403 (R5); None where they may."""
    entry = ROUTES.get(("GET" if method == "HEAD" else method, route))
    if entry == OPEN or (entry == SIGNED_IN and caller is not None):
        return None
    actions = entry if isinstance(entry, tuple) else ()
    if any(may(caller, action) for action in actions):
        return None
    return not_permitted(caller.roles if caller else (), *actions)


def matrix() -> tuple[tuple[str, str, tuple[Role, ...]], ...]:
    """For the reference: method, address, and the roles that may use it; all of them where it takes no role."""
    return tuple((method, route, roles_in(entry)) for (method, route), entry in ROUTES.items())


def roles_in(entry: Entry) -> tuple[Role, ...]:
    """The roles that an entry lets through."""
    if not isinstance(entry, tuple):
        return ROLES
    return tuple(role for role in ROLES if any(roles_may((role,), action) for action in entry))
