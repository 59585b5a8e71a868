"""Success is answered for what was done, and for nothing else: requests, ids, and who asked."""

from __future__ import annotations

import httpx2
from temporalio.client import WorkflowUpdateFailedError

from bench.attack.attacks import attack
from bench.attack.debtor import a_debtor, day, euros
from bench.attack.stage import Stage
from bench.attack.verdict import must, must_be

CALL = {"id": "H-1", "reason": "a call"}


@attack("answers", quick=True)
async def hold_that_was_released_is_made_again_under_its_id(stage: Stage) -> None:
    """A hold that has ended, made again under its id, holds."""
    debtor = await a_debtor(await stage.plain())
    for path, body in (("holds", CALL), ("holds/H-1/release", {}), ("holds", CALL)):
        answer = await debtor.ask(path, body)
        must_be(answer.status_code, 200, f"{path} {answer.text}")
    must_be(await debtor.holds(), ["H-1"], "holds")


@attack("answers")
async def hold_that_ran_out_is_made_again_under_its_id(stage: Stage) -> None:
    """A hold that ran out, made again under its id, holds."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    must_be((await debtor.ask("holds", CALL | {"until": day(1)})).status_code, 200, "the first hold")
    await product.advance("3", "days")
    must_be(await debtor.holds(), [], "holds when its day is past")
    answer = await debtor.ask("holds", CALL)
    must_be((answer.status_code, await debtor.holds()), (200, ["H-1"]), answer.text)


@attack("answers", quick=True)
async def refused_release_is_right_now(stage: Stage) -> None:
    """What was refused is judged by what holds now, under the same Idempotency-Key and under another."""
    debtor = await a_debtor(await stage.plain())
    key = f"{debtor.invoice_id}-release"
    must_be((await debtor.ask("holds/H-1/release", {}, under=key)).status_code, 409, "a release of nothing")
    await debtor.ask("holds", CALL)
    answer = await debtor.ask("holds/H-1/release", {}, under=key)
    must_be((answer.status_code, await debtor.holds()), (200, []), answer.text)


@attack("answers", quick=True)
async def corrected_promise_has_an_answer_of_its_own(stage: Stage) -> None:
    """A promise that was refused and is corrected, under its id, is taken."""
    debtor = await a_debtor(await stage.plain())
    promise = {"id": "PTP-1", "amount": euros("999.00"), "on": day(9)}
    must_be((await debtor.ask("promises", promise)).status_code, 409, "more than is owed")
    answer = await debtor.ask("promises", promise | {"amount": euros("50.00")})
    must_be(answer.status_code, 200, answer.text)
    must_be((await debtor.shown())["promise"]["id"], "PTP-1", "the promise")


@attack("answers", quick=True)
async def direct_update_is_known_by_its_id(stage: Stage) -> None:
    """An update id is applied once; the same hold under another is the same answer, and other content is refused."""
    debtor = await a_debtor(await stage.plain())
    for update_id in ("u1", "u1", "u2"):
        await debtor.workflow.execute_update("hold", CALL, id=update_id)
    must_be(len(await debtor.journal("hold")), 1, "lines of a hold that was asked for three times")
    try:
        await debtor.workflow.execute_update("hold", CALL | {"reason": "another"}, id="u3")
    except WorkflowUpdateFailedError:
        return
    must(False, "a standing hold was changed by its id")  # noqa: FBT003 - it must not come to this


@attack("answers", quick=True)
async def known_ids_with_other_content(stage: Stage) -> None:
    """A payment, credit or dispute of a known id with other content is a conflict that says what is known."""
    debtor = await a_debtor(await stage.plain())
    name = debtor.invoice_id
    told = [
        (f"/invoices/{name}/credits", {"id": f"{name}-cn"}, "5.00", "50.00"),
        ("/payments", {"id": f"{name}-p", "invoice_id": name}, "10.00", "11.00"),
        (f"{debtor.case}/disputes", {"id": "D-1", "reason": "two were wet"}, "20.00", "30.00"),
    ]
    for path, body, first, other in told:
        taken = await debtor.product.post(path, body | {"amount": euros(first)})
        must_be(taken.status_code, 202, taken.text)
        answer = await debtor.product.post(path, body | {"amount": euros(other)})
        must_be(answer.status_code, 409, f"{path}: {answer.text}")
        must(first in answer.text, f"what is known is not said: {answer.text}")
        again = await debtor.product.post(path, body | {"amount": euros(first)})
        must(again.is_success, f"the same again: {again.text}")


@attack("answers", quick=True)
async def known_id_with_other_content_by_signal(stage: Stage) -> None:
    """Told by signal, a known id with other content is a line `unapplied` and a task `message`, and moves no money."""
    debtor = await a_debtor(await stage.plain())
    for amount in ("10.00", "11.00"):
        await debtor.told("payment_received", {"id": f"{debtor.invoice_id}-s", "amount": amount})
    await debtor.goes_on()
    must_be(len(await debtor.journal("unapplied")), 1, "lines unapplied")
    must_be(len(await debtor.tasks("message")), 1, "tasks")
    must_be((await debtor.shown())["money"]["balance"], euros("89.99"), "the balance")


@attack("answers", quick=True)
async def payment_id_counts_once_over_all_invoices(stage: Stage) -> None:
    """A payment's id counts once over all invoices."""
    product = await stage.plain()
    one, other = await a_debtor(product), await a_debtor(product)
    must_be((await one.pay(f"{one.invoice_id}-once", "10.00")).status_code, 202, "the first")
    answer = await other.pay(f"{one.invoice_id}-once", "10.00")
    must_be(answer.status_code, 409, answer.text)
    must_be((await other.shown())["money"]["balance"], euros("100.00"), "the other's balance")


@attack("answers")
async def two_api_keys_with_one_idempotency_key(stage: Stage) -> None:
    """Two API keys with one Idempotency-Key do not meet: each makes a hold of its own."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    key = f"{debtor.invoice_id}-both"
    second = (await product.dunning("keys", "create", f"second-{debtor.invoice_id}", "--role", "admin")).out.strip()
    headers = {"Authorization": f"Bearer {second}", "Idempotency-Key": key}
    mine = await debtor.ask("holds", {"reason": "a call"}, under=key)
    theirs = await product.http.post(f"/v1{debtor.case}/holds", json={"reason": "a call"}, headers=headers)
    must_be((mine.status_code, theirs.status_code), (200, 200), theirs.text)
    must("Idempotent-Replayed" not in theirs.headers, "the answer to another API key")
    must_be(len(set(await debtor.holds())), 2, "holds")


@attack("answers", quick=True)
async def same_json_in_other_white_space(stage: Stage) -> None:
    """The same JSON in other white space and another order is the same request; other content is none."""
    debtor = await a_debtor(await stage.plain())
    headers = {"Idempotency-Key": f"{debtor.invoice_id}-white", "Content-Type": "application/json"}

    async def sent(body: str) -> httpx2.Response:
        return await debtor.product.http.post(f"/v1{debtor.case}/holds", content=body, headers=headers)

    first = await sent('{"id":"H-1","reason":"a call"}')
    again = await sent('{ "reason" : "a call",\n "id": "H-1" }')
    must_be((first.status_code, again.status_code), (200, 200), again.text)
    must_be(again.headers.get("Idempotent-Replayed"), "true", "the mark of a repeat")
    must_be((await sent('{"id":"H-2","reason":"a call"}')).status_code, 422, "another request under the key")


@attack("answers", quick=True)
async def pure_check_needs_no_key(stage: Stage) -> None:
    """Checking a policy needs no Idempotency-Key; doing something does."""
    product = await stage.plain()
    debtor = await a_debtor(product)
    yaml = {"Content-Type": "application/yaml"}
    check = await product.http.post("/v1/policies/check", content="name: x\n", headers=yaml)
    must_be(check.status_code, 200, check.text)
    must_be((await product.http.post(f"/v1{debtor.case}/holds", json=CALL)).status_code, 400, "a hold without a key")


@attack("answers", quick=True)
async def policy_that_there_is_not(stage: Stage) -> None:
    """A change to a policy that there is not is refused at once and changes nothing."""
    debtor = await a_debtor(await stage.plain())
    answer = await debtor.ask("policy", {"name": "no-such"})
    must(answer.status_code in {409, 422}, f"{answer.status_code} {answer.text}")
    must_be((await debtor.shown())["policy"], "attacked", "the policy")


@attack("answers", quick=True)
async def who_was_let_in_stands_on_the_journal(stage: Stage) -> None:
    """Lines of what was asked name the API key beside whom the request claims; a release names somebody too."""
    debtor = await a_debtor(await stage.plain())
    await debtor.ask("holds", CALL | {"by": "r.devries"})
    await debtor.ask("holds/H-1/release", {})
    found = [(line["by"], line["authenticated"]) for kind in ("hold", "release") for line in await debtor.journal(kind)]
    must_be(found, [("r.devries", "key attacker"), ("key attacker", "key attacker")], "who asked, who was let in")


@attack("answers", quick=True)
async def reasons_are_read_where_they_are_needed(stage: Stage) -> None:
    """The reason of a dispute is in the case and its journal, a reversal's id and code on its line."""
    debtor = await a_debtor(await stage.plain())
    payment = f"{debtor.invoice_id}-taken"
    await debtor.pay(payment, "10.00")
    back = {"id": f"{payment}-back", "invoice_id": debtor.invoice_id, "amount": euros("10.00"), "code": "AM04"}
    must_be((await debtor.product.post(f"/payments/{payment}/reversals", back)).status_code, 202, "a reversal")
    await debtor.ask("disputes", {"id": "D-1", "reason": "two boxes were wet"})
    await debtor.goes_on()
    must("two boxes were wet" in (await debtor.product.get(debtor.case)).text, "no reason in the case")
    lines = (await debtor.product.get(f"{debtor.case}/journal", limit=200)).text
    must(all(word in lines for word in ("two boxes were wet", f"{payment}-back", "AM04")), lines)
