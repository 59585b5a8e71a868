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
from dunning.policy.parts import Exact, Part, Positive, Word, not_allowed, read_exactly
from dunning.records import Channel
from dunning.span import Span

KINDS: Final = ("notify", "fee", "task", "suspend", "hand_off", "write_off")
FEE: Final = "an amount above 0 such as 15.00, or a percentage of the invoice such as {percent: 1.5}"


class Act(Part):
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


def _each_once(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    if len(set(channels)) < len(channels):
        raise not_allowed("each channel once", found=", ".join(channels))
    return channels


Channels = Annotated[tuple[Channel, ...], Field(min_length=1), BeforeValidator(_listed), AfterValidator(_each_once)]


class Notify(Act):
    """A message to the debtor on every channel of `by`, or with `first` on the first that works (N2).

    `deadline` is the time that it leaves the debtor before a step that requires it (N4).
    """

    word = "notify"
    kind: Literal["notify"] = "notify"
    message: Word
    by: Channels
    first: StrictBool = False
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


class Fee(Act):
    """What the step adds to the debt: an amount in the invoice's currency, or a percentage of the invoice's amount."""

    word = "fee"
    kind: Literal["fee"] = "fee"
    amount: Annotated[Exact, BeforeValidator(_fee)] | None = None
    percent: Positive | None = None

    @classmethod
    def _from_body(cls, body: object) -> object:
        """`fee: 15.00`."""
        return body if isinstance(body, Mapping) else {"amount": body}

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise not_allowed(FEE)
        return self

    @classmethod
    def _body_schema(cls, fields: dict[str, Any]) -> dict[str, Any]:
        amount, percent = (fields["properties"][name]["anyOf"][0] for name in ("amount", "percent"))
        share = {"type": "object", "properties": {"percent": percent}, "required": ["percent"]}
        return {"anyOf": [amount, {**share, "additionalProperties": False}], "description": FEE}


class Task(Act):
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


class Suspend(Act):
    """The service stops; it is given back when the debt is settled, or on what `restore_on` names (S1)."""

    word = "suspend"
    kind: Literal["suspend"] = "suspend"
    restore_on: tuple[Literal["promise", "plan"], ...] = ()


class HandOff(Act):
    """The debt goes to an agency (S3)."""

    word = "hand_off"
    kind: Literal["hand_off"] = "hand_off"
    agency: Word = "default"


class WriteOff(Act):
    """The debt is given up (H5)."""

    word = "write_off"
    kind: Literal["write_off"] = "write_off"


def _kind(raw: object) -> str | None:
    """Which action is meant: the one key of YAML, or the `kind` of our own JSON."""
    if isinstance(raw, Act):
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
    | Annotated[HandOff, Tag("hand_off")]
    | Annotated[WriteOff, Tag("write_off")],
    Discriminator(
        _kind,
        custom_error_type="not_allowed",
        custom_error_message="allowed {allowed}",
        custom_error_context={"allowed": f"one action each: {', '.join(KINDS)}"},
    ),
]
