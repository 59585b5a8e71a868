"""Policies: which are in force, what each one says, and whether a text is one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final, cast

from anyio import to_thread
from fastapi import APIRouter, Path, Request

from adapters.policies import Catalogue, parse_policy
from api.problems import Problem, RequestMistake, invalid
from api.shapes.policies import PolicyChecked, PolicyInList, PolicyOut
from dunning.errors import NotFound, PolicyError
from dunning.policy import Policy

router = APIRouter(prefix="/v1/policies", tags=["policies"])

YAML: Final = "application/yaml"
LONGEST: Final = 32_768  # bytes of a text; the longest that is shipped has a tenth
_EXAMPLE: Final = """\
name: short
steps:
  - name: friendly-reminder
    after: 3 days
    do:
      - notify: {message: friendly, by: [email]}
"""
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One policy, as it stands in its file",
        "content": {YAML: {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


@router.get("")
async def list_policies(request: Request) -> tuple[PolicyInList, ...]:
    """The policies in force, in the order in which they are asked for an invoice."""
    asked = sorted(_policies(request).values(), key=lambda policy: (-policy.priority, policy.name))
    return tuple(PolicyInList.of(policy) for policy in asked)


@router.post("/check", openapi_extra=_BODY)
async def check_policy(request: Request) -> PolicyChecked:
    """Read a text as a policy, without keeping it. For a text that is none, the answer tells its mistakes, 100 at most.

    It may have 32 KiB.
    """
    body = await request.body()
    if len(body) > LONGEST:
        mistake = RequestMistake(f"{len(body)} bytes", f"at most {LONGEST}", pointer="#")
        raise Problem("too-large", str(mistake), (mistake,))
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise invalid([RequestMistake("bytes that are no UTF-8", "a text in UTF-8", pointer="#")]) from None
    if not request.headers.get("content-type", "").partition(";")[0].strip().lower().endswith("yaml"):
        raise Problem("unsupported", f"header Content-Type: found something else; allowed {YAML}")
    catalogue = cast("Catalogue | None", request.app.state.catalogue)
    return await to_thread.run_sync(partial(_checked, text, catalogue), limiter=request.app.state.checking)


def _checked(text: str, catalogue: Catalogue | None) -> PolicyChecked:
    try:
        return PolicyChecked.good(parse_policy(text, "policy", catalogue))
    except PolicyError as error:
        return PolicyChecked.bad(error)


@router.get("/{name}")
async def get_policy(request: Request, name: Annotated[str, Path(max_length=64)]) -> PolicyOut:
    """One policy with all that it says."""
    policy = _policies(request).get(name)
    if policy is None:
        raise NotFound(f"policy: found none of that name; there are {', '.join(sorted(_policies(request)))}")
    return PolicyOut.of(policy)


def _policies(request: Request) -> Mapping[str, Policy]:
    return cast("Mapping[str, Policy]", request.app.state.policies)
