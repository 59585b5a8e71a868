"""An e-mail as it goes over the line: headers and parts, written once and read by nobody on the way.

The standard library reads each header again that is put into it, and writes quoted-printable by hand: that takes four
times as long as to find the words of the message. What stands here are the few forms that our messages have.
"""

from __future__ import annotations

import base64
import re
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

LINE: Final = 78  # signs, where a line can be broken (RFC 5322)
_LONGEST_WORD: Final = 900  # of a line that cannot be: servers take 998
_ROOM: Final = 63  # of an encoded word's 75 signs, less "=?utf-8?q?" and "?=" (RFC 2047)
_ATOM: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\- ]*")
_PLAIN: Final = re.compile(rb"[A-Za-z0-9!*+/-]")
Value = str | Address | datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: its headers, and its body in lines that end with CRLF."""

    headers: tuple[str, ...]
    body: bytes

    def lines(self) -> Iterator[bytes]:
        """All that it is."""
        yield "".join(f"{header}\r\n" for header in self.headers).encode()
        yield b"\r\n"
        yield self.body


def text_part(kind: str, text: str) -> Part:
    """A text in quoted-printable; `kind` is such as `plain`."""
    body = b"\r\n".join([*text.encode().splitlines(), b""]) or b"\r\n"
    headers = (f'Content-Type: text/{kind}; charset="utf-8"', "Content-Transfer-Encoding: quoted-printable")
    return Part(headers, b2a_qp(body, istext=True))


def image_part(kind: str, data: bytes, name: str) -> Part:
    """An image that a page shows as `cid:NAME`."""
    headers = (
        f"Content-Type: image/{kind}",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: inline",
        f"Content-ID: <{name}>",
    )
    return Part(headers, base64.encodebytes(data).replace(b"\n", b"\r\n"))


def several(how: str, parts: tuple[Part, ...], boundary: str) -> Part:
    """Parts that are one: `alternative` ways to say the same, or `related` to the first of them."""
    marked = [line for part in parts for line in (f"--{boundary}\r\n".encode(), *part.lines(), b"\r\n")]
    return Part(
        (f'Content-Type: multipart/{how};\r\n boundary="{boundary}"',),
        b"".join([*marked, b"--", boundary.encode(), b"--\r\n"]),
    )


@dataclass(slots=True)
class Mail:
    """A message: its headers in the order in which they were put, and its body.

    A header reads as what was put there; in the bytes whatever is not ASCII is encoded, unless `utf8` says that the
    server takes it as it is (SMTPUTF8). A line break in one raises `ValueError`, so that nobody smuggles in another.
    """

    utf8: bool = False
    body: Part = field(default_factory=lambda: text_part("plain", ""))
    _headers: dict[str, Value] = field(default_factory=dict)

    def __setitem__(self, name: str, value: Value) -> None:
        if isinstance(value, str) and ("\r" in value or "\n" in value):
            raise ValueError(f"{name}: header values may not contain linefeed or carriage return characters")
        self._headers[name] = value

    def __getitem__(self, name: str) -> str:
        value = self._headers[name]
        return format_datetime(value) if isinstance(value, datetime) else str(value)

    def __contains__(self, name: str) -> bool:
        return name in self._headers

    def as_bytes(self) -> bytes:
        """The whole of it, with CRLF."""
        written = [self._written(name, value) for name, value in self._headers.items()]
        head = "".join(f"{line}\r\n" for line in (*written, "MIME-Version: 1.0"))
        return b"".join((head.encode(), *self.body.lines()))

    def _written(self, name: str, value: Value) -> str:
        if isinstance(value, datetime):
            return f"{name}: {format_datetime(value)}"
        if isinstance(value, Address):
            return _addressed(name, value.display_name, value.addr_spec, self.utf8)
        return _folded(name, value) if _is_open(value) or self.utf8 else _encoded(name, value)


def _is_open(text: str) -> bool:
    """Whether it can stand in a header as it is."""
    return text.isascii() and "=?" not in text and max(map(len, text.split(" "))) <= _LONGEST_WORD


@lru_cache(maxsize=1024)
def _addressed(name: str, shown: str, spec: str, utf8: bool) -> str:  # noqa: FBT001 - cached by position
    if not shown:
        return f"{name}: {spec}"
    if not (_is_open(shown) or utf8):
        return _encoded(name, shown, f"<{spec}>")
    words = shown if _ATOM.fullmatch(shown) else '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    whole = f"{name}: {words} <{spec}>"
    return whole if len(whole) <= LINE else f"{name}: {words}\r\n <{spec}>"


def _folded(name: str, text: str) -> str:
    """The text, broken at spaces where a line would be too long."""
    whole = f"{name}: {text}"
    if len(whole) <= LINE:
        return whole
    lines, line = [], f"{name}:"
    for word in text.split(" "):
        if word and len(line) + 1 + len(word) > LINE and line.strip() and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line])


def _encoded(name: str, text: str, after: str = "") -> str:
    """The text as encoded words, a line each where one is not enough; `after` stands behind them as it is."""
    words = [f"=?utf-8?q?{word}?=" for word in _words(text)]
    joined = "\r\n ".join([*words, after] if after else words)
    first = f"{name}: {joined}"
    return first if len(first.partition("\r\n")[0]) <= LINE else f"{name}:\r\n {joined}"


def _words(text: str) -> Iterator[str]:
    """The text in pieces of at most the room of an encoded word; no character is cut in two."""
    piece = ""
    for sign in text:
        shown = "_" if sign == " " else "".join(_byte(one) for one in sign.encode())
        if len(piece) + len(shown) > _ROOM:
            yield piece
            piece = ""
        piece += shown
    yield piece


def _byte(one: int) -> str:
    return chr(one) if _PLAIN.fullmatch(bytes((one,))) else f"={one:02X}"
