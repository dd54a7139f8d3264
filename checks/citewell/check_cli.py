"""``citewell check``: the gate."""

import gc
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from citewell.console import exit_code, progress, settings_of, write, write_bytes
from citewell.options import (
    AS_OF,
    CACHED,
    CONFIG,
    FAIL_ON,
    IGNORE,
    JOBS,
    LEDGER,
    LINKS,
    SELECT,
    evidence_of,
    links_of,
    plan_of,
)

if TYPE_CHECKING:
    from citewell.evidence.gathering import Evidence
    from citewell.finding import Outcome
    from citewell.mapping import Map
    from citewell.pipeline import Request

FORMATS = ("text", "concise", "json", "github", "gitlab", "sarif", "junit")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@AS_OF
@SELECT
@IGNORE
@FAIL_ON
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--since", metavar="REV", help="Only what is new since this git revision.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only what is not in this report (of --format json).",
)
@LINKS
@CACHED
@click.option(
    "--require-verified", is_flag=True, help="DOIs and URLs that were not verified are errors."
)
@LEDGER
@JOBS
@CONFIG
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--quiet", "-q", is_flag=True, help="Print the findings and nothing else.")
@click.option("--verbose", "-v", is_flag=True, help="Print info findings in format text, too.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
def check(
    paths: tuple[Path, ...],
    as_of: date,
    select: frozenset[str],
    ignore: frozenset[str],
    fail_on: str | None,
    since: str | None,
    baseline: Path | None,
    links: bool,
    cached: bool,
    require_verified: bool,
    ledger: Path | None,
    jobs: int,
    config: Path | None,
    **presentation: Any,
) -> int:
    """Check articles: PATHS, or the configured content.

    Exit code 0: nothing at or above --fail-on; 1: findings; 2: the check could not be made.
    """
    from citewell.pipeline import Request

    settings = settings_of(config)
    request = Request(
        settings=settings,
        as_of=as_of,
        base=Path.cwd(),
        paths=paths,
        select=select,
        ignore=ignore,
        links=links_of(links, cached),
        require_verified=require_verified,
    )
    if links:  # each request that fails leaves cycles behind
        gc.freeze()
        gc.enable()
    fail_on = fail_on or settings.fail_on
    with progress(links and not presentation["quiet"]) as on_progress:
        outcome = _run(request, since, baseline, jobs, ledger, on_progress)
    presentation["verbose"] |= fail_on == "info"  # what makes it fail is shown
    document = _document(outcome, presentation["format_"], request, fail_on)
    _present(outcome, document, **presentation)
    return exit_code(outcome, fail_on)


def _run(
    request: "Request",
    since: str | None,
    baseline: Path | None,
    jobs: int,
    ledger: Path | None,
    on_progress: Callable[[Any], None] | None,
) -> "Outcome":
    from citewell.discovery import NothingToCheckError
    from citewell.facts import FactsError
    from citewell.pipeline import run
    from citewell.spreading import spread

    plan = plan_of(request)
    if request.require_verified and "unverified-target" not in {r.name for r, _ in plan.rules}:
        raise click.UsageError(
            "--require-verified needs the rule unverified-target, which --select or --ignore "
            "leaves out."
        )
    map_ = spread(jobs)
    evidence = evidence_of(request, ledger, on_progress)
    try:
        if baseline is not None or since is not None:
            request = _against(request, since, baseline, map_, evidence)
        return run(request, map_, evidence.gather if evidence else None)
    except (NothingToCheckError, FactsError) as error:
        raise click.UsageError(str(error)) from None


def _against(
    request: "Request",
    since: str | None,
    baseline: Path | None,
    map_: "Map",
    evidence: "Evidence | None",
) -> "Request":
    """*request*, knowing the findings of an earlier report and of an earlier revision."""
    from dataclasses import replace

    from citewell import comparison

    known: frozenset[str] = frozenset()
    try:
        if baseline is not None:
            known |= comparison.of_report(baseline)
        if since is not None:
            known |= comparison.of_revision(
                since, request, map_, evidence.gather_before if evidence else None
            )
    except comparison.ComparisonError as error:
        raise click.UsageError(str(error)) from None
    return replace(request, known=known)


def _document(outcome: "Outcome", format_: str, request: "Request", fail_on: str) -> str | None:
    """*outcome* as one whole document; None if *format_* is made of lines."""
    if format_ == "json":
        from citewell.report import json

        return json.render(outcome)
    if format_ == "gitlab":
        from citewell.report import gitlab

        return gitlab.render(outcome)
    if format_ not in ("sarif", "junit"):
        return None
    from citewell.pipeline import make_plan
    from citewell.rules.docstring import explained

    rules = explained(make_plan(request).rules)
    if format_ == "sarif":
        from citewell.report import sarif

        return sarif.render(outcome, rules)
    from citewell.report import junit

    return junit.render(outcome, rules, fail_on)


def _present(
    outcome: "Outcome",
    document: str | None,
    *,
    format_: str,
    output: Path | None,
    statistics: bool,
    quiet: bool,
    verbose: bool,
    color: str,
) -> None:
    """Write *outcome* in the format asked for, to *output* or standard output."""
    from citewell.report import summary

    if document is not None:
        if output is None:  # it says itself that it is UTF-8
            write_bytes(f"{document}\n".encode())
        else:
            write([document], output)
        if statistics:  # standard output is one document
            click.echo("\n".join(summary.statistics(outcome)), err=True)
        return
    lines: list[str] = []
    if format_ == "text":
        from citewell.report import text
        from citewell.source import line_reader

        lines += text.render(outcome, line_reader(), verbose=verbose, quiet=quiet)
    elif format_ == "concise":
        from citewell.report import concise

        lines += concise.render(outcome)
    else:
        from citewell.report import github

        lines += github.render(outcome)
        if step_summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            _append(Path(step_summary), github.job_summary(outcome))
    if format_ != "text" and not quiet:
        lines += (*summary.waived(outcome), *summary.sentences(outcome))
    if statistics:
        lines += summary.statistics(outcome)
    write(lines, output, color)


def _append(path: Path, text: str) -> None:
    """Add *text* to the summary of a CI job; the verdict is no other if that fails."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        click.echo(f"{path} cannot be written: {error.strerror}", err=True)
