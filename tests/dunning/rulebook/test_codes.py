"""What the code tables say, and that they do not contradict each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from dunning.rulebook.limits import LIMITS
from dunning.rulebook.rows import Code
from dunning.rulebook.tables import TABLES
from dunning.rulebook.writing_rows import later, never, operator, table

VISA, MASTERCARD, ACH = TABLES["visa"].codes, TABLES["mastercard_mac"].codes, TABLES["ach"].codes
SEPA, BACS = TABLES["sepa_dd"].codes, TABLES["bacs"].codes
ROWS = [(one.scheme, row) for one in TABLES.values() for row in (*one.codes.values(), one.unknown)]
TODAY = date(2026, 11, 21)  # when the rows were last checked
VISA_UPDATE = "updates-to-rules-for-declined-transaction-resubmission-and-use-of-authorization-response-codes.pdf"


def tried_again(codes: dict[str, Code]) -> set[str]:
    return {row.code for row in codes.values() if row.kind == "try_later"}


def but(allowed: Callable[[Code], bool]) -> list[str]:
    """The rows that are not as they have to be."""
    return [f"{scheme} {row.code}" for scheme, row in ROWS if not allowed(row)]


def ever_later(row: Code) -> bool:
    """Whether an attempt after this code is made again, at least in some country."""
    return row.kind == "try_later" or "try_later" in dict(row.by_bank_country).values()


@pytest.mark.parametrize("code", ["03", "62", "78", "93"])
def test_visa_takes_codes_out_of_category_1_on_17_april_2021(code: str) -> None:
    """Visa, "Updates to rules for declined transaction resubmission": they may be tried again within the limit."""
    row = VISA[code]
    assert row.source.endswith(VISA_UPDATE)
    assert row.category(date(2021, 4, 16)) == 1
    assert row.category(date(2021, 4, 17)) == 2


def test_visa_forbids_an_unknown_account_number_from_the_same_day() -> None:
    """https://usa.visa.com/dam/VCOM/download/about-visa/visa-rules-public.pdf names category 1, older lists 3."""
    assert VISA["14"].category(date(2021, 4, 16)) == 3
    assert VISA["14"].category(date(2021, 4, 17)) == 1
    assert "assumed" in VISA["14"].note


def test_visa_limits_its_own_fraud_code_with_the_other_soft_ones_since_july_2026() -> None:
    """https://usa.visa.com/dam/VCOM/download/about-visa/visa-rules-public.pdf, table 7-2."""
    assert VISA["83"].category(date(2026, 7, 24)) == 4
    assert VISA["83"].category(date(2026, 7, 25)) == 2


def test_a_code_has_no_category_before_visa_knew_it() -> None:
    """https://docs.cielo.com.br/ecommerce-cielo-en/changelog/new-retry-codes-for-visa-5c-e-9g."""
    assert "docs.cielo.com.br" in VISA["9G"].source
    assert VISA["9G"].category(date(2025, 4, 10)) is None
    assert VISA["9G"].category(date(2025, 4, 11)) == 2


def test_a_code_that_visa_does_not_list_is_of_category_4() -> None:
    assert TABLES["visa"].unknown.category(TODAY) == 4


def test_what_visa_forbids_finishes_the_method() -> None:
    forbidden = [row for row in VISA.values() if row.category(TODAY) == 1]
    assert len(forbidden) > 1
    assert {row.kind for row in forbidden} == {"never_again"}


def test_a_category_ends_on_the_day_on_which_another_one_begins() -> None:
    def in_order(row: Code) -> bool:
        return all(since < then and one != other for (since, one), (then, other) in pairwise(row.categories))

    assert but(in_order) == []


@pytest.mark.parametrize("code", ["24", "25", "26", "27", "28", "29", "30"])
def test_mastercards_advice_waits_as_long_as_it_says(code: str) -> None:
    """https://developer.paypal.com/braintree/docs/reference/general/merchant-responses/merchant-advice-codes."""
    row = MASTERCARD[code]
    assert "developer.paypal.com" in row.source
    said = re.fullmatch(r"try again after (\d+) (hour|day)s?", row.meaning)
    assert said
    assert row.wait == int(said[1]) * timedelta(**{f"{said[2]}s": 1})
    assert row.waits_by_scheme


def test_only_mastercard_sets_waits_all_others_are_ours() -> None:
    assert {scheme for scheme, row in ROWS if row.waits_by_scheme} == {"mastercard_mac"}


def test_of_ach_returns_only_a_lack_of_money_is_presented_again() -> None:
    """http://www.vacul.org, "When ACH debit entries are returned unpaid, can they be resubmitted?"."""
    [forbids] = [limit for limit in LIMITS if limit.id == "ach.no_reinitiation"]
    assert "www.vacul.org" in forbids.source
    assert tried_again(ACH) == {"R01", "R09"} == set(forbids.but_codes)


def test_of_bacs_returns_only_refer_to_payer_is_presented_again() -> None:
    """https://docs.acquired.com/docs/retrying-declined-direct-debits."""
    [forbids] = [limit for limit in LIMITS if limit.id == "bacs.other_codes"]
    assert "docs.acquired.com" in forbids.source
    assert tried_again(BACS) == {"0"} == set(forbids.but_codes)


def test_a_reason_that_is_not_given_means_a_lack_of_money_at_banks_of_five_countries() -> None:
    """https://support.gocardless.com: "Which failed payments can be retried with Success+"."""
    row = SEPA["MS03"]
    assert "support.gocardless.com" in row.source
    assert row.kind == "ask_customer"
    assert dict(row.by_bank_country) == dict.fromkeys(("AT", "BE", "DE", "LU", "SK"), "try_later")
    assert row.wait == SEPA["AM04"].wait


def test_the_limit_on_sepa_spares_just_the_reasons_that_are_tried_again() -> None:
    [forbids] = [limit for limit in LIMITS if limit.id == "sepa.retryable_codes"]
    elsewhere = {row.code for row in SEPA.values() if "try_later" in dict(row.by_bank_country).values()}
    assert tried_again(SEPA) | elsewhere == set(forbids.but_codes)


@pytest.mark.parametrize("scheme", ["ach", "sepa_dd", "bacs"])
def test_a_return_that_no_list_knows_is_for_a_person_of_ours(scheme: str) -> None:
    [row] = [one.unknown for one in TABLES.values() if one.scheme == scheme]
    assert row.kind == "operator"


@pytest.mark.parametrize("scheme", ["stripe", "stripe_advice", "mastercard_mac", "visa"])
def test_a_card_code_that_no_list_knows_is_tried_later_and_not_for_long(scheme: str) -> None:
    [row] = [one.unknown for one in TABLES.values() if one.scheme == scheme]
    assert row.kind == "try_later"
    assert row.at_most is not None


def test_each_row_says_where_it_was_read() -> None:
    assert but(lambda row: re.match(r"https?://[\w.-]+\.\w+/", row.source) is not None) == []
    assert but(lambda row: row.meaning != "") == []


def test_what_is_tried_later_waits_an_hour_at_least_and_nothing_else_waits() -> None:
    assert but(lambda row: (row.wait >= timedelta(hours=1)) == ever_later(row)) == []


def test_that_a_card_is_lost_stolen_or_suspected_is_never_told() -> None:
    delicate = re.compile(r"\b(lost|stolen|fraud\w*)\b")
    assert but(lambda row: row.mask or not delicate.search(row.meaning)) == []
    assert but(lambda row: not row.mask or row.tell in {"generic", "none"}) == []


def test_a_row_from_memory_never_lets_an_attempt_be_made() -> None:
    assert but(lambda row: row.verified or not ever_later(row)) == []


def test_each_table_stands_under_its_scheme_and_each_row_under_its_code() -> None:
    assert [one.scheme for one in TABLES.values()] == list(TABLES)
    assert [row.code for one in TABLES.values() for row in one.codes.values()] == [
        code for one in TABLES.values() for code in one.codes
    ]


def test_a_table_refuses_a_code_that_stands_twice() -> None:
    rows = (later("51", 24, "no money"), never("41", "lost"), later("51", 72, "no money, once more"))
    with pytest.raises(ValueError, match="visa: found the codes 51 twice; allowed once each"):
        table("visa", *rows, name="", field="", source="https://example.org/", unknown=operator("unknown", "?"))
