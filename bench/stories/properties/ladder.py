"""What the steps of a ladder do, and after what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from bench.stories.reading import LocalDays
from bench.stories.told import SAME_NOTICE, ToldStory, first_act, step_of
from dunning.effects import (
    BookWriteOff,
    ExtendCalendar,
    HandOffDebt,
    LoadPolicy,
    LookUpAccount,
    SettleCharge,
    SuspendService,
)
from dunning.journal import Line
from dunning.notices.channel_answers import WHY
from dunning.policy import Step

LOOKS: Final = (LookUpAccount, LoadPolicy, ExtendCalendar, SettleCharge)  # at the world; they change nothing
CONSEQUENCES: Final = (SuspendService, HandOffDebt, BookWriteOff)


def steps_once(told: ToldStory) -> Iterator[str]:
    """T4, T8: each action of a step is done at most once, each channel of its notice once; one that comes back once for
    each of its times, each on a day of its own, at least `every` after the one before.
    """
    rungs = {step.name: step for step in told.policy.steps}
    for name, lines in told.lines.items():
        own = [line for line in lines if line.kind == "notice" and line.step in rungs]
        fresh = [line for line in own if line.why not in SAME_NOTICE | {WHY["resend"]}]
        left = Counter((line.step, line.by, told.days.day(line.at)) for line in fresh)
        for (step, by, day), times in left.items():
            if times > 1:
                yield f"{name}: the notice of step {step} left {times} times by {by} on {day}"
        for step, rung in rungs.items():
            days = sorted({told.days.day(line.at) for line in fresh if line.step == step})
            early = {told.days.day(line.at) for line in fresh if line.step == step and line.lead is not None}
            if not _may_come(told, rung, days, early):
                yield f"{name}: step {step} came on {', '.join(map(str, days))}"
            fees, each = sum(line.kind == "fee" and line.step == step for line in lines), len(rung.fees)
            asked = sum(line.kind == "unreachable" and line.value == step for line in lines)
            if fees > each * (len(days) + asked):
                yield f"{name}: {fees} fees of step {step}, which has {each} and came on {len(days)} days"
        keys = Counter(
            (act.effect.kind, act.effect.key) for act in told.acts[name] if not isinstance(act.effect, LOOKS)
        )
        yield from (f"{name}: {kind} {key} {times} times" for (kind, key), times in keys.items() if times > 1)


def _may_come(told: ToldStory, step: Step, days: Sequence[date], early: Container[date]) -> bool:
    """Whether a step's notice may leave on these days; on those of `early` another case took it along (N5)."""
    every = step.every
    if every is None or len(days) <= 1:
        return len(days) <= 1
    far_enough = all(later >= told.days.add(day, every) for day, later in pairwise(days) if later not in early)
    return far_enough and (step.times is None or len(days) <= step.times)


def fees_with_notices(told: ToldStory) -> Iterator[str]:
    """N1: a step's fee and interest are booked with its notice and never without, or when a person says that they
    reached the debtor otherwise.
    """
    for name, lines in told.lines.items():
        told_of = {(line.step, line.at) for line in lines if line.kind == "notice"}
        by_hand = {line.at for line in lines if line.kind == "dispose"}
        for line in lines:
            booked = line.kind in {"fee", "interest"}
            if booked and (line.step, line.at) not in told_of and line.at not in by_hand:
                yield f"{name}: {line.kind} {line.value} of step {line.step} at {line.at:%Y-%m-%d %H:%M}, but no notice"


def announced(told: ToldStory) -> Iterator[str]:
    """N4: a step that requires a notice comes after the day on which the first of its channels served it, none of
    which came back, and the deadline; or after a person said that they had reached the debtor.
    """
    for name, lines in told.lines.items():
        for step in told.policy.steps:
            notice = told.policy.step_named(step.requires).notice if step.requires else None
            act = first_act(told, name, step.name)
            if notice is None or notice.deadline is None or act is None:
                continue
            served = _served(told.days, [line for line in lines if line.at <= act.at], str(step.requires))
            last = told.days.add(served, notice.deadline) if served else None
            if last is None or told.days.day(act.at) <= last:
                yield f"{name}: {step.name} at {act.at:%Y-%m-%d %H:%M}; {step.requires} served {served}, until {last}"


def _served(days: LocalDays, lines: Iterable[Line], step: str) -> date | None:
    sent: dict[str | None, list[date]] = defaultdict(list)
    by_hand: list[date] = []
    for line in lines:
        if line.kind == "notice" and line.step == step:
            sent[line.by].append(days.day(line.at))
        elif line.kind == "bounced" and line.value == step and line.why.startswith("by ") and sent[line.by]:
            sent[line.by].pop()  # of several times the newest
        elif line.kind == "dispose" and line.value.startswith("unreachable"):
            by_hand.append(days.day(line.at))
    return min([*(day for left in sent.values() for day in left), *by_hand], default=None)


def one_consequence_a_day(told: ToldStory) -> Iterator[str]:
    """T5: two steps that suspend, hand off or write off are never done on one day, nor one and a suspension that comes
    back; a request of a person and the end (S2) are none.
    """
    for name, acts in told.acts.items():
        done: dict[date, set[str]] = defaultdict(set)
        for act in acts:
            again = act.effect.key.startswith(f"case:{name}/suspend-again/")
            whose = "the suspension that comes back" if again else step_of(told, act)
            if isinstance(act.effect, CONSEQUENCES) and whose is not None:
                done[told.days.day(act.at)].add(whose)
        yield from (f"{name}: {' and '.join(sorted(of))} on {day}" for day, of in done.items() if len(of) > 1)
