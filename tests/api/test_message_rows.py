"""What the case's page says of each message, and of each that did not leave: the word, and the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.costs import Cost, PieceCosts
from adapters.storage.lists.sendings import Sending
from adapters.storage.mailbox import MessageHead
from api.pages.messages import MessageRow, Surroundings, message_rows, why_not
from api.shapes.cases import LineOut
from dunning.journal import Line
from dunning.recipients import Reach
from dunning.records import ACCOUNTS, Channel, ContactPerson, Customer
from tests.api.builders import MONDAY, policies
from tests.api.test_words import a_case

EMAIL: Channel = "email"
ADA = Customer(
    id="ada", name="Ada", email="a@ada.example", phone="+31 6 10000000", address="Kade 1\nDelft", country="NL"
)
SENT = Sending(
    act_key="k", invoice_id="INV-1", notice="final", message="final", channel="letter", contact="", currency="EUR",
    demands=100_00, at=MONDAY, state="accepted", message_id="m", unsure=False, delivered_at=None, bounced_at=None,
    came_back=False, asked=(), purpose="step", done=True, kept_as="m",
    head=MessageHead("m", "s", "t", "en", "sv-SE", printed=True),
)  # fmt: skip
LATER = MONDAY + timedelta(days=1)


def rows(
    *sent: Sending,
    lines: tuple[Line, ...] = (),
    coming: tuple[LineOut, ...] = (),
    reach: Reach | None = None,
    **of: Any,
) -> list[MessageRow]:
    beside = Surroundings(reach or Reach(ADA), policies()[0], PieceCosts({"letter": Cost.parse("EUR 0.95")}))
    return list(message_rows(a_case(**of), sent, lines, coming, beside))


def line(kind: str, value: str, why: str, **more: Any) -> Line:
    return Line(1, MONDAY, kind, value, "N1", why, **more)


@pytest.mark.parametrize(
    "changed, state, why",
    [
        ({}, "sent", ""),
        ({"delivered_at": LATER}, "delivered", ""),
        ({"bounced_at": LATER, "delivered_at": LATER}, "bounced", "it came back; its address stays in use"),
        ({"bounced_at": LATER, "came_back": True}, "bounced", "it came back; its address is not used until it changes"),
        ({"unsure": True}, "not known", "no answer came from the channel, so it counts as sent"),
        ({"state": "begun", "done": False}, "on its way", ""),
        ({"state": "refused"}, "not sent", "the address was refused for good, and is not used until it changes"),
    ],
)
def test_the_fate_of_a_message(changed: dict[str, Any], state: str, why: str) -> None:
    [row] = rows(replace(SENT, **changed))
    assert (row.state, row.why) == (state, why)
    assert (row.href, row.pdf) == (("", "") if state == "not sent" else ("/messages/m", "/messages/m/letter.pdf"))
    assert (row.cost == "cost EUR\N{NO-BREAK SPACE}0.95") == (state != "not sent")
    assert row.written == "written in English: there is no Swedish text"


def test_whom_it_went_to_and_which_can_be_sent_again() -> None:
    person = ContactPerson(id="ap", role="accounts-payable", name="J. Bakker", email="secret@ada.example")
    reach = Reach(ADA.model_copy(update={"contacts": (person,)}))
    first, copy = replace(SENT, contact="ap", at=LATER), replace(SENT, act_key="k2", purpose="resend", head=None)
    found = rows(first, copy, reach=reach)
    assert [(one.name, one.to, one.again, one.href) for one in found] == [
        ("Final", "J. Bakker, accounts payable", "final", "/messages/m"), ("Final (copy)", "Ada", "", ""),
    ]  # fmt: skip
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    "reach, why",
    [
        (Reach(ADA), ""),
        (Reach(ADA, opted_out=(EMAIL,)), "the debtor opted out"),
        (Reach(ADA.model_copy(update={"email": None})), "there is no e-mail address"),
        (Reach(ADA, bounced={"email": ("a@ada.example",)}), "the address came back, and is not used until it changes"),
    ],
)
def test_what_did_not_leave_says_why(reach: Reach, why: str) -> None:
    assert why_not("email", reach, ACCOUNTS) == why
    by_letter = replace(SENT, asked=("letter", "email"))
    _, left_out = sorted(rows(by_letter, reach=reach), key=lambda row: row.state, reverse=True)
    assert (left_out.state, left_out.by) == ("not sent", "e-mail")
    assert left_out.why == (why or "it could not be used at that moment")


def test_what_was_skipped_what_waits_and_what_is_held_stand_in_the_same_list() -> None:
    skipped = line("skip", "reminder", "passed before the case opened", step="reminder")
    nobody = line("unreachable", "final", "no listed channel can be used")
    [first, second] = rows(lines=(skipped, nobody, line("skip", "suspension", "a step that sends nothing")))
    assert {(one.name, one.state, one.why) for one in (first, second)} == {
        ("Friendly", "skipped", "passed before the case opened"),
        ("Final", "not sent", "no listed channel can be used"),
    }

    waits = line("deferred", "reminder", "2 messages within 7 days, 2 are allowed")
    coming = LineOut.of(
        Line(1, LATER, "notice", "friendly", "N1", "the step's day", step="reminder", by="email"), "EUR"
    )
    [row] = rows(lines=(waits,), coming=(coming,))
    assert (row.name, row.state, row.at, row.by, row.now) == ("Friendly", "to come", LATER, "e-mail", "reminder")
    assert row.why == "2 messages within 7 days, 2 are allowed"
    [row] = rows(coming=(coming,), reach=Reach(ADA, opted_out=(EMAIL,)))
    assert row.why == "at the first moment within contact hours; not by e-mail: the debtor opted out"

    held = {"id": "h", "reason": "we talk", "since": MONDAY, "until": None, "made_by": "person"}
    [row] = rows(holds=[held])
    assert (row.state, row.why) == ("held back", "the case is on hold: we talk")
