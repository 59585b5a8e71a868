"""Whether somebody is named who is told where nobody answers a task (H6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from adapters.colleagues import colleagues_of
from adapters.escalations.queue import Colleagues
from adapters.settings import Settings
from adapters.storage.access.people import PeopleBook
from adapters.storage.engine.database import Database
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.looking import looked_up
from cli.installation.store import policies_of
from dunning.errors import DunningError
from dunning.policy import Policy, Task

_WHAT: Final = "queues"
_ALWAYS: Final = ("collections", "finance", "system")  # whatever the policies say, cases and programs ask these
_NAMES: Final = ("owner", "stand_in", "manager")


async def examine_queues(settings: Settings) -> Diagnosis:
    """The queues that are used and not named, and people who are named and cannot be told."""
    try:
        used = queues_used(policies_of(settings), settings)
    except DunningError:
        return Diagnosis(_WHAT, well=True, found="not looked at: the policies cannot be read")

    async def people(database: Database) -> Colleagues:
        return await colleagues_of(PeopleBook(database))

    unnamed = [name for name in used if name not in settings.queues]
    wrong = list(_out_of_reach(settings, await looked_up(settings, people, otherwise=None)))
    found = [f"nobody is named for {', '.join(unnamed)}"] if unnamed else []
    if not found and not wrong:
        return Diagnosis(_WHAT, well=True, found=f"somebody is named for each: {', '.join(used)}")
    fix = "name who is told where nobody answers: queues.NAME.owner and queues.NAME.manager"
    return Diagnosis(_WHAT, well=True, found="; ".join((*found, *wrong)), fix=fix, warns=bool(wrong))


def queues_used(policies: Iterable[Policy], settings: Settings) -> tuple[str, ...]:
    """The queues that policies use, and those that cases use by themselves, in alphabetical order."""
    known = list(policies)
    used = {action.queue for policy in known for step in policy.steps for action in step.do if isinstance(action, Task)}
    if any(policy.dispute.answer_within for policy in known):
        used.add("disputes")
    limits = settings.four_eyes
    if limits.write_off or limits.hand_off or limits.waiver or any(s.approval for p in known for s in p.steps):
        used.add("approvals")
    return tuple(sorted({*used, *_ALWAYS}))


def _out_of_reach(settings: Settings, colleagues: Colleagues | None) -> Iterator[str]:
    if colleagues is None:
        return
    for queue, said in sorted(settings.queues.items()):
        for field in _NAMES:
            name = getattr(said, field)
            person = colleagues.get(name) if name else None
            if name and person is None:
                yield f"queues.{queue}.{field}: {name} does not work here"
            elif person and person.works and not person.email:
                yield f"queues.{queue}.{field}: {name} has no e-mail address"
