"""What each parameter in a path or a query means, and an example of it.

One that means something else at one operation has an entry `operation.name`.
"""

from __future__ import annotations

from typing import Final

from api.openapi.meanings import Meaning

PARAMETERS: Final = {
    "stage": Meaning("only cases that stand there"),
    "policy": Meaning("only cases that follow this policy, by its name", "b2b-net30"),
    "customer_id": Meaning("only those of this customer", "acme"),
    "outcome": Meaning("only cases that ended so"),
    "queue": Meaning("only questions in this queue", "collections"),
    "about": Meaning("only questions of this kind", "escalation"),
    "invoice_id": Meaning("only those of this invoice", "INV-2041"),
    "method_id": Meaning("the payment method's id; a slash in it is written %2F", "card_main"),
    "payment_id": Meaning("the payment's id, as it was told; a slash in it is written %2F", "bank-8841"),
    "fail_payment.payment_id": Meaning("the id of the pending payment; a slash in it is written %2F", "sepa-311"),
    "dispute_id": Meaning("the dispute's id; a slash in it is written %2F", "D-1"),
    "hold_id": Meaning("the hold's id; a slash in it is written %2F", "H-1"),
    "task_id": Meaning("the task's id, or its kind; a slash in it is written %2F", "escalation"),
    "message_id": Meaning("the message's id, from the list; a slash in it is written %2F", "m-7f3a"),
    "name": Meaning("the policy's name", "b2b-net30"),
}


def parameter_of(operation: str, name: str) -> Meaning | None:
    """What a parameter in the path or the query means."""
    return PARAMETERS.get(f"{operation}.{name}") or PARAMETERS.get(name)
