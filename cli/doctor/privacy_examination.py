"""Where personal data could be seen that should not be: the data folder, and ids, tags and segments of customers."""

from __future__ import annotations

from typing import Final

from adapters.private_folder import open_to_others
from adapters.settings import Settings
from adapters.storage.engine.database import Database
from adapters.storage.lists.labels import labels_with_an_address
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.looking import looked_up

TAGS: Final = "tags and segments stand in Temporal's histories for good: they must hold no personal data"


def examine_data_folder(settings: Settings) -> Diagnosis:
    """Whether the files of the installation are ours alone."""
    what, folder = "data folder", settings.data
    if not folder.is_dir():
        return Diagnosis(what, well=True, found=f"none yet; it is made for its owner alone: {folder}")
    seen = [path.name for path in open_to_others(folder)]
    if seen:
        return Diagnosis(what, well=False, found=f"open to others: {', '.join(seen)}", fix=f"chmod -R go= {folder}")
    return Diagnosis(what, well=True, found=f"its owner's alone: {folder}")


async def examine_labels(settings: Settings) -> Diagnosis:
    """Whether a tag or a segment is an address; what else in them is personal, only people can tell."""
    what = "tags and segments"

    async def look(database: Database) -> tuple[str, ...]:
        return await labels_with_an_address(database)

    nobody: tuple[str, ...] = ()
    named = await looked_up(settings, look, otherwise=nobody)
    if named:
        found = f"an address in the tags or the segment of {', '.join(named)}"
        return Diagnosis(what, well=False, found=found, fix=f"take it out: {TAGS}")
    return Diagnosis(what, well=True, found="no address in them", fix=TAGS)
