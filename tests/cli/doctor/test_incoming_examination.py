"""The doctor looks at what comes back by e-mail: who takes it, whether it can be read, what was left where it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from adapters.incoming.mail import ArrivedMail
from adapters.settings import Settings
from adapters.storage import migrate
from adapters.storage.engine.database import Database
from adapters.storage.mails import Mails
from cli.doctor.incoming_examination import examine_incoming_mail, examine_mailbox
from tests.adapters.incoming.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.adapters.incoming.test_receiver import Keeper, receiving
from tests.adapters.mail_host import CERTIFICATE

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def of(tmp_path: Path, **more: object) -> Settings:
    return Settings.model_validate({"data": tmp_path, **more})


async def test_who_takes_what_comes_back_is_said(tmp_path: Path) -> None:
    plain = await examine_incoming_mail(of(tmp_path, smtp={"returns_to": "bounces@n.example"}))
    assert (plain.well, plain.warns, plain.found) == (True, False, "none is read; bounces go to bounces@n.example")
    nobody = await examine_incoming_mail(of(tmp_path, incoming={"domain": "reply.n.example"}))
    assert (nobody.well, nobody.warns) == (True, True)
    assert "DUNNING_INCOMING__PORT" in nobody.fix
    async with receiving(Keeper()) as receiver:
        listens = {"domain": "reply.n.example", "port": receiver.port}
        found = await examine_incoming_mail(of(tmp_path, incoming=listens))
        assert found.found == f"reply.n.example, taken at 127.0.0.1:{receiver.port} without encryption"
        secured = await examine_incoming_mail(of(tmp_path, incoming=listens | {"certificate": CERTIFICATE}))
        assert (secured.warns, secured.found.endswith("with STARTTLS")) == (False, True)
    gone = await examine_incoming_mail(of(tmp_path, incoming=listens))
    assert (gone.well, gone.warns) == (True, True)
    assert "found nobody of ours" in gone.found
    bad = await examine_incoming_mail(of(tmp_path, incoming=listens | {"certificate": tmp_path / "none.pem"}))
    assert not bad.well
    assert "incoming.certificate" in bad.found


async def test_mail_that_cannot_be_read_is_a_warning(tmp_path: Path) -> None:
    settings = of(tmp_path, incoming={"address": "accounts@n.example"}, imap=_imap(1))
    await migrate(settings.database_url)
    store = Database(settings.database_url)
    mails = Mails(store)
    await mails.keep([ArrivedMail("a" * 16, "reply", from_nobody=False, content=b"x")], AT)
    assert (await examine_incoming_mail(settings)).found == "accounts@n.example, from the reply mailbox"
    for number in range(2):
        await mails.begin(AT + number * timedelta(hours=1))
    await store.close()
    found = await examine_incoming_mail(settings)
    assert (found.well, found.warns) == (True, True)
    assert found.found == "1 could not be read so far, the oldest of 2026-03-02 09:00 UTC"


def _imap(port: int, **more: object) -> dict[str, object]:
    said = {"host": "127.0.0.1", "port": port, "security": "plain", "username": USER, "password": SecretStr(PASSWORD)}
    return said | more


async def test_the_mailbox_is_opened_and_what_was_left_there_is_named(tmp_path: Path) -> None:
    assert "imap.host is not set" in (await examine_mailbox(of(tmp_path))).found
    down = await examine_mailbox(of(tmp_path, imap=_imap(1)))
    assert (down.well, down.found) == (False, "INBOX at 127.0.0.1: nobody listens there")
    with imap_server() as server:
        await _mailbox_of(server, tmp_path)


async def _mailbox_of(server: ImapServer, tmp_path: Path) -> None:
    settings = of(tmp_path, imap=_imap(server.port))
    assert (await examine_mailbox(settings)).found == "INBOX at 127.0.0.1"
    moving = await examine_mailbox(of(tmp_path, imap=_imap(server.port, taken_folder="Taken")))
    assert (moving.well, moving.warns) == (True, True)
    assert "there is no folder Taken" in moving.found
    await migrate(settings.database_url)
    store, name = Database(settings.database_url), server.account().name
    await Mails(store).leave((name, 1, 7), "not-ours", AT)
    assert (await examine_mailbox(settings)).found == "INBOX at 127.0.0.1; 1 about nothing of ours were left alone"
    await Mails(store).leave((name, 1, 8), "unreadable", AT)
    await store.close()
    found = await examine_mailbox(settings)
    assert (found.well, found.warns) == (True, True)
    assert found.found == "INBOX at 127.0.0.1: left UID 8 (cannot be taken apart)"
