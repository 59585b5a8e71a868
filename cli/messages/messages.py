"""`dunning messages`: can every text leave, and what would a debtor read?"""

from __future__ import annotations

import asyncio
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli import terminal
from cli.exits import BadInput, Exit

if TYPE_CHECKING:
    from adapters.messages.preview import Form as PreviewForm
    from adapters.messages.preview import Preview
    from adapters.settings import Settings
    from dunning.policy import Policy

app = typer.Typer(
    help="Messages: what left and what waits; check every text, look at one as its debtor would get it.",
    no_args_is_help=True,
)


class Form(StrEnum):
    """What a message looks like."""

    HTML = "html"
    TEXT = "text"
    SMS = "sms"
    LETTER = "letter"
    PDF = "pdf"
    PNG = "png"


class Printed(StrEnum):
    """What a PDF or a picture is of."""

    LETTER = "letter"
    EMAIL = "email"


# A PDF is a letter that is printed, a PNG its first page; or both are of an e-mail's page.
_READ_AS: Final[dict[Form, PreviewForm]] = {
    Form.HTML: "html", Form.TEXT: "text", Form.SMS: "sms", Form.LETTER: "letter", Form.PDF: "letter",
    Form.PNG: "letter",
}  # fmt: skip
_PRINTED: Final = frozenset({Form.PDF, Form.PNG})


@app.command("check")
def check(*, policies: terminal.PoliciesOption = None, json: terminal.Json = False) -> None:
    """Try every text in every language under every policy, and say all that is wrong. Exit 1 if anything is."""
    with terminal.waiting("trying every text"):
        from adapters.messages.check import check_messages
        from cli.installation.connections import composer_of, is_printed
        from cli.installation.running_note import settings_here
        from cli.installation.store import calendars_of
        from cli.scenarios.stories import known_policies
        from cli.wording import count

        settings, today = settings_here(), _today()
        composer = composer_of(settings, printing=is_printed(settings))
        every = known_policies(policies or settings.policies).values()
        found = check_messages(composer, every, today=today, calendar_for=calendars_of(settings))
        texts = sum(len(names) for names in composer.templates.catalogue.values())
    if json:
        problems = [{"text": one.text, "policy": one.policy or None, "what": one.what} for one in found]
        terminal.say_json({"ok": not found, "texts": texts, "problems": problems})
    else:
        for one in found:
            terminal.say(str(one))
        terminal.say(f"{count(texts, 'text')}, {count(len(found), 'mistake')}")
    raise typer.Exit(Exit.NEGATIVE if found else Exit.DONE)


@app.command("preview")
def preview(
    name: Annotated[str, typer.Argument(help="The message, such as friendly.")],
    *,
    policy: Annotated[str | None, typer.Option(help="A made-up case under this policy: a name, or a file.")] = None,
    case: Annotated[str | None, typer.Option(help="The case of this invoice, as it would be written to next.")] = None,
    locale: Annotated[
        str | None, typer.Option(help="The reader's locale, such as nl; left out: the case's, or en.")
    ] = None,
    form: Annotated[Form, typer.Option("--as", help="How it is shown.")] = Form.TEXT,
    by: Annotated[Printed, typer.Option(help="What a PDF or a PNG shows.")] = Printed.LETTER,
    out: Annotated[Path | None, typer.Option(help="Write it to this file; a PDF and a PNG need one.")] = None,
    json: terminal.Json = False,
) -> None:
    """Show a message as its debtor would get it. Nothing is sent. Exit 1 if there is no such message or case."""
    from cli.installation.running_note import settings_here

    if policy is not None and case is not None:
        raise BadInput("--policy and --case: found both; allowed one of them")
    if form in _PRINTED and out is None:
        raise BadInput(f"--as {form}: found no --out; allowed --out FILE")
    with terminal.waiting("writing the message"):
        settings = settings_here()
        if case is not None:
            shown = _of_case(settings, case, name, locale, form, by)
        else:
            shown = _made_up(settings, _policy(settings, policy), name, locale or "en", form, by)
    if shown.fell_back:
        terminal.remark(f"written in {shown.language}: there is no text of {name} for {shown.wanted}")
    if out is not None:
        _write(out, _printed(shown, form, by) if form in _PRINTED else shown.body.encode())
    if json:
        terminal.say_json(
            {"message": name, "as": form.value, "language": shown.language, "subject": shown.subject,
             "out": str(out) if out else None, "body": None if out else shown.body}
        )  # fmt: skip
    elif out is not None:
        terminal.say(f"{out}: {shown.subject}")
    else:
        if form is not Form.SMS:
            terminal.remark(shown.subject)
        terminal.say(shown.body.rstrip("\n"))


@app.command("list")
def list_messages(
    *,
    case: Annotated[str | None, typer.Option(help="Only those of this invoice.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what waits to be sent.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many rows of each.")] = 50,
    json: terminal.Json = False,
) -> None:
    """List what left, the newest first, and what waits, the next first. Exit 1 if the invoice has no case."""
    from cli.errands.sending import run

    run("messages list", {"invoice": case, "waiting": waiting, "limit": limit}, json=json)


def _policy(settings: Settings, name: str | None) -> Policy:
    from adapters.policies import read_policies
    from cli.scenarios.stories import known_policies

    known = known_policies(settings.policies)
    if name is None:
        return known.get("b2b-net30") or next(iter(known.values()))
    if name in known:
        return known[name]
    if not Path(name).is_file():
        raise BadInput(f"--policy: found {name}; allowed a file, or one of {', '.join(sorted(known))}")
    read = read_policies(Path(name))
    if len(read) != 1:
        raise BadInput(f"{name}: found {len(read)} policies; allowed one")
    return read[0]


def _made_up(settings: Settings, policy: Policy, name: str, locale: str, form: Form, by: Printed) -> Preview:
    from adapters.messages.preview import of_made_up_case
    from cli.installation.connections import composer_of
    from cli.installation.store import calendars_of

    return of_made_up_case(
        composer_of(settings, printing=form in _PRINTED), policy, name, locale=locale, form=_read_as(form, by),
        today=_today(), calendar_for=calendars_of(settings),
    )  # fmt: skip


def _of_case(settings: Settings, case: str, name: str, locale: str | None, form: Form, by: Printed) -> Preview:
    from api.message_previews import MessagePreviews
    from cli.installation.connections import composer_of
    from cli.installation.installation import open_installation

    composer = composer_of(settings, printing=form in _PRINTED)

    async def work() -> Preview:
        async with open_installation(settings) as of:
            return await MessagePreviews(of.case_service, composer).of_case(case, name, locale, _read_as(form, by))

    return asyncio.run(work())


def _read_as(form: Form, by: Printed) -> PreviewForm:
    return "html" if form in _PRINTED and by is Printed.EMAIL else _READ_AS[form]


def _printed(shown: Preview, form: Form, by: Printed) -> bytes:
    from adapters.letters.pdf import pdf_of
    from adapters.letters.picture import as_one_sheet, png_of

    is_mail = by is Printed.EMAIL
    pdf = pdf_of(as_one_sheet(shown.body) if is_mail else shown.page or "", shown.message)
    return png_of(pdf, cropped=is_mail) if form is Form.PNG else pdf


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BadInput(f"--out: {file}: {error.strerror or error}; allowed a file that can be written") from None


def _today() -> date:
    from adapters.clock import now

    return now().date()
