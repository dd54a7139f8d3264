"""The file of an article, as commands that edit it read it and write it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from citewell.console import write_diff

if TYPE_CHECKING:
    from citewell.document import Document


def read(path: Path) -> tuple[bytes, "Document"]:
    """What the file at *path* holds."""
    from citewell import source

    document = source.read(path)
    if document.unreadable or document.raw is None:
        problem = document.problems[0]
        raise click.UsageError(f"{path}:{problem.place.line}: {problem.message}. {problem.help}")
    return document.raw, document


def replace(path: Path, text: str, old: bytes) -> None:
    """Replace the file at *path*, which held *old* when it was read."""
    from citewell.atomic import ChangedError, write_text

    try:
        write_text(path, text, instead_of=old)
    except ChangedError:
        raise click.UsageError(
            f"{path} has changed meanwhile, so nothing was written. Try again."
        ) from None
    except OSError as error:
        raise click.UsageError(
            f"{path} cannot be written and is as it was: {error.strerror}"
        ) from None


def show_change(path: Path, old: bytes, text: str) -> None:
    """Write to standard output how *text* differs from *old*, as git takes it in this folder."""
    from citewell.git_diff import git_diff
    from citewell.identifiers import shown

    name = shown(Path(os.path.relpath(path)).as_posix())
    write_diff(git_diff(name, old.decode(), text))
