"""Notices: on the channels of the policy, once each, whatever crashes (N1 to N3, F1, T7)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from activities.notices import Notices
from dunning.answers import Deferred, Down, Sent, Stale, Unreachable
from dunning.errors import DunningError, NotTaken
from dunning.policy import PerCustomer
from dunning.records import Channel, ContactPerson
from dunning.span import Span
from tests.activities.acts import ACME, REMINDER, done, done_again_after_death, notice, store_with
from tests.fakes.companies import FakeCorrespondence
from tests.fakes.receivables import FakeReceivables


@pytest.fixture
def store() -> FakeReceivables:
    return store_with()


@pytest.fixture
def post() -> FakeCorrespondence:
    return FakeCorrespondence()


@pytest.fixture
def notices(store: FakeReceivables, post: FakeCorrespondence) -> Notices:
    return Notices(store, post)


async def test_a_notice_leaves_on_every_channel_that_it_lists(notices: Notices, post: FakeCorrespondence) -> None:
    acted = await done(notices.send_notice, notice("letter", "email"))
    assert acted.answer == Sent(("letter", "email"))
    assert post.letters == [(REMINDER, "letter"), (REMINDER, "email")]


async def test_a_channel_without_an_address_is_left_out(post: FakeCorrespondence) -> None:
    store = store_with(ACME.model_copy(update={"address": None}))
    acted = await done(Notices(store, post).send_notice, notice("letter", "email"))
    assert acted.answer == Sent(("email",))


async def test_a_channel_that_the_creditor_has_not_set_up_is_left_out(
    store: FakeReceivables, post: FakeCorrespondence
) -> None:
    acted = await done(Notices(store, post, frozenset({"email"})).send_notice, notice("sms", "email"))
    assert acted.answer == Sent(("email",))


async def test_a_debtor_with_no_usable_channel_is_unreachable(notices: Notices, store: FakeReceivables) -> None:
    store.unusable.add(("c1", "email"))
    acted = await done(notices.send_notice, notice("email"))
    assert acted.answer == Unreachable()


async def test_a_notice_that_may_not_leave_yet_waits_for_the_next_day_and_then_leaves(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    """M1: nothing is tried again within the day, nothing is lost, and its intent is open to the facts of then (F1)."""
    post.lack = ("creditor.name", "creditor.accounts.EUR")
    asked = notice("email", "sms")
    acted = await done(notices.send_notice, asked)
    tomorrow = asked.day + timedelta(days=1)
    assert acted.answer == Deferred(tomorrow, "not set: creditor.name, creditor.accounts.EUR", rule="M1")
    assert not acted.written
    assert not post.letters
    assert not store.intents
    post.lack = ()
    again = await done(notices.send_notice, replace(asked, day=tomorrow, at=asked.at + timedelta(days=1)))
    assert again.answer == Sent(("email", "sms"))


async def test_first_stops_at_the_first_channel_that_works(notices: Notices, post: FakeCorrespondence) -> None:
    acted = await done(notices.send_notice, notice("email", "sms", "letter", first=True))
    assert acted.answer == Sent(("email",))
    assert post.letters == [(REMINDER, "email")]


async def test_a_refused_address_hands_the_notice_to_the_next_channel(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.refusing = {"email"}
    acted = await done(notices.send_notice, notice("email", "sms", "letter", first=True))
    assert acted.answer == Sent(("sms",))


async def test_a_refused_address_is_not_used_for_the_next_notice(notices: Notices, post: FakeCorrespondence) -> None:
    post.refusing = {"email"}
    await done(notices.send_notice, notice("email", "sms"))
    post.refusing = set()
    acted = await done(notices.send_notice, notice("email", "sms", key="case:INV-1/step/final/0"))
    assert acted.answer == Sent(("sms",))


async def test_a_debtor_whose_every_address_is_refused_is_unreachable(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.refusing = {"email", "sms"}
    acted = await done(notices.send_notice, notice("email", "sms"))
    assert acted.answer == Unreachable("every address was refused")


@pytest.mark.parametrize(
    "moment, left, unsure",
    [
        ("store.begin", 0, ("email",)),  # nobody can know that it had not left: it counts as sent
        ("post.send", 1, ("email",)),
        ("store.finish", 1, ()),
    ],
)
async def test_a_notice_leaves_at_most_once_whenever_the_process_dies(
    notices: Notices,
    store: FakeReceivables,
    post: FakeCorrespondence,
    moment: str,
    left: int,
    unsure: tuple[Channel, ...],
) -> None:
    whose, _, call = moment.partition(".")
    (store if whose == "store" else post).dies_after = call
    acted = await done_again_after_death(notices.send_notice, notice("email"))
    assert acted.answer == Sent(("email",), unsure)
    assert len(post.letters) == left
    assert [posted.key for posted in store.posted] == [REMINDER]


@pytest.mark.parametrize("call, unsure", [("sent_channel", ()), ("begin_channel", ("email",))])
async def test_a_notice_on_two_channels_goes_on_where_it_stopped(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence, call: str, unsure: tuple[Channel, ...]
) -> None:
    store.dies_after = call
    acted = await done_again_after_death(notices.send_notice, notice("letter", "email"))
    assert acted.answer == Sent(("letter", "email"), unsure)
    assert post.letters == [(REMINDER, one) for one in ("letter", "email") if one not in unsure]


async def test_first_does_not_go_back_to_an_earlier_channel_when_a_later_one_may_have_worked(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    post.refusing, post.dies_after = {"email"}, "send"
    with pytest.raises(BaseException, match="send"):
        await done(notices.send_notice, notice("email", "sms", first=True))
    post.refusing = set()
    store.unusable.clear()  # the address was corrected meanwhile
    acted = await done(notices.send_notice, notice("email", "sms", first=True))
    assert acted.answer == Sent(("sms",), ("sms",))
    assert post.letters == [(REMINDER, "sms")]


async def test_a_channel_that_is_down_is_tried_again_until_it_takes_the_notice(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    for _ in range(3):
        with pytest.raises(NotTaken):
            await done(notices.send_notice, notice("email"))
    post.down = set()
    acted = await done(notices.send_notice, notice("email"))
    assert acted.answer == Sent(("email",))
    assert len(post.letters) == 1


async def test_a_channel_that_stays_down_is_left_to_the_rules_and_nothing_of_the_notice_stays(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    acted = await done(notices.send_notice, notice("email"), tries=3)
    assert acted.answer == Down("email", "email: nobody answers")
    assert (acted.written, store.intents, store.outcomes) == (False, {}, {})


async def test_a_refusal_that_lasts_is_not_tried_again_within_seconds(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.down, post.lasting = {"email"}, True
    assert (await done(notices.send_notice, notice("email"))).answer == Down("email", "email: nobody answers")


async def test_one_person_is_told_of_a_channel_that_is_down(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    store.tasks["INV-2", "channel-down-1"] = date(2026, 3, 17)
    acted = await done(notices.send_notice, notice("email"), tries=3)
    assert acted.answer == Down("email", "email: nobody answers", asked=True)


async def test_a_notice_that_left_on_one_channel_is_tried_on_as_before(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    with pytest.raises(NotTaken):
        await done(notices.send_notice, notice("letter", "email"), tries=9)
    assert post.letters == [(REMINDER, "letter")]


async def test_a_channel_that_is_down_keeps_no_other_waiting_that_is_to_be_used_as_well(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    with pytest.raises(NotTaken):
        await done(notices.send_notice, notice("email", "letter"), tries=9)
    assert post.letters == [(REMINDER, "letter")]
    post.down = set()
    acted = await done(notices.send_notice, notice("email", "letter"))
    assert acted.answer == Sent(("email", "letter"))
    assert post.letters == [(REMINDER, "letter"), (REMINDER, "email")]


async def test_the_first_channel_that_works_is_not_passed_over_for_being_down(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    acted = await done(notices.send_notice, notice("email", "letter", first=True), tries=3)
    assert acted.answer == Down("email", "email: nobody answers")
    assert post.letters == []


async def test_who_pays_while_the_channel_is_down_gets_no_notice(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    with pytest.raises(NotTaken):
        await done(notices.send_notice, notice("email"))
    store.tell("INV-1", "payment_received", id="p1", amount="100.00")
    post.down = set()
    acted = await done(notices.send_notice, notice("email"))
    assert acted.answer == Stale((("payment_received", {"id": "p1", "amount": "100.00"}),))
    assert post.letters == []


async def test_who_pays_while_the_process_is_dead_gets_no_notice(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    store.dies_after = "begin"
    with pytest.raises(BaseException, match="begin"):
        await done(notices.send_notice, notice("email"))
    store.tell("INV-1", "payment_received", id="p1", amount="100.00")
    acted = await done(notices.send_notice, notice("email"))
    assert acted.answer == Sent(("email",), ("email",)), "as far as anybody can know"
    assert post.letters == []


async def test_a_notice_whose_fate_the_channel_cannot_tell_counts_as_sent_and_is_not_sent_again(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.silent = {"email"}
    acted = await done(notices.send_notice, notice("email", "sms", first=True))
    assert acted.answer == Sent(("email",), ("email",))
    assert await done(notices.send_notice, notice("email", "sms", first=True)) == acted
    assert len(post.letters) == 1


async def test_an_error_that_nobody_foresaw_leaves_the_fate_unknown_and_names_nobody(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.breaking = {"email"}
    with pytest.raises(DunningError) as broken:
        await done(notices.send_notice, notice("email"))
    assert str(broken.value) == f"{REMINDER}: broke off with RuntimeError"
    assert broken.value.__cause__ is None
    assert broken.value.__suppress_context__
    acted = await done(notices.send_notice, notice("email"))
    assert acted.answer == Sent(("email",), ("email",))
    assert len(post.letters) == 1


async def test_what_a_channel_was_told_by_others_stays_out_of_the_history(
    notices: Notices, post: FakeCorrespondence
) -> None:
    post.down = {"email"}
    with pytest.raises(NotTaken) as refused:
        await done(notices.send_notice, notice("email"))
    assert refused.value.__cause__ is None


async def test_finding_out_about_a_notice_that_never_left_sends_nothing_and_asks_the_rules_again(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    acted = await done(notices.send_notice, replace(notice("email"), finds_out=True))
    assert acted.answer == Stale(())
    post.down = {"email"}
    with pytest.raises(NotTaken):
        await done(notices.send_notice, notice("email"))
    assert (await done(notices.send_notice, replace(notice("email"), finds_out=True))).answer == Stale(())
    assert (post.letters, store.intents, store.outcomes) == ([], {}, {})


async def test_finding_out_about_a_notice_records_the_channels_on_which_it_left_and_uses_no_other(
    notices: Notices, store: FakeReceivables, post: FakeCorrespondence
) -> None:
    store.dies_after = "sent_channel"
    with pytest.raises(BaseException, match="sent_channel"):
        await done(notices.send_notice, notice("letter", "email"))
    acted = await done(notices.send_notice, replace(notice("letter", "email"), finds_out=True))
    assert acted.answer == Sent(("letter",))
    assert post.letters == [(REMINDER, "letter")]


async def test_finding_out_about_a_notice_that_was_recorded_answers_as_then(notices: Notices) -> None:
    first = await done(notices.send_notice, notice("email"))
    assert await done(notices.send_notice, replace(notice("email", seen=1), finds_out=True)) == replace(first, seen=1)


async def test_a_customer_who_got_as_many_notices_as_allowed_waits(notices: Notices) -> None:
    cap = PerCustomer(notices=1, within=Span(7, "days"))
    await done(notices.send_notice, notice("email", cap=cap))
    acted = await done(notices.send_notice, notice("email", cap=cap, key="case:INV-1/step/final/0"))
    assert isinstance(acted.answer, Deferred)
    assert acted.answer.until.isoformat() == "2026-03-17"


async def test_a_notice_that_was_sent_is_answered_from_the_record(notices: Notices, post: FakeCorrespondence) -> None:
    first = await done(notices.send_notice, notice("email"))
    assert await done(notices.send_notice, notice("email", seen=5)) == type(first)(first.answer, 5, first.written)
    assert len(post.letters) == 1


CONTACTS = (
    ContactPerson(id="ann", role="accounts", name="Ann", email="ann@acme.example", locale="fr"),
    ContactPerson(id="bea", role="accounts", name="Bea", email="bea@acme.example", phone="+31612345678"),
    ContactPerson(id="cas", role="management", name="Cas", email="cas@acme.example", copied=True),
    ContactPerson(id="dee", role="accounts", name="Dee", email="ann@acme.example"),
)
PEOPLE = ACME.model_copy(update={"contacts": CONTACTS})


async def test_a_notice_goes_to_every_contact_of_its_role_and_to_who_gets_copies(post: FakeCorrespondence) -> None:
    acted = await done(Notices(store_with(PEOPLE), post).send_notice, notice("email", "sms", "letter"))
    assert acted.answer == Sent(("email", "sms", "letter"))
    assert post.reached == [("email", "ann"), ("email", "bea"), ("email", "cas"), ("sms", "bea"), ("letter", "")]


async def test_n3_a_process_that_dies_between_two_recipients_sends_neither_of_them_twice(
    post: FakeCorrespondence,
) -> None:
    store = store_with(PEOPLE)
    store.dies_after = "sent_channel"
    acted = await done_again_after_death(Notices(store, post).send_notice, notice("email"))
    assert acted.answer == Sent(("email",))
    assert post.reached == [("email", "ann"), ("email", "bea"), ("email", "cas")]


async def test_n3_a_fate_unknown_of_one_recipient_is_sure_of_the_channel_where_another_got_it(
    post: FakeCorrespondence,
) -> None:
    post.dies_after = "send"
    acted = await done_again_after_death(Notices(store_with(PEOPLE), post).send_notice, notice("email"))
    assert acted.answer == Sent(("email",))
    assert post.reached == [("email", "ann"), ("email", "bea"), ("email", "cas")]


async def test_copies_alone_are_no_notice_and_with_first_only_one_channel_is_used(post: FakeCorrespondence) -> None:
    copied = ACME.model_copy(update={"contacts": CONTACTS[2:3], "email": None})
    acted = await done(Notices(store_with(copied), post).send_notice, notice("email", "letter", first=True))
    assert acted.answer == Sent(("letter",))
    assert post.reached == [("letter", "")]
