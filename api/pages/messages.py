"""The messages of a case on its page: what was sent and its fate, what was not sent and why, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from adapters.costs import PieceCosts
from adapters.messages.languages import by_name, is_another
from adapters.messages.plain import unbroken
from adapters.messages.text_message import segments
from adapters.storage.lists.sendings import Sending
from api.limits import in_path
from api.pages.words import as_words, channel_name, minor_money, sentence
from api.shapes.cases import CaseOut, LineOut
from dunning.channels import FIELD, address, chosen
from dunning.journal import Line
from dunning.policy import Notify, Policy
from dunning.purposes import COPIES
from dunning.recipients import OWN, Reach
from dunning.records import Channel, Customer

SIGNS: Final = {"email": "mail", "sms": "phone", "letter": "letter"}
_LACKING: Final = {"email": "no e-mail address", "phone": "no telephone number", "address": "no postal address"}
_WAITING: Final = frozenset({"deferred", "waits"})
_FIRST_MOMENT: Final = "at the first moment within contact hours"
_SAID: Final = {"skip": "skipped", "deferred": "waits", "waits": "waits"}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message, or one that did not leave. `tone` is good, wait, stop or quiet; texts that are empty say nothing.

    `href` leads to what it said, `pdf` to the letter. A person may have the notice of the step `again` sent once more,
    and that of the step `now` before its day.
    """

    name: str
    sign: str
    state: str
    tone: str
    at: datetime | None = None
    by: str = ""
    to: str = ""
    why: str = ""
    written: str = ""
    cost: str = ""
    demands: str = ""
    href: str = ""
    pdf: str = ""
    again: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands beside the messages: where the debtor may be reached now, the policy, prices."""

    reach: Reach
    policy: Policy | None
    costs: PieceCosts

    @property
    def customer(self) -> Customer:
        """The debtor."""
        return self.reach.customer

    def notice_of(self, step: str) -> Notify | None:
        """What the step of this name sends, if it does."""
        return next((one.notice for one in self.policy.steps if one.name == step), None) if self.policy else None


def message_rows(
    case: CaseOut, sent: Sequence[Sending], unsent: Iterable[Line], coming: Sequence[LineOut], beside: Surroundings
) -> tuple[MessageRow, ...]:
    """What comes next, then all that was or was not sent, the newest first."""
    lines = tuple(unsent)
    past = [*_sent(sent, beside), *_left_out(sent, beside), *_not_sent(lines, beside)]
    ordered = sorted(past, key=lambda row: (row.at is not None, row.at), reverse=True)
    first = next((line for line in coming if line.kind == "notice"), None)
    ahead = _held_back(case, beside) if first is None else _next(case, first, lines, sent, coming, beside)
    return (*ahead, *ordered)


def why_not(channel: Channel, reach: Reach, to: tuple[str, ...] = ()) -> str:
    """Why a debtor cannot be reached on this channel now; empty where they can."""
    if reach.recipients(channel, to):
        return ""
    if channel in reach.opted_out:
        return "the debtor opted out"
    own = address(reach.customer, channel)
    if own is None:
        return f"there is {_LACKING[FIELD[channel]]}"
    return "the address came back, and is not used until it changes"


def _sent(sent: Sequence[Sending], beside: Surroundings) -> Iterator[MessageRow]:
    offered: set[str] = set()
    for one in sent:
        state, tone, why = fate_of(one)
        link = f"/messages/{one.kept_as}" if one.state != "refused" else ""
        can_again = one.purpose == "step" and one.state == "accepted" and one.notice not in offered
        if can_again:
            offered.add(one.notice)
        yield MessageRow(
            name=message_name(one.message) + (" (copy)" if one.purpose in COPIES else ""),
            sign=SIGNS[one.channel],
            state=state,
            tone=tone,
            at=one.at,
            by=channel_name(one.channel),
            to=recipient(one.contact, beside.customer),
            why=why,
            written=language_of(one),
            cost=cost_of(one, beside.costs),
            demands=minor_money(one.demands, one.currency),
            href=link if one.head else "",
            pdf=f"{link}/letter.pdf" if link and one.head and one.head.printed else "",
            again=one.notice if can_again and beside.notice_of(one.notice) else "",
        )


def fate_of(one: Sending) -> tuple[str, str, str]:
    """What became of a message: the word, its tone, and why."""
    if one.state == "refused":
        return "not sent", "stop", "the address was refused for good, and is not used until it changes"
    if one.bounced_at is not None:
        kept = "its address is not used until it changes" if one.came_back else "its address stays in use"
        return "bounced", "stop", f"it came back; {kept}"
    if one.delivered_at is not None:
        return "delivered", "good", ""
    if one.unsure:
        return "not known", "wait", "no answer came from the channel, so it counts as sent"
    if one.state == "begun":
        return "on its way", "wait", ""
    return "sent", "good", ""


def _left_out(sent: Sequence[Sending], beside: Surroundings) -> Iterator[MessageRow]:
    """The channels that a notice was for, too, and did not leave by."""
    acts = {one.act_key: one for one in sent if one.done}
    for key, act in acts.items():
        used = {one.channel for one in sent if one.act_key == key}
        notice = beside.notice_of(act.notice)
        for channel in act.asked:
            if channel not in used:
                why = (
                    why_not(channel, beside.reach, notice.to if notice else ()) or "it could not be used at that moment"
                )
                yield MessageRow(
                    name=message_name(act.message), sign=SIGNS[channel], state="not sent", tone="quiet", at=act.at,
                    by=channel_name(channel), why=why,
                )  # fmt: skip


def _not_sent(lines: Iterable[Line], beside: Surroundings) -> Iterator[MessageRow]:
    """Notices that were skipped, or that nobody could be sent."""
    for line in lines:
        notice = beside.notice_of(line.value)
        if line.kind in _WAITING or (line.kind == "skip" and notice is None):
            continue
        yield MessageRow(
            name=message_name(notice.message if notice else line.value), sign="skip" if line.kind == "skip" else "stop",
            state=_SAID.get(line.kind, "not sent"), tone="quiet" if line.kind == "skip" else "stop", at=line.at,
            by=_joined(notice) if notice else "", why=line.why,
        )  # fmt: skip


def _held_back(case: CaseOut, beside: Surroundings) -> Iterator[MessageRow]:
    """The next message of a case that is held."""
    ahead = (beside.notice_of(step.name) for step in case.steps if step.status == "open")
    notice = next((one for one in ahead if one is not None), None)
    if notice is not None and case.holds and case.outcome is None:
        reasons = ", ".join(as_words(hold.reason) for hold in case.holds)
        yield MessageRow(
            name=message_name(notice.message), sign="pause", state="held back", tone="wait", by=_joined(notice),
            why=f"the case is on hold: {reasons}",
        )  # fmt: skip


def _next(
    case: CaseOut,
    first: LineOut,
    lines: Sequence[Line],
    sent: Sequence[Sending],
    coming: Sequence[LineOut],
    beside: Surroundings,
) -> Iterator[MessageRow]:
    """The next message, with its moment, and why it is not earlier or not on every channel."""
    step = first.step or ""
    next_step = next((one.name for one in case.steps if one.status == "open"), None)
    notice = beside.notice_of(step)
    same = [line.by for line in coming if line.kind == "notice" and (line.at, line.step) == (first.at, first.step)]
    by = chosen(notice.by, beside.reach.channels(notice.to), first=notice.first) if notice else same
    waiting = next((line for line in lines if line.kind in _WAITING and line.value == step), None)
    since = [one.at for one in sent if one.notice == step]
    waits = waiting.why if waiting is not None and all(at < waiting.at for at in since) else ""
    missing = [
        f"not by {channel_name(channel)}: {why}"
        for channel, to in _each_of(notice)
        if (why := why_not(channel, beside.reach, to))
    ]
    yield MessageRow(
        name=message_name(first.value) + (" (copy)" if "copy" in first.why else ""),
        sign="clock", state="to come", tone="wait", at=first.at,
        by=", ".join(map(channel_name, by)), why="; ".join([waits or _FIRST_MOMENT, *missing]),
        now=step if step == next_step else "",
    )  # fmt: skip


def _each_of(notice: Notify | None) -> Iterator[tuple[Channel, tuple[str, ...]]]:
    """The channels that a notice is to leave by, each of them, and whom it is to."""
    if notice is not None and not notice.first:
        yield from ((channel, notice.to) for channel in notice.by)


def message_name(message: str) -> str:
    """A message as people call it."""
    return sentence(as_words(message))


def _joined(notice: Notify) -> str:
    return (" or else " if notice.first else ", ").join(map(channel_name, notice.by))


def recipient(contact: str, customer: Customer) -> str:
    """The recipient by name and role; an address is not shown here."""
    if contact == OWN:
        return customer.name or "the customer"
    person = next((one for one in customer.contacts if one.id == contact), None)
    return contact if person is None else f"{person.name or person.id}, {as_words(person.role)}"


def language_of(one: Sending) -> str:
    """The language that a message was written in, in words; nothing where it is not known."""
    head = one.head
    if head is None or head.language is None or head.wanted is None:
        return ""
    if not is_another(head.language, head.wanted):
        return f"in {by_name(head.language)}"
    return f"written in {by_name(head.language)}: there is no {by_name(head.wanted)} text"


def cost_of(one: Sending, costs: PieceCosts) -> str:
    """What it cost by the prices of today; nothing where it did not leave, or nobody knows."""
    if one.state == "refused" or (one.head is None and one.channel == "sms"):
        return ""
    cost = costs.of(one.channel, segments(one.head.text) if one.head else 1)
    return f"cost {unbroken(str(cost))}" if cost else ""


def message_link(of: tuple[str, str, str]) -> str:
    """The address of the page about a message to come, of an invoice: `next`, or `resend` or `send-now` of a step."""
    invoice_id, kind, step = of
    return f"/cases/{in_path(invoice_id)}/messages/{kind}" + (f"?{urlencode({'step': step})}" if step else "")
