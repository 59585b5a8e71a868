"""Cases as they are shown: where one stands, what is to come, and all that it did and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar, get_args

from pydantic import Field

from adapters.messages.call_script import CallScript
from adapters.storage.lists.call_sheets import CallSheet
from adapters.storage.lists.reasons import CaseReasons
from adapters.storage.lists.views import CaseView, TaskView
from api.shapes.attempts import AttemptOut
from api.shapes.replies import ReplyOut
from api.shapes.values import Day, Moment, Shape, Sum, example, one_of, sum_of
from dunning.effects import Outcome
from dunning.journal import Line

T = TypeVar("T")
_REASON: Final = "why the debtor objects, or a person took the case out of the ladder's hands, in their own words"

_REPLY: Final = "of a task `reply`: what the debtor wrote, and what it seems to say"

Rule = Annotated[str, Field(json_schema_extra={"pattern": "^[A-Z][0-9]{1,2}$"})]
Stage = Literal[
    "opened", "new", "dunning", "approval", "escalation", "promised", "plan", "pending", "dispute", "reply", "held",
    "stopped", "below-minimum", "ending", "paid", "credited", "written-off", "handed-off", "exhausted", "withdrawn",
]  # fmt: skip
StageShown = Annotated[str, one_of(get_args(Stage))]


class Listed(Shape, Generic[T]):
    """A page of a list; `next` is the cursor of the page that follows, null at the end."""

    items: tuple[T, ...]
    next: str | None


class CaseInList(Shape):
    """A case as lists show it."""

    invoice_id: str
    customer_id: str
    stage: StageShown
    policy: str
    due_on: Day
    amount: Sum
    balance: Sum
    demandable: Sum
    next_step: str | None
    next_at: Moment | None
    last_step: str | None
    holds: tuple[str, ...]
    broken_promises: int
    outcome: Outcome | None
    opened_at: Moment
    closed_at: Moment | None
    updated_at: Moment

    @classmethod
    def of(cls, view: CaseView) -> CaseInList:
        """As the store knows it."""
        same = ("invoice_id", "customer_id", "stage", "policy", "due_on", "next_step", "next_at", "last_step", "holds",
                "broken_promises", "outcome", "opened_at", "closed_at", "updated_at")  # fmt: skip
        money = {name: Sum.of(getattr(view, name), view.currency) for name in ("amount", "balance", "demandable")}
        return cls.model_validate({name: getattr(view, name) for name in same} | money)


class MoneyOut(Shape):
    """What a case is about, in money (F2)."""

    invoice: Sum
    balance: Sum
    disputed: Sum
    demandable: Sum
    paid: Sum | None = Field(default=None, description="null where the case does not answer")
    principal: Sum = Field(description="of the balance, what is left of the invoice itself; below 0 a credit (K1)")
    costs: Sum = Field(description="of the balance, fees and other costs")
    interest: Sum = Field(description="of the balance, interest")


class StepOut(Shape):
    """One rung of the ladder: done, skipped, or open still."""

    name: str
    status: Literal["open", "done", "skipped"]
    done_on: Day | None
    approved: bool = False
    times: int = 0


class HoldOut(Shape):
    """Something that stops the ladder."""

    id: str
    reason: str
    since: Moment
    until: Day | None
    made_by: Literal["person", "customer", "dispute", "promise", "plan", "pending", "escalation", "reply"]


class TaskOut(Shape):
    """A question before a person."""

    id: str
    kind: str
    queue: str
    about: str | None = None
    reason: str | None = Field(default=None, description=_REASON)
    last_on: Day
    escalations: int
    reply: ReplyOut | None = Field(default=None, description=_REPLY)


class PromiseOut(Shape):
    """The promise that stands."""

    id: str
    amount: Sum
    on: Day


class InstalmentOut(Shape):
    """One part of the plan, and what is open of it."""

    on: Day
    amount: Sum
    open: Sum


class PlanOut(Shape):
    """The plan that stands."""

    id: str
    instalments: tuple[InstalmentOut, ...]


class DisputeOut(Shape):
    """A dispute without an answer."""

    id: str
    amount: Sum
    reason: str | None = Field(default=None, description=_REASON)


class MethodState(Shape):
    """A payment method as the case sees it."""

    id: str
    network: str | None
    status: Literal["usable", "waiting", "finished"]
    not_before: Moment | None


class CaseOut(Shape):
    """A case in full. `source` says who told: the running case itself, or what it left when it ended."""

    source: Literal["running", "ended", "list"] = Field(
        description="`list`: the case runs but does not answer; only what lists show is known"
    )
    invoice_id: str
    customer_id: str
    policy: str
    why: str = Field(description="why this policy took the invoice (O2)")
    stage: StageShown
    outcome: Outcome | None
    opened_at: Moment
    closed_at: Moment | None
    now: Moment = Field(description="the newest moment of the case")
    timezone: str | None = None
    next_at: Moment | None
    waits_for: str | None
    due_on: Day
    today: Day | None = Field(
        default=None, description="the case's local day, to which the days are counted; null where it is not open"
    )
    overdue_days: int | None = Field(default=None, description="to today, or to the closing (S5)")
    chased_days: int | None = Field(default=None, description="of these, those on which nothing held the case (S5)")
    money: MoneyOut
    steps: tuple[StepOut, ...] = ()
    holds: tuple[HoldOut, ...] = ()
    tasks: tuple[TaskOut, ...] = ()
    promise: PromiseOut | None = None
    plan: PlanOut | None = None
    disputes: tuple[DisputeOut, ...] = ()
    attempts: tuple[AttemptOut, ...] = ()
    methods: tuple[MethodState, ...] = ()
    suspended: bool | None = None
    broken_promises: int = 0

    @classmethod
    def told(cls, view: CaseView, told: dict[str, Any], source: str) -> CaseOut:
        """From what the case says of itself (`dunning.views.view`); what we do not know yet of it is left out."""
        known = {name: value for name, value in told.items() if name in cls.model_fields}
        return cls.model_validate({**known, "source": source, "why": view.why}, extra="ignore")

    def with_reasons(self, reasons: CaseReasons) -> CaseOut:
        """With the words of who objected or took it out of the ladder's hands; tasks are asked about the newest."""
        disputes = [one.model_copy(update={"reason": reasons.disputes.get(one.id)}) for one in self.disputes]
        tasks = [
            one.model_copy(update={"reason": reasons.of(one.kind, one.about or "", self.now)}) for one in self.tasks
        ]
        return self.model_copy(update={"disputes": tuple(disputes), "tasks": tuple(tasks)})

    def with_replies(self, replies: Mapping[str, ReplyOut]) -> CaseOut:
        """With what its replies seem to say, by their tasks."""
        tasks = (one.model_copy(update={"reply": replies.get(one.id)}) for one in self.tasks)
        return self.model_copy(update={"tasks": tuple(tasks)})

    @classmethod
    def listed(cls, view: CaseView) -> CaseOut:
        """From the list alone."""
        same = ("invoice_id", "customer_id", "policy", "why", "stage", "outcome", "opened_at", "closed_at", "next_at",
                "due_on", "broken_promises")  # fmt: skip
        amounts = {
            "invoice": view.amount,
            "balance": view.balance,
            "demandable": view.demandable,
            "disputed": view.balance - view.demandable,
            **{part: getattr(view, part) for part in ("principal", "costs", "interest")},
        }
        more = {
            "source": "list",
            "now": view.clock,
            "waits_for": view.next_step,
            "money": {name: Sum.of(amount, view.currency) for name, amount in amounts.items()},
        }
        return cls.model_validate({name: getattr(view, name) for name in same} | more)


_OF_THEIR_VALUE: Final = frozenset({"hold", "task"})  # lines that tell of a hold or a task of this kind


class LineOut(Shape):
    """One line of the journal: when, what, why (F6)."""

    model_config = example(
        number=4,
        at="2026-03-10T08:00:00Z",
        kind="notice",
        value="firm",
        rule="N1",
        why="the step's day",
        step="first-dunning",
        by="email",
        demands={"amount": "615.00", "currency": "EUR"},
    )

    number: int
    at: Moment
    kind: str
    value: str
    rule: Rule
    why: str
    step: str | None = None
    by: str | None = None
    method: str | None = None
    queue: str | None = None
    demands: Sum | None = None
    amount: Sum | None = None
    escalated: bool = False
    authenticated: str | None = Field(
        default=None, description="who was let in and told it: the key, the session, or the webhook"
    )
    about: str | None = Field(default=None, description="the id of the reversal that was told")
    code: str | None = Field(default=None, description="the return code of a debit that came back")
    invoices: tuple[str, ...] = Field(
        default=(), description="those that shared one message, where several did (N5)", examples=[[]]
    )
    lead: str | None = Field(default=None, description="the invoice whose case sent it, where that is another")
    reason: str | None = Field(default=None, description=_REASON)

    @classmethod
    def of(cls, line: Line, currency: str, reasons: CaseReasons | None = None) -> LineOut:
        """With its amounts in major units, and the words of who told what it tells of."""
        same = ("number", "at", "kind", "value", "rule", "why", "step", "by", "method", "queue", "escalated",
                "authenticated", "about", "code", "invoices", "lead")  # fmt: skip
        kind = line.value if line.kind in _OF_THEIR_VALUE else line.kind
        more = {
            "demands": sum_of(line.demands, currency),
            "amount": sum_of(line.amount, currency),
            "reason": reasons.of(kind, line.value, line.at) if reasons else None,
        }
        return cls.model_validate({name: getattr(line, name) for name in same} | more)


class Forecast(Shape):
    """What is to come if nobody pays, answers or objects (O4)."""

    invoice_id: str
    source: Literal["running", "ended"]
    now: Moment
    lines: tuple[LineOut, ...]


class CallSheetOut(Shape):
    """What somebody who calls a debtor has before them, looked up now (M6)."""

    name: str | None
    person: str | None = Field(description="whom to ask for there, if a contact for accounts is known")
    number: str | None
    demands: Sum
    hours: str = Field(description="the local hours in which a call is allowed", examples=["09:00-17:00"])
    timezone: str = Field(description="the time zone of these hours", examples=["Europe/Amsterdam"])
    allowed_from: Moment = Field(description="the next moment at which a call is allowed")

    @classmethod
    def of(cls, sheet: CallSheet) -> CallSheetOut:
        """As the store looked it up."""
        return cls(
            name=sheet.name,
            person=sheet.person,
            number=sheet.number,
            demands=Sum.of(sheet.demands, sheet.currency),
            hours=f"{sheet.opens:%H:%M}-{sheet.closes:%H:%M}",
            timezone=sheet.zone,
            allowed_from=sheet.allowed_from,
        )


class ScriptPartOut(Shape):
    """A part of a call script: its heading, and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


class CallScriptOut(Shape):
    """What somebody says who calls the debtor, in the debtor's language (M6)."""

    language: str
    fell_back: bool = Field(description="it is not in the debtor's language, for want of a text")
    title: str
    parts: tuple[ScriptPartOut, ...]

    @classmethod
    def of(cls, script: CallScript) -> CallScriptOut:
        """As it was written."""
        parts = tuple(ScriptPartOut(title=one.title, paragraphs=one.paragraphs) for one in script.parts)
        return cls(language=script.language, fell_back=script.fell_back, title=script.title, parts=parts)


class TaskInList(Shape):
    """A question before a person, over all cases; open while `closed_at` is null."""

    invoice_id: str
    id: str
    customer_id: str
    about: str
    queue: str
    note: str
    reason: str | None = Field(default=None, description=_REASON)
    opened_at: Moment
    last_on: Day
    escalations: int
    closed_at: Moment | None
    updated_at: Moment
    call: CallSheetOut | None = Field(default=None, description="of an open task `call`: whom to call, where and when")
    reply: ReplyOut | None = Field(default=None, description=_REPLY)

    @classmethod
    def of(
        cls, view: TaskView, reasons: CaseReasons, sheet: CallSheet | None = None, reply: ReplyOut | None = None
    ) -> Self:
        """As the store knows it."""
        known = {
            name: getattr(view, name) for name in cls.model_fields if name not in {"reason", "call", "reply", "script"}
        }
        call = CallSheetOut.of(sheet) if sheet else None
        return cls(**known, reason=reasons.of(view.about, view.note, view.opened_at), call=call, reply=reply)


class TaskInFull(TaskInList):
    """A question before a person, with all that is needed to answer it."""

    script: CallScriptOut | None = Field(
        default=None, description="of an open task `call`: what to say; null while the case does not answer"
    )

    def with_script(self, script: CallScript | None) -> TaskInFull:
        """With what to say on the telephone."""
        return self.model_copy(update={"script": CallScriptOut.of(script) if script else None})


class Opened(Shape):
    """The case of an invoice: opening, or open already, or ended with an outcome (O1)."""

    model_config = example(invoice_id="INV-2041", workflow_id="case:INV-2041", stage="opening", outcome=None)

    invoice_id: str
    workflow_id: str
    stage: Annotated[str, one_of(["opening", *get_args(Stage)])]
    outcome: Outcome | None
