"""What a message may say of its case beside its own amount: what is to come, what failed, what was agreed.

It travels with the act, for only the case knows it. Nothing here is personal (O3): names, addresses and the last four
digits of a card are read from the store at the moment of sending.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from dunning.rulebook.decline import Codes
from dunning.value import value

AheadKind = Literal["notice", "call", "review", "charge", "fee", "interest", "suspend", "hand_off"]


@value
class Ahead:
    """One thing that is to come if nobody pays, answers or objects, on the local day `on`.

    `asked`: only if a person of the creditor's approves of it (H4). In a `review` a person looks at the case. `amount`
    is that of a fee, of interest or of a charge, `method` whom it is charged to.
    """

    kind: AheadKind
    on: date
    asked: bool = False
    amount: int | None = None
    method: str | None = None


@value
class FailedAttempt:
    """The newest attempt, where it was declined, and all that the provider said of it."""

    on: date
    method: str
    amount: int
    codes: Codes
    network: str | None = None


@value
class PlanPart:
    """One instalment of the plan that stands, and what is still `open` of it (A3)."""

    on: date
    amount: int
    open: int


@value
class PromiseMade:
    """A promise: how much, by which day (A1), and how much of that was paid since."""

    amount: int
    on: date
    received: int = 0


@value
class DisputeSaid:
    """A dispute: about how much, and how much of that was credited (D3); None while nobody has answered it."""

    amount: int
    credited: int | None = None


@value
class CaseFacts:
    """All of it. `ahead` reaches to the next notice of the ladder and includes it: what follows that one, that one will
    announce. It is empty where nothing comes by itself, as under a hold. None of a case means that it is not known.

    `failed` is None once the method was renewed or an attempt succeeded. `plan_ends_on` is the day from which a missed
    instalment ends the plan (A3). `principal`, `costs` and `interest` are the parts of the balance (K1), `paid` what
    was paid so far, `disputed` what is disputed and not answered, `overpaid` what is the customer's (P3). `received` is
    what a message thanks for, `dispute` the one that it is about (M2). `copy_of_on` is the day on which that left which
    leaves again (N3). `ended` says how the case ended, None while it is open (S4).
    """

    ahead: tuple[Ahead, ...] = ()
    failed: FailedAttempt | None = None
    plan: tuple[PlanPart, ...] = ()
    plan_ends_on: date | None = None
    promise: PromiseMade | None = None
    principal: int = 0
    costs: int = 0
    interest: int = 0
    paid: int = 0
    suspended: bool = False
    received: int | None = None
    dispute: DisputeSaid | None = None
    copy_of_on: date | None = None
    disputed: int = 0
    overpaid: int = 0
    ended: str | None = None
