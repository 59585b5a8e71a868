"""What people ask of a case and tell it: disputes, promises, plans, holds, answers to tasks, and the ways to end it.

A request that the rules do not allow now is a problem `refused`, with the rule's number and its reason.
"""

from __future__ import annotations

from fastapi import APIRouter, status

from api.case_service import CaseService
from api.routes.parts import InvoiceId, NamedBy, TheCaseService, ThingId, Under, derived_id, in_currency_of
from api.shapes.invoices import Told
from api.shapes.requests import (
    Applied,
    ApprovalIn,
    AskedBy,
    AttemptIn,
    CallIn,
    DeliveryIn,
    DisposalIn,
    DisputeIn,
    EscalationIn,
    HandOffIn,
    HoldIn,
    PlanIn,
    PolicyChangeIn,
    PromiseIn,
    ReplyIn,
    ResolutionIn,
    SendingIn,
    SkipIn,
    WaiverIn,
    WriteOffIn,
)
from dunning.messages import (
    AnyRequest,
    Approve,
    Attempt,
    Bounced,
    Call,
    Delivered,
    Dispose,
    Dispute,
    Escalate,
    Fact,
    HandOff,
    Hold,
    Plan,
    PolicyChange,
    Promise,
    Recall,
    Release,
    Replied,
    ResolveDispute,
    SendAgain,
    SendNow,
    Skip,
    Waive,
    Withdraw,
    WriteOff,
)

router = APIRouter(prefix="/v1/cases/{invoice_id}", tags=["requests"])


@router.post("/disputes", status_code=status.HTTP_202_ACCEPTED)
async def dispute(service: TheCaseService, invoice_id: InvoiceId, body: DisputeIn, named_by: NamedBy) -> Told:
    """The debtor objects. In full, the case is held; in part, the rest is still demanded (D1)."""
    await in_currency_of(service, invoice_id, amount=body.amount)
    fact = {"id": body.id or derived_id(named_by, "dispute"), "reason": body.reason, "amount": _amount(body.amount)}
    return await _told(service, invoice_id, Dispute.model_validate(fact))


@router.post("/disputes/{dispute_id}/resolution")
async def resolve_dispute(
    service: TheCaseService, invoice_id: InvoiceId, dispute_id: ThingId, body: ResolutionIn, under: Under
) -> Applied:
    """Answer a dispute: what is accepted is credited; for what is rejected the case resumes where it stood (D3)."""
    await in_currency_of(service, invoice_id, accepted=body.part)
    said = {**body.model_dump(), "id": dispute_id, "accepted": _amount(body.part) or body.accepted}
    return await _asked(service, invoice_id, ResolveDispute.model_validate(said), under)


@router.post("/promises")
async def promise(
    service: TheCaseService, invoice_id: InvoiceId, body: PromiseIn, under: Under, named_by: NamedBy
) -> Applied:
    """The debtor promises to pay by a day; the case waits for it, within what the policy grants (A1)."""
    await in_currency_of(service, invoice_id, amount=body.amount)
    asked = {"id": body.id or derived_id(named_by, "promise"), "on": body.on, "amount": _amount(body.amount)}
    return await _asked(service, invoice_id, Promise.model_validate(asked), under)


@router.post("/plans")
async def plan(
    service: TheCaseService, invoice_id: InvoiceId, body: PlanIn, under: Under, named_by: NamedBy
) -> Applied:
    """The debtor pays in parts that add up to what is demandable (A3)."""
    amounts = {f"instalments__{number}__amount": part.amount for number, part in enumerate(body.instalments)}
    await in_currency_of(service, invoice_id, **amounts)
    parts = [{"on": part.on, "amount": part.amount.amount} for part in body.instalments]
    return await _asked(
        service,
        invoice_id,
        Plan.model_validate({"id": body.id or derived_id(named_by, "plan"), "instalments": parts}),
        under,
    )


@router.post("/holds")
async def hold(
    service: TheCaseService, invoice_id: InvoiceId, body: HoldIn, under: Under, named_by: NamedBy
) -> Applied:
    """Stop the ladder, to the end of a day or until the hold is released (H1)."""
    asked = Hold.model_validate({**body.model_dump(), "id": body.id or derived_id(named_by, "hold")})
    return await _asked(service, invoice_id, asked, under)


@router.post("/holds/{hold_id}/release")
async def release_hold(
    service: TheCaseService, invoice_id: InvoiceId, hold_id: ThingId, under: Under, body: AskedBy | None = None
) -> Applied:
    """Lift a hold; the ladder may move from the next day (H1)."""
    return await _asked(service, invoice_id, Release(id=hold_id, by=_by(body)), under)


@router.post("/escalations", status_code=status.HTTP_202_ACCEPTED)
async def escalate(service: TheCaseService, invoice_id: InvoiceId, body: EscalationIn) -> Told:
    """Take the case out of the ladder's hands: a task for a person, and a hold until they dispose of it (H3)."""
    return await _told(service, invoice_id, Escalate(queue=body.queue, reason=body.reason))


@router.post("/tasks/{task_id}/disposal")
async def dispose_of_task(
    service: TheCaseService, invoice_id: InvoiceId, task_id: ThingId, body: DisposalIn, under: Under
) -> Applied:
    """A person's answer to a task: resume, go to a step, hand off, or write off (H3)."""
    asked = {"task": task_id, **body.model_dump(exclude_none=True)}
    return await _asked(service, invoice_id, Dispose.model_validate(asked), under)


@router.post("/approvals")
async def approve(service: TheCaseService, invoice_id: InvoiceId, body: ApprovalIn, under: Under) -> Applied:
    """A named person lets a step happen (H4), or what another person asked for (R3), or turns it down."""
    return await _asked(service, invoice_id, Approve(**body.model_dump()), under)


@router.post("/skips")
async def skip(service: TheCaseService, invoice_id: InvoiceId, body: SkipIn, under: Under) -> Applied:
    """Pass over a step that has not been done (H5)."""
    return await _asked(service, invoice_id, Skip(**body.model_dump()), under)


@router.post("/resends")
async def resend(service: TheCaseService, invoice_id: InvoiceId, body: SendingIn, under: Under) -> Applied:
    """Have a step's notice leave once more, as a marked copy (N3). The spacing counts it (T7)."""
    return await _asked(service, invoice_id, SendAgain(**body.model_dump()), under)


@router.post("/send-now")
async def send_now(service: TheCaseService, invoice_id: InvoiceId, body: SendingIn, under: Under) -> Applied:
    """Have the next step come before its day (N3). Hours, spacing and deadlines are kept."""
    return await _asked(service, invoice_id, SendNow(**body.model_dump()), under)


@router.post("/attempts")
async def attempt(service: TheCaseService, invoice_id: InvoiceId, body: AttemptIn, under: Under) -> Applied:
    """Charge a method now, as an agent or as the customer themselves (C3)."""
    return await _asked(service, invoice_id, Attempt(**body.model_dump()), under)


@router.post("/write-off")
async def write_off(service: TheCaseService, invoice_id: InvoiceId, body: WriteOffIn, under: Under) -> Applied:
    """Give the debt up (H5)."""
    return await _asked(service, invoice_id, WriteOff(**body.model_dump()), under)


@router.post("/waivers")
async def waive(
    service: TheCaseService, invoice_id: InvoiceId, body: WaiverIn, under: Under, named_by: NamedBy
) -> Applied:
    """Give up costs or interest, in part or all that are left (K6). Above the limit a second person is asked (R3)."""
    await in_currency_of(service, invoice_id, amount=body.amount)
    more = {"id": body.id or derived_id(named_by, "waiver"), "amount": _amount(body.amount)}
    return await _asked(service, invoice_id, Waive.model_validate(body.model_dump() | more), under)


@router.post("/hand-off")
async def hand_off(
    service: TheCaseService, invoice_id: InvoiceId, under: Under, body: HandOffIn | None = None
) -> Applied:
    """Hand the debt to an agency (S3)."""
    return await _asked(service, invoice_id, HandOff(**(body or HandOffIn()).model_dump()), under)


@router.post("/recall")
async def recall(service: TheCaseService, invoice_id: InvoiceId, under: Under, body: AskedBy | None = None) -> Applied:
    """Take a debt back from the agency; the case opens again at the step after, not before the next day (S3)."""
    return await _asked(service, invoice_id, Recall(by=_by(body)), under)


@router.post("/withdrawal")
async def withdraw(
    service: TheCaseService,
    invoice_id: InvoiceId,
    under: Under,
    body: AskedBy | None = None,
) -> Applied:
    """End the case: the demand was wrong (S4)."""
    return await _asked(service, invoice_id, Withdraw(by=_by(body)), under)


@router.post("/policy")
async def change_policy(service: TheCaseService, invoice_id: InvoiceId, body: PolicyChangeIn, under: Under) -> Applied:
    """Let another policy take over (O2)."""
    return await _asked(service, invoice_id, PolicyChange.model_validate(body.model_dump()), under)


@router.post("/deliveries", status_code=status.HTTP_202_ACCEPTED)
async def report_delivery(service: TheCaseService, invoice_id: InvoiceId, body: DeliveryIn) -> Told:
    """A channel reports what became of a notice: it was delivered (N4), or it bounced (N2)."""
    of = body.model_dump(include={"notice", "channel", "hard"}, exclude_none=True)
    kind = Delivered if body.state == "delivered" else Bounced
    return await _told(service, invoice_id, kind.model_validate(of))


@router.post("/calls", status_code=status.HTTP_202_ACCEPTED)
async def report_call(
    service: TheCaseService, invoice_id: InvoiceId, body: CallIn, under: Under, named_by: NamedBy
) -> Told:
    """What came of a call: it answers the task `call`, and does what the debtor said (M6).

    A promise that the rules refuse is a problem `refused`, and nothing is recorded: tell the call again with another
    result.
    """
    await in_currency_of(service, invoice_id, amount=body.amount)
    said = body.result in {"promised", "disputed", "paid"}
    call = Call.model_validate(body.told(body.id or derived_id(named_by, "call") if said else None))
    if call.result == "promised" and call.on is not None:
        await service.ask(
            invoice_id, Promise.model_validate({"id": call.id, "on": call.on, "amount": call.amount}), under
        )
    return await _told(service, invoice_id, call)


@router.post("/replies", status_code=status.HTTP_202_ACCEPTED)
async def report_reply(service: TheCaseService, invoice_id: InvoiceId, body: ReplyIn) -> Told:
    """The debtor wrote back: a task `reply` for a person, and a hold to the end of the next workday (M5)."""
    return await _told(service, invoice_id, Replied(text=body.text))


def _by(body: AskedBy | None) -> str | None:
    return body.by if body else None


def _amount(amount: object) -> str | None:
    return getattr(amount, "amount", None)


async def _asked(service: CaseService, invoice_id: str, request: AnyRequest, under: str) -> Applied:
    await service.ask(invoice_id, request, under)
    return Applied(invoice_id=invoice_id, request=request.name, id=getattr(request, "id", None))


async def _told(service: CaseService, invoice_id: str, fact: Fact) -> Told:
    heard = await service.tell(invoice_id, fact)
    return Told(invoice_id=invoice_id, message=fact.name, number=heard.number, case="told" if heard.by_case else "none")
