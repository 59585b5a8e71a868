"""The JSON Schema of a scenario as it is written, for editors: its short forms, and one entry for each message."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from adapters.policies import policy_schema
from dunning.journal import TURNING_POINTS
from dunning.messages import MESSAGES
from dunning.records import Customer, Invoice, Method
from dunning.scenarios.scenario import ChannelNotices
from dunning.span import WRITTEN

Schema = dict[str, Any]

_LOCAL: Final[Schema] = {
    "description": "A local day or minute",
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$",
}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_AMOUNT: Final[Schema] = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}]}
_TEXT: Final[Schema] = {"type": "string"}
_SPAN: Final[Schema] = {"type": "string", "pattern": WRITTEN}
_OF_POLICY: Final = "Policy_"
_NAMED_VALUES: Final = ("notice", "task", "hand_off", "hold", "release", "promise", "plan", "refused", "closed")
_POLICY: Final[Schema] = {"anyOf": [{"description": "A policy's name", **_TEXT}, {"$ref": "#/$defs/Policy"}]}


def scenario_schema() -> Schema:
    """The whole schema, JSON Schema 2020-12."""
    kinds: list[type[BaseModel]] = [Customer, Invoice, Method, ChannelNotices, *MESSAGES.values()]
    _, definitions = models_json_schema([(kind, "validation") for kind in kinds])
    parts = definitions["$defs"] | _policy()
    parts["Scenario_Invoice"] = _with(parts["Invoice"], opens=_LOCAL, policy=_POLICY)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dunning scenario",
        "type": "object",
        "required": ["scenario", "customer"],
        "allOf": [{"oneOf": [{"required": ["invoice"]}, {"required": ["invoices"]}]}],
        "additionalProperties": False,
        "properties": _properties(),
        "$defs": parts,
    }


def _policy() -> Schema:
    """The parts of a policy under names of their own: a policy's hand-off is not the request of that name."""
    policy: Schema = json.loads(json.dumps(policy_schema()).replace(_ref("")["$ref"], _ref(_OF_POLICY)["$ref"]))
    parts = {f"{_OF_POLICY}{name}": part for name, part in policy.pop("$defs", {}).items()}
    return parts | {"Policy": {key: value for key, value in policy.items() if not key.startswith("$")}}


def _properties() -> Schema:
    return {
        "scenario": {"description": "The story in one sentence", **_TEXT},
        "rules": _list(_TEXT),
        "policy": _POLICY,
        "creditor": _closed(
            country={"type": "string", "pattern": "^[A-Z]{2}$"},
            role={"enum": ["first_party", "agent", "debt_buyer"]},
            law={"enum": ["off"]},
            credits={"enum": ["use", "keep"]},
        ),
        "customer": _ref(Customer.__name__),
        "invoice": _ref("Scenario_Invoice"),
        "invoices": _list(_ref("Scenario_Invoice")),
        "opens": _LOCAL,
        "methods": _list({"anyOf": [_TEXT, _ref(Method.__name__)]}),
        "gateway": _list(_answer()),
        "channels": _list(_ref(ChannelNotices.__name__)),
        "events": _list(_event()),
        "until": _DAY,
        "expect": _list(_expected()),
        "forecast": _list(_expected()),
        **dict.fromkeys(("balance", "principal", "costs", "interest"), _each(_AMOUNT)),
        "overdue_days": _each({"type": "integer"}),
        "chased_days": _each({"type": "integer"}),
        "closed": _each(_TEXT),
    }


def _event() -> Schema:
    """A moment, and one message or one thing that happens to our own processes."""
    happenings = {name: _body(_ref(kind.__name__)) for name, kind in MESSAGES.items()} | {
        "outage": _closed(until=_LOCAL),
        "crash": _closed(after={"enum": ["notice", "charge"]}),
    }
    return {
        "type": "object",
        "required": ["at"],
        "properties": {"at": _LOCAL, "invoice": _TEXT, **happenings},
        "minProperties": 2,
        "additionalProperties": False,
    }


def _body(message: Schema) -> Schema:
    """What a message says; the invoice that it is about may stand inside."""
    return {"anyOf": [message, {"type": "null"}, {"type": "object", "required": ["invoice"]}]}


def _answer() -> Schema:
    declined = _closed(decline=_TEXT, advice={"type": ["string", "integer"]})
    outcome: Schema = {"anyOf": [{"const": "approve"}, declined]}
    return {"anyOf": [*outcome["anyOf"], _closed(unknown=outcome, **{"for": _SPAN})]}


def _expected() -> Schema:
    values: Schema = {kind: {"type": ["string", "number", "object"]} for kind in sorted(TURNING_POINTS)}
    values |= dict.fromkeys(_NAMED_VALUES, _TEXT)
    values["charge"] = {"anyOf": [{"const": "approved"}, _closed(declined=_TEXT)]}
    beside = {
        "on": _DAY, "at": _LOCAL, "demands": _AMOUNT, "by": _TEXT, "method": _TEXT, "amount": _AMOUNT, "queue": _TEXT,
        "escalated": {"type": "boolean"}, "invoice": _TEXT, "invoices": _list(_TEXT),
    }  # fmt: skip
    return _closed(**values, **beside)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _each(of: Schema) -> Schema:
    """One value, or one for each invoice."""
    return {"anyOf": [of, {"type": "object", "additionalProperties": of}]}


def _closed(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "minProperties": 1, "additionalProperties": False}


def _with(schema: Schema, **properties: Schema) -> Schema:
    return {**schema, "properties": {**schema["properties"], **properties}}
