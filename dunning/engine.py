"""The index of the rules: how a case opens, and for each fact, request and answer the one place that knows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

from pydantic import ValidationError

from dunning import asked, askers, calls, notice_answers, requested_effects, task_answers, tasks, thanks, unapplied
from dunning.agreements import lapses, plans, promises
from dunning.answers import Account, Answer, CalendarMade, PolicyLoaded, Stale
from dunning.attempts import by_hand
from dunning.attempts.provider_answers import charged
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.charging import methods
from dunning.charging.track import first_track
from dunning.effects import (
    BookFee,
    BookWriteOff,
    Charge,
    CloseCase,
    Effect,
    EscalateTask,
    ExtendCalendar,
    HandOffDebt,
    LoadPolicy,
    LookUpAccount,
    OpenTask,
    ReportToAgency,
    RestoreService,
    SendNotice,
    SettleCharge,
    SuspendService,
)
from dunning.errors import MoneyError, RefusalReason, Refused
from dunning.holds import customer_stops, disputes, escalation, holds, replies, suspension
from dunning.ladder import by_hand as notices_by_hand
from dunning.ladder import progress, running_step, steps
from dunning.ladder.policy_change import taken_over
from dunning.ledger import closing, credit, credit_uses, four_eyes, moments, payments, reopening, reversals, waivers
from dunning.messages import (
    ABOUT_OTHERS,
    FACTS,
    WHO,
    AnyFact,
    AnyRequest,
    Approve,
    Attempt,
    Away,
    Bounced,
    Call,
    Complained,
    ConsentWithdrawn,
    Contact,
    Credit,
    CreditKept,
    CreditMoved,
    CustomerRelease,
    CustomerStop,
    Delivered,
    Dispose,
    Dispute,
    Escalate,
    HandOff,
    Hold,
    InvoiceChanged,
    MethodAdded,
    MethodRemoved,
    NoticeShared,
    Open,
    OptedOut,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
    Plan,
    PolicyChange,
    Promise,
    Recall,
    Release,
    Replied,
    ResolveDispute,
    ReversalLifted,
    SendAgain,
    SendNow,
    Skip,
    Waive,
    Withdraw,
    WriteOff,
    content,
    identity_to_a_case,
)
from dunning.money import minor
from dunning.notices import absence, channel_answers
from dunning.parts import Debt, HoldState, MethodState, Party, StepState
from dunning.policy import Policy
from dunning.purposes import SYSTEM
from dunning.records import Customer, Invoice, Method
from dunning.set_aside import shortened, why_set_aside
from dunning.unapplied import NotApplied
from dunning.validation import in_words


def open_case(
    invoice: Invoice, customer: Customer, methods: tuple[Method, ...], policy: Policy, calendar: Calendar,
    at: datetime, why: str = "", authenticated: str | None = None,
) -> Case:  # fmt: skip
    """A case as it opens at `at`: the policy and its calendar pinned (O2), the entry chosen (T6).

    `authenticated` is who was let in and had it opened (F6).
    """
    case = Case(
        invoice=Debt.of(invoice), party=Party.of(customer), policy=policy, calendar=calendar, opened_at=at, now=at,
        track=first_track(policy.charging, invoice, calendar, at),
        steps=(StepState(),) * len(policy.steps),
        methods=tuple(MethodState(method.id, method.network) for method in methods),
    )  # fmt: skip
    why = why or "the policy is pinned by its content"
    return progress.enter(case.note("opened", policy.name, "O2", why, authenticated=authenticated))


def learn(case: Case, messages: Iterable[tuple[str, dict[str, Any]]], at: datetime) -> Case:
    """The case that has just opened and learns what was told before; a stop that was lifted since is none (H2)."""
    every, lifted = list(messages), False
    told = [one for number, one in enumerate(every) if one not in every[:number]]
    for name, body in reversed(told):
        if name == CustomerStop.name and lifted:
            case = case.evolve(told=case.told | {identity_to_a_case(name, body)})
        lifted = lifted or name == CustomerRelease.name
    for name, body in told:
        case = tell(case, name, body, at)
    return case


def tell(case: Case, name: str, body: dict[str, Any], at: datetime) -> Case:
    """The case after a fact by its public name. What cannot be understood goes to the journal and to a person.

    A message is applied once (P1). Where its id comes again with other content, the first stands and a person is asked.
    One that could not be applied is remembered by its content alone, so that a corrected one with the same id is taken.
    """
    at = max(at, case.now)
    fact = _read(case, name, body)
    known = identity_to_a_case(name, {"not applied": body} if isinstance(fact, NotApplied) else body)
    told = {known} if isinstance(fact, NotApplied) else {known, _content(case, fact, known)}
    if told <= case.told:
        return case
    if known in case.told:
        fact = NotApplied("message", "P1", f"{body['id']} is known with other content, which stands")
    case = case.evolve(told=case.told | told, now=at)
    if isinstance(fact, NotApplied):
        return askers.behind(case, unapplied.not_applied(case, name, fact), None, _who(body))
    reached = at if fact.at is None or fact.at > at else max(fact.at, case.opened_at)
    if case.moved is None:
        case = lapses.lapsed(case, reached, including=False)
    elif case.moved.at != reached:  # what money of one moment means is judged after its last fact
        case = lapses.lapsed(moments.looked_at(case), reached, including=False)
    after = _still_to_be_done(case, _told(case, fact, reached))
    return askers.behind(case, after, None, fact.authenticated) if fact.authenticated else after


def _who(body: dict[str, Any]) -> str | None:
    """Who told what cannot be understood."""
    said = body.get(WHO)
    return shortened(said) if isinstance(said, str) else None


def _content(case: Case, fact: AnyFact, known: str) -> str:
    """By what the content of a fact with an id is known; one without is known by its content anyway."""
    named = getattr(fact, "id", None) and fact.name not in ABOUT_OTHERS
    return f"{known}={content(fact, case.invoice.currency)}" if named else known


def _read(case: Case, name: str, body: dict[str, Any]) -> AnyFact | NotApplied:
    """The fact, or why it is none that this case can take."""
    kind, why = FACTS.get(name), why_set_aside(body)
    if kind is None:
        return NotApplied("message", "F6", unapplied.unknown_fact(name), SYSTEM)
    if why is not None:
        return NotApplied("message", "F6", why)
    try:
        fact = kind.model_validate(body)
    except ValidationError as error:
        return NotApplied("message", "F6", shortened(in_words(error)))
    return unapplied.mistake(fact, case.invoice.currency) or fact


def refusal(case: Case, request: AnyRequest, at: datetime, under: str | None = None) -> Refused | None:
    """Why the case refuses this request now, or None; one that was applied `under` this name is answered as then."""
    if asked.knows(case, under):
        return None
    at = max(at, case.now)
    now = _as_of(case, at)
    return None if _stands(now, request) else _refusal(now, request, at)


def ask(case: Case, request: AnyRequest, at: datetime, under: str | None = None) -> Case:
    """The case after a request: changed, or with the refusal on its journal.

    A request is one request by the name `under` which it is asked, not by the id of what it is about. What it asks for
    is held against the case as it is: what stands with the same content stands, and what has ended is made anew.
    """
    if asked.knows(case, under):
        return case
    at = max(at, case.now)
    now = _as_of(case, at)
    if _stands(now, request):
        return asked.remembered(case, under, at)
    refused = _refusal(now, request, at)
    if refused is not None:
        return refused_to(now, request, refused)
    applied = _asked(asked.remembered(now, under, at), request, at)
    return askers.behind_request(now, _still_to_be_done(now, applied), request)


def refused_to(case: Case, request: AnyRequest, refused: Refused) -> Case:
    """The case with the refusal of a request on its journal."""
    return askers.behind_request(case, case.note("refused", request.name, refused.rule, refused.reason), request)


def _as_of(case: Case, at: datetime) -> Case:
    """The case at the moment of a request: what money of this moment means is known to who judges it."""
    return lapses.lapsed(moments.looked_at(case).evolve(now=at), at, including=False)


def _still_to_be_done(before: Case, case: Case) -> Case:
    """The case after news, with what was asked for and the step that is under way as far as they allow it (F1, F5)."""
    after = requested_effects.still_wanted(steps.still_begun(before, case))
    return thanks.still_true(after) if after.thanks else after


def _stands(case: Case, request: AnyRequest) -> bool:
    """Whether what a request asks for stands already, word for word: then the answer is the same as the first time."""
    try:
        if isinstance(request, Waive):
            return waivers.stands(case, request)  # also where it is what closed the case
        if case.closed or case.closing or case.settled:
            return False
        match request:
            case Hold():
                return holds.stands(case, request)
            case Promise():
                return promises.stands(case, request)
            case Plan():
                return plans.stands(case, request)
            case SendAgain() | SendNow():
                return notices_by_hand.stands(case, request)
            case _:
                return False
    except MoneyError:  # an amount that is none is that of nothing that stands
        return False


def answer(case: Case, effect: Effect, said: Answer, at: datetime) -> Case:
    """The case after the world's answer to an effect; `Stale` is the shell's to unpack into facts."""
    if at > case.now:
        case = case.at(at)
    if isinstance(said, Stale):
        return case
    asked_for = bool(case.todo) and case.todo[0].key == effect.key
    after = _answered(case.acted(case.todo[1:] if asked_for else case.todo), effect, said)
    return askers.behind_act(case, after, effect) if case.askers else after


def _told(case: Case, fact: AnyFact, at: datetime) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    """The case after a fact that reached us at `at`."""
    match fact:
        case PaymentReceived():
            return payments.received(case, fact, at)
        case PaymentPending():
            return payments.announced(case, fact, at)
        case PaymentFailed():
            return payments.failed(case, fact, at)
        case PaymentReversed():
            return reversals.taken_back(case, fact, at)
        case ReversalLifted():
            return reversals.lifted(case, fact, at)
        case Credit():
            amount = minor(fact.amount, case.invoice.currency)
            return credit.credited(case, fact.id, amount, at, "P6", "a credit lowers the balance")
        case CreditMoved():
            return credit_uses.moved(case, fact, at)
        case CreditKept():
            return credit_uses.kept(case, fact)
        case InvoiceChanged():
            return credit.invoice_changed(case, fact, at)
        case MethodAdded():
            return methods.added(case, fact)
        case MethodRemoved():
            return methods.removed(case, fact)
        case ConsentWithdrawn():
            return case.evolve(consent=False).note("consent", "withdrawn", "C6", "no more attempts by the ladder")
        case Contact():
            return case.note("contact", "changed", "N2", "the customer's contact data changed")
        case Delivered():
            return channel_answers.delivered(case, fact)
        case Bounced():
            return channel_answers.bounced(case, fact)
        case NoticeShared():
            return notice_answers.taken_along(case, fact)
        case Complained() | OptedOut():
            return channel_answers.ended(case, fact)
        case Away():
            return absence.away(case, fact, at)
        case Replied():
            return replies.replied(case, fact, at)
        case Call():
            return calls.called(case, fact, at)
        case Dispute():
            return disputes.disputed(case, fact, at)
        case Escalate():
            return escalation.escalated_by_hand(case, fact, at)
        case CustomerStop():
            return customer_stops.stopped(case, fact, at)
        case CustomerRelease():
            return customer_stops.released(case, at)
        case _:
            assert_never(fact)


def _asked(case: Case, request: AnyRequest, at: datetime) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    """The case after a request that was not refused."""
    match request:
        case Promise():
            terms = case.policy.promise
            return promises.made(case, request, at, terms) if terms else case
        case Plan():
            limits = case.policy.plan
            return plans.made(case, request, at, limits) if limits else case
        case Hold():
            hold = HoldState(request.id, request.reason, at, request.until, by=request.by)
            return holds.held(case, hold, "H1", f"held by {request.by or 'a person'}")
        case Release():
            for standing in [hold for hold in case.holds if hold.id == request.id]:
                case = holds.lift_on_day(case, standing, at, "released")
            return case
        case ResolveDispute():
            return credit.dispute_answered(case, request, at)
        case Dispose() | HandOff() | WriteOff() | Waive() if wish := four_eyes.wish_of(case, request):
            return four_eyes.asks(case, wish)
        case Dispose():
            return task_answers.disposed(case, request, at)
        case Approve(step=str() as step):
            return task_answers.approved(case, request, step)
        case Approve():
            return four_eyes.approved(case, request, at)
        case Skip():
            index = case.policy.index(request.step)
            return progress.skip(case, index, "H5", f"skipped by {request.by or 'a person'}")
        case SendAgain():
            return notices_by_hand.sends_again(case, request)
        case SendNow():
            return notices_by_hand.sends_now(case, request)
        case Attempt():
            return by_hand.attempted(case, request)
        case HandOff():
            return closing.hands_off(case, request.agency)
        case Recall():
            return reopening.recalled(case, at)
        case WriteOff():
            return closing.writes_off(case, request.by, request.reason)
        case Waive():
            return waivers.waived(case, waivers.terms_of(case, request), request.by, request.reason, at)
        case Withdraw():
            return case.evolve(closing="withdrawn").note("withdraw", "", "S4", "the demand was withdrawn")
        case PolicyChange():
            return case.with_todo(LoadPolicy(case.next_key("policy"), request.policy))
        case Open():
            return case if case.closed else case.note("open", "", "O1", "opened again: the open case answers")
        case _:
            assert_never(request)


def _refusal(case: Case, request: AnyRequest, at: datetime) -> Refused | None:
    """Why the case refuses this request now, or None."""
    try:
        found = _reason(case, request, at)
    except MoneyError as error:
        found = ("F2", str(error))
    return Refused(request.name, found[1], found[0]) if found else None


def _reason(case: Case, request: AnyRequest, at: datetime) -> RefusalReason | None:  # noqa: C901, PLR0911, PLR0912 - one row for each
    if isinstance(request, Recall):
        return None if case.closed == "handed-off" else ("S3", "only a case that was handed off can be recalled")
    if isinstance(request, Open):
        return None
    if isinstance(request, Dispose) and request.resume and case.closed and tasks.named(case, request.task):
        return None  # a question that came after the end, such as a payment in another currency
    if case.closed or case.closing:
        return ("S4", f"the case is closed as {case.closed or case.closing}")
    if case.settled:
        return ("F3", "nothing is left to pay: the case closes at this moment")
    match request:
        case Promise():
            return promises.why_refused(case, request, at)
        case Plan():
            return plans.why_refused(case, request, at)
        case Hold():
            return holds.why_refused(case, request, at)
        case Release():
            known = any(hold.id == request.id and hold.made_by == "person" for hold in case.holds)
            return None if known else ("H1", f"no hold {request.id} stands that a person made")
        case ResolveDispute():
            return disputes.why_refused(case, request)
        case Dispose():
            return task_answers.why_refused(case, request) or _why_alone(case, request)
        case Approve(step=str() as step):
            waiting = tasks.task_of(case, "approval", step)
            return None if waiting else ("H4", f"no approval is asked for step {step}")
        case Approve():
            return four_eyes.why_not_approved(case, request)
        case Skip():
            return progress.why_no_skip(case, request.step)
        case SendAgain():
            return notices_by_hand.why_not_again(case, request)
        case SendNow():
            return notices_by_hand.why_not_now(case, request)
        case Attempt():
            return by_hand.why_refused(case, request)
        case HandOff():
            return closing.why_no_hand_off(case) or _why_alone(case, request)
        case WriteOff():
            return _why_alone(case, request)
        case Waive():
            return waivers.why_refused(case, request) or _why_alone(case, request)
        case PolicyChange() | Withdraw():
            return None
        case _:
            assert_never(request)


def _why_alone(case: Case, request: WriteOff | HandOff | Dispose | Waive) -> RefusalReason | None:
    """Why what takes two people is not put before a second one, or None (R3)."""
    wish = four_eyes.wish_of(case, request)
    return four_eyes.why_not_asked(case, wish) if wish else None


def _answered(case: Case, effect: Effect, answer: Answer) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    """The case after an effect's answer."""
    match effect:
        case SendNotice():
            return notice_answers.answered(case, effect, answer)
        case Charge() | SettleCharge():
            return charged(case, effect, answer)
        case BookFee():
            return payments.fee_booked(case, effect)
        case BookWriteOff():
            return closing.written_off(case, effect)
        case OpenTask():
            return task_answers.task_opened(case, effect)
        case EscalateTask():
            return task_answers.task_escalated(case, effect)
        case SuspendService():
            return suspension.suspended(case, effect)
        case RestoreService():
            return suspension.restored(case)
        case HandOffDebt():
            case = running_step.one_more(case, effect).evolve(closing="handed-off", agency=effect.agency)
            return case.note("hand_off", effect.agency, "S3", "the debt goes to an agency", amount=effect.amount)
        case ReportToAgency():
            return case.note("report", effect.agency, "P7", "the agency is told what is left", amount=effect.balance)
        case LookUpAccount():
            return case.evolve(account=answer, account_at=case.now) if isinstance(answer, Account) else case
        case LoadPolicy():
            return taken_over(case, effect, answer) if isinstance(answer, PolicyLoaded) else case
        case ExtendCalendar():
            return case.evolve(calendar=answer.calendar) if isinstance(answer, CalendarMade) else case
        case CloseCase():
            return closing.closed(case, effect)
        case _:
            assert_never(effect)
