"""Streams of whatever can happen to a case, under policies that have everything in some combination."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from dunning.policy import Policy
from dunning.simulation.simulate import Event
from dunning.simulation.world import ChannelRule, Script
from tests.dunning.cases import CALENDAR, OPENS, at, notify, policy, step

Bodies = st.SearchStrategy[dict[str, Any]]
FIRST, SPAN = OPENS - timedelta(days=3), timedelta(days=70)
END = OPENS + timedelta(days=150)
STEPS = ("reminder", "dunning", "last-notice", "stop-service", "call", "hand-off")
IDS = st.sampled_from(["a", "b", "c"])
AMOUNTS = st.sampled_from(["0.01", "10.00", "40.00", "50.00", "100.00", "105.00", "130.00"])
SOON = st.integers(-2, 24)  # days from the moment at which it is told
CHANNELS = st.sampled_from(["email", "sms", "letter"])
CHARGING = {"schedule": ["0 days", "3 days", "8 days"], "attempts": 3, "within": "20 days"}
ADAPTIVE = {"strategy": "adaptive", "attempts": 5, "within": "40 days"}


@st.composite
def ladders(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to six steps, two days before the due date at the earliest."""
    gaps = draw(st.lists(st.integers(0, 9), min_size=6, max_size=6))
    days = [sum(gaps[: number + 1]) - 2 for number in range(6)]
    wide = draw(st.sampled_from([("email",), ("letter", "email"), ("sms", "email", "letter")]))
    first, approval = draw(st.booleans()), draw(st.booleans())
    condition: dict[str, Any] = draw(st.sampled_from([{}, {"when": {"invoice.balance": {"min": "60.00"}}}]))
    restored_on = draw(st.sampled_from([[], ["promise", "plan"]]))
    ladder = [
        step("reminder", days[0], notify("friendly", *wide, first=first)),
        step("dunning", days[1], {"fee": "5.00"}, notify("firm", *wide), **condition),
        step("call", days[2], {"task": {"kind": "call", "queue": "sales", "within": "2 workdays"}}),
        step("last-notice", days[3], notify("final", *wide, first=first, deadline="4 days"), approval=approval),
        step("stop-service", days[4], {"suspend": {"restore_on": restored_on}}, requires="last-notice"),
        step("hand-off", days[5], {"hand_off": {}}, requires="last-notice"),
    ]
    return ladder[: draw(st.integers(1, 6))]


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    cap: dict[str, Any] = draw(st.sampled_from([{}, {"per_customer": {"notices": 2, "within": "5 days"}}]))
    return policy(
        *draw(ladders()),
        calendar={"holidays": "none", "contact_days": draw(st.sampled_from(["workdays", "not-sundays", "any"]))},
        entry=draw(st.sampled_from(["first", "by-age"])),
        spacing={"minimum": f"{draw(st.integers(1, 4))} days", **cap},
        minimum=draw(st.sampled_from(["0", "5.00"])),
        tolerance=draw(st.sampled_from(["0", "0.50"])),
        charging=draw(st.sampled_from([None, CHARGING, ADAPTIVE])),
        promise={"at_most": "20 days", "grace": "1 day", "times": 3, "broken": "reminder"},
        plan={"instalments": 3, "longest": "60 days", "grace": "2 days"},
        dispute=draw(st.sampled_from([{}, {"answer_within": "3 workdays"}])),
        end={"after": "12 days", "then": draw(st.sampled_from(["task", "close", "write_off", "hand_off"]))},
    )


def body(**fields: st.SearchStrategy[Any]) -> Bodies:
    """A body with these fields; those that are None are left out."""
    return st.fixed_dictionaries(fields).map(lambda full: {k: v for k, v in full.items() if v is not None})


def instalments(amounts: list[int]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.tuples(*(body(amount=st.just(amount), on=SOON) for amount in amounts)).map(list)


MAYBE = st.none()
FACTS: dict[str, Bodies] = {
    "payment_received": body(id=IDS, amount=AMOUNTS, currency=st.sampled_from([None, None, "EUR", "USD"])),
    "payment_pending": body(id=IDS, amount=AMOUNTS, until=SOON),
    "payment_failed": body(id=IDS),
    "payment_reversed": body(id=IDS, payment_id=IDS, amount=AMOUNTS),
    "credit": body(id=IDS, amount=AMOUNTS),
    "invoice_changed": body(due_on=MAYBE | SOON, amount=MAYBE | AMOUNTS),
    "method_added": body(id=st.sampled_from(["m1", "m2"])),
    "method_removed": body(id=st.sampled_from(["m1", "m2"])),
    "consent_withdrawn": body(),
    "contact": body(email=MAYBE | st.sampled_from(["x@y.example", "z@y.example"]), opted_out=MAYBE | st.booleans()),
    "delivered": body(notice=st.sampled_from(STEPS), channel=CHANNELS),
    "bounced": body(notice=st.sampled_from(STEPS), channel=CHANNELS),
    "dispute": body(id=IDS, amount=MAYBE | AMOUNTS, reason=st.just("no")),
    "escalate": body(queue=st.just("q"), reason=st.just("angry")),
    "customer_stop": body(reason=st.sampled_from(["lawyer", "deceased"])),
    "customer_release": body(),
}
TASKS = st.sampled_from(["call", "escalation", "unreachable", "end", "dispute", "currency"])
ANSWERS: Bodies = st.sampled_from(
    [{"resume": True}, {"go_to": "last-notice"}, {"go_to": "dunning"}, {"hand_off": True}]
)
VERDICTS: Bodies = st.sampled_from([{"accepted": True}, {"rejected": True}])
REQUESTS: dict[str, Bodies] = {
    "resolve_dispute": st.tuples(body(id=IDS), VERDICTS).map(lambda parts: {**parts[0], **parts[1]}),
    "promise": body(id=IDS, amount=MAYBE | AMOUNTS, on=SOON),
    "plan": body(
        id=IDS, instalments=st.sampled_from([[50, 50], [100], [105], [60, 40], [40, 30, 30]]).flatmap(instalments)
    ),
    "hold": body(id=IDS, reason=st.just("why"), until=MAYBE | SOON),
    "release": body(id=IDS),
    "dispose": st.tuples(body(task=TASKS), ANSWERS).map(lambda parts: {**parts[0], **parts[1]}),
    "approve": body(step=st.just("last-notice"), by=st.just("me"), no=st.booleans()),
    "skip": body(step=st.sampled_from(STEPS)),
    "attempt": body(by=st.sampled_from(["customer", "agent"]), method=MAYBE | st.sampled_from(["m1", "m2", "m9"])),
    "hand_off": body(),
    "recall": body(),
    "write_off": body(by=st.just("me"), reason=st.just("small")),
    "withdraw": body(),
    "policy": body(name=st.just("unknown")),
    "open": body(),
}
# What ends a case is told less often, so that most cases live.
OFTEN = {
    "write_off": 1, "withdraw": 1, "hand_off": 1, "policy": 1,
    "promise": 12, "plan": 12, "payment_received": 12, "approve": 8,
}  # fmt: skip
NAMES = [name for name in (*FACTS, *REQUESTS) for _ in range(OFTEN.get(name, 4))]


@st.composite
def happenings(draw: st.DrawFn) -> Event:
    name = draw(st.sampled_from(NAMES))
    moment = FIRST + timedelta(minutes=10) * draw(st.integers(0, SPAN // timedelta(minutes=10)))
    return Event(moment, name, _dated(draw({**FACTS, **REQUESTS}[name]), moment), "INV-1")


def _dated(said: dict[str, Any], moment: datetime) -> dict[str, Any]:
    """The days of a message, counted from the moment at which it is told."""
    days = {key: value for key, value in said.items() if key in {"on", "until", "due_on"}}
    later: dict[str, Any] = {key: CALENDAR.day(moment) + timedelta(days=value) for key, value in days.items()}
    if "instalments" in said:
        later["instalments"] = [_dated(part, moment) for part in said["instalments"]]
    return {**said, **later}


@st.composite
def troubles(draw: st.DrawFn) -> Event:
    moment = FIRST + timedelta(hours=draw(st.integers(0, SPAN // timedelta(hours=1))))
    if draw(st.booleans()):
        return Event(moment, "outage", {"until": moment + timedelta(hours=draw(st.integers(1, 200)))})
    return Event(moment, "crash", {"after": draw(st.sampled_from(["notice", "charge"]))})


CODES = st.sampled_from(
    [
        None,
        "insufficient_funds",
        "stolen_card",
        "expired_card",
        "duplicate_transaction",
        "generic_decline",
        "unheard_of",
    ]
)
SILENCES = st.sampled_from([timedelta(), timedelta(hours=7)])
SCRIPTS = st.lists(st.builds(Script, CODES, st.none(), st.booleans(), SILENCES), max_size=8)
BOUNCES = st.lists(
    st.builds(
        ChannelRule,
        st.sampled_from([None, "friendly", "final"]),
        st.sampled_from([None, "email", "sms"]),
        st.sampled_from([timedelta(hours=2), timedelta(days=2)]),
    ),
    max_size=2,
)


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    """What a simulation takes: a policy, a world, and what happens."""
    events = draw(st.lists(happenings(), max_size=14)) + draw(st.lists(troubles(), max_size=2))
    return {
        "terms": draw(policies()),
        "events": sorted(events, key=lambda event: event.at),
        "methods": draw(st.sampled_from([(), ("m1",), ("m1", "m2"), ("sepa",), ("visa", "sepa"), ("sepa", "m2")])),
        "gateway": draw(SCRIPTS),
        "channels": draw(BOUNCES),
        "opens": draw(st.sampled_from([OPENS, OPENS - timedelta(days=3), at(12), at(25, "21:00")])),
    }
