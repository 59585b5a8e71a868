"""Problems as RFC 9457 wants them: what went wrong, where in the request, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE: Final = "application/problem+json"

# Every kind of problem by the last part of its type: the status that it usually has, and its title.
KINDS: Final[Mapping[str, tuple[int, str]]] = {
    "malformed": (400, "The request cannot be read"),
    "unauthenticated": (401, "An API key is required"),
    "wrong-signature": (401, "This message is not signed as it must be"),
    "forbidden": (403, "This form did not come from our own pages"),
    "not-permitted": (403, "Your role does not allow this"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "This address does not take that method"),
    "too-slow": (408, "The body did not come in time"),
    "refused": (409, "The rules do not allow this now"),
    "conflict": (409, "This contradicts what is already there"),
    "in-progress": (409, "The same is under way already"),
    "too-large": (413, "The body is too large"),
    "unsupported": (415, "The body has a type that is not taken here"),
    "invalid": (422, "Something in the request is not allowed"),
    "key-reused": (422, "This Idempotency-Key was used for another request"),
    "too-many": (429, "Too many requests that were turned away"),
    "fault": (500, "Something is wrong on our side"),
    "unavailable": (503, "A part of the product cannot be reached"),
    "crowded": (503, "More connections are open than this process takes"),
    "unanswered": (504, "No answer in time: the request may still be applied"),
}


@dataclass(frozen=True, slots=True)
class RequestMistake:
    """One mistake: its place is a `pointer` into the body, or else the name of a parameter or a header."""

    found: str
    allowed: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None

    def __str__(self) -> str:
        place = self.pointer or self.parameter or self.header
        return f"{place}: found {self.found}; allowed {self.allowed}"

    def as_json(self) -> dict[str, str]:
        """Without the places that it does not have."""
        values = {name: getattr(self, name) for name in ("pointer", "parameter", "header", "found", "allowed")}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(eq=False)
class Problem(Exception):
    """A problem to answer with. `more` are members of its own, such as the `rule` that refuses."""

    kind: str
    detail: str
    mistakes: tuple[RequestMistake, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind][0]

    @property
    def title(self) -> str:
        """The same for every problem of this kind."""
        return KINDS[self.kind][1]

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        said = {"title": self.title, "status": self.status, "detail": self.detail}
        body: dict[str, Any] = {"type": f"/problems/{self.kind}", **said, **self.more}
        if self.mistakes:
            body |= self.mistakes[0].as_json() | {"errors": [mistake.as_json() for mistake in self.mistakes]}
        return body

    def answer(self) -> JSONResponse:
        """The problem as a response."""
        return JSONResponse(self.as_json(), self.status, headers=dict(self.headers), media_type=MEDIA_TYPE)


def invalid(mistakes: Iterable[RequestMistake]) -> Problem:
    """Mistakes in what was sent; nothing was changed."""
    found = tuple(mistakes)
    return Problem("invalid", str(found[0]), found)


def kind_of_status(status: int) -> str:
    """The kind of problem that a bare status stands for."""
    named = (name for name, (known, _) in KINDS.items() if known == status)
    return next(named, "malformed" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "fault")


class MistakeShape(BaseModel):
    """One mistake in a request; personal data are never repeated in it."""

    pointer: str | None = Field(default=None, description="JSON pointer to the field of the body")
    parameter: str | None = Field(default=None, description="name of the parameter in the path or the query")
    header: str | None = Field(default=None, description="name of the header")
    found: str
    allowed: str


class ProblemShape(BaseModel):
    """A problem (RFC 9457). The place, `found` and `allowed` are those of the first of `errors`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="what kind of problem, as an address that explains it",
        json_schema_extra={"enum": [f"/problems/{kind}" for kind in KINDS]},
    )
    title: str
    status: int
    detail: str
    request: str | None = Field(default=None, description="what was refused, by the name of the message")
    rule: str | None = Field(default=None, description="the number of the rule that refuses")
    reason: str | None = Field(default=None, description="why it refuses")
    reasons: list[dict[str, Any]] = Field(
        default_factory=list, description="what each policy has against an invoice that none takes, in their order"
    )
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    found: str | None = None
    allowed: str | None = None
    errors: list[MistakeShape] = Field(default_factory=list)
