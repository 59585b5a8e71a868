"""The findings of a replay of fines, for people and for programs."""

from __future__ import annotations

from typing import Any

from bench.traffic_fines.comparison import Check, Comparison
from cli import terminal
from cli.scenarios.scenarios import Engine

WHERE = {Engine.CORE: "on the core", Engine.TEMPORAL: "by the real workflow on a Temporal server"}
SHOWN = 20  # differences; one cause tends to make many


def say_findings(found: Comparison, engine: Engine) -> None:
    """Say it all, the differences last."""
    terminal.say(f"{found.fines:,} fines, {found.first} to {found.last}, replayed {WHERE[engine]}")
    _authority(found)
    _standing(found)
    _ours(found)
    terminal.say()
    for difference in found.differences[:SHOWN]:
        terminal.say(f"DIFFERS {difference}")
    if len(found.differences) > SHOWN:
        terminal.say(f"... and {len(found.differences) - SHOWN:,} more; --json has them all")
    terminal.say(f"{len(found.differences):,} differences that no rule explains")


def _authority(found: Comparison) -> None:
    terminal.say("\nUnder the authority's rule: a penalty 60 calendar days after the notification, appeal or not")
    for check in found.checks:
        counts = f"{check.as_the_file:,} of {check.of:,}"
        terminal.say(f"  {counts:>15}  {check.claim}{_spared(check)}")
    if any(check.spared for check in found.checks):
        names = ", ".join(sorted({one for check in found.checks for one in check.spared}))
        terminal.say(f"{'':17}* had paid all that was asked before the penalty; the case was closed (F3): {names}")


def _spared(check: Check) -> str:
    return f"; the other {len(check.spared)} *" if check.spared else ""


def _standing(found: Comparison) -> None:
    terminal.say("\nLeft in the end, by the file: fine, postage and penalty less all payments; nothing if dismissed")
    for how, count in found.standing.most_common():
        terminal.say(f"  {count:>15,}  {how}")


def _ours(found: Comparison) -> None:
    appealed, paid, spared = found.appealed, len(found.paid_up), len(found.spared)
    both = appealed.all + paid - spared
    terminal.say("\nUnder our rules: an appeal is a dispute of the whole (D1), and who has paid is left alone (F3)")
    for count, what in (
        (spared, f"of {found.penalties:,} would not have had the penalty on that day:"),
        (appealed.all, "had appealed and had no answer yet, of whom"),
        (appealed.dismissed, "    had the fine dismissed later: no penalty, ever"),
        (appealed.rejected, "    had the appeal rejected later: the penalty comes the day after the answer"),
        (appealed.no_end, "    have no answer in the file"),
        (paid, f"had paid all that was asked{f'; {both} of them had appealed too' if both else ''}"),
    ):
        terminal.say(f"  {count:>15,}  {what}")
    late, handed = found.paid_at_once, found.paid_at_once_but_handed_over or "none"
    terminal.say(f"  {late:>15,}  more paid fine and postage on the penalty's day or up to three days after;")
    terminal.say(f"{'':17}  the authority handed over {handed} of them")


def as_json(found: Comparison, engine: Engine) -> dict[str, Any]:
    """The same for programs."""
    return {
        "engine": str(engine),
        "fines": found.fines,
        "first_on": found.first,
        "last_on": found.last,
        "penalties": found.penalties,
        "checks": [
            {
                "claim": check.claim,
                "of": check.of,
                "as_the_file": check.as_the_file,
                "spared": check.spared,
                "different": check.different,
            }
            for check in found.checks
        ],
        "left_in_the_end": dict(found.standing),
        "under_our_rules": {
            "spared": found.spared,
            "appealed_and_dismissed_later": found.appealed.dismissed,
            "appealed_and_rejected_later": found.appealed.rejected,
            "appealed_without_an_answer": found.appealed.no_end,
            "paid_before": found.paid_up,
            "paid_within_three_days_after": found.paid_at_once,
            "of_these_handed_over": found.paid_at_once_but_handed_over,
        },
        "differences": len(found.differences),
    }
