"""What messages say, where it is the creditor's own."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from adapters.settings.group import Group


class MessageSettings(Group):
    """Words and looks of the creditor's own, before the shipped ones."""

    folder: Path | None = Field(
        None,
        description="A folder of texts and layouts that stand before the shipped ones, as `nl/friendly.jinja`, "
        "`layouts/email.html` and `brands/NAME/nl/friendly.jinja`; left out: what is shipped.",
    )

    @field_validator("folder")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("a folder that is there")
        return value

    @property
    def folders(self) -> tuple[Path, ...]:
        """The creditor's own folder, if there is one."""
        return (self.folder,) if self.folder else ()
