"""What the limits on repeating an attempt say, day by day, and that they fit the code tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from dunning.rulebook.limits import LIMITS
from dunning.rulebook.rows import Limit, Scheme
from dunning.rulebook.tables import TABLES
from dunning.rulebook.take_backs import TAKE_BACKS

BY_ID = {limit.id: limit for limit in LIMITS}
TABLE_OF: dict[str, Scheme] = {
    "visa": "visa",
    "mastercard": "mastercard_mac",
    "ach": "ach",
    "sepa_dd": "sepa_dd",
    "bacs": "bacs",
}


def in_force(day: date, *names: str) -> list[str]:
    return [name for name in names if BY_ID[name].in_force(day)]


def but(allowed: Callable[[Limit], bool]) -> list[str]:
    """The limits that are not as they have to be."""
    return [limit.id for limit in LIMITS if not allowed(limit)]


def nine(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def test_visa_allows_20_instead_of_15_from_25_may_2025() -> None:
    """https://docs.cielo.com.br/.../new-limit-for-visa-retries-starting-may-25-2025; another source says the 19th."""
    assert BY_ID["visa.reattempts.20"].source.endswith("new-limit-for-visa-retries-starting-may-25-2025")
    both = ("visa.reattempts.15", "visa.reattempts.20")
    assert in_force(date(2025, 5, 24), *both) == ["visa.reattempts.15"]
    assert in_force(date(2025, 5, 25), *both) == ["visa.reattempts.20"]


def test_the_day_that_keeps_the_lower_limit_longer_was_taken() -> None:
    assert in_force(date(2025, 5, 19), "visa.reattempts.15", "visa.reattempts.20") == ["visa.reattempts.15"]
    assert "2025-05-19" in BY_ID["visa.reattempts.20"].note


def test_stripe_still_stops_at_15_what_visa_allows_20_times() -> None:
    """https://support.stripe.com/questions/payment-blocked-due-to-excessive-retries."""
    stripe, visa = BY_ID["stripe.excessive.15"], BY_ID["visa.reattempts.20"]
    assert "support.stripe.com" in stripe.source
    assert stripe.most is not None
    assert visa.most is not None
    assert stripe.most < visa.most
    assert stripe.window == visa.window
    assert stripe.in_force(date(2026, 11, 21))


def test_mastercard_counts_35_in_a_month_in_the_us_then_canada_then_everywhere() -> None:
    """https://developer.paypal.com/braintree/articles, https://developers.tabapay.com, https://retries.com."""
    rows = ("mastercard.month.35.us", "mastercard.month.35.ca", "mastercard.month.35")
    assert in_force(date(2023, 10, 31), *rows) == []
    assert in_force(date(2023, 11, 1), *rows) == ["mastercard.month.35.us"]
    assert in_force(date(2024, 4, 1), *rows) == ["mastercard.month.35.us", "mastercard.month.35.ca"]
    assert in_force(date(2024, 8, 1), *rows) == list(rows)


@pytest.mark.parametrize(
    "series",
    [
        ("visa.reattempts.15", "visa.reattempts.20"),
        ("mastercard.day.20", "mastercard.day.10"),
        ("mastercard.brazil.10", "mastercard.brazil.7"),
    ],
)
def test_a_row_that_changed_ends_on_the_day_on_which_the_next_begins(series: tuple[str, ...]) -> None:
    for before, after in pairwise(series):
        assert BY_ID[before].valid_to == BY_ID[after].valid_from
    assert BY_ID[series[-1]].valid_to is None


def test_a_row_that_ended_was_followed_by_one_for_the_same_network() -> None:
    followed = {(limit.networks, limit.valid_from) for limit in LIMITS}
    assert [one.id for one in LIMITS if one.valid_to and (one.networks, one.valid_to) not in followed] == []


def test_no_two_rows_have_one_name() -> None:
    assert len(BY_ID) == len(LIMITS)
    assert len({row.id for row in TAKE_BACKS}) == len(TAKE_BACKS)


def test_each_row_says_where_it_was_read() -> None:
    fees = [(limit.id, limit.fee_source) for limit in LIMITS if limit.fee_source]
    rows = [*((limit.id, limit.source) for limit in LIMITS), *((row.id, row.source) for row in TAKE_BACKS), *fees]
    assert [name for name, source in rows if not re.match(r"https?://[\w.-]+\.\w+/", source)] == []


def test_a_limit_ends_after_it_begins() -> None:
    assert but(lambda limit: limit.valid_to is None or limit.valid_from < limit.valid_to) == []


def test_a_limit_is_about_a_network_that_attempts_are_made_by() -> None:
    assert but(lambda limit: {*limit.networks} <= {"card", *TABLE_OF}) == []


def test_a_limit_names_codes_of_its_networks_table() -> None:
    def known(limit: Limit) -> set[str]:
        return {code for name in limit.networks if name in TABLE_OF for code in TABLES[TABLE_OF[name]].codes}

    assert but(lambda limit: {*limit.codes, *limit.but_codes} <= known(limit)) == []


def test_what_a_limit_forbids_outright_no_table_says_to_try_later() -> None:
    forbids = [limit for limit in LIMITS if limit.most == 0 and limit.codes]
    rows = [TABLES[TABLE_OF[limit.networks[0]]].codes[code] for limit in forbids for code in limit.codes]
    assert {row.kind for row in rows} == {"never_again"}


def test_a_limit_without_a_number_has_a_window() -> None:
    assert but(lambda limit: limit.most is not None or limit.window is not None) == []


def test_a_limit_that_does_not_bind_says_why() -> None:
    assert but(lambda limit: limit.binds or limit.note != "") == []


def test_of_the_providers_only_the_one_we_charge_with_binds() -> None:
    assert but(lambda limit: not limit.binds or limit.provider in {None, "stripe"}) == []


def test_a_rate_over_the_whole_book_binds_no_attempt_but_names_the_unauthorised_returns() -> None:
    """https://www.increase.com/documentation/ach-returns.md."""
    rate = BY_ID["ach.unauthorised_rate"]
    assert not rate.binds
    assert {TABLES["ach"].codes[code].kind for code in rate.codes} == {"never_again", "operator"}


@pytest.mark.parametrize(
    "first, end",
    [
        (nine(2026, 1, 31), nine(2026, 2, 28)),  # a month, cut to February
        (nine(2028, 1, 31), nine(2028, 2, 29)),
        (nine(2026, 2, 10), nine(2026, 3, 10)),  # a month of 28 days
        (nine(2026, 3, 1), nine(2026, 3, 31)),  # 30 days come before the month ends
        (nine(2026, 12, 31), nine(2027, 1, 30)),
        (nine(2026, 4, 15), nine(2026, 5, 15)),
    ],
)
def test_a_bacs_debit_is_presented_again_within_a_month_or_30_days_whichever_is_earlier(
    first: datetime, end: datetime
) -> None:
    """https://movimo.co.uk/?p=2688 says one month, https://www.cleardebit.com 30 days."""
    window = BY_ID["bacs.representation"].window
    assert window is not None
    assert window.end(first) == end


def test_an_ach_debit_is_presented_again_within_180_days() -> None:
    """https://www.bankfivenine.com, "Reinitiating returned ACH debit items"."""
    window = BY_ID["ach.reinitiation"].window
    assert window is not None
    assert window.end(nine(2026, 1, 1)) == nine(2026, 1, 1) + timedelta(days=180)


def test_rolling_days_for_a_month_of_account_cover_the_longest_month() -> None:
    """https://docs.payzu.com.br/en/docs/cartao/retry-program counts by the month of account."""
    window = BY_ID["mastercard.brazil.7"].window
    assert window is not None
    assert window.length >= timedelta(days=31)


def test_a_core_debit_can_be_taken_back_where_a_b2b_debit_cannot() -> None:
    """https://docs.adyen.com and https://support.mambu.com/docs/sepa-direct-debit-refunds."""
    within = {row.id: row.within for row in TAKE_BACKS}
    assert within["sepa.core.refund"] == "8 weeks"
    assert within["sepa.b2b.refund"] == "not at all"


def test_each_take_back_says_how_long() -> None:
    length = re.compile(r"[1-9]\d* (bank days|weeks|months|years?)|without end|not at all")
    assert [row.id for row in TAKE_BACKS if not length.fullmatch(row.within)] == []
