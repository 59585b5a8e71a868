"""What stands in an e-mail: who, when, text and page, and never a header that somebody smuggled in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.correspondence import Parcel
from adapters.creditor import Creditor
from adapters.email_message import as_email, email_address
from adapters.parcel_id import parcel_id
from tests.adapters.letterboxes import a_parcel
from tests.fakes.creditors import NORTHWIND, a_creditor


def mailed(parcel: Parcel, creditor: Creditor = NORTHWIND) -> EmailMessage:
    recipient = email_address(parcel.to)
    assert recipient is not None
    return message_from_bytes(as_email(parcel, recipient, creditor).as_bytes(), policy=policy.default)


def test_a_message_has_a_text_and_a_page_that_say_who_when_and_why() -> None:
    message = mailed(a_parcel(at=datetime(2026, 3, 10, 9, 0, tzinfo=timezone(timedelta(hours=1)))))
    assert message["From"] == '"Northwind Studio B.V." <accounts@northwind.example>'
    assert message["Reply-To"] == message["From"]
    assert message["To"] == "ap@acme.example"
    assert message["Date"] == "Tue, 10 Mar 2026 09:00:00 +0100"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["MIME-Version"] == "1.0"
    assert message.get_content_type() == "multipart/alternative"
    text, page = message.iter_parts()
    assert text["Content-Type"] == 'text/plain; charset="utf-8"'
    assert text.get_content().replace("\r\n", "\n") == "Dear Acme,\n\nplease pay €\N{NO-BREAK SPACE}615,00.\n"
    assert page["Content-Type"] == 'text/html; charset="utf-8"'
    assert "&nbsp;615,00" in page.get_content()


@given(subject=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=300))
def test_a_subject_reads_as_it_was_written_and_no_line_is_too_long(subject: str) -> None:
    """Whatever letters it has; in words of which none is cut."""
    one_line = " ".join([subject[:100], "Rechnung", subject[100:]]).strip()
    recipient = email_address("ap@acme.example")
    assert recipient is not None
    written = as_email(a_parcel(subject=one_line), recipient, NORTHWIND).as_bytes()
    head = written.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    raw = message_from_bytes(written)["Subject"]  # as it stands there
    assert str(make_header(decode_header(raw))).split() == one_line.split()


def test_to_an_address_in_another_script_headers_stay_as_they_are() -> None:
    """SMTPUTF8."""
    recipient = email_address("jürgen@acme.example")
    assert recipient is not None
    written = as_email(a_parcel(subject="Für Jürgen"), recipient, NORTHWIND).as_bytes().decode()
    assert "To: jürgen@acme.example\r\n" in written
    assert "Subject: Für Jürgen\r\n" in written


def test_bulk_headers_stay_away_from_a_personal_matter() -> None:
    headers = {name.lower() for name in mailed(a_parcel())}
    assert not headers & {"list-id", "list-unsubscribe", "precedence", "bcc", "cc"}


def test_the_same_act_is_the_same_message_to_the_byte() -> None:
    recipient = email_address("ap@acme.example")
    assert recipient is not None
    first, again = (as_email(a_parcel(), recipient, NORTHWIND).as_bytes() for _ in range(2))
    assert first == again


def test_another_step_or_channel_is_another_message_and_no_id_tells_what_it_is_about() -> None:
    key = "case:INV-2026-0042/step/final"
    ids = {parcel_id(key, "email"), parcel_id(key, "sms"), parcel_id("case:INV-2026-0042/step/firm", "email")}
    assert len(ids) == 3
    message = mailed(a_parcel(key=key))
    assert message["Message-ID"] == f"<{parcel_id(key, 'email')}@northwind.example>"
    assert "INV" not in message["Message-ID"] + message["References"]


def test_the_messages_about_one_invoice_stand_together() -> None:
    one, two, other = (
        mailed(parcel)["References"] for parcel in (a_parcel(key="a"), a_parcel(key="b"), a_parcel(invoice_id="INV-2"))
    )
    assert one == two != other


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=200)


@given(subject=HOSTILE, text=HOSTILE, html=HOSTILE)
def test_nothing_that_is_written_becomes_a_header(subject: str, text: str, html: str) -> None:
    one_line = " ".join("".join(sign if sign.isprintable() else " " for sign in subject).split())
    plain = mailed(a_parcel())
    message = mailed(a_parcel(subject=one_line, text=text, html=html))
    assert message.keys() == plain.keys()
    assert message["To"] == plain["To"]
    assert message["From"] == plain["From"]


def test_a_subject_of_two_lines_is_refused_before_anything_leaves() -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mailed(a_parcel(subject="Reminder\r\nBcc: everyone@example.com"))


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=80))
def test_whatever_the_creditor_is_called_the_address_stays_the_same(name: str) -> None:
    message = mailed(a_parcel(), a_creditor(name=name))
    assert [address.addr_spec for address in message["From"].addresses] == ["accounts@northwind.example"]
