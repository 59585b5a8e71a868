"""Policies from files, and those that are shipped. A file holds one or more policies, a folder one or more files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from adapters.document import Document
from adapters.policy_document import Catalogue, policy_schema, read_policy
from adapters.yaml import read_documents, read_text
from dunning.errors import Mistake, PolicyError
from dunning.policy import Policy

__all__ = ["SHIPPED", "Catalogue", "parse_policy", "policy_schema", "read_policies", "read_policy", "shipped_policies"]

SHIPPED: Final = Path(__file__).with_name("shipped") / "policies"
_ENDINGS: Final = frozenset({".yaml", ".yml"})


@cache
def shipped_policies() -> Mapping[str, Policy]:
    """The policies that come with the product, by name."""
    return MappingProxyType({policy.name: policy for policy in read_policies(SHIPPED)})


def read_policies(path: Path, catalogue: Catalogue | None = None) -> tuple[Policy, ...]:
    """The policies of a file, or of the files in a folder. Raises `PolicyError` with all that is wrong with a file.

    With a `catalogue`, every message that a notice names must be there in every locale.
    """
    policies: dict[str, Policy] = {}
    for file in _files(path):
        documents = read_documents(read_text(file, PolicyError), str(file), PolicyError)
        policies |= _policies(documents, str(file), catalogue, taken=frozenset(policies))
    return tuple(policies.values())


def parse_policy(source: str | Mapping[str, Any], place: str, catalogue: Catalogue | None = None) -> Policy:
    """The one policy of a text or of a mapping; errors call it `place`. Raises `PolicyError`."""
    if isinstance(source, str):
        documents = read_documents(source, place, PolicyError)
    else:
        documents = (Document(place, source, {}),)
    if len(documents) > 1:
        raise PolicyError(place, [Mistake("", documents[1].line(()), f"{len(documents)} policies", "one policy")])
    (policy,) = _policies(documents, place, catalogue, taken=frozenset()).values()
    return policy


def _files(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,)
    files = tuple(sorted(file for file in path.iterdir() if file.suffix in _ENDINGS))
    if not files:
        raise PolicyError(str(path), [Mistake("", None, "a folder without policies", "files that end in .yaml")])
    return files


def _policies(
    documents: tuple[Document, ...], file: str, catalogue: Catalogue | None, taken: frozenset[str]
) -> dict[str, Policy]:
    """The policies of one file, by name; `taken` are the names in the files before it."""
    policies: dict[str, Policy] = {}
    wrong = [] if documents else [Mistake("", None, "nothing", "a policy")]
    for document in documents:
        policy, problems = read_policy(document, catalogue=catalogue)
        wrong += problems
        if policy is not None and policy.name in {*taken, *policies}:
            wrong.append(Mistake("name", document.line(("name",)), policy.name, "a name that no other policy has"))
        elif policy is not None:
            policies[policy.name] = policy
    if wrong:
        raise PolicyError(file, wrong)
    return policies
