"""Charges stored methods, each attempt once: the provider knows it by its key and is asked before a repeat (C5)."""

from __future__ import annotations

from functools import partial

from temporalio import activity

from activities.intents import Intents, Misdirected
from dunning.answers import Answer
from dunning.effects import Charge, SettleCharge
from dunning.errors import ProviderRefused
from dunning.ports import Act, Acted, ChargeRequest, GatewayAnswer, Go, PaymentGateway, Receivables, UnreadDecline
from dunning.rulebook.decline import NEVER_ARRIVED
from dunning.rulebook.reading import read


class Charges:
    """Makes an attempt, and finds out what became of one."""

    def __init__(self, store: Receivables, gateway: PaymentGateway) -> None:
        """`gateway` takes the money; `store` keeps the intent open until the outcome is known."""
        self._store = store
        self._gateway = gateway
        self._intents = Intents(store)

    @activity.defn(name="charge")
    async def charge(self, act: Act) -> Acted:
        """Answer `Approved`, `Declined`, `Underway` or `Stale`; or `Unknown`, to be settled under the same key.

        A charge that the provider does not know, though it may have been sent, is sent again under its own key, if the
        facts still allow it (F1).
        """
        return await self._intents.perform(act, partial(self._charge, act), settle=partial(self._find, act))

    @activity.defn(name="settle_charge")
    async def settle_charge(self, act: Act) -> Acted:
        """Answer as `charge`. What the provider does not know yet is `Unseen`, and the rules say whether it is still
        wanted; an attempt that never reached them and never will is over, and the rules decide on another.
        """
        return await self._intents.perform(act, partial(self._found, act), settle=partial(self._found, act))

    async def _found(self, act: Act, go: Go) -> Answer:
        return await self._find(act, go) or _read(act, UnreadDecline(_request(act, go).method, NEVER_ARRIVED))

    async def _charge(self, act: Act, go: Go) -> Answer:
        """Charge; what the provider surely did not do is taken back, so that the facts are read again (F1).

        Not where an earlier call under the key may have arrived: that one's outcome is still to be found out.
        """
        try:
            return _read(act, await self._gateway.charge(_request(act, go), act.at, go.calls))
        except ProviderRefused:
            if not go.repeat:
                await self._store.unbegin(act.effect.key)
            raise

    async def _find(self, act: Act, go: Go) -> Answer | None:
        found = await self._gateway.find(_request(act, go), act.at, go.calls)
        return None if found is None else _read(act, found)


def _read(act: Act, answer: GatewayAnswer) -> Answer:
    """A decline as the rule book of the day reads it (C2)."""
    if not isinstance(answer, UnreadDecline):
        return answer
    if not isinstance(act.effect, Charge | SettleCharge):
        raise Misdirected(act)
    return answer.read_as(read(act.effect.network, answer.codes, act.day))


def _request(act: Act, go: Go) -> ChargeRequest:
    match act.effect:
        case Charge(key=key, method=method, amount=amount) | SettleCharge(key=key, method=method, amount=amount):
            return ChargeRequest(key, go.customer.id, act.invoice_id, method, amount, go.invoice.currency)
        case _:
            raise Misdirected(act)
