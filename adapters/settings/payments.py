"""Who takes the money, whether it is real, and whether time is."""

from __future__ import annotations

import re
from typing import Final, Literal, Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

_STRIPE_KEY: Final = re.compile(r"(?:sk|rk)_(?P<mode>test|live)_\S+$")


class PaymentSettings(BaseModel):
    """Those settings of `Settings` that say who takes the money: real money only in real time."""

    virtual_time: bool = Field(
        default=False, description="Time is moved by hand (`dunning advance`); for trials, never for real debtors."
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

    @field_validator("stripe_api_key")
    @classmethod
    def _secret_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _STRIPE_KEY.match(value.get_secret_value()):
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
        found = _STRIPE_KEY.match(self.stripe_api_key.get_secret_value()) if self.stripe_api_key else None
        return found is not None and found["mode"] == "live"
