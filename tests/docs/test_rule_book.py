"""The page on the rule book says what the rows say: nobody has to write a row twice."""

from __future__ import annotations

import difflib

from tests.docs import rule_book_page


def test_the_page_on_the_rule_book_is_what_its_rows_say() -> None:
    stands = rule_book_page.PATH.read_text(encoding="utf-8").splitlines()
    wanted = rule_book_page.page().splitlines()
    differences = list(difflib.unified_diff(stands, wanted, "the page", "the rows", lineterm="", n=0))
    assert differences == [], "run `python -m tests.docs.rule_book_page`"
