"""Where the debtor's name and addresses do not appear: anywhere that Temporal keeps or shows (O3)."""

from __future__ import annotations

import hashlib

import pytest

from dunning.messages import discreet, keyed_fingerprint
from tests.workflows.conftest import Opener
from tests.workflows.office import ADDRESS, EMAIL, LADDER, NAME, PHONE, Dossier, Office, notify, policy, step
from tests.workflows.payloads import decoded

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSONAL = (NAME, NAME.split(" ")[1], EMAIL, PHONE, ADDRESS, "polder")
EVERYWHERE = policy(
    step("reminder", 3, notify("friendly", "email", "sms", "letter")),
    *LADDER[1:],
    promise={"at_most": "14 days"},
    dispute={"answer_within": "2 days"},
)


async def everything(case: Dossier) -> str:
    """All that the server has and shows of a case."""
    described = await case.handle.describe()
    shown = [
        (await case.history()).to_json(),
        str(described.raw_description),
        str(await described.static_summary()),
        str(await described.static_details()),
        str(await case.handle.query("__temporal_workflow_metadata")),
        str(await case.view()),
        str(await case.handle.query("forecast")),
    ]
    return "\n".join(shown)


async def test_a_case_that_was_started_by_its_id_knows_nobody_by_name(office_with: Opener) -> None:
    office = await office_with(EVERYWHERE)
    case = await office.open()
    await case.until("2026-03-05T12:00")
    assert sorted(channel for _, channel in office.post.letters) == ["email", "letter", "sms"]
    await case.tell("dispute", id="d1", amount="10.00", reason="wrong hours")
    await case.ask("promise", id="pr1", on="2026-03-09")
    await case.until("2026-03-13T12:00")
    shown = decoded(await everything(case))
    assert "INV-1" in shown
    assert [word for word in PERSONAL if word in shown] == []


async def test_a_new_address_that_came_through_the_case_service_is_not_told_to_the_case(office: Office) -> None:
    case = await office.open()
    body = {"email": "new@elsewhere.example", "phone": "+31209876543", "at": "2026-03-03T10:00:00+00:00"}
    await office.store.register.tell_customer("c1", "contact", body, case.instant("2026-03-03T11:00"))
    await case.until("2026-03-05T12:00")  # the case hears of it before its first notice
    key = office.store.database.fingerprint_key
    await case.tell("contact", **discreet("contact", body, key))  # and as the case service signals it
    assert await case.kinds() == ["opened", "contact", "notice"]
    assert (await office.store.parties.customer("c1")).record.email == "new@elsewhere.example"
    await case.ask("write_off", by="J. Smit", reason="test")
    await case.tell_after_the_end("payment_received", at="2026-03-09T10:00", id="p1", amount="1.00")
    shown = decoded(await everything(case))
    assert [word for word in ("elsewhere", "9876543") if word in shown] == []
    # Every telephone number can be tried, so a fingerprint that needs no key would tell it.
    for text in (body["phone"], f"{body['at']} {body['phone']}"):
        for plain in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            assert plain(text.encode()).hexdigest()[:16] not in shown
    assert keyed_fingerprint(f"{body['at']} {body['phone']}", key) in shown


async def test_the_reason_that_a_person_gave_for_a_hold_is_not_shown_to_engineers(office: Office) -> None:
    case = await office.open()
    await case.ask("hold", id="h1", reason=f"{NAME} is in hospital", until="2026-03-09")
    described = await case.handle.describe()
    metadata = str(await case.handle.query("__temporal_workflow_metadata"))
    assert "held" in metadata
    summaries = [event.user_metadata.summary.data.decode() for event in (await case.history()).events]
    assert [said for said in [*summaries, metadata, str(described.raw_description)] if NAME in said] == []


async def test_a_failing_channel_tells_the_server_no_address(office: Office) -> None:
    case = await office.open()
    office.post.breaking.add("email")
    office.post.down.add("email")
    await case.until("2026-03-04T08:30")
    shown = decoded(await everything(case))
    assert "nobody answers" in shown
    assert [word for word in PERSONAL if word in shown] == []
