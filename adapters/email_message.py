"""A parcel as an e-mail: text and page, headers that say what it is, and addresses that are some."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from functools import lru_cache
from hashlib import sha256
from typing import Final

from adapters.correspondence import Parcel
from adapters.creditor import Creditor
from adapters.incoming.return_paths import ReturnPaths
from adapters.mail import Mail, Part, image_part, several, text_part

_OTHER_SCRIPT: Final = re.compile(r"[^\x00-\x7f]")  # the library's parser takes these letters for mistakes
_THREAD_LENGTH: Final = 32


def as_email(parcel: Parcel, recipient: Address, creditor: Creditor, returns: ReturnPaths | None = None) -> Mail:
    """The parcel as an e-mail. It is made of the parcel alone: the same parcel, the same bytes."""
    answers_to = returns.replies(parcel.id) if returns else None
    mail = Mail(utf8=not recipient.addr_spec.isascii())
    written = parcel.message
    name = written.sender or creditor.name
    mail["From"] = _address(name, creditor.email)
    mail["To"] = recipient
    mail["Reply-To"] = _address(name, answers_to or written.reply_to or creditor.email)
    mail["Subject"] = written.subject
    mail["Date"] = parcel.at
    mail["Message-ID"] = f"<{returns.name(parcel.id) if returns else parcel.id}@{creditor.domain}>"
    # The messages about one invoice stand together in the reader's program.
    mail["References"] = f"<{sha256(parcel.invoice_id.encode()).hexdigest()[:_THREAD_LENGTH]}@{creditor.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    for header, value in (returns.headers(parcel.id) if returns else {}).items():
        mail[header] = value
    mail["Content-Language"] = written.language
    mail.body = _body(parcel)
    return mail


def _body(parcel: Parcel) -> Part:
    """The text, and beside it the page with its logo, if there is one."""
    written = parcel.message
    text = text_part("plain", written.text)
    if written.html is None:
        return text
    page = text_part("html", written.html)
    if written.logo is not None:
        logo = image_part(written.logo.kind, written.logo.data, written.logo.name)
        page = several("related", (page, logo), f"=page-{parcel.id}")
    return several("alternative", (text, page), f"={parcel.id}")


@lru_cache(maxsize=1024)
def _address(name: str, spec: str) -> Address:
    """Parsed once: the creditor writes under few names."""
    return Address(name, addr_spec=spec)


def email_address(address: str) -> Address | None:
    """The address as mail servers want it, the domain in ASCII; None if no message can ever reach it."""
    try:
        local, domain = address.strip().rsplit("@", 1)
        domain = domain.encode("idna").decode("ascii")
        found = Address(addr_spec=f"{_OTHER_SCRIPT.sub('x', local)}@{domain}")
        if not local.isascii():
            found = Address(username=local, domain=domain)
    except (MessageError, ValueError, IndexError):  # the last is how the parser says that something ends too soon
        return None
    usable = found.addr_spec.isprintable() and " " not in found.addr_spec and found.domain
    return found if usable else None
