"""The command ``citewell import``: a page or a list of references as an article."""

import os
import stat
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from citewell.console import OK, settings_of, write_bytes, write_file

if TYPE_CHECKING:
    from citewell.exchange.assembly import Assembled
    from citewell.exchange.page import Page

FORMATS = {
    "text": "text",
    "html": "html",
    "markdown": "markdown",
    "jats": "jats",
    "csl-json": "csl",
    "bibtex": "bibtex",
    "ris": "ris",
}
"""The formats, and the modules of :mod:`citewell.exchange` that read them."""

ENDINGS = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".xml": "jats",
    ".nxml": "jats",
    ".json": "csl-json",
    ".bib": "bibtex",
    ".ris": "ris",
}
"""The formats of files by how their names end."""


def _place(_context: click.Context, _option: click.Parameter, value: str | None) -> Path | None:
    """Where to write to; None for standard output, which ``-`` means, too."""
    if value == "":
        raise click.BadParameter("it is empty.")
    return None if value in (None, "-") else Path(value)


def _words(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """*value* on one line; if it is given, something visible must be in it."""
    if value is None:
        return ""
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise click.BadParameter("it is not UTF-8.")
    value = " ".join(value.split())
    if not any(character.isprintable() and character != " " for character in value):
        raise click.BadParameter("it is empty.")
    return value


def _id(context: click.Context, option: click.Parameter, value: str | None) -> str:
    return _valid("Id", _words(context, option, value))


def _language(context: click.Context, option: click.Parameter, value: str | None) -> str:
    return _valid("Language", _words(context, option, value))


def _valid(kind: str, value: str) -> str:
    """*value*, if it is empty or of that type of the model."""
    if value:
        from pydantic import TypeAdapter, ValidationError

        from citewell import model

        try:
            TypeAdapter(getattr(model, kind)).validate_python(value)
        except ValidationError as error:
            expected = error.errors(include_url=False)[0]["msg"]
            raise click.BadParameter(f"'{value}' is not {expected}.") from None
    return value


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="The format of FILE; by default as its name ends.",
)
@click.option(
    "--output",
    metavar="FILE",
    callback=_place,
    help="Write the article to this file, not to standard output.",
)
@click.option("--id", "id_", callback=_id, help="The article's id.")
@click.option("--title", callback=_words, help="The article's title.")
@click.option("--condition", callback=_words, help="The condition that the article is about.")
@click.option("--language", callback=_language, help="A language tag of BCP 47 such as en.")
@click.option("--force", is_flag=True, help="Replace --output if it exists.")
def import_(
    file: Path,
    format_: str | None,
    output: Path | None,
    id_: str,
    title: str,
    condition: str,
    language: str,
    force: bool,
) -> int:
    """Make an article of FILE, a page or a list of references.

    What is not given by an option is taken from the page, or else from the name of its file.
    What needs a look is said on standard error, by line of FILE; then run 'citewell check' on the
    article.

    Exit code 0: done, even if something needs a look; 2: FILE cannot be imported.
    """
    _require_free(output, file, force=force)
    raw = _read(file)
    name = format_ or _format_of(file)
    from citewell.article_text import ArticleFault, text_of_article, verify
    from citewell.exchange.assembly import Wanted, assemble
    from citewell.exchange.page import ImportFailure
    from citewell.identifiers import shown

    try:
        page: Page = import_module(f"citewell.exchange.{FORMATS[name]}").read(raw)
        if not (page.blocks or page.entries):
            raise ImportFailure("there is no text and no reference in it.")
        made = assemble(page, shown(file.stem), Wanted(id_, title, condition, language))
        text = text_of_article(made, _way_to_schema(output))
    except ImportFailure as failure:
        raise click.UsageError(f"{file} cannot be imported as {name}: {failure}") from None
    fault = ""
    try:
        verify(text, made)
    except ArticleFault as error:
        fault = str(error)
    if output is None:
        write_bytes(text.encode())
    else:
        write_file(output, text)
    _report(file, made)
    if fault:
        raise click.ClickException(
            f"Internal error: {fault}. The article was written all the same. Please report it."
        )
    return OK


def _format_of(file: Path) -> str:
    if (ending := file.suffix.lower()) in ENDINGS:
        return ENDINGS[ending]
    raise click.UsageError(f"Say --from: the name of {file} does not tell its format.")


def _require_free(output: Path | None, file: Path, *, force: bool) -> None:
    """A usage error if *output* must not be replaced."""
    if output is None:
        return
    if output.is_dir():
        raise click.UsageError(f"{output} is a folder; name a file.")
    if output.exists() and file.exists() and output.samefile(file):
        raise click.UsageError(f"{output} is what is to be imported; name another file.")
    if os.path.lexists(output) and not force:
        raise click.UsageError(f"{output} exists; --force replaces it.")


def _read(file: Path) -> bytes:
    from citewell.source import MAX_BYTES

    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise click.UsageError(f"{file} is a folder; name a file.")
        if not stat.S_ISREG(status.st_mode):
            raise click.UsageError(f"{file} is not a regular file.")
        if status.st_size > MAX_BYTES:
            raise click.UsageError(
                f"{file} has {status.st_size:,} bytes, and more than {MAX_BYTES:,} are not read: "
                "split it."
            )
        return file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _way_to_schema(output: Path | None) -> str:
    """The way to the schema from where the article is; from ``content/`` if that is not known."""
    if output is None:
        return "../schemas/article.schema.json"
    from citewell.discovery import way_to_schema

    absolute = Path(os.path.abspath(output))  # noqa: PTH100 - links stay what they are
    return way_to_schema(absolute, settings_of(None).root)


def _report(file: Path, made: "Assembled") -> None:
    """Say on standard error what needs a look, and how much was found."""
    from citewell.identifiers import shown

    name = shown(str(file))
    for line, message in made.notes:
        click.echo(f"{name}:{line}: {shown(message)}", err=True)
    claims = list(_claims(made.article["sections"]))
    references = made.article["references"]
    cited = sum("references" in claim for claim in claims)
    noted = sum("note" in reference for reference in references)
    click.echo(
        f"{_counted(len(claims), 'claim')}, {cited} cited; "
        f"{_counted(len(references), 'reference')}, {noted} with a note.",
        err=True,
    )


def _claims(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for section in sections:
        found += section["claims"]
        found += _claims(section.get("sections", []))
    return found


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
