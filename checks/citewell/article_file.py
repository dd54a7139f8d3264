"""The file of an article, as commands that edit it read it, show the difference, and write it."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import click

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


def difference(path: Path, old: str, new: str) -> Iterator[str]:
    """What has changed between two texts of the file at *path*, as ``git diff`` prints it."""
    lines = _lines(old), _lines(new)
    yield from unified_diff(*lines, f"a/{path}", f"b/{path}", lineterm="")


def _lines(text: str) -> list[str]:
    """The lines of *text* as git tells them apart, with its note if the last one has no end."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines
