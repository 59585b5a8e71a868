"""What a person may do with a case, from its form over what would come of it to one confirmation, and each refusal."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from adapters.messages.catalogue import catalogue
from adapters.storage import Store
from adapters.storage.tables import told
from api.actions.index import ACTIONS, BY_NAME
from api.actions.widgets import widget_of
from api.application import PoliciesInForce, create_app
from api.case_service import CaseService
from api.configuration import ApiConfiguration
from api.four_eyes import FourEyes
from api.safe_headers import PAGES
from dunning.messages import Dispute, Hold
from dunning.policy import Policy
from dunning.roles import Role
from tests.api.builders import SECRET, a_customer, an_invoice, calendar, euros, policies
from tests.api.conftest import CHEAP, PASSWORD, Program, add_person, sign_in, visiting
from tests.fakes.fake_case_client import FakeCaseClient, FakeTimeMachine

CASE = "/cases/INV-1"
ME = "ann"
HOSTILE = "<script>alert('x')</script> ' OR 1=1 {{ 7*7 }} \" > &amp; 雪"
Form = dict[str, str]


@pytest.fixture
async def store(migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """With a policy that asks before it writes off."""
    careful = {
        "name": "careful",
        "priority": 20,
        "for": {"customer.tags": "careful"},
        "steps": [{"name": "give-up", "after": "3 days", "approval": True, "do": [{"write_off": {}}]}],
    }
    path = tmp_path / "store.sqlite"
    shutil.copy(migrated, path)
    known = (*policies(), Policy.model_validate(careful))
    store = await Store.open(f"sqlite:///{path}", policies=known, calendar_for=calendar)
    yield store
    await store.close()


@pytest.fixture
async def book(program: Program) -> Program:
    """A case of a Dutch debtor with a card on file, whose first reminder comes tomorrow."""
    await program.put("/customers/ada", a_customer(locale="nl", methods=[{"id": "card", "network": "visa"}]))
    await program.post("/invoices", an_invoice())
    return program


def inputs(page: Response) -> Form:
    """What the form of a page sends, as it stands: hidden fields, texts, and what is chosen."""
    text = page.text.partition('class="act card"')[2].partition("</form>")[0]
    found = {n: html.unescape(v) for n, v in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', text)}
    for tag in re.findall(r'<input type="radio"[^>]*>', text):
        found.pop(re.search(r'name="([^"]+)"', tag)[1], None) if "checked" not in tag else None  # type: ignore[index]
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def plain(page: Response) -> str:
    """What the page says, without its tags."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


async def sent(browser: AsyncClient, name: str, form: Form, go: str) -> Response:
    return await browser.post(f"{CASE}/actions/{name}", data={**form, "go": go})


async def previewed(browser: AsyncClient, name: str, said: Form, **query: str) -> Response:
    """What would come of it, as its page shows it before anything is done."""
    page = await browser.get(f"{CASE}/actions/{name}", params=query)
    assert page.status_code == 200, page.text
    assert page.headers["Content-Security-Policy"] == PAGES
    return await sent(browser, name, {**inputs(page), **said}, "preview")


async def kinds(store: Store) -> list[str]:
    return [line.kind for line in (await store.cases.journal("INV-1", limit=200)).rows]


async def done(browser: AsyncClient, name: str, preview: Response) -> str:
    """What the case's page says after the form was confirmed, twice: it is one asking."""
    for _ in range(2):
        answer = await sent(browser, name, inputs(preview), "confirm")
        assert (answer.status_code, answer.headers.get("Location")) == (303, CASE), answer.text
    page = await browser.get(CASE)
    return html.unescape(page.text.partition('role="status"')[2].partition("<p>")[2].partition("</p>")[0])


# Each action: what brings the case there, what is filled in, a word of the preview, what is done, and what the journal
# says of it. `days` go by before.
WALKS = [
    ("call", 0, {"result": "promised", "on": "2026-03-10", "amount": "400", "by": ME}, "Promised",
     "The call is recorded: €400.00.", "call"),
    ("reply", 0, {"text": "We paid this.\nPlease look."}, "On hold: reply", "What they wrote is recorded.", "replied"),
    ("promise", 0, {"on": "2026-03-10"}, "The promise is broken, if the money has not come",
     "The promise is recorded.", "hold"),
    ("plan", 0, {}, "Paying in parts", "The plan is agreed.", "hold"),
    ("dispute", 0, {"reason": HOSTILE, "amount": "120.50"}, "Dispute of €120.50",
     "The dispute is recorded: €120.50. €1,000.00 is open; next: notice “friendly” by e-mail", "dispute"),
    ("hold", 0, {"reason": "we talk", "until": "2026-03-09", "by": ME}, "Later",
     "The case is on hold. €1,000.00 is open; next: the hold ends: we talk, Tue 10 Mar 2026, 00:00.", "hold"),
    ("escalate", 0, {"queue": "collections", "reason": "wants a person"}, "With a person", "A person is asked.",
     "task"),
    ("stop", 0, {"reason": "bankruptcy"}, "Stopped", "Every case of the customer is stopped.", "hold"),
    ("send-now", 0, {"reason": "they asked", "by": ME}, "Herinnering: factuur INV-1", "The message was asked for.",
     "send_now"),
    ("resend", 2, {"reason": "it never came", "by": ME}, "Herinnering: factuur INV-1", "The copy was asked for.",
     "resend"),
    ("skip", 0, {"step": "final", "by": ME}, "no more", "The step is skipped.", "skip"),
    ("charge", 0, {"by": ME}, "Charge of €1,000.00", "The attempt was asked for.", "charge"),
    ("payment", 0, {"amount": "400.00", "as_of": "2026-03-01", "id": "bank-1"}, "€600.00",
     "The payment is booked: €400.00. €600.00 is open", "payment"),
    ("money-under-way", 0, {"amount": "1000.00", "until": "2026-03-06"}, "Money under way",
     "The money under way is recorded: €1,000.00.", "pending"),
    ("credit", 0, {"amount": "1000.00"}, "Credited", "The credit is booked: €1,000.00. The case is closed: credited.",
     "credit"),
    ("waive", 9, {"amount": "5.00", "reason": "goodwill", "by": ME}, "Waived of €5.00 of costs",
     "It is waived: €5.00. €1,010.00 is open", "waiver"),
    ("policy", 0, {"name": "gentle", "by": ME}, "Notice “friendly” by e-mail, demanding €1,000.00",
     "The other policy takes over.", "policy"),
    ("hand-off", 0, {"agency": "default", "by": ME}, "Handed off to default",
     "The debt goes to the agency. The case is closed: handed off.", "hand_off"),
    ("write-off", 0, {"reason": "dissolved", "by": ME}, "Written off",
     "The debt is given up. The case is closed: written off.", "write_off"),
    ("withdraw", 0, {"by": ME}, "Demand withdrawn", "The demand is withdrawn. The case is closed: withdrawn.",
     "withdraw"),
]  # fmt: skip


@pytest.mark.parametrize("name, days, said, shows, told_after, kind", WALKS, ids=[one[0] for one in WALKS])
@pytest.mark.usefixtures("book")
async def test_an_action_is_shown_before_it_is_done_and_done_once(  # noqa: PLR0917 - one walk
    browser: AsyncClient, machine: FakeTimeMachine, store: Store, name: str, days: int, said: Form, shows: str,
    told_after: str, kind: str,
) -> None:  # fmt: skip
    await machine.advance(timedelta(days=days))
    before = await kinds(store)
    page = await previewed(browser, name, said)
    assert page.status_code == 200
    assert shows in plain(page), plain(page)
    assert f"<h2>You are about to: {BY_NAME[name].title.lower()}</h2>" in page.text
    assert await kinds(store) == before  # a preview asks nobody and keeps nothing
    assert told_after in await done(browser, name, page)
    now = await kinds(store)
    assert now.count(kind) == before.count(kind) + 1, now


async def test_what_stands_is_lifted_answered_and_taken_back(book: Program, browser: AsyncClient, store: Store) -> None:
    """The actions that there is nothing to do with until something stands."""
    await book.post("/cases/INV-1/holds", {"id": "H-1", "reason": "we talk"})
    await book.post("/customers/ada/stop", {"reason": "bankruptcy"})
    await book.post("/cases/INV-1/disputes", {"id": "D-1", "reason": HOSTILE, "amount": euros("200.00")})
    await book.post("/cases/INV-1/escalations", {"reason": "wants a person"})
    task = next(one["id"] for one in (await book.get("/tasks")).json()["items"] if one["about"] == "escalation")
    case = await browser.get(CASE)
    for link in ("answer-dispute?dispute=D-1", f"answer-task?task={task}", "actions/release", "actions/lift-stop"):
        assert link in case.text, link
    assert "actions/recall" not in case.text
    assert HOSTILE in plain(case)

    page = await previewed(browser, "answer-dispute", {"answer": "part", "accepted": "120.00", "by": ME})
    assert "accepted in part: €120.00, the rest is rejected" in plain(page)
    assert HOSTILE in plain(page)
    assert "The dispute is answered. €880.00 is open" in await done(browser, "answer-dispute", page)

    page = await previewed(browser, "answer-task", {"answer": "go_to", "go_to": "final", "by": ME}, task=task)
    assert "Decide how to go on with Ada Lovelace Analytics, €880.00" in plain(page)
    assert "The task is answered." in await done(browser, "answer-task", page)
    page = await previewed(browser, "release", {"by": ME})
    assert "The hold is lifted." in await done(browser, "release", page)
    page = await previewed(browser, "lift-stop", {})
    assert "sooner" in plain(page) or "new" in plain(page)
    assert "next: fee of €15.00, Tue 3 Mar 2026, 08:00." in await done(browser, "lift-stop", page)

    await book.post("/cases/INV-1/hand-off")
    page = await previewed(browser, "recall", {"by": ME})
    assert "Opened again" in plain(page)
    assert "The debt is taken back." in await done(browser, "recall", page)
    assert (await kinds(store)).count("reopened") == 1


async def test_a_step_that_asks_is_approved_or_turned_down(
    program: Program, browser: AsyncClient, machine: FakeTimeMachine, store: Store
) -> None:
    await program.put("/customers/ada", a_customer(tags=["careful"]))
    await program.post("/invoices", an_invoice())
    await machine.advance(timedelta(days=3))
    case = await browser.get(CASE)
    assert "Approve the step “give up” for Ada Lovelace Analytics" in plain(case)
    page = await previewed(browser, "approve", {"answer": "no", "by": ME})
    assert "Skipped give up turned down by ann" in plain(page)
    yes = await sent(browser, "approve", {**inputs(page), "answer": "yes"}, "preview")
    assert "Written off" in plain(yes)
    assert "The case is closed: written off." in await done(browser, "approve", yes)
    assert "approve" in await kinds(store)


@pytest.mark.usefixtures("book")
async def test_a_note_stands_on_the_timeline_and_the_case_does_not_hear_of_it(
    browser: AsyncClient, program: Program, store: Store
) -> None:
    await program.post("/invoices", an_invoice(id="INV-2"))
    form: Form = {}
    for text, about in ((HOSTILE, "case"), ("ask for Ms de Wit", "customer")):
        form = inputs(await browser.get(f"{CASE}/actions/note"))
        for _ in range(2):
            answer = await sent(browser, "note", {**form, "text": text, "about": about, "by": ME}, "confirm")
            assert answer.status_code == 303, answer.text
    answer = await sent(
        browser, "note", {**form, "text": "and of the same form, once more", "about": "case"}, "confirm"
    )
    assert answer.status_code == 303
    case, other = plain(await browser.get(CASE)), plain(await browser.get("/cases/INV-2"))
    assert case.count(HOSTILE) == 1
    assert case.count("and of the same form, once more") == 1
    assert (case.count("ask for Ms de Wit"), other.count("ask for Ms de Wit")) == (1, 1)
    assert HOSTILE not in other
    notes = (await program.get("/cases/INV-1/notes")).json()["items"]
    assert {(one["by"], one["authenticated"]) for one in notes} == {(ME, "person ann")}
    assert sorted(one["text"] for one in notes) == sorted([HOSTILE, "and of the same form, once more"])
    every = (await program.get("/customers/ada/notes")).json()["items"]
    assert {one["text"] for one in every} == {HOSTILE, "ask for Ms de Wit", "and of the same form, once more"}
    made = await program.post("/customers/ada/notes", {"text": "from a program"}, under="n1")
    again = await program.post("/customers/ada/notes", {"text": "from a program"}, under="n1")
    assert (made.status_code, made.json()["id"]) == (201, again.json()["id"])
    assert (await program.post("/cases/NONE/notes", {"text": "x"})).status_code == 404
    assert await store.database.read(lambda tx: tx.rows(select(told))) == []
    assert "note" not in await kinds(store)


REFUSALS = [
    ("promise", {"on": "2026-06-30"}, "Tue 30 Jun 2026 is later than Mon 16 Mar 2026, the last day allowed", "A1"),
    ("promise", {"on": "2026-03-10", "amount": "1000.01"}, "€1,000.01 is promised, €1,000.00 is demandable", "A1"),
    ("plan", {"instalments.0.amount": "5"}, "the instalments add up to", "A3"),
    ("hold", {"reason": "x", "until": "2026-02-01", "by": ME}, "its last day Sun 1 Feb 2026 is past", "H1"),
    ("call", {"result": "promised", "on": "2027-01-01", "by": ME}, "the last day allowed", "A1"),
    ("resend", {"step": "reminder", "reason": "x", "by": ME}, "the notice of step reminder was not sent yet", "N3"),
    ("recall", {"by": ME}, "only a case that was handed off can be recalled", "S3"),
]


@pytest.mark.parametrize("name, said, why, rule", REFUSALS)
@pytest.mark.usefixtures("book")
async def test_what_the_rules_refuse_is_said_before_and_after_and_changes_nothing(
    browser: AsyncClient, store: Store, name: str, said: Form, why: str, rule: str
) -> None:
    before = await kinds(store)
    page = await previewed(browser, name, said)
    assert f"Not possible now: {why}" in plain(page) or why in plain(page)
    assert f'title="Rule {rule}"' in page.text
    assert 'value="confirm"' not in page.text
    forced = await sent(browser, name, inputs(page), "confirm")
    assert forced.status_code == 409
    assert why in plain(forced)
    assert await kinds(store) == [*before, "refused"]  # the journal alone knows of it (F6)
    changed = await sent(browser, name, inputs(page), "change")
    assert all(value in changed.text for value in said.values())


@pytest.mark.parametrize(
    "name, said, words",
    [
        ("promise", {}, "Fill this in."),
        ("promise", {"on": "someday"}, "Not understood: allowed is a day"),
        ("payment", {"amount": "1,000.00"}, "Not understood: allowed is"),
        ("payment", {"amount": "-5"}, "more than nought"),
        ("call", {"by": ME}, "Fill this in."),
        ("call", {"result": "call_back", "by": ME}, "Fill this in."),
        ("answer-task", {"answer": "write_off", "by": ME}, "Fill this in."),
        ("call", {"result": "call_back", "at": "tomorrow", "by": ME}, "Not understood: allowed is a moment"),
        ("call", {"result": "call_back", "at": "0001-01-01T00:00"}, "Not understood: allowed is a moment"),
        ("hold", {"reason": "x\x00y", "by": ME}, "a text on one line"),
        ("skip", {"step": "nonsense", "by": ME}, "This is not there to be chosen any more."),
    ],
)
@pytest.mark.usefixtures("book")
async def test_a_mistake_is_told_at_its_field_and_what_was_filled_in_stays(
    browser: AsyncClient, name: str, said: Form, words: str
) -> None:
    form = {**inputs(await browser.get(f"{CASE}/actions/{name}")), **said}
    page = await sent(browser, name, form, "preview")
    assert page.status_code == 422
    assert words in plain(page)
    assert inputs(page)["once"] == form["once"]
    assert said.get("by", "") in page.text


@pytest.mark.usefixtures("book")
async def test_who_comes_second_is_told_what_the_first_did_and_decides_anew(
    browser: AsyncClient, case_service: CaseService, store: Store
) -> None:
    page = await previewed(browser, "promise", {"on": "2026-03-10"})
    await case_service.ask("INV-1", Hold(id="H-9", reason="a colleague talks to them", by="J. Smit"), "k")
    answer = await sent(browser, "promise", inputs(page), "confirm")
    assert answer.status_code == 409
    assert "Since you opened this page, the case went on. Nothing of yours was done yet." in plain(answer)
    assert "On hold: a colleague talks to them · by J. Smit" in plain(answer)
    assert await kinds(store) == ["opened", "hold"]
    await case_service.tell("INV-1", Dispute(id="D-1", amount=None, reason="not ours"))  # and once more
    again = await sent(browser, "promise", inputs(answer), "confirm")
    assert "Dispute of €1,000.00" in plain(again)
    assert "Not possible now: the invoice is disputed in full" in plain(again)
    assert "promise" not in [value for _, value in await _holds(store)]
    page = await sent(browser, "promise", inputs(page), "preview")  # a preview tells it, too
    assert "Since you opened this page" in plain(page)


@pytest.mark.parametrize("said, go", [({"on": "someday"}, "preview"), ({"on": "2026-03-10"}, "change")])
@pytest.mark.usefixtures("book")
async def test_what_the_first_did_is_told_also_where_the_form_was_filled_in_anew(
    browser: AsyncClient, case_service: CaseService, said: Form, go: str
) -> None:
    page = await browser.get(f"{CASE}/actions/promise")
    await case_service.ask("INV-1", Hold(id="H-9", reason="a colleague talks to them", by="J. Smit"), "k")
    page = await sent(browser, "promise", {**inputs(page), **said}, go)
    assert "Since you opened this page" not in plain(page)
    page = await sent(browser, "promise", {**inputs(page), "on": "2026-03-10"}, "preview")
    assert "On hold: a colleague talks to them · by J. Smit" in plain(page)
    assert "Since you opened this page" not in plain(await sent(browser, "promise", inputs(page), "preview"))


async def _holds(store: Store) -> list[tuple[str, str]]:
    return [(line.kind, line.value) for line in (await store.cases.journal("INV-1")).rows if line.kind == "hold"]


@pytest.mark.usefixtures("book")
async def test_a_case_that_does_not_answer_gets_the_same_asking_again(
    browser: AsyncClient, case_client: FakeCaseClient, store: Store
) -> None:
    page = await previewed(browser, "hold", {"reason": "we talk", "by": ME})
    case_client.silent = True
    blind = await previewed(browser, "hold", {"reason": "another", "by": ME})
    assert "what would come of it cannot be shown" in plain(blind)
    answer = await sent(browser, "hold", inputs(page), "confirm")
    assert answer.status_code == 504
    assert "may still do it" in answer.text
    case_client.silent = False
    assert inputs(answer)["once"] == inputs(page)["once"]
    assert "The case is on hold." in await done(browser, "hold", answer)
    assert len(await _holds(store)) == 1


@pytest.mark.usefixtures("book")
async def test_a_form_comes_from_a_page_of_ours(browser: AsyncClient, store: Store) -> None:
    form = inputs(await previewed(browser, "hold", {"reason": "x", "by": ME}))
    assert (await sent(browser, "hold", {**form, "mark": "another"}, "confirm")).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    answer = await browser.post(f"{CASE}/actions/hold", data={**form, "go": "confirm"}, headers=foreign)
    assert answer.status_code == 403
    assert (await browser.get(f"{CASE}/actions/nonsense")).status_code == 404
    assert (await browser.get("/cases/NONE/actions/hold")).status_code == 404
    assert await _holds(store) == []


@pytest.mark.usefixtures("book")
async def test_nobody_is_offered_what_their_role_does_not_allow_and_a_form_of_it_changes_nothing(
    app: FastAPI, store: Store
) -> None:
    roles: tuple[tuple[str, Role, set[str]], ...] = (
        ("rob", "reader", set()), ("amy", "agent", {"promise", "hold", "note", "call"}),
    )  # fmt: skip
    mark_on = re.compile(r'name="mark" value="([^"]*)"')
    for name, role, offered in roles:
        await add_person(store, name, role)
        async with visiting(app) as client:
            browser = await sign_in(client, {"name": name, "password": PASSWORD})
            case = await browser.get(CASE)
            assert offered <= set(re.findall(r"/actions/([a-z-]+)", case.text))
            assert "/actions/write-off" not in case.text
            assert ("/actions/promise" in case.text) == ("promise" in offered)
            assert (await browser.get(f"{CASE}/actions/write-off")).status_code == 403
            form = {"mark": mark_on.search(case.text)[1], "reason": "x"}  # type: ignore[index]
            for go in ("preview", "confirm"):
                assert (await sent(browser, "write-off", form, go)).status_code == 403
    assert await kinds(store) == ["opened"]


async def test_the_answers_to_a_task_are_those_that_whoever_looks_at_it_may_give(
    book: Program, app: FastAPI, store: Store
) -> None:
    await book.post("/cases/INV-1/escalations", {"reason": "wants a person"})
    every = {"resume", "go_to", "hand_off", "write_off"}
    roles: tuple[tuple[str, Role, set[str]], ...] = (
        ("amy", "agent", {"resume"}), ("mia", "manager", {"resume", "go_to", "hand_off"}),
        ("fin", "finance", {"resume", "write_off"}),
    )  # fmt: skip
    for name, role, allowed in roles:
        await add_person(store, name, role)
        async with visiting(app) as client:
            browser = await sign_in(client, {"name": name, "password": PASSWORD})
            page = await browser.get(f"{CASE}/actions/answer-task")
            offered = set(re.findall(r'name="answer" value="([a-z_]+)"', page.text))
            assert offered == allowed
            assert ('name="go_to"' in page.text, 'name="reason"' in page.text) == (
                "go_to" in allowed, "write_off" in allowed,
            )  # fmt: skip
            for answer in every - allowed:
                more = {"answer": answer, "go_to": "final", "reason": "x"}
                assert (await sent(browser, "answer-task", inputs(page) | more, "preview")).status_code == 403
    assert await kinds(store) == ["opened", "hold", "task"]


@pytest.mark.usefixtures("book")
async def test_who_may_book_and_not_see_books_through_no_page(app: FastAPI, store: Store) -> None:
    await add_person(store, "bill", "billing")
    async with visiting(app) as client:
        browser = await sign_in(client, {"name": "bill", "password": PASSWORD})
        sessions, cookies = app.state.pages.sessions, dict(client.cookies)
        form = {"mark": sessions.form_mark(cookies["dunning_session"]), "amount": "5.00"}
        assert (await sent(browser, "payment", form, "preview")).status_code == 403


@pytest.mark.usefixtures("book")
async def test_what_takes_two_people_is_not_said_to_be_done(case_service: CaseService, ann: Form, store: Store) -> None:
    careful = replace(case_service, four_eyes=FourEyes(write_off={"EUR": Decimal(0)}))
    rules = PoliciesInForce(policies(), calendar, catalogue())
    async with visiting(create_app(careful, rules, ApiConfiguration(secret=SECRET, decoy=CHEAP))) as client:
        browser = await sign_in(client, ann)
        page = await previewed(browser, "write-off", {"reason": "dissolved"})
        assert "Task for approvals: decide as the second person" in plain(page)
        told_after = await done(browser, "write-off", page)
    assert told_after.startswith("A second person is asked: it happens when they approve it. €1,000.00 is open")
    assert await kinds(store) == ["opened", "task"]


@pytest.mark.usefixtures("book")
async def test_a_payment_that_is_known_otherwise_is_said_so(browser: AsyncClient, program: Program) -> None:
    await program.post("/payments", {"id": "bank-1", "invoice_id": "INV-1", "amount": euros("10.00")})
    page = await previewed(browser, "payment", {"amount": "11.00", "id": "bank-1"})
    answer = await sent(browser, "payment", inputs(page), "confirm")
    assert answer.status_code == 409
    assert "bank-1 with other content" in plain(answer)


async def test_a_paid_case_needs_no_steps_and_owes_nothing(program: Program, browser: AsyncClient) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    await program.post("/payments", {"id": "bank-1", "invoice_id": "INV-1", "amount": euros("1305.00")})
    page = plain(await browser.get(CASE))
    for text in ("Credit €305.00", "Demanded Nothing", "reminder not needed", "Owed €0.00", "Their credit €305.00"):
        assert text in page, text
    assert "\N{MINUS SIGN}€305.00" not in page


def test_each_action_can_be_asked_for_in_a_form_and_names_what_its_body_has() -> None:
    walked = {one[0] for one in WALKS} | {
        "answer-dispute",
        "answer-task",
        "release",
        "lift-stop",
        "recall",
        "approve",
        "reverse",
    }
    assert {action.name for action in ACTIONS} == walked | {"note"}
    for action in ACTIONS:
        for ask in action.asks:
            assert action.widget(ask).kind, (action.name, ask.name)
            if ask.name in action.shape.model_fields and ask.kind is None:
                assert widget_of(action.shape, ask.name).longest != 0
        asked = {ask.name for ask in action.asks}
        needed = {name for name, field in action.shape.model_fields.items() if field.is_required()}
        assert needed - asked <= {"id", "invoice_id"}, action.name
