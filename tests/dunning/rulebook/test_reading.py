"""Which of all codes that came with a decline decides, on which day, and what follows (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.rulebook.decline import FORESEEN, NEVER_ARRIVED, Codes, Reading
from dunning.rulebook.networks import family, is_debit
from dunning.rulebook.reading import PATIENCE, deciding, every_row, is_never, read
from dunning.rulebook.rows import Scheme
from dunning.rulebook.tables import TABLES

DAY: Final = date(2026, 11, 24)
HOUR: Final = timedelta(hours=1)


def reading(code: str, network: str | None = "visa", day: date = DAY, **more: Any) -> Reading:
    return read(network, Codes(code, **more), day)


def source(name: str) -> str:
    """Where the row of that name was read."""
    scheme, _, code = name.partition(" ")
    table = TABLES[scheme]  # type: ignore[index] # a scheme, as the name of a row begins with one
    return table.codes[code].source if code in table.codes else table.unknown.source


@pytest.mark.parametrize(
    "codes, network, row, where, kind, hours",
    [
        # A never, whoever says it, outranks every advice to wait.
        ({"code": "stolen_card", "advice": "24"}, "visa", "stripe stolen_card", "docs.stripe.com", "never_again", 0),
        ({"code": "insufficient_funds", "network_advice": "03"}, "mastercard", "mastercard_mac 03", "tabapay",
            "never_again", 0),
        ({"code": "generic_decline", "network_code": "R0"}, "visa", "visa R0", "tabapay", "never_again", 0),
        ({"code": "insufficient_funds", "advice": "do_not_try_again"}, "visa", "stripe_advice do_not_try_again",
            "docs.stripe.com", "never_again", 0),
        # A duplicate is looked up before anybody's advice is taken.
        ({"code": "duplicate_transaction", "advice": "try_again_later"}, "visa", "stripe duplicate_transaction",
            "docs.stripe.com", "look_first", 0),
        ({"code": "R24", "advice": "try_again_later"}, "ach", "ach R24", "newline53", "look_first", 0),
        # The network's advice, then the provider's.
        ({"code": "do_not_honor", "network_advice": "25", "advice": "confirm_card_data"}, "mastercard",
            "mastercard_mac 25", "braintree", "try_later", 24),
        ({"code": "do_not_honor", "advice": "confirm_card_data"}, "mastercard", "stripe_advice confirm_card_data",
            "docs.stripe.com", "ask_customer", 0),
        # The provider's code, then the network's.
        ({"code": "do_not_honor", "network_code": "51"}, "visa", "stripe do_not_honor", "docs.stripe.com",
            "try_later", 72),
        ({"code": "never_heard_of", "network_code": "51"}, "visa", "visa 51", "visa.com", "try_later", 24),
        # A bank's own code comes before the provider's word for it.
        ({"code": "insufficient_funds", "network_code": "R02"}, "ach", "ach R02", "newline53", "never_again", 0),
        ({"code": "insufficient_funds"}, "us_bank_account", "ach R01", "newline53", "try_later", 72),
        ({"code": "account_closed"}, "sepa_debit", "sepa_dd AC04", "sepa", "never_again", 0),
        ({"code": "debit_not_authorized"}, "bacs_debit", "bacs 1", "accesspaysuite", "never_again", 0),
        # What only informs counts where nothing else is known.
        ({"code": "insufficient_funds", "network_advice": "43"}, "mastercard", "stripe insufficient_funds",
            "docs.stripe.com", "try_later", 24),
        ({"code": "never_heard_of", "network_advice": "40"}, "mastercard", "mastercard_mac 40", "braintree",
            "ask_customer", 0),
    ],
)  # fmt: skip
def test_of_all_codes_one_row_decides(
    codes: dict[str, Any], network: str, row: str, where: str, kind: str, hours: int
) -> None:
    said = reading(**codes, network=network)
    assert where in source(row)
    assert (said.row, said.kind, said.wait) == (row, kind, hours * HOUR)


@pytest.mark.parametrize(
    "day, kind",
    [(date(2021, 4, 16), "never_again"), (date(2021, 4, 17), "ask_customer"), (date(2021, 4, 18), "ask_customer")],
)
def test_visas_category_1_is_a_never_as_long_as_a_code_is_in_it(day: date, kind: str) -> None:
    """https://usa.visa.com, "Updates to rules for declined transaction resubmission": 78 moves from 1 to 2."""
    assert "usa.visa.com" in source("visa 78")
    assert reading("never_heard_of", day=day, network_code="78").kind == kind


@pytest.mark.parametrize("network", ["amex", "discover", None, "a card of the moon"])
def test_a_card_of_an_unknown_network_is_read_by_visas_table(network: str | None) -> None:
    assert reading("never_heard_of", network, network_code="14").row == "visa 14"


def test_a_mastercard_is_not_read_by_visas_table() -> None:
    assert reading("never_heard_of", "mastercard", network_code="14").row == "stripe unknown"


def test_an_unknown_code_of_a_card_is_vague_and_of_a_bank_debit_a_fault_of_ours() -> None:
    """https://docs.stripe.com/declines/codes and https://developers.newline53.com list what is known."""
    card, debit = reading("never_heard_of"), reading("never_heard_of", "ach")
    assert source("stripe unknown") == "https://docs.stripe.com/declines/codes"
    assert "newline53" in source("ach unknown")
    assert (card.row, card.kind, card.wait, card.known) == ("stripe unknown", "try_later", 72 * HOUR, False)
    assert (debit.row, debit.kind, debit.wait, debit.known) == ("ach unknown", "operator", PATIENCE, False)


def test_an_advice_of_one_digit_is_the_same_as_with_a_zero_before_it() -> None:
    assert reading("do_not_honor", advice="3") == reading("do_not_honor", advice="03")


def test_an_advice_that_nobody_knows_changes_nothing() -> None:
    assert reading("insufficient_funds", advice="99") == reading("insufficient_funds")


def test_what_never_arrived_or_is_foreseen_is_in_no_table_and_waits_for_nothing() -> None:
    for code in (NEVER_ARRIVED, FORESEEN):
        said = reading(code, "ach", network_code="R02")
        assert (said.row, said.kind, said.wait) == (f"ours {code}", "try_later", timedelta())


def test_a_code_that_wants_a_persons_eyes_says_so() -> None:
    assert reading("fraudulent").review
    assert not reading("insufficient_funds").review


# Whatever came with it

_CODE: Final = st.sampled_from(sorted({code for table in TABLES.values() for code in table.codes} | {"never_heard_of"}))
_NETWORK: Final = st.sampled_from(("visa", "mastercard", "amex", "ach", "sepa_debit", "bacs", None))
_CODES: Final = st.builds(
    Codes, _CODE, advice=st.none() | _CODE, network_code=st.none() | _CODE, network_advice=st.none() | _CODE
)
_DAY: Final = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@given(_NETWORK, _CODES, _DAY)
def test_a_never_among_the_codes_is_never_overruled(network: str | None, codes: Codes, day: date) -> None:
    nevers = [found for found in every_row(network, codes) if is_never(found.code, day)]
    assert (read(network, codes, day).kind == "never_again") == bool(nevers)


@given(_NETWORK, _CODES, _DAY)
def test_only_what_may_be_tried_again_has_a_wait(network: str | None, codes: Codes, day: date) -> None:
    said = read(network, codes, day)
    assert said.wait >= timedelta()
    assert said.wait == PATIENCE if said.kind == "operator" else said.kind == "try_later" or not said.wait


@given(_NETWORK, _CODES, _DAY)
def test_the_row_that_decides_is_one_of_those_that_were_named_or_the_one_for_the_unknown(
    network: str | None, codes: Codes, day: date
) -> None:
    found, named = deciding(network, codes, day), every_row(network, codes)
    assert found in named if named else not found.known


@given(_NETWORK, _CODES, _DAY)
def test_every_reading_can_be_looked_up(network: str | None, codes: Codes, day: date) -> None:
    said = read(network, codes, day)
    assert source(said.row).startswith("http")
    assert said.meaning


@given(_NETWORK, _CODES, _DAY)
def test_a_card_is_never_read_by_a_bank_schemes_table(network: str | None, codes: Codes, day: date) -> None:
    schemes: set[Scheme] = {"ach", "sepa_dd", "bacs"}
    of = deciding(network, codes, day).scheme
    assert of not in schemes or (is_debit(family(network)) and of == family(network))
