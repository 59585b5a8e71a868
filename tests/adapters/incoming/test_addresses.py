"""Signed addresses: nobody but us makes one, nothing can be read from one, and each is for one purpose."""

from __future__ import annotations

import re
import string

from adapters.email_message import as_email, email_address
from adapters.incoming.addresses import Signatures, Signed, SignedAddresses
from adapters.incoming.return_paths import ReturnPaths
from tests.adapters.letterboxes import a_parcel
from tests.fakes.creditors import NORTHWIND

SIGNATURES = Signatures(b"s" * 32)
DOMAIN = SignedAddresses(SIGNATURES, "reply.northwind.example")
MAILBOX = SignedAddresses(SIGNATURES, "northwind.example", "accounts")
PARCEL = "0f" * 16


def test_an_address_says_what_it_is_for_and_which_message_it_is_about() -> None:
    for place in (DOMAIN, MAILBOX):
        for purpose in ("bounce", "reply", "unsubscribe"):
            address = place.address(purpose, PARCEL)
            expected = Signed(purpose, SIGNATURES.token(PARCEL))
            assert place.read(address) == place.read(address.upper()) == expected
            assert len(address.partition("@")[0]) <= 64
            assert list(place.found_in([f"Somebody <{address}>, else@x.example"])) == [expected]


def test_nobody_else_makes_one() -> None:
    """One letter more, less or other, another place, purpose or secret, another message's token: it is none of ours."""
    address = DOMAIN.address("bounce", PARCEL)
    local = address.partition("@")[0]
    letters = string.ascii_lowercase + "234567"
    forged = [f"{local[:at]}{letter}{local[at + 1 :]}" for at in range(len(local)) for letter in letters]
    forged = [one for one in forged if one != local]
    forged += [local[:-1], f"{local}a", f"r{local[1:]}", "", "b", "b" * 33, f"{local}\n", f" {local}", "bé" * 11]
    forged.append(local[0] + SIGNATURES.token("another") + local[17:])
    assert [one for one in forged if DOMAIN.read(f"{one}@reply.northwind.example") is not None] == []
    elsewhere = (f"{local}@northwind.example", f"{local}@reply.northwind.example.evil.example", local, f"{local}@")
    assert [one for one in elsewhere if DOMAIN.read(one) or MAILBOX.read(one)] == []
    other = SignedAddresses(Signatures(b"t" * 32), "reply.northwind.example")
    assert other.read(address) is None


def test_nothing_can_be_read_from_one() -> None:
    """M4; not even by who can guess what it is about."""
    other = Signatures(b"t" * 32)
    assert SIGNATURES.token(PARCEL) != other.token(PARCEL)
    assert re.fullmatch("[a-z2-7]{16}", SIGNATURES.token("case:INV-2026-0042/step/friendly"))


def a_mail(**said: object) -> dict[str, str]:
    recipient = email_address("ap@acme.example")
    assert recipient is not None
    returns = ReturnPaths(SIGNATURES, **said)  # type: ignore[arg-type] # as the test says
    raw = as_email(a_parcel(), recipient, NORTHWIND, returns).as_bytes().decode()
    head = raw.partition("\r\n\r\n")[0].replace("\r\n ", " ")
    return dict(line.split(": ", 1) for line in head.split("\r\n"))


def test_a_notice_says_how_to_answer_and_how_to_get_no_more() -> None:
    """RFC 8058: a link over https, which a POST of one word serves, stands before the address."""
    mail = a_mail(addresses=DOMAIN, found_at="https://collections.a-rather-long-name-of-a-company.example/dunning/")
    parcel = a_parcel().id
    assert mail["Reply-To"] == f'"Northwind Studio B.V." <{DOMAIN.address("reply", parcel)}>'
    signed = SIGNATURES.signed("unsubscribe", parcel)
    link = f"https://collections.a-rather-long-name-of-a-company.example/dunning/u/{signed}"
    assert mail["List-Unsubscribe"] == f"<{link}>, <mailto:{DOMAIN.address('unsubscribe', parcel)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_each_part_of_it_can_be_left_out() -> None:
    without = a_mail()
    assert without["Reply-To"] == without["From"]
    assert not without.keys() & {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert a_mail(addresses=DOMAIN, reads_replies=False)["Reply-To"] == without["From"]
    assert not a_mail(addresses=DOMAIN, offers_unsubscribe=False).keys() & {"List-Unsubscribe"}
    by_mail = a_mail(addresses=DOMAIN, found_at="http://127.0.0.1:8080")
    assert by_mail["List-Unsubscribe"] == f"<mailto:{DOMAIN.address('unsubscribe', a_parcel().id)}>"
    assert "List-Unsubscribe-Post" not in by_mail
