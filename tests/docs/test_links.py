"""The pages hang together: each link leads somewhere, each page can be found, and the first one says how to begin."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS, ROOT, Page, page, pages

PAGES = pages()
OUTSIDE = ("https://", "http://", "mailto:")
KINDS = ("tutorial", "how-to", "reference", "why")


def by_name(one: Page) -> str:
    return one.name


@pytest.mark.parametrize("one", PAGES, ids=by_name)
def test_each_link_leads_to_a_file_and_a_heading_that_are_there(one: Page) -> None:
    for link in one.links:
        if link.startswith(OUTSIDE):
            continue
        path, _, anchor = link.partition("#")
        target = (one.path.parent / path).resolve() if path else one.path
        assert target.exists(), f"{one.name}: {link}"
        assert target.is_relative_to(ROOT), f"{one.name}: {link}"
        if anchor:
            assert anchor in page(str(target.relative_to(ROOT))).anchors, f"{one.name}: {link}"


def test_each_page_of_the_docs_can_be_found_from_their_first_page() -> None:
    first = page("docs/README.md")
    found = {(DOCS / link.partition("#")[0]).resolve() for link in first.links if not link.startswith(OUTSIDE)}
    every = {path for path in DOCS.rglob("*.md") if path.name != "README.md"}
    assert {str(path.relative_to(DOCS)) for path in every - found} == set()


def test_each_page_stands_in_the_folder_of_its_kind() -> None:
    for path in DOCS.rglob("*.md"):
        assert path.parent == DOCS or path.parent.name in KINDS, path


@pytest.mark.parametrize("one", PAGES, ids=by_name)
def test_each_page_has_one_title_and_no_heading_twice(one: Page) -> None:
    assert len(re.findall(r"^# ", one.prose, re.MULTILINE)) == 1
    assert sorted(one.headings) == sorted(set(one.headings)) or one.name == "CHANGELOG.md"


def test_the_first_page_says_how_to_see_the_product_and_how_to_prove_it() -> None:
    text = page("README.md").text
    first_screen = text[: text.index("\n## ")] + text[text.index("\n## ") :][:4_000]
    assert "make demo" in first_screen
    assert "make test" in first_screen


@pytest.mark.parametrize("one", PAGES, ids=by_name)
def test_no_page_names_the_machine_that_it_was_written_on(one: Page) -> None:
    assert not re.search(r"/(work|root|home/\w+)/", one.text)
