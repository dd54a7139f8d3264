"""What all commands share: exit codes, settings, and where lines are written."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from citewell.settings import Settings

OK, FINDINGS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: nothing found, findings, usage or internal error, Ctrl-C."""


def settings_of(config: Path | None) -> "Settings":
    """The settings in the file *config*, or those that hold here."""
    from citewell.settings import SettingsError, load

    try:
        return load(config, Path.cwd())
    except SettingsError as error:
        raise click.UsageError(str(error)) from None


def write(lines: Iterable[str], output: Path | None = None, color: str = "never") -> None:
    """Write *lines* to *output*, or to standard output; *color* is auto, always or never."""
    from citewell.atomic import write_text

    whole = "".join(f"{line}\n" for line in lines)
    if output is not None:
        try:
            write_text(output, whole if color == "always" else click.unstyle(whole))
        except OSError as error:
            raise click.UsageError(f"{output} cannot be written: {error.strerror}") from None
        return
    wanted = {"always": True, "never": False}.get(color)
    if wanted is None and os.environ.get("NO_COLOR"):
        wanted = False
    try:
        click.echo(whole, nl=False, color=wanted)
    except BrokenPipeError:
        discard_stdout()
    except OSError as error:
        raise click.ClickException(f"The output cannot be written: {error.strerror}") from None


def discard_stdout() -> None:
    """Let nothing more be written to a pipe that nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
