"""A whole story as a scenario file would tell it, but for its ending: debtor, invoices, policy, world, what happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from bench.stories.dice import Dice, once_in, several
from bench.stories.happenings import METHODS, Scene, events
from bench.stories.policies import MESSAGES, Document, lengths, policy
from dunning.money import decimal_string, minor

# Where debtors live: zones that change their clocks in both halves of the year, by half an hour, or never.
PLACES: Final[Sequence[Document]] = (
    {"country": "NL", "timezone": "Europe/Amsterdam"},
    {"country": "NL", "timezone": "Europe/Amsterdam", "locale": "nl"},
    {"country": "DE", "subdivision": "BY", "locale": "de"},
    {"country": "BE"},
    {"country": "GB", "timezone": "Europe/London"},
    {"country": "US", "timezone": "America/New_York"},
    {"country": "AU", "timezone": "Australia/Lord_Howe"},
    {"country": "IN", "timezone": "Asia/Kolkata"},
    {"country": "PT", "timezone": "Atlantic/Azores"},
    {"country": "NZ", "timezone": "Pacific/Auckland"},
    {},
)
# Mondays and Sundays, year's ends, changes of the clock.
DUE: Final = (date(2026, 9, 28), date(2026, 2, 28), date(2026, 3, 22), date(2026, 10, 18), date(2026, 12, 20))
CURRENCIES: Final = ("EUR", "EUR", "EUR", "USD", "JPY", "KWD")
AMOUNTS: Final = ("100", "100", "57.13", "1000", "250.01", "99", "100", "57.13", "1000", "12", "1", "0")
KINDS: Final = ("consumer", "consumer", "sole_trader", "public_body")
ANN: Final = {"id": "ann", "role": "accounts", "name": "Ann", "email": "ann@lek.example", "locale": "de"}
BO: Final = {"id": "bo", "role": "management", "phone": "+31600000009", "address": "Kade 9, Delft"}
CY: Final = {"id": "cy", "role": "accounts", "email": "cy@lek.example", "copy": True}
PEOPLE: Final[Sequence[list[Document]]] = ([ANN], [BO], [ANN, BO], [ANN, CY], [CY])
ELSEWHERE: Final = (["America/New_York"], ["Asia/Tokyo"], ["Europe/London", "America/Los_Angeles"])
MANAGER: Final = {"name": "R. de Vries", "email": "r@lumen.example", "phone": "+31201234567"}
CREDITORS: Final = ({"credits": "keep"}, {"country": "NL", "role": "agent"}, {"country": "NL", "role": "debt_buyer"})
ADDRESSES: Final = {"email": "ap@lek.example", "phone": "+31600000001", "address": "Kade 1, Delft"}
NETWORKS: Final = (None, "visa", "sepa_debit")
DECLINES: Final = (
    "insufficient_funds", "stolen_card", "expired_card", "duplicate_transaction", "generic_decline", "unheard_of",
    "authentication_required",
)  # fmt: skip
LASTING: Final = timedelta(days=220)  # from the last due date to the end of a story


def story(dice: Dice, name: str, shipped: Sequence[str] = ()) -> Document:
    """One story. Its events may name the `shipped` policies, which take over then."""
    own = policy(dice)
    currency, due_on = dice.one_of(CURRENCIES), dice.one_of(DUE)
    invoices = [_invoice(dice, number, currency, due_on) for number in range(1, dice.one_of([1, 1, 1, 2, 3]) + 1)]
    amounts = {one["id"]: Decimal(one["amount"]) for one in invoices}
    first = datetime.combine(due_on - timedelta(days=4), time())
    steps = [step["name"] for step in own["steps"]]
    approvals = [step["name"] for step in own["steps"] if step.get("approval")]
    scene = Scene(currency, amounts, steps, approvals, shipped, first)
    told = {
        "methods": _methods(dice),
        "gateway": [_answer(dice) for _ in range(dice.number(0, 8))],
        "channels": [_bounce(dice) for _ in range(dice.one_of([0, 0, 1, 2]))],
        "events": events(dice, scene),
    }
    document = {
        "scenario": name,
        "policy": own,
        **({"creditor": dice.one_of(CREDITORS)} if once_in(dice, 6) else {}),
        "customer": _customer(dice),
        "invoices": invoices,
        **{key: part for key, part in told.items() if part},
        "until": max(one["due_on"] for one in invoices) + LASTING,
    }
    return {key: _written(part) for key, part in document.items()}


def _written(part: Any) -> Any:
    """What stands in a file: days and local times as text."""
    if isinstance(part, dict):
        return {key: _written(one) for key, one in part.items()}
    if isinstance(part, list | tuple):
        return [_written(one) for one in part]
    if isinstance(part, datetime):
        return f"{part:%Y-%m-%dT%H:%M}"
    return str(part) if isinstance(part, date) else part


def _customer(dice: Dice) -> Document:
    place = dice.one_of(PLACES)
    more = {"segment": "gold", "tags": ["vip"], "name": "Lek BV", "kind": dice.one_of(KINDS)}
    reached = several(dice, list(ADDRESSES), 1, 3) if once_in(dice, 3) else list(ADDRESSES)
    return {
        "id": "c1",
        **place,
        **{field: value for field, value in more.items() if once_in(dice, 3)},
        **{field: ADDRESSES[field] for field in ADDRESSES if field in reached},
        **({"contacts": dice.one_of(PEOPLE)} if once_in(dice, 6) else {}),
        **({"account_manager": MANAGER} if once_in(dice, 12) else {}),
        **({"zones": dice.one_of(ELSEWHERE)} if once_in(dice, 12) else {}),
    }


def _invoice(dice: Dice, number: int, currency: str, due_on: date) -> Document:
    day = due_on + timedelta(days=0 if number == 1 else dice.number(-4, 9))
    amount = decimal_string(minor(Decimal(dice.one_of(AMOUNTS)).quantize(_unit(currency)), currency), currency)
    invoice: Document = {"id": f"INV-{number}", "currency": currency, "amount": amount, "due_on": day}
    if once_in(dice, 4):
        invoice["tags"] = several(dice, ["vip", "gold"], 1, 2)
    if once_in(dice, 6):
        invoice["issued_on"] = day - timedelta(days=30)
    opens = {
        "early": (-6, "00:00"),
        "day": (0, "12:00"),
        "next": (1, "00:01"),
        "late": (12, "10:00"),
        "end": (25, "21:00"),
    }
    if once_in(dice, 2):
        later, clock = opens[dice.one_of(list(opens))]
        invoice["opens"] = datetime.combine(day + timedelta(days=later), time.fromisoformat(clock))
    if once_in(dice, 6) and Decimal(amount) > 0:
        tenth = _tenth(amount, currency)
        fixed = {"amount": tenth} if Decimal(tenth) < Decimal(amount) else {"percent": "50"}
        kept = dice.one_of([{"percent": "2"}, {"percent": "12.5"}, fixed])
        invoice["discount"] = {**kept, "until": day - timedelta(days=dice.number(-3, 5))}
    if once_in(dice, 5):
        before = min(day, invoice["opens"].date() if "opens" in invoice else day)
        invoice["attempts"] = [_attempt(dice, before) for _ in range(dice.number(1, 2))]
    return invoice


def _tenth(amount: str, currency: str) -> str:
    return decimal_string(max(1, minor(Decimal(amount), currency) // 10), currency)


def _unit(currency: str) -> Decimal:
    return Decimal(decimal_string(1, currency))


def _attempt(dice: Dice, before: date) -> Document:
    """One that the billing system made before the case opened."""
    made: Document = {"at": f"{before - timedelta(days=dice.number(4, 8))}T09:00:00+00:00"}
    if once_in(dice, 2):
        made["method"] = dice.one_of(METHODS)
    return made if once_in(dice, 4) else {**made, "declined": dice.one_of(DECLINES)}


def _methods(dice: Dice) -> list[Document]:
    kept = several(dice, METHODS, 0, 2)
    networks: Mapping[str, Any] = {method: dice.one_of(NETWORKS) for method in kept}
    more = {"brand": "Visa", "last4": "4242", "expires": "2027-04"} if once_in(dice, 4) else {}
    return [{"id": method, **more, **({"network": net} if net else {})} for method, net in networks.items()]


def _answer(dice: Dice) -> Any:
    said: Any = "approve" if once_in(dice, 4) else {"decline": dice.one_of(DECLINES)}
    if said != "approve" and once_in(dice, 4):
        said["advice"] = dice.one_of(["02", "24", "27"])
    if once_in(dice, 4):
        said = {"unknown": said, "for": dice.one_of(["3 hours", "30 hours"])} if once_in(dice, 2) else {"unknown": said}
    return said


def _bounce(dice: Dice) -> Document:
    rule: Document = {"bounces_after": dice.one_of([*lengths(1, 3, "hours", "days"), "2 workdays"])}
    if once_in(dice, 2):
        rule["notice"] = dice.one_of(MESSAGES)
    if once_in(dice, 2):
        rule["by"] = dice.one_of(["email", "sms", "letter"])
    return rule
