"""The `dunning` command: every part of the product from one terminal. Heavy modules are imported by the commands."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from adapters.private_folder import private_files
from cli import advance, exits, terminal, up
from cli.access import key_commands, people_commands
from cli.cases import cases
from cli.demo import demo
from cli.doctor import doctor
from cli.exits import Exit
from cli.importing import importing
from cli.messages import messages
from cli.policies import policies
from cli.replaying import replay_command
from cli.scenarios import scenarios
from cli.simulating import simulation
from dunning.errors import DunningError, FileMistake

app = typer.Typer(
    name="dunning",
    help="A collections engine: an overdue invoice becomes a durable case, from its policy to the last step.",
    epilog="Exit codes: 0 done, 1 the answer is no, 2 bad input, 3 something needed is missing, 130 interrupted.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001 - typer's signature of a callback
    if wanted:
        terminal.say(f"dunning {version('dunning')}")
        raise typer.Exit


@app.callback()
def _whole(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Every command answers in JSON with --json; results go to stdout, errors to stderr."""


app.command("demo")(demo.demo)
app.command("up")(up.up)
app.command("worker")(up.worker)
app.command("api")(up.api)
app.command("mail")(up.mail)
app.command("migrate")(up.migrate)
app.command("doctor")(doctor.doctor)
app.add_typer(key_commands.app, name="keys")
app.add_typer(people_commands.app, name="people")
app.command("advance")(advance.advance)
app.add_typer(cases.app, name="case")
app.command("tasks")(cases.tasks)
app.add_typer(importing.app, name="import")
app.command("test")(scenarios.tell_scenarios)
app.command("replay")(replay_command.replay)
app.command("simulate")(simulation.simulate)
app.add_typer(policies.app, name="policy")
app.add_typer(messages.app, name="messages")


def run(arguments: list[str], program: typer.Typer = app, name: str = "dunning") -> int:
    """Run one command of a program and answer with its exit code; what goes wrong on purpose is told in one form."""
    try:
        with private_files():
            code = typer.main.get_command(program).main(arguments, prog_name=name, standalone_mode=False)
        terminal.flush()
    except FileMistake as mistake:
        terminal.complain(str(mistake))
        return Exit.BAD_INPUT
    except DunningError as error:
        terminal.complain(str(error))
        return exits.code_of(error)
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            terminal.say(error.format_message())
        else:
            terminal.complain(error.format_message())
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except SystemExit as ended:  # how the shell's questions for completions end
        return int(ended.code or 0)
    except BrokenPipeError:
        # The reader has seen enough (`dunning case show ... | head`); nobody is left to be told anything.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as fault:  # noqa: BLE001 - the last place where it can be said in our form
        return exits.report_fault(fault, terminal.complain)
    return code if isinstance(code, int) else Exit.DONE


def main() -> NoReturn:
    """The entry point. A process that used Temporal must not wait for the interpreter's own farewell."""
    code = run(sys.argv[1:])
    if "temporalio" in sys.modules:
        from worker.exit import end_process

        end_process(code)
    sys.exit(code)
