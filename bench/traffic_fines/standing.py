"""What a file of fines says about each without any replay: how it stands in the end, and what became of appeals.

The file does not say what was still demanded, only whom the authority handed over to collection. Whoever owes something
and was not handed over stands in a group of its own, with the reason that the file itself gives.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bench.traffic_fines.fine import APPEALS, Activity, Fine

AT_ONCE: Final = timedelta(days=3)  # how late a payment of fine and postage the authority took as in time


def appeal_is_open(fine: Fine) -> bool:
    """Whether somebody had appealed when the penalty fell, and had not been answered."""
    open_appeal = False
    for entry in fine.entries:
        if entry.activity is Activity.PENALTY:
            return open_appeal
        if entry.activity in APPEALS:
            open_appeal = True
        if entry.activity is Activity.TOLD or entry is fine.dismissed:
            open_appeal = False
    return False


def end_of_appeal(fine: Fine) -> str:
    """The first answer; a fine that a judge dismissed after the prefecture had rejected the appeal was rejected."""
    told = fine.first(Activity.TOLD)
    if fine.dismissed and (told is None or fine.dismissed.line < told.line):
        return "dismissed"
    return "rejected" if told else "no end"


def standing(fine: Fine) -> str:
    """How a fine stands at the end of the file, by what the authority did and what is left."""
    before_penalty, paid = fine.owed_before(fine.first(Activity.PENALTY)), fine.paid_before(None)
    postage = before_penalty - fine.created.cents
    if fine.on(Activity.HANDED_OVER):
        return "handed over to collection" if fine.left > 0 else "handed over, though nothing was left"
    if fine.dismissed:
        return "dismissed"
    if fine.left <= 0:
        return "paid in full" if fine.left == 0 else "paid too much"
    if not fine.on(Activity.NOTIFIED):
        return "something left, but never notified"
    if fine.on(Activity.TOLD) and paid == 2 * fine.created.cents + postage:
        return "appeal rejected, and twice the fine with postage paid: the rest let go"
    if paid >= before_penalty:
        return "fine and postage paid, the penalty let go"
    return "something left, appeal without an end" if fine.appealed else "something left"


def paid_at_once(fine: Fine) -> bool:
    """Whether fine and postage were paid on the penalty's day or just after, and no more than that and no appeal."""
    penalty = fine.first(Activity.PENALTY)
    if penalty is None or fine.appealed:
        return False
    owed = fine.owed_before(penalty)
    payments = (entry for entry in fine.entries if entry.activity is Activity.PAID)
    first = next((entry for entry in payments if entry.cents >= owed), None)
    in_time = first is not None and first.line > penalty.line and first.on - penalty.on <= AT_ONCE
    return in_time and fine.paid_before(None) < owed + fine.penalty
