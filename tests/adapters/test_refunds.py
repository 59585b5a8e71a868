"""How much is refunded follows from all that was told, whatever its order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from adapters.refunds import RefundNews, refunded

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def made(name: str, amount: int, minute: int = 0) -> RefundNews:
    return RefundNews(name, "made", Decimal(amount), "EUR", AT + timedelta(minutes=minute), refund=name)


def failed(name: str, amount: int, minute: int = 0) -> RefundNews:
    return RefundNews(f"{name}/failed", "failed", Decimal(amount), "EUR", AT + timedelta(minutes=minute), refund=name)


def total(amount: int, minute: int = 0, before: int | None = None) -> RefundNews:
    known = None if before is None else Decimal(before)
    at = AT + timedelta(minutes=minute)
    return RefundNews(f"ch/refunded/{amount}/{minute}", "total", Decimal(amount), "EUR", at, before=known)


def test_refunds_that_are_named_add_up_and_one_that_failed_was_none() -> None:
    assert refunded([]) == 0
    assert refunded([made("re_1", 20), made("re_2", 30)]) == 50
    assert refunded([made("re_1", 20), made("re_2", 30), failed("re_2", 30)]) == 20
    assert refunded([failed("re_1", 20), made("re_1", 20)]) == 0


def test_of_sums_the_newest_counts() -> None:
    assert refunded([total(50, 2), total(20, 1)]) == 50
    assert refunded([total(20, 1), total(50, 2), total(35, 2)]) == 50


def test_a_refund_that_is_named_may_be_in_the_sum() -> None:
    assert refunded([made("re_1", 20), total(20)]) == 20
    assert refunded([made("re_1", 20), total(50)]) == 50
    assert refunded([made("re_1", 20), made("re_2", 30), total(20)]) == 50


def test_what_failed_after_the_newest_sum_is_out_of_it_and_what_failed_before_was_never_in_it() -> None:
    assert refunded([total(30, 1), failed("re_1", 30, 2)]) == 0
    assert refunded([total(30, 1), failed("re_1", 30, 2), total(30, 3)]) == 30


def test_within_a_second_the_steps_between_the_sums_tell() -> None:
    assert refunded([total(30, 1, before=0), failed("re_1", 30, 3), total(40, 3, before=0)]) == 40
    assert refunded([total(30, 1, before=0), failed("re_1", 30, 3), total(40, 3, before=30)]) == 10
