"""What the elements of a letter look like, worked out once for all letters of a layout.

The library works it out anew for each page, and that is a fifth of what a letter costs. Elements that the same rules
match, below parents that look the same, look the same in every letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Any, Final

from weasyprint import Document
from weasyprint.css import (
    ComputedStyle,
    InitialStyle,
    StyleFor,
    declaration_precedence,
    find_style_attributes,
    preprocess_declarations,
)
from weasyprint.css.targets import TargetCollector
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext

_MOST: Final = 2000  # looks of one layout: a letter has fifty, and an attribute `style` that is new makes a new one
_OF_ITSELF: Final = ("style", "lang", "id", "name", "width", "height")  # attributes that are a style of their element


@dataclass(slots=True)
class Looks:
    """What is known of one layout: the sheets of style that it has, and what came of them."""

    sheets: Sequence[tuple[Any, str, None]]  # each with its origin, the weakest first
    elements: dict[Any, dict[str | None, Any]] = field(default_factory=dict)
    rules_of_pages: dict[Any, dict[Any, Any]] = field(default_factory=dict)
    pages: dict[Any, Any] = field(default_factory=dict)
    sizes: dict[str, Any] = field(default_factory=lambda: {"box": None, "area": None})

    def make_room(self) -> None:
        """Forget all if it is too much. Only between two letters: parents are known by their address."""
        if len(self.elements) > _MOST:
            for known in (self.elements, self.rules_of_pages, self.pages):
                known.clear()


class Letter(Document):  # type: ignore[misc]
    """A letter as sheets; the page tells what is known of its layout."""

    @classmethod
    def _build_layout_context(cls, html: Any, fonts: Any, counters: Any, colours: Any, options: Any) -> Any:
        if html.looks is None:
            return super()._build_layout_context(html, fonts, counters, colours, options)
        for names in html._ua_counter_style():  # noqa: SLF001 - as the library's own does
            counters.update(names)
        targets = TargetCollector()
        images = partial(get_image_from_uri, cache={}, url_fetcher=html.url_fetcher, options=options)
        return LayoutContext(_Styles(html, html.looks, fonts, targets), images, fonts, counters, targets)


class _Styles(StyleFor):  # type: ignore[misc]
    """The style of each element of one page, as far as possible from what is known."""

    def __init__(self, html: Any, looks: Looks, fonts: Any, targets: Any) -> None:
        looks.make_room()
        self._looks = looks
        self._sheets, self.font_config, self.initial_page_sizes = looks.sheets, fonts, looks.sizes
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        own: dict[Any, list[Any]] = {}
        for specificity, element, declarations, _ in find_style_attributes(html.etree_element):
            own.setdefault(element, []).append((specificity, declarations))
        for wrapped in html.wrapper_element.iter_subtree():
            element = wrapped.etree_element
            parent = self._computed_styles[wrapped.parent.etree_element, None] if wrapped.parent else None
            for pseudo, style in self._look(wrapped, parent, own.get(element, ()), html).items():
                self._computed_styles[element, pseudo] = style
            anchor = self._computed_styles[element, None]["anchor"]
            if anchor:
                targets.collect_anchor(anchor)
        for element in (html.etree_element, *html.etree_element):
            self._computed_styles[element, None].pop("overflow", None)  # the library moves it to the sheet

    def _look(self, wrapped: Any, parent: Any, own: Sequence[Any], html: Any) -> dict[str | None, Any]:
        """The element's style, and that of each of its pseudo-elements by its name."""
        element = wrapped.etree_element
        matched = [(sheet, origin, rule) for sheet, origin, _ in self._sheets for rule in sheet.matcher.match(wrapped)]
        attributes = tuple(element.get(name) for name in _OF_ITSELF) if own else None
        key = (id(parent), attributes, tuple(id(rule[3][0]) for _, _, rule in matched))
        known = self._looks.elements.get(key)
        if known is None:
            won = _won(own, matched)
            root = InitialStyle(self.font_config) if parent is None else self._computed_styles[html.etree_element, None]
            style = self._computed(parent, won.pop(None, {}), None, root, html)
            below = {name: self._computed(style, of, name, root, html) for name, of in won.items()}
            known = self._looks.elements[key] = {None: style, **below}
        return known

    def _computed(self, parent: Any, won: Any, pseudo: str | None, root: Any, html: Any) -> Any:
        return ComputedStyle(parent, won, pseudo, root, html.base_url, self.font_config, self.initial_page_sizes)

    def add_page_declarations(self, page_type: Any) -> None:
        """The rules of a kind of sheet, read once."""
        known = self._looks.rules_of_pages.get(page_type)
        if known is None:
            super().add_page_declarations(page_type)
            known = {key: of for key, of in self._cascaded_styles.items() if key[0] == page_type}
            self._looks.rules_of_pages[page_type] = known
        self._cascaded_styles.update(known)

    def set_computed_styles(self, element: Any, parent: Any, root: Any = None, **how: Any) -> None:
        """The style of a kind of sheet, or of one of its margins."""
        place = (element, how.get("pseudo_type"))
        key = (*place, id(self._computed_styles[root, None]))
        known = self._looks.pages.get(key)
        if known is None:
            super().set_computed_styles(element, parent, root=root, **how)
            self._looks.pages[key] = self._computed_styles[place]
        else:
            self._computed_styles[place] = known


def _won(own: Sequence[Any], matched: Sequence[Any]) -> dict[str | None, dict[str, Any]]:
    """By pseudo-element the value of each property that wins, with its weight, as the cascade has it."""
    won: dict[str | None, dict[str, Any]] = {}
    for specificity, declarations in own:
        _set(won, None, preprocess_declarations(None, declarations), "author", (inf, specificity))
    for sheet, origin, (specificity, _, pseudo, (declarations, layer)) in matched:
        order = inf if layer is None else sheet.layers.index(layer)
        _set(won, pseudo, declarations, origin, (order, specificity))
    return won


def _set(won: Any, pseudo: str | None, declarations: Iterator[Any], origin: str, weight: tuple[Any, Any]) -> None:
    style = won.setdefault(pseudo, {})
    for name, values, importance in declarations:
        weighed = (declaration_precedence(origin, importance), *weight)
        if name not in style or style[name][1] <= weighed:
            style[name] = values, weighed
