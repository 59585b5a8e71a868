"""Why a notice leaves, a person is asked, a method is charged: what a case goes by, whatever things are called."""

from __future__ import annotations

from typing import Final, Literal

NoticePurpose = Literal["step", "pay_link", "instalment", "copy", "next_channel", "resend", "thanks"]
BESIDE_THE_LADDER: Final[frozenset[NoticePurpose]] = frozenset({"pay_link", "instalment", "thanks"})  # C2, A3, M2
COPIES: Final[frozenset[NoticePurpose]] = frozenset({"copy", "resend"})  # marked as such (N3)
LEAVES_AGAIN: Final[frozenset[NoticePurpose]] = frozenset({"copy", "next_channel"})  # N3, N2
NO_CONTACT: Final[frozenset[NoticePurpose]] = LEAVES_AGAIN | {"thanks"}  # counted by no limit (T7)

TaskPurpose = Literal[
    "step",
    "approval",
    "dispute",
    "escalation",
    "unreachable",
    "currency",
    "message",
    "end",
    "overpayment",
    "credit",
    "hold-review",
    "channel-down",
    "reply",
    "four-eyes",
]

Asker = Literal["ladder", "plan", "customer", "agent"]  # whose attempt it is to charge (C3, C6, A3)
SYSTEM: Final = "system"  # the queue of who looks after programs, servers and policies
