"""Policies of every kind that the model takes, as a file would write them: each action, message, name, length and term
in some combination. `tests/bench/stories/test_drawing.py` finds what the model takes and nothing here draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import permutations
from typing import Any, Final, get_args

from adapters.messages.catalogue import catalogue
from bench.stories.dice import Dice, once_in, several
from dunning.channels import CHANNELS
from dunning.policy.distance import certainly_longer
from dunning.policy.terms import THANKS
from dunning.span import Span, Unit

Document = dict[str, Any]
Paths = dict[str, tuple[Span, ...]]  # from the due date to the planned day of each step

MESSAGES: Final = sorted(frozenset.intersection(*catalogue().values()))
# The core makes keys, notices and tasks of these words, and a step may have them for its name.
WORDS: Final = (
    "reminder", "dunning", "last-notice", "2nd-notice", "0", "1", "10",
    "account", "again", "again-1", "attempt", "calendar", "call", "close", "copy", "end", "escalate", "hand-off",
    "instalment", "instalment-1", "pay-link", "plan", "policy", "promise", "recall", "report", "rest", "restore",
    "suspend", "suspend-again", "task", "write-off",
)  # fmt: skip
NAMES: Final = (*WORDS, *(f"{word}-{more}" for word in WORDS[-12:] for more in ("0", "copy")))
TASKS: Final = (
    "Home_Visit", "approval", "call", "currency", "dispute", "end", "escalation", "message", "overpayment", "reply",
    "unreachable",
)  # fmt: skip
BY: Final[Sequence[Any]] = [
    written
    for number in (1, 2, 3)
    for by in permutations(CHANNELS, number)
    for written in (list(by), {"first": list(by)})
]
DEADLINES: Final = ("1 day", "4 days", "10 days", "3 workdays")


def lengths(least: int, most: int, *units: Unit) -> list[str]:
    """All lengths from the least to the most, in these units; left out: days and workdays."""
    return [str(Span(count, unit)) for count in range(least, most + 1) for unit in units or ("days", "workdays")]


def _notify(dice: Dice, *, deadline: bool) -> Document:
    notice = {"message": dice.one_of(MESSAGES), "by": dice.one_of(BY)}
    if once_in(dice, 8):
        notice["to"] = dice.one_of([["management"], ["accounts", "management"]])
    return {"notify": {**notice, "deadline": dice.one_of(DEADLINES)} if deadline else notice}


ACTIONS: Final[Mapping[str, Callable[[Dice], Document]]] = {
    "notify": lambda dice: _notify(dice, deadline=False),
    "announce": lambda dice: _notify(dice, deadline=True),
    "fee": lambda dice: {
        "fee": dice.one_of(
            ["5.00", "0.01", "40", {"percent": "1.5"}, {"percent": "0.001"}, {"EUR": "15.00", "JPY": 2500}]
        )
    },
    "task": lambda dice: {
        "task": {"kind": dice.one_of(TASKS), "queue": dice.one_of(["sales", "legal"]), "within": _within(dice)}
    },
    "suspend": lambda dice: {"suspend": {"restore_on": dice.one_of([[], ["promise", "plan"], ["plan"], ["promise"]])}},
    "hand_off": lambda dice: {"hand_off": dice.one_of([{}, {"agency": "north"}])},
    "write_off": lambda _: {"write_off": {}},
}
# What a step may do by itself, and what only after an earlier notice that set a deadline (N4); mostly the usual.
ALONE: Final = (
    *[("notify",)] * 4, *[("announce",)] * 8, ("fee", "notify"), ("fee", "announce"), ("announce", "fee"),
    ("notify", "fee", "fee"), *[("task",)] * 4, ("task", "notify"), ("notify", "task"), ("task", "announce"),
    ("fee", "task", "announce"), ("task", "task"), ("write_off",), ("notify", "write_off"), ("write_off", "task"),
)  # fmt: skip
ANNOUNCED: Final = (
    *[("suspend",)] * 6, ("notify", "suspend"), ("suspend", "announce"), ("suspend", "fee", "notify"),
    ("task", "suspend"), *[("announce",)] * 2, ("notify",), *[("hand_off",)] * 2, ("notify", "hand_off"),
    ("hand_off", "task"), ("suspend", "hand_off"), ("write_off", "suspend"),
)  # fmt: skip


def _within(dice: Dice) -> str:
    return dice.one_of(lengths(1, 5))


# Tests of each fact that a condition may name. Each is true of some story and false of another.
AMOUNTS: Final = (
    {"min": "60.00"}, {"max": "250"}, {"min": "10.50", "max": "120", "not": "100"}, {"not": ["5", "100"]}, "100",
    ["57.13", "1000"], {"min": {"EUR": "60.00", "JPY": 50}}, {"max": {"EUR": "250", "KWD": "60.5"}},
)  # fmt: skip
COUNTS: Final = ({"min": 1}, {"max": 0}, {"min": 1, "max": 2}, 1, [0, 2], {"not": 1})
DAYS: Final = ({"min": 12}, {"max": 25}, {"min": 5, "max": 30, "not": [7, 8]}, [3, 4, 5, 6, 7, 8, 9, 10, 11])
TESTS: Final[Mapping[str, Sequence[Any]]] = {
    "invoice.amount": AMOUNTS,
    "invoice.balance": AMOUNTS,
    "invoice.currency": ("EUR", ["EUR", "USD"], {"not": "JPY"}),
    "invoice.tags": ("vip", ["vip", "gold"], {"not": ["vip", "gold"]}),
    "invoice.overdue_days": DAYS,
    "customer.kind": (
        "business",
        "consumer",
        "sole_trader",
        "public_body",
        ["business", "consumer"],
        ["sole_trader", "public_body"],
        {"not": "consumer"},
        {"not": "business"},
        {"not": ["sole_trader", "public_body"]},
    ),
    "customer.country": ("NL", ["NL", "BE", "US"], {"not": ["DE", "NL"]}),
    "customer.segment": ("gold", ["gold", "silver"], {"not": "gold"}),
    "customer.locale": ("en", ["en", "nl"], {"not": "nl"}),
    "customer.tags": ("vip", ["vip", "late"], {"not": "vip"}),
    "account.overdue_total": AMOUNTS,
    "account.open_cases": COUNTS,
    "account.oldest_overdue_days": DAYS,
    "account.broken_promises": COUNTS,
    "case.attempts": COUNTS,
    "case.last_decline": ("expired_card", ["insufficient_funds", "stolen_card"], {"not": "insufficient_funds"}),
}


EVERY: Final = ("1 day", "3 days", "7 days", "2 workdays", "5 workdays")
ONLY_WRITES: Final = (frozenset({"notify"}), frozenset({"notify", "fee"}))
CLOSED: Final[Sequence[Any]] = (
    [], [], [{"from": "2026-03-09", "to": "2026-03-13"}, "2026-03-16"],
    ["2026-03-04", {"from": "2026-03-25", "to": "2026-04-03"}],
)  # fmt: skip


def conditions(dice: Dice) -> Document:
    """One fact or a few, each with a test."""
    return {field: dice.one_of(TESTS[field]) for field in several(dice, list(TESTS), 1, 2)}


def steps(dice: Dice) -> list[Document]:
    """One to six steps, three days before the due date at the earliest."""
    ladder: list[Document] = []
    paths: Paths = {}
    deadlines: list[str] = []
    for name in several(dice, NAMES, 1, 6):
        requires = _earlier(dice, deadlines)
        do = [ACTIONS[word](dice) for word in dice.one_of(ANNOUNCED if requires else ALONE)]
        after, paths[name] = _day(dice, paths)
        step = {"name": name, "after": after, "do": do}
        if requires is not None:
            step["requires"] = requires
        if frozenset(key for action in do for key in action) in ONLY_WRITES and once_in(dice, 4):
            step |= _again(dice)
        if once_in(dice, 5):
            step["when"] = conditions(dice)
        if once_in(dice, 6):
            step["approval"] = True
        ladder.append(step)
        if any("deadline" in action.get("notify", {}) for action in do):
            deadlines.append(name)
    return ladder


def _again(dice: Dice) -> Document:
    """How often a step comes back (T8)."""
    every = dice.one_of(EVERY)
    return {"every": every, "times": dice.number(1, 4)} if every == "1 day" or once_in(dice, 2) else {"every": every}


def _earlier(dice: Dice, names: Sequence[str]) -> str | None:
    """One of the names, or none."""
    return dice.one_of(names) if names and once_in(dice, 2) else None


def _day(dice: Dice, paths: Paths) -> tuple[Any, tuple[Span, ...]]:
    """When a step comes: on a day of its own or some days since an earlier step; never surely before another."""
    own, since = Span(dice.number(-3, 5), dice.one_of(get_args(Unit)[:2])), _earlier(dice, list(paths))
    on, later = Span(own.count + 5 * len(paths), own.unit), Span(abs(own.count), own.unit)
    path = (on,) if since is None else (*paths[since], later)
    if any(certainly_longer(other, path) for other in paths.values()):
        since = list(paths)[-1]
        path = (*paths[since], later)
    return (str(on) if since is None else {later.unit: later.count, "since": since}), path


CHARGING: Final[Sequence[Document]] = (
    {"schedule": ["0 days", "3 days", "8 days"], "attempts": 3, "within": "20 days"},
    {"schedule": ["0 hours", "12 hours", "36 hours", "5 days"], "attempts": 4, "within": "10 workdays"},
    {"schedule": ["1 workday", "3 workdays", "10 days"], "attempts": 5, "within": "40 days"},
    {"strategy": "adaptive", "attempts": 5, "within": "40 days"},
    {"strategy": "adaptive", "attempts": 3, "within": "25 workdays", "paydays": [31, 7, "last"]},
)
ZONES: Final = ("customer", "customer", "customer", "creditor", "America/New_York", "Australia/Lord_Howe")
HOLIDAYS: Final[Sequence[Any]] = ("customer", "none", ["NL", "DE-BY"])
HOURS: Final = ("08:00-20:00", "09:00-17:00", "13:00-13:30", "00:00-23:59", "02:00-03:00")
# The terms beside the ladder. Each may be left out (O5).
TERMS: Final[Mapping[str, Callable[[Dice], Any]]] = {
    "description": lambda _: "Drawn by chance",
    "priority": lambda dice: dice.number(-5, 80),
    "for": conditions,
    "calendar": lambda dice: {
        "timezone": dice.one_of(ZONES),
        "holidays": dice.one_of(HOLIDAYS),
        "contact_days": dice.one_of(["workdays", "not-sundays", "any"]),
        "contact_hours": dice.one_of(HOURS),
        "closed": dice.one_of(CLOSED),
    },
    "spacing": lambda dice: {"minimum": dice.one_of(lengths(0, 4, "days")), **_cap(dice)},
    "consolidate": lambda dice: dice.one_of(["0 days", "1 day", "4 days", "20 days"]),
    "costs_alone": lambda dice: dice.one_of(["once", "waive", "climb"]),
    "entry": lambda dice: dice.one_of(["first", "by-age"]),
    "minimum": lambda dice: dice.one_of(["5.00", "30", {"EUR": "5.00", "USD": 6}]),
    "tolerance": lambda dice: dice.one_of(["0.50", "10", {"EUR": "0.50", "JPY": 3}]),
    "charging": lambda dice: dice.one_of(CHARGING),
    "promise": lambda dice: {
        "at_most": dice.one_of(["20 days", "9 workdays"]),
        "grace": dice.one_of(lengths(0, 2)),
        "times": dice.number(1, 3),
    },
    "plan": lambda dice: {
        "instalments": dice.number(2, 4),
        "longest": dice.one_of(["60 days", "40 workdays"]),
        "grace": dice.one_of(lengths(0, 2)),
    },
    "dispute": lambda dice: dice.one_of([{}, {"answer_within": "3 workdays"}, {"answer_within": "4 days"}]),
    "thanks": lambda dice: dice.one_of(["all", "all", several(dice, THANKS, 1, 4)]),
    "end": lambda dice: {
        "after": dice.one_of(lengths(0, 14)),
        "then": dice.one_of(["task", "close", "write_off", "hand_off"]),
    },
}
OFTEN: Final = frozenset({"calendar", "spacing", "charging", "promise", "plan", "dispute", "end"})


def _cap(dice: Dice) -> Document:
    if not once_in(dice, 2):
        return {}
    return {"per_customer": {"notices": dice.number(1, 3), "within": dice.one_of(lengths(1, 6, "days"))}}


def policy(dice: Dice, name: str = "plain") -> Document:
    """A policy that is right, whatever it is good for."""
    ladder = steps(dice)
    terms = {term: draw(dice) for term, draw in TERMS.items() if not once_in(dice, 6 if term in OFTEN else 2)}
    if "promise" in terms and once_in(dice, 2):
        terms["promise"]["broken"] = dice.one_of([step["name"] for step in ladder])
    return {"name": name, **terms, "steps": ladder}
