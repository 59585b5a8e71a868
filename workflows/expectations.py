"""What an effect is called in the Temporal UI, and the answer it is expected to get."""

from __future__ import annotations

from dunning.effects import (
    Answer,
    Approved,
    Charge,
    Done,
    Effect,
    ExtendCalendar,
    LoadPolicy,
    LookUpAccount,
    SendNotice,
    Sent,
    SettleCharge,
)


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


def summary(effect: Effect) -> str:
    """One line for the Temporal UI, without personal data (O3)."""
    about = getattr(effect, "notice", None) or getattr(effect, "about", None) or getattr(effect, "method", None) or ""
    return f"{effect.kind.replace('_', ' ')} {about}".strip()
