"""The provider that knows our people, where they do not sign in with a password of ours."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from adapters.settings.group import Group

_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class OidcSettings(Group):
    """Sign-in by OpenID Connect. It needs `api.public_url`, and `pip install 'dunning[oidc]'`."""

    issuer: str | None = Field(
        None, description="The provider's issuer, such as `https://login.company.example`; left out: passwords alone."
    )
    client_id: str | None = Field(None, min_length=1, description="What the provider knows us by.")
    client_secret: SecretStr | None = Field(None, description="What we show the provider.")
    name: str = Field(
        "your company account", min_length=1, max_length=60, description="What the button says after `Sign in with`."
    )

    @property
    def missing(self) -> tuple[str, ...]:
        """What is needed beside the issuer and is not set."""
        wanted = () if self.issuer is None else ("client_id", "client_secret")
        return tuple(name for name in wanted if getattr(self, name) is None)

    @field_validator("issuer")
    @classmethod
    def _safe(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://none")
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)) or not parts.hostname:
            raise ValueError("an address that begins with https://, or http:// on this machine")
        return value
