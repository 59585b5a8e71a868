"""A made-up case under a policy, at the moment at which a message leaves: what a preview shows and a check looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from adapters.bank_account import BankAccount
from adapters.creditor import Creditor
from adapters.messages.languages import language_tag
from adapters.messages.particulars import Beside
from dunning.case_facts import Ahead, CaseFacts, DisputeSaid, FailedAttempt, PlanPart, PromiseMade
from dunning.effects import SendNotice
from dunning.engine import ask, open_case
from dunning.forecast import futures
from dunning.messages import Approve
from dunning.outlook import case_facts
from dunning.parts import StepState
from dunning.policy import Policy
from dunning.ports import Along, CalendarFor, Letterbox
from dunning.records import Customer, Invoice, Method
from dunning.rulebook.decline import codes_of
from dunning.value import altered

INVOICE: Final = "INV-2026-0042"
CARD: Final = Method(id="card", network="visa", brand="visa", last4="4242")
_SOON: Final = timedelta(days=31)  # until the month in which the made-up card expires
DEBIT: Final = Method(id="debit", network="sepa_debit", last4="1789")
COUNTRIES: Final = {"nl": "NL", "de": "DE", "fr": "FR", "en": "GB"}
_LATE: Final = frozenset({"formal", "final", "hand-over", "service-suspended"})  # said at the end of a ladder
_CODES: Final = {
    "authenticate": "authentication_required",
    "payment-failed": "insufficient_funds",
    "debit-returned": "AM04",
}
_FAILED: Final = frozenset({"payment-failed", "method-update", "authenticate", "debit-returned", "pay-link"})
_NAMES_THE_FAILURE: Final = frozenset({"friendly", "firm"})
_PLANNED: Final = frozenset({"instalment", "instalment-soon", "instalment-due", "instalment-missed", "plan-agreed"})
_PARTS: Final = {"instalment-soon": 3, "instalment-missed": -2, "plan-agreed": 7}  # days to the first instalment
_PROMISED: Final = {"promise-day": 0, "promise-confirmed": 10, "promise-broken": -2}  # days to the promised one
_WAITS: Final = frozenset({"method-update", "authenticate", "pay-link"})  # the method waits for the customer (C2)
_LADDER: Final = frozenset({"friendly", "second", "tactful", "firm", "formal", "final", "hand-over"})
_DISPUTED: Final = frozenset({"dispute-received", "dispute-answered"})
_NAMES: Final = {
    "en": (("Acme Boats Ltd", "3 Harbour Road\nBristol BS1 4QA"), ("Robin Miller", "12 Mill Lane\nBristol BS1 4QA")),
    "nl": (("Acme Watersport B.V.", "Haven 3\n8601 AB Sneek"), ("Robin de Vries", "Molenweg 12\n8601 AB Sneek")),
    "de": (("Acme Boote GmbH", "Hafenstraße 3\n24103 Kiel"), ("Robin Müller", "Mühlenweg 12\n24103 Kiel")),
    "fr": (
        ("Acme Voile SARL", "3 quai du Port\n13002 Marseille"),
        ("Camille Martin", "12 rue du Moulin\n13002 Marseille"),
    ),
}
_PAID, _OBJECTED, _CREDITED = 400_00, 250_00, 100_00
_LONGEST: Final = timedelta(days=430)


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A letter that a debtor might get, and what stands beside it."""

    letter: Letterbox
    beside: Beside


def made_up(message: str, policy: Policy, *, locale: str, today: date, calendar_for: CalendarFor) -> MadeUp:
    """The first letter with this message under the policy; where it has none, this message at a fitting step of it.

    Nobody has paid, answered or objected in it, and whoever has to approve of a step has done so. The invoice is due
    `today`.
    """
    every = list(notices(policy, locale=locale, today=today, calendar_for=calendar_for))
    named = next((one for one in every if one.act.message == message), None)
    letter = named or lent(every[-1 if message in _LATE else 0], message)
    return MadeUp(*_fitted(letter, message))


def notices(policy: Policy, *, locale: str, today: date, calendar_for: CalendarFor) -> Iterator[Letterbox]:
    """Every notice of a made-up case's ladder."""
    customer, invoice = debtor_of(policy, locale), _invoice(policy, today)
    calendar = calendar_for(policy, customer, today - _LONGEST, today + 2 * _LONGEST)
    methods = (CARD,) if policy.charging else ()
    case = open_case(invoice, customer, methods, policy, calendar, calendar.start(today))
    now = calendar.start(today)
    for _ in range(len(policy.steps) + 1):
        for after, effect in futures(case, now):
            case = after
            if isinstance(effect, SendNotice) and effect.purpose == "step":
                facts = case_facts(case, effect, case.now)
                yield Letterbox(effect, customer, invoice, case.now, case.today, facts=facts)
        asked = (one.name for one, state in zip(policy.steps, case.steps, strict=True) if _waits(state))
        step = next(asked, None)
        if step is None:
            return
        now = case.now
        case = ask(case.written(), Approve(step=step, by="somebody"), now)


def somebody(creditor: Creditor) -> Creditor:
    """The creditor, with something made up in the place of what is not set; only for where nothing leaves."""
    accounts = creditor.accounts
    if creditor.account_in("EUR") is None:
        accounts = (*accounts, BankAccount("EUR", iban="NL02ABNA0123456789"))
    return replace(
        creditor,
        name=creditor.name or "Example",
        address=creditor.address or "Street 1",
        email=creditor.email or "accounts@example.com",
        phone=creditor.phone or "+31 20 000 00 00",
        accounts=accounts,
    )


def debtor_of(policy: Policy, locale: str) -> Customer:
    """Somebody whom the policy may be for, in the country of the locale."""
    language, _, region = language_tag(locale).partition("-")
    kind = policy.for_.customer_kind if policy.for_ else None
    consumer = kind is not None and kind.passes("consumer") and not kind.passes("business")
    name, town = _NAMES.get(language, _NAMES["en"])[consumer]
    return Customer(
        id="made-up", name=name, kind="consumer" if consumer else "business", locale=locale,
        country=region or COUNTRIES.get(language, "NL"), email="post@example.com", phone="+31 6 10000000",
        address=f"{name}\n{town}",
    )  # fmt: skip


def _invoice(policy: Policy, today: date) -> Invoice:
    issued_on = today - timedelta(days=30)
    tags = policy.for_.invoice_tags.equals if policy.for_ and policy.for_.invoice_tags else None
    return Invoice(
        id=INVOICE, currency="EUR", amount=Decimal("1000.00"), issued_on=issued_on, due_on=today,
        tags=(tags,) if isinstance(tags, str) else (),
    )  # fmt: skip


def _waits(state: StepState) -> bool:
    return state.status == "open" and state.asked and not state.approved


def lent(letter: Letterbox, message: str) -> Letterbox:
    """The letter with another message, that no step of the policy sends."""
    facts, act = letter.facts or CaseFacts(), letter.act
    return replace(letter, act=altered(act, notice=message, message=message), facts=altered(facts))


def _fitted(letter: Letterbox, message: str) -> tuple[Letterbox, Beside]:
    """The letter with the facts that its message is about: a decline, a plan, a promise, a payment, a dispute."""
    method = DEBIT if message == "debit-returned" else CARD
    if message == "card-expiring":
        method = method.model_copy(update={"expires": f"{letter.day + _SOON:%Y-%m}"})
    facts = _about_the_method(letter, message, method)
    if message in _PLANNED:
        facts = _planned(letter, facts, _PARTS.get(message, 0))
    if message in _PROMISED:
        promised_on = letter.day + timedelta(days=_PROMISED[message])
        facts = altered(facts, promise=PromiseMade(letter.act.demands, promised_on))
    if message == "payment-received":
        facts = altered(facts, received=_PAID, paid=_PAID)
    if message == "service-restored":
        facts = altered(facts, paid=letter.invoice.minor, ended="paid")
    if message in _DISPUTED:
        answered = message == "dispute-answered"
        said = DisputeSaid(_OBJECTED, _CREDITED if answered else None)
        facts = altered(facts, dispute=said, disputed=0 if answered else _OBJECTED)
    act = altered(letter.act, demands=_demanded(letter, message))
    if message not in _LADDER:
        act = altered(act, deadline_on=None)
    along: tuple[Along, ...] = ()
    if message == "statement":
        other = letter.invoice.model_copy(update={"id": "INV-2026-0057", "amount": Decimal("250.00")})
        along = (Along(other, altered(act, demands=other.minor)),)
    return replace(letter, act=act, facts=facts, along=along), Beside(methods={method.id: method})


def _demanded(letter: Letterbox, message: str) -> int:
    """What the message asks for, in minor units."""
    amount, less = (
        letter.invoice.minor,
        {"payment-received": _PAID, "dispute-received": _OBJECTED, "dispute-answered": _CREDITED},
    )
    if message == "plan-agreed":
        return amount
    if message in _PLANNED:
        return amount // 3
    return 0 if message == "service-restored" else letter.act.demands - less.get(message, 0)


def _about_the_method(letter: Letterbox, message: str, method: Method) -> CaseFacts:
    """What failed and what is tried again, as far as the message speaks of it."""
    facts = letter.facts or CaseFacts()
    fails = message in _FAILED or (facts.failed is not None and message in _NAMES_THE_FAILURE)
    codes = codes_of(_CODES.get(message, "expired_card"))
    failed = FailedAttempt(letter.day, method.id, letter.act.demands, codes, method.network) if fails else None
    return altered(facts, failed=failed, ahead=tuple(_still_ahead(facts, message, method)))


def _still_ahead(facts: CaseFacts, message: str, method: Method) -> Iterator[Ahead]:
    """What is still to come where this message leaves."""
    for one in facts.ahead:
        if one.kind == "charge" and message not in _WAITS:
            yield altered(one, method=method.id)
        elif one.kind not in {"charge", "suspend"} or (one.kind == "suspend" and message != "service-suspended"):
            yield one


def _planned(letter: Letterbox, facts: CaseFacts, ahead: int) -> CaseFacts:
    third = letter.invoice.minor // 3
    days = [letter.day + timedelta(days=ahead + 30 * month) for month in range(3)]
    amounts = [third, third, letter.invoice.minor - 2 * third]
    plan = tuple(PlanPart(on, amount, amount) for on, amount in zip(days, amounts, strict=True))
    return altered(facts, plan=plan, plan_ends_on=days[0] + timedelta(days=4))
