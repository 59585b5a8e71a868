"""An action: what it is called, what it does, which fields it has, and the messages to the case that come of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from adapters.attachments import Attachment
from api.actions.asks import Ask
from api.actions.widgets import Widget, widget_of
from api.shapes.cases import CaseOut
from api.shapes.values import Shape, Sum
from dunning.messages import Message
from dunning.roles import Action as Right

M = TypeVar("M", bound=Message)
Said = Mapping[str, Any]  # what a form says, as JSON, by the names of its fields


@dataclass(frozen=True, slots=True)
class Told:
    """A body that was understood, with what stands beside it: the rest of what the form `said`, and the name `once` of
    this asking, from which the ids come that nobody gave; the files that were `attached`.
    """

    body: Shape
    said: Said
    once: str
    attached: tuple[Attachment, ...] = ()

    def id(self, kind: str) -> str:
        """The id of what is told or asked: the one given, or one that every repeat of this asking has too."""
        given = self.said.get("id")
        return str(given) if given else f"{kind}-{hashlib.sha256(self.once.encode()).hexdigest()[:16]}"

    def as_message(self, kind: type[M], **more: Any) -> M:
        """The body as the rules' message, each sum of it as its amount."""
        known = {field.alias or name for name, field in kind.model_fields.items()}
        said = {name: _plain(value) for name, value in self.body if name in known and value is not None}
        return kind.model_validate({**said, **more})


def _plain(value: Any) -> Any:
    if isinstance(value, Sum):
        return value.amount
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    if isinstance(value, BaseModel):
        return {name: _plain(one) for name, one in value}
    return value


Becomes = Callable[[Told], tuple[Message, ...]]


def same(said: Said) -> dict[str, Any]:
    """The body is what the form says."""
    return dict(said)


@dataclass(frozen=True, slots=True)
class Action:
    """`does` says in a sentence what it is for, `allows` how its `rule` lets it, `done` what has been done afterwards.
    `right` is the message that is told or asked, by its name: what a role lets somebody do (R2).

    `body` makes the body of what the form says. What comes of it are the messages that it `becomes`, in their order;
    none where it is a note. It is offered where `offered` says so of the case as it stands.
    """

    name: str
    title: str
    does: str
    right: Right
    rule: str
    allows: str
    done: str
    shape: type[Shape]
    asks: tuple[Ask, ...]
    becomes: Becomes
    offered: Callable[[CaseOut], bool]
    body: Callable[[Said], dict[str, Any]] = same

    @property
    def chosen_by(self) -> Ask | None:
        """The field on whose answer others depend."""
        return next((ask for ask in self.asks if ask.words), None)

    def made(self, said: Said) -> dict[str, Any]:
        """The body as JSON, without what stands in the form alone."""
        return {name: value for name, value in self.body(said).items() if name in self.shape.model_fields}

    def widget(self, ask: Ask) -> Widget:
        """How this field is asked for: as the body's shape has it, unless the form says otherwise."""
        shaped = widget_of(self.shape, ask.name) if ask.name in self.shape.model_fields else Widget("text", needed=True)
        needed = shaped.needed if ask.needed is None else ask.needed
        return Widget(ask.kind or shaped.kind, needed and not ask.only, shaped.longest, tuple(ask.words))
