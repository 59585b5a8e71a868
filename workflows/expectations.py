"""What an effect is called in the Temporal UI, the answer it is expected to get, and what it means to get none."""

from __future__ import annotations

from temporalio.exceptions import (
    ActivityError,
    CancelledError,
    RetryState,
    TimeoutError,  # noqa: A004 - the SDK's own name
)

from dunning.answers import Answer, Approved, Done, Sent
from dunning.effects import Charge, Effect, ExtendCalendar, LoadPolicy, LookUpAccount, SendNotice, SettleCharge


def assumed(effect: Effect) -> Answer | None:
    """The answer that most effects get; None where none is likely. Writing another takes an activity more."""
    match effect:
        case SendNotice():
            return Sent(effect.by[:1] if effect.first else effect.by)
        case Charge():
            return Approved(effect.method)
        case SettleCharge() | LookUpAccount() | LoadPolicy() | ExtendCalendar():
            return None
        case _:
            return Done()


def gave_up(error: ActivityError) -> bool:
    """Whether an act was given up: all tries together took too long, or news came before the next one.

    It may end in the middle of a try or between two, and says so in different ways.
    """
    if isinstance(error.cause, TimeoutError | CancelledError):
        return True
    return error.retry_state in {RetryState.TIMEOUT, RetryState.CANCEL_REQUESTED}


def summary(effect: Effect) -> str:
    """One line for the Temporal UI, without personal data (O3)."""
    about = getattr(effect, "notice", None) or getattr(effect, "about", None) or getattr(effect, "method", None) or ""
    return f"{effect.kind.replace('_', ' ')} {about}".strip()
