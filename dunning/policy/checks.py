"""What no part of a policy can see alone: names, the order of the days, and that consequences were announced.

The checks run on a `Draft`, which may have holes where a step cannot be read, so that a file's mistakes are all
reported at once. They never refuse what some calendar makes right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dunning.policy.actions import Notify
from dunning.policy.distance import certainly_longer
from dunning.policy.steps import Step
from dunning.span import Span

Place = tuple[str | int, ...]
Path = tuple[Span, ...]

MOST_STEPS: Final = 50  # a ladder has ten; each step is held against every other
ANNOUNCED: Final = ("suspend", "hand_off")
OFFERS_A_PLAN: Final = "offer-parts"  # the message that does
SAYS_IT_IS_THE_LAST: Final = "final"  # as above
ONCE: Final = ("notify", "suspend", "hand_off", "write_off")


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """One mistake: the path to it, what was found and what is allowed."""

    place: Place
    found: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The ladder of a policy that may not be one yet: None is a step, or its name, that cannot be read."""

    names: tuple[str | None, ...]
    steps: tuple[Step | None, ...]
    broken: str | None = None

    def known(self) -> Iterator[tuple[int, Step]]:
        """The steps that can be read, each with its index."""
        return ((index, step) for index, step in enumerate(self.steps) if step is not None)

    def earlier(self, index: int) -> tuple[str, ...]:
        """The names before a step."""
        return tuple(name for name in self.names[:index] if name is not None)

    def step_named(self, name: str | None) -> Step | None:
        """The step of that name, None for one that cannot be read."""
        return self.steps[self.names.index(name)] if name in self.names else None


def findings(draft: Draft) -> Iterator[PolicyFinding]:
    """All that is wrong with a ladder."""
    for check in CHECKS:
        yield from check(draft)


def _names_are_unique(draft: Draft) -> Iterator[PolicyFinding]:
    for index, name in enumerate(draft.names):
        if name is not None and name in draft.earlier(index):
            yield PolicyFinding(("steps", index, "name"), name, "a name that no earlier step has")


def _acts_once(draft: Draft) -> Iterator[PolicyFinding]:
    for index, step in draft.known():
        counts = Counter(action.word for action in step.do)
        for word in ONCE:
            if counts[word] > 1:
                yield PolicyFinding(("steps", index, "do"), f"{counts[word]} times {word}", f"one {word} in a step")


def _since_is_earlier(draft: Draft) -> Iterator[PolicyFinding]:
    for index, step in draft.known():
        if step.since is None:
            continue
        if step.since not in draft.earlier(index):
            yield PolicyFinding(("steps", index, "after", "since"), step.since, _one_of(draft.earlier(index)))
        if step.after.count < 0:
            allowed = "0 or more after another step; only the due date has days before it"
            yield PolicyFinding(("steps", index, "after"), str(step.after), allowed)


def _requires_a_deadline(draft: Draft) -> Iterator[PolicyFinding]:
    for index, step in draft.known():
        if step.requires is None or _may_give_time(draft, index, step.requires):
            continue
        given = tuple(name for name in draft.earlier(index) if _may_give_time(draft, index, name))
        yield PolicyFinding(
            ("steps", index, "requires"), step.requires, f"{_one_of(given)} whose notice has a deadline (N4)"
        )


def _may_give_time(draft: Draft, index: int, name: str) -> bool:
    if name not in draft.earlier(index):
        return False
    step = draft.step_named(name)
    return step is None or (step.notice is not None and step.notice.deadline is not None)


def _consequences_are_announced(draft: Draft) -> Iterator[PolicyFinding]:
    for index, step in draft.known():
        words = [action.word for action in step.do]
        for word in ANNOUNCED:
            if word in words and step.requires is None:
                place: Place = ("steps", index, "do", words.index(word), word)
                allowed = "a step that requires an earlier notice with a deadline (N4)"
                yield PolicyFinding(place, f"{word} in a step without requires", allowed)
        if "fee" in words and step.notice is None:
            place = ("steps", index, "do", words.index("fee"), "fee")
            yield PolicyFinding(place, "a fee in a step that does not notify", "a fee beside a notify (N4)")


def _only_words_come_back(draft: Draft) -> Iterator[PolicyFinding]:
    for index, step in draft.known():
        if step.every is not None and not step.only_writes:
            allowed = "in a step that notifies, with its fee, and does nothing else (T8)"
            yield PolicyFinding(("steps", index, "every"), str(step.every), allowed)
        if step.times is not None and step.every is None:
            yield PolicyFinding(("steps", index, "times"), str(step.times), "beside every (T8)")


def _days_go_forward(draft: Draft) -> Iterator[PolicyFinding]:
    paths: dict[str, Path] = {}  # from the due date to the planned day of each step, one span after another
    for index, step in draft.known():
        base = () if step.since is None else paths.get(step.since)
        if base is None:
            continue  # what it counts from cannot be told, and is a finding of its own
        path = (*base, step.after)
        later = next((name for name, other in paths.items() if certainly_longer(other, path)), None)
        if later is not None:
            yield PolicyFinding(
                ("steps", index, "after"), _in_words(step), f"a day that is not before step {later}'s (T4)"
            )
        paths.setdefault(step.name, path)


def _in_words(step: Step) -> str:
    return f"{step.after} after {step.since or 'the due date'}"


def _broken_is_a_step(draft: Draft) -> Iterator[PolicyFinding]:
    if draft.broken is not None and draft.broken not in draft.names:
        names = tuple(name for name in draft.names if name is not None)
        yield PolicyFinding(("promise", "broken"), draft.broken, f"{_one_of(names)} (A2)")


def _one_of(names: tuple[str, ...]) -> str:
    return f"the name of a step: {', '.join(names)}" if names else "an earlier step"


CHECKS: Final[tuple[Callable[[Draft], Iterator[PolicyFinding]], ...]] = (
    _names_are_unique,
    _acts_once,
    _since_is_earlier,
    _requires_a_deadline,
    _consequences_are_announced,
    _only_words_come_back,
    _days_go_forward,
    _broken_is_a_step,
)


def missing_messages(draft: Draft, catalogue: Mapping[str, frozenset[str]]) -> Iterator[PolicyFinding]:
    """The messages that a notice names and some locale lacks; `catalogue` maps a locale to the names it has."""
    everywhere = frozenset.intersection(*catalogue.values()) if catalogue else frozenset()
    for index, step in draft.known():
        for number, action in enumerate(step.do):
            if isinstance(action, Notify) and action.message not in everywhere:
                lacking = sorted(locale for locale, names in catalogue.items() if action.message not in names)
                found = f"{action.message}, which is missing in {', '.join(lacking)}"
                place = ("steps", index, "do", number, "notify", "message")
                yield PolicyFinding(place, found, ", ".join(sorted(everywhere)))


def empty_offers(draft: Draft, *, plans: bool) -> Iterator[PolicyFinding]:
    """Notices that offer instalments where the policy makes no plan: the debtor would be refused (A3)."""
    for index, step in draft.known():
        for number, action in enumerate(step.do):
            if isinstance(action, Notify) and action.message == OFFERS_A_PLAN and not plans:
                place = ("steps", index, "do", number, "notify", "message")
                yield PolicyFinding(place, f"{OFFERS_A_PLAN} in a policy without a plan", "a policy with plan (A3)")


def writes_after_the_last(draft: Draft) -> Iterator[PolicyFinding]:
    """Notices that call themselves the last one, on a ladder that goes on to write (M1).

    Where both steps have a condition, each may be for cases of its own.
    """
    for index, step in draft.known():
        for number, action in enumerate(step.do):
            if not isinstance(action, Notify) or action.message != SAYS_IT_IS_THE_LAST:
                continue
            later = (f"step {one.name} writes" for at, one in draft.known() if at > index and _writes_anyway(one, step))
            goes_on = "it comes again" if step.every else next(later, None)
            if goes_on is not None:
                place = ("steps", index, "do", number, "notify", "message")
                allowed = "a message that does not call itself the last one, such as firm or formal (M1)"
                yield PolicyFinding(place, f"{action.message}, and after it {goes_on}", allowed)


def _writes_anyway(later: Step, step: Step) -> bool:
    return later.notice is not None and (later.when is None or step.when is None)
