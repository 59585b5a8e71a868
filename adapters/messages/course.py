"""What the ladder does next, as a text can say it: nothing that is not on it, and all that is (M1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from adapters.messages.codes_told import is_bank_debit
from adapters.messages.figures import Figures
from dunning.case_facts import Ahead, AheadKind, CaseFacts
from dunning.records import Method


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is to come. `on` is its day, in words; `asked`: only if a person of ours approves of it.

    An attempt is made with a `method`, a `card` or an `account`; empty where that is not known.
    """

    on: str
    asked: bool
    amount: str = ""
    last4: str = ""
    method: Literal["card", "account", ""] = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What is to come up to the next notice, and that one (`again`). What does not come is None.

    `known` False: nobody knows, and nothing may be said of it. A `fee` and `interest` come with the next notice;
    `charge` is the first attempt to come, `review` a person's look at the case. `takes`: something is stopped or given
    away before anybody writes again.
    """

    known: bool = False
    again: Coming | None = None
    call: Coming | None = None
    review: Coming | None = None
    charge: Coming | None = None
    fee: Coming | None = None
    interest: Coming | None = None
    suspend: Coming | None = None
    hand_off: Coming | None = None

    @property
    def takes(self) -> bool:
        """Whether something is stopped or given away before anybody writes again."""
        return self.suspend is not None or self.hand_off is not None

    @property
    def quiet(self) -> bool:
        """Nothing comes by itself."""
        return self.known and not (self.charge or self.again or self.call or self.review or self.takes)


def course_of(facts: CaseFacts | None, figures: Figures, methods: Mapping[str, Method]) -> Course:
    """What is to come, in these figures; `methods` are the customer's."""
    if facts is None:
        return Course()

    def first(kind: AheadKind) -> Coming | None:
        found = next((one for one in facts.ahead if one.kind == kind), None)
        return _coming(found, figures, methods) if found else None

    return Course(
        known=True,
        again=first("notice"),
        call=first("call"),
        review=first("review"),
        charge=first("charge"),
        fee=first("fee"),
        interest=first("interest"),
        suspend=first("suspend"),
        hand_off=first("hand_off"),
    )


def common(courses: Sequence[Course]) -> Course:
    """What is the same in each of them; what comes for some only is left out."""
    first, *others = courses
    if not others:
        return first
    same = {
        one.name: getattr(first, one.name)
        for one in fields(Course)
        if all(getattr(other, one.name) == getattr(first, one.name) for other in others)
    }
    return Course(**same | {"known": all(one.known for one in courses)})


def _coming(one: Ahead, figures: Figures, methods: Mapping[str, Method]) -> Coming:
    method = methods.get(one.method or "")
    amount = figures.amount(one.amount) if one.amount else ""
    if method is None or method.network is None:
        return Coming(figures.day(one.on), one.asked, amount, (method and method.last4) or "")
    kind: Literal["card", "account"] = "account" if is_bank_debit(method.network) else "card"
    return Coming(figures.day(one.on), one.asked, amount, method.last4 or "", kind)
