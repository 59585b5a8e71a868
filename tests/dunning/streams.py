"""Streams of whatever can happen to a case, under policies that have everything in some combination."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bench.stories import happenings as telling
from dunning.policy import Policy
from dunning.scenarios.scenario import Happening
from dunning.simulation.simulate import Event
from dunning.simulation.world import ChannelRule, Script
from tests.dunning.cases import CALENDAR, OPENS, at
from tests.dunning.ladders import Thrown, policies

FIRST, SPAN = OPENS - timedelta(days=3), timedelta(days=70)
END = OPENS + timedelta(days=150)
IDS = st.sampled_from(telling.IDS)
AMOUNTS = st.sampled_from(["0.01", "10.00", "40.00", "50.00", "100.00", "105.00", "130.00"])


def scene(terms: Policy) -> telling.Scene:
    """Invoice INV-1 of `cases` under these terms, and no other policy."""
    names = [step.name for step in terms.steps]
    approvals = [step.name for step in terms.steps if step.approval]
    return telling.Scene(
        "EUR", {"INV-1": Decimal(100)}, names, approvals, (), CALENDAR.local(FIRST).replace(tzinfo=None)
    )


@st.composite
def happenings(draw: st.DrawFn, terms: Policy) -> Event:
    """One message of any kind at any moment."""
    dice, about = Thrown(draw), scene(terms)
    return as_event(telling.message(dice, about, telling.moment(dice, about)))


def as_event(told: telling.Event) -> Event:
    """An event of a file, at the invoice of `cases`."""
    happening = Happening.model_validate(told)

    def moment(local: datetime) -> datetime:
        return CALENDAR.instant(local.date(), local.time())

    body = happening.in_zone(moment)
    if happening.name == "outage":
        body["until"] = moment(body["until"])
    return Event(moment(happening.at), happening.name, body, "INV-1")


DECLINES = st.sampled_from(
    [
        "insufficient_funds",
        "stolen_card",
        "expired_card",
        "duplicate_transaction",
        "generic_decline",
        "unheard_of",
    ]
)
SILENCES = st.sampled_from([timedelta(), timedelta(hours=7)])
SCRIPTS = st.lists(st.builds(Script, st.none() | DECLINES, st.none(), st.booleans(), SILENCES), max_size=8)
BOUNCES = st.lists(
    st.builds(
        ChannelRule,
        st.sampled_from([None, "friendly", "final"]),
        st.sampled_from([None, "email", "sms"]),
        st.sampled_from([timedelta(hours=2), timedelta(days=2)]),
    ),
    max_size=2,
)


METHODS = st.sampled_from([(), ("m1",), ("m1", "m2"), ("sepa",), ("visa", "sepa"), ("sepa", "m2")])
OPENINGS = st.sampled_from([OPENS, OPENS - timedelta(days=3), at(12), at(25, "21:00")])


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    """What a simulation takes: a policy, a world, and what happens."""
    terms = draw(policies())
    return {
        "terms": terms,
        "events": [as_event(event) for event in telling.events(Thrown(draw), scene(terms))],
        "methods": draw(METHODS),
        "gateway": draw(SCRIPTS),
        "channels": draw(BOUNCES),
        "opens": draw(OPENINGS),
    }
