"""The Temporal server: the one that cases live on, and the one that `up` and `demo` bring along."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from adapters.settings.group import AnyPort, Group


class TemporalSettings(Group):
    """The Temporal server, for all commands but `up` and `demo`, which bring their own."""

    address: str = Field("127.0.0.1:7233", pattern=r"^[^\s/]+:[0-9]+$", description="Host and port of the frontend.")
    namespace: str = Field("default", min_length=1, description="The namespace of all cases.")
    ui: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+$",
        description="Where its web interface is, such as `https://temporal.northwind.example`: pages of cases link to "
        "their runs there.",
    )
    tls: bool = Field(default=False, description="Connect with TLS; implied by an API key or a certificate.")
    api_key: SecretStr | None = Field(None, description="An API key, as Temporal Cloud gives it.")
    server_authority: Path | None = Field(None, description="PEM file of the authority to trust, else the system's.")
    certificate: Path | None = Field(None, description="PEM file of our own certificate (mutual TLS).")
    certificate_key: Path | None = Field(None, description="PEM file of its private key.")

    @model_validator(mode="after")
    def _pair(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("a certificate and its private key, or neither")
        return self


class EmbeddedSettings(Group):
    """The Temporal server that `up` and `demo` start themselves."""

    port: AnyPort = Field(7233, description="Port of its frontend; 0 takes a free one.")
    ui_port: AnyPort = Field(8233, description="Port of its web interface; 0 takes a free one.")
