"""`dunning messages preview`: a message as a debtor would read it, of a made-up case; nothing is sent."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import terminal
from cli.exits import BadInput, Exit

if TYPE_CHECKING:
    from dunning.policy import Policy
    from dunning.records import Channel

app = typer.Typer(help="Messages: see what a debtor would read.", no_args_is_help=True)


class Form(StrEnum):
    """As what a message is shown."""

    TEXT = "text"
    HTML = "html"
    SMS = "sms"
    LETTER = "letter"
    PDF = "pdf"


@app.command("preview")
def preview(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The message, such as friendly or final.")],
    *,
    policy: Annotated[
        str | None, typer.Option(help="Whose ladder it is sent from; left out: the first that sends it.")
    ] = None,
    locale: Annotated[str, typer.Option(help="The debtor's locale.")] = "en",
    form: Annotated[Form, typer.Option("--as", help="As what it is shown.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="The file that it is written to; a PDF needs one.")] = None,
    json: terminal.Json = False,
) -> None:
    """Show a message as the settings have it written, about a made-up case under a policy. Nothing is sent."""
    from adapters.clock import now
    from adapters.messages.composer import Composer
    from adapters.messages.made_up import made_up
    from cli.installation.running_note import settings_here
    from cli.installation.store import calendars_of, policies_of

    if form is Form.PDF and out is None:
        raise BadInput("preview: found --as pdf without --out; allowed --out FILE")
    settings = settings_here()
    creditor = settings.creditor.as_creditor()
    writer = Composer(creditor, *settings.messages.folders, window=settings.letters.window)
    language = writer.language(name, locale)
    of = _policy(policies_of(settings), policy, name)
    made = made_up(name, of, locale=locale, today=now().date(), calendar_for=calendars_of(settings))
    message = writer.compose(made.letter, _CHANNELS[form], made.beside)
    shown: str | bytes = message.text
    if form is Form.HTML:
        shown = message.html or ""
    elif form is Form.PDF:
        from adapters.letters.pdf import pdf_of

        shown = pdf_of(message.page or "", name)
    if lacking := creditor.lacking(made.letter.invoice.currency):
        terminal.remark(f"it would wait: not set: {', '.join(lacking)}")
    if out is not None:
        _write(out, shown)
    said = {"message": name, "policy": of.name, "language": language, "subject": message.subject, "as": form.value}
    if json:
        terminal.say_json({**said, "file": str(out)} if out else {**said, "content": shown})
    else:
        terminal.say(f"{out}: {message.subject}" if out else str(shown).rstrip("\n"))
    raise typer.Exit(Exit.DONE)


_CHANNELS: dict[Form, Channel] = {
    Form.TEXT: "email", Form.HTML: "email", Form.SMS: "sms", Form.LETTER: "letter", Form.PDF: "letter",
}  # fmt: skip


def _policy(policies: tuple[Policy, ...], asked: str | None, message: str) -> Policy:
    """The policy of this name; without one the first whose ladder sends the message, or else the first."""
    if asked is None:
        return next(
            (one for one in policies if message in {step.notice.message for step in one.steps if step.notice}),
            policies[0],
        )
    for one in policies:
        if one.name == asked:
            return one
    raise BadInput(f"policy: found {asked!r}; allowed {', '.join(sorted(one.name for one in policies))}")


def _write(file: Path, shown: str | bytes) -> None:
    try:
        file.write_bytes(shown.encode() if isinstance(shown, str) else shown)
    except OSError as error:
        raise BadInput(f"out: {file}: {error.strerror or error}; allowed a file that can be written") from None
