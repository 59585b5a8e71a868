"""Every setting of the product: what it is for, what it may be, and what goes together.

Each section of the file is a group in a file of its own here: a new setting goes there, a new section is one more file
and one more field of `Settings`. The rest follows: the variables of the environment, the checks, the errors, and the
test that asks the reference for a row.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from adapters.settings.api import ApiSettings
from adapters.settings.assignment import AssignmentSettings
from adapters.settings.channels import (
    ChannelSettings,
    PingenSettings,
    PostmarkSettings,
    Route,
    SmtpSettings,
    TwilioSettings,
)
from adapters.settings.costs import CostSettings
from adapters.settings.creditor import AccountSettings, CreditorSettings
from adapters.settings.four_eyes import FourEyesSettings
from adapters.settings.group import Group
from adapters.settings.incoming import ImapSettings, IncomingSettings
from adapters.settings.letters import LetterSettings
from adapters.settings.messages import MessageSettings
from adapters.settings.oidc import OidcSettings
from adapters.settings.payments import PaymentSettings
from adapters.settings.queues import QueueSettings
from adapters.settings.retention import RetentionSettings
from adapters.settings.temporal import EmbeddedSettings, TemporalSettings
from adapters.settings.worker import WorkerSettings
from dunning.records import Channel

__all__ = [
    "FILE_VARIABLE",
    "PREFIX",
    "AccountSettings",
    "ApiSettings",
    "CreditorSettings",
    "Group",
    "ImapSettings",
    "IncomingSettings",
    "OidcSettings",
    "PingenSettings",
    "PostmarkSettings",
    "Settings",
    "SmtpSettings",
    "TemporalSettings",
    "TwilioSettings",
    "settings_file",
]

PREFIX: Final = "DUNNING_"
FILE_VARIABLE: Final = "DUNNING_CONFIG"
FILE: Final = "dunning.toml"


class Settings(PaymentSettings, BaseSettings):
    """All of them; `load_settings` reads them."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True
    )

    data: Path = Field(Path(".dunning"), description="The folder for files of our own: databases, logs, secrets.")
    database: SecretStr | None = Field(
        None,
        description="`sqlite:///path/to/file` or `postgresql://user:password@host/name`; left out: SQLite in `data`.",
    )
    policies: Path | None = Field(None, description="A file or folder of policies; left out: the shipped ones.")
    spread: timedelta = Field(
        timedelta(minutes=10),
        ge=timedelta(0),
        le=timedelta(days=1),
        description="What is due at one opening of contact hours is spread over this (hours:minutes:seconds).",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that we log; libraries are heard from their warnings on."
    )
    temporal: TemporalSettings = TemporalSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    api: ApiSettings = ApiSettings()
    oidc: OidcSettings = OidcSettings()
    four_eyes: FourEyesSettings = FourEyesSettings()
    assignment: dict[str, AssignmentSettings] = {}
    creditor: CreditorSettings = CreditorSettings()
    messages: MessageSettings = MessageSettings()
    smtp: SmtpSettings = SmtpSettings()
    postmark: PostmarkSettings = PostmarkSettings()
    twilio: TwilioSettings = TwilioSettings()
    pingen: PingenSettings = PingenSettings()
    channels: ChannelSettings = ChannelSettings()
    incoming: IncomingSettings = IncomingSettings()
    imap: ImapSettings = ImapSettings()
    letters: LetterSettings = LetterSettings()
    costs: CostSettings = CostSettings()
    queues: dict[str, QueueSettings] = Field(
        {}, description="Who looks after each queue of tasks, by the name that policies give it."
    )
    worker: WorkerSettings = WorkerSettings()
    retention: RetentionSettings = RetentionSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env files: one file is enough
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the caller says, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file())

    @model_validator(mode="after")
    def _channels_have_carriers(self) -> Self:
        if self.route("email") == "smtp" and self.smtp.host is None:
            raise ValueError("smtp.host, since channels.email is smtp")
        if self.route("email") == "postmark" and self.postmark.server_token is None:
            raise ValueError("postmark.server_token, since channels.email is postmark")
        if self.route("sms") == "twilio" and self.twilio.missing:
            raise ValueError(f"twilio.{self.twilio.missing[0]}, since channels.sms is twilio")
        if self.route("letter") == "print" and self.letters.folder is None:
            raise ValueError("letters.folder, since channels.letter is print")
        if self.route("letter") == "pingen" and self.pingen.missing:
            raise ValueError(f"pingen.{self.pingen.missing[0]}, since channels.letter is pingen")
        return self

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if self.oidc.missing:
            raise ValueError(f"oidc.{self.oidc.missing[0]}, since oidc.issuer is set")
        if self.oidc.issuer is not None and self.api.public_url is None:
            raise ValueError("api.public_url, since oidc.issuer is set")
        return self

    def route(self, channel: Channel) -> Route:
        """Where the notices of this channel go."""
        said: Route | None = getattr(self.channels, channel)
        if said is not None:
            return said
        if channel == "letter" and self.pingen.organisation is not None:
            return "pingen"
        if channel == "letter" and self.letters.folder is not None:
            return "print"
        carriers: dict[Channel, Route] = {}
        if self.postmark.server_token is not None:
            carriers["email"] = "postmark"
        if self.smtp.host is not None:
            carriers["email"] = "smtp"
        if self.twilio.account_sid is not None:
            carriers["sms"] = "twilio"
        without: Route = "off" if carriers and channel != "email" else "mailbox"
        return carriers.get(channel, without)

    def not_set(self, currencies: Collection[str]) -> tuple[str, ...]:
        """The settings for want of which notices wait (M1), where invoices are in these currencies.

        Where Stripe takes the money, its page is a way to pay in every currency.
        """
        creditor, page = self.creditor.as_creditor(), "stripe" if self.gateway == "stripe" else None
        if not currencies:
            payable = creditor.accounts or creditor.pay_url or page
            return creditor.unnamed if payable else (*creditor.unnamed, "creditor.accounts")
        return tuple(dict.fromkeys(place for one in sorted(currencies) for place in creditor.lacking(one, page)))

    @property
    def store_file(self) -> Path:
        """Where the store is, unless a database is named."""
        return self.data / "dunning.db"

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database.get_secret_value() if self.database else f"sqlite:///{self.store_file.absolute()}"


def settings_file() -> Path:
    """The TOML file: the one that `DUNNING_CONFIG` names, else `dunning.toml` here; it need not be there."""
    return Path(os.environ.get(FILE_VARIABLE) or FILE)
