"""How a sandbox gateway answers to a charge: by the method's id, or as a scenario says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from dunning.rulebook.tables import TABLES
from dunning.simulation import world

SETTLING: Final = timedelta(days=3)  # from the acceptance of a bank debit to the news of it
EXPECTED: Final = timedelta(days=5)  # from the acceptance to the last day on which news is expected


@dataclass(frozen=True, slots=True)
class SandboxScript:
    """One answer. With a `code` it is a decline; `debit` says how a bank debit ends.

    `silent_for` is set where the caller hears nothing: for that long the provider does not know the outcome either.
    `lost` is a call that never arrived; made again, it does.
    """

    code: str | None = None
    advice: str | None = None
    debit: Literal["settles", "fails"] | None = None
    silent_for: timedelta | None = None
    lost: bool = False


APPROVE: Final = SandboxScript()
AT_ONCE: Final = timedelta()

# A method with several answers gives them one after another, charge by charge of one customer; the last one stays.
BY_METHOD: Final[dict[str, tuple[SandboxScript, ...]]] = {
    **{f"pm_card_{code}": (SandboxScript(code),) for code in TABLES["stripe"].codes},
    "pm_card_ok": (APPROVE,),
    "pm_card_ok_at_second_try": (SandboxScript("insufficient_funds"), APPROVE),
    "pm_card_timeout_approved": (SandboxScript(silent_for=AT_ONCE),),
    "pm_card_timeout_declined": (SandboxScript("generic_decline", silent_for=AT_ONCE),),
    "pm_card_timeout_lost": (SandboxScript(lost=True),),
    "pm_sepa_pending_settles": (SandboxScript(debit="settles"),),
    "pm_sepa_pending_fails": (SandboxScript(debit="fails"),),
}


def script_for_method(method: str, earlier: int) -> SandboxScript:
    """The answer for a method of which this customer had `earlier` charges; one without a script is approved."""
    scripts = BY_METHOD.get(method, (APPROVE,))
    return scripts[min(earlier, len(scripts) - 1)]


def script_of_scenario(told: world.Script) -> SandboxScript:
    """An answer of a scenario, which approves where it names no decline."""
    return SandboxScript(told.answer, told.advice, silent_for=told.lasts if told.unknown else None)
