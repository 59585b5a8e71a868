"""A parcel as an e-mail: text and page, headers that say what it is, and addresses that are some."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from hashlib import sha256
from typing import Any, Final

from adapters.correspondence import Parcel
from adapters.creditor import Creditor
from adapters.incoming.return_paths import ReturnPaths
from adapters.logo import Logo

_OTHER_SCRIPT: Final = re.compile(r"[^\x00-\x7f]")  # the library's parser takes these letters for mistakes
_THREAD_LENGTH: Final = 32
_ADDRESSES: Final = frozenset({"list-unsubscribe"})  # a program reads them, and none that is written as an encoded word


class _Written(EmailPolicy):
    """As mail travels; lists of links are broken between links alone, however long one is."""

    def fold(self, name: str, value: Any) -> str:
        """A header as lines."""
        if name.lower() in _ADDRESSES:
            return f"{name}: {str(value).replace(', ', f',{self.linesep} ')}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as bytes."""
        return (
            self.fold(name, value).encode() if name.lower() in _ADDRESSES else bytes(super().fold_binary(name, value))
        )


_POLICY: Final = _Written(linesep="\r\n")


def as_email(
    parcel: Parcel, recipient: Address, creditor: Creditor, returns: ReturnPaths | None = None
) -> EmailMessage:
    """The parcel as an e-mail. It is made of the parcel alone: the same parcel, the same bytes."""
    answers_to = returns.replies(parcel.id) if returns else None
    message = EmailMessage(_POLICY.clone(utf8=not recipient.addr_spec.isascii()))
    written = parcel.message
    name = written.sender or creditor.name
    message["From"] = Address(name, addr_spec=creditor.email)
    message["To"] = recipient
    message["Reply-To"] = Address(name, addr_spec=answers_to or written.reply_to or creditor.email)
    message["Subject"] = parcel.message.subject
    message["Date"] = parcel.at
    message["Message-ID"] = f"<{returns.name(parcel.id) if returns else parcel.id}@{creditor.domain}>"
    # The messages about one invoice stand together in the reader's program.
    message["References"] = f"<{sha256(parcel.invoice_id.encode()).hexdigest()[:_THREAD_LENGTH]}@{creditor.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (returns.headers(parcel.id) if returns else {}).items():
        message[name] = value
    message.set_content(parcel.message.text, cte="quoted-printable")
    if parcel.message.html is not None:
        message.add_alternative(parcel.message.html, subtype="html", cte="quoted-printable")
        if parcel.message.logo is not None:
            _show(message, parcel.message.logo, parcel.id)
        message.set_boundary(f"={parcel.id}")
    message["Content-Language"] = parcel.message.language  # last, for setting the content drops what it does not know
    return message


def _show(message: EmailMessage, logo: Logo, parcel_id: str) -> None:
    """Put the logo beside the page that shows it."""
    page = list(message.iter_parts())[-1]
    assert isinstance(page, EmailMessage)  # noqa: S101 - it was just put there
    page.add_related(logo.data, "image", logo.kind, cid=f"<{logo.name}>", disposition="inline")
    page.set_boundary(f"=page-{parcel_id}")


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
