"""What a step does: a notice, a fee, a task for a person, a suspension, a hand-off, a write-off.

In YAML an action is a mapping with its kind as the one key, `{notify: {message: firm, by: [email]}}`; in our own JSON
the kind stands beside the rest. Both are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    StrictBool,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from dunning.policy.lengths import DaysOrWorkdaysFromOne
from dunning.policy.parts import (
    Currency,
    Exact,
    Part,
    Positive,
    Word,
    in_whole_minor_units,
    not_allowed,
    read_exactly,
)
from dunning.records import ACCOUNTS, Channel, Role
from dunning.span import Span

KINDS: Final = ("notify", "fee", "task", "suspend", "hand_off", "write_off")
FEE: Final = (
    "an amount above 0 such as 15.00, one for each currency such as {EUR: 15.00, JPY: 2500}, "
    "or a percentage of the invoice such as {percent: 1.5}"
)


class PolicyAction(Part):
    """One action. `word` is its kind, the one key that it has in YAML."""

    word: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        """Take what stands under the one key; our own JSON has its fields beside each other."""
        if isinstance(raw, Mapping) and raw.keys() == {cls.word}:
            return cls._from_body(raw[cls.word])
        return raw

    @classmethod
    def _from_body(cls, body: object) -> object:
        return body

    @classmethod
    def _body_schema(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Describe what stands under the one key, given the schema of the fields."""
        return fields

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the form of YAML for editors."""
        fields = handler.resolve_ref_schema(handler(schema))
        own = {name: field for name, field in fields["properties"].items() if name != "kind"}
        body = cls._body_schema({**fields, "properties": own})
        return {"type": "object", "properties": {cls.word: body}, "required": [cls.word], "additionalProperties": False}


def _listed(raw: object) -> object:
    if not isinstance(raw, list | tuple):
        raise not_allowed("channels such as [email, sms], or {first: [email, sms]}")
    return raw


def _roles(raw: object) -> object:
    if not isinstance(raw, list | tuple):
        raise not_allowed("roles such as [accounts, management]")
    return raw


def _each_once(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    if len(set(channels)) < len(channels):
        raise not_allowed("each channel once", found=", ".join(channels))
    return channels


Channels = Annotated[tuple[Channel, ...], Field(min_length=1), BeforeValidator(_listed), AfterValidator(_each_once)]


class Notify(PolicyAction):
    """A message to the debtor on every channel of `by`, or with `first` on the first that works (N2). `to` names the
    roles of the contacts that it goes to; one that nobody has is the customer's own address.

    `deadline` is the time that it leaves the debtor before a step that requires it (N4).
    """

    word = "notify"
    kind: Literal["notify"] = "notify"
    message: Word
    by: Channels
    first: StrictBool = False
    to: Annotated[
        tuple[Role, ...],
        Field(min_length=1, max_length=20, exclude_if=lambda to: to == ACCOUNTS, description="Roles of contacts"),
        BeforeValidator(_roles),
    ] = ACCOUNTS
    deadline: DaysOrWorkdaysFromOne | None = None

    @classmethod
    def _from_body(cls, body: object) -> object:
        """`by: {first: [email, sms]}` is two fields."""
        by = body.get("by") if isinstance(body, Mapping) else None
        if isinstance(body, Mapping) and isinstance(by, Mapping) and by.keys() == {"first"}:
            return {**body, "by": by["first"], "first": True}
        return body

    @classmethod
    def _body_schema(cls, fields: dict[str, Any]) -> dict[str, Any]:
        own = {name: field for name, field in fields["properties"].items() if name != "first"}
        first = {"type": "object", "properties": {"first": own["by"]}, "required": ["first"]}
        return {**fields, "properties": {**own, "by": {"anyOf": [own["by"], {**first, "additionalProperties": False}]}}}


def _fee(value: object) -> Decimal:
    try:
        amount = read_exactly(value)
    except PydanticCustomError:
        raise not_allowed(FEE) from None
    if amount <= 0:
        raise not_allowed(FEE)
    return amount


FeeAmount = Annotated[Exact, BeforeValidator(_fee)]


class Fee(PolicyAction):
    """What the step adds to the debt: an amount in the invoice's currency, one of those `named` for each currency, or a
    percentage of the invoice's amount. A currency that is not named has no fee (F8).
    """

    word = "fee"
    kind: Literal["fee"] = "fee"
    amount: FeeAmount | None = None
    named: Annotated[dict[Currency, FeeAmount] | None, Field(min_length=1)] = None
    percent: Positive | None = None

    @classmethod
    def _from_body(cls, body: object) -> object:
        """`fee: 15.00`, `fee: {EUR: 15.00, JPY: 2500}`."""
        if not isinstance(body, Mapping):
            return {"amount": body}
        return body if body.keys() & {"amount", "named", "percent"} else {"named": body}

    @model_validator(mode="after")
    def _is_one_of_these(self) -> Self:
        if sum(given is not None for given in (self.amount, self.named, self.percent)) != 1:
            raise not_allowed(FEE)
        in_whole_minor_units(self.named or {})
        return self

    @classmethod
    def _body_schema(cls, fields: dict[str, Any]) -> dict[str, Any]:
        amount, percent = (fields["properties"][name]["anyOf"][0] for name in ("amount", "percent"))
        share = {"type": "object", "properties": {"percent": percent}, "required": ["percent"]}
        named = {"type": "object", "patternProperties": {"^[A-Z]{3}$": amount}, "minProperties": 1}
        forms = [amount, {**named, "additionalProperties": False}, {**share, "additionalProperties": False}]
        return {"anyOf": forms, "description": FEE}


class Task(PolicyAction):
    """Something for a person to do (N1, H6). Its `kind` in YAML is `task` here."""

    word = "task"
    kind: Literal["task"] = "task"
    task: Word
    queue: Word = "collections"
    within: DaysOrWorkdaysFromOne = Span(5, "workdays")

    @classmethod
    def _from_body(cls, body: object) -> object:
        """`kind: call` is the task's kind, not the action's."""
        if not isinstance(body, Mapping):
            return body
        rest = {key: value for key, value in body.items() if key != "kind"}
        return {**rest, "task": body["kind"]} if "kind" in body else rest

    @classmethod
    def _body_schema(cls, fields: dict[str, Any]) -> dict[str, Any]:
        own = {"kind" if name == "task" else name: field for name, field in fields["properties"].items()}
        return {**fields, "properties": own, "required": ["kind"]}


class Suspend(PolicyAction):
    """The service stops; it is given back when the debt is settled, or on what `restore_on` names (S1)."""

    word = "suspend"
    kind: Literal["suspend"] = "suspend"
    restore_on: tuple[Literal["promise", "plan"], ...] = ()


class HandOffAction(PolicyAction):
    """The debt goes to an agency (S3)."""

    word = "hand_off"
    kind: Literal["hand_off"] = "hand_off"
    agency: Word = "default"


class WriteOffAction(PolicyAction):
    """The debt is given up (H5)."""

    word = "write_off"
    kind: Literal["write_off"] = "write_off"


def _kind(raw: object) -> str | None:
    """Which action is meant: the one key of YAML, or the `kind` of our own JSON."""
    if isinstance(raw, PolicyAction):
        return raw.word
    if not isinstance(raw, Mapping):
        return None
    if "kind" in raw:
        return str(raw["kind"])
    return str(next(iter(raw))) if len(raw) == 1 else None


Action = Annotated[
    Annotated[Notify, Tag("notify")]
    | Annotated[Fee, Tag("fee")]
    | Annotated[Task, Tag("task")]
    | Annotated[Suspend, Tag("suspend")]
    | Annotated[HandOffAction, Tag("hand_off")]
    | Annotated[WriteOffAction, Tag("write_off")],
    Discriminator(
        _kind,
        custom_error_type="not_allowed",
        custom_error_message="allowed {allowed}",
        custom_error_context={"allowed": f"one action each: {', '.join(KINDS)}"},
    ),
]
