"""A real IMAP server for tests, in a process of its own; what it has is gone with it."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from imap_tools.utils import encode_folder

from adapters.incoming.imap import MailboxAccount
from tests.adapters.mail_host import CERTIFICATE

USER, PASSWORD = "demouser", "demopass"


class ImapServer:
    """`put` is what arrives there, `flags` what a person sees."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._client: imaplib.IMAP4 | None = None  # to sign in takes longer than all the rest

    def account(self, **more: Any) -> MailboxAccount:
        said: dict[str, Any] = {
            "port": self.port,
            "security": "plain",
            "username": USER,
            "password": PASSWORD,
            "patience": 5.0,
        }
        return MailboxAccount("127.0.0.1", **said | more)

    @contextmanager
    def signed_in(self) -> Iterator[imaplib.IMAP4]:
        if self._client is None:
            self._client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
            self._client.login(USER, PASSWORD)
        yield self._client

    def put(self, content: bytes, folder: str = "INBOX") -> None:
        with self.signed_in() as client:
            assert client.append(folder, "", "", content)[0] == "OK"

    def empty(self) -> None:
        with self.signed_in() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()

    def make(self, folder: str) -> None:
        with self.signed_in() as client:
            assert client.create(encode_folder(folder).decode())[0] == "OK"

    def flags(self, folder: str = "INBOX") -> list[str]:
        """Those of each message, in order."""
        with self.signed_in() as client:
            client.select(encode_folder(folder).decode(), readonly=True)
            [found] = client.search(None, "ALL")[1]
            return [str(client.fetch(one.decode(), "(FLAGS)")[1][0]) for one in (found or b"").split()]

    def mark(self, number: int, flags: str) -> None:
        with self.signed_in() as client:
            client.select("INBOX")
            client.store(str(number), "+FLAGS", flags)


@contextmanager
def imap_server(*, tls: bool = False) -> Iterator[ImapServer]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    security = ["--cert", str(CERTIFICATE)] if tls else ["--no-tls"]
    program = str(Path(sys.executable).with_name("pymap"))
    said = [program, "--host", "127.0.0.1", "--port", str(port), *security, "dict"]
    with subprocess.Popen(said, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield ImapServer(port)
        finally:
            process.kill()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("pymap")
