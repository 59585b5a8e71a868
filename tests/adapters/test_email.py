"""Notices by e-mail, in real conversations with a mail server that takes, puts off, refuses or breaks off."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.email import EmailCourier, SmtpServer, SmtpSettingsError
from adapters.incoming.addresses import Signatures, SignedAddresses
from adapters.incoming.return_paths import ReturnPaths
from dunning.errors import FateUnknown, NotTaken
from tests.adapters.letterboxes import a_parcel
from tests.adapters.mail_host import (
    CERTIFICATE,
    MailHost,
    breaking_off_mid_message,
    listening,
    overheard,
    taken_as,
    towards,
)
from tests.fakes.creditors import NORTHWIND


def courier(host: MailHost, **settings: Any) -> EmailCourier:
    return EmailCourier(towards(host.port, **settings), NORTHWIND)


async def test_a_notice_that_is_taken_is_known_by_its_message_id() -> None:
    async with listening(MailHost()) as host:
        message_id = await courier(host).deliver(a_parcel())
    assert message_id == host.only()["Message-ID"]
    assert host.taken[0].rcpt_tos == ["ap@acme.example"]
    assert host.taken[0].mail_from == "accounts@northwind.example"


async def test_a_notice_that_is_put_off_is_not_taken_and_leaves_at_the_next_try() -> None:
    async with listening(MailHost(recipients=["450 4.2.0 greylisted, come back later"])) as host:
        with pytest.raises(NotTaken, match=r"^smtp RCPT: answered 450 4.2.0$") as put_off:
            await courier(host).deliver(a_parcel())
        assert not put_off.value.lasting
        assert not host.taken
        assert await courier(host).deliver(a_parcel()) == host.only()["Message-ID"]


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 <ap@acme.example>: no such user",
        "550 no such user here",
        "552 5.2.2 mailbox full",
        "550 5.4.1 Recipient address rejected",
        "550 5.0.0 unknown",
        "553 mailbox name not allowed",
    ],
)
async def test_an_address_that_is_refused_for_good_is_an_answer_not_an_error(answer: str) -> None:
    async with listening(MailHost(recipients=[answer])) as host:
        assert await courier(host).deliver(a_parcel()) is None
    assert not host.taken


@pytest.mark.parametrize(
    "answer", ["554 5.7.1 <ap@acme.example>: Relay access denied", "530 Authentication required", "503 bad sequence"]
)
async def test_a_quarrel_between_servers_never_marks_a_debtor_as_unreachable(answer: str) -> None:
    async with listening(MailHost(recipients=[answer])) as host:
        with pytest.raises(NotTaken) as refusal:
            await courier(host).deliver(a_parcel())
    assert refusal.value.lasting
    assert "acme" not in str(refusal.value)


async def test_a_refused_sender_is_our_mistake() -> None:
    async with listening(MailHost(senders=["550 5.1.8 accounts@northwind.example: sender unknown"])) as host:
        with pytest.raises(NotTaken, match=r"^smtp MAIL: answered 550 5.1.8$"):
            await courier(host).deliver(a_parcel())


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 no such user", "550 5.1.10 takes no mail", "550 5.2.1 disabled", "552 5.2.2 mailbox full",
        "550 5.4.4 no way there", "550 no such user", "554 Transaction failed", "554 5.0.0 failed",
    ],
)  # fmt: skip
async def test_a_message_that_is_refused_for_good_after_all_of_it_was_read_is_a_refused_address(answer: str) -> None:
    async with listening(MailHost(contents=[answer])) as host:
        assert await courier(host).deliver(a_parcel()) is None
        assert not host.taken


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.7 bad sender", "550 5.1.8 sender unknown", "552 5.2.3 too long", "552 5.3.4 too large",
        "554 5.5.0 protocol", "550 5.6.0 looks like spam", "550 5.7.1 not wanted", "550 5.7.26 SPF and DKIM fail",
        "554 5.9.1 nobody knows",
    ],
)  # fmt: skip
@pytest.mark.parametrize("read_all", [False, True])
async def test_a_refusal_that_is_about_us_marks_no_address(answer: str, *, read_all: bool) -> None:
    """RFC 3463: the address is not at fault, so the notice waits for somebody who keeps the system (N1)."""
    async with listening(MailHost(contents=[answer]) if read_all else MailHost(recipients=[answer])) as host:
        with pytest.raises(NotTaken, match=f"answered {answer[:9]}") as refusal:
            await courier(host).deliver(a_parcel())
        assert (refusal.value.lasting, refusal.value.for_everybody) == (True, False)
        assert not host.taken


@pytest.mark.parametrize("answer, lasting", [("451 4.3.0 disk full", False), ("530 Authentication required", True)])
async def test_a_message_that_is_put_off_after_all_of_it_was_read_was_surely_not_taken(
    answer: str, *, lasting: bool
) -> None:
    async with listening(MailHost(contents=[answer])) as host:
        with pytest.raises(NotTaken, match=r"^smtp DATA: answered ") as refusal:
            await courier(host).deliver(a_parcel())
        assert refusal.value.lasting is lasting
        assert not host.taken


async def test_nobody_knows_the_fate_of_a_notice_when_the_server_breaks_off_in_its_midst() -> None:
    async with breaking_off_mid_message() as port:
        with pytest.raises(FateUnknown, match=r"^smtp DATA: SMTPServerDisconnected$"):
            await EmailCourier(towards(port), NORTHWIND).deliver(a_parcel())


async def test_nobody_knows_it_either_when_the_last_answer_is_lost_and_the_repeat_is_recognised_by_its_id() -> None:
    async with listening(MailHost(contents=["hang up"])) as host:
        with pytest.raises(FateUnknown):
            await courier(host).deliver(a_parcel())
        repeat = await courier(host).deliver(a_parcel())
    assert [taken_as(envelope)["Message-ID"] for envelope in host.taken] == [repeat, repeat]


async def test_nobody_knows_it_while_the_server_takes_too_long_to_say() -> None:
    async with listening(MailHost(contents=["fall silent"])) as host:
        with pytest.raises(FateUnknown, match=r"^smtp DATA: SMTPReadTimeoutError$"):
            await courier(host, patience=timedelta(milliseconds=200)).deliver(a_parcel())


async def test_the_next_notice_leaves_over_the_connection_of_the_one_before_and_asks_what_became_of_it() -> None:
    """RFC 3461: of what failed or is late, with its headers only, under the id of the parcel."""
    async with overheard() as (port, told):
        office = EmailCourier(towards(port), NORTHWIND)
        parcels = [a_parcel(), replace(a_parcel(), id="b" * 32)]
        for parcel in parcels:
            assert await office.deliver(parcel)
    [only] = told
    assert [line.split(" ", 1)[1] for line in only if line.startswith(("MAIL", "RCPT"))] == [
        line
        for parcel in parcels
        for line in (
            f"FROM:<accounts@northwind.example> RET=HDRS ENVID={parcel.id}",
            "TO:<ap@acme.example> NOTIFY=FAILURE,DELAY",
        )
    ]


async def test_notices_that_leave_together_have_a_connection_each() -> None:
    async with overheard() as (port, told):
        office = EmailCourier(towards(port), NORTHWIND)
        assert all(await asyncio.gather(*[office.deliver(a_parcel()) for _ in range(3)]))
        assert len(told) == 3
        assert all(await asyncio.gather(*[office.deliver(a_parcel()) for _ in range(3)]))
        assert len(told) == 3


@pytest.mark.parametrize("spoilt", ["451 4.3.0 come back later", "hang up"])
async def test_a_connection_on_which_something_failed_is_not_used_again(spoilt: str) -> None:
    async with listening(MailHost(contents=["250 OK", spoilt])) as host:
        office = courier(host)
        assert await office.deliver(a_parcel())
        with pytest.raises((NotTaken, FateUnknown)):
            await office.deliver(a_parcel())
        assert await office.deliver(a_parcel())


async def test_a_connection_that_its_server_closed_meanwhile_costs_no_notice() -> None:
    async with listening(MailHost(senders=["250 OK", "421 4.4.2 idle too long"])) as host:
        office = courier(host)
        assert await office.deliver(a_parcel())
        assert await office.deliver(a_parcel())
    assert len(host.taken) == 2


async def test_a_message_that_cannot_be_sent_as_it_is_has_surely_not_left() -> None:
    with pytest.raises(NotTaken, match=r"^smtp message: cannot be written, ValueError$"):
        await EmailCourier(towards(9), NORTHWIND).deliver(a_parcel(subject="Two\nlines"))


async def test_a_server_that_is_down_has_surely_not_taken_anything() -> None:
    async with listening(MailHost()) as host:
        port = host.port
    with pytest.raises(NotTaken, match=r"^smtp connection: SMTPConnectError: .* port \d+") as down:
        await EmailCourier(towards(port), NORTHWIND).deliver(a_parcel())
    assert not down.value.lasting


async def test_an_error_never_tells_who_was_written_to() -> None:
    async with listening(MailHost(recipients=["450 <sanne@example.nl> is asleep"])) as host:
        with pytest.raises(NotTaken) as put_off:
            await courier(host).deliver(a_parcel("sanne@example.nl"))
    assert put_off.value.__cause__ is None
    assert "sanne" not in repr(put_off.value)


async def test_starttls_encrypts_before_anything_is_said() -> None:
    async with listening(MailHost(), starttls=True, login=True) as host:
        signed_in = courier(host, security="starttls", username="northwind", password="sesame", authorities=CERTIFICATE)
        assert await signed_in.deliver(a_parcel())
    assert host.encrypted == [True]
    assert host.logins == ["northwind"]


async def test_tls_encrypts_from_the_first_byte() -> None:
    async with listening(MailHost(), tls=True) as host:
        assert await courier(host, security="tls", authorities=CERTIFICATE).deliver(a_parcel())
    assert len(host.taken) == 1


async def test_a_server_without_starttls_gets_nothing() -> None:
    async with listening(MailHost()) as host:
        with pytest.raises(NotTaken, match=r"^smtp connection: .*STARTTLS"):
            await courier(host, security="starttls").deliver(a_parcel())
    assert not host.taken


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    async with listening(MailHost(), tls=True) as host:
        with pytest.raises(NotTaken, match=r"^smtp connection: .*certificate"):
            await courier(host, security="tls").deliver(a_parcel())
    assert not host.taken


async def test_a_wrong_password_is_a_lasting_error_that_does_not_repeat_it() -> None:
    async with listening(MailHost(), starttls=True, login=True) as host:
        mistyped = courier(host, security="starttls", username="northwind", password="wrong", authorities=CERTIFICATE)
        with pytest.raises(NotTaken, match=r"^smtp connection: answered 535 5.7.8$") as refusal:
            await mistyped.deliver(a_parcel())
    assert refusal.value.lasting


def test_a_password_never_travels_openly_and_never_shows() -> None:
    with pytest.raises(SmtpSettingsError, match=r"^smtp.security: found plain and a password for mail.example; "):
        SmtpServer(host="mail.example", security="plain", username="northwind", password="sesame")
    assert SmtpServer(host="localhost", security="plain", username="northwind", password="sesame").host == "localhost"
    assert "sesame" not in repr(SmtpServer(username="northwind", password="sesame"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "acme",
        "@acme.example",
        "ap@",
        "ap@acme.example, other@acme.example",
        "Acme <ap@acme.example>",
        "ap@acme.example\r\nBcc: other@acme.example",
        "ap acme@acme.example",
        "jür gen@acme.example",
        "jür\u2028gen@acme.example",
        "ap@acme.example\x00",
        "ap@-.example..",
    ],
)
async def test_an_address_that_is_none_is_refused_without_asking_anybody(address: str) -> None:
    nowhere = EmailCourier(towards(9), NORTHWIND)
    assert await nowhere.deliver(a_parcel(address)) is None


async def test_a_domain_in_another_script_is_written_to_in_its_ascii_form() -> None:
    async with listening(MailHost()) as host:
        assert await courier(host).deliver(a_parcel("info@bücher.example"))
    assert host.taken[0].rcpt_tos == ["info@xn--bcher-kva.example"]


async def test_a_name_in_another_script_is_written_to_where_the_server_can() -> None:
    async with listening(MailHost(), utf8=True) as host:
        assert await courier(host).deliver(a_parcel("jürgen@acme.example"))
        assert host.taken[0].rcpt_tos == ["jürgen@acme.example"]
        assert "SMTPUTF8" in host.taken[0].mail_options
    async with listening(MailHost()) as host:
        assert await courier(host).deliver(a_parcel("jürgen@acme.example")) is None


async def test_bounces_go_where_they_are_read() -> None:
    async with listening(MailHost()) as host:
        await courier(host, returns_to="bounces@northwind.example").deliver(a_parcel())
    assert host.taken[0].mail_from == "bounces@northwind.example"
    assert "bounces" not in host.only().as_string()


async def test_with_addresses_of_its_own_each_message_says_where_it_wants_to_be_answered() -> None:
    """A sender that names the message goes before `returns_to`, and no header of the message shows it."""
    signatures = Signatures(b"s" * 32)
    returns = ReturnPaths(signatures, SignedAddresses(signatures, "reply.northwind.example"))
    async with listening(MailHost()) as host:
        server = towards(host.port, returns_to="bounces@northwind.example")
        for key in ("one", "two"):
            parcel = a_parcel(key=key)
            assert (
                await EmailCourier(server, NORTHWIND, returns).deliver(parcel) == taken_as(host.taken[-1])["Message-ID"]
            )
    senders = [envelope.mail_from for envelope in host.taken]
    assert senders == [returns.bounces(a_parcel(key=key).id) for key in ("one", "two")]
    for envelope in host.taken:
        mail = taken_as(envelope)
        assert envelope.mail_from is not None
        assert envelope.mail_from not in mail.as_string()
        assert mail["Reply-To"].endswith("@reply.northwind.example>")
        assert mail["List-Unsubscribe"].startswith("<mailto:u")
