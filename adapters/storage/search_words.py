"""The words by which customers and invoices are found, and the words of who looks for them: both made alike.

A word is found by its beginning, and case, accents and signs do not matter: `Müller-Schmidt` is found by `muller`,
`schmidt` and `mullerschmidt`, `INV-2026-0042` by `inv2026`, `2026-0042` and `42`. A telephone number is kept from its
end, so that it is found by its last digits, however its country is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from sqlalchemy import bindparam, delete

from adapters.payment_reference import ReferenceKind, payment_reference
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import search_words
from dunning.records import ContactPerson, Customer

Kind = Literal["customer", "invoice"]

LONGEST: Final = 60  # characters of a word that are kept
MOST_TERMS: Final = 6  # words of one search
_PIECES: Final = re.compile(r"[^\W\d_]+|\d+")
_RUNS: Final = re.compile(r"[^\W_]+")
_MOST_PIECES: Final = 6  # of an id that letters and digits divide; one of a machine has more
_NUMBER: Final = re.compile(r"\+?[0-9 ()./-]+")
_LONGEST_SEARCH: Final = 200  # characters
_STRUCTURED: Final[tuple[ReferenceKind, ...]] = ("rf", "ogm", "qrr")
_RF: Final = re.compile("rf[0-9]{2}[a-z0-9]")
_CHECKED: Final = {12: 2, 27: 1}  # digits of a reference, and how many of them check the others
_FEWEST_DIGITS: Final = 4  # of a telephone number
_BACKWARDS: Final = "~"  # before the digits of a number, the last one first
_FORGET: Final = delete(search_words).where(
    search_words.c.kind == bindparam("of"), search_words.c.id == bindparam("whose")
)


def keep_customer_words(tx: Transaction, customer: Customer, *, is_new: bool = False) -> None:
    """The customer is found by what is known of them now, and by nothing that is not known any more."""
    _keep(tx, "customer", customer.id, customer_words(customer), is_new=is_new)


def keep_invoice_words(tx: Transaction, invoice_id: str) -> None:
    """The new invoice is found by its id, and by the references for a transfer that are made of it."""
    _keep(tx, "invoice", invoice_id, invoice_words(invoice_id), is_new=True)


def customer_words(customer: Customer) -> frozenset[str]:
    """Names, addresses of e-mail, telephone numbers, and the id."""
    people: tuple[Customer | ContactPerson, ...] = (customer, *customer.contacts)
    words = set(_words(customer.id))
    for one in people:
        words |= {*_words(one.name or ""), *_mail_words(one.email or ""), *_number_words(one.phone or "")}
    return frozenset(words)


def invoice_words(invoice_id: str) -> frozenset[str]:
    """The id from each of its parts on, and every structured reference that does not show the id itself."""
    own = set(_words(invoice_id))
    made = [_joined(payment_reference(kind, invoice_id).text) for kind in _STRUCTURED]
    return frozenset({*own, *(one for one in made if not own & set(_in_reference(one)))})


def terms_of(said: str) -> tuple[tuple[str, ...], ...]:
    """What is looked for, one way or another: each way is words, all of which begin a word of what is found."""
    text = " ".join(said.split())[:_LONGEST_SEARCH]
    whole, words = _joined(text)[:LONGEST], dict.fromkeys(map(_term, text.split()))
    ways = [tuple(word for word in words if word)[:MOST_TERMS], (whole,), *((one,) for one in _in_reference(whole))]
    if _NUMBER.fullmatch(text):
        number = _digits(text).lstrip("0")
        ways += [(_BACKWARDS + number[::-1],)] if len(number) >= _FEWEST_DIGITS else []
    return tuple(dict.fromkeys(way for way in ways if any(way)))


def plain(text: str) -> str:
    """The text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _keep(tx: Transaction, kind: Kind, whose: str, words: Iterable[str], *, is_new: bool) -> None:
    if not is_new:
        tx.change(_FORGET, {"of": kind, "whose": whose})
    tx.add(search_words, *({"kind": kind, "word": word, "id": whose} for word in sorted(words)))


def _words(text: str) -> Iterator[str]:
    """Each word from each of its pieces on, without signs: `INV-2041` is `inv2041` and `2041`."""
    for one in plain(text).split():
        pieces = _PIECES.findall(one)
        if len(pieces) > _MOST_PIECES:
            pieces = _RUNS.findall(one)[:_MOST_PIECES]
        for number in range(len(pieces)):
            rest = "".join(pieces[number:])[:LONGEST]
            yield from {rest, rest.lstrip("0") or rest}


def _in_reference(joined: str) -> Iterator[str]:
    """What of an invoice's id stands in a structured reference, beside its check digits (ISO 11649, OGM, QRR)."""
    if _RF.match(joined):
        yield joined[4:]
    if joined.isdecimal() and len(joined) in _CHECKED:
        yield joined[: -_CHECKED[len(joined)]].lstrip("0")


def _mail_words(address: str) -> Iterator[str]:
    """The whole address, what stands before its @ and behind it."""
    mail = plain(address.strip())
    if mail:
        yield mail[:LONGEST]
        for part in mail.split("@"):
            yield from _words(part)


def _number_words(number: str) -> Iterator[str]:
    digits = _digits(number)
    if len(digits) >= _FEWEST_DIGITS:
        yield _BACKWARDS + digits[::-1][:LONGEST]


def _term(word: str) -> str:
    """A word of a search, as the words that are kept are written."""
    return plain(word)[:LONGEST] if "@" in word.strip("@") else _joined(word)[:LONGEST]


def _joined(text: str) -> str:
    return "".join(_RUNS.findall(plain(text)))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())
