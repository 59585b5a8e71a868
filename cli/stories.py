"""Scenarios told on the core: files in, differences out. The one place that puts the core engine together."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from adapters.calendars import calendar_for, is_holiday_code
from adapters.policies import read_policies, shipped
from adapters.policy_document import read_policy
from adapters.yaml import Document
from cli.story_files import Portion, documents, portions, story_files
from cli.story_mistakes import scenario_mistakes
from dunning.calendar import Calendar
from dunning.errors import DunningError, Problem, ScenarioError
from dunning.policy import Policy
from dunning.records import Customer
from dunning.simulation.core_engine import Stage, play, stage
from dunning.simulation.scenario import Scenario, parse_scenario
from dunning.simulation.story import differences

# A story's creditor lives here, whatever the settings say: a scenario must end the same on every machine.
ZONE: Final = "Europe/Amsterdam"
COUNTRY: Final = "NL"
WORTH_A_PROCESS: Final = 3  # portions; below, starting processes costs more than it saves
Policies = Mapping[str, Policy]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one scenario: it passed if nothing differs."""

    file: str
    line: int
    scenario: str
    rules: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario of a file, with the policy that it names."""

    file: str
    line: int
    scenario: Scenario
    stage: Stage


@dataclass(frozen=True, slots=True)
class Heard:
    """What a portion came to: verdicts, or what is wrong with its file."""

    verdicts: tuple[Verdict, ...] = ()
    mistakes: tuple[Problem, ...] = ()
    file: str = ""


def known_policies(folder: Path | None = None) -> Policies:
    """The shipped policies and those of a file or folder, which come first. Raises `PolicyError`."""
    own = read_policies(folder) if folder is not None else ()
    return {**shipped(), **{policy.name: policy for policy in own}}


def calendar(policy: Policy, customer: Customer, first: date, last: date) -> Calendar:
    """The calendar of a story."""
    return calendar_for(
        policy.calendar,
        customer_timezone=customer.timezone,
        customer_country=customer.country,
        customer_subdivision=customer.subdivision,
        creditor_timezone=ZONE,
        creditor_country=COUNTRY,
        start=first,
        until=last,
    )


def read_stories(paths: Iterable[Path], policies: Policies) -> tuple[Story, ...]:
    """Every scenario of the files and folders. Raises `ScenarioError` with the mistakes of the first bad file."""
    every = (portion for file in story_files(paths) for portion in portions(file))
    return tuple(_story(document, policies) for portion in every for document in documents(portion))


def tell_on_core(
    paths: Iterable[Path],
    policies: Policies,
    watch: Callable[[Sequence[Portion]], Iterable[Portion]] = iter,
) -> tuple[Verdict, ...]:
    """The verdict on every scenario, in the order of the files. Raises `ScenarioError` with all mistakes of all files.

    Many are told by several processes. `watch` passes the portions on and may show how far we are.
    """
    work = [portion for file in story_files(paths) for portion in portions(file)]
    heard = _by_many(work, policies, watch) if len(work) >= WORTH_A_PROCESS else _by_one(watch(work), policies)
    wrong = [one for one in heard if one.mistakes]
    if wrong:
        raise _together(wrong)
    return tuple(verdict for one in heard for verdict in one.verdicts)


def judged(story: Story, policies: Policies) -> Verdict:
    """Tell one scenario on the core."""
    try:
        told = play(story.stage, calendar, policies.get)
        wrong = differences(story.scenario, told, story.stage.calendar)
    except DunningError as error:
        raise ScenarioError(story.file, [Problem("", story.line, str(error), "a story that can be told")]) from None
    except Exception as error:  # noqa: BLE001 - a story that breaks the engine has failed; the others go on
        wrong = [f"the engine broke: {type(error).__name__}: {error}"]
    return verdict_on(story, wrong)


def verdict_on(story: Story, wrong: Iterable[str]) -> Verdict:
    """What came of a story, given what differs."""
    return Verdict(story.file, story.line, story.scenario.scenario, story.scenario.rules, tuple(wrong))


def _by_one(work: Iterable[Portion], policies: Policies) -> list[Heard]:
    return [_heard(portion, policies) for portion in work]


def _by_many(
    work: Sequence[Portion], policies: Policies, watch: Callable[[Sequence[Portion]], Iterable[Portion]]
) -> list[Heard]:
    """Forked, so that nothing is imported twice; nothing here has threads that a fork could leave behind."""
    processes = min(len(os.sched_getaffinity(0)), len(work))
    if processes == 1:
        return _by_one(watch(work), policies)
    is_holiday_code(COUNTRY)  # reads the holidays of the world, which otherwise each process would do for itself
    with ProcessPoolExecutor(processes, get_context("fork"), _begin, (policies,)) as pool:
        promised = [pool.submit(_heard_by_process, portion) for portion in work]
        return [one.result() for _, one in zip(watch(work), promised, strict=True)]


_OF_THIS_PROCESS: dict[str, Policy] = {}


def _begin(policies: Policies) -> None:
    gc.freeze()  # what was imported before the fork is never garbage
    _OF_THIS_PROCESS.update(policies)


def _heard_by_process(portion: Portion) -> Heard:
    return _heard(portion, _OF_THIS_PROCESS)


def _heard(portion: Portion, policies: Policies) -> Heard:
    verdicts: list[Verdict] = []
    mistakes: list[Problem] = []
    try:
        for document in documents(portion):
            try:
                verdicts.append(judged(_story(document, policies), policies))
            except ScenarioError as mistake:
                mistakes += mistake.problems
    except ScenarioError as mistake:
        mistakes += mistake.problems
    return Heard(tuple(verdicts), tuple(mistakes), portion.file)


def _story(document: Document, policies: Policies) -> Story:
    scenario = _scenario(document)
    policy = _policy(scenario, document, policies)
    try:
        on = stage(scenario, policy, calendar)
    except DunningError as error:
        raise ScenarioError(document.file, [Problem("", document.line(()), str(error), "a known calendar")]) from None
    return Story(document.file, document.line(("scenario",)) or 1, scenario, on)


def _scenario(document: Document) -> Scenario:
    """What the document tells; its mistakes are told in the words of the written form."""
    if not isinstance(document.value, Mapping):
        return parse_scenario(document.value, document.file)
    try:
        return Scenario.model_validate(dict(document.value))
    except ValidationError as error:
        raise ScenarioError(document.file, scenario_mistakes(document, error)) from None


def _policy(scenario: Scenario, document: Document, policies: Policies) -> Policy:
    """The policy of that name, or the one written inline."""
    if isinstance(scenario.policy, str):
        if scenario.policy in policies:
            return policies[scenario.policy]
        found = Problem("policy", document.line(("policy",)), scenario.policy, f"one of {', '.join(sorted(policies))}")
        raise ScenarioError(document.file, [found])
    policy, problems = read_policy(document, ("policy",))
    if policy is None:
        raise ScenarioError(document.file, problems)
    return policy


def _together(wrong: Sequence[Heard]) -> ScenarioError:
    """All mistakes as one error that still names each file."""
    first = wrong[0]
    lines = [str(ScenarioError(one.file, one.mistakes)) for one in wrong]
    return ScenariosError(first.file, [problem for one in wrong for problem in one.mistakes], "\n".join(lines))


class ScenariosError(ScenarioError):
    """The mistakes of several files."""

    def __init__(self, file: str, problems: Iterable[Problem], text: str) -> None:
        """`text` names each file with its own mistakes."""
        super().__init__(file, problems)
        self.text = text

    def __str__(self) -> str:
        return self.text
