"""What a debtor reads when something is over: the words fit how it came about, and nothing more is asked."""

from __future__ import annotations

from datetime import date

import pytest

from dunning.case_facts import CaseFacts, DisputeSaid, PlanPart, PromiseMade
from tests.adapters.reading import CHANNELS, LOCALES, composed, soft

PROMISE = PromiseMade(100_00, date(2026, 3, 20))
PLAN = (PlanPart(date(2026, 3, 20), 50_00, 50_00), PlanPart(date(2026, 4, 20), 50_00, 50_00))
PAID = {"en": "Thank you for your payment.", "nl": "Dank u wel voor uw betaling.", "de": "Dank für Ihre Zahlung.",
        "fr": "Merci pour votre paiement."}  # fmt: skip
CREDITED = {"en": "Nothing is open any more", "nl": "staat niets meer open", "de": "ist nichts mehr offen",
            "fr": "Plus rien n’est à payer"}  # fmt: skip
TAKEN_BACK = {"en": "withdrawn our request", "nl": "verzoek om deze factuur te betalen ingetrokken",
              "de": "haben wir zurückgenommen", "fr": "retiré notre demande"}  # fmt: skip
TALKED = {"en": "Thank you for talking to us", "nl": "met ons hebt gesproken", "de": "mit uns gesprochen haben",
          "fr": "Merci d’en avoir parlé"}  # fmt: skip
EACH = (PAID, CREDITED, TAKEN_BACK, TALKED)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "facts, demands, said",
    [
        (CaseFacts(ended="paid", paid=100_00), 0, PAID),
        (CaseFacts(ended="credited"), 0, CREDITED),
        (CaseFacts(ended="withdrawn"), 100_00, TAKEN_BACK),
        (CaseFacts(ended="written-off", paid=40_00), 0, None),
        (CaseFacts(promise=PROMISE), 100_00, TALKED),
        (CaseFacts(plan=PLAN, paid=20_00), 100_00, TALKED),
        (CaseFacts(costs=5_00, paid=100_00), 5_00, PAID),
        (CaseFacts(costs=5_00), 5_00, None),
    ],
)
def test_who_has_the_service_back_is_told_why(
    locale: str, facts: CaseFacts, demands: int, said: dict[str, str] | None
) -> None:
    """S1: by payment, credit, withdrawal, promise or plan; nobody is thanked for a debt that was given up."""
    text = soft(composed("service-restored", locale, demands=demands, facts=facts).text)
    assert [words for words in EACH if words[locale] in text] == ([said] if said else [])
    assert ("NL02" in text) == (demands > 0 and facts.ended is None)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("message", ["payment-received", "service-restored"])
@pytest.mark.parametrize("ended", ["paid", "credited", "withdrawn", "written-off"])
def test_nothing_is_asked_after_an_end_that_asks_nothing(message: str, locale: str, ended: str) -> None:
    for channel in CHANNELS:
        facts = CaseFacts(ended=ended, received=20_00, paid=20_00)
        text = composed(message, locale, channel=channel, demands=80_00, facts=facts).text
        assert "80" not in text.replace("8084", ""), (channel, text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "facts, paid_in_full",
    [
        (CaseFacts(ended="paid", received=60_00, paid=100_00), True),
        (CaseFacts(ended="written-off", received=60_00, paid=60_00), False),
        (CaseFacts(received=60_00, paid=60_00, disputed=40_00, dispute=DisputeSaid(40_00)), False),
        (CaseFacts(ended="paid", received=60_00, paid=160_00, overpaid=60_00), False),
    ],
)
def test_an_invoice_is_paid_in_full_only_where_it_is(locale: str, facts: CaseFacts, paid_in_full: bool) -> None:  # noqa: FBT001 - one of a row
    """P7: what comes after a write-off is a thank-you. D1: what is disputed is still to be answered. P3."""
    full = {"en": "paid in full", "nl": "volledig betaald", "de": "vollständig bezahlt", "fr": "entièrement payée"}
    text = soft(composed("payment-received", locale, demands=0, facts=facts).text)
    assert (full[locale] in text) == paid_in_full
    assert ("40" in text) == bool(facts.disputed)
    assert text.replace(".", ",").count("60,00") == (3 if facts.overpaid else 2)


@pytest.mark.parametrize("locale", LOCALES)
def test_one_answered_objection_does_not_answer_the_other(locale: str) -> None:
    facts = CaseFacts(dispute=DisputeSaid(30_00, 30_00), disputed=70_00)
    text = soft(composed("dispute-answered", locale, demands=0, facts=facts).text)
    assert CREDITED[locale] not in text
    assert "70" in text
