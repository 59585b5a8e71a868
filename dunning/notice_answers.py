"""What became of a notice, and of the fees that it carries: they are booked with it and never without (N1).

It is the same whether the case sent it by itself or another took it along (N5).
"""

from __future__ import annotations

from dunning import consolidation
from dunning.answers import Answer, Sent
from dunning.case import Case
from dunning.effects import BookFee, SendNotice
from dunning.facts import NoticeShared
from dunning.fees import NoticeFee
from dunning.ladder import actions
from dunning.ledger import payments
from dunning.notices.channel_answers import noticed
from dunning.value import altered


def answered(case: Case, effect: SendNotice, answer: Answer) -> Case:
    """The case after the answer to a notice: what it demands is booked before it, what stands behind it after."""
    index = case.doing
    fees = case.rules.steps[index].fees if index is not None and effect.purpose == "step" else ()
    if not fees or not isinstance(answer, Sent):
        return noticed(case, effect, answer)
    for _, fee in fees:
        why = actions.why_no_fee(case, fee)
        case = case if why is None else case.note("passed", fee.word, why[1], why[0], step=effect.step)
    case = _booked(case, effect, [fee for fee in effect.fees if fee.demanded])
    return _booked(noticed(case, effect, answer), effect, [fee for fee in effect.fees if not fee.demanded])


def taken_along(case: Case, fact: NoticeShared) -> Case:
    """The case whose notice left in a message that another case sent; done before its day, it moves nothing (N5)."""
    notice, sent = consolidation.as_sent(fact)
    index, doing = consolidation.own_step(case, notice), case.doing
    if index is None:
        return answered(case.evolve(doing=None), notice, sent).evolve(doing=doing)
    planned = consolidation.planned_on(case, index)
    case = answered(case.evolve(doing=index), notice, sent)
    if planned <= case.today:
        return case
    state = case.steps[index]
    first = state.times == 1
    return case.with_step(
        index,
        altered(
            state,
            left_on=planned if first else state.left_on,
            again_from=None if state.again_from is None else planned,
        ),
    )


def _booked(case: Case, effect: SendNotice, fees: list[NoticeFee]) -> Case:
    for fee in fees:
        case = payments.fee_booked(case, BookFee(fee.key, effect.notice, fee.amount))
    return case
