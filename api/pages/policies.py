"""Policies: the ladders in force, who is on which version, one tried on a made-up invoice, and one taking over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Final, cast

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from adapters.request_ids import new_request_id
from adapters.storage.lists.pages import Page
from adapters.storage.lists.versions import PolicyVersion
from api.actions.taking_over import MOST, TakenOver, TakingOver
from api.callers import caller_of
from api.case_service import CaseService
from api.limits import in_path
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked
from api.listing.columns import Column
from api.pages.forms import Blank, WrittenCurrency, our_fields
from api.pages.ladder import step_actions
from api.pages.policy_axis import axis_of
from api.pages.rendering import Flash
from api.pages.sign_in import ThePages
from api.pages.words import as_words
from api.routes.parts import TheCaseService
from api.shapes.cases import LineOut
from api.trial import MadeUp, Trial, tried
from dunning.dates import FIRST_DAY, LAST_DAY
from dunning.errors import DunningError, NotFound
from dunning.policy import Policy, Step
from dunning.records import CustomerKind

router = APIRouter(include_in_schema=False)

PATH: Final = "/policies"
EARLIER: Final = "earlier"  # of the cases that take another policy: those on an earlier version of it
_ENDS: Final = {"task": "a task", "write_off": "written off", "hand_off": "handed off", "close": "closed"}
Name = Annotated[str, Path(max_length=64)]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with who is on it; without `policy` it is in force no more."""

    name: str
    policy: Policy | None
    pin: str | None
    versions: tuple[PolicyVersion, ...]

    @property
    def current(self) -> int:
        """Open cases on what is in force."""
        return sum(one.cases for one in self.versions if one.hash == self.pin)

    @property
    def earlier(self) -> int:
        """Open cases on what it said before."""
        return sum(one.cases for one in self.versions if one.hash != self.pin)


COLUMNS: Final[tuple[Column[PolicyRow], ...]] = (
    Column("name", lambda row: row.name),
    Column("in_force", lambda row: row.policy is not None),
    Column("priority", lambda row: row.policy.priority if row.policy else None),
    Column("description", lambda row: row.policy.description if row.policy else None),
    Column("steps", lambda row: [step.name for step in row.policy.steps] if row.policy else []),
    Column("version", lambda row: row.pin),
    Column("open_cases", lambda row: row.current),
    Column("open_cases_on_earlier_versions", lambda row: row.earlier),
)


async def _rows(request: Request, service: TheCaseService) -> tuple[PolicyRow, ...]:
    """Those in force in the order in which they are asked, then the others that open cases are on."""
    pins, versions = service.store.parties.policy_pins, await service.store.versions.every()
    by_name: dict[str, list[PolicyVersion]] = {}
    for one in versions:
        by_name.setdefault(one.name, []).append(one)
    known = cast("Mapping[str, Policy]", request.app.state.policies)
    asked = sorted(known.values(), key=lambda policy: (-policy.priority, policy.name))
    rows = [PolicyRow(one.name, one, pins.get(one.name), tuple(by_name.get(one.name, ()))) for one in asked]
    gone = (PolicyRow(name, None, None, tuple(found)) for name, found in by_name.items() if name not in known)
    return (*rows, *(row for row in gone if row.earlier))


TheRows = Annotated[tuple[PolicyRow, ...], Depends(_rows)]


@router.get(PATH)
async def policies_page(request: Request, pages: ThePages, rows: TheRows) -> Response:
    """Every policy with who is on it."""
    axes = {row.name: axis_of(row.policy) for row in rows if row.policy}
    return await pages.show(request, "policies.html", rows=rows, axes=axes, asked=Asked(PATH, (), {}))


@router.get(f"{PATH}.json")
async def policies_as_json(rows: TheRows) -> Response:
    """The same for programs."""
    return await as_json(_read(rows), COLUMNS, None)


@router.get(f"{PATH}.csv")
async def policies_as_csv(rows: TheRows) -> Response:
    """The same for spreadsheets."""
    return as_csv(_read(rows), COLUMNS, "policies")


@dataclass(frozen=True, slots=True)
class TrialAsked:
    """The invoice that is made up, as the form says; without an amount there is none."""

    amount: Annotated[Annotated[Decimal, Field(gt=0, max_digits=15)] | None, Blank, Query()] = None
    currency: WrittenCurrency = None
    due_on: Annotated[Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None, Blank, Query()] = None
    kind: Annotated[CustomerKind | None, Blank, Query()] = None
    country: Annotated[Annotated[str, Field(pattern="^[A-Z]{2}$")] | None, Blank, Query()] = None

    def made_up(self, today: date) -> MadeUp | None:
        """What is left out is a Dutch business that owes euros since today."""
        if self.amount is None:
            return None
        return MadeUp(self.amount, self.currency or "EUR", self.due_on or today, self.kind or "business", self.country)


@router.get(f"{PATH}/{{name}}")
async def policy_page(
    request: Request, pages: ThePages, rows: TheRows, name: Name, asked: Annotated[TrialAsked, Depends()]
) -> Response:
    """One policy: its steps on an axis of days, its versions, and what it would do with an invoice."""
    row, policy = _in_force(rows, name)
    today = await pages.today()
    made_up = asked.made_up(today)
    trial, wrong = await _tried(request, policy, made_up) if made_up else (None, "")
    return await pages.show(
        request, "policy.html",
        row=row, policy=policy, axis=axis_of(policy), others=[one for one in rows if one.name != name and one.versions],
        does=lambda step: "; ".join(step_actions(action, made_up.currency if made_up else None) for action in step.do),
        after=_after, terms=tuple(_terms(policy)), asked=asked, today=today, trial=trial, wrong=wrong,
        happens=[LineOut.of(line, made_up.currency) for line in trial.lines] if trial and made_up else (),
        currency=made_up.currency if made_up else "EUR", earlier=EARLIER, most=MOST,
    )  # fmt: skip


@router.get(f"{PATH}/{{name}}/takeover")
async def takeover_page(
    request: Request, service: TheCaseService, pages: ThePages, rows: TheRows, name: Name,
    of: Annotated[str, Query(max_length=64)] = EARLIER,
) -> Response:  # fmt: skip
    """What would come of it if this policy took over the open cases of another, or of an earlier version."""
    row, _ = _in_force(rows, name)
    every, chosen = await _concerned(service, rows, row, of)
    outlook = await TakingOver(service, request.app.state.composer).look(chosen, name)
    return await pages.show(
        request, "takeover.html",
        row=row, of=of, is_earlier=of == EARLIER, every=every, chosen=len(chosen), outlook=outlook, most=MOST,
        once=new_request_id(),
    )  # fmt: skip


@router.post(f"{PATH}/{{name}}/takeover")
async def take_over(
    request: Request, service: TheCaseService, pages: ThePages, rows: TheRows, name: Name
) -> Response:  # fmt: skip
    """Ask each of the cases to take this policy, and say what came of it."""
    form = await our_fields(request, pages)
    row, _ = _in_force(rows, name)
    caller = caller_of(request.scope)
    _, chosen = await _concerned(service, rows, row, form.get("of", ""))
    taking_over = TakingOver(service, request.app.state.composer)
    done = await taking_over.do(chosen, name, caller.name if caller else "", f"page:{form.get('once', '')[:100]}")
    answer = RedirectResponse(f"{PATH}/{in_path(name)}", status_code=303)
    pages.say_next(answer, Flash(_became(done, name), good=not done.refused and not done.silent))
    return answer


async def _tried(request: Request, policy: Policy, made_up: MadeUp) -> tuple[Trial | None, str]:
    """What comes of it; or, in words, why it cannot be tried on such an invoice."""
    one = partial(tried, policy, made_up, request.app.state.calendar_for)
    try:
        return await to_thread.run_sync(one, limiter=request.app.state.checking), ""
    except (DunningError, ValueError) as error:
        return None, str(error)


async def _concerned(
    service: CaseService, rows: Sequence[PolicyRow], row: PolicyRow, of: str
) -> tuple[int, tuple[str, ...]]:
    """How many open cases it is about, and the first of them. Raises `NotFound`."""
    source = row if of == EARLIER else next((one for one in rows if one.name == of), None)
    if source is None:
        raise NotFound("policy: found none of that name among those that open cases are on")
    versions = [one for one in source.versions if one.cases and not (source is row and one.hash == row.pin)]
    chosen = await service.store.versions.open_cases(source.name, [one.hash for one in versions], MOST)
    return sum(one.cases for one in versions), chosen


def _in_force(rows: Sequence[PolicyRow], name: str) -> tuple[PolicyRow, Policy]:
    found = next((row for row in rows if row.name == name), None)
    if found is None or found.policy is None:
        raise NotFound(f"policy: found none in force of that name; there are {', '.join(_names(rows))}")
    return found, found.policy


def _names(rows: Sequence[PolicyRow]) -> list[str]:
    return sorted(row.name for row in rows if row.policy)


def _read(rows: tuple[PolicyRow, ...]) -> Read[PolicyRow]:
    async def read(_cursor: str | None, _limit: int) -> Page[PolicyRow]:
        return Page(rows, None)

    return read


def _became(done: TakenOver, name: str) -> str:
    cases = "1 case follows" if done.taken == 1 else f"{done.taken} cases follow"
    refused = "".join(f" {count} refused: {reason}." for reason, count in done.refused.items())
    silent = f" {done.silent} did not answer in time; ask again, nothing is done twice." if done.silent else ""
    return f"{cases} {as_words(name)} now.{refused}{silent}"


def _terms(policy: Policy) -> Iterator[tuple[str, str]]:
    """What it grants and limits beside its steps, each as a name and its words."""
    if policy.charging:
        yield "Charging", f"{policy.charging.attempts} attempts within {policy.charging.within}"
    if policy.promise:
        yield "Promises", f"{policy.promise.times} at most, {policy.promise.at_most} ahead at most"
    if policy.plan:
        yield "Plans", f"{policy.plan.instalments} parts at most, within {policy.plan.longest}"
    yield "Disputes", f"answered within {policy.dispute.answer_within}"
    yield "At its end", f"{_ENDS[policy.end.then]} {policy.end.after} after the last step"


def _after(step: Step) -> str:
    since = f"after {as_words(step.since)}" if step.since else "after the due date"
    if step.after.count < 0:
        return f"{str(step.after).removeprefix('-')} before the due date"
    return f"{step.after} {since}"
