"""Queries are taken as they are documented: a parameter that nobody knows is refused, not passed over in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from fastapi import Request
from fastapi.dependencies.models import Dependant

from adapters.incoming.return_paths import UNSUBSCRIBE
from api.authentication import PROVIDER
from api.problems import RequestMistake, invalid
from api.validation_errors import pointer


async def only_known_parameters(request: Request) -> None:
    """Raise `Problem` for a parameter that the address does not have, or that stands there more than once.

    A misspelt filter would otherwise show everybody's invoices. What mail programs and filters add to a debtor's link
    changes nothing, nor does what a provider of sign-ins adds to its answer.
    """
    if request.scope["path"].startswith((UNSUBSCRIBE, f"{PROVIDER}/")):
        return
    known = list(dict.fromkeys(_parameters(request.scope["route"].dependant)))
    times = Counter(name for name, _ in request.query_params.multi_items())
    wrong = [unknown_parameter(name, known) for name in times if name not in known]
    wrong += [
        RequestMistake(f"it {count} times", "once", parameter=name)
        for name, count in times.items()
        if name in known and count > 1
    ]
    if wrong:
        raise invalid(wrong)


def unknown_parameter(name: str, known: Sequence[str]) -> RequestMistake:
    """The mistake of a parameter that is none of those `known`."""
    allowed = ", ".join(known) or "none at this address"
    return RequestMistake("an unknown parameter", allowed, parameter=pointer((name,)).removeprefix("#/"))


def _parameters(dependant: Dependant) -> Iterator[str]:
    """The names that an address reads from its query, also by what it depends on."""
    yield from (field.alias for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from _parameters(below)
