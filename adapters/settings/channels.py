"""Where the notices of each channel go, and who carries them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from adapters.pingen.account import Product
from adapters.settings.group import Group, Port

Route = Literal["mailbox", "smtp", "postmark", "twilio", "print", "pingen", "off"]
_BASE: Final = r"^(https://[^\s/?#]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)$"
_STREAM: Final = re.compile("[a-z0-9-]{1,30}")
_SECRET: Final = re.compile("[A-Za-z0-9_-]{20,200}")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")
_UUID: Final = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


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


class PostmarkSettings(Group):
    """The server at Postmark that e-mail is handed to."""

    server_token: SecretStr | None = Field(None, description="The token of our server at Postmark.")
    webhook_secret: SecretStr | None = Field(
        None,
        description="The password in the address where Postmark tells what became of e-mail; yours to choose.",
    )
    stream: str = Field("outbound", description="The message stream that notices belong to.")
    api_base: str = Field(
        "https://api.postmarkapp.com", pattern=_BASE, description="Where Postmark is; another place is for trials."
    )

    @field_validator("webhook_secret")
    @classmethod
    def _fits_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("letters, digits, - and _, at least 20: it stands in an address")
        return value

    @field_validator("stream")
    @classmethod
    def _is_a_stream(cls, value: str) -> str:
        if not _STREAM.fullmatch(value):
            raise ValueError("the id of a stream: small letters, digits and dashes, at most 30")
        return value


class TwilioSettings(Group):
    """The account at Twilio that sends text messages."""

    account_sid: str | None = Field(None, description="Our account at Twilio, `AC...`.")
    auth_token: SecretStr | None = Field(
        None, description="The account's auth token; Twilio signs with it what it tells us."
    )
    sender: str | None = Field(
        None, description="Who messages come from: a number of ours (`+31...`), or a name of at most 11 letters."
    )
    messaging_service: str | None = Field(
        None, description="A messaging service, `MG...`, that chooses the number instead."
    )
    api_base: str = Field(
        "https://api.twilio.com", pattern=_BASE, description="Where Twilio is; another place is for trials."
    )

    @field_validator("account_sid", "messaging_service")
    @classmethod
    def _named_as_twilio_does(cls, value: str | None, about: ValidationInfo) -> str | None:
        begins = "AC" if about.field_name == "account_sid" else "MG"
        if value is not None and not re.fullmatch(f"{begins}[0-9a-f]{{32}}", value):
            raise ValueError(f"{begins} and 32 hexadecimal digits")
        return value

    @field_validator("sender")
    @classmethod
    def _can_be_sent_from(cls, value: str | None) -> str | None:
        if value is not None and not (_NUMBER.fullmatch(value) or _NAME.fullmatch(value)):
            raise ValueError("a number such as +31612345678, or a name of at most 11 letters and digits")
        return value

    @model_validator(mode="after")
    def _sent_by_one(self) -> TwilioSettings:
        if self.sender is not None and self.messaging_service is not None:
            raise ValueError("sender or messaging_service, not both")
        return self

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not set and is needed to send."""
        wanted = {
            "account_sid": self.account_sid,
            "auth_token": self.auth_token,
            "sender": self.sender or self.messaging_service,
        }
        return tuple(name for name, value in wanted.items() if value is None)


class PingenSettings(Group):
    """The organisation at Pingen that prints and posts letters."""

    organisation: str | None = Field(None, description="Our organisation at Pingen, by its id.")
    client_id: str | None = Field(None, description="The id of a client of ours there, for client credentials.")
    client_secret: SecretStr | None = Field(None, description="That client's secret.")
    signing_key: SecretStr | None = Field(
        None,
        description="The secret that we gave Pingen's webhooks; left out: nothing is told of what became of letters.",
    )
    product: Product = Field(
        "cheap", description="How letters travel: `fast`, `cheap`, `bulk`, `premium` or `registered`."
    )
    duplex: bool = Field(default=False, description="Print on both sides of a sheet.")
    colour: bool = Field(default=False, description="Print in colour.")
    api_base: str = Field(
        "https://api.pingen.com",
        pattern=_BASE,
        description="Where Pingen is; `https://api-staging.pingen.com` posts nothing, another place is for trials.",
    )

    @field_validator("organisation")
    @classmethod
    def _is_an_organisation(cls, value: str | None) -> str | None:
        if value is not None and not _UUID.fullmatch(value):
            raise ValueError("the id of an organisation, such as 0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f")
        return value

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not set and is needed to post a letter."""
        wanted = {name: getattr(self, name) for name in ("organisation", "client_id", "client_secret")}
        return tuple(name for name, value in wanted.items() if value is None)


class ChannelSettings(Group):
    """Where the notices of each channel go: to a carrier, to the `mailbox` (kept for reading), or nowhere (`off`)."""

    email: Literal["mailbox", "smtp", "postmark", "off"] | None = Field(
        None,
        description="Left out: `smtp` if there is a mail server, `postmark` if there is its token, else `mailbox`.",
    )
    sms: Literal["mailbox", "twilio", "off"] | None = Field(
        None,
        description="Left out: `twilio` if there is an account, else `off` if e-mail has a carrier, else `mailbox`.",
    )
    letter: Literal["mailbox", "print", "pingen", "off"] | None = Field(
        None,
        description="Left out: `pingen` if there is an organisation, `print` if there is a `letters.folder`, else "
        "`off` if another channel has a carrier, else `mailbox`.",
    )
