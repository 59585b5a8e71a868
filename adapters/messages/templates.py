"""The templates of messages: the creditor's own before the shipped ones, a brand's own before those; compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from adapters.messages.catalogue import BRANDS, LAYOUTS, SHIPPED, SUFFIX, catalogue
from adapters.messages.languages import plural_form
from adapters.messages.plain import isolated, unbroken

LAYOUT: Final = "layouts"
ORIGINAL: Final = "shipped"  # {% extends "shipped/en/friendly.jinja" %} takes what is shipped and changes a part of it


class Templates:
    """The texts and layouts of one creditor."""

    def __init__(self, *folders: Path) -> None:
        """Files in `folders`, laid out as the shipped ones are, stand before those."""
        self._folders = folders
        self._environments: dict[str, Environment] = {}
        self.catalogue: Mapping[str, frozenset[str]] = catalogue(*folders)

    def text(self, language: str, message: str, brand: str = "") -> Template:
        """What a message says in a language."""
        return self._of(brand).get_template(f"{language}/{message}{SUFFIX}")

    def layout(self, name: str, brand: str = "") -> Template:
        """How it is laid out, such as `email.html`."""
        return self._of(brand).get_template(f"{LAYOUT}/{name}")

    def _of(self, brand: str) -> Environment:
        known = self._environments.get(brand)
        if known is None:
            own = [folder / BRANDS / brand for folder in self._folders if (folder / BRANDS / brand).is_dir()]
            known = self._environments[brand] = _environment([*(own if brand else ()), *self._folders])
        return known


def _environment(folders: list[Path]) -> Environment:
    own = FileSystemLoader([*folders, SHIPPED])
    layouts = FileSystemLoader([*(folder / LAYOUT for folder in folders), LAYOUTS])
    # What is shipped is code of ours; the sandbox, which costs a third of the time, is for what somebody else wrote.
    environment = (SandboxedEnvironment if folders else Environment)(
        loader=ChoiceLoader([PrefixLoader({LAYOUT: layouts, ORIGINAL: FileSystemLoader(SHIPPED)}), own]),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"unbroken": unbroken, "isolated": isolated, "dial": _dial}
    environment.globals |= {"row": _row, "link": _link, "nowrap": _nowrap, "plural": _plural}
    return environment


@pass_context
def _plural(said: Context, count: int, one: str, other: str, **more: str) -> str:
    """The word that goes with so many in the text's language; `more` are the forms that some languages have beside
    these, by their names in CLDR: `zero`, `two`, `few`, `many`.
    """
    return {"one": one, **more}.get(plural_form(said["language"], count), other)


def _row(label: Any, value: Any, strong: bool = False, long: bool = False) -> Markup:  # noqa: FBT001, FBT002 - as templates write it
    """A line of a table; a value that is `long` may break anywhere."""
    marks = (" strong" if strong else "") + (" long" if long else "")
    return Markup(f"<row{marks}>{escape(label)}<is>{escape(value)}</row>")  # noqa: S704 - both are escaped


def _link(to: str, words: Any) -> Markup:
    """A link that looks like the words around it."""
    style = "color:inherit;text-decoration:underline;text-underline-offset:2px"
    return Markup(f'<a href="{escape(to)}" style="{style}">{escape(words)}</a>')  # noqa: S704 - both are escaped


def _dial(phone: str) -> str:
    """The digits of a telephone number, as a link wants them."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")


def _nowrap(words: Any) -> Markup:
    """Words that stay on one line."""
    return Markup(f'<span style="white-space:nowrap">{escape(words)}</span>')  # noqa: S704 - escaped
