"""Who is behind what a case does: the lines that a message leaves, and those of the acts that it asked for (F6)."""

from __future__ import annotations

from typing import Final

from dunning.case import Case
from dunning.effects import BookWriteOff, Charge, Effect
from dunning.messages import AnyRequest
from dunning.parts import Asking

NAMED: Final = (BookWriteOff, Charge)  # these say themselves by whom they are


def behind_request(before: Case, after: Case, request: AnyRequest) -> Case:
    """The case after a request. It is by who was let in with it, unless it says itself by whom it is."""
    said: str | None = getattr(request, "by", None)
    return behind(before, after, said or request.authenticated, request.authenticated)


def behind(before: Case, after: Case, by: str | None, who: str | None) -> Case:
    """The case after a message, whose new lines and acts are `by` somebody; `who` was let in and told it."""
    if by is None and who is None:
        return after
    known = {effect.key for effect in before.todo}
    acts = [effect for effect in after.todo if effect.key not in known and (who or not isinstance(effect, NAMED))]
    new = tuple(Asking(effect.key, by, who) for effect in acts)
    after = after.signed(before.line_count, by, who)
    return after.evolve(askers=(*after.askers, *new)) if new else after


def behind_act(before: Case, after: Case, effect: Effect) -> Case:
    """The case after the answer to an act, whose lines say who had asked for it."""
    for asker in before.askers:
        if asker.key == effect.key:
            after = after.signed(before.line_count, asker.by, asker.authenticated)
    awaited = {one.key for one in after.todo} | ({after.in_flight.key} if after.in_flight else set())
    return after.evolve(askers=tuple(asker for asker in after.askers if asker.key in awaited))
