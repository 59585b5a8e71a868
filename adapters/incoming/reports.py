"""What mail servers report: whether a message arrived (RFC 3464), and who complained of it (RFC 5965).

Only what a server says in a form made for programs counts; its sentences are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from typing import Final, Literal

from adapters.incoming.mail import Part, header, text_of
from adapters.smtp_refusals import is_address_fault

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
Feedback = Literal["complaint", "opt-out", "none"]

_ACTIONS: Final[Mapping[str, Action]] = {
    "failed": "failed", "delayed": "delayed", "delivered": "delivered", "relayed": "relayed", "expanded": "expanded"
}  # fmt: skip
_STATUS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_FEEDBACK: Final = "message/feedback-report"
_FEEDBACKS: Final[Mapping[str, Feedback]] = {
    "abuse": "complaint", "fraud": "complaint", "other": "complaint", "opt-out": "opt-out", "opt-out-list": "opt-out"
}  # fmt: skip
_CODE: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_BASIC: Final = re.compile(r"\b([45]\d\d)[ -]")
_PASSES: Final = frozenset({("2", "2"), ("4", "1"), ("4", "5"), ("4", "6"), ("4", "7")})
"""What a server calls permanent though it passes: a full mailbox, no answer, too many, a loop, time that is up."""
_NO_SUCH: Final = frozenset({"550", "551", "553"})
_MOST: Final = 100  # groups of one report
_TYPED: Final = re.compile(r"^[a-z0-9-]+\s*;\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What became of a message for one recipient. `addresses` are those that the report knows them by, in small
    letters; `hard`: nothing will ever arrive there.
    """

    addresses: frozenset[str]
    action: Action
    hard: bool = False


def delivery_reports(mail: Part) -> tuple[RecipientReport, ...] | None:
    """What a delivery report says of each recipient; None for a mail that is none."""
    part = _part(mail, _STATUS)
    if part is None:
        return None
    found = (_recipient(group) for group in _groups(part))
    return tuple(one for one in found if one is not None)


def feedback(mail: Part) -> Feedback | None:
    """What the owner of a mailbox told their provider of our message; None for a mail that is no such report."""
    part = _part(mail, frozenset({_FEEDBACK}))
    if part is None:
        return None
    kinds = [header(group, "Feedback-Type").lower() for group in _groups(part)]
    kind = next((kind for kind in kinds if kind), "")
    return _FEEDBACKS.get(kind, "none")


def enclosed(mail: Part) -> Part | None:
    """The message that a report is about, or its headers, as far as it came along."""
    payload = mail.get_payload()
    for part in payload if isinstance(payload, list) else ():
        if not isinstance(part, Message):
            continue
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind in {"message/rfc822", "message/global"} and isinstance(inner, list) and inner:
            return inner[0] if isinstance(inner[0], Message) else None
        if kind in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
            return HeaderParser().parsestr(text_of(part) if not isinstance(inner, list) else str(inner[0]))
    return None


def _part(mail: Part, kinds: frozenset[str]) -> Part | None:
    """The part of a report that is for programs."""
    payload = mail.get_payload()
    if mail.get_content_maintype() != "multipart" or not isinstance(payload, list):
        return None
    parts = [part for part in payload if isinstance(part, Message)]
    return next((part for part in parts if part.get_content_type() in kinds), None)


def _groups(part: Part) -> Iterator[Part]:
    """The groups of fields, with an empty line between two, however the parser has taken them apart."""
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    texts = [block.as_string() for block in blocks[:_MOST]] or [text_of(part)]
    for text in texts:
        for group in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())[:_MOST]:
            yield HeaderParser().parsestr(group.strip("\n"))


def _recipient(group: Part) -> RecipientReport | None:
    action = _ACTIONS.get(header(group, "Action").lower().split(" ")[0] if header(group, "Action") else "")
    if action is None:
        return None
    known = (header(group, name) for name in ("Original-Recipient", "Final-Recipient"))
    addresses = frozenset(_TYPED.sub("", one).strip("<> ").lower() for one in known if one)
    status, said = header(group, "Status"), header(group, "Diagnostic-Code")
    return RecipientReport(addresses, action, hard=action == "failed" and is_hard(status, said))


def is_hard(status: str, said: str) -> bool:
    """Whether nothing will ever arrive at an address that failed with this status and this answer of its server.

    What a server has against us, and what passes though it is called permanent, leaves the address in use.
    """
    codes = [found for found in (_CODE.search(status), _CODE.search(said)) if found is not None]
    exact = next((code for code in codes if code[2] != "0"), None)
    if exact is not None:
        return exact[1] == "5" and (exact[2], exact[3]) not in _PASSES and is_address_fault(exact[2], exact[3])
    basic = _BASIC.search(f"{said} ")
    if basic is not None:
        return basic[1] in _NO_SUCH
    return bool(codes) and codes[0][1] == "5"
