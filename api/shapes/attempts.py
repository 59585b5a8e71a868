"""Attempts to charge and the methods they are made by, each with what the rule book makes of it (C2, C4)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.shapes.values import Day, Moment, Shape, Sum, example, one_of
from dunning.rulebook.rows import Kind

Made = Literal["here", "elsewhere", "not"]
State = Annotated[str, one_of(["unknown", "underway", "approved", "declined", "failed", "forbidden"])]


class AttemptOut(Shape):
    """One try to charge a method. What was not told, or does not apply, is null."""

    model_config = example(
        number=1,
        made="here",
        method="card_main",
        amount={"amount": "49.00", "currency": "USD"},
        at="2026-03-01T05:00:00Z",
        by="ladder",
        state="declined",
        code="insufficient_funds",
        network_code="51",
        row="stripe insufficient_funds",
        meaning="not enough money or credit",
        source="https://docs.stripe.com/declines/codes",
        follows="try_later",
        not_before="2026-03-02T05:00:00Z",
    )

    number: int | None = Field(default=None, description="counts the attempts of the case itself")
    made: Made = Field(
        default="here", description="`elsewhere`: by the billing system itself; `not`: the rule book forbade it"
    )
    method: str | None
    amount: Sum | None
    at: Moment
    by: str | None = Field(default=None, description="`ladder`, `plan`, `customer`, or the person who asked for it")
    state: State = Field(description="what it came to; `failed`: a fact told so, and the provider is asked why")
    code: str | None = Field(default=None, description="the provider's")
    advice: str | None = Field(default=None, description="the provider's, or the network's through theirs")
    network_code: str | None = None
    network_advice: str | None = None
    row: str | None = Field(default=None, description="the row of the rule book that decided")
    meaning: str | None = Field(default=None, description="what that row says")
    source: str | None = Field(default=None, description="the page where the row was read")
    follows: Kind | None = Field(default=None, description="what the row asks for")
    not_before: Moment | None = Field(default=None, description="the method is not tried again before")
    settles_by: Day | None = Field(default=None, description="of a bank debit that is under way")
    is_known: bool = Field(default=True, description="false where no table of the rule book lists the code")

    def explaining(self, other: AttemptOut) -> AttemptOut:
        """The same attempt as another one tells of it, with all that this one knows of its answer."""
        told = self.model_fields_set - {"number", "made", "method", "amount", "at", "by", "state"}
        return other.model_copy(update={name: getattr(self, name) for name in told})


class MethodInCase(Shape):
    """A payment method as the case sees it, and whether the rule book lets it be tried now."""

    model_config = example(
        id="card_main",
        network="visa",
        brand="Visa",
        last4="4242",
        expires="2027-04",
        status="usable",
        waits_until="2026-03-04T05:00:00Z",
        may="later",
        not_before="2026-03-12T05:00:00Z",
        row="visa.reattempts.20",
        why="20 of 20 in 30 days are used",
        source="https://docs.stripe.com/declines",
    )

    id: str
    network: str | None
    brand: str | None
    last4: str | None
    expires: str | None = Field(default=None, description="the last month in which a card is valid, such as 2027-04")
    status: Literal["usable", "waiting", "finished"] | None = Field(
        description="what the case makes of it: `waiting` is for the customer; null: no case answers"
    )
    waits_until: Moment | None = Field(description="the case itself does not try it before")
    may: Literal["now", "later", "never"] = Field(description="what the rule book says of an attempt at this moment")
    not_before: Moment | None = Field(description="with `later`: from when on")
    row: str | None = Field(description="the row that decided; null where nothing speaks against it")
    why: str | None = Field(description="what that row says")
    source: str | None = Field(description="the page where the row was read")


class Review(Shape):
    """A decline that a person should look at. `unknown`: no table lists the code; `ours`: our set-up or data is wrong;
    `marked`: the rule book wants somebody to see it.
    """

    model_config = example(
        invoice_id="INV-2041",
        customer_id="acme",
        number=2,
        at="2026-03-01T05:00:00Z",
        method="card_main",
        network="visa",
        brand="Visa",
        last4="4242",
        amount={"amount": "49.00", "currency": "USD"},
        code="fraudulent",
        advice=None,
        network_code="59",
        network_advice=None,
        row="stripe fraudulent",
        meaning="suspected fraud",
        source="https://docs.stripe.com/declines/codes",
        reason="marked",
        updated_at="2026-03-01T05:00:02Z",
    )

    invoice_id: str
    customer_id: str
    number: int
    at: Moment
    method: str
    network: str | None
    brand: str | None
    last4: str | None
    amount: Sum
    code: str | None
    advice: str | None
    network_code: str | None
    network_advice: str | None
    row: str
    meaning: str
    source: str | None
    reason: Literal["unknown", "ours", "marked"]
    updated_at: Moment
