"""An article that was made of something else as the text of a file."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from citewell import source
from citewell.exchange.assembly import Assembled
from citewell.exchange.page import ImportFailure, Note
from citewell.reading import read_article
from citewell.writing import as_data, block


class ArticleFault(Exception):  # noqa: N818 - it is ours, not the user's
    """What was written is not what was meant, or no article."""


def text_of_article(made: Assembled, schema: str) -> str:
    """*made* as YAML, with the way to the *schema* on top and what was left out at the end.

    An ImportFailure if no article may be so long.
    """
    lines: list[str] = [f"# yaml-language-server: $schema={schema}", ""]
    lines += _spaced(block(made.article))
    lines += _comments(made.aside)
    text = "".join(f"{line}\n" for line in lines)
    size = len(text.encode())
    if size > source.MAX_BYTES:
        raise ImportFailure(
            f"the article would have {size:,} bytes, and more than {source.MAX_BYTES:,} are not "
            "read: split the page."
        )
    return text


def verify(text: str, made: Assembled) -> None:
    """An ArticleFault if *text* does not say what was *made*, or breaks the schema."""
    document = source.parse(text.encode())
    if document.data != as_data(made.article):
        raise ArticleFault("what was written cannot be read again as it was meant")
    try:
        read_article(document.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ArticleFault(f"what was written breaks the schema at {place}") from None


def _spaced(lines: Iterator[str]) -> Iterator[str]:
    """*lines* with blank ones before the lists at the top, and between the first sections."""
    in_sections = is_first = False
    for line in lines:
        if line.startswith(("sections:", "references:")):
            in_sections, is_first = line.startswith("sections:"), True
            yield ""
        elif in_sections and line.startswith("  - "):
            if not is_first:
                yield ""
            is_first = False
        yield line


def _comments(aside: Sequence[Note]) -> Iterator[str]:
    if aside:
        yield ""
        yield "# These lines of the page are no part of the article:"
    for line, words in aside:
        shown = "".join(each if each.isprintable() else " " for each in words)
        yield f"# {line}: {shown}"
