"""Passwords of people: hashed with argon2id, and what is wrong with a new one."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 200  # hashing more costs time, and nobody types it
_HASHER: Final = PasswordHasher()  # argon2id as RFC 9106 recommends it for machines with little memory


def hash_of(password: str) -> str:
    """What is kept of a password; it takes some tens of milliseconds and 64 MiB on purpose."""
    return _HASHER.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Whether the password is the one that this was kept of."""
    if len(password) > LONGEST:
        return False
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def weakness(password: str, *known: str) -> str | None:
    """What is wrong with a new password, in words; None where it is good. `known` is what others know of its owner."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"password: found {len(password)} characters; allowed {SHORTEST} to {LONGEST}"
    if len(set(password)) < SHORTEST // 3:
        return (
            f"password: found the same few characters again and again; allowed {SHORTEST // 3} different ones or more"
        )
    plain = password.casefold()
    if any(len(word) > 2 and word.casefold() in plain for word in known):  # noqa: PLR2004 - shorter is in any text
        return "password: found your own name or address in it; allowed one without them"
    return None


def decoy() -> str:
    """What is looked at for a name that nobody has, so that it takes as long as for one that somebody has."""
    return _HASHER.hash("nobody's")
