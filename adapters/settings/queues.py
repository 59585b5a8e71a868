"""Who looks after a queue of tasks, and who is told where nobody answers (H6)."""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field, SecretStr, field_validator, model_validator

from adapters.escalations.queue import Queue
from adapters.person_names import EMAIL, name_of_person
from adapters.settings.group import Group

_POSTED_TO: Final = re.compile(r"https://[^\s#]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/[^\s#]*)?")
_SHORTEST_SECRET: Final = 24


class QueueSettings(Group):
    """A queue of tasks, by the name that policies give it. People are named as they sign in."""

    owner: str | None = Field(
        None, description="Who looks after its tasks, and is reminded first where nobody answers."
    )
    stand_in: str | None = Field(None, description="Who does while the owner's account is disabled.")
    manager: str | None = Field(
        None, description="Who is told where a reminder brought no answer, and from then on as well as the owner."
    )
    mail: str | None = Field(None, description="A mailbox of the team, which gets each of these reminders as well.")
    webhook: SecretStr | None = Field(
        None, description="An https address to which each escalation is posted as JSON; it may hold a secret."
    )
    webhook_secret: SecretStr | None = Field(
        None, description="What these posts are signed with, at least 24 random characters; left out: they are not."
    )

    @field_validator("owner", "stand_in", "manager")
    @classmethod
    def _is_a_person(cls, value: str | None) -> str | None:
        return None if value is None else name_of_person(value)

    @field_validator("mail")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not EMAIL.fullmatch(value):
            raise ValueError("an address such as collections@company.example")
        return value

    @field_validator("webhook")
    @classmethod
    def _reachable(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _POSTED_TO.fullmatch(value.get_secret_value()):
            raise ValueError("an address that begins with https://, or http:// on this machine")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"at least {_SHORTEST_SECRET} random characters")
        return value

    @model_validator(mode="after")
    def _signs_something(self) -> QueueSettings:
        if self.webhook_secret is not None and self.webhook is None:
            raise ValueError("webhook, since there is a webhook_secret")
        return self

    def as_queue(self, name: str) -> Queue:
        """The queue as reminders take it."""
        webhook, secret = self.webhook, self.webhook_secret
        return Queue(
            name, self.owner, self.stand_in, self.manager, self.mail,
            webhook.get_secret_value() if webhook else None, secret.get_secret_value() if secret else None,
        )  # fmt: skip
