"""The list of cases: their stage, what is open, and what comes next; as the API filters them, in an order of choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, get_args

from adapters.storage.lists.views import CaseView
from api.archive import Archive
from api.pages.words import stage_name
from api.shapes.cases import CaseInList, Stage
from cli.errands.doing import WithStore
from cli.errands.told import Table, Told
from cli.exits import BadInput
from cli.wording import count, day, lower, money
from dunning.money import decimal_string

_PAGE: Final = 200
_COLUMNS: Final = ("invoice", "customer", "stage", "policy", "due on", "open", "next", "on")
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_ORDERS: Final[Mapping[str, Callable[[CaseView], Any]]] = {
    "due": lambda one: (one.due_on, one.invoice_id),
    "balance": lambda one: (-one.balance, one.invoice_id),
    "next": lambda one: (one.next_at or _NEVER, one.invoice_id),
}


async def cases(
    of: WithStore, *, stage: str | None, policy: str | None, customer: str | None, is_open: bool | None, sort: str,
    limit: int,
) -> Told:  # fmt: skip
    """The cases that are asked for. Raises `BadInput` for a stage or a policy that no case can have."""
    await _look_at(of, stage, policy)
    wanted: dict[str, Any] = {"stage": stage, "policy": policy, "customer": customer, "is_open": is_open}
    order = _ORDERS.get(sort)
    found, more = await _read(of, wanted, limit if order is None else None)
    if order is not None:
        found.sort(key=order)
        found, more = found[:limit], len(found) > limit
    today = (await of.clock.now()).date()
    hint = (
        "no case fits these filters"
        if any(one is not None for one in wanted.values())
        else ("no case yet: dunning import invoices FILE.csv brings some in")
    )
    document = {"items": [CaseInList.of(one).model_dump(mode="json") for one in found], "more": more}
    remarks = (f"the first {count(limit, 'case')}; --limit shows more",) if more else ()
    return Told(document, (Table(_COLUMNS, [_row(one, today) for one in found], hint),), remarks)


async def every_open(of: WithStore) -> list[CaseView]:
    """Every open case, the newest opened first."""
    return (await _read(of, {"is_open": True}, None))[0]


async def _look_at(of: WithStore, stage: str | None, policy: str | None) -> None:
    if stage is not None and stage not in get_args(Stage):
        raise BadInput(f"--stage: found {stage}; allowed {', '.join(get_args(Stage))}")
    known = await Archive(of.store.database).policy_names() if policy is not None else ()
    if policy is not None and policy not in known:
        raise BadInput(f"--policy: found {policy}; allowed {', '.join(known) or 'none, for none was ever in force'}")


async def _read(of: WithStore, wanted: Mapping[str, Any], most: int | None) -> tuple[list[CaseView], bool]:
    """The newest opened first: `most` of them, None for all; and whether there are more."""
    found: list[CaseView] = []
    cursor: str | None = None
    while True:
        left = _PAGE if most is None else min(_PAGE, most - len(found))
        page = await of.store.cases.page(**wanted, cursor=cursor, limit=left)
        found += page.rows
        cursor = page.next
        if cursor is None or len(found) == most:
            return found, cursor is not None


def _row(one: CaseView, today: date) -> tuple[object, ...]:
    comes = "" if one.outcome else one.next_step or "a person, or news"
    return (
        one.invoice_id,
        one.customer_name or one.customer_id,
        lower(stage_name(one.stage)),
        one.policy,
        day(one.due_on, today),
        money(decimal_string(max(one.balance, 0), one.currency), one.currency),
        comes,
        "" if one.outcome or one.next_at is None else day(one.next_at.date(), today),
    )
