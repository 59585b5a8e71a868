"""What a mail that came back is taken for: what servers and programs say in forms of their own, or else words."""

from __future__ import annotations

import time
from datetime import date
from email.message import EmailMessage

from adapters.incoming.meaning import (
    Absent,
    Answer,
    Arrived,
    Complaint,
    Meaning,
    Nothing,
    Returned,
    Unsubscribed,
    meaning,
)
from tests.mail_samples import ADA, a_bounce, a_complaint, a_mail, a_report

MONDAY = date(2026, 3, 2)
HARD, SOFT = Returned(hard=True), Returned(hard=False)


def said(content: bytes, *, is_wish: bool = False) -> Meaning:
    return meaning(content, MONDAY, ADA, is_wish=is_wish)


def words(content: bytes) -> str:
    found = said(content)
    assert isinstance(found, Answer), found
    return found.text


REPORTS: dict[str, tuple[bytes, Meaning]] = {
    "no such user": (a_bounce(), HARD),
    "gone, said in the answer alone": (a_bounce("5.0.0", "smtp; 550-5.1.1 The email account does not exist"), HARD),
    "no code but 550": (a_bounce("5.0.0", "smtp; 550 no mailbox by that name"), HARD),
    "no code at all": (a_bounce("5.0.0", "x-local; failed"), HARD),
    "no such domain": (a_bounce("5.4.4", "x-unix; host not found"), HARD),
    "disabled": (a_bounce("5.2.1", "smtp; 550 5.2.1 mailbox disabled"), HARD),
    "full": (a_bounce("5.2.2", "smtp; 552 5.2.2 mailbox full"), SOFT),
    "full, and still tried no more": (a_bounce("4.2.2", "smtp; 452 4.2.2 over quota"), SOFT),
    "time is up": (a_bounce("4.4.7", "smtp; 451 greylisted"), SOFT),
    "time is up, called permanent": (a_bounce("5.4.7", "smtp; 550 5.4.7 delivery time expired"), SOFT),
    "taken for spam": (a_bounce("5.7.1", "smtp; 550 5.7.1 message content rejected"), SOFT),
    "said twice, the exact one counts": (a_bounce("5.0.0", "smtp; 554 5.7.1 blocked"), SOFT),
    "still tried": (a_bounce("4.4.1", "smtp; 421 come back", action="delayed"), Nothing("delayed")),
    "arrived": (a_bounce("2.0.0", "smtp; 250 ok", action="delivered"), Arrived()),
    "handed on to who reports nothing": (a_bounce("2.0.0", "smtp; 250 ok", action="relayed"), Nothing("relayed")),
    "sent on by the recipient, and refused there": (a_bounce(to="elsewhere@gmail.example"), SOFT),
    "of a list, some got it": (
        a_report(
            "Reporting-MTA: dns; mx.example",
            "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1",
            "Final-Recipient: rfc822; b@x.example\nAction: delivered\nStatus: 2.0.0",
        ),
        Arrived(),
    ),
    "international": (
        a_report(
            "Reporting-MTA: dns; mx.example",
            f"Final-Recipient: utf-8; {ADA}\nAction: failed\nStatus: 5.1.1",
            kind="message/global-delivery-status",
        ),
        HARD,
    ),
    "folded and in capitals": (
        a_report(
            "REPORTING-MTA: dns; mx.example", f"FINAL-RECIPIENT: RFC822;\n {ADA.upper()}\nACTION: FAILED\nSTATUS: 5.1.1"
        ),
        HARD,
    ),
    "complaint": (a_complaint(), Complaint()),
    "wants no more": (a_complaint("opt-out"), Unsubscribed()),
    "no spam after all": (a_complaint("not-spam"), Nothing("feedback")),
    "Exim without a report": (a_mail("Unrouteable address", X_Failed_Recipients=ADA, sender="<>"), SOFT),
}


def test_what_servers_report_is_read_from_their_fields() -> None:
    """RFC 3464, RFC 5965."""
    assert {name: said(mail) for name, (mail, _) in REPORTS.items()} == {name: it for name, (_, it) in REPORTS.items()}


ABSENT = "I am out of the office until 9 March 2026 and read no mail."
AUTOMATIC: dict[str, tuple[bytes, Meaning]] = {
    "vacation(1)": (a_mail(ABSENT, subject="Re: reminder", Auto_Submitted="auto-replied"), Absent(date(2026, 3, 9))),
    "Exchange": (
        a_mail(ABSENT, subject="Automatic reply: x", X_Auto_Response_Suppress="All"),
        Absent(date(2026, 3, 9)),
    ),
    "older programs": (a_mail(ABSENT, X_Autoreply="yes"), Absent(date(2026, 3, 9))),
    "by its subject alone": (a_mail(ABSENT, subject="Out of Office: reminder"), Absent(date(2026, 3, 9))),
    "Dutch": (
        a_mail(
            "Ik ben afwezig tot en met 9 maart 2026.", subject="Automatisch antwoord: x", Auto_Submitted="auto-replied"
        ),
        Absent(date(2026, 3, 9)),
    ),
    "without a day": (a_mail("Thank you, we read your message.", Auto_Submitted="auto-replied"), Nothing("automatic")),
    "old headers without a day": (a_mail("We got your mail.", Precedence="auto_reply"), Nothing("automatic")),
}


def test_who_is_away_is_told_by_their_program() -> None:
    assert {name: said(mail) for name, (mail, _) in AUTOMATIC.items()} == {
        name: it for name, (_, it) in AUTOMATIC.items()
    }


def test_what_a_ticket_system_passes_on_is_a_persons_words() -> None:
    """Such systems mark what people write in them as automatic, too."""
    ticket = a_mail("We dispute this invoice.", Auto_Submitted="auto-generated", X_Auto_Response_Suppress="All")
    assert words(ticket) == "We dispute this invoice."
    assert words(a_mail("Paid!", Auto_Submitted="no")) == "Paid!"


def test_a_reply_is_what_is_new_in_it() -> None:
    quoted = "We paid last week.\n\nOn Mon, 2 Mar 2026, Northwind wrote:\n> Dear Acme,\n> please pay.\n"
    assert words(a_mail(quoted)) == "We paid last week."
    page = "<p>We paid <b>last</b> week.</p><blockquote><p>Dear Acme</p></blockquote><style>p{}</style>"
    only_html = a_mail(" \n", html=page)
    assert words(only_html) == "We paid last week."


def test_who_wrote_and_what_came_along_is_said() -> None:
    files = (("proof.pdf", b"%PDF"), ("a\r\nb.png", b"x"))
    told = words(a_mail("See attached.", files=files[:1], sender="The Boss <boss@lovelace.example>"))
    assert told == "See attached.\n\n[written by boss@lovelace.example]\n\n[1 attachment: proof.pdf]"
    assert words(a_mail("\n", subject="Paid on Monday")) == "Paid on Monday"
    assert words(a_mail("\n", subject="")) == "[a mail without words]"


def test_nothing_is_said_at_greater_length_than_a_case_takes() -> None:
    told = words(a_mail("word " * 4_000, files=(("proof.pdf", b"%PDF"),)))
    assert len(told) <= 4_000
    assert told.endswith("[1 attachment: proof.pdf]")


def test_a_wish_is_what_is_sent_to_its_address_unless_a_program_sent_it() -> None:
    assert said(a_mail("", subject="unsubscribe"), is_wish=True) == Unsubscribed()
    assert said(a_mail("Got it", Auto_Submitted="auto-replied"), is_wish=True) == Nothing("automatic")
    assert said(a_bounce(), is_wish=True) == HARD
    nobody = meaning(a_mail("Got it"), MONDAY, ADA, is_wish=True, from_nobody=True)
    assert isinstance(nobody, Answer)
    assert meaning(a_mail(ABSENT), MONDAY, ADA, from_nobody=True) == Absent(date(2026, 3, 9))


def test_who_passes_a_report_on_is_a_person() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = f"Ada <{ADA}>", "Fwd: Undelivered"
    mail.set_content("Your mail system sent me this, why?")
    mail.add_attachment(EmailMessage())
    assert words(mail.as_bytes()).startswith("Your mail system sent me this, why?")


def _nested(depth: int) -> bytes:
    heads = "".join(f'Content-Type: multipart/mixed; boundary="{number}"\n\n--{number}\n' for number in range(depth))
    return f"From: a@b.example\nMIME-Version: 1.0\n{heads}\nwords".encode()


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no headers": b"just words, and none of them a header",
    "zeros": b"\x00" * 1_000,
    "every byte": bytes(range(256)) * 40,
    "no such charset": b'Content-Type: text/plain; charset="klingon"\n\nwords',
    "a charset that is none": b"Content-Type: text/plain; charset*=a'b'c\n\nwords",
    "a codec that is no charset": b"Content-Type: text/plain; charset=base64\n\nd29yZHM=",
    "no such encoding": b"Content-Transfer-Encoding: klingon\n\nwords",
    "broken base64": b"Content-Transfer-Encoding: base64\n\n!!!!d29yZHM=!!",
    "broken uuencoding": b"Content-Transfer-Encoding: x-uuencode\n\nbegin 666 x\n!!!!\n",
    "encoded words that are none": b"Subject: =?utf-8?q?=ZZ?= =?x?b?!!?= =?utf-8?b?//8=?=\n\n",
    "utf-16 cut off": b"Content-Type: text/plain; charset=utf-16\n\n\xff\xfe\x00",
    "lone surrogates": b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
    "deep": _nested(2_000),
    "deep, but not too deep": _nested(150),
    "no end of boundaries": b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000,
    "a boundary of nothing": b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nx\n----\n',
    "no boundary": b"Content-Type: multipart/report; report-type=delivery-status\n\nwords",
    "a report of nothing": a_report(""),
    "a report of junk": a_report("Action: failed: failed\nStatus: 5", ": :", "\x01Action: failed"),
    "ten thousand groups": a_report(*["Final-Recipient: rfc822; a@b\nAction: expanded"] * 10_000),
    "a very long line": b"Subject: x\n\n" + b"a" * 1_000_000,
    "very many lines": b"Subject: x\n\n" + b"> \n" * 330_000,
    "very many tags": b"Content-Type: text/html\n\n" + b"<blockquote>" * 80_000,
    "very many entities": b"Content-Type: text/html\n\n" + b"&amp;<!" * 100_000,
    "a long header": b"Subject: " + b"=?utf-8?q?a?= " * 60_000 + b"\n\nwords",
    "many addresses": b"From: " + b"<a@b>, " * 100_000 + b"\n\nwords",
    "open quotes": b"From: " + b'"(' * 200_000 + b"\n\nwords",
    "many headers": b"".join(b"X-%d: y\n" % number for number in range(80_000)) + b"\nwords",
    "many parameters": b"Content-Type: text/plain" + b"".join(b"; a*%d=b" % n for n in range(50_000)) + b"\n\nwords",
    "smuggled lines": b"From: a@b.example\nSubject: a\r\r\nBcc: x\x0bTo: y\x85z\n\nwords\r\r\n.\r\n",
}


def test_whatever_a_stranger_writes_ends_as_words_that_can_be_kept() -> None:
    for name, content in HOSTILE.items():
        begun = time.process_time()
        found = said(content)
        assert time.process_time() - begun < 4, name
        assert isinstance(found, Answer | Nothing), name
        if isinstance(found, Answer):
            assert 0 < len(found.text) <= 4_000, name
            assert "\x00" not in found.text, name
            found.text.encode()
