"""The command line: options in, exit code out. What is heavy is imported where it is used."""

import gc
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from citewell import __version__
from citewell.console import (
    FINDINGS,
    INTERRUPTED,
    OK,
    UNUSABLE,
    discard_stdout,
    settings_of,
    write,
)
from citewell.ledger_cli import ledger

if TYPE_CHECKING:
    from citewell.evidence.gathering import Evidence
    from citewell.finding import Outcome
    from citewell.pipeline import Map, Request

FORMATS = ("text", "concise", "json", "github")
FAIL_ON = ("error", "warning", "info", "never")


def main() -> NoReturn:
    """Run the command, and leave with its exit code; a closed pipe ends it quietly."""
    # pydantic would search all installed packages for plugins that nobody here has asked for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # What a run builds has no cycles to collect, and looking for some takes time.
    gc.disable()
    try:
        code = cli.main(standalone_mode=False) or OK
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = UNUSABLE
    except Exception as error:  # noqa: BLE001 - users get a sentence, not a traceback
        click.echo(f"Internal error: {type(error).__name__}: {error}. Please report it.", err=True)
        code = UNUSABLE
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
    gc.freeze()  # the interpreter collects once more when it ends, to no use
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="citewell")
def cli() -> None:
    """Check structured medical content: every claim, a source that still stands."""


def _names(
    _context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> frozenset[str]:
    """Rules and groups from options that may repeat and may hold several, by commas."""
    from citewell.rules import GROUPS, RULES
    from citewell.spelling import did_you_mean

    known = {*GROUPS, *(rule.name for rule in RULES)}
    names = frozenset(name.strip() for value in values for name in value.split(",") if name.strip())
    for name in sorted(names - known):
        guess = did_you_mean(name, known) or "'citewell explain' lists them."
        raise click.BadParameter(f"there is no rule or group '{name}'. {guess}")
    if option.name == "select" and values and not names:
        raise click.BadParameter("it names no rule and no group.")
    return names


def _progress(wanted: bool) -> AbstractContextManager[Callable[[Any], None] | None]:
    """A bar on a terminal, where links are asked; nothing otherwise."""
    if not wanted or not sys.stderr.isatty():
        return nullcontext()
    from citewell.progress import bar

    return bar()


def _links(links: bool, cached: bool) -> Literal["off", "cached", "live"]:
    if links and cached:
        raise click.UsageError("--links asks the network, and --cached does not: choose one.")
    return "live" if links else "cached" if cached else "off"


def _day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date:
    return value.date() if value else datetime.now(UTC).date()


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="Judge as on this day; today (UTC) by default.",
)
@click.option("--select", multiple=True, callback=_names, help="Only these rules or groups.")
@click.option("--ignore", multiple=True, callback=_names, help="Not these rules or groups.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="The least severity that makes exit code 1; by default as in the settings, or error.",
)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--since", metavar="REV", help="Only what is new since this git revision.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only what is not in this report (of --format json).",
)
@click.option("--links", is_flag=True, help="Ask what stands behind every DOI and URL.")
@click.option(
    "--cached",
    is_flag=True,
    help="Judge DOIs and URLs by what the ledger knows, without any network.",
)
@click.option(
    "--require-verified", is_flag=True, help="DOIs and URLs that were not verified are errors."
)
@click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where facts about links are kept, instead of where the settings say.",
)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="At most so many processes; 0: one a processor. Few articles need only one.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings in TOML, instead of the nearest pyproject.toml with [tool.citewell].",
)
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
        links=_links(links, cached),
        require_verified=require_verified,
    )
    if links:  # each request that fails leaves cycles behind
        gc.freeze()
        gc.enable()
    fail_on = fail_on or settings.fail_on
    with _progress(links and not presentation["quiet"]) as on_progress:
        outcome = _run(request, since, baseline, jobs, ledger, on_progress)
    presentation["verbose"] |= fail_on == "info"  # what makes it fail is shown
    _present(outcome, **presentation)
    return _exit_code(outcome, fail_on)


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
    from citewell.pipeline import make_plan, run
    from citewell.spreading import spread

    plan = make_plan(request)
    if not plan.rules:
        raise click.UsageError("No rule is left: see --select, --ignore and the settings.")
    if request.require_verified and "unverified-target" not in {r.name for r, _ in plan.rules}:
        raise click.UsageError(
            "--require-verified needs the rule unverified-target, which --select or --ignore "
            "leaves out."
        )
    map_ = spread(jobs)
    evidence = _evidence(request, ledger, on_progress)
    try:
        if baseline is not None or since is not None:
            request = _against(request, since, baseline, map_, evidence)
        return run(request, map_, evidence.gather if evidence else None)
    except (NothingToCheckError, FactsError) as error:
        raise click.UsageError(str(error)) from None


def _evidence(
    request: "Request", ledger: Path | None, on_progress: Callable[[Any], None] | None
) -> "Evidence | None":
    """Where the facts about links come from, if any are asked for."""
    if request.links == "off":
        return None
    from citewell.evidence.gathering import Evidence

    settings = request.settings
    return Evidence(
        ledger or settings.root / settings.ledger.path,
        settings.ledger,
        settings.network,
        settings.endpoints,
        request.as_of,
        live=request.links == "live",
        on_progress=on_progress,
    )


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


def _present(
    outcome: "Outcome",
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

    if format_ == "json":
        from citewell.report import json

        write([json.render(outcome)], output, color)
        if statistics:  # standard output is one object
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


def _exit_code(outcome: "Outcome", fail_on: str) -> int:
    from citewell.finding import Severity

    if outcome.has_internal_error:
        return UNUSABLE
    if fail_on == "never":
        return OK
    limit = Severity(fail_on).rank
    return FINDINGS if any(f.severity.rank <= limit for f in outcome.findings) else OK


@cli.command()
@click.argument("rule", required=False)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def explain(rule: str | None, format_: str) -> None:
    """Say what RULE checks and why, with a bad and a good example; without RULE, list all."""
    import json
    from dataclasses import asdict

    from citewell import explanation
    from citewell.rules import RULES
    from citewell.spelling import did_you_mean

    rules = {each.name: each for each in RULES}
    if rule is not None and rule not in rules:
        guess = did_you_mean(rule, rules) or "'citewell explain' lists all."
        raise click.UsageError(f"There is no rule '{rule}'. {guess}")
    chosen = [explanation.explain(each) for name, each in rules.items() if rule in (None, name)]
    if format_ == "json":
        objects = [asdict(each) for each in chosen]
        write([json.dumps(objects if rule is None else objects[0], indent=2)])
    elif rule is None:
        write(explanation.listing(chosen), color="auto")
    else:
        write(explanation.whole(chosen[0]), color="auto")


@cli.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schemas"),
    show_default=True,
    help="The folder to write into, or to compare with.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if one differs.")
def schema(output: Path, only_check: bool) -> int:
    """Write the JSON Schemas of articles, of waivers, and of what check prints."""
    from citewell import json_schema

    try:
        changed = json_schema.stale(output) if only_check else json_schema.write(output)
    except OSError as error:
        raise click.UsageError(f"{output} cannot be used: {error.strerror}") from None
    for path in changed:
        stale = f"is not what the models say: run 'citewell schema --output {output}'"
        click.echo(f"{path}: {stale if only_check else 'written'}")
    return FINDINGS if only_check and changed else OK


cli.add_command(ledger)
