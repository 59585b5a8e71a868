"""Where the notices of each channel go, and who carries them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from adapters.settings.group import Group, Port

Route = Literal["mailbox", "smtp", "print", "off"]


class SmtpSettings(Group):
    """The mail server that e-mail is handed to."""

    host: str | None = Field(None, description="Its name; left out: e-mail goes to the built-in mailbox.")
    port: Port = Field(587, description="Its port.")
    security: Literal["tls", "starttls", "plain"] = Field(
        "starttls", description="`tls` from the first byte, `starttls` insisted on, or `plain`."
    )
    username: str | None = Field(None, description="The user's name, if it asks for one.")
    password: SecretStr | None = Field(None, description="The user's password.")
    authorities: Path | None = Field(None, description="PEM file of the authorities to trust, else the system's.")
    returns_to: str | None = Field(None, description="Where bounces go; left out: to the creditor.")


class ChannelSettings(Group):
    """Where the notices of each channel go: `mailbox` (kept for reading), `smtp`, `print` or `off`."""

    email: Literal["mailbox", "smtp", "off"] | None = Field(
        None, description="Left out: `smtp` if there is a mail server, else `mailbox`."
    )
    sms: Literal["mailbox", "off"] | None = Field(
        None, description="Left out: `off` if there is a mail server, else `mailbox`."
    )
    letter: Literal["mailbox", "print", "off"] | None = Field(
        None,
        description="Left out: `print` if there is a `letters.folder`, else `off` if there is a mail server, else "
        "`mailbox`.",
    )
