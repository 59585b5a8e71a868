"""Every errand by its name: the function that does it, and what it needs to be there. Loaded only where it is done."""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from cli.errands.told import Told

Needs = Literal["store", "cases"]
Doing = Callable[..., Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class Errand:
    """`place` is the function, as module:name. It needs the store alone, or the running cases too."""

    place: str
    needs: Needs = "store"

    def function(self) -> Doing:
        """The function, which takes the installation and what the command said by name."""
        found: Any = pkgutil.resolve_name(self.place)
        doing: Doing = found
        return doing


ERRANDS: Final[dict[str, Errand]] = {
    "case show": Errand("cli.cases.one_case:show", "cases"),
    "case forecast": Errand("cli.cases.one_case:forecast", "cases"),
    "case signal": Errand("cli.cases.telling:tell", "cases"),
    "case task": Errand("cli.cases.open_tasks:task", "cases"),
    "case list": Errand("cli.cases.case_list:cases"),
    "tasks": Errand("cli.cases.open_tasks:tasks"),
    "messages list": Errand("cli.messages.sent_messages:messages"),
    "keys create": Errand("cli.access.keys:create"),
    "keys list": Errand("cli.access.keys:list_keys"),
    "keys rotate": Errand("cli.access.keys:rotate"),
    "keys revoke": Errand("cli.access.keys:revoke"),
    "people add": Errand("cli.access.people:add"),
    "people list": Errand("cli.access.people:list_people"),
    "people roles": Errand("cli.access.people:roles"),
    "people disable": Errand("cli.access.people:disable"),
    "people enable": Errand("cli.access.people:enable"),
    "people reset": Errand("cli.access.people:reset"),
}
