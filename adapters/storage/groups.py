"""Groups of customers: who belongs to whom. People and figures ask for it; a case never does.

A group is a tree: every member but the one at its top has one parent.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select, update

from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import customers
from dunning.errors import NotAllowed

DEEPEST: Final = 20  # parents one above another
_PARENT: Final = select(customers.c.id, customers.c.parent).where(customers.c.id == bindparam("of"))


class BadParent(NotAllowed):
    """A customer cannot belong to this one; `found` and `allowed` say why."""

    def __init__(self, found: str, allowed: str) -> None:
        """In the words of the field."""
        super().__init__("parent", found, allowed)


def set_parent(tx: Transaction, customer_id: str, parent: str | None) -> bool:
    """Put the customer under this one, or under nobody; whether that changed something. Raises `BadParent`."""
    known = tx.row(_PARENT, of=customer_id)
    if known is None or known["parent"] == parent:
        return False
    if parent is not None:
        _expect_above(tx, customer_id, parent)
    tx.change(update(customers).where(customers.c.id == customer_id).values(parent=parent))
    return True


def _expect_above(tx: Transaction, customer_id: str, parent: str) -> None:
    """Nothing, where the customer is not among those above the parent. Raises `BadParent`."""
    above: str | None = parent
    for _ in range(DEEPEST):
        row = None if above is None else tx.row(_PARENT, of=above)
        if row is None and above == parent:
            raise BadParent(f"{parent}, who is not registered", "a customer who is; register the parent first")
        if row is None:
            return
        if row["id"] == customer_id:
            raise BadParent(f"{parent}, who belongs to {customer_id}", "a customer who does not")
        above = row["parent"]
    if above is not None:
        raise BadParent(f"{parent}, with {DEEPEST} parents above", f"fewer than {DEEPEST}")
