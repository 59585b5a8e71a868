"""Gives debts to collection agencies and keeps them informed (S3, P7)."""

from __future__ import annotations

from functools import partial

from temporalio import activity

from activities.intents import Intents, Misdirected
from dunning.answers import Answer, Done
from dunning.effects import HandOffDebt, ReportToAgency
from dunning.ports import Act, Acted, Agency, Go, Receivables


class Agencies:
    """Writes to an agency; its calls may be repeated under their key, so a repeat makes them again."""

    def __init__(self, store: Receivables, agency: Agency) -> None:
        """`agency` takes debts and reports, by the agency's name."""
        self._agency = agency
        self._intents = Intents(store)

    @activity.defn(name="agency")
    async def agency(self, act: Act) -> Acted:
        """Hand a debt off, report what is left of it, or recall it; answers `Done` or `Stale`."""
        tell = partial(self._tell, act)
        return await self._intents.perform(act, tell, settle=tell)

    async def _tell(self, act: Act, go: Go) -> Answer:
        async with self._intents.call_out(act.effect.key):
            match act.effect:
                case HandOffDebt(key=key, agency=name, amount=amount):
                    await self._agency.hand_off(name, go.customer, go.invoice, amount, key)
                case ReportToAgency(key=key, agency=name, balance=balance, recalled=recalled):
                    await self._agency.report(name, go.invoice, balance, recalled=recalled, key=key)
                case _:
                    raise Misdirected(act)
        return Done()
