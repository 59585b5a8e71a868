"""What an effect is called in the Temporal UI, and what it means that an act was given up."""

from __future__ import annotations

from temporalio.exceptions import (
    ActivityError,
    CancelledError,
    RetryState,
    TimeoutError,  # noqa: A004 - the SDK's own name
)

from dunning.effects import Charge, Effect, EscalateTask, OpenTask, SendNotice, SettleCharge


def gave_up(error: ActivityError) -> bool:
    """Whether an act was given up: all tries together took too long, or news came before the next one.

    It may end in the middle of a try or between two, and says so in different ways.
    """
    if isinstance(error.cause, TimeoutError | CancelledError):
        return True
    return error.retry_state in {RetryState.TIMEOUT, RetryState.CANCEL_REQUESTED}


def summary(effect: Effect) -> str:
    """One line for the Temporal UI, without personal data (O3)."""
    return f"{effect.kind.replace('_', ' ')} {_about(effect)}".strip()


def _about(effect: Effect) -> str:
    match effect:
        case SendNotice(notice=notice, purpose="copy" | "resend"):
            return f"{notice}, a copy"
        case SendNotice(notice=notice, purpose="next_channel"):
            return f"{notice}, by the next channel"
        case SendNotice(notice=about) | OpenTask(about=about) | EscalateTask(about=about):
            return about
        case Charge(method=method) | SettleCharge(method=method):
            return method
        case _:
            return ""
