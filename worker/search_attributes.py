"""Makes sure that the server knows the search attributes of cases, each with its type."""

from typing import Final

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client

from dunning.errors import Conflict
from workflows.contract import CUSTOMER, DUE_ON

_TYPES: Final[dict[str, IndexedValueType.ValueType]] = {
    CUSTOMER.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    DUE_ON.name: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}


class SearchAttributeConflict(Conflict):
    """A search attribute of ours is there, with another type; nothing was added."""

    def __init__(self, namespace: str, name: str, found: str, wanted: str) -> None:
        """The types are Temporal's names for them, such as `keyword`."""
        self.namespace = namespace
        self.name = name
        super().__init__(
            f"search attribute {name} in namespace {namespace}: found the type {found}; allowed {wanted}. "
            f"Remove it (temporal operator search-attribute remove --name {name}) or use another namespace",
        )


async def register_search_attributes(client: Client) -> None:
    """Add those that the client's namespace lacks. Safe to repeat; `SearchAttributeConflict` if one has another type.

    The dev server's own option `--search-attribute` is no help: it is ignored for a file that exists.
    """
    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace), retry=True
    )
    found = dict(answer.custom_attributes)
    _refuse_other_types(client.namespace, found)
    missing = {name: kind for name, kind in _TYPES.items() if name not in found}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing), retry=True
        )


def _refuse_other_types(namespace: str, found: dict[str, IndexedValueType.ValueType]) -> None:
    for name, wanted in _TYPES.items():
        if found.get(name, wanted) != wanted:
            raise SearchAttributeConflict(namespace, name, _spoken(found[name]), _spoken(wanted))


def _spoken(kind: IndexedValueType.ValueType) -> str:
    return IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").lower()
