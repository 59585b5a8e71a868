"""Finding a customer or an invoice by whatever a person has at hand: part of a name, a number, an address."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from adapters.payment_reference import payment_reference
from adapters.storage import Store
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.search import _query
from adapters.storage.search_words import customer_words, invoice_words
from adapters.storage.tables import search_words
from tests.adapters.storage.builders import MONDAY, customer, invoice

HOSTILE = "<script>alert(1)</script> %' OR 1=1; -- \\ \N{ZERO WIDTH SPACE} \N{PILE OF POO}\0"


async def found(store: Store, said: str, most: int = 10) -> tuple[list[str], list[str]]:
    """The ids of the customers and of the invoices."""
    seen = await store.search.find(said, most)
    return [one.id for one in seen.customers], [one.id for one in seen.invoices]


@pytest.fixture
async def known(store: Store) -> Store:
    dak = customer(
        "c-dak", name="Dakpark Müller-Schmidt B.V.", email="Facturen@Dakpark.nl", phone="+31 20 555 0100",
        contacts=[{"id": "dak-ap", "role": "accounts", "name": "Zoë de Vries", "email": "zoe@dak.example"}],
    )  # fmt: skip
    other = customer("c-vries", name="De Vries Holding", email="ap@vries.example", phone="0031 6 1234 5678")
    for one in (dak, other):
        await store.register.customer(one, (), MONDAY)
    await store.register.invoice("c-dak", invoice("INV-2026-0042"), MONDAY)
    await store.register.invoice("c-dak", invoice("INV-2026-0043"), MONDAY)
    await store.register.invoice("c-vries", invoice("in_1NqA2bC3dE4fG5"), MONDAY)
    return store


@pytest.mark.parametrize(
    "said",
    ["dakpark", "DAKP", "muller schmidt", "Müller-Schmidt", "schmidt dak", "facturen@dak", "Facturen@Dakpark.nl",
     "dakpark.nl", "zoe", "vries dakpark", "zoe@dak.example", "020 555 0100", "+31205550100", "5550100", "c-dak"],
)  # fmt: skip
async def test_a_customer_is_found_by_what_is_known_of_them(known: Store, said: str) -> None:
    assert (await found(known, said))[0] == ["c-dak"]


async def test_every_word_has_to_fit_and_the_exact_one_comes_first(known: Store) -> None:
    assert (await found(known, "vries"))[0] == ["c-dak", "c-vries"]
    assert (await found(known, "vries holding"))[0] == ["c-vries"]
    assert await found(known, "vries nobody") == ([], [])
    assert await found(known, "akpark") == ([], [])
    assert await found(known, " ") == ([], [])
    await known.register.customer(customer("c-hold", name="Hold"), (), MONDAY)
    assert (await found(known, "hold"))[0] == ["c-hold", "c-vries"]


@pytest.mark.parametrize(
    "said", ["INV-2026-0042", "inv2026 0042", "inv-2026-00", "2026-0042", "0042", "42", "INV 2026 0042"]
)
async def test_an_invoice_is_found_by_parts_of_its_number(known: Store, said: str) -> None:
    assert (await found(known, said))[1][0] == "INV-2026-0042"


@pytest.mark.parametrize("kind", ["invoice", "rf", "ogm", "qrr"])
@pytest.mark.parametrize("invoice_id", ["INV-2026-0042", "in_1NqA2bC3dE4fG5"])
async def test_an_invoice_is_found_by_what_stands_on_the_transfer(known: Store, kind: str, invoice_id: str) -> None:
    shown = payment_reference(kind, invoice_id).shown  # type: ignore[arg-type] # the kinds are its own
    assert (await found(known, shown))[1] == [invoice_id]


async def test_an_invoice_is_found_by_the_id_of_its_payment(known: Store) -> None:
    body = {"id": "BANK/8841", "amount": "40.00", "currency": "EUR"}
    await known.register.tell("INV-2026-0043", "payment_received", body, MONDAY)

    [one] = (await known.search.find("BANK/8841", 10)).invoices

    assert (one.id, one.customer_name, one.balance) == ("INV-2026-0043", "Dakpark Müller-Schmidt B.V.", 60_00)


async def test_what_is_not_known_any_more_finds_nobody(known: Store) -> None:
    await known.register.change_customer("c-vries", {"name": "Nieuw B.V."})
    assert (await found(known, "holding"))[0] == []
    assert (await found(known, "nieuw"))[0] == ["c-vries"]

    await known.register.tell_customer("c-vries", "contact", {"email": "new@there.example"}, MONDAY)
    assert (await found(known, "ap@vries.example"))[0] == []
    assert (await found(known, "new@there"))[0] == ["c-vries"]
    rows = await known.database.read(lambda tx: tx.rows(select(search_words).where(search_words.c.id == "c-vries")))
    kept = {row["word"] for row in rows}
    assert kept == customer_words((await known.parties.customer("c-vries")).record)


async def test_no_more_is_shown_than_is_wanted_and_that_there_is_more_is_said(known: Store) -> None:
    seen = await known.search.find("inv", 1)

    assert ([one.id for one in seen.invoices], seen.more) == (["INV-2026-0042"], True)
    assert (await known.search.find("inv", 2)).more is False


async def test_what_is_looked_for_may_be_anything(known: Store) -> None:
    await known.register.customer(customer("c-bad", name=HOSTILE), (), MONDAY)

    assert (await found(known, HOSTILE))[0] == ["c-bad"]
    for said in ("%", "_", "'", "\\", "\0", "~", "@", "a" * 5_000, "9" * 5_000, "\N{PILE OF POO}"):
        assert await found(known, said) == ([], []), said


def test_an_id_of_a_series_keeps_few_words() -> None:
    assert invoice_words("INV-2026-0042") == {"inv20260042", "20260042", "0042", "42"}


async def test_no_search_reads_more_than_its_index(known: Store) -> None:
    """One word, and several of which the rarest is looked up first."""
    queries = [_query("customer", "dak", [], 10), _query("customer", "dak", ["muller", "schmidt"], 10)]

    def plans(tx: Transaction) -> list[str]:
        if tx.dialect == "postgresql":
            tx.connection.execute(text("SET LOCAL enable_seqscan = off"))  # it likes a small table better
        explain = "EXPLAIN QUERY PLAN " if tx.dialect == "sqlite" else "EXPLAIN "
        dialect = tx.connection.engine.dialect
        written = [str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for query in queries]
        return ["\n".join(str(tuple(row)) for row in tx.connection.execute(text(explain + one))) for one in written]

    for plan in await known.database.read(plans):
        assert "search_words" in plan
        assert "SCAN search_words" not in plan
        assert "Seq Scan" not in plan
        assert all("Index" in line for line in plan.splitlines() if "on search_words" in line and "Scan" in line), plan
