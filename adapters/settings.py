"""Every setting of the product: what it is for, what it may be, and what goes together."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from adapters.bank_account import AccountError, BankAccount
from adapters.calendars import is_holiday_code, is_zone
from adapters.creditor import Creditor, CreditorError
from adapters.retention import Retention
from dunning.errors import MoneyError, NotAllowed
from dunning.money import exponent
from dunning.policy.parts import not_allowed
from dunning.records import Channel

PREFIX: Final = "DUNNING_"
FILE_VARIABLE: Final = "DUNNING_CONFIG"
FILE: Final = "dunning.toml"
Route = Literal["mailbox", "smtp", "off"]
Port = Annotated[int, Field(ge=1, le=65535)]
AnyPort = Annotated[int, Field(ge=0, le=65535)]


STRIPE_KEY: Final = re.compile(r"(?:sk|rk)_(?P<mode>test|live)_\S+$")


class Group(BaseModel):
    """Some settings that belong together; frozen, and nothing unknown is taken in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TemporalSettings(Group):
    """The Temporal server, for all commands but `up` and `demo`, which bring their own."""

    address: str = Field("127.0.0.1:7233", pattern=r"^[^\s/]+:[0-9]+$", description="Host and port of the frontend.")
    namespace: str = Field("default", min_length=1, description="The namespace of all cases.")
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


SHORTEST_SECRET: Final = 32
LONGEST_KEPT: Final = 36_500  # days


class AccountSettings(Group):
    """An account of the creditor that takes one currency: by its IBAN, or by a number as its country writes it."""

    iban: str = Field("", description="The account's IBAN; this or `number`.")
    number: str = Field("", description="The account's number where there is no IBAN, such as in GBP, USD or AUD.")
    routing: dict[str, str] = Field(
        {},
        description="What banks there ask for beside the number, by the name that it has there, "
        'such as `{"Sort code" = "60-16-13"}`.',
    )
    bic: str = Field("", description="The bank's BIC, for transfers from abroad; empty: left out of messages.")
    bank: str = Field("", description="The bank's name; empty: left out of messages.")
    holder: str = Field("", description="In whose name it is; empty: in the creditor's.")

    def as_account(self, currency: str) -> BankAccount:
        """The account as messages name it."""
        return BankAccount(currency, **{**self.model_dump(), "routing": tuple(self.routing.items())})


class CreditorSettings(Group):
    """Who writes to the debtors. Nothing is made up: no notice leaves while a part that it needs is empty (M1)."""

    name: str = Field("", description="The name that debtors know the creditor by; without it no notice leaves.")
    address: str = Field("", description="Postal address, with line breaks; without it no notice leaves.")
    email: str = Field("", description="Messages come from here and are answered to here; without it no notice leaves.")
    phone: str = Field("", description="For debtors who would rather call; empty: left out of messages.")
    registration: str = Field("", description="The line about the company's registration; empty: left out of messages.")
    accounts: dict[str, AccountSettings] = Field(
        {}, description="Where debtors transfer money, one account for each currency."
    )
    pay_url: str = Field(
        "", description="Where debtors pay online, in any currency; the invoice's id is added. Empty: left out."
    )
    country: str = Field("NL", description="Its holidays stand in where a customer's are not known.")
    timezone: str = Field("Europe/Amsterdam", description="Stands in where a customer's is not known (rule T1).")
    locale: str = Field("en", description="The language for debtors whose own is not shipped.")
    credits: Literal["use", "keep"] = Field(
        "use",
        description="A customer's credit is used for what they owe elsewhere, or kept (`keep`) until a person says so "
        "(P8).",
    )

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError("an IANA time zone such as Europe/Amsterdam")
        return value

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        if not is_holiday_code(value) or "-" in value:
            raise ValueError("a country in two capitals, such as NL")
        return value

    @field_validator("accounts", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        """Variables of the environment come in small letters, and stand above what the file says of that currency."""
        if not isinstance(value, dict) or not all(isinstance(said, dict) for said in value.values()):
            return value
        merged: dict[str, dict[str, object]] = {}
        for currency, said in value.items():
            merged.setdefault(str(currency).upper(), {}).update(said)
        return merged

    @model_validator(mode="after")
    def _usable(self) -> Self:
        for currency, account in self.accounts.items():
            try:
                exponent(currency)
                account.as_account(currency)
            except MoneyError as error:
                raise self._misplaced(error, ("accounts", currency)) from None
            except AccountError as error:
                place = (error.place,) if error.place else ()
                raise self._misplaced(error, ("accounts", currency, *place)) from None
        try:
            self.as_creditor()
        except CreditorError as error:
            raise self._misplaced(error, (error.place,)) from None
        return self

    @staticmethod
    def _misplaced(said: NotAllowed, place: tuple[str, ...]) -> ValidationError:
        """The creditor's own complaint, at the setting that it is about."""
        wrong = InitErrorDetails(type=not_allowed(said.allowed, found=said.found), loc=place, input=said.found)
        return ValidationError.from_exception_data("CreditorSettings", [wrong])

    def as_creditor(self) -> Creditor:
        """The creditor as every message names them."""
        accounts = tuple([account.as_account(currency) for currency, account in self.accounts.items()])
        return Creditor(**self.model_dump(exclude={"timezone", "credits", "accounts"}), accounts=accounts)


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
    """Where the notices of each channel go: `mailbox` (kept for reading), `smtp` (e-mail only) or `off`."""

    email: Route | None = Field(None, description="Left out: `smtp` if there is a mail server, else `mailbox`.")
    sms: Literal["mailbox", "off"] | None = Field(
        None, description="Left out: `off` if there is a mail server, else `mailbox`."
    )
    letter: Literal["mailbox", "off"] | None = Field(
        None, description="Left out: `off` if there is a mail server, else `mailbox`."
    )


class RetentionSettings(Group):
    """For how many days is kept what is no record of a debt. The worker lets go of the rest every hour."""

    replies: int = Field(30, ge=1, le=LONGEST_KEPT, description="The API's answers by `Idempotency-Key`.")
    provider_events: int = Field(
        90, ge=30, le=LONGEST_KEPT, description="Which events of a payment provider were taken, so that none is twice."
    )
    told: int = Field(
        730,
        ge=30,
        le=LONGEST_KEPT,
        description="Addresses and reasons of a case, once it has ended; ids, sums and days stay.",
    )
    mailbox: int = Field(365, ge=1, le=LONGEST_KEPT, description="Messages in the built-in mailbox.")

    def as_retention(self) -> Retention:
        """As the store takes it."""
        return Retention(**{name: timedelta(days=days) for name, days in self.model_dump().items()})


class QueueSettings(Group):
    """How much one worker process takes on."""

    cached_cases: int = Field(1000, ge=0, description="Cases kept in memory; about 100 KB each.")
    grace: timedelta = Field(
        timedelta(seconds=20),
        ge=timedelta(0),
        description="What a stopping worker may take to finish (hours:minutes:seconds).",
    )


class Settings(BaseSettings):
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
    virtual_time: bool = Field(
        default=False, description="Time is moved by hand (`dunning advance`); for trials, never for real debtors."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that we log; libraries are heard from their warnings on."
    )
    gateway: Literal["sandbox", "stripe"] = Field(
        "sandbox", description="Who takes the money: `sandbox` takes none, `stripe` charges for real."
    )
    stripe_api_key: SecretStr | None = Field(
        None, description="A secret or restricted key of Stripe, `sk_...` or `rk_...`."
    )
    stripe_webhook_secret: SecretStr | None = Field(
        None, description="What Stripe signs its events with, `whsec_...`; left out: none are taken."
    )
    stripe_account: str | None = Field(
        None,
        pattern="^acct_[A-Za-z0-9]+$",
        description="Our account at Stripe, `acct_...`, where events name it; left out: an event that names an account "
        "is another's, and books nothing.",
    )
    stripe_mode: Literal["live", "test"] | None = Field(
        None,
        description="Whose events are taken, those of real or of test money; left out: as the key says, `test` in "
        "virtual time, and without a key both.",
    )
    stripe_api_base: str = Field(
        "https://api.stripe.com",
        pattern=r"^(https://[^\s/?#]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)$",
        description="Where Stripe is; another place is for trials.",
    )
    temporal: TemporalSettings = TemporalSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    api: ApiSettings = ApiSettings()
    creditor: CreditorSettings = CreditorSettings()
    smtp: SmtpSettings = SmtpSettings()
    channels: ChannelSettings = ChannelSettings()
    queues: QueueSettings = QueueSettings()
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
    def _mail_has_a_server(self) -> Self:
        if self.route("email") == "smtp" and self.smtp.host is None:
            raise ValueError("smtp.host, since channels.email is smtp")
        return self

    @field_validator("stripe_api_key")
    @classmethod
    def _secret_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not STRIPE_KEY.match(value.get_secret_value()):
            raise ValueError("a secret or restricted key, sk_... or rk_...")
        return value

    @model_validator(mode="after")
    def _real_money_in_real_time(self) -> Self:
        if self.gateway == "stripe" and self.stripe_api_key is None:
            raise ValueError("stripe_api_key, since gateway is stripe")
        if self.virtual_time and self.stripe_is_live:
            raise ValueError("a test key in stripe_api_key, since virtual_time is for trials")
        return self

    @model_validator(mode="after")
    def _one_mode(self) -> Self:
        mode = self.stripe_takes
        if self.stripe_mode not in {None, mode}:
            why = "stripe_api_key is of that mode" if self.stripe_api_key else "virtual_time is for trials"
            raise ValueError(f"{mode} in stripe_mode, since {why}")
        return self

    @property
    def stripe_takes(self) -> Literal["live", "test"] | None:
        """Of which mode the events are that we take; None: of both, since nothing says it."""
        if self.stripe_api_key is not None:
            return "live" if self.stripe_is_live else "test"
        return "test" if self.virtual_time else self.stripe_mode

    @property
    def stripe_is_live(self) -> bool:
        """Whether Stripe moves real money with our key."""
        found = STRIPE_KEY.match(self.stripe_api_key.get_secret_value()) if self.stripe_api_key else None
        return found is not None and found["mode"] == "live"

    def route(self, channel: Channel) -> Route:
        """Where the notices of this channel go."""
        said: Route | None = getattr(self.channels, channel)
        if said is not None:
            return said
        if self.smtp.host is None:
            return "mailbox"
        return "smtp" if channel == "email" else "off"

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
