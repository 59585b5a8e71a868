"""What takes two people (R3): the limits of the settings, written into a request before a case hears it.

Whoever asks cannot say themselves how much they may give up alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dunning.messages import AnyRequest, Attempt, Dispose, HandOff, Waive, WriteOff
from dunning.requests import CUSTOMER

Limits = Mapping[str, Decimal]  # in major units by currency; one that is not named has no limit


@dataclass(frozen=True, slots=True)
class FourEyes:
    """Up to which balance one person may write off or hand off alone, and how much waive; without limits, all of it."""

    write_off: Limits = field(default_factory=dict)
    hand_off: Limits = field(default_factory=dict)
    waiver: Limits = field(default_factory=dict)

    def limits_of(self, request: AnyRequest) -> Limits | None:
        """The limits for this request, None where it gives nothing up."""
        match request:
            case WriteOff():
                return self.write_off
            case HandOff():
                return self.hand_off
            case Waive():
                return self.waiver
            case Dispose(write_off=terms) if terms is not None:
                return self.write_off
            case Dispose(hand_off=True):
                return self.hand_off
            case _:
                return None


def in_name_of(request: AnyRequest, person: str) -> AnyRequest:
    """The request by this person, whoever it says it is by; but a customer's own attempt stays theirs (C3)."""
    if isinstance(request, Attempt) and request.by == CUSTOMER:
        return request
    update: dict[str, Any] = {"by": person} if "by" in type(request).model_fields else {}
    if isinstance(request, Dispose) and request.write_off is not None:
        update["write_off"] = request.write_off.model_copy(update={"by": person})
    return request.model_copy(update=update)
