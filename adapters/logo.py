"""A logo that travels with a message: no mail program fetches it from anywhere, so opening a message tells nobody."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from dunning.errors import NotAllowed

LARGEST: Final = 100_000  # bytes: it is in every message
_KINDS: Final = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}


@dataclass(frozen=True, slots=True)
class Logo:
    """An image by its bytes; `kind` is png, jpeg or gif, which every mail program shows."""

    kind: str
    data: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Its name within the message: the same image, the same name."""
        return f"{sha256(self.data).hexdigest()[:16]}@logo"

    @property
    def address(self) -> str:
        """What the page of an e-mail shows it by."""
        return f"cid:{self.name}"

    @property
    def inline(self) -> str:
        """The image as an address that needs no message around it, for previews and letters."""
        return f"data:image/{self.kind};base64,{b64encode(self.data).decode()}"


def read_logo(path: Path) -> Logo:
    """The logo in a file. Raises `NotAllowed` for what is no image, or too large."""
    allowed = f"a PNG, JPEG or GIF of at most {LARGEST:,} bytes"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotAllowed("logo", f"{path}: {error.strerror or error}", allowed) from None
    kind = next((kind for kind, begins in _KINDS.items() if data.startswith(begins)), None)
    if kind is None or len(data) > LARGEST:
        raise NotAllowed("logo", f"{path} of {len(data):,} bytes", allowed)
    return Logo(kind, data)
