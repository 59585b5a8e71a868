"""One message that leaves for several invoices of a customer (N5)."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from dunning.value import value

MOST: Final = 200  # invoices of one message

_Id = Annotated[str, Field(min_length=1, max_length=400)]


@value
class SharedMessage:
    """Who shares one message: the `invoices` in order of due date, then id, and the `lead`, whose case sends it.

    `key` is the name of the lead's act for ever, `message` whose words it has, and `demands` the total in minor units.
    """

    key: _Id
    lead: _Id
    invoices: Annotated[tuple[_Id, ...], Field(min_length=2, max_length=MOST)]
    message: _Id
    demands: int
