"""Customers of Stripe and their payment methods: what changes is told to their cases, who is not known is not ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters.stripe.event_meanings import CustomerIs, MethodGone, MethodIs
from api.case_service import ADDRESSES, CaseService
from dunning.messages import Contact, MethodAdded, MethodRemoved
from dunning.records import Method

_OTHERS: Final = frozenset({"name", "country", "locale", "kind"})


class StripeCustomers:
    """Each raises `NotFound` for a customer whom no invoice brought to us."""

    def __init__(self, case_service: CaseService) -> None:
        """Works on the case service's own store."""
        self._case_service = case_service

    async def update(self, said: CustomerIs) -> None:
        """New addresses as a fact (N2), the rest quietly; what Stripe does not know stays as it is."""
        now, known = said.customer, (await self._case_service.store.parties.customer(said.customer.id)).record
        moved = {
            name: getattr(now, name) or ""
            for name in ADDRESSES
            if (getattr(now, name) or name in said.cleared) and getattr(now, name) != getattr(known, name)
        }
        if moved:
            await self._case_service.tell_customer(now.id, Contact.model_validate(moved))
        told = now.model_dump(include=set(_OTHERS & now.model_fields_set))
        changes = {name: value for name, value in told.items() if value and value != getattr(known, name)}
        if changes:
            await self._case_service.register.change_customer(now.id, changes)

    async def update_method(self, said: MethodIs) -> None:
        """A method that is new or renewed is tried at once (C2); one that is there as it is is no news."""
        known = (await self._case_service.store.parties.customer(said.customer_id)).methods
        if said.renewed or said.method not in known:
            await self._case_service.tell_customer(said.customer_id, MethodAdded(**said.method.model_dump()))

    async def remove_method(self, said: MethodGone) -> None:
        """Nothing is charged by it any more; one that we never had is no news."""
        known = (await self._case_service.store.parties.customer(said.customer_id)).methods
        if any(one.id == said.method_id for one in known):
            await self._case_service.tell_customer(said.customer_id, MethodRemoved(id=said.method_id))

    async def update_methods(self, customer_id: str, every: Iterable[Method]) -> None:
        """All of them, each as `update_method`."""
        for one in every:
            await self.update_method(MethodIs(customer_id, one, renewed=False))
