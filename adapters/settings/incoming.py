"""Where the mail that comes back arrives: addresses of each message's own, a server for them, a mailbox of ours."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from adapters.incoming.addresses import LENGTH
from adapters.settings.group import AnyPort, Group, Port

_DOMAIN: Final = re.compile(r"(?=.{4,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE)
_MAILBOX: Final = re.compile(f"[a-z0-9][a-z0-9._-]{{0,{62 - LENGTH}}}", re.IGNORECASE)  # with the rest 64 characters
_SOONEST: Final = timedelta(seconds=5)


class IncomingSettings(Group):
    """What comes back by e-mail: each notice has addresses of its own, under a domain or behind a mailbox."""

    domain: str | None = Field(
        None,
        description="A domain whose mail comes to us, such as `reply.northwind.example`: notices have addresses of "
        "their own there. Left out, as `address`: bounces go to `smtp.returns_to`, answers to the creditor.",
    )
    address: str | None = Field(
        None,
        description="Instead of a domain: a mailbox whose server also takes `name+anything@...`, which we look into by "
        "`imap`.",
    )
    replies: bool = Field(
        default=True,
        description="Answers come to these addresses, too, and become tasks of their case; `false`: they go to the "
        "creditor.",
    )
    unsubscribe: bool = Field(
        default=True, description="Notices say how to get no more e-mail, for the programs that show a button for it."
    )
    host: str = Field("127.0.0.1", min_length=1, description="The address that the built-in mail server listens on.")
    port: AnyPort | None = Field(
        None, description="The port that it listens on, 0 takes a free one; left out: there is no such server."
    )
    certificate: Path | None = Field(
        None, description="PEM file of its certificate, with which it offers STARTTLS; left out: it does not."
    )
    certificate_key: Path | None = Field(
        None, description="PEM file of the certificate's key; left out: it is in the same file."
    )
    connections: int = Field(
        50, ge=2, le=1_000, description="How many may be open at once, half of them from one address."
    )

    @field_validator("domain")
    @classmethod
    def _is_a_domain(cls, value: str | None) -> str | None:
        if value is not None and not _DOMAIN.fullmatch(value):
            raise ValueError("a domain such as reply.northwind.example")
        return value

    @field_validator("address")
    @classmethod
    def _is_a_mailbox(cls, value: str | None) -> str | None:
        local, _, domain = (value or "").rpartition("@")
        if value is not None and not (_MAILBOX.fullmatch(local) and _DOMAIN.fullmatch(domain)):
            raise ValueError(f"an address whose name has at most {63 - LENGTH} letters, digits, dots and dashes")
        return value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.domain is not None and self.address is not None:
            raise ValueError("domain or address, not both")
        if self.port is not None and self.domain is None and self.address is None:
            raise ValueError("domain or address, since there is a port")
        if self.certificate_key is not None and self.certificate is None:
            raise ValueError("certificate, since there is a certificate_key")
        return self

    @property
    def place(self) -> tuple[str, str | None] | None:
        """The domain, and the name of the mailbox if it is one; None where messages have no addresses of their own."""
        if self.domain is not None:
            return self.domain, None
        if self.address is None:
            return None
        mailbox, _, domain = self.address.rpartition("@")
        return domain, mailbox


class ImapSettings(Group):
    """A mailbox on another server, which is looked into for what comes back."""

    host: str | None = Field(None, description="The server; left out: no mailbox is looked into.")
    port: Port = Field(993, description="Its port.")
    security: Literal["tls", "starttls", "plain"] = Field(
        "tls", description="`tls` from the first byte, `starttls` insisted on, or `plain` on this machine."
    )
    username: str | None = Field(None, description="The user's name.")
    password: SecretStr | None = Field(None, description="The user's password.")
    authorities: Path | None = Field(None, description="PEM file of the authorities to trust, else the system's.")
    folder: str = Field("INBOX", min_length=1, description="The folder that is looked into.")
    taken_folder: str | None = Field(
        None, description="Where a message goes that was taken; left out: it stays, marked as read."
    )
    every: timedelta = Field(
        timedelta(minutes=1),
        ge=_SOONEST,
        le=timedelta(days=1),
        description="How often it is looked into (hours:minutes:seconds).",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        lacking = [name for name in ("username", "password") if getattr(self, name) is None]
        if self.host is not None and lacking:
            raise ValueError(f"{lacking[0]}, since there is a host")
        if self.host not in {None, "localhost", "127.0.0.1", "::1"} and self.security == "plain":
            raise ValueError("tls or starttls: over plain the password would travel openly")
        return self
