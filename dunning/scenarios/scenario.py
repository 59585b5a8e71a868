"""A scenario: a story with its expected ending, read from a file that people in finance write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    NaiveDatetime,
    field_validator,
    model_validator,
)

from dunning.dates import DAY, FIRST_DAY, LAST_DAY, Day
from dunning.errors import NotAllowed
from dunning.journal import TURNING_POINTS
from dunning.messages import MESSAGES
from dunning.records import Amount, Channel, Customer, Invoice, Method, Record
from dunning.simulation.world import ChannelRule, Script
from dunning.span import Span

WORLD_EVENTS = ("outage", "crash")


def _local(value: Any) -> Any:
    if isinstance(value, str) and len(value) == len("2026-03-01"):
        return f"{value}T00:00"
    return value


def _usable(value: datetime) -> datetime:
    if not FIRST_DAY <= value.date() <= LAST_DAY:
        raise NotAllowed("", value.isoformat(), DAY)
    return value


LocalTime = Annotated[NaiveDatetime, BeforeValidator(_local), AfterValidator(_usable)]


class ChannelNotices(Record):
    """What happens to the notices of a channel."""

    notice: str | None = None
    by: Channel | None = None
    bounces_after: Span

    @property
    def rule(self) -> ChannelRule:
        """The same, for the made-up world."""
        return ChannelRule(self.notice, self.by, _length(self.bounces_after))


class ScriptedAnswer(Record):
    """A provider's answer to one attempt; left out, every attempt is approved."""

    decline: str | None = None
    advice: str | None = None
    unknown: ScriptedAnswer | None = None
    for_: Span | None = Field(default=None, alias="for")

    @model_validator(mode="before")
    @classmethod
    def _approve(cls, value: Any) -> Any:
        if value == "approve":
            return {}
        if isinstance(value, dict) and "advice" in value:
            return {**value, "advice": str(value["advice"])}
        if value == {} or not isinstance(value, dict):
            forms = "approve, {decline: CODE}, {decline: CODE, advice: 27}, {unknown: approve}"
            msg = f"{forms} or {{unknown: {{decline: CODE}}, for: 3 hours}}"
            raise ValueError(msg)
        return value

    @property
    def script(self) -> Script:
        """The same, for the made-up world."""
        said = self.unknown or self
        return Script(
            said.decline, said.advice, self.unknown is not None, _length(self.for_) if self.for_ else timedelta()
        )


def _length(span: Span) -> timedelta:
    return timedelta(hours=span.count) if span.unit == "hours" else timedelta(days=span.count)


class Happening(Record):
    """One event: a local moment, a name, what it says."""

    at: LocalTime
    name: str
    body: dict[str, Any]
    invoice: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            msg = "a mapping such as {at: 2026-03-05T10:00, payment_received: {id: p1, amount: 400.00}}"
            raise ValueError(msg)  # noqa: TRY004 - pydantic turns a ValueError into a problem with its place
        names = [key for key in value if key not in {"at", "invoice"}]
        if len(names) != 1 or names[0] not in {*MESSAGES, *WORLD_EVENTS}:
            msg = f"found {', '.join(names) or 'no event'}; allowed is one of {', '.join((*MESSAGES, *WORLD_EVENTS))}"
            raise ValueError(msg)
        body = dict(value[names[0]] or {})
        invoice = value.get("invoice") or body.pop("invoice", None)
        return {"at": value.get("at"), "name": names[0], "body": body, "invoice": invoice}

    @model_validator(mode="after")
    def _understood(self) -> Happening:
        if self.name == "outage":
            LocalOutage.model_validate(self.body)
        elif self.name == "crash":
            LocalCrash.model_validate(self.body)
        else:
            MESSAGES[self.name].model_validate(self.in_zone(lambda local: local.replace(tzinfo=UTC)))
        return self

    def in_zone(self, moment: Callable[[datetime], datetime]) -> dict[str, Any]:
        """What is told, with the local times in it as the instants that `moment` makes of them."""
        return with_instants(self.body, moment)


class _LocalTimes(BaseModel):
    """The moments that a message may name beside its own."""

    as_of: LocalTime | None = None
    again_at: LocalTime | None = None


def with_instants(body: Mapping[str, Any], moment: Callable[[datetime], datetime]) -> dict[str, Any]:
    """A message's body, with its local times as instants. Raises pydantic's `ValidationError` that names the field.

    A call's `call_back` says `at`, which is none at which the message reached us (M6).
    """
    if body.get("result") == "call_back" and "at" in body:
        body = {"again_at" if key == "at" else key: value for key, value in body.items()}
    local = _LocalTimes.model_validate(body).model_dump(exclude_unset=True)
    return {**body, **{key: value and moment(value) for key, value in local.items()}}


class LocalOutage(Record):
    """Nothing of ours runs until then."""

    until: LocalTime


class LocalCrash(Record):
    """Between an act and its record."""

    after: Literal["notice", "charge"]


class Expected(Record):
    """One line that must happen; keys that it does not name are not compared."""

    kind: str
    value: Any = None
    on: Day | None = None
    at: LocalTime | None = None
    demands: Amount | None = None
    by: str | None = None
    method: str | None = None
    amount: Amount | None = None
    queue: str | None = None
    escalated: bool | None = None
    invoice: str | None = None
    invoices: tuple[str, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        kinds = [key for key in value if key in TURNING_POINTS] if isinstance(value, Mapping) else []
        if len(kinds) != 1:
            msg = f"found {value}; allowed is a line with one of {', '.join(sorted(TURNING_POINTS))}"
            raise ValueError(msg)
        rest = {key: part for key, part in value.items() if key != kinds[0]}
        return {**rest, "kind": kinds[0], "value": value[kinds[0]]}

    @field_validator("value")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return value.get("declined", "")
        return "" if value is None else value


class ScenarioCreditor(Record):
    """What the creditor of a story has set; left out, they are in the Netherlands, and credit is used (P8).

    `role` means nothing while the `law` is off, and no law is built in yet (L7).
    """

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    role: Literal["first_party", "agent", "debt_buyer"] = "first_party"
    law: Literal["off"] = "off"
    credits: Literal["use", "keep"] = "use"


class ScenarioInvoice(Invoice):
    """An invoice of a story; `opens` when its case opens, in local time; `policy` where it is not that of the story."""

    opens: LocalTime | None = None
    policy: str | dict[str, Any] | None = None

    @property
    def record(self) -> Invoice:
        """As a billing system hands it over."""
        return Invoice.model_validate(self.model_dump(exclude={"opens", "policy"}))


class Scenario(Record):
    """One story."""

    scenario: str
    rules: tuple[str, ...] = ()
    policy: str | dict[str, Any] | None = None
    customer: Customer
    creditor: ScenarioCreditor = ScenarioCreditor()
    invoice: ScenarioInvoice | None = None
    invoices: tuple[ScenarioInvoice, ...] = ()
    opens: LocalTime | None = None
    methods: tuple[Method, ...] = ()
    gateway: tuple[ScriptedAnswer, ...] = ()
    channels: tuple[ChannelNotices, ...] = ()
    events: tuple[Happening, ...] = ()
    until: Day | None = None
    expect: tuple[Expected, ...] = ()
    forecast: tuple[Expected, ...] | None = None
    balance: Amount | dict[str, Amount] | None = None
    principal: Amount | dict[str, Amount] | None = None
    costs: Amount | dict[str, Amount] | None = None
    interest: Amount | dict[str, Amount] | None = None
    overdue_days: int | dict[str, int] | None = None
    chased_days: int | dict[str, int] | None = None
    closed: str | dict[str, str] | None = None

    @field_validator("methods", mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return [{"id": m} if isinstance(m, str) else m for m in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _invoices(self) -> Scenario:
        if (self.invoice is None) == (not self.invoices):
            msg = "one of invoice and invoices is wanted"
            raise ValueError(msg)
        if self.policy is None and any(one.policy is None for one in self.all_invoices):
            msg = "found no policy; allowed: one of the story, or one of each invoice"
            raise ValueError(msg)
        known = {one.id for one in self.all_invoices}
        named = [event.invoice for event in self.events] + [
            line.invoice for line in (*self.expect, *self.forecast_lines)
        ]
        wrong = [name for name in named if name is not None and name not in known]
        if wrong:
            msg = f"found invoice {wrong[0]}; allowed: {', '.join(sorted(known))}"
            raise ValueError(msg)
        return self

    @property
    def forecast_lines(self) -> tuple[Expected, ...]:
        """The lines that are foreseen at the end, none if that is not asked."""
        return self.forecast or ()

    @property
    def all_invoices(self) -> tuple[ScenarioInvoice, ...]:
        """The invoices, one or many."""
        return (self.invoice,) if self.invoice else self.invoices
