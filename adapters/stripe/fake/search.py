"""Stripe's search, which finds a payment by its metadata only some time after it was made."""

from __future__ import annotations

import re
from typing import Any, Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import wrong
from adapters.stripe.fake.shapes import FakeObject

_CLAUSE: Final = re.compile(r"metadata\[['\"](?P<name>[^'\"]+)['\"]\]:['\"](?P<value>[^'\"]*)['\"]")


def search(books: Books, asked: dict[str, Any]) -> FakeObject:
    """The payments whose metadata are these, as far as the index has come. Raises `Fault` for another query."""
    query = str(asked.get("query", ""))
    wanted = [_CLAUSE.fullmatch(clause.strip()) for clause in query.split(" AND ")]
    indexed_until = books.seconds() - books.tempo.search.total_seconds()
    old = [one for one in books.all("payment_intent") if one["created"] <= indexed_until]
    found = [one for one in old if all(_fits(one, clause) for clause in wanted)]
    limit = int(asked.get("limit", 10))
    page = {"object": "search_result", "url": "/v1/payment_intents/search", "next_page": None}
    return page | {"has_more": len(found) > limit, "data": found[:limit]}


def _fits(one: FakeObject, clause: re.Match[str] | None) -> bool:
    if clause is None:
        raise wrong("query", "We were unable to parse your search query.")
    return bool(one["metadata"].get(clause["name"]) == clause["value"])
