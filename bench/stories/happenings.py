"""What can be told to a case, as a scenario writes it: every fact and request, sensible and foolish, alone and in the
rows that belong together: a payment and its return, a promise and its money, a hand-off and what comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from bench.stories.dice import Dice, once_in, several
from bench.stories.policies import MESSAGES, TASKS
from dunning.channels import CHANNELS
from dunning.messages import CUSTOMER_WIDE
from dunning.money import decimal_string, minor

Body = dict[str, Any]
Event = dict[str, Any]  # {at: ..., payment_received: {...}}

IDS: Final = ("a", "b", "c")
METHODS: Final = ("m1", "m2", "sepa")
BESIDE: Final = ("pay-link", "instalment-1", "nowhere")  # notices beside the ladder, and one that there is not
SPAN: Final = timedelta(days=75)
# Where a day turns, contact opens or closes; and clocks change at two in the night.
CLOCK: Final = ("00:00", "00:00", "00:01", "23:59", "02:30", "08:00", "09:00", "10:00", "13:00", "17:00", "19:59")
LATER: Final = ("0", "0", "1 minute", "midnight", "1", "2", "5", "12", "40")  # days, unless it says something else


@dataclass(frozen=True, slots=True)
class Scene:
    """What the messages of a story may speak of. `approvals` are those of the `steps` that wait for a person."""

    currency: str
    invoices: Mapping[str, Decimal]
    steps: Sequence[str]
    approvals: Sequence[str]
    policies: Sequence[str]
    first: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """One message is drawn: about which invoice, and when it is told."""

    dice: Dice
    scene: Scene
    invoice: str
    at: datetime

    @property
    def whole(self) -> int:
        """What the invoice is of, in minor units."""
        return minor(self.scene.invoices[self.invoice], self.scene.currency)

    def part(self) -> str:
        """An amount: often all, or a share of it; the cost beside it; next to nothing, or far too much."""
        whole = self.whole
        five = minor(Decimal(5), self.scene.currency)
        choices = (
            whole,
            whole,
            whole,
            whole + five,
            whole // 2,
            whole * 2 // 5,
            whole // 10,
            five,
            1,
            whole * 13 // 10,
        )
        return self.amount(max(1, self.dice.one_of(choices)))

    def amount(self, of: int) -> str:
        """In words of a file."""
        return decimal_string(of, self.scene.currency)

    def day(self, least: int = -2, most: int = 24) -> date:
        """A day so long after it is told."""
        return self.at.date() + timedelta(days=self.dice.number(least, most))

    def step(self) -> str:
        """One of the steps; or, rarely, what is none."""
        return self.dice.one_of([*self.scene.steps, *self.scene.steps, self.dice.one_of(BESIDE)])

    def maybe(self, **fields: Callable[[], Any]) -> Body:
        """Each of these, or not."""
        return {name: draw() for name, draw in fields.items() if once_in(self.dice, 2)}

    def alone(self) -> Body:
        """How much one person may give up alone, where there is a limit (R3)."""
        return {"alone_up_to": self.dice.one_of(["0", self.part()])} if once_in(self.dice, 3) else {}

    def id(self) -> str:
        """One of few, so that the same comes again."""
        return self.dice.one_of(IDS)

    def whole_or_parts(self) -> Body:
        """An amount, rarely with the parts of it that are for several invoices, one of which there may not be (P9)."""
        amount = self.part()
        if not once_in(self.dice, 5):
            return {"amount": amount}
        share = Decimal(amount) / self.dice.number(2, 4)
        names = several(self.dice, [*self.scene.invoices, "INV-9"], 1, 2)
        part = max(1, minor(share.quantize(Decimal(self.amount(1)), ROUND_FLOOR), self.scene.currency))
        small = part * len(names) > minor(Decimal(amount), self.scene.currency)
        parts = [{"invoice": name, "amount": self.amount(part)} for name in names[: 1 if small else 2]]
        return {"amount": amount, "allocations": parts}

    def currency(self) -> Body:
        """Mostly left out; another than the invoice's is a mistake (F2)."""
        other = self.dice.one_of([self.scene.currency, "USD", "EUR"])
        return {"currency": other} if once_in(self.dice, 6) else {}

    def as_of(self) -> Body:
        """The moment of this state at its source, at or before it is told (P5, P9)."""
        back = timedelta(days=self.dice.number(0, 8), hours=self.dice.one_of([0, 0, 5]))
        return {"as_of": self.at - back} if once_in(self.dice, 4) else {}


def _instalments(tell: Telling) -> list[Body]:
    """In up to four parts, which mostly add up to the whole."""
    shares = [tell.whole // tell.dice.number(2, 5) for _ in range(tell.dice.number(0, 3))]
    parts = [*shares, tell.whole // 2 if once_in(tell.dice, 6) else tell.whole - sum(shares)]
    days = sorted(tell.dice.number(-1, 30) for _ in parts)
    return [
        {"on": tell.at.date() + timedelta(days=day), "amount": tell.amount(max(1, part))}
        for day, part in zip(days, parts, strict=True)
    ]


def _answer(tell: Telling) -> Body:
    return tell.dice.one_of(
        [
            {"resume": True}, {"resume": True}, {"go_to": tell.step()}, {"hand_off": True},
            {"write_off": {"by": "me", "reason": "small"}},
        ]
    )  # fmt: skip


Draw = Callable[[Telling], Body]
CONTACTS: Final = ({"email": "x@y.example"}, {"email": ""}, {"phone": "+31600000002"}, {"address": "Kade 2, Delft"})
OPTED: Final = (True, False, "email", ["email", "sms"], "sms", "letter")
CALLS: Final[Sequence[Draw]] = (
    lambda t: {"result": t.dice.one_of(["reached", "voicemail", "no_answer", "wrong_number", "refused"])},
    lambda t: {"result": "call_back", "at": t.at + timedelta(hours=t.dice.number(-5, 200))},
    lambda t: {"result": "promised", "on": t.day(), **t.maybe(id=t.id, amount=t.part)},
    lambda t: {"result": "disputed", **t.maybe(id=t.id, amount=t.part, reason=lambda: "no"), **t.currency()},
    lambda t: {"result": "paid", "amount": t.part(), "until": t.day(), **t.maybe(id=t.id), **t.currency()},
)
FACTS: Final[Mapping[str, Draw]] = {
    "payment_received": lambda t: {"id": t.id(), **t.whole_or_parts(), **t.currency(), **t.as_of()},
    "payment_pending": lambda t: {"id": t.id(), "amount": t.part(), "until": t.day(), **t.currency()},
    "payment_failed": lambda t: {"id": t.id(), **t.maybe(code=lambda: "AM04")},
    "payment_reversed": lambda t: {
        "id": t.id(), "payment_id": t.id(), **t.whole_or_parts(), **t.currency(), **t.as_of(),
        **t.maybe(code=lambda: t.dice.one_of(["AC04", "MD06"])),
    },
    "reversal_lifted": lambda t: {
        "id": t.id(), "payment_id": t.id(), **t.whole_or_parts(), **t.currency(), **t.as_of(),
    },
    "credit": lambda t: {"id": t.id(), "amount": t.part(), **t.currency()},
    "invoice_changed": lambda t: t.maybe(due_on=t.day, amount=lambda: t.dice.one_of([t.part(), "0"])),
    "method_added": lambda t: {
        "id": t.dice.one_of(METHODS),
        **t.maybe(network=lambda: t.dice.one_of(["visa", "sepa_debit"]), brand=lambda: "Visa", last4=lambda: "4242",
            expires=lambda: "2027-04",
        ),
    },
    "method_removed": lambda t: {"id": t.dice.one_of(METHODS)},
    "consent_withdrawn": lambda _: {},
    "contact": lambda t: {
        **t.dice.one_of(CONTACTS), **t.maybe(opted_out=lambda: t.dice.one_of(OPTED)),
        **({"contact": "ann"} if once_in(t.dice, 8) else {}),
    },
    "delivered": lambda t: {"notice": t.step(), "channel": t.dice.one_of(CHANNELS)},
    "bounced": lambda t: {
        "notice": t.dice.one_of([t.step(), t.dice.one_of(MESSAGES)]), "channel": t.dice.one_of(CHANNELS),
        **t.maybe(hard=lambda: t.dice.one_of([True, False])),
    },
    "complained": lambda t: {"channel": t.dice.one_of(CHANNELS)},
    "opted_out": lambda t: {"channel": t.dice.one_of(CHANNELS)},
    "away": lambda t: {"channel": t.dice.one_of(CHANNELS), "until": t.day(-1, 20)},
    "replied": lambda t: {"text": t.dice.one_of(["I paid", "I dispute this", "call me"])},
    "call": lambda t: {
        **t.dice.one_of(CALLS)(t), **t.maybe(by=lambda: "me", task=lambda: t.dice.one_of(["call", "call-1"])),
    },
    "dispute": lambda t: {"id": t.id(), "reason": "no", **t.maybe(amount=t.part)},
    "escalate": lambda t: {"reason": "angry", **t.maybe(queue=lambda: "q")},
    "customer_stop": lambda t: {"reason": t.dice.one_of(["lawyer", "deceased"])},
    "customer_release": lambda _: {},
}  # fmt: skip
REQUESTS: Final[Mapping[str, Draw]] = {
    "resolve_dispute": lambda t: {
        "id": t.id(),
        "by": "me",
        **t.dice.one_of([{"accepted": True}, {"accepted": t.part()}, {"rejected": True}]),
    },
    "promise": lambda t: {"id": t.id(), "on": t.day(), **t.maybe(amount=t.part)},
    "plan": lambda t: {"id": t.id(), "instalments": _instalments(t)},
    "hold": lambda t: {"id": t.id(), "reason": "why", **t.maybe(until=t.day, by=lambda: "me")},
    "release": lambda t: {"id": t.id(), "by": "me"},
    "dispose": lambda t: {"task": t.dice.one_of(TASKS), **_answer(t), **t.maybe(by=lambda: "me"), **t.alone()},
    "approve": lambda t: {
        **({"task": "four-eyes"} if once_in(t.dice, 4) else {"step": t.step()}),
        "by": t.dice.one_of(["me", "you"]),
        **t.maybe(no=lambda: t.dice.one_of([True, False])),
    },
    "skip": lambda t: {"step": t.step(), **t.maybe(by=lambda: "me")},
    "resend": lambda t: {"step": t.step(), "by": "me", "reason": "lost"},
    "send_now": lambda t: {"step": t.step(), "by": "me", "reason": "soon"},
    "attempt": lambda t: {
        "by": t.dice.one_of(["customer", "agent"]),
        **t.maybe(method=lambda: t.dice.one_of([*METHODS, "m9"])),
    },
    "hand_off": lambda t: {"by": "me", **t.maybe(agency=lambda: "south"), **t.alone()},
    "recall": lambda _: {"by": "me"},
    "write_off": lambda t: {"by": "me", "reason": "small", **t.alone()},
    "waive": lambda t: {
        "id": t.id(),
        "of": t.dice.one_of(["costs", "costs", "interest"]),
        "by": "me",
        "reason": "kind",
        **t.maybe(amount=t.part),
        **t.alone(),
    },
    "withdraw": lambda _: {"by": "me"},
    "policy": lambda t: {"by": "me", "name": t.dice.one_of([*t.scene.policies, "unknown"])},
    "open": lambda _: {},
}
DRAWS: Final = {**FACTS, **REQUESTS}
# What ends a case is told less often, so that most cases live.
_TIMES: Final = {
    "write_off": 1, "withdraw": 1, "hand_off": 2, "policy": 1, "customer_stop": 2,
    "promise": 8, "plan": 8, "payment_received": 12, "payment_reversed": 8, "approve": 8,
}  # fmt: skip
NAMES: Final = [name for name in DRAWS for _ in range(_TIMES.get(name, 4))]

# What belongs together, each some time after the one before. What stands behind a colon is the id that they share.
EPISODES: Final[Sequence[Sequence[str]]] = (
    ("payment_received:whole", "payment_reversed:whole"),
    ("payment_received:whole", "payment_reversed:whole", "payment_received"),
    ("payment_received:whole", "payment_reversed:whole", "reversal_lifted:whole", "payment_reversed"),
    ("payment_reversed:whole", "payment_received:whole"),
    ("payment_received", "payment_reversed", "payment_received:whole", "payment_reversed:whole"),
    ("hand_off", "payment_received:whole", "payment_reversed:whole", "recall"),
    ("hand_off", "recall"),
    ("write_off", "approve", "approve"),
    ("write_off", "payment_received:whole", "payment_reversed:whole"),
    ("waive", "payment_received:whole", "payment_reversed:whole", "waive"),
    ("waive", "approve", "waive"),
    ("promise", "payment_received"),
    ("promise", "payment_received:whole", "payment_reversed:whole"),
    ("promise", "dispute", "resolve_dispute"),
    ("plan", "payment_received", "payment_received"),
    ("dispute", "resolve_dispute"),
    ("dispute", "payment_received:whole", "resolve_dispute"),
    ("credit:whole", "invoice_changed"),
    ("payment_pending", "payment_failed"),
    ("payment_pending:whole", "payment_received:whole", "payment_reversed:whole"),
    ("customer_stop", "customer_release"),
    ("hold", "release"),
    ("escalate", "dispose"),
    ("approve", "payment_received:whole", "payment_reversed:whole", "approve"),
    ("contact", "bounced", "dispose"),
    ("away", "bounced", "away"),
    ("replied", "dispose", "replied"),
    ("call", "call", "payment_received"),
    ("call", "payment_received:whole", "payment_reversed:whole", "call"),
    ("complained", "contact", "opted_out"),
    ("method_added", "attempt", "method_removed"),
)


def events(dice: Dice, scene: Scene) -> list[Event]:
    """What happens in a story, in order: single messages, several at one moment, episodes, and some trouble of ours.

    At every third debtor a person sees to what the cases ask, some days apart.
    """
    told: list[tuple[datetime, Event]] = [*_answers(dice, scene)] if once_in(dice, 3) else []
    for _ in range(dice.number(0, 6)):
        at = moment(dice, scene)
        told += [(at, message(dice, scene, at)) for _ in range(dice.one_of([1, 1, 1, 2, 3]))]
    for _ in range(dice.number(0, 2)):
        told += _episode(dice, scene, dice.one_of(EPISODES))
    for _ in range(dice.one_of([0, 0, 0, 1, 2])):
        at = moment(dice, scene)
        told.append((at, trouble(dice, at)))
    return [event for _, event in sorted(told, key=lambda one: one[0])]


def _answers(dice: Dice, scene: Scene) -> Iterator[tuple[datetime, Event]]:
    """A person approves what waits for it, and goes on where nobody could be reached; what is not asked is refused."""
    apart, clock = timedelta(days=dice.number(4, 13)), time.fromisoformat(dice.one_of(CLOCK))
    at, end = datetime.combine(scene.first.date(), clock) + apart, scene.first + SPAN
    while at < end:
        for invoice in scene.invoices:
            tell = Telling(dice, scene, invoice, at)
            for step in scene.approvals:
                yield at, _about(tell, "approve", step=step, task=None, no=False)
            yield (
                at,
                _about(tell, "dispose", task="unreachable", resume=True, go_to=None, hand_off=None, write_off=None),
            )
        at += apart


def moment(dice: Dice, scene: Scene) -> datetime:
    """A local time: where something else happens too, or any."""
    day = scene.first.date() + timedelta(days=dice.number(0, SPAN.days))
    if once_in(dice, 3):
        return datetime.combine(day, time()) + timedelta(minutes=10 * dice.number(0, 143))
    return datetime.combine(day, time.fromisoformat(dice.one_of(CLOCK)))


def trouble(dice: Dice, at: datetime) -> Event:
    """Nothing of ours runs for a while, or a process dies at the worst moment."""
    if once_in(dice, 2):
        return {"at": at, "crash": {"after": dice.one_of(["notice", "charge"])}}
    return {"at": at, "outage": {"until": at + timedelta(hours=dice.number(1, 200))}}


def message(dice: Dice, scene: Scene, at: datetime) -> Event:
    """A fact or a request of any kind."""
    return _about(Telling(dice, scene, dice.one_of(list(scene.invoices)), at), dice.one_of(NAMES))


def _about(tell: Telling, name: str, **fixed: Any) -> Event:
    body = {**DRAWS[name](tell), **fixed}
    event: Event = {"at": tell.at, name: {field: said for field, said in body.items() if said is not None}}
    if name not in CUSTOMER_WIDE and len(tell.scene.invoices) > 1:
        event["invoice"] = tell.invoice
    return event


def _episode(dice: Dice, scene: Scene, names: Sequence[str]) -> Iterator[tuple[datetime, Event]]:
    """One invoice, one id for what is paid and taken back."""
    invoice, at, same = dice.one_of(list(scene.invoices)), moment(dice, scene), dice.one_of(IDS)
    for name in names:
        word, _, how_much = name.partition(":")
        tell = Telling(dice, scene, invoice, at)
        fixed: Body = {key: same for key in ("id", "payment_id") if word != "call" and key in DRAWS[word](tell)}
        if how_much:
            fixed |= {"amount": tell.amount(max(1, tell.whole)), "allocations": None}
        yield at, _about(tell, word, **fixed)
        at = _after(at, dice.one_of(LATER))


def _after(at: datetime, later: str) -> datetime:
    if later == "midnight":
        return datetime.combine(at.date() + timedelta(days=1), time())
    return at + (timedelta(minutes=1) if later == "1 minute" else timedelta(days=int(later)))
