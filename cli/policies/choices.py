"""Which policy takes an invoice: by facts that somebody names, or for an invoice of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from cli.exits import BadInput
from cli.scenarios.stories import known_policies
from dunning.policy.choose import Choice, choose
from dunning.policy.conditions import AmountTest, Conditions, CountTest
from dunning.policy.fact_test import Test

_FIELDS: Final[dict[str, Any]] = {str(field.alias): field.annotation for field in Conditions.model_fields.values()}
_LISTS: Final = frozenset({"invoice.tags", "customer.tags"})


def choice_by_facts(asked: Iterable[str], policies: Path | None) -> Choice:
    """The choice by facts such as customer.country=NL; those that nobody names are not known. Raises `BadInput`."""
    facts: dict[str, object] = {name: () if name in _LISTS else None for name in _FIELDS}
    for one in asked:
        name, equals, text = one.partition("=")
        if not equals or name not in _FIELDS:
            near = get_close_matches(name, _FIELDS, n=1)
            allowed = near[0] if near else ", ".join(_FIELDS)
            raise BadInput(f"{one}: found {name!r}; allowed {allowed}, then = and a value")
        facts[name] = _value(name, text)
    return choose(known_policies(policies).values(), facts.__getitem__)


def choice_for_invoice(invoice_id: str, policies: Path | None) -> Choice:
    """The choice for an invoice of the store as it is today. Raises `NotFound`, and `StorageError` without a store."""
    from cli.installation.running_note import settings_here
    from cli.installation.store import open_store, policies_of
    from cli.virtual_time.clocks import clock_of

    settings = settings_here()

    async def ask() -> Choice:
        own = policies_of(settings) if policies is None else tuple(known_policies(policies).values())
        async with open_store(settings, own) as store:
            return await store.parties.choice(invoice_id, await clock_of(settings).now())

    return asyncio.run(ask())


def _value(name: str, text: str) -> object:
    if name in _LISTS:
        return tuple(text.split(","))
    try:
        if _is(name, AmountTest):
            return Decimal(text)
        return int(text) if _is(name, CountTest) else text
    except (InvalidOperation, ValueError):
        raise BadInput(f"{name}: found {text!r}; allowed a number") from None


def _is(name: str, kind: type[Test[Any]]) -> bool:
    return kind in getattr(_FIELDS[name], "__args__", ())
