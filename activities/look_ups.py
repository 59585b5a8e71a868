"""Reads what the rules ask for while a case runs. Nothing changes, so no intent is written and a repeat reads again."""

from __future__ import annotations

from temporalio import activity

from activities.intents import Misdirected
from dunning.answers import CalendarMade, PolicyLoaded
from dunning.effects import ExtendCalendar, LoadPolicy, LookUpAccount
from dunning.policy import Policy
from dunning.ports import Act, Acted, Receivables


class LookUps:
    """Answers questions from the store."""

    def __init__(self, store: Receivables) -> None:
        """`store` is the system of record."""
        self._store = store

    @activity.defn(name="look_up_account")
    async def look_up_account(self, act: Act) -> Acted:
        """Answer `Account`: the customer's other cases at this moment (F1, F5)."""
        if not isinstance(act.effect, LookUpAccount):
            raise Misdirected(act)
        account = await self._store.account(act.invoice_id, act.at, act.day)
        return Acted(account, act.seen, written=False)

    @activity.defn(name="load_policy")
    async def load_policy(self, act: Act) -> Acted:
        """Answer `PolicyLoaded`, empty if no policy has that name (O2)."""
        if not isinstance(act.effect, LoadPolicy):
            raise Misdirected(act)
        policy, calendar = await self._store.policy(act.invoice_id, act.effect.name, act.at) or (None, None)
        return Acted(PolicyLoaded(policy, calendar), act.seen, written=False)

    @activity.defn(name="extend_calendar")
    async def extend_calendar(self, act: Act, policy: Policy) -> Acted:
        """Answer `CalendarMade`, for the case's pinned policy as far as the effect asks."""
        if not isinstance(act.effect, ExtendCalendar):
            raise Misdirected(act)
        calendar = await self._store.calendar(act.invoice_id, policy, act.effect.until)
        return Acted(CalendarMade(calendar), act.seen, written=False)
