"""What a decline was read as: the rule book's reading of its day comes with the answer and is never made again."""

from __future__ import annotations

from dunning import charging
from dunning.answers import Declined
from dunning.case import Case
from dunning.rulebook.decline import Reading
from dunning.rulebook.reading import read


def understood(case: Case, answer: Declined) -> Reading:
    """The reading that came with the answer; an answer from before there were any is read as of its day."""
    if answer.read is not None:
        return answer.read
    return read(charging.network_of(case, answer.method), answer.codes, case.today)
