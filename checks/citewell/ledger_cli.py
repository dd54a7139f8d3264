"""The commands of ``citewell ledger``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from citewell.console import OK, settings_of, write
from citewell.options import CONFIG, LEDGER

if TYPE_CHECKING:
    from citewell.evidence.ledger import Ledger


@click.group()
def ledger() -> None:
    """What is remembered of links: show it, and carry it from one place to another."""


@contextmanager
def _opened(path: Path | None, config: Path | None, *, create: bool = False) -> Iterator["Ledger"]:
    """The ledger at *path*, or where the settings say."""
    from citewell.evidence.ledger import Ledger
    from citewell.facts import FactsError

    settings = settings_of(config)
    try:
        with Ledger(path or settings.root / settings.ledger.path, create=create) as opened:
            yield opened
    except FactsError as error:
        raise click.UsageError(str(error)) from None


@ledger.command()
@click.argument("target")
@LEDGER
@CONFIG
def show(target: str, ledger: Path | None, config: Path | None) -> int:
    """What came each time that TARGET, a DOI or an address, was asked."""
    from citewell.identifiers import bare_doi, is_doi, shown
    from citewell.report import ledger as report

    doi = bare_doi(target).lower()
    with _opened(ledger, config) as opened:
        facts = list(opened.about(target))
        if not facts and is_doi(doi):
            facts = list(opened.about(doi))
    if not facts:
        raise click.UsageError(f"The ledger knows nothing of {shown(target)}.")
    write(report.history(facts))
    return OK


@ledger.command("export")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file, instead of standard output.",
)
@LEDGER
@CONFIG
def export_(output: Path | None, ledger: Path | None, config: Path | None) -> int:
    """Write all facts as JSON Lines; none if there is no ledger yet."""
    from citewell.evidence.ledger import is_there
    from citewell.facts import FactsError

    settings = settings_of(config)
    path = ledger or settings.root / settings.ledger.path
    try:
        known = is_there(path)
    except FactsError as error:
        raise click.UsageError(str(error)) from None
    if not known:
        write([], output)
        return OK
    with _opened(ledger, config) as opened:
        write(opened.lines(), output)
    return OK


@ledger.command("import")
@click.argument("files", nargs=-1, required=True, type=click.File("r", encoding="utf-8"))
@LEDGER
@CONFIG
def import_(files: tuple[Any, ...], ledger: Path | None, config: Path | None) -> int:
    """Add the facts of FILES, as export writes them; '-' is standard input.

    Facts that are there already are not added again.
    """
    from citewell.facts import FactsError

    with _opened(ledger, config, create=True) as opened:
        for file in files:
            try:
                new = opened.merge(file)
            except (FactsError, UnicodeDecodeError) as error:
                raise click.UsageError(f"{file.name}: {error}") from None
            click.echo(f"{file.name}: {new} new")
    return OK


@ledger.command()
@LEDGER
@CONFIG
def stats(ledger: Path | None, config: Path | None) -> int:
    """The ledger in figures."""
    from citewell.report import ledger as report

    with _opened(ledger, config) as opened:
        write(report.figures(*opened.stats()))
    return OK
