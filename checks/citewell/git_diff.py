"""What changes in a text, as git shows it."""

from collections.abc import Iterable, Iterator
from difflib import unified_diff

from citewell.identifiers import mask_secrets


def git_diff(name: str, old: str, new: str) -> Iterator[str]:
    """The lines of a unified diff of the file *name* that ``git apply`` takes; none if equal."""
    yield from unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}", lineterm="")


def masked(lines: Iterable[str]) -> tuple[list[str], int]:
    """*lines* with secrets shown as ``***``, and how many hold one: these cannot be applied."""
    pairs = [(line, mask_secrets(line)) for line in lines]
    return [shown for _, shown in pairs], sum(line != shown for line, shown in pairs)


def _lines(text: str) -> list[str]:
    """The lines of *text* as git tells them apart, with its note if the last one has no end."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines
