"""A letter's page as the library takes it apart: read by the standard library's parser where it is as strict as XML.

The library's own parser forgives whatever browsers forgive, and takes a hundred times as long; and its style sheet has
marks of footnotes for every element, of which letters have none. The two are a tenth of what a letter costs. The style
of a layout is read once: it is the same in each of its letters.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import cssselect2
import weasyprint
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Document

from adapters.letters.styles import Letter, Looks

_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_MORE: Final = re.compile(r"<(style|link)\b", re.IGNORECASE)
_EMPTY: Final = re.compile(r"<(br|hr|img|link|meta|wbr)\b([^<>]*?)/?>")
_NO_XML: Final = re.compile(r"<[A-Z]|<svg|<math")  # what the two parsers name differently
_NOTES: Final = ("::footnote", "::note")


class Sheet(HTML):  # type: ignore[misc]
    """A page of a letter. Whatever is no XML is read as browsers read it."""

    def __init__(self, page: str, fetcher: Any, fonts: Any) -> None:
        """`fetcher` gets what the page names; `fonts` are those of this machine."""
        style = _STYLE.search(page)
        bare = page if style is None else page[: style.start()] + page[style.end() :]
        self._fonts, self._own = fonts, _layout(style[1] if style else "", fetcher, fonts)
        # None where the page brings more style of its own, that the next page may not have
        self.looks = None if _MORE.search(bare) else self._own
        root = _read(bare)
        if root is None:
            super().__init__(string=bare, url_fetcher=fetcher)
            return
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def laid_out(self, **form: Any) -> Document:
        """The page as sheets; `form` is in the library's words."""
        options = {**DEFAULT_OPTIONS, "stylesheets": [self._own.sheets[-1][0]], **form}
        return Letter._render(self, self._fonts, None, None, options)  # noqa: SLF001 - what its own `render` calls

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002, FBT001, FBT002 - as the library calls it
        return [_style()]


@lru_cache(maxsize=16)
def _layout(style: str, fetcher: Any, fonts: Any) -> Looks:
    """The style of a layout, above what elements look like of themselves."""
    own = CSS(string=style, url_fetcher=fetcher, font_config=fonts)
    return Looks(((_style(), "user agent", None), (own, "user", None)))


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
