"""What all commands share: exit codes, settings, and where lines are written."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from citewell.finding import Outcome
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


def exit_code(outcome: "Outcome", fail_on: str) -> int:
    """The code that a command ends with when *outcome* is all that it found."""
    from citewell.finding import Severity

    if outcome.has_internal_error:
        return UNUSABLE
    if fail_on == "never":
        return OK
    limit = Severity(fail_on).rank
    return FINDINGS if any(f.severity.rank <= limit for f in outcome.findings) else OK


def progress(wanted: bool) -> AbstractContextManager[Callable[[Any], None] | None]:
    """A bar on a terminal, where links are asked; nothing otherwise."""
    if not wanted or not sys.stderr.isatty():
        return nullcontext()
    from citewell.progress import bar

    return bar()


def write(lines: Iterable[str], output: Path | None = None, color: str = "never") -> None:
    """Write *lines* to *output*, or to standard output; *color* is auto, always or never."""
    whole = "".join(f"{line}\n" for line in lines)
    if output is not None:
        write_file(output, whole if color == "always" else click.unstyle(whole))
        return
    wanted = {"always": True, "never": False}.get(color)
    if wanted is None and os.environ.get("NO_COLOR"):
        wanted = False
    _echo(whole, wanted)


def write_diff(lines: Iterable[str]) -> None:
    """Write a diff of git to standard output; of one that shows secrets as ``***``, say so."""
    from citewell.git_diff import masked

    shown, hidden = masked(lines)
    write_bytes("".join(f"{line}\n" for line in shown).encode())
    if hidden:
        lines_hold = "1 line holds" if hidden == 1 else f"{hidden} lines hold"
        click.echo(
            f"{lines_hold} a secret and show it as ***: git cannot apply the diff there.", err=True
        )


def write_bytes(document: bytes) -> None:
    """Write *document* to standard output, whatever the encoding of the terminal is."""
    _echo(document)


def _echo(text: str | bytes, color: bool | None = None) -> None:
    try:
        click.echo(text, nl=False, color=color)
    except BrokenPipeError:
        discard_stdout()
    except OSError as error:
        raise click.ClickException(f"The output cannot be written: {error.strerror}") from None


def write_file(path: Path, text: str) -> None:
    """Replace *path* by a file that holds *text*, or say why that cannot be done."""
    from citewell.atomic import write_text

    try:
        write_text(path, text)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None


def discard_stdout() -> None:
    """Let nothing more be written to a pipe that nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
