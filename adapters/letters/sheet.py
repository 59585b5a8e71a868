"""A letter's page as the library takes it apart: read by the standard library's parser where it is as strict as XML.

The library's own parser forgives whatever browsers forgive, and takes a hundred times as long; and its style sheet has
marks of footnotes for every element, of which letters have none. The two are a tenth of what a letter costs.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import cssselect2
import weasyprint
from weasyprint import CSS, HTML

_EMPTY: Final = re.compile(r"<(br|hr|img|link|meta|wbr)\b([^<>]*?)/?>")
_NO_XML: Final = re.compile(r"<[A-Z]|<svg|<math")  # what the two parsers name differently
_NOTES: Final = ("::footnote", "::note")


class Sheet(HTML):  # type: ignore[misc]
    """A page of a letter. Whatever is no XML is read as browsers read it."""

    def __init__(self, page: str, fetcher: Any) -> None:
        """`fetcher` gets what the page names."""
        root = _read(page)
        if root is None:
            super().__init__(string=page, url_fetcher=fetcher)
            return
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002, FBT001, FBT002 - as the library calls it
        return [_style()]


def _read(page: str) -> ET.Element | None:
    start = page.find("<html")
    if start < 0 or _NO_XML.search(page):
        return None
    try:
        return ET.fromstring(_EMPTY.sub(r"<\1\2/>", page[start:]))  # noqa: S314 - a page without a DTD
    except ET.ParseError:
        return None


@cache
def _style() -> Any:
    """What elements look like of themselves."""
    shipped = Path(weasyprint.__file__).parent / "css" / "html5_ua.css"
    lines = shipped.read_text(encoding="utf-8").splitlines()
    return CSS(string="\n".join(line for line in lines if not line.startswith(_NOTES)))
