"""Text from outside may hold a NUL, which PostgreSQL takes neither in text nor in JSON; a sign for it is kept instead.

Such a message is odd, but it must not stop the case that was told it.
"""

from __future__ import annotations

from typing import Any, Final

from psycopg.types.string import StrDumper
from pydantic_core import from_json, to_json

NUL: Final = "\0"
SIGN: Final = "\N{REPLACEMENT CHARACTER}"


def json_text(value: object) -> str:
    """The value as JSON that both databases take."""
    text = to_json(value).decode()
    # A backslash and these characters may also be written out in the text itself, so a look is not enough to replace.
    return to_json(_without_nul(from_json(text))).decode() if "u0000" in text else text


def accept_any_text(connection: Any, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    """Let this connection to PostgreSQL take any text."""
    connection.adapters.register_dumper(str, _NulFree)


class _NulFree(StrDumper):
    def dump(self, obj: str) -> bytes | bytearray | memoryview | None:
        return super().dump(obj.replace(NUL, SIGN) if NUL in obj else obj)


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace(NUL, SIGN)
        case list():
            return [_without_nul(one) for one in value]
        case dict():
            return {_without_nul(name): _without_nul(one) for name, one in value.items()}
        case _:
            return value
