"""Stops the customer's service and gives it back (S1)."""

from __future__ import annotations

from functools import partial

from temporalio import activity

from activities.intents import Intents, Misdirected
from dunning.answers import Answer, Done
from dunning.effects import RestoreService, SuspendService
from dunning.ports import Act, Acted, Go, Receivables, ServiceControl


class Service:
    """Works the creditor's own service; its calls may be repeated, so a repeat makes them again."""

    def __init__(self, store: Receivables, control: ServiceControl) -> None:
        """`control` is the creditor's service."""
        self._control = control
        self._intents = Intents(store)

    @activity.defn(name="service")
    async def service(self, act: Act) -> Acted:
        """Suspend or restore; answers `Done` or `Stale`."""
        switch = partial(self._switch, act)
        return await self._intents.perform(act, switch, settle=switch)

    async def _switch(self, act: Act, go: Go) -> Answer:
        async with self._intents.call_out(act.effect.key):
            match act.effect:
                case SuspendService(key=key):
                    await self._control.suspend(go.customer.id, act.invoice_id, key)
                case RestoreService(key=key):
                    await self._control.restore(go.customer.id, act.invoice_id, key)
                case _:
                    raise Misdirected(act)
        return Done()
