"""Cases that went through much, told by the core: together they have a value in every field that a case carries.

`make golden` writes each as the text in which a case goes from run to run and into the store. Such texts outlive the
build that wrote them, so what is kept here must be read and written unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from adapters.calendars import make_calendar
from dunning import snapshot
from dunning.answers import Done, Down, PolicyLoaded, Underway
from dunning.case import Case
from dunning.channels import CHANNELS
from dunning.decide import advance
from dunning.effects import LoadPolicy, Perform, SendNotice, Wait
from dunning.engine import answer, ask, open_case, tell
from dunning.messages import REQUESTS
from dunning.policy import Policy
from dunning.records import Invoice, Method
from dunning.simulation.simulate import Event
from dunning.simulation.world import ChannelRule, Script
from tests.dunning.cases import DUE, NETWORKS, OPENS, Story, at, customer, invoice, notify, policy, step

GOLDEN: Final = Path(__file__).with_name("golden")
DEBTOR: Final = {"country": "NL", "kind": "consumer", "segment": "small", "locale": "nl", "tags": ("since-2019",)}
LADDER: Final = (
    step("heads-up", -2, notify("friendly", "email", "sms", "letter", first=True)),
    step("dunning", 5, {"fee": "5.00"}, notify("firm", "email", "letter", first=True)),
    step("last-notice", 14, notify("final", "letter", "email", deadline="4 days")),
    step("call", 19, {"task": {"kind": "call", "within": "3 workdays"}}, when={"account.open_cases": {"min": 1}}),
    step("stop-service", 20, {"suspend": {"restore_on": ["promise", "plan"]}}, requires="last-notice"),
    step("hand-off", 45, {"hand_off": {"agency": "north"}}, requires="last-notice", approval=True),
)
TERMS: Final[dict[str, Any]] = {
    "description": "everything at once",
    "priority": 3,
    "for": {"invoice.tags": "studio", "customer.country": ["NL", "BE"]},
    "calendar": {"contact_hours": "09:00-17:00", "contact_days": "not-sundays", "holidays": ["NL"]},
    "spacing": {"minimum": "2 days", "per_customer": {"notices": 3, "within": "3 days"}},
    "entry": "by-age",
    "minimum": {"EUR": "5.00"},
    "tolerance": "0.50",
    "charging": {"schedule": ["2 days", "4 days", "12 days"], "attempts": 4, "within": "30 days"},
    "promise": {"at_most": "14 days", "grace": "1 day", "times": 3, "broken": "last-notice"},
    "plan": {"instalments": 3, "longest": "90 days", "grace": "2 workdays"},
    "dispute": {"answer_within": "2 workdays"},
    "end": {"after": "10 days", "then": "task"},
}
ADAPTIVE: Final = {"strategy": "adaptive", "attempts": 6, "within": "60 days", "paydays": [25, "last"]}
NO_MONEY, EXPIRED, STOLEN = Script("insufficient_funds"), Script("expired_card"), Script("stolen_card")
METHODS: Final = ("visa", "sepa", "m3")


class Life(Story):
    """A story about a debtor of whom more is known than in other tests."""

    def __init__(
        self,
        *events: Event,
        steps: tuple[dict[str, Any], ...] = LADDER,
        terms: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        tagged = invoice(tags=("studio", "late-before"))
        given = {"methods": METHODS, "invoices": [tagged], "opens": OPENS - timedelta(days=4), **more}
        super().__init__(policy(*steps, **{**TERMS, **(terms or {})}), events, **given)

    def _opens(self, terms: Policy, methods: tuple[str, ...], one: Invoice, when: datetime) -> Case:
        kept = tuple(Method(id=method, network=NETWORKS.get(method)) for method in methods)
        days = make_calendar("Europe/Amsterdam", ["NL"], terms.calendar, date(2026, 8, 1), date(2028, 6, 30))
        return open_case(one, customer(**DEBTOR), kept, terms, days, when)

    def at(self, moment: datetime, *said: Event) -> Case:
        """The case at a moment, with what is told to it then and not acted upon yet."""
        self.run(moment)
        case = self.case
        for event in said:
            if event.name in REQUESTS:
                case = ask(case, REQUESTS[event.name].model_validate(event.body), event.at, f"asking {case.acts}")
            else:
                case = tell(case, event.name, event.body, event.at)
        return case


def on(day: int, told: str, clock: str = "10:00", /, **body: Any) -> Event:
    return Event(at(day, clock), told, body, "INV-1")


def day(number: int) -> date:
    return DUE + timedelta(days=number)


def promised() -> Case:
    """Broke one promise and made another, which gave the service back; part is paid, part is disputed."""
    return Life(
        on(3, "payment_received", id="p1", amount="20.00"),
        on(6, "dispute", id="d1", amount="10.00", reason="wrong hours"),
        on(8, "promise", id="pr1", on=day(9)),
        on(24, "promise", id="pr2", amount="50.00", on=day(34)),
        methods=(),
    ).at(at(26))


def in_instalments() -> Case:
    """Pays by a plan whose first part was charged in vain and reminded of; the next moment of a charge was chosen."""
    parts = [{"on": day(12), "amount": "30.00"}, {"on": day(40), "amount": "35.00"}, {"on": day(70), "amount": "40.00"}]
    return Life(
        on(11, "plan", id="pl1", instalments=parts),
        terms={"charging": ADAPTIVE},
        gateway=[NO_MONEY, NO_MONEY, EXPIRED],
    ).at(at(13))


def stopped() -> Case:
    """Held by everybody who can hold it: a person, the customer, a dispute, money under way and an escalation."""
    return Life(
        on(2, "hold", id="h0", reason="check", until=day(4)),
        on(10, "hold", id="h1", reason="check", by="clerk-7", until=day(60)),
        on(11, "payment_pending", id="p1", amount="200.00", until=day(50)),
        on(12, "dispute", id="d1", amount="15.00", reason="wrong hours"),
        on(12, "dispute", id="d2", reason="all of it"),
        on(13, "escalate", queue="legal", reason="threatens"),
        on(13, "customer_stop", reason="lawyer"),
        gateway=[NO_MONEY, NO_MONEY],
    ).at(at(32), on(32, "consent_withdrawn"))


def waiting_for_the_customer() -> Case:
    """Nothing can be charged before the customer acts, and a link to pay waits for the morning."""
    return Life(methods=("visa",), gateway=[EXPIRED]).at(at(2, "01:00"))


def with_a_new_card() -> Case:
    """One method is finished, one waits, one is tried at once; a link was put off by the contact limit."""
    return Life(
        terms={"spacing": {"minimum": "2 days", "per_customer": {"notices": 1, "within": "9 days"}}},
        gateway=[STOLEN, EXPIRED, NO_MONEY],
    ).at(at(6, "09:30"), on(6, "method_added", "09:35", id="visa", network="visa"))


def asked_at_the_provider() -> Case:
    """An attempt by an agent whose end nobody knows yet, after others whose codes are known."""
    silent = Script("insufficient_funds", unknown=True, lasts=timedelta(days=9))
    return Life(on(3, "attempt", by="agent-3"), gateway=[EXPIRED, silent]).at(at(6))


def moved_to_a_bank_day() -> Case:
    """A debit was declined, and its next attempt falls on a Saturday: it waits for the banks."""
    return Life(methods=("sepa",), gateway=[NO_MONEY]).at(at(5))


def discounted() -> Case:
    """The amount was corrected, a discount runs; part of the money came and went back in this moment."""
    terms = invoice(discount={"percent": "2", "until": day(20)})
    return Life(on(1, "invoice_changed", amount="120.00"), invoices=[terms], methods=()).at(
        at(3), on(3, "payment_received", id="p1", amount="60.00"),
        on(3, "payment_reversed", id="r1", payment_id="p1", amount="10.00"),
    )  # fmt: skip


def costs_alone() -> Case:
    """A discount that ran out, credit from another invoice, and a fee that is demanded once more."""
    terms = invoice(discount={"amount": "3.00", "until": day(1)})
    moved = {"id": "use-1", "amount": "-40.00", "side": "set_off", "invoice": "INV-0"}
    return Life(
        on(6, "credit_moved", **moved), on(7, "payment_received", id="p1", amount="60.00"),
        invoices=[terms], methods=(),
    ).at(at(15))  # fmt: skip


def credit_kept() -> Case:
    """The creditor keeps a credit of the customer, and a person is asked instead of the first notice."""
    return Life(on(-4, "credit_kept", amount="25.00"), methods=()).at(at(1))


def debited() -> Case:
    """A bank debit is under way and holds the case."""
    due = at(2, "00:00")
    case, decision = advance(Life(methods=("sepa",)).at(at(1)), due)
    assert isinstance(decision, Perform)
    return answer(case, decision.effect, Underway("sepa", day(9)), due)


def bounced() -> Case:
    """One notice came back and left by the next channel; nobody knows of the final one, and then it came back."""
    return Life(
        on(16, "crash", "08:00", after="notice"),
        methods=(),
        channels=[ChannelRule("firm", "email", timedelta(days=1))],
    ).at(at(16), on(16, "bounced", "10:05", notice="last-notice", channel="letter"))


def in_one_message() -> Case:
    """Its dunning left in one message with that of another invoice, which came back and has to leave again for both."""
    both = [invoice(tags=("studio",)), invoice(id="INV-0", tags=("studio",))]
    return Life(
        on(6, "bounced", "11:00", notice="dunning", channel="email"),
        methods=(),
        invoices=both,
        terms={"consolidate": "2 days"},
    ).at(at(6, "11:00"), on(6, "bounced", "11:30", notice="dunning", channel="letter"))


def reached_by_hand() -> Case:
    """No channel took the final notice, and a person reached the debtor; then the service stopped."""
    return Life(
        on(13, "contact", opted_out=True),
        on(16, "dispose", task="unreachable", resume=True, by="clerk-7"),
        methods=(),
    ).at(at(24), on(24, "policy", name="gentle"))


def put_off() -> Case:
    """At a step whose notice, and its fee, wait for the contact limit."""
    return Life(
        terms={"spacing": {"minimum": "1 day", "per_customer": {"notices": 2, "within": "15 days"}}},
        methods=(),
    ).at(at(15))


def coming_back() -> Case:
    """A reminder came back once and is about to leave again; the creditor is closed in between."""
    weekly = step("weekly", 5, {"fee": "1.00"}, notify("firm", "email"), every="7 days", times=4)
    closed = [{"from": str(day(6)), "to": str(day(9))}, str(day(11))]
    terms = {
        "calendar": {"holidays": "none", "closed": closed}, "promise": {"at_most": "9 days"},
        "end": {"after": "60 days"},
    }  # fmt: skip
    told = Life(steps=(weekly,), terms=terms, methods=()).at(at(23))
    return advance(told, at(24, "08:00"))[0]


def out_of_reach() -> Case:
    """No channel took the final notice, and a person is asked."""
    return Life(on(13, "contact", opted_out=True), methods=()).at(at(15))


def taken_over() -> Case:
    """Another policy took over while a step was put off."""
    case = put_off()
    gentler = policy(*LADDER[:3], **{**TERMS, "description": "gentler"})
    return answer(case, LoadPolicy(case.next_key("policy"), gentler.name), PolicyLoaded(gentler, case.calendar), at(16))


def at_its_end() -> Case:
    """Every step is done or turned down; a person was asked twice what is to become of it, and gives it up."""
    return Life(
        on(46, "approve", step="hand-off", by="clerk-7", no=True),
        on(58, "dispose", task="end", resume=True),
        methods=(),
    ).at(at(72), on(72, "dispose", task="end", write_off={"by": "clerk-7", "reason": "not worth it"}))


def approved() -> Case:
    """A hand-off that was approved in the evening, and waits for the morning."""
    return Life(on(45, "approve", "20:00", step="hand-off", by="clerk-7"), methods=()).at(at(45, "20:30"))


def given_up_by_two() -> Case:
    """A write-off that takes two people, of whom the first has asked."""
    wish = on(12, "write_off", by="clerk-7", reason="too small", alone_up_to="50.00")
    return Life(wish, methods=()).at(at(13))


def handed_off_by_two() -> Case:
    """A hand-off that takes two people, of whom the first has asked."""
    return Life(on(12, "hand_off", by="clerk-7", agency="north", alone_up_to="50.00"), methods=()).at(at(13))


def waived_by_two() -> Case:
    """A part of the costs was waived; for the rest a second person is asked."""
    little = on(12, "waive", id="w1", of="costs", amount="1.00", by="clerk-7", reason="goodwill")
    rest = on(12, "waive", "11:00", id="w2", of="costs", by="clerk-7", reason="goodwill", alone_up_to="1.00")
    return Life(little, rest, methods=()).at(at(13))


def handed_off() -> Case:
    """With an agency, which is told of each payment; money was taken back that is not known to have come."""
    return Life(
        on(46, "approve", step="hand-off", by="clerk-7"),
        on(50, "payment_reversed", id="r1", payment_id="p9", amount="10.00", as_of=at(49)),
        methods=(),
    ).at(at(52), on(52, "payment_received", id="p1", amount="30.00", as_of=at(51)))


def reopened() -> Case:
    """Paid, closed and taken back: the service that was given back stops again."""
    return Life(
        on(22, "payment_received", id="p1", amount="105.00"),
        on(26, "payment_reversed", id="r1", payment_id="p1", amount="105.00", as_of=at(25), code="MD06"),
        methods=(),
    ).at(at(26))


def overpaid() -> Case:
    """Closed, with more paid than was owed: a person is asked."""
    return Life(on(8, "payment_received", id="p1", amount="130.00"), methods=()).at(at(9))


def channel_down() -> Case:
    """The mail server has taken nothing for so long that a person was told."""
    case, now = Life(methods=()).at(at(2)), at(3, "09:00")
    while case.outage is None or not case.outage.asked:
        case, decision = advance(case, now)
        if isinstance(decision, Perform):
            sends = isinstance(decision.effect, SendNotice)
            said = Down("email", "smtp connection: SMTPConnectError") if sends else Done()
            case = answer(case, decision.effect, said, now)
        elif isinstance(decision, Wait) and decision.until is not None:
            now = decision.until
    return case


def handed_off_by_somebody() -> Case:
    """A person has asked for an agency, and the debt is about to go there."""
    return Life(methods=()).at(at(8), on(8, "hand_off", by="clerk-7", authenticated="key desk"))


def withdrawn() -> Case:
    """The demand was wrong, and the case is about to close."""
    return Life(methods=()).at(at(8), on(8, "withdraw"))


def asked_by_hand() -> Case:
    """A person wants the first notice once more, and the next step before its day; the debtor is in two zones."""
    case = Life(methods=()).at(at(6))
    case = case.evolve(calendar=replace(case.calendar, elsewhere=(((case.calendar.offsets[0][0], -18_000),),)))
    wish = {"by": "clerk-7", "reason": "lost"}
    again = ask(case, REQUESTS["resend"].model_validate({"step": "heads-up", **wish}), at(6))
    return ask(again, REQUESTS["send_now"].model_validate({"step": "last-notice", **wish}), at(6))


def answering() -> Case:
    """Away on every channel, was called and wants to be called back; thanks and an answer to a dispute have to wait."""
    return Life(
        *(on(5, "away", channel=channel, until=day(20)) for channel in CHANNELS),
        on(6, "payment_received", id="p1", amount="20.00"),
        on(6, "dispute", id="d1", amount="10.00", reason="wrong hours"),
        on(6, "resolve_dispute", "10:30", id="d1", accepted="4.00"),
        on(6, "call", "11:00", result="reached", by="clerk-7"),
        on(6, "call", "12:00", result="call_back", again_at=at(12, "15:00")),
        terms={"thanks": "all"},
        methods=(),
    ).at(at(7))


LIVES: Final[dict[str, Callable[[], Case]]] = {
    life.__name__.replace("_", "-"): life
    for life in (
        promised, in_instalments, stopped, waiting_for_the_customer, with_a_new_card, asked_at_the_provider, debited,
        moved_to_a_bank_day, discounted, costs_alone, credit_kept,
        bounced, in_one_message, reached_by_hand, out_of_reach, coming_back, put_off, taken_over, at_its_end, approved,
        given_up_by_two, handed_off_by_two, waived_by_two, handed_off,
        reopened, overpaid, handed_off_by_somebody, withdrawn, channel_down, asked_by_hand, answering,
    )
}  # fmt: skip


def text_of(case: Case) -> str:
    """The text of a case, one field a line."""
    return in_lines(snapshot.dump(case))


def in_lines(text: str) -> str:
    fields = json.loads(text)
    lines = (f"{json.dumps(name)}:{_compact(value)}" for name, value in fields.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def write_all() -> None:
    """Tell every life anew, in place of what is kept."""
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.json"):
        old.unlink()
    for name, life in LIVES.items():
        (GOLDEN / f"{name}.json").write_text(text_of(life()))


if __name__ == "__main__":
    write_all()
