"""What sentences seem to say, by the phrases of the languages: each kind once, with the words it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from adapters.replies.clauses import Sentence
from adapters.replies.language import SuggestionKind
from adapters.replies.languages import LANGUAGES
from adapters.replies.phrases import any_of
from adapters.replies.told_amounts import ToldAmount, amounts
from adapters.replies.told_dates import ToldDate, Way, dates

KINDS: Final[tuple[SuggestionKind, ...]] = (
    "dispute", "promise", "paid", "hardship", "stop", "wrong_person", "call_back",
)  # fmt: skip
_WAYS: Final[dict[SuggestionKind, Way]] = {"promise": "ahead", "paid": "back"}
_CONDITIONS: Final = tuple((language, any_of(language.conditions)) for language in LANGUAGES)
_BESIDE: Final = 3  # words of a clause that is little more than a day: "On Friday, I will pay."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a sentence seems to say; `said` is that sentence.

    `on` is the day of a promise or a payment, `amount` what is promised or paid, in major units of `currency`; both
    only where they stand there, and leave no choice.
    """

    kind: SuggestionKind
    said: str = field(repr=False)
    on: date | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The day on which something was said, and whether its writer may put a month before its day."""

    day: date
    month_first: bool


def suggestions(said: Sequence[Sentence], heard: Heard) -> Iterator[Suggestion]:
    """Each kind once at most, read from the words that say most of it."""
    for kind in KINDS:
        found = [_suggestion(one, place, kind, heard) for one in said for place in _saying(one, kind)]
        if found:
            yield max(found, key=lambda one: (one.on is not None) + (one.amount is not None))


def _saying(sentence: Sentence, kind: SuggestionKind) -> Iterator[range]:
    """Which clauses of a sentence say it: each by itself, or else all together."""
    clauses, signs = sentence.clauses, False
    for number, clause in enumerate(clauses):
        signs = signs or _has_sign(clause, kind)
        if _says(clause, kind) and not (kind == "promise" and _has_condition(clauses[: number + 1])):
            yield range(number, number + 1)
    if signs or kind not in _WAYS or len(clauses) == 1 or _has_condition(clauses):
        return
    if _says(" ".join(clauses), kind):
        yield range(len(clauses))


def _says(clause: str, kind: SuggestionKind) -> bool:
    if clause.endswith("?") and kind in _WAYS:
        return False
    for language in LANGUAGES:
        back = language.taken_back.get(kind)
        if language.sign_of[kind].search(clause) and not (back and back.search(clause)):
            return True
    return False


def _has_sign(clause: str, kind: SuggestionKind) -> bool:
    return any(language.sign_of[kind].search(clause) for language in LANGUAGES)


def _has_condition(clauses: Sequence[str]) -> bool:
    """Whether the last clause has a condition in it, or one before it begins with one."""
    return any(
        pattern.search(clauses[-1]) or any(pattern.match(clause) for clause in clauses[:-1])
        for _, pattern in _CONDITIONS
    )


def _suggestion(sentence: Sentence, which: range, kind: SuggestionKind, heard: Heard) -> Suggestion:
    way = _WAYS.get(kind)
    if way is None:
        return Suggestion(kind, sentence.said)
    clauses = [sentence.clauses[number] for number in which]
    around = [
        sentence.clauses[number]
        for number in (which[0] - 1, which[-1] + 1)
        if 0 <= number < len(sentence.clauses) and _is_beside(sentence.clauses[number], heard, way)
    ]
    told = [on for clause in clauses for on in _days(clause, heard, way)]
    days = {one.on for one in told or [on for clause in around for on in _days(clause, heard, way)]}
    of = {one for clause in [*clauses, *around] for one in amounts(clause)}
    amount = of.pop() if len(of) == 1 else ToldAmount(Decimal(0), "")
    named = bool(amount.currency)
    return Suggestion(
        kind, sentence.said, days.pop() if len(days) == 1 else None,
        amount.amount if named else None, amount.currency if named else None,
    )  # fmt: skip


def _is_beside(clause: str, heard: Heard, way: Way) -> bool:
    """Whether a clause is little more than a day or an amount, and so belongs to the one beside it."""
    days = _days(clause, heard, way)
    named = " ".join(clause[one.begins : one.ends] for one in days)
    return bool(days or amounts(clause)) and len(clause.split()) - len(named.split()) <= _BESIDE


def _days(clause: str, heard: Heard, way: Way) -> list[ToldDate]:
    return dates(clause, heard.day, way, month_first=heard.month_first)
