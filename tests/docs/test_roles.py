"""The page on roles says what the code asks: the matrix is never written by hand."""

from __future__ import annotations

import difflib

from tests.docs import roles_page


def test_the_page_on_roles_is_what_the_code_asks() -> None:
    stands = roles_page.PATH.read_text(encoding="utf-8").splitlines()
    wanted = roles_page.page().splitlines()
    differences = list(difflib.unified_diff(stands, wanted, "the page", "the code", lineterm="", n=0))
    assert differences == [], "run `python -m tests.docs.roles_page`"
