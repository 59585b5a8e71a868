"""Where the API and the console listen, what they are called from outside, and whom they believe."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from typing import Final

from pydantic import Field, SecretStr, field_validator

from adapters.settings.group import AnyPort, Group

SHORTEST_SECRET: Final = 32


class ApiSettings(Group):
    """The API and the console."""

    host: str = Field("127.0.0.1", min_length=1, description="The address to listen on.")
    port: AnyPort = Field(8080, description="The port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        None, pattern=r"^https?://[^\s?#]+$", description="What links begin with; left out: the address listened on."
    )
    proxies: str = Field(
        "",
        description="Addresses or networks of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are "
        "believed, with commas between; empty: nobody's.",
    )
    secret: SecretStr | None = Field(
        None, description="Signs cookies, forms and cursors; the same for every process. Left out: kept in `data`."
    )

    connections: int = Field(500, ge=2, description="How many may be open at once; beyond it requests are turned away.")
    idle: timedelta = Field(
        timedelta(seconds=30),
        ge=timedelta(seconds=1),
        description="How long a connection may be unused (hours:minutes:seconds); longer than a proxy keeps one.",
    )

    @property
    def proxy_networks(self) -> tuple[str, ...]:
        """The proxies, each as an address or a network."""
        return tuple(one.strip() for one in self.proxies.split(",") if one.strip())

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            for one in value.split(",") if value.strip() else ():
                ip_network(one.strip())
        except ValueError:
            raise ValueError("addresses or networks such as 10.0.0.7 or 10.0.0.0/8, with commas between") from None
        return value

    @field_validator("secret")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"at least {SHORTEST_SECRET} random characters")
        return value
