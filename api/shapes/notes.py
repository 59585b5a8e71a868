"""Notes that people write for one another, about a case or about a customer."""

from __future__ import annotations

from pydantic import Field

from adapters.storage.notes import NoteView
from api.shapes.values import Moment, Note, OneLine, Shape, example


class NoteIn(Shape):
    """What is worth knowing about a case or a customer. No case hears of it, and nothing follows from it."""

    model_config = example(text="The owner is back on Thursday; ask for Ms de Wit.", by="r.devries")

    text: Note
    by: OneLine | None = None


class NoteOut(Shape):
    """A note as it stands."""

    id: str
    customer_id: str
    invoice_id: str | None = Field(description="the case that it is about; null where it is about the customer")
    text: str
    by: str | None
    authenticated: str | None = Field(description="who was let in and wrote it: the key, or the session")
    at: Moment

    @classmethod
    def of(cls, view: NoteView) -> NoteOut:
        """As the store knows it."""
        return cls.model_validate({name: getattr(view, name) for name in cls.model_fields})
