"""The list of cases: their stage, what is open, and what comes next; as the API filters them, in an order of choice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, get_args

from adapters.storage.lists.cases import CaseOrder, Which
from adapters.storage.lists.views import CaseView
from api.archive import Archive
from api.pages.words import stage_name
from api.shapes.cases import CaseInList, Stage
from cli.errands.doing import WithStore
from cli.errands.told import Table, Told
from cli.exits import BadInput
from cli.wording import count, day, local, lower, money
from dunning.money import decimal_string

_PAGE: Final = 200
_COLUMNS: Final = ("invoice", "customer", "stage", "policy", "due on", "open", "next", "on")
_NONE_YET: Final = "no case yet: dunning import invoices FILE.csv brings some in"
_NEXT: Final = "next"  # an order of what moves all the time: of all that fit, and not of a page
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


async def cases(
    of: WithStore, *, stage: str | None, policy: str | None, customer: str | None, is_open: bool | None, sort: str,
    limit: int,
) -> Told:  # fmt: skip
    """The cases that are asked for. Raises `BadInput` for a stage or a policy that no case can have."""
    await _look_at(of, stage, policy)
    wanted = Which(stage, policy, customer, is_open=is_open)
    found, more = await _in_order(of, wanted, sort, limit)
    own = of.settings.creditor.timezone
    debtors = await Archive(of.store.database).customers(one.customer_id for one in found)
    today = local(await of.clock.now(), own).date()
    rows = [_row(one, debtors[one.customer_id].timezone or own, today) for one in found]
    hint = "no case fits these filters" if wanted != Which() else _NONE_YET
    document = {"items": [CaseInList.of(one).model_dump(mode="json") for one in found], "more": more}
    remarks = (f"the first {count(limit, 'case')}; --limit shows more",) if more else ()
    return Told(document, (Table(_COLUMNS, rows, hint),), remarks)


async def every_open(of: WithStore) -> list[CaseView]:
    """Every open case, the newest opened first."""
    return (await _read(of, Which(is_open=True), "opened", None))[0]


async def _in_order(of: WithStore, wanted: Which, sort: str, limit: int) -> tuple[list[CaseView], bool]:
    if sort != _NEXT:
        order: CaseOrder = sort  # type: ignore[assignment] # the command allows no other
        return await _read(of, wanted, order, limit)
    found, _ = await _read(of, wanted, "opened", None)
    found.sort(key=lambda one: (one.next_at or _NEVER, one.invoice_id))
    return found[:limit], len(found) > limit


async def _look_at(of: WithStore, stage: str | None, policy: str | None) -> None:
    if stage is not None and stage not in get_args(Stage):
        raise BadInput(f"--stage: found {stage}; allowed {', '.join(get_args(Stage))}")
    known = await Archive(of.store.database).policy_names() if policy is not None else ()
    if policy is not None and policy not in known:
        raise BadInput(f"--policy: found {policy}; allowed {', '.join(known) or 'none, for none was ever in force'}")


async def _read(of: WithStore, wanted: Which, order: CaseOrder, most: int | None) -> tuple[list[CaseView], bool]:
    """The first of them: `most`, None for all; and whether there are more."""
    found: list[CaseView] = []
    cursor: str | None = None
    while True:
        left = _PAGE if most is None else min(_PAGE, most - len(found))
        page = await of.store.cases.page(wanted, order=order, cursor=cursor, limit=left)
        found += page.rows
        cursor = page.next
        if cursor is None or len(found) == most:
            return found, cursor is not None


def _row(one: CaseView, zone: str, today: date) -> tuple[object, ...]:
    comes = "" if one.outcome else one.next_step or "a person, or news"
    return (
        one.invoice_id,
        one.customer_name or one.customer_id,
        lower(stage_name(one.stage)),
        one.policy,
        day(one.due_on, today),
        money(decimal_string(max(one.balance, 0), one.currency), one.currency),
        comes,
        "" if one.outcome or one.next_at is None else day(local(one.next_at, zone).date(), today),
    )
