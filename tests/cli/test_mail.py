"""Mail that comes back, from the notice to the case, over real SMTP and IMAP, also when who took it dies."""

from __future__ import annotations

import asyncio
import signal
import smtplib
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.mailbox import RememberedMailbox
from adapters.mailbox_server import MailboxServer
from tests.adapters.incoming.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.cli.programs import FREE_PORTS, PATIENCE, Program, said
from tests.mail_samples import a_bounce, a_mail

ROWS = (
    "id,amount,currency,due_on,customer_id,customer_kind,customer_country,customer_email\n"
    "INV-1,250.00,EUR,2026-03-02,c1,business,NL,ap@acme.example\n"
)
POLICY = """\
name: mailing
calendar: {contact_hours: "00:00-23:59", contact_days: any}
steps:
  - name: reminder
    after: 1 days
    do: [{notify: {message: friendly, by: [email]}}]
  - name: final
    after: 60 days
    do: [{notify: {message: final, by: [email]}}]
"""


def settings_for(mail: MailboxServer, imap: ImapServer) -> dict[str, str]:
    return {
        **FREE_PORTS,
        "DUNNING_POLICIES": "policy.yaml",
        "DUNNING_SPREAD": "0:00:00",
        "DUNNING_SMTP__HOST": "127.0.0.1",
        "DUNNING_SMTP__PORT": str(mail.port),
        "DUNNING_SMTP__SECURITY": "plain",
        "DUNNING_INCOMING__DOMAIN": "reply.acme.example",
        "DUNNING_INCOMING__PORT": "0",
        "DUNNING_API__PUBLIC_URL": "https://dunning.acme.example",
        "DUNNING_IMAP__HOST": "127.0.0.1",
        "DUNNING_IMAP__PORT": str(imap.port),
        "DUNNING_IMAP__SECURITY": "plain",
        "DUNNING_IMAP__USERNAME": USER,
        "DUNNING_IMAP__PASSWORD": PASSWORD,
        "DUNNING_IMAP__EVERY": "0:00:05",
        "DUNNING_CREDITOR__NAME": "Acme B.V.",
        "DUNNING_CREDITOR__ADDRESS": "Kade 1, Amsterdam",
        "DUNNING_CREDITOR__EMAIL": "ar@acme.example",
        "DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN": "NL02ABNA0123456789",
    }


@pytest.mark.slow
async def test_what_comes_back_reaches_its_case_whatever_dies(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text(ROWS)
    (tmp_path / "policy.yaml").write_text(POLICY)
    mailbox = RememberedMailbox()
    with imap_server() as imap:
        async with MailboxServer(mailbox) as mail:
            settings = settings_for(mail, imap)
            place = await asyncio.to_thread(_notice_leaves, tmp_path, settings, mailbox)
            assert place.endswith("@reply.acme.example")
            await asyncio.to_thread(_comes_back, tmp_path, settings, imap, place)


def _notice_leaves(folder: Path, settings: dict[str, str], mailbox: RememberedMailbox) -> str:
    """The envelope sender of the notice."""
    with Program("up", "--json", folder=folder, settings=settings) as up:
        up.event()
        said("import", "invoices", "invoices.csv", folder=folder, settings=settings)
        sent: Sequence[Any] = ()
        for _ in range(int(PATIENCE)):
            sent = sent or asyncio.run(mailbox.list())
            time.sleep(0 if sent else 0.5)
        assert up.stop() == 0, up.words
    [message] = sent
    return str(message.sender)


def _comes_back(folder: Path, settings: dict[str, str], imap: ImapServer, place: str) -> None:
    with Program("up", "--json", folder=folder, settings=settings) as up:
        port = int(up.event()["mail"].rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            client.sendmail("", [place], a_mail("We paid last week."))
        up.stop(signal.SIGKILL)  # right after 250
    with Program("up", "--json", folder=folder, settings=settings) as up:
        port = int(up.event()["mail"].rpartition(":")[2])
        assert _lines(folder, "replied", 1) == 1
        imap.put(a_mail("And here is the proof.", to=f"Acme <{place}>", message_id="<2@acme.example>"))
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            client.sendmail("", [place], a_mail("We paid last week."))  # once more
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("", ["somebody@reply.acme.example"], a_mail())
            client.sendmail("", [place], a_bounce(to="ap@acme.example"))
        assert _lines(folder, "bounced", 1) == 1
        assert _lines(folder, "replied", 2) == 2
        assert "Seen" in imap.flags()[0]
        assert up.stop() == 0, up.words
        assert "acme.example" not in up.words.replace("dunning.acme.example", "")


def _lines(folder: Path, kind: str, wanted: int) -> int:
    """How many lines of that kind the journal has, once they are as many as wanted or patience ends."""
    found = 0
    for _ in range(int(2 * PATIENCE)):
        with closing(sqlite3.connect(folder / ".dunning" / "dunning.db")) as database:
            [found] = database.execute("SELECT count(*) FROM journal_lines WHERE kind = ?", (kind,)).fetchone()
        if found >= wanted:
            break
        time.sleep(0.5)
    return int(found)
