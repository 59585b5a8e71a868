"""What facts and requests have in common: a public name, and the moment at which they reached us."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from dunning.records import Amount, Record

Positive = Annotated[Amount, Field(gt=0)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Message(Record):
    """A fact or a request. `at` is when it reached us; left out, the moment it is applied."""

    name: ClassVar[str]
    at: AwareDatetime | None = None
