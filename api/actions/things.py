"""What of a case or of a customer may be chosen in a form: steps, holds, disputes, tasks, methods, people, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, cast

from adapters.storage.lists.views import CustomerView
from api.actions.asks import Things, ThingsOfCase, ThingsOfCustomer
from api.pages.ladder import step_actions
from api.pages.words import as_words, day_words, money_text, sentence
from api.shapes.cases import CaseOut, StepOut
from dunning.calls import CALL
from dunning.policy import Policy, Step
from dunning.roles import Action as Right

FOUR_EYES: Final = "four-eyes"
OWN_ADDRESSES: Final = "own addresses"  # in the place of a contact's id, which has no space
SECOND_PERSON: Final = "task:"  # before the id of a task that asks for a second person, beside the names of steps
ANSWERED_OTHERWISE: Final = frozenset({"dispute", "approval", FOUR_EYES})  # by requests of their own (H7, R3)


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: what a form sends for it, and how people call it."""

    value: str
    words: str


class About(Protocol):
    """What a form is about: whose clock and whose currency count, and what may be chosen."""

    @property
    def zone(self) -> str:
        """An IANA name."""

    @property
    def currency(self) -> str:
        """Of the amounts in the form."""

    @property
    def may(self) -> Callable[[Right], bool]:
        """What whoever looks at it is allowed (R2)."""

    def choices(self, things: Things) -> tuple[Choice, ...]:
        """What may be chosen of these."""


@dataclass(frozen=True, slots=True)
class InCase:
    """The case with what its page knows beside it: the policy that it is pinned to, those in force by name, what its
    tasks are called by their ids, and the methods and payments by theirs. `zone` is the case's, `currency` that of the
    invoice; `may` says what whoever looks at it is allowed (R2), and `own_wishes` are the tasks, by their ids, in which
    they are the first of two people (R3).
    """

    case: CaseOut
    policy: Policy | None
    zone: str
    currency: str
    policies: Sequence[str] = ()
    tasks: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    own_wishes: Collection[str] = ()
    may: Callable[[Right], bool] = lambda _: True
    payments: Mapping[str, str] = field(default_factory=dict)

    def choices(self, things: Things) -> tuple[Choice, ...]:
        """What may be chosen of these."""
        return _OFFERED[cast("ThingsOfCase", things)](self)

    def steps_left(self) -> tuple[Choice, ...]:
        """The steps that were not done."""
        return tuple(self._step(step) for step in self.case.steps if step.status == "open")

    def notices_sent(self) -> tuple[Choice, ...]:
        """The steps whose notice was sent, the last one first."""
        sent = [step for step in self.case.steps if step.status == "done" and self._sends(step)]
        return tuple(self._step(step) for step in reversed(sent))

    def next_notice(self) -> tuple[Choice, ...]:
        """The next step, if it sends a notice."""
        left = [step for step in self.case.steps if step.status == "open"]
        return tuple(self._step(step) for step in left[:1] if self._sends(step))

    def holds(self) -> tuple[Choice, ...]:
        """The holds that a person made."""
        held = [hold for hold in self.case.holds if hold.made_by == "person"]
        return tuple(
            Choice(hold.id, hold.reason + (f", to the end of {day_words(hold.until)}" if hold.until else ""))
            for hold in held
        )

    def disputes(self) -> tuple[Choice, ...]:
        """The disputes without an answer."""
        return tuple(
            Choice(one.id, money_text(one.amount) + (f": “{one.reason}”" if one.reason else ""))
            for one in self.case.disputes
        )

    def open_calls(self) -> tuple[Choice, ...]:
        """The open tasks that ask for a call."""
        return self._asked(task.id for task in self.case.tasks if task.kind == CALL)

    def open_tasks(self) -> tuple[Choice, ...]:
        """The open tasks that a person answers as they like."""
        return self._asked(task.id for task in self.case.tasks if task.kind not in ANSWERED_OTHERWISE)

    def approvals(self) -> tuple[Choice, ...]:
        """The steps that wait for a yes or a no, and what one person asked for and a second one decides."""
        wanted = {task.about for task in self.case.tasks if task.kind == "approval"}
        steps = tuple(self._step(step) for step in self.case.steps if step.name in wanted)
        second = (task for task in self.case.tasks if task.kind == FOUR_EYES and task.id not in self.own_wishes)
        return steps + tuple(Choice(f"{SECOND_PERSON}{task.id}", sentence(task.about or task.id)) for task in second)

    def every_method(self) -> tuple[Choice, ...]:
        """The payment methods of the customer."""
        return tuple(Choice(one.id, self.methods.get(one.id, one.id)) for one in self.case.methods)

    def charges(self) -> tuple[Choice, ...]:
        """What is owed beside the invoice itself, and how much of it."""
        owed = (("costs", self.case.money.costs), ("interest", self.case.money.interest))
        return tuple(Choice(name, f"{sentence(name)}, {money_text(sum_)}") for name, sum_ in owed if sum_.minor > 0)

    def every_payment(self) -> tuple[Choice, ...]:
        """The payments that were booked, the newest first."""
        return tuple(Choice(id_, words) for id_, words in self.payments.items())

    def other_policies(self) -> tuple[Choice, ...]:
        """The policies in force but the case's own."""
        return tuple(Choice(name, as_words(name)) for name in self.policies if name != self.case.policy)

    def _asked(self, ids: Iterable[str]) -> tuple[Choice, ...]:
        return tuple(Choice(id_, self.tasks.get(id_, id_)) for id_ in ids)

    def _sends(self, step: StepOut) -> bool:
        says = self._says(step.name)
        return says is not None and says.notice is not None

    def _says(self, name: str) -> Step | None:
        return next((one for one in self.policy.steps if one.name == name), None) if self.policy else None

    def _step(self, step: StepOut) -> Choice:
        says = self._says(step.name)
        does = "; ".join(step_actions(action, self.currency) for action in says.do) if says else ""
        name = sentence(as_words(step.name))
        return Choice(step.name, f"{name}: {does}" if does else name)


@dataclass(frozen=True, slots=True)
class InCustomer:
    """The customer, and what their methods are called by their ids. No form of theirs asks for an amount."""

    view: CustomerView
    zone: str
    methods: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    may: Callable[[Right], bool] = lambda _: True

    def choices(self, things: Things) -> tuple[Choice, ...]:
        """What may be chosen of these."""
        return _OF_CUSTOMER[cast("ThingsOfCustomer", things)](self)

    def people(self) -> tuple[Choice, ...]:
        """The customer's own addresses, and each contact of theirs."""
        customer = self.view.record
        own = Choice(OWN_ADDRESSES, customer.name or customer.id)
        others = (Choice(one.id, f"{one.name or one.id}, {as_words(one.role)}") for one in customer.contacts)
        return (own, *others)

    def own_methods(self) -> tuple[Choice, ...]:
        """The payment methods."""
        return tuple(Choice(one.id, self.methods.get(one.id, one.id)) for one in self.view.methods)


_OF_CUSTOMER: Final[Mapping[ThingsOfCustomer, Callable[[InCustomer], tuple[Choice, ...]]]] = {
    "people": InCustomer.people,
    "own methods": InCustomer.own_methods,
}
_OFFERED: Final[Mapping[ThingsOfCase, Callable[[InCase], tuple[Choice, ...]]]] = {
    "steps": InCase.steps_left,
    "notices sent": InCase.notices_sent,
    "next notice": InCase.next_notice,
    "holds": InCase.holds,
    "disputes": InCase.disputes,
    "calls": InCase.open_calls,
    "tasks": InCase.open_tasks,
    "approvals": InCase.approvals,
    "methods": InCase.every_method,
    "policies": InCase.other_policies,
    "charges": InCase.charges,
    "payments": InCase.every_payment,
}
