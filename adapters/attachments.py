"""Files that people attach to what they write: what they are is told by their content, never by their name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, Literal

from dunning.errors import NotAllowed

Kind = Literal["pdf", "jpeg", "png"]
LARGEST: Final = 10_000_000  # bytes of one file
MOST: Final = 5  # files at once
TOGETHER: Final = 20_000_000  # bytes of these
MEDIA: Final[Mapping[str, str]] = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
ALLOWED: Final = f"a PDF, JPEG or PNG of at most {LARGEST // 1_000_000} MB"
_BEGINS: Final[Mapping[Kind, bytes]] = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_ENDINGS: Final[Mapping[Kind, tuple[str, ...]]] = {"pdf": (".pdf",), "jpeg": (".jpg", ".jpeg"), "png": (".png",)}
_UNFIT: Final = re.compile(r"[^\w .,()\[\]&+-]")
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file by its content and a name that no system takes for a path."""

    name: str
    kind: Kind
    content: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The same for the same content."""
        return sha256(self.content).hexdigest()


def attachment(name: str, content: bytes) -> Attachment:
    """The file, under a name that ends as its content is. Raises `NotAllowed` for another kind, or too large."""
    kind = next((kind for kind, begins in _BEGINS.items() if content.startswith(begins)), None)
    shown = _plain(name)
    if kind is None:
        raise NotAllowed("files", f"{shown}, which is none of these", ALLOWED)
    if len(content) > LARGEST:
        raise NotAllowed("files", f"{shown} of {len(content):,} bytes", ALLOWED)
    return Attachment(shown if shown.lower().endswith(_ENDINGS[kind]) else f"{shown}{_ENDINGS[kind][0]}", kind, content)


def _plain(name: str) -> str:
    """The last part of the path that a browser may send, without what could mean something to whoever saves it."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    return _UNFIT.sub("_", last).strip(" .")[-_LONGEST_NAME:] or "file"
