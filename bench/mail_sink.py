"""A mail server of a process of its own that takes everything: `python -m bench.mail_sink` prints its port."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from typing import Final

HOST: Final = "127.0.0.1"
_LARGEST: Final = 2**20
_SAID: Final = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


async def _hear(reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"220 sink ESMTP\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        writer.write(_SAID.get(word, b"250 OK\r\n"))
        if word == b"DATA":
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 OK\r\n")
        await writer.drain()
        if word == b"QUIT":
            break
    writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_hear, HOST, 0, limit=_LARGEST)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
