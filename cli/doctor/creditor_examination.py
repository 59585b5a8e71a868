"""In whose name messages leave, and whether any may: what a debtor has to read is set, or named here (M1)."""

from __future__ import annotations

from typing import Final

from adapters.settings import Settings
from adapters.settings_reading import variable_name
from adapters.storage.engine.database import Database
from adapters.storage.lists.cases import CaseLists
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.looking import looked_up

_WHAT: Final = "creditor"


async def examine_creditor(settings: Settings) -> Diagnosis:
    """Each setting for want of which notices wait, in the currencies of the open cases; then what is left out."""
    missing = settings.not_set(await _currencies(settings))
    if missing:
        found = f"no notice leaves while these are not set: {', '.join(missing)}"
        return Diagnosis(_WHAT, well=False, found=found, fix=_fix(missing))
    creditor = settings.creditor.as_creditor()
    left_out = ", ".join(creditor.left_out)
    return Diagnosis(_WHAT, True, creditor.name, f"not set, and left out of messages: {left_out}" if left_out else "")  # noqa: FBT003


def _fix(missing: tuple[str, ...]) -> str:
    """The variable of each; of an account any way to be paid will do."""
    named = [f"set {variable_name(place)}" for place in missing if not place.startswith("creditor.accounts")]
    currencies = [place.rpartition(".")[2] for place in missing if place.startswith("creditor.accounts.")]
    if any(place.startswith("creditor.accounts") for place in missing):
        which = f"an account in {' and '.join(currencies)}" if currencies else "an account in your invoices' currency"
        named.append(f"give {which} (creditor.accounts), or a page to pay on ({variable_name('creditor.pay_url')})")
    return "; ".join(named)


async def _currencies(settings: Settings) -> frozenset[str]:
    """Of the open cases."""

    async def look(database: Database) -> frozenset[str]:
        return await CaseLists(database).currencies()

    return await looked_up(settings, look, otherwise=frozenset())
