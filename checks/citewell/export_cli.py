"""The command ``citewell export``: references and articles in the formats of others."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from citewell.console import FINDINGS, OK, settings_of, write_bytes, write_file
from citewell.options import CONFIG

if TYPE_CHECKING:
    from citewell.document import Document
    from citewell.exchange.jsonld import Sheet
    from citewell.model import Reference
    from citewell.reading import Reading

FORMATS = {"csl-json": "csl", "bibtex": "bibtex", "ris": "ris", "jsonld": "jsonld", "ama": ""}
"""The formats, and the modules of ``exchange`` that write them."""


class _Article(NamedTuple):
    """An article as it is given away; ``keys`` has an id for each of its references."""

    key: str
    reading: "Reading"
    document: "Document"
    references: tuple[tuple[str, "Reference"], ...]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--to", "format_", type=click.Choice(list(FORMATS)), required=True, help="The format."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file, instead of standard output.",
)
@CONFIG
def export(paths: tuple[Path, ...], format_: str, output: Path | None, config: Path | None) -> int:
    """Write the references of articles, PATHS or the configured content, in another format.

    jsonld has the articles as a whole, ama a numbered list in print. The id of a reference is
    ARTICLE.NUMBER. What breaks the schema is left out and reported, and so are addresses with
    secrets in them: exit code 1.
    """
    from citewell.identifiers import shown

    complaints: list[str] = []
    articles = tuple(_articles(paths, config, format_, complaints))
    text = _rendered(articles, format_)
    if output is None:
        write_bytes(text.encode())
    else:
        write_file(output, text)
    for complaint in complaints:
        click.echo(shown(complaint), err=True)
    return FINDINGS if complaints else OK


def _articles(
    paths: tuple[Path, ...], config: Path | None, format_: str, complaints: list[str]
) -> Iterator[_Article]:
    """What can be read of the articles; what cannot is added to *complaints*."""
    from citewell import source
    from citewell.discovery import NothingToCheckError, discover
    from citewell.exchange.publishing import unique
    from citewell.judging import reading_of

    try:
        files = discover(settings_of(config), paths, Path.cwd())
    except NothingToCheckError as error:
        raise click.UsageError(str(error)) from None
    complaints += (f"{name}: it is excluded by the settings" for name in files.excluded)
    taken: Counter[str] = Counter()
    for file in files.articles:
        if not files.reports(file.name):
            continue
        document = source.read(file.path)
        if document.unreadable:
            problem = document.problems[0]
            complaints.append(f"{file.name}:{problem.place.line}: left out: {problem.message}")
            continue
        reading = reading_of(document)
        complaints += (f"{file.name}: {left}" for left in _left_out(reading, format_))
        key = unique(reading.id or _id_of(file.path), taken)
        references = tuple(_references(key, reading, file.name, complaints))
        yield _Article(key, reading, document, references)


def _left_out(reading: "Reading", format_: str) -> Iterator[str]:
    """What breaks the schema and is therefore not given away, in words."""
    broken = {"references": reading.broken_references}
    if format_ == "jsonld":
        broken["claims"] = reading.broken_claims
    says = "'citewell check' says how"
    for kind, count in broken.items():
        if count:
            noun = kind if count > 1 else kind.removesuffix("s")
            yield f"{count} {noun} left out: the schema is broken, and {says}"
        elif kind in reading.hidden:
            yield f"a list of {kind} left out: the schema is broken, and {says}"


def _id_of(path: Path) -> str:
    """An id for an article that has none."""
    from citewell.identifiers import shown

    letters = (each if each.isascii() and each.isalnum() else "-" for each in shown(path.stem))
    return "".join(letters).strip("-") or "article"


def _references(
    key: str, reading: "Reading", name: str, complaints: list[str]
) -> Iterator[tuple[str, "Reference"]]:
    from citewell.exchange.publishing import publishable, unique

    taken: Counter[str] = Counter()
    for _, reference in reading.references:
        published, withheld = publishable(reference)
        complaints += (
            f"{name}: the {field} of reference {reference.number} is left out: it carries a secret"
            for field in withheld
        )
        yield unique(f"{key}.{reference.number}", taken), published


def _rendered(articles: tuple[_Article, ...], format_: str) -> str:
    if format_ == "ama":
        return _ama(articles)
    module = import_module(f"citewell.exchange.{FORMATS[format_]}")
    if format_ == "jsonld":
        text: str = module.render([_sheet(article) for article in articles])
    else:
        text = module.render([each for article in articles for each in article.references])
    return text


def _ama(articles: tuple[_Article, ...]) -> str:
    """Numbered lists; where there are several, each under the title of its article."""
    from citewell.ama import format_reference, plain

    lists = []
    for article in articles:
        lines = [f"{_title(article)}\n"] if len(articles) > 1 else []
        lines += (
            f"{reference.number}. {plain(format_reference(reference))}\n"
            for _, reference in article.references
        )
        lists.append("".join(lines))
    return "\n".join(lists)


def _title(article: _Article) -> str:
    return _text(article, "title") or article.key


def _text(article: _Article, key: str) -> str:
    """A text at the top of the article, on one line."""
    from citewell.exchange.publishing import fit

    data = article.document.data
    value = data.get(key) if isinstance(data, dict) else None
    return fit(value) if isinstance(value, str) else ""


def _sheet(article: _Article) -> "Sheet":
    from pydantic import ValidationError

    from citewell.exchange.jsonld import Sheet
    from citewell.model import Condition

    data, reading = article.document.data, article.reading
    try:
        condition = Condition.model_validate(data["condition"] if isinstance(data, dict) else None)
    except (KeyError, ValidationError):
        condition = None
    return Sheet(
        key=article.key,
        title=_text(article, "title"),
        language=_text(article, "language"),
        condition=condition,
        review=reading.review,
        sections=reading.sections,
        claims=reading.claims,
        references=article.references,
    )
