"""Whether a callback comes from Twilio: HMAC-SHA1 over the address and the sorted parameters, by our auth token."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from dunning.errors import DunningError

HEADER: Final = "X-Twilio-Signature"
_PORTS: Final = {"https": 443, "http": 80}
Parameters = Iterable[tuple[str, str]]


class WrongSignature(DunningError):
    """A callback whose signature is missing or wrong: somebody else's."""


def signature(address: str, parameters: Parameters, auth_token: str) -> str:
    """The header for what is sent to this address: each name with its value, by name; of one name, each value once."""
    said = address + "".join(f"{name}{value}" for name, value in sorted(set(parameters)))
    return base64.b64encode(hmac.digest(auth_token.encode(), said.encode(), "sha1")).decode()


def verify(address: str, parameters: Parameters, header: str | None, auth_token: str) -> None:
    """Raises `WrongSignature`. Twilio may sign the address with its port or without, whichever was given."""
    said, given = tuple(parameters), (header or "").encode("utf-8", "replace")
    fits = [
        hmac.compare_digest(signature(one, said, auth_token).encode(), given)
        for one in dict.fromkeys((address, _with_port(address), _without_port(address)))
    ]
    if not any(fits):
        raise WrongSignature(f"{HEADER}: found no signature that fits; allowed Twilio's, over {address} and this body")


def _with_port(address: str) -> str:
    parts = urlsplit(address)
    port = parts.port or _PORTS.get(parts.scheme)
    return urlunsplit(parts._replace(netloc=f"{_host(parts.netloc)}:{port}"))


def _without_port(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=_host(parts.netloc)))


def _host(netloc: str) -> str:
    host, colon, port = netloc.rpartition(":")
    return host if colon and port.isdigit() else netloc
