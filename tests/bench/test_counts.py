"""What a case costs in events, transactions and statements, held: they are exact, whatever the machine."""

from __future__ import annotations

from pathlib import Path

from bench.counts import counts

# At most; a change that needs more says here why. While effects on our own store were activities of the server, an
# opening and a payment took 17 events each, an attempt 17, a whole case 94 and 24 transactions.
MOST = {
    "opening": {"events": 7, "transactions": 2, "statements": 25},
    "payment": {"events": 7, "transactions": 2, "statements": 24},
    "notice": {"events": 11, "transactions": 2, "statements": 10},
    "attempt": {"events": 12, "transactions": 3, "statements": 13},
    "case": {"events": 69, "transactions": 13, "statements": 87},
}
# Ids and moments differ in length.
MOST_BYTES = {"opening": 4_500, "payment": 1_600, "notice": 2_500, "attempt": 2_900, "case": 17_500}


async def test_a_case_costs_no_more_than_it_did(tmp_path: Path) -> None:
    found = await counts(tmp_path)
    over = {
        (kind, name): (cost[name], most)
        for kind, cost in found.items()
        for name, most in (MOST[kind] | {"bytes": MOST_BYTES[kind]}).items()
        if cost[name] > most
    }
    assert over == {}
    assert set(found) == set(MOST)
