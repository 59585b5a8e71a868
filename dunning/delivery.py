"""What a channel says when it could not hand a notice over: surely not taken, or nobody can know (rule N3).

The difference decides what comes next. A notice that was surely not taken is sent again under its key; one whose
fate is unknown counts as sent for a reminder, and leads to one marked copy where the step has a deadline. Neither
text ever carries a name or an address: both end up in logs and histories (O3).
"""

from __future__ import annotations

from dunning.errors import DunningError


class NotTaken(DunningError):
    """The channel did not take the notice, and it is certain that it did not: trying again can make no second one.

    `lasting` says that a later try will fail in the same way until somebody changes our settings or the message.
    """

    def __init__(self, why: str, *, lasting: bool = False) -> None:
        """`why` names what was asked of the channel and how it answered."""
        self.why = why
        self.lasting = lasting
        super().__init__(why)


class FateUnknown(DunningError):
    """The channel may have taken the notice or not: the answer to the last word was lost."""

    def __init__(self, why: str) -> None:
        """`why` names what was asked of the channel and what happened then."""
        self.why = why
        super().__init__(why)
