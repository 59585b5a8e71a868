"""Attempts and methods as people would tell them: by which card, what the answer was, what follows, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from api.pages.words import as_words, day_text, moment_text, sentence
from api.shapes.attempts import AttemptOut, MethodInCase, Review
from api.shapes.values import Sum
from dunning.records import Method
from dunning.rulebook.decline import NEVER_ARRIVED
from dunning.rulebook.networks import family, is_debit

_DEBITS: Final = {"ach": "ACH debit", "sepa_dd": "SEPA debit", "bacs": "Bacs debit"}
_WHO: Final = {"ladder": "the ladder", "plan": "the plan", "customer": "the customer"}
_TONES: Final = {
    "approved": "good", "declined": "stop", "failed": "stop", "underway": "wait", "unknown": "ask",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MethodName:
    """What a person calls a method: `name` is its brand, or its id where no last four digits are known."""

    name: str
    last4: str | None = None
    network: str | None = None

    @property
    def words(self) -> str:
        """As it stands in a sentence."""
        return f"{self.name} ending in {self.last4}" if self.last4 else self.name


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt: what was tried, what the answer was and what follows, each in a few words."""

    number: int | None
    made: str
    at: datetime
    who: str | None
    method: MethodName | None
    amount: Sum | None
    tone: str
    answer: str | Markup
    codes: tuple[tuple[str, str], ...]
    follows: str | Markup | None
    row: str | None
    source: str | None


def method_name(method: MethodInCase | Review | Method, method_id: str) -> MethodName:
    """By brand and last four digits; the network beside it where that says more."""
    network = _network(method.network)
    if method.last4 is None:
        return MethodName(method_id, None, network)
    name = _network(method.brand) or network or "Method"
    return MethodName(name, method.last4, network if network != name else None)


def attempt_rows(attempts: Sequence[AttemptOut], methods: Sequence[MethodInCase], zone: str) -> tuple[AttemptRow, ...]:
    """Every attempt, with its moments in the case's zone."""
    names = {method.id: method_name(method, method.id) for method in methods}
    own = {one.number: one for one in attempts if one.made == "here"}
    return tuple(_tried(one, names, own, zone) for one in attempts)


def _tried(
    one: AttemptOut, names: Mapping[str, MethodName], own: Mapping[int | None, AttemptOut], zone: str
) -> AttemptRow:
    return AttemptRow(
        number=one.number,
        made=one.made,
        at=one.at,
        who=_WHO.get(one.by, one.by) if one.by else None,
        method=names.get(one.method, MethodName(one.method)) if one.method else None,
        amount=one.amount,
        tone="quiet" if one.code == NEVER_ARRIVED else _TONES.get(one.state, "quiet"),
        answer=_answer(one),
        codes=_codes(one),
        follows=_follows(one, own, zone),
        row=one.row,
        source=one.source,
    )


def _answer(one: AttemptOut) -> str | Markup:
    match one.state:
        case "approved":
            return "Approved"
        case "underway":
            return Markup("Under way until {}").format(day_text(one.settles_by)) if one.settles_by else "Under way"
        case "unknown":
            return "Not known yet: the provider is asked"
        case "failed":
            return "Did not come: the provider is asked why"
        case "forbidden":
            return f"Not made: {one.meaning}"
        case _:
            return _declined(one)


def _declined(one: AttemptOut) -> str:
    if one.code == NEVER_ARRIVED:
        return "Never reached the provider"
    if one.code is None:
        return "Declined; nobody told why"
    return f"Declined: {one.meaning}" if one.is_known else "Declined with a code that no table lists"


def _codes(one: AttemptOut) -> tuple[tuple[str, str], ...]:
    """Each code with whose it is."""
    if one.code == NEVER_ARRIVED:
        return ()
    said = (
        ("code", one.code), ("advice", one.advice), ("network’s code", one.network_code),
        ("network’s advice", one.network_advice),
    )  # fmt: skip
    return tuple((whose, code) for whose, code in said if code)


def _follows(one: AttemptOut, own: Mapping[int | None, AttemptOut], zone: str) -> str | Markup | None:
    if one.made == "elsewhere" and one.follows != "never_again":
        return None  # the case does not act on it (C3)
    match one.follows:
        case "try_later":
            again = "May be tried" if one.made == "not" else "May be tried again"
            return (
                Markup("{}, not before {}").format(again, moment_text(one.not_before, zone))
                if one.not_before
                else again
            )
        case "ask_customer":
            return _asked(one.by)
        case "never_again":
            return _finished(one, own)
        case "look_first":
            return "The provider is asked what became of the earlier charge"
        case "operator":
            text = "A person must repair our set-up or data"
            return (
                Markup("{}; not before {}").format(text, moment_text(one.not_before, zone)) if one.not_before else text
            )
        case _:
            return "Made again" if one.code == NEVER_ARRIVED else None


def _asked(by: str | None) -> str:
    """Who pays by themselves sees the answer, an instalment has its own reminder; all others get a link (C2)."""
    if by == "customer":
        return "The customer saw the answer themselves"
    return "The plan’s own reminder asks the customer" if by == "plan" else "The customer is asked"


def _finished(one: AttemptOut, own: Mapping[int | None, AttemptOut]) -> str:
    after = own.get(one.number + 1) if one.number is not None else None
    if after is not None and after.method != one.method:
        return f"This method is finished; attempt {after.number} is by another one"
    return "No attempt by it, for good" if one.made == "not" else "This method is finished"


def _network(name: str | None) -> str | None:
    """The network's name as people write it."""
    if not name:
        return None
    known = family(name)
    if is_debit(known):
        return _DEBITS[known]
    return sentence(as_words(name)) if name.islower() else name
