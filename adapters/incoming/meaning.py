"""What a mail that came back says: a server's report, a program that answers for somebody, a wish, or a person's words.

Whatever is no report for sure is a person's words: somebody reads them, so nothing is lost (M5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from typing import Final

from adapters.incoming.mail import Part, Unreadable, clean, decoded, header, opened, parts_of, text_of
from adapters.incoming.plain_text import as_text
from adapters.incoming.reports import Feedback, RecipientReport, delivery_reports, feedback
from adapters.replies.reading import Reading, read
from dunning.facts import LONGEST_REPLY

_CUT: Final = " […]"
_LONGEST_NAME: Final = 100
_LONGEST_PAGE: Final = 200_000
_LONGEST_TEXT: Final = 50_000  # letters that are read; nobody writes so much anew
_AUTOMATIC: Final = {
    "auto-submitted": ("auto-replied",),
    "x-autoreply": ("",),
    "x-autorespond": ("",),
    "x-auto-reply": ("",),
    "precedence": ("auto_reply", "auto-reply", "autoreply"),
}
"""Headers of programs that answer by themselves, and how what they say begins (RFC 3834, and what is older)."""
_MAYBE: Final = {
    "auto-submitted": ("auto-",),
    "x-auto-response-suppress": ("",),
    "precedence": ("bulk", "junk", "list"),
}
"""Headers of such programs and of systems in which people write, too."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A server delivered the message."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A server could not deliver it; `hard`: nothing will ever arrive there."""

    hard: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """Its recipient complained of it to their provider."""


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """Its recipient wants no more e-mail."""


@dataclass(frozen=True, slots=True)
class Absent:
    """Its recipient reads nothing to the end of `until`."""

    until: date


@dataclass(frozen=True, slots=True)
class Answer:
    """Its recipient wrote `text`."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Nothing:
    """It says nothing of which anything follows: `delayed`, `relayed`, `automatic`, `feedback`."""

    why: str


Meaning = Arrived | Returned | Complaint | Unsubscribed | Absent | Answer | Nothing
_FED_BACK: Final[Mapping[Feedback, Meaning]] = {
    "complaint": Complaint(),
    "opt-out": Unsubscribed(),
    "none": Nothing("feedback"),
}


def meaning(content: bytes, day: date, address: str, *, is_wish: bool = False, from_nobody: bool = False) -> Meaning:
    """What a mail says that came on `day` about a message which had gone to `address`; `is_wish`: it was sent where one
    says that one wants no more; `from_nobody`: its sender takes no answer, as those of programs do.
    """
    try:
        mail = opened(content)
        return _meaning(mail, day, address.lower(), is_wish=is_wish, from_nobody=from_nobody)
    except Unreadable:
        pass
    except Exception:  # noqa: BLE001, S110 - what a stranger wrote so that nobody can read it, a person looks at
        pass
    return Answer(_short(f"[a mail that could not be taken apart]\n{decoded(content[:_LONGEST_TEXT], 'utf-8')}"))


def _meaning(mail: Part, day: date, address: str, *, is_wish: bool, from_nobody: bool) -> Meaning:
    reports = delivery_reports(mail)
    if reports:
        return _reported(reports, address)
    said = feedback(mail)
    if said is not None:
        return _FED_BACK[said]
    if header(mail, "X-Failed-Recipients"):  # Exim, and who does as it does, where they send no report
        return Returned(hard=False)
    written = read(header(mail, "Subject")[:_LONGEST_TEXT], _text(mail)[:_LONGEST_TEXT], day)
    surely = written.is_automatic or _has(mail, _AUTOMATIC)
    if written.away_until is not None and (surely or from_nobody or _has(mail, _MAYBE)):
        return Absent(written.away_until)
    if surely:
        return Nothing("automatic")
    return Unsubscribed() if is_wish and not from_nobody else Answer(_words(mail, written, address))


def _reported(reports: Sequence[RecipientReport], address: str) -> Meaning:
    """What became of the message for its own recipient; of a report that knows others, where it was sent on to."""
    own = [one for one in reports if address in one.addresses]
    concerned = own or reports
    actions = {one.action for one in concerned}
    if "delivered" in actions:
        return Arrived()
    if actions != {"failed"}:
        return Nothing("delayed" if "delayed" in actions else "relayed")
    # The address itself took it: what failed is another one, of which we know nothing.
    return Returned(hard=bool(own) and all(one.hard for one in own))


def _has(mail: Part, signs: dict[str, tuple[str, ...]]) -> bool:
    said = {name: header(mail, name).lower() for name in signs if mail[name] is not None}
    return any(value.startswith(signs[name]) for name, value in said.items() if value != "no")


def _words(mail: Part, written: Reading, address: str) -> str:
    """What is new; who wrote it, where that is not who was written to; and that there is more than words."""
    words = written.words.strip() or header(mail, "Subject") or "[a mail without words]"
    names, writer = _attachments(mail), _writer(mail)
    notes = [f"[written by {writer}]"] if writer and writer.lower() != address else []
    if names:
        notes.append(f"[{'1 attachment' if len(names) == 1 else f'{len(names)} attachments'}: {', '.join(names)}]")
    below = "".join(f"\n\n{note}" for note in notes)
    return _short(words, len(below)) + below


def _writer(mail: Part) -> str:
    return parseaddr(header(mail, "From"))[1][:_LONGEST_NAME]


def _short(text: str, less: int = 0) -> str:
    most = LONGEST_REPLY - less
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def _text(mail: Part) -> str:
    """The words of a mail, quotations and all; of its two forms the plain one, if there is something in it."""
    parts = [part for part in parts_of(mail) if not _is_attached(part)]
    plain = [text_of(part) for part in parts if part.get_content_type() == "text/plain"]
    found = "\n".join(text for text in plain if text.strip())
    if found:
        return found
    return "\n".join(as_text(text_of(part)[:_LONGEST_PAGE]) for part in parts if part.get_content_type() == "text/html")


def _attachments(mail: Part) -> list[str]:
    names = [_file_name(part) for part in parts_of(mail) if _is_attached(part)]
    return [*names[:10], "..."] if len(names) > 10 else names  # noqa: PLR2004 - more than a line


def _file_name(part: Part) -> str:
    name = part.get_filename()
    return " ".join(clean(str(name)).split())[:_LONGEST_NAME] if name else part.get_content_type()


def _is_attached(part: Part) -> bool:
    """Whether it is no words: a file, or a mail that came along. Pictures within a page are none of these."""
    if part.get_content_maintype() == "multipart":
        return False
    if part.get_content_disposition() == "attachment":
        return True
    return (
        part.get_content_maintype() != "text" and part.get_content_disposition() != "inline" and not part["Content-ID"]
    )
