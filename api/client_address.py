"""Where a request comes from: whom we count as one, and the network that people are shown instead of an address."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.types import Scope

UNKNOWN: Final = "unknown"
_ONE_HOUSEHOLD: Final = 64  # bits of an IPv6 address that are one connection's; the rest its owner may choose
_SHOWN: Final = {4: 24, 6: 48}  # bits that tell a network, and no person


def address_of(scope: Scope) -> str:
    """The address that a request comes from; of IPv6 the part that its owner cannot change at will."""
    found = _address(scope)
    if found is None:
        return UNKNOWN
    return str(found) if found.version == 4 else _network(found, _ONE_HOUSEHOLD)  # noqa: PLR2004 - the protocol


def network_of(scope: Scope) -> str:
    """The network around it, such as 203.0.113.0/24."""
    found = _address(scope)
    return UNKNOWN if found is None else _network(found, _SHOWN[found.version])


def _address(scope: Scope) -> IPv4Address | IPv6Address | None:
    client = scope.get("client")
    try:
        found = ip_address(client[0]) if client else None
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _network(address: IPv4Address | IPv6Address, bits: int) -> str:
    return str(ip_network((address, bits), strict=False))
