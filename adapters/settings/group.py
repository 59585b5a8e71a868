"""What every group of settings is: a section of the file, checked whole."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Port = Annotated[int, Field(ge=1, le=65535)]
AnyPort = Annotated[int, Field(ge=0, le=65535)]


class Group(BaseModel):
    """Some settings that belong together; frozen, and nothing unknown is taken in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")
