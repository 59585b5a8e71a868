"""`dunning policy`: is a policy right, how is one written, and which one takes an invoice and why?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import terminal
from cli.exits import BadInput, Exit

if TYPE_CHECKING:
    from dunning.errors import FileMistake
    from dunning.policy import Policy
    from dunning.policy.choose import Choice

app = typer.Typer(help="Policies: check them, describe them, ask which one takes an invoice.", no_args_is_help=True)


class SchemaOf(StrEnum):
    """What a schema describes."""

    POLICY = "policy"
    SCENARIO = "scenario"


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Policy files, or folders.", exists=True)],
    *,
    json: terminal.Json = False,
) -> None:
    """Read policies and say all that is wrong with them, alone and together. Exit 1 if anything is."""
    with terminal.waiting("reading the policies"):
        from adapters.messages.catalogue import catalogue
        from adapters.policies import read_policies
        from cli.wording import count
        from dunning.errors import PolicyError
        from dunning.policy.overlap import check_together

    good: list[tuple[Path, Policy]] = []
    bad: list[FileMistake] = []
    for file in files:
        try:
            good += [(file, policy) for policy in read_policies(file, catalogue())]
        except PolicyError as error:
            bad.append(error)
    try:
        check_together({policy.name: policy for _, policy in good}.values(), ", ".join(map(str, files)))
    except PolicyError as error:
        bad.append(error)
    if json:
        terminal.say_json({"ok": not bad, "policies": [_as_json(*one) for one in good], "problems": _problems(bad)})
    else:
        for mistake in bad:
            terminal.say(str(mistake))
        for file, policy in good:
            steps = count(len(policy.steps), "step")
            terminal.say(f"{file}: {policy.name} is right: {steps}, priority {policy.priority}")
        mistakes = count(sum(len(mistake.problems) for mistake in bad), "mistake")
        terminal.say(f"{len(good)} right, {mistakes}")
    raise typer.Exit(Exit.NEGATIVE if bad else Exit.DONE)


@app.command("schema")
def schema(
    *,
    of: Annotated[SchemaOf, typer.Option(help="What the schema describes.")] = SchemaOf.POLICY,
    json: terminal.Json = True,  # noqa: ARG001 - a schema is JSON with or without
) -> None:
    """Print the JSON Schema of a policy or a scenario, for editors."""
    with terminal.waiting("loading the program"):
        from adapters.policies import policy_schema
        from cli.scenarios.scenario_schema import scenario_schema

    terminal.say_json(policy_schema() if of is SchemaOf.POLICY else scenario_schema())


@app.command("explain")
def explain(
    asked: Annotated[
        list[str],
        typer.Argument(
            metavar="INVOICE | FIELD=VALUE...",
            help="An invoice that the store knows, or facts such as customer.country=NL invoice.amount=250.00.",
        ),
    ],
    *,
    policies: terminal.PoliciesOption = None,
    json: terminal.Json = False,
) -> None:
    """Say which policy takes an invoice, and why each of the others does not. Exit 1 if none does."""
    by_facts = any("=" in one for one in asked)
    if not by_facts and len(asked) != 1:
        raise BadInput(f"explain: found {' '.join(asked)}; allowed one invoice, or facts such as customer.country=NL")
    with terminal.waiting("reading the policies"):
        from cli.policies.choices import choice_by_facts, choice_for_invoice

        choice = choice_by_facts(asked, policies) if by_facts else choice_for_invoice(asked[0], policies)
    if json:
        terminal.say_json(_choice_as_json(choice))
    else:
        _tell(choice)
    raise typer.Exit(Exit.DONE if choice.policy else Exit.NEGATIVE)


def _tell(choice: Choice) -> None:
    terminal.say(f"{choice.policy.name} takes it" if choice.policy else "no policy takes it")
    for reason in choice.reasons:
        terminal.say(f"  priority {reason.priority}: {reason}")


def _choice_as_json(choice: Choice) -> dict[str, Any]:
    return {
        "policy": choice.policy.name if choice.policy else None,
        "reasons": [
            {
                "policy": reason.policy,
                "priority": reason.priority,
                "chosen": reason.chosen,
                "matches": reason.matches,
                "mismatches": [
                    {"field": one.field, "found": one.found, "allowed": one.allowed} for one in reason.mismatches
                ],
            }
            for reason in choice.reasons
        ],
    }


def _as_json(file: Path, policy: Policy) -> dict[str, Any]:
    return {
        "file": str(file),
        "name": policy.name,
        "priority": policy.priority,
        "steps": [step.name for step in policy.steps],
    }


def _problems(mistakes: list[FileMistake]) -> list[dict[str, Any]]:
    return [
        {
            "file": mistake.file,
            "line": problem.line,
            "place": problem.place,
            "found": problem.found,
            "allowed": problem.allowed,
        }
        for mistake in mistakes
        for problem in mistake.problems
    ]
