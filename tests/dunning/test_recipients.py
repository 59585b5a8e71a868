"""Who gets a notice on a channel: contacts by their roles, copies, and the customer's own address (N1, N2)."""

from __future__ import annotations

from dunning.facts import Contact
from dunning.recipients import OWN, Reach, Recipient, Way, addressee, bounced, told
from dunning.records import ContactPerson, Customer

ANN = ContactPerson(id="ann", role="accounts", name="Ann", email="ann@x.example", locale="fr", address="Kade 2")
BEA = ContactPerson(id="bea", role="management", name="Bea", email="bea@x.example")
CAS = ContactPerson(id="cas", role="owner", email="cas@x.example", copied=True)
ACME = Customer(id="acme", name="Acme", email="info@x.example", contacts=(ANN, BEA, CAS))
REACH = Reach(ACME)
ACCOUNTS = ("accounts",)


def whom(reach: Reach, *to: str) -> list[tuple[str, bool]]:
    return [(one.way.contact, one.copied) for one in reach.recipients("email", to or ACCOUNTS)]


def test_roles_name_contacts_and_copies_come_beside_them() -> None:
    assert whom(REACH) == [("ann", False), ("cas", True)]
    assert whom(REACH, "accounts", "management") == [("ann", False), ("bea", False), ("cas", True)]
    assert whom(REACH, "owner") == [("cas", False)]
    assert REACH.recipients("letter", ACCOUNTS) == (Recipient(Way("letter", "ann")),)


def test_a_role_that_nobody_has_is_the_customers_own_address() -> None:
    assert whom(REACH, "legal") == [(OWN, False), ("cas", True)]
    assert REACH.channels(("legal",)) == ("email",)


def test_one_address_gets_one_message() -> None:
    same = ANN.model_copy(update={"id": "dee"})
    assert whom(Reach(ACME.model_copy(update={"contacts": (ANN, same)}))) == [("ann", False)]


def test_an_opt_out_of_a_contact_is_of_their_address_and_one_of_the_customer_of_all() -> None:
    of_ann = told(REACH, Contact(contact="ann", opted_out="email"))
    assert whom(of_ann) == [(OWN, False), ("cas", True)]
    assert of_ann.recipients("letter", ACCOUNTS) == (Recipient(Way("letter", "ann")),)
    assert whom(told(of_ann, Contact(contact="ann", opted_out=False))) == whom(REACH)
    assert whom(told(REACH, Contact(opted_out="email"))) == []
    assert told(REACH, Contact(contact="nobody", email="x@x.example", opted_out=True)) == REACH


def test_a_bounce_is_of_an_address_until_it_changes_there_and_back() -> None:
    back = bounced(REACH, "email", ["ann@x.example"])
    assert whom(back) == [(OWN, False), ("cas", True)]
    moved = told(back, Contact(contact="ann", email="ap@x.example"))
    assert whom(moved) == whom(REACH)
    assert whom(told(moved, Contact(contact="ann", email="ann@x.example"))) == whom(REACH)
    assert whom(bounced(back, "email", ["info@x.example"])) == []


def test_a_contact_is_written_to_by_their_name_in_their_language_at_their_address() -> None:
    written = addressee(ACME, "ann")
    assert (written.name, written.locale, written.email) == ("Ann", "fr", "ann@x.example")
    assert written.address == "Acme\nKade 2"
    assert addressee(ACME, OWN) is ACME
    assert addressee(ACME, "bea").locale == ACME.locale
