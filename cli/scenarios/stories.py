"""Scenarios told on the core: files in, differences out. The one place that puts the core engine together."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from adapters.calendars import creditors_calendars, is_holiday_code, zone_of_country
from adapters.document import Document, Place
from adapters.policies import read_policies, shipped_policies
from adapters.policy_document import read_policy
from cli.scenarios.story_files import Portion, documents, portions, story_files
from cli.scenarios.story_mistakes import scenario_mistakes
from dunning.errors import DunningError, Mistake, ScenarioError, as_path
from dunning.policy import Policy
from dunning.ports import CalendarFor
from dunning.scenarios.core_engine import StoryStage, play, stage_of_story
from dunning.scenarios.scenario import Scenario
from dunning.scenarios.story import differences

# A story's creditor lives here, whatever the settings say: a scenario must end the same on every machine.
ZONE: Final = "Europe/Amsterdam"
COUNTRY: Final = "NL"
WORTH_A_PROCESS: Final = 3  # portions; below, starting processes costs more than it saves
KnownPolicies = Mapping[str, Policy]


@dataclass(frozen=True, slots=True)
class StoryVerdict:
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
    stage: StoryStage


@dataclass(frozen=True, slots=True)
class PortionResult:
    """What a portion came to: verdicts, or what is wrong with its file."""

    verdicts: tuple[StoryVerdict, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    file: str = ""


def known_policies(folder: Path | None = None) -> KnownPolicies:
    """The shipped policies and those of a file or folder, which come first. Raises `PolicyError`."""
    own = read_policies(folder) if folder is not None else ()
    return {**shipped_policies(), **{policy.name: policy for policy in own}}


story_calendar = creditors_calendars(ZONE, COUNTRY)


def calendar_of(scenario: Scenario) -> CalendarFor:
    """How the calendars of this story's creditor are made."""
    country = scenario.creditor.country
    if country is None:
        return story_calendar
    return creditors_calendars(zone_of_country(country) or ZONE, country)


def read_stories(paths: Iterable[Path], policies: KnownPolicies) -> tuple[Story, ...]:
    """Every scenario of the files and folders. Raises `ScenarioError` with the mistakes of the first bad file."""
    every = (portion for file in story_files(paths) for portion in portions(file))
    return tuple(_story(document, policies) for portion in every for document in documents(portion))


def tell_on_core(
    paths: Iterable[Path],
    policies: KnownPolicies,
    watch: Callable[[Sequence[Portion]], Iterable[Portion]] = iter,
) -> tuple[StoryVerdict, ...]:
    """The verdict on every scenario, in the order of the files. Raises `ScenarioError` with all mistakes of all files.

    Many are told by several processes. `watch` passes the portions on and may show how far we are.
    """
    work = [portion for file in story_files(paths) for portion in portions(file)]
    heard = _by_many(work, policies, watch) if len(work) >= WORTH_A_PROCESS else _by_one(watch(work), policies)
    wrong = [one for one in heard if one.mistakes]
    if wrong:
        raise _together(wrong)
    return tuple(verdict for one in heard for verdict in one.verdicts)


def judge_story(story: Story, policies: KnownPolicies) -> StoryVerdict:
    """Tell one scenario on the core."""
    try:
        told = play(story.stage, calendar_of(story.scenario), policies.get)
        wrong = differences(story.scenario, told, story.stage.calendar)
    except DunningError as error:
        raise ScenarioError(story.file, [Mistake("", story.line, str(error), "a story that can be told")]) from None
    except Exception as error:  # noqa: BLE001 - a story that breaks the engine has failed; the others go on
        wrong = [f"the engine broke: {type(error).__name__}: {error}"]
    return verdict_on(story, wrong)


def verdict_on(story: Story, wrong: Iterable[str]) -> StoryVerdict:
    """What came of a story, given what differs."""
    return StoryVerdict(story.file, story.line, story.scenario.scenario, story.scenario.rules, tuple(wrong))


def _by_one(work: Iterable[Portion], policies: KnownPolicies) -> list[PortionResult]:
    return [_heard(portion, policies) for portion in work]


def _by_many(
    work: Sequence[Portion], policies: KnownPolicies, watch: Callable[[Sequence[Portion]], Iterable[Portion]]
) -> list[PortionResult]:
    """Forked, so that nothing is imported twice; nothing here has threads that a fork could leave behind."""
    processes = min(len(os.sched_getaffinity(0)), len(work))
    if processes == 1:
        return _by_one(watch(work), policies)
    is_holiday_code(COUNTRY)  # reads the holidays of the world, which otherwise each process would do for itself
    with ProcessPoolExecutor(processes, get_context("fork"), _begin, (policies,)) as pool:
        promised = [pool.submit(_heard_by_process, portion) for portion in work]
        return [one.result() for _, one in zip(watch(work), promised, strict=True)]


_OF_THIS_PROCESS: dict[str, Policy] = {}


def _begin(policies: KnownPolicies) -> None:
    gc.freeze()  # what was imported before the fork is never garbage
    _OF_THIS_PROCESS.update(policies)


def _heard_by_process(portion: Portion) -> PortionResult:
    return _heard(portion, _OF_THIS_PROCESS)


def _heard(portion: Portion, policies: KnownPolicies) -> PortionResult:
    verdicts: list[StoryVerdict] = []
    mistakes: list[Mistake] = []
    try:
        for document in documents(portion):
            try:
                verdicts.append(judge_story(_story(document, policies), policies))
            except ScenarioError as mistake:
                mistakes += mistake.problems
    except ScenarioError as mistake:
        mistakes += mistake.problems
    return PortionResult(tuple(verdicts), tuple(mistakes), portion.file)


def _story(document: Document, policies: KnownPolicies) -> Story:
    scenario = _scenario(document)
    own = {
        one.id: _policy(one.policy, document, _place(scenario, number), policies)
        for number, one in enumerate(scenario.all_invoices)
        if one.policy is not None
    }
    first = own.get(scenario.all_invoices[0].id)
    policy = first if scenario.policy is None else _policy(scenario.policy, document, ("policy",), policies)
    assert policy is not None  # noqa: S101 - a story without one has one of each invoice
    try:
        on = stage_of_story(scenario, policy, calendar_of(scenario), own)
    except DunningError as error:
        raise ScenarioError(document.file, [Mistake("", document.line(()), str(error), "a known calendar")]) from None
    return Story(document.file, document.line(("scenario",)) or 1, scenario, on)


def _scenario(document: Document) -> Scenario:
    """What the document tells; its mistakes are told in the words of the written form."""
    if not isinstance(document.value, Mapping):
        found, wanted = type(document.value).__name__, "a mapping that begins with `scenario:`"
        raise ScenarioError(document.file, [Mistake("", document.line(()), found, wanted)])
    try:
        return Scenario.model_validate(dict(document.value))
    except ValidationError as error:
        raise ScenarioError(document.file, scenario_mistakes(document, error)) from None


def _place(scenario: Scenario, number: int) -> Place:
    return ("invoice", "policy") if scenario.invoice is not None else ("invoices", number, "policy")


def _policy(named: str | dict[str, Any], document: Document, place: Place, policies: KnownPolicies) -> Policy:
    """The policy of that name, or the one written inline."""
    if isinstance(named, str):
        if named in policies:
            return policies[named]
        found = Mistake(as_path(place), document.line(place), named, f"one of {', '.join(sorted(policies))}")
        raise ScenarioError(document.file, [found])
    policy, problems = read_policy(document, place)
    if policy is None:
        raise ScenarioError(document.file, problems)
    return policy


def _together(wrong: Sequence[PortionResult]) -> ScenarioError:
    """All mistakes as one error that still names each file."""
    first = wrong[0]
    lines = [str(ScenarioError(one.file, one.mistakes)) for one in wrong]
    return ScenariosError(first.file, [problem for one in wrong for problem in one.mistakes], "\n".join(lines))


class ScenariosError(ScenarioError):
    """The mistakes of several files."""

    def __init__(self, file: str, problems: Iterable[Mistake], text: str) -> None:
        """`text` names each file with its own mistakes."""
        super().__init__(file, problems)
        self.text = text

    def __str__(self) -> str:
        return self.text
