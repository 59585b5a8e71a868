"""Mail as servers, programs and people write it: with a default for everything that a test does not talk about."""

from __future__ import annotations

from email.message import EmailMessage

ADA = "ada@lovelace.example"


def a_mail(
    text: str = "We paid last week.",
    *,
    subject: str = "Re: A friendly reminder",
    sender: str = f"Ada <{ADA}>",
    to: str = "accounts@northwind.example",
    html: str | None = None,
    files: tuple[tuple[str, bytes], ...] = (),
    message_id: str = "<1@lovelace.example>",
    **more: str,
) -> bytes:
    """A person's mail; `more` are headers, with underscores for dashes."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, message_id
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes().replace(b"\n", b"\r\n")


def a_report(
    *groups: str,
    kind: str = "message/delivery-status",
    report: str = "delivery-status",
    original: str = "Message-ID: <x@northwind.example>\nSubject: A friendly reminder",
    message_id: str = "<dsn1@mx.example>",
) -> bytes:
    """A report as a mail server writes it, with its groups of fields."""
    status = "\n\n".join(groups)
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: whoever@northwind.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report}; boundary="=b"

--=b
Content-Type: text/plain

This is the mail system at host mx.example. I am sorry to have to tell you.

--=b
Content-Type: {kind}

{status}

--=b
Content-Type: text/rfc822-headers

{original}

--=b--
""".replace("\n", "\r\n").encode()


def a_bounce(
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <ada@lovelace.example>: Recipient address rejected: User unknown",
    *,
    action: str = "failed",
    to: str = ADA,
    **more: str,
) -> bytes:
    """A delivery report of Postfix."""
    return a_report(
        "Reporting-MTA: dns; mx.example\nArrival-Date: Mon, 2 Mar 2026 09:00:00 +0000",
        f"Final-Recipient: rfc822; {to}\nOriginal-Recipient: rfc822;{to}\nAction: {action}\nStatus: {status}\n"
        f"Remote-MTA: dns; mx.lovelace.example\nDiagnostic-Code: {said}",
        **more,
    )


def a_complaint(kind: str = "abuse", **more: str) -> bytes:
    """A feedback report as mailbox providers send it (RFC 5965)."""
    group = f"Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\nOriginal-Rcpt-To: {ADA}"
    return a_report(group, kind="message/feedback-report", report="feedback-report", **more)
