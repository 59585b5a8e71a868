"""All that the fake knows: its objects, the money that moved, the events that happened, and what time it is."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, Literal

from adapters.clock import now
from adapters.stripe.fake.faults import no_such_object
from adapters.stripe.fake.scripts import Failure
from adapters.stripe.fake.shapes import FakeObject, fake_object, list_page

API_VERSION: Final = "2026-10-28.endive"
PREFIXES: Final = {
    "payment_intent": "pi", "charge": "ch", "customer": "cus", "payment_method": "pm", "refund": "re",
    "payment_link": "plink", "event": "evt", "invoice": "in", "product": "prod", "dispute": "dp",
    "checkout.session": "cs_test", "invoice_payment": "inpay",
}  # fmt: skip
_LARGEST_PAGE: Final = 100
_BOUNDS: Final[dict[str, Callable[[int, int], bool]]] = {
    "gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__
}  # fmt: skip


MovementKind = Literal["taken", "refunded", "refund_failed", "returned", "reinstated"]
_TO_THE_CREDITOR: Final = frozenset({"taken", "refund_failed", "reinstated"})


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that left the payer's account, or came back to it; `amount` as Stripe counts, `key` is our own."""

    kind: MovementKind
    intent: str
    amount: int
    currency: str
    customer: str | None
    method: str | None
    key: str | None


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long things take: an answer that is slow, a bank debit to its end, a payment until a search finds it, or
    until even a list shows it.
    """

    slow: timedelta = timedelta(seconds=0.5)
    debit: timedelta = timedelta(days=5)
    search: timedelta = timedelta(minutes=1)
    listing: timedelta = timedelta()


@dataclass
class Books:
    """Everything, for as long as the fake lives. `read_only` are the keys that may look and not act."""

    clock: Callable[[], datetime] = now
    tempo: Tempo = field(default_factory=Tempo)
    api_keys: frozenset[str] = frozenset({"sk_test_fake"})
    read_only: frozenset[str] = frozenset({"rk_test_fake_read"})
    takes: tuple[str, ...] = ("card", "sepa_debit", "bacs_debit", "us_bank_account")  # as set in the dashboard
    movements: list[Movement] = field(default_factory=list)
    events: list[FakeObject] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # last parts of addresses at which Stripe is down just now
    failures: list[Failure] = field(default_factory=list)  # of the next calls for a payment, whatever method they name
    once: set[str] = field(default_factory=set)  # failures that have happened, each of them once for a key
    attached: dict[str, str] = field(default_factory=dict)  # the invoice of Stripe Billing that a payment pays
    debits: dict[str, datetime] = field(default_factory=dict)  # when each bank debit under way ends, by its payment

    def __post_init__(self) -> None:
        """Ids carry a mark of this run, so that those of two runs never meet in one database of ours."""
        self._objects: dict[str, dict[str, FakeObject]] = defaultdict(dict)
        self._run = secrets.token_hex(4)
        self._numbers = count(1)

    def seconds(self) -> int:
        """The moment as Stripe writes it."""
        return int(self.clock().timestamp())

    def token(self) -> str:
        """A part of an id that nothing else has."""
        return f"{self._run}{next(self._numbers):06d}"

    def new(self, kind: str, **said: Any) -> FakeObject:
        """Make and keep an object; `said` may bring its id."""
        made = fake_object(kind, id=f"{PREFIXES[kind]}_{self.token()}", created=self.seconds()) | said
        self._objects[kind][made["id"]] = made
        return made

    def all(self, kind: str) -> list[FakeObject]:
        """Every object of a kind, the newest first."""
        return list(reversed(self._objects[kind].values()))

    def find(self, kind: str, name: str) -> FakeObject | None:
        """The object, if it is there."""
        return self._objects[kind].get(name)

    def get(self, kind: str, name: str, param: str = "id") -> FakeObject:
        """The object. Raises `Fault` as Stripe does for an id that nobody has."""
        found = self.find(kind, name)
        if found is None:
            raise no_such_object(kind, name, param)
        return found

    def page(self, kind: str, url: str, asked: dict[str, Any], keep: Callable[[FakeObject], bool] = bool) -> FakeObject:
        """A page of the objects that `keep` keeps, from `starting_after` on, made within `created`."""
        found = [
            one for one in self.all(kind) if keep(one) and _within(one, asked.get("created")) and self._is_shown(one)
        ]
        after = asked.get("starting_after")
        start = 1 + next((at for at, one in enumerate(found) if one["id"] == after), -1)
        limit = min(int(asked.get("limit", 10)), _LARGEST_PAGE)
        shown = found[start : start + limit]
        return list_page(url, deepcopy(shown), has_more=start + limit < len(found))

    def _is_shown(self, one: FakeObject) -> bool:
        """A list that is behind leaves out the payments of the last minutes or hours."""
        behind = self.tempo.listing.total_seconds() if one["object"] == "payment_intent" else 0
        return bool(one["created"] <= self.seconds() - behind)

    def emit(self, kind: str, about: FakeObject, *, before: FakeObject | None = None) -> None:
        """An event happened; it shows the object as it is now, and its changed fields as they were `before`."""
        data: FakeObject = {"object": deepcopy(about)} | ({} if before is None else {"previous_attributes": before})
        self.events.append(self.new("event", type=kind, api_version=API_VERSION, data=data))

    def move(self, kind: MovementKind, intent: FakeObject, amount: int) -> None:
        """Money moves."""
        of, method = intent["metadata"], intent["payment_method"]
        self.movements.append(
            Movement(kind, intent["id"], amount, intent["currency"], intent["customer"], method, of.get("dunning_key"))
        )

    def kept(self, intent_id: str) -> int:
        """How much of a payment is with the creditor."""
        moved = [one for one in self.movements if one.intent == intent_id]
        return sum(one.amount if one.kind in _TO_THE_CREDITOR else -one.amount for one in moved)

    def taken(self, **of: Any) -> int:
        """How often money was taken, of all or of those payments whose fields are these (`customer`, `method`, ...)."""
        return sum(
            move.kind == "taken" and all(getattr(move, name) == value for name, value in of.items())
            for move in self.movements
        )


def _within(one: FakeObject, created: dict[str, str] | str | None) -> bool:
    if not created:
        return True
    if isinstance(created, str):
        return bool(one["created"] == int(created))
    return all(_BOUNDS[name](one["created"], int(bound)) for name, bound in created.items())
