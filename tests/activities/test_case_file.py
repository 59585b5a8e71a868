"""A case opens from what the store knows or from what is given inline, and what it is told is kept once."""

import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities.case_file import CaseFile
from tests.activities.acts import ACME, AT, CALENDAR, INVOICE, POLICY, store_with, written
from tests.fakes.receivables import FakeReceivables


async def test_a_case_opens_from_an_invoice_that_is_given_inline() -> None:
    store = FakeReceivables(POLICY, CALENDAR)
    run = ActivityEnvironment().run
    opening = await run(CaseFile(store).open_case, "INV-1", INVOICE, ACME, (), AT)
    assert (opening.invoice, opening.customer.id, opening.policy) == (INVOICE, ACME.id, POLICY)
    assert await run(CaseFile(store).open_case, "INV-1", None, None, (), AT) == opening


async def test_a_case_is_not_told_the_name_of_its_debtor_nor_where_they_are_reached() -> None:
    opening = await ActivityEnvironment().run(CaseFile(store_with()).open_case, "INV-1", None, None, (), AT)
    assert [word for word in (ACME.name, ACME.email, ACME.phone, ACME.address) if str(word) in str(opening)] == []


async def test_an_invoice_that_is_neither_known_nor_given_cannot_be_opened() -> None:
    store = FakeReceivables(POLICY, CALENDAR)
    with pytest.raises(ApplicationError, match="invoice INV-1") as failed:
        await ActivityEnvironment().run(CaseFile(store).open_case, "INV-1", None, None, (), AT)
    assert (failed.value.type, failed.value.non_retryable) == ("NotFound", True)
    assert failed.value.category == ApplicationErrorCategory.BENIGN  # no traceback on the log


async def test_a_message_that_reached_the_case_directly_is_kept_once() -> None:
    store = store_with()
    told = (("payment_received", {"id": "p1", "amount": "40.00"}),)
    for _ in range(2):
        answer = await ActivityEnvironment().run(CaseFile(store).record, "INV-1", told, written("friendly"), 0, AT)
        assert answer == (1, ())
    assert len(store.messages) == 1
    assert len(store.files["INV-1"].journal) == 1


async def test_recording_answers_with_what_the_case_has_not_heard_yet() -> None:
    store = store_with()
    store.tell("INV-1", "credit", id="k1", amount="5.00")
    told = (("payment_received", {"id": "p1", "amount": "40.00"}),)
    answer = await ActivityEnvironment().run(CaseFile(store).record, "INV-1", told, written(), 0, AT)
    assert answer == (2, (("credit", {"id": "k1", "amount": "5.00"}),))
