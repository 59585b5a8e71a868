"""Who comes to the API, and over what: https, the proxy that is believed, and sign-ins that failed."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from adapters.clock import now
from adapters.settings import Settings
from adapters.storage.access.failed_sign_ins import FailedSignIns
from adapters.storage.engine.database import Database
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.looking import looked_up

_WHAT = "access"


def examine_public_url(settings: Settings) -> Diagnosis:
    """Whether cookies stay on https, and whose forwarded headers are believed."""
    api = settings.api
    if not (api.public_url or "").lower().startswith("https://"):
        reached = urlsplit(api.public_url).hostname if api.public_url else api.host
        if _is_local(reached or ""):
            return Diagnosis(_WHAT, well=True, found="this machine alone, over http")
        fix = (
            "keys travel in the clear: set api.public_url (DUNNING_API__PUBLIC_URL) to the https address of your proxy"
        )
        return Diagnosis(_WHAT, well=True, found="over http", fix=fix)
    if not api.proxy_networks:
        fix = (
            "name your proxy in api.proxies (DUNNING_API__PROXIES), "
            "or everybody behind it shares one limit for wrong keys"
        )
        return Diagnosis(_WHAT, well=True, found="over https, no proxy's headers are believed", fix=fix)
    return Diagnosis(_WHAT, well=True, found=f"over https, by the proxy {', '.join(api.proxy_networks)}")


async def examine_sign_ins(settings: Settings) -> Diagnosis:
    """Sign-ins of the last day that failed, of people and of programs."""

    async def count(database: Database) -> tuple[int, int]:
        found = await FailedSignIns(database).lately(now())
        return found.times, found.networks

    times, networks = await looked_up(settings, count, otherwise=(0, 0))
    found = f"{times} failed in the last 24 hours" + (f", from networks: {networks}" if times else "")
    fix = "the log of the API names the networks; a key that leaked is ended by: dunning keys revoke NAME"
    return Diagnosis("sign-ins", well=True, found=found, fix=fix if times else "")


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
