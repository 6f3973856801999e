"""The command line: arguments, files, progress and exit codes.

One file for each command; what is heavy is imported when a command runs.  Exit
codes: 0 nothing wrong, 1 something wrong found, 2 could not run.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

import click

from derivations import __version__
from derivations.model import DerivationError

NAME = "derivations"
REPORT = (
    f"this is a mistake in derivations {__version__}; please report the command and its input, "
    "with the output under DERIVATIONS_DEBUG=1"
)
COMMANDS = {
    "docs": "Write tutorials, with every number checked.",
    "show": "Show a worked example in the terminal.",
    "list": "List the derivations in teaching order.",
    "verify": "Find the wrong numbers of articles.",
    "explain": "Explain a rule of verify.",
    "exercises": "Write exercise sheets and their keys.",
    "grade": "Mark filled-in sheets.",
}
"""A command ``docs`` is the function ``docs`` of ``derivations.cli.docs_command``."""


class _Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}_command"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name=NAME)
def derivations() -> None:
    """Exact worked examples of transformer attention."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every failure is one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows ? and goes on
    try:
        code = derivations.main(arguments, prog_name=NAME, standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except DerivationError as error:
        return _fail(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        return _fail(f"{error.format_message().rstrip('.')}; see: {NAME} --help")
    except (click.Abort, KeyboardInterrupt):
        return _fail("stopped", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last line of defence: a mistake of this program, told in one line
        return _internal(error)


def complain(message: str) -> None:
    """One line on standard error."""
    click.echo(f"{NAME}: {' '.join(message.split())}", err=True)


def _fail(message: str, code: int = 2) -> int:
    complain(message)
    return code


def _internal(error: Exception) -> int:
    if os.environ.get("DERIVATIONS_DEBUG") == "1":
        traceback.print_exc()
    else:
        what = (
            f"internal error, {type(error).__name__}: {error}; this is a mistake in derivations {__version__}"
        )
        complain(
            f"{what}; please report the command and its input, with the output under DERIVATIONS_DEBUG=1"
        )
    return 2
