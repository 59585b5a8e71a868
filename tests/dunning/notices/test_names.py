"""Names mean nothing: a step may name any message, and be called like whatever else a case does or sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.journal import Line
from dunning.policy import Policy
from dunning.simulation.simulate import Event
from dunning.simulation.world import ChannelRule, Script
from tests.dunning.cases import Story, at, notify, policy, step
from tests.dunning.streams import END, stories

SHIPPED = ("friendly", "firm", "final", "pay-link", "instalment")
OWN = {"pay-link", "instalment"}  # what a case sends of itself, whatever its steps name
NAMES = ("attempt", "close", "copy", "instalment", "next-channel", "notice", "pay-link-1", "policy", "step", "task")


def sent(story: Story) -> list[tuple[str, str | None]]:
    return [(line.value, line.step) for line in story.journal if line.kind == "notice"]


@pytest.mark.parametrize("message", SHIPPED)
def test_a_step_may_name_any_message_and_the_ladder_climbs_on(message: str) -> None:
    story = Story(policy(step("word", 3, notify(message)), step("last", 9, notify("final")))).told(at(20))
    assert sent(story) == [(message, "word"), ("final", "last")]


@pytest.mark.parametrize("message", SHIPPED)
def test_a_notice_of_any_message_that_bounced_leaves_by_the_next_channel(message: str) -> None:
    terms = policy(step("word", 3, notify(message, "email", "letter", first=True)), step("last", 9, notify("x", "sms")))
    story = Story(terms, channels=[ChannelRule(message, "email", at(1) - at(0))]).told(at(20))
    assert [line.by for line in story.journal if line.kind == "notice"] == ["email", "letter", "sms"]


# A step that is called like a notice beside the ladder. The customer of these cases has to confirm his card himself.

ANY_DAY = {"calendar": {"holidays": "none", "contact_days": "any"}}
CHARGED = {"charging": {"schedule": ["0 days"], "attempts": 1, "within": "9 days"}, **ANY_DAY}
PAY_LINK = step("pay-link", 5, notify("final", "email", "letter", first=True, deadline="4 days"))
STOP = step("stop", 6, {"suspend": {}}, requires="pay-link")


def confirming(*steps: dict[str, Any], events: tuple[Event, ...] = (), **more: Any) -> Story:
    """A case whose link to pay leaves on the day after the due date."""
    return Story(policy(*steps, **CHARGED), events, methods=["m1"], gateway=[Script("expired_card")], **more)


def test_a_link_to_pay_does_not_announce_what_a_step_of_that_name_announces() -> None:
    story = confirming(PAY_LINK, STOP).told(at(40))
    assert sent(story)[:2] == [("pay-link", None), ("final", "pay-link")]
    assert [day for day, kind, _ in story.points if kind == "suspend"] == [at(10).date()]


def test_a_link_to_pay_that_bounced_does_not_send_the_step_of_that_name_again() -> None:
    back = Event(at(2), "bounced", {"notice": "pay-link", "channel": "email"}, "INV-1")
    story = confirming(PAY_LINK, events=(back,)).told(at(4))
    assert sent(story) == [("pay-link", None)]
    assert story.case.resends == ()


def test_a_link_to_pay_that_reached_nobody_does_not_serve_the_step_of_that_name() -> None:
    reached = Event(at(3), "dispose", {"task": "unreachable", "resume": True}, "INV-1")
    away = Event(at(0, "08:00"), "contact", {"opted_out": True}, "INV-1")
    back = Event(at(2), "contact", {"opted_out": False}, "INV-1")
    story = confirming(PAY_LINK, STOP, events=(away, back, reached)).told(at(40))
    assert ("unreachable", "pay-link") in [(line.kind, line.value) for line in story.journal]
    assert [day for day, kind, _ in story.points if kind == "suspend"] == [at(10).date()]


def test_what_a_channel_says_of_a_name_is_of_the_notice_that_left_last() -> None:
    """Outside, both are the notice `pay-link`."""
    back = Event(at(6), "bounced", {"notice": "pay-link", "channel": "email"}, "INV-1")
    story = confirming(PAY_LINK, events=(back,)).told(at(20))
    assert sent(story) == [("pay-link", None), ("final", "pay-link"), ("final", "pay-link")]
    assert [notice.bounced for notice in story.case.notices] == [False, True, False]


def test_a_step_that_is_called_like_a_reminder_of_an_instalment_is_none() -> None:
    parts = [{"on": at(3).date(), "amount": "40.00"}, {"on": at(30).date(), "amount": "60.00"}]
    plan = Event(at(1), "plan", {"id": "P", "instalments": parts}, "INV-1")
    terms = policy(
        step("instalment-1", 8, notify("instalment", deadline="4 days")),
        step("stop", 9, {"suspend": {}}, requires="instalment-1"),
        plan={"instalments": 3, "longest": "60 days", "grace": "1 day"},
        **ANY_DAY,
    )
    story = Story(terms, [plan]).told(at(40))
    assert sent(story) == [("instalment", None), ("instalment", "instalment-1")]
    assert [day for day, kind, _ in story.points if kind == "suspend"] == [at(13).date()]


# The whole core: other names, the same life


def renamed(story: dict[str, Any], steps: dict[str, str], messages: dict[str, str]) -> dict[str, Any]:
    """The same story, whose policy has other names for its steps and sends other messages."""
    terms = story["terms"].model_dump(mode="json")
    for one in terms["steps"]:
        one.update({place: steps[one[place]] for place in ("name", "requires", "since") if one.get(place)})
        for action in one["do"]:
            said = action.get("message")
            action.update({"message": messages.get(said, said)} if action["kind"] == "notify" else {})
    if (terms.get("promise") or {}).get("broken"):
        terms["promise"]["broken"] = steps[terms["promise"]["broken"]]
    return {
        **story,
        "terms": Policy.model_validate(terms),
        "events": [replace(event, body=_spoken(event.body, steps)) for event in story["events"]],
        "channels": [replace(rule, notice=rule.notice and messages[rule.notice]) for rule in story["channels"]],
    }


def _spoken(body: dict[str, Any], steps: dict[str, str]) -> dict[str, Any]:
    return {
        key: steps.get(value, value) if key in {"notice", "step", "go_to"} else value for key, value in body.items()
    }


def bare(lines: list[Line]) -> list[Line]:
    """What a journal says, without the names that its policy chose."""
    return [replace(line, value="", why="", step=None if line.step is None else "") for line in lines]


@given(stories(), st.permutations(NAMES), st.permutations(SHIPPED))
def test_a_case_lives_the_same_whatever_its_steps_and_messages_are_called(
    story: dict[str, Any], names: list[str], messages: list[str]
) -> None:
    steps = dict(zip([one.name for one in story["terms"].steps], names, strict=False))
    told = [one for one in story["events"] if one.name not in {"bounced", "delivered"} or one.body["notice"] in steps]
    other_messages = dict(zip(SHIPPED, messages, strict=True))
    back = [one for one in story["channels"] if not OWN & {one.notice, other_messages.get(one.notice or "")}]
    # Without what came back by the name of its message, which here has another, or is that of a message of the case.
    story = {**story, "events": told, "channels": back}
    other = renamed(story, steps, other_messages)
    assert bare(Story(**other).told(END).journal) == bare(Story(**story).told(END).journal)
