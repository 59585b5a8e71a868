"""Lines of the journal as people would tell them: one phrase, and the sign that stands before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from markupsafe import Markup

from api.pages.task_words import task_in_short
from api.pages.words import as_words, channel_name, isolated, money_text
from api.shapes.cases import LineOut


def phrase(line: LineOut) -> str:
    """What a line tells, as one phrase."""
    tell = _TOLD.get(line.kind)
    return tell(line) if tell else f"{as_words(line.kind).capitalize()} {line.value}".strip()  # it may be an id


def ahead(line: LineOut) -> str:
    """What a line that is foreseen tells: what will be, and not what was."""
    tell = _FORESEEN.get((line.kind, line.value)) or _FORESEEN.get((line.kind, ""))
    return tell(line) if tell else phrase(line)


def asked_by(line: LineOut) -> Markup:
    """Who is behind a line, as they say and as they were let in; nothing where the case decided by itself."""
    is_known = line.authenticated in {line.by, f"person {line.by}"}
    said = None if line.kind in _BY_CHANNEL or is_known else line.by
    shown = (("by", said), ("told by", line.authenticated))
    return Markup().join(Markup(" · {} {}").format(how, isolated(name)) for how, name in shown if name)


def sign(kind: str) -> str:
    """The sign of a kind of line."""
    return _SIGNS.get(kind, "dot")


def _notice(line: LineOut) -> str:
    demands = f", demanding {money_text(line.demands)}" if line.demands else ""
    others = f", for {len(line.invoices)} invoices together" if line.invoices else ""
    return f"Notice “{as_words(line.value)}” by {channel_name(line.by)}{demands}{others}"


def _charge(line: LineOut) -> str:
    ends = {"approved": "approved", "foreseen": "planned"}.get(line.value, f"declined: {as_words(line.value)}")
    return f"Charge{_of(line)}{f' on {line.method}' if line.method else ''} {ends}"


def _task(line: LineOut) -> str:
    queue = f" for {as_words(line.queue)}" if line.queue else ""
    return f"{'Asked again' if line.escalated else 'Task'}{queue}: {task_in_short(line.value)}"


def _planned(line: LineOut) -> str:
    if line.value == "none":
        return "No further attempt planned"
    return f"Next attempt planned for {line.value.replace('T', ', ')}"


def _sum(line: LineOut) -> str:
    return f"{as_words(line.kind).capitalize()}{_of(line)}"


def _of(line: LineOut) -> str:
    return f" of {money_text(line.amount)}" if line.amount else ""


_FORESEEN: Final[dict[tuple[str, str], Callable[[LineOut], str]]] = {
    ("promise", "broken"): lambda _: "The promise is broken, if the money has not come",
    ("plan", "broken"): lambda _: "The plan is broken, if its part has not come",
    ("hold", ""): lambda line: f"Held: {as_words(line.value)}",
    ("release", ""): lambda line: f"The hold ends: {as_words(line.value)}",
    ("skip", ""): lambda line: f"“{as_words(line.value)}” will be skipped",
    ("passed", ""): lambda line: f"There will be no {as_words(line.value)}",
    ("suspend", ""): lambda _: "The service is suspended",
    ("restore", ""): lambda _: "The service is restored",
    ("hand_off", ""): lambda line: f"The debt goes to the agency {line.value}",
    ("closed", ""): lambda line: f"The case closes: {as_words(line.value)}",
}
_BY_CHANNEL: Final = frozenset(
    {"notice", "delivered", "bounced", "complained", "opted_out", "away"}
)  # these came by a channel, not by a person
_TOLD: Final[dict[str, Callable[[LineOut], str]]] = {
    "notice": _notice,
    "charge": _charge,
    "task": _task,
    **dict.fromkeys(
        ("fee", "interest", "write_off", "payment", "recovery", "credit", "reversal", "lifted", "pending"), _sum
    ),
    "waiver": lambda line: f"Waived{_of(line)}{f' of {line.about}' if line.about else ''}",
    "dispute": lambda line: f"Dispute{_of(line)}",
    "resolve_dispute": lambda line: f"Dispute {line.value} answered",
    "replied": lambda _: "The debtor wrote back",
    "call": lambda line: f"Call: {as_words(line.value)}",
    "unsaid": lambda line: f"Not sent: {as_words(line.value)}",
    "complained": lambda line: f"Complained of messages by {channel_name(line.value)}",
    "opted_out": lambda line: f"Wants nothing more by {channel_name(line.value)}",
    "away": lambda line: f"Away: does not read {channel_name(line.value)}",
    "closed": lambda line: f"Closed as {as_words(line.value)}",
    "opened": lambda line: f"Opened under policy {line.value}",
    "reopened": lambda _: "Opened again",
    "open": lambda _: "Asked to open again",
    "suspend": lambda _: "Service suspended",
    "restore": lambda _: "Service restored",
    "withdraw": lambda _: "Demand withdrawn",
    "hold": lambda line: f"On hold: {as_words(line.value)}",
    "release": lambda line: f"Hold lifted: {as_words(line.value)}",
    "skip": lambda line: f"Skipped {as_words(line.value)}",
    "resend": lambda line: f"Asked to send {as_words(line.value)} again",
    "send_now": lambda line: f"Asked to send {as_words(line.value)} now",
    "passed": lambda line: f"No {as_words(line.value)}",
    "taken_back": lambda line: f"Taken back: {as_words(line.value)}{_of(line)}",
    "credit_moved": lambda line: f"Credit moved{_of(line)}",
    "credit_kept": lambda line: f"Credit kept{_of(line)}",
    "restated": lambda line: f"Use of payment {line.value} restated",
    "proved": lambda _: "The promise counts as kept",
    "hand_off": lambda line: f"Handed off to {line.value}",
    "refused": lambda line: f"Refused: {as_words(line.value)}",
    "forbidden": lambda line: f"Not tried by {line.method or line.value}: the rule book does not allow it",
    "review": lambda line: f"A person should look at the decline: {as_words(line.value)}",
    "planned": _planned,
    "unsettled": lambda line: f"Charge on {line.method or line.value}: its end is not known",
    "underway": lambda line: f"Charge{_of(line)} on {line.method or line.value} under way",
}
_SIGNS: Final = {
    **dict.fromkeys(("notice", "resend", "send_now"), "mail"),
    "charge": "card",
    "underway": "card",
    "unsettled": "card",
    "planned": "clock",
    "forbidden": "stop",
    "task": "person",
    "dispute": "person",
    "replied": "person",
    "call": "person",
    "review": "person",
    "suspend": "stop",
    "restore": "check",
    "closed": "check",
    "hand_off": "arrow",
    "hold": "pause",
    **dict.fromkeys(("skip", "passed"), "skip"),
    **dict.fromkeys(("release", "reopened", "opened"), "play"),
    **dict.fromkeys(("promise", "plan"), "hand"),
    **dict.fromkeys(("fee", "interest"), "plus"),
    **dict.fromkeys(("write_off", "waiver", "refused", "reversal", "taken_back"), "minus"),
    **dict.fromkeys(("payment", "recovery", "credit", "lifted", "pending", "credit_moved", "credit_kept"), "coin"),
}
