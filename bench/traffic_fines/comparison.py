"""What a replay of fines shows: where it is as the file says, where a rule spares somebody, where it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from bench.traffic_fines.fine import Activity
from bench.traffic_fines.fine_files import CURRENCY
from bench.traffic_fines.replay import Replay
from bench.traffic_fines.standing import appeal_is_open, end_of_appeal, paid_at_once, standing
from dunning.money import decimal_string


@dataclass(frozen=True, slots=True)
class Check:
    """One claim about some fines. `spared` had paid in full before the penalty, so that ours never fell (F3)."""

    claim: str
    as_the_file: int
    spared: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def of(self) -> int:
        """How many were looked at."""
        return self.as_the_file + len(self.spared) + len(self.different)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Fines whose penalty fell while an appeal was open, by what became of the appeal; under our rules it waits."""

    dismissed: int
    rejected: int
    no_end: int

    @property
    def all(self) -> int:
        """How many there are."""
        return self.dismissed + self.rejected + self.no_end


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a replay shows. `spared` would not have had the penalty on its day under our rules."""

    fines: int
    first: date
    last: date
    penalties: int
    checks: tuple[Check, ...]
    standing: Counter[str]
    spared: tuple[str, ...]
    appealed: Waiting
    paid_up: tuple[str, ...]
    paid_at_once: int
    paid_at_once_but_handed_over: int

    @property
    def differences(self) -> tuple[str, ...]:
        """Everything that no rule explains."""
        return tuple(one for check in self.checks for one in check.different)


def compare_with_file(replays: Sequence[Replay], core: Sequence[Replay] = ()) -> Comparison:
    """Hold the replays against the file, and those of another engine line for line against the `core`'s."""
    fines = [replay.story.fine for replay in replays]
    charged = [replay for replay in replays if replay.story.fine.penalty]
    not_then = [one.story.fine for one in charged if one.ours.penalty_on != one.story.fine.on(Activity.PENALTY)]
    appealed = [fine for fine in not_then if appeal_is_open(fine)]
    paid_up = [fine for fine in not_then if fine.paid_up_at]
    ends = Counter(end_of_appeal(fine) for fine in appealed)
    at_once = [fine for fine in fines if paid_at_once(fine)]
    return Comparison(
        fines=len(fines),
        first=min(entry.on for fine in fines for entry in fine.entries),
        last=max(entry.on for fine in fines for entry in fine.entries),
        penalties=len(charged),
        checks=(*_checks(replays, charged), *_same_lines(replays, core)),
        standing=Counter(standing(fine) for fine in fines),
        spared=tuple(dict.fromkeys(fine.id for fine in (*appealed, *paid_up))),
        appealed=Waiting(ends["dismissed"], ends["rejected"], ends["no end"]),
        paid_up=tuple(fine.id for fine in paid_up),
        paid_at_once=len(at_once),
        paid_at_once_but_handed_over=sum(fine.on(Activity.HANDED_OVER) is not None for fine in at_once),
    )


def _checks(replays: Sequence[Replay], charged: Sequence[Replay]) -> Iterable[Check]:
    if any(replay.foreseen_on for replay in replays):
        yield _check("the penalty's day, foreseen when the fine is notified", charged, _foreseen)
    yield _check("the penalty, on its day and of its amount", charged, _penalty)
    others = [replay for replay in replays if not replay.story.fine.penalty]
    yield _check("no penalty where the file has none", others, _penalty)
    yield _check("no notice to anybody who had paid in full", replays, _dunned)
    yield _check("what is left in the end", replays, _left)
    handed = [replay for replay in replays if replay.story.fine.on(Activity.HANDED_OVER)]
    yield _check("handed over to collection", handed, _handed_over)


def _same_lines(replays: Sequence[Replay], core: Sequence[Replay]) -> Iterable[Check]:
    """Both engines must write the same journals, of both replays of each fine."""
    if core:
        pairs = list(zip(replays, core, strict=True))
        different = [
            f"{ours.story.fine.id}: found {found or 'no line'}; the core says {said or 'no line'}"
            for ours, other in pairs
            for found, said in _unlike_lines(ours, other)
        ]
        yield Check("the journal as on the core, line for line", len(pairs) - len(different), (), tuple(different))


def _unlike_lines(one: Replay, other: Replay) -> Iterator[tuple[str | None, str | None]]:
    """The first lines that are not the same, if any."""
    for ours, theirs in ((one.authority, other.authority), (one.ours, other.ours)):
        unlike = [pair for pair in zip_longest(ours.journal, theirs.journal) if pair[0] != pair[1]]
        if unlike or ours.left != theirs.left:
            yield unlike[0] if unlike else (_euros(ours.left), _euros(theirs.left))
            return


def _check(claim: str, replays: Sequence[Replay], differs: Callable[[Replay], str | None]) -> Check:
    """`differs` says what is found and what the file says, or nothing; what follows from F3 is told apart."""
    spared, different = [], []
    for replay in replays:
        said = differs(replay)
        if said and _spared(replay):
            spared.append(replay.story.fine.id)
        elif said:
            different.append(f"{replay.story.fine.id}: {said}")
    return Check(claim, len(replays) - len(spared) - len(different), tuple(spared), tuple(different))


def _spared(replay: Replay) -> bool:
    """Whether all that differs is the penalty, which somebody who had paid in full did not get."""
    fine, ours = replay.story.fine, replay.authority
    return fine.paid_up_at is not None and not ours.notices and ours.left == fine.left - fine.penalty


def _foreseen(replay: Replay) -> str | None:
    return _unlike(replay.foreseen_on, replay.story.fine.on(Activity.PENALTY))


def _penalty(replay: Replay) -> str | None:
    fine, found = replay.story.fine, replay.authority
    same_day = _unlike(found.penalty_on, fine.on(Activity.PENALTY))
    return same_day or (None if found.penalty == fine.penalty else _unlike(_euros(found.penalty), _euros(fine.penalty)))


def _left(replay: Replay) -> str | None:
    found, said = replay.authority.left, replay.story.fine.left
    return None if found == said else _unlike(_euros(found), _euros(said))


def _handed_over(replay: Replay) -> str | None:
    return _unlike(replay.authority.closed, "handed-off")


def _dunned(replay: Replay) -> str | None:
    fine = replay.story.fine
    for day in replay.authority.notices:
        before = next((entry for entry in fine.entries if entry.on >= day), None)
        if fine.paid_before(before) >= fine.owed_before(before):
            return f"found a notice on {day}; the file says that nothing was owed"
    return None


def _unlike(found: object, said: object) -> str | None:
    return None if found == said else f"found {found or 'nothing'}; the file says {said or 'nothing'}"


def _euros(cents: int) -> str:
    return decimal_string(cents, CURRENCY)
