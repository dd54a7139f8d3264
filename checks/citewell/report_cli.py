"""``citewell report``: one run as evidence."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from citewell.console import FINDINGS, OK, exit_code, settings_of, write_bytes, write_file
from citewell.options import (
    AS_OF,
    CONFIG,
    FAIL_ON,
    IGNORE,
    JOBS,
    LEDGER,
    SELECT,
    evidence_of,
    plan_of,
)

if TYPE_CHECKING:
    from citewell.audit import Audit
    from citewell.mapping import Map
    from citewell.pipeline import Request

_WITH_COMPARE = "It says what changed since another report: give that with --compare."
_WITHOUT_COMPARE = "It was made without --compare."
_NO_REPORT = "is not a report of 'citewell report'."
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
"""What comes of an earlier report that lacks something, or has it in another form."""
FORMATS = {"html": ".html", "markdown": ".md", "csv": ".csv", "json": ".json"}
"""The formats, and how the names of their files end."""


def _place(_context: click.Context, _option: click.Parameter, value: str | None) -> Path | None:
    """Where to write to; None for standard output, which ``-`` means, too."""
    if value == "":
        raise click.BadParameter("it is empty.")
    return None if value in (None, "-") else Path(value)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@AS_OF
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="By default as the name of --output ends, or markdown.",
)
@click.option(
    "--output",
    type=click.Path(),
    callback=_place,
    help="A file; or for html a folder, which gets an index and a page for each article.",
)
@click.option(
    "--compare",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Say what is new and what is fixed since this report (of --format json).",
)
@click.option(
    "--verify",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Say whether this report (of --format json) still holds, and write none.",
)
@SELECT
@IGNORE
@FAIL_ON
@LEDGER
@JOBS
@CONFIG
def report(
    paths: tuple[Path, ...],
    as_of: date,
    format_: str | None,
    output: Path | None,
    compare: Path | None,
    verify: Path | None,
    select: frozenset[str],
    ignore: frozenset[str],
    fail_on: str | None,
    ledger: Path | None,
    jobs: int,
    config: Path | None,
) -> int:
    """Report on articles, PATHS or the configured content, for somebody who was not there.

    What stands behind links is taken from the ledger, so that the same content, facts and policy
    always give the same report: run 'citewell check --links' before. Exit code as for check.
    """
    if verify is not None:
        _require_alone(click.get_current_context())
        return _verify(verify, compare, ledger, jobs, config)
    from citewell.spreading import spread

    format_ = format_ or _format_of(output)
    if compare is not None and format_ == "csv":
        raise click.UsageError("A table in CSV has no room for what --compare says.")
    request = _request(config, fail_on, as_of, paths, select, ignore)
    audit = _audit(request, ledger, jobs, config, fail_on)
    if compare is not None:
        audit = _compared(audit, compare)
    _write(audit, format_, output, spread(jobs))
    return exit_code(audit, request.settings.fail_on)


def _require_alone(context: click.Context) -> None:
    """A usage error if more was asked for than goes with ``--verify``."""
    own = {"verify", "compare", "ledger", "jobs", "config"}
    given = {
        name
        for name in context.params
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if given - own:
        raise click.UsageError(
            "--verify makes a report again as it was made: only --compare, --ledger, --jobs and "
            "--config go with it."
        )


def _request(
    config: Path | None,
    fail_on: str | None,
    as_of: date,
    paths: tuple[Path, ...],
    select: frozenset[str],
    ignore: frozenset[str],
) -> "Request":
    from citewell.pipeline import Request

    settings = settings_of(config)
    if fail_on:
        settings = settings.model_copy(update={"fail_on": fail_on})
    return Request(
        settings=settings,
        as_of=as_of,
        base=Path.cwd(),
        paths=paths,
        select=select,
        ignore=ignore,
        links="cached",
        keeps_readings=True,
    )


def _audit(
    request: "Request",
    ledger: Path | None,
    jobs: int,
    config: Path | None,
    fail_on: str | None,
    until: datetime | None = None,
) -> "Audit":
    from citewell.auditing import audit
    from citewell.discovery import NothingToCheckError
    from citewell.facts import FactsError
    from citewell.pipeline import examine
    from citewell.spreading import spread

    plan_of(request)
    evidence = evidence_of(request, ledger)
    assert evidence is not None  # noqa: S101 - links are not off
    evidence.until, evidence.seals = until, True
    try:
        found = examine(request, spread(jobs), evidence.gather)
    except (NothingToCheckError, FactsError) as error:
        raise click.UsageError(str(error)) from None
    named = config.as_posix() if config else None
    return audit(found, request, config=named, fail_on=fail_on, seal=evidence.seal)


def _compared(audit: "Audit", earlier: Path) -> "Audit":
    from citewell.changes import since
    from citewell.comparison import ComparisonError, load

    try:
        return replace(audit, changes=since(load(earlier), audit))
    except ComparisonError as error:
        raise click.UsageError(str(error)) from None
    except ValueError:
        raise click.UsageError(f"{earlier} has findings that no citewell wrote.") from None


def _format_of(output: Path | None) -> str:
    if output is None:
        return "markdown"
    if output.is_dir() or not output.suffix:
        return "html"
    endings = {ending: name for name, ending in FORMATS.items()} | {".htm": "html"}
    if output.suffix.lower() not in endings:
        raise click.UsageError(f"Say --format: '{output.name}' does not tell.")
    return endings[output.suffix.lower()]


def _write(audit: "Audit", format_: str, output: Path | None, map_: "Map") -> None:
    if output is not None and _is_folder(output, format_):
        if format_ != "html":
            raise click.UsageError(f"A report in {format_} is one file, and {output} is a folder.")
        _write_pages(audit, output, map_)
        return
    from importlib import import_module

    renderer = import_module(f"citewell.report.{format_}")
    text = renderer.render(audit, map_) if format_ == "html" else renderer.render(audit)
    if output is None:
        write_bytes(text.encode())
    else:
        write_file(output, text)


def _is_folder(output: Path, format_: str) -> bool:
    """Whether *output* is a folder, or is to become one."""
    is_new = not output.exists() and not output.suffix
    return output.is_dir() or (is_new and format_ == "html")


def _write_pages(audit: "Audit", folder: Path, map_: "Map") -> None:
    """Write all pages beside what is there, and put them in its place at the end."""
    from citewell.report import html

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".citewell-", dir=folder) as unfinished:
            names = []
            for page in html.pages(audit, map_):
                write_file(Path(unfinished) / page.name, page.text)
                names.append(page.name)
            for name in names:  # the index comes last
                (Path(unfinished) / name).replace(folder / name)
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be used: {error.strerror}") from None


def _verify(
    path: Path, compare: Path | None, ledger: Path | None, jobs: int, config: Path | None
) -> int:
    """Make the report at *path* again, and say how it differs."""
    import json

    from citewell.comparison import ComparisonError, load
    from citewell.inert import fit
    from citewell.report.json import render
    from citewell.verifying import differences

    try:
        then = load(path)
        request, until = _as_then(then, config)
        settings_file, fail_on = _settings_file(then, config), _fail_on(then)
        if (then["changes"] is None) != (compare is None):
            raise ComparisonError(_WITH_COMPARE if compare is None else _WITHOUT_COMPARE)
    except ComparisonError as error:
        raise click.UsageError(str(error)) from None
    except _MALFORMED:
        raise click.UsageError(f"{path} {_NO_REPORT}") from None
    if gone := [name for name in request.paths if not name.exists()]:
        return _does_not_hold(path, [f"{name} is not there any more." for name in gone])
    again = _audit(request, ledger, jobs, settings_file, fail_on, until)
    if compare is not None:
        again = _compared(again, compare)
    now = json.loads(render(again))
    try:
        different = list(differences(then, now))
    except _MALFORMED:
        raise click.UsageError(f"{path} {_NO_REPORT}") from None
    if different:
        return _does_not_hold(path, different)
    click.echo(f"{fit(str(path))} holds: the same content, facts and policy give the same report.")
    return OK


def _does_not_hold(path: Path, sentences: list[str]) -> int:
    """Say why the report at *path* does not hold; the exit code."""
    from citewell.inert import fit

    click.echo(f"{fit(str(path))} does not hold any more.")
    for sentence in sentences:
        click.echo(f"  {fit(sentence)}")
    return FINDINGS


def _as_then(then: dict[str, Any], config: Path | None) -> "tuple[Request, datetime]":
    """What was asked for *then*, and up to when the facts of the ledger count."""
    from citewell.evidence.gathering import NO_LEDGER

    origin = then["provenance"]
    request = _request(
        _settings_file(then, config),
        _fail_on(then),
        date.fromisoformat(then["as_of"]),
        tuple(map(Path, origin["paths"])),
        frozenset(origin["select"]),
        frozenset(origin["ignore"]),
    )
    seal = origin["ledger"]
    if seal is None:
        return request, NO_LEDGER
    newest = seal["newest"] or "0001-01-02T00:00:00Z"  # before any fact
    return request, datetime.fromisoformat(newest)


def _settings_file(then: dict[str, Any], config: Path | None) -> Path | None:
    named = then["provenance"]["config"]
    return config or (Path(named) if named else None)


def _fail_on(then: dict[str, Any]) -> str | None:
    said: str | None = then["provenance"]["fail_on"]
    return said
