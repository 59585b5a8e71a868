"""The mailbox that is looked into for what comes back, as the settings say; its library is loaded only then."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any

from adapters.incoming.addresses import SignedAddresses
from adapters.settings import ImapSettings
from adapters.storage.mails import Mails
from cli.installation.installation import Installation

if TYPE_CHECKING:
    from adapters.incoming.imap import MailboxAccount


def account_of(said: ImapSettings) -> MailboxAccount | None:
    """The mailbox of the settings, if there is one."""
    if said.host is None:
        return None
    from adapters.incoming.imap import MailboxAccount

    password = said.password.get_secret_value() if said.password else ""
    return MailboxAccount(
        said.host, said.port, said.security, said.username or "", password,
        folder=said.folder, taken_folder=said.taken_folder, authorities=said.authorities,
    )  # fmt: skip


def rounds_of(
    of: Installation, addresses: SignedAddresses | None, heard: Callable[[], None]
) -> Iterator[Coroutine[Any, Any, None]]:
    """What looks into it without end."""
    account = account_of(of.settings.imap)
    if account is None:
        return
    from adapters.incoming.finding import Finder
    from adapters.incoming.mailbox_rounds import MailboxRounds

    own = of.settings.creditor.as_creditor().domain
    rounds = MailboxRounds(account, Finder(addresses), Mails(of.store.database), own, of.clock.now, heard)
    yield rounds.go_on(of.settings.imap.every)
