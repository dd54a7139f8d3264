"""``citewell fix``: what a machine can mend without changing a meaning."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click import style

from citewell.console import FINDINGS, OK, UNUSABLE, progress, settings_of, write, write_diff
from citewell.options import (
    AS_OF,
    CACHED,
    CONFIG,
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
    from citewell.discovery import File
    from citewell.finding import Finding
    from citewell.fixing import Fixed, House
    from citewell.pipeline import Examination, Request


class _NotWrittenError(Exception):
    """Something could not be written; the message says what, and how it is now."""


@dataclass
class _Account:
    """What is to be told in the end, and the house-wide waivers as they are by now."""

    house: "House | None"
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    diff: list[str] = field(default_factory=list)
    number: int = 0
    files: int = 0
    unsafe: int = 0


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--unsafe", is_flag=True, help="Also fixes that say more than the article does.")
@click.option(
    "--diff", is_flag=True, help="Show what would change, write nothing, and exit 1 if it would."
)
@AS_OF
@SELECT
@IGNORE
@LINKS
@CACHED
@LEDGER
@JOBS
@CONFIG
@click.option("--quiet", "-q", is_flag=True, help="Print only what could not be fixed.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
def fix(
    paths: tuple[Path, ...],
    unsafe: bool,
    diff: bool,
    as_of: date,
    select: frozenset[str],
    ignore: frozenset[str],
    links: bool,
    cached: bool,
    ledger: Path | None,
    jobs: int,
    config: Path | None,
    quiet: bool,
    color: str,
) -> int:
    """Mend in articles what a machine can: PATHS, or the configured content.

    What is waived is left alone. Links that have moved are mended with --links or --cached; an
    archived copy or a DOI that a registry knows is added with --unsafe as well.

    Exit code 0: done; 1: something could not be fixed, or would change with --diff; 2: nothing
    could be judged.
    """
    from citewell.pipeline import Request

    request = Request(
        settings=settings_of(config),
        as_of=as_of,
        base=Path.cwd(),
        paths=paths,
        select=select,
        ignore=ignore,
        links=links_of(links, cached),
    )
    if links:  # each request that fails leaves cycles behind
        gc.freeze()
        gc.enable()
    found = _examined(request, ledger, jobs, show=links and not quiet)
    account = _fix_all(found, unsafe=unsafe, diff=diff)
    write_diff(account.diff)
    lines = list(account.failed)
    if not quiet:
        summary = _summary(account, len(found.outcome.articles), diff=diff)
        lines = [*account.done, *lines, style(summary, bold=True), *_unknown(found, unsafe=unsafe)]
    if diff:  # which others read from standard output
        click.echo(click.unstyle("\n".join(lines)), err=True, nl=bool(lines))
    else:
        write(lines, color=color)
    if found.outcome.has_internal_error:
        return UNUSABLE
    return FINDINGS if account.failed or account.diff else OK


def _examined(request: "Request", ledger: Path | None, jobs: int, *, show: bool) -> "Examination":
    from citewell.discovery import NothingToCheckError
    from citewell.facts import FactsError
    from citewell.pipeline import examine
    from citewell.spreading import spread

    plan_of(request)
    with progress(show) as on_progress:
        evidence = evidence_of(request, ledger, on_progress)
        try:
            return examine(request, spread(jobs), evidence.gather if evidence else None)
        except (NothingToCheckError, FactsError) as error:
            raise click.UsageError(str(error)) from None


def _fix_all(found: "Examination", *, unsafe: bool, diff: bool) -> _Account:
    """Fix the files in which there is something to fix; those alone are read again."""
    from citewell.git_diff import git_diff

    files = {file.name: file for file in found.files.articles}
    fixable: dict[str, list[Finding]] = {}
    for finding in found.outcome.findings:
        if finding.fix is not None:
            fixable.setdefault(finding.path, []).append(finding)
    chosen = {
        name: files[name]
        for name, findings in fixable.items()
        if any(unsafe or (finding.fix and finding.fix.safe) for finding in findings)
    }
    account = _Account(_house(found) if chosen else None)
    account.failed += _unread(found, files)
    account.unsafe = sum(len(own) for name, own in fixable.items() if name not in chosen)
    before = account.house
    for file in chosen.values():
        _fix(file, found, account, unsafe=unsafe, diff=diff)
    if diff and before and account.house:
        account.diff += git_diff(before.name, before.text, account.house.text)
    return account


def _fix(
    file: "File", found: "Examination", account: _Account, *, unsafe: bool, diff: bool
) -> None:
    """Fix one file, write it unless *diff*, and put it to *account*."""
    from citewell import edit, fixing, source
    from citewell.git_diff import git_diff
    from citewell.pipeline import judge_again

    document = source.read(file.path)
    if document.raw is None or document.unreadable:
        account.failed.append(_line(file.name, 1, "not fixed: it has changed meanwhile"))
        return
    old = document.raw.decode()
    result = fixing.fixed(
        file.name,
        old,
        account.house,
        lambda text, waivers: judge_again(file, edit.document_of(text), found, waivers),
        unsafe=unsafe,
    )
    account.unsafe += result.unsafe
    for finding, reason in result.refused:
        account.failed.append(_of(finding, f"not fixed: {reason}"))
    if result.text == old:
        return
    if diff:
        account.diff += git_diff(file.name, old, result.text)
    else:
        try:
            _write(file, document.raw, result, account.house, found)
        except _NotWrittenError as error:
            account.failed.append(_line(file.name, 1, str(error)))
            return
    account.files += 1
    account.number += len(result.done)
    for finding in sorted(result.done, key=lambda finding: (finding.line, finding.column)):
        account.done.append(_of(finding, finding.fix.description if finding.fix else ""))
    if account.house and result.house and account.house.text != result.house.text:
        what = f"its waivers follow the new numbers of {file.name}"
        account.done.append(_line(account.house.name, 1, what))
    account.house = result.house


def _house(found: "Examination") -> "House | None":
    """The file of house-wide waivers as it is, if there is one."""
    from citewell import source
    from citewell.fixing import House
    from citewell.house import read_house_waivers

    file = found.files.waivers
    if file is None:
        return None
    document = source.read(file.path)
    waivers = tuple(waiver for waiver in found.waivers if waiver.file == file.name)
    if document.raw is None or document.problems:
        return House(file.name, "", waivers, broken=True)
    read, violations = read_house_waivers(document.data, ())
    same = [(path, each.target) for path, each in read] == [(w.path, w.target) for w in waivers]
    return House(file.name, document.raw.decode(), waivers, broken=bool(violations) or not same)


def _unread(found: "Examination", files: dict[str, "File"]) -> Iterator[str]:
    """A line for each article that could not be read."""
    from citewell import source

    for judged in found.judgements:
        if judged.figures is None and judged.file in files:
            problem = source.read(files[judged.file].path).problems[:1]
            why = problem[0].message if problem else "it has changed meanwhile"
            line = problem[0].place.line if problem else 1
            yield _line(judged.file, line, f"not read: {why}")


def _write(
    file: "File", old: bytes, result: "Fixed", house: "House | None", found: "Examination"
) -> None:
    """Replace *file*, which held *old*, and the house-wide waivers if they change along.

    A kill can come between the two, and then each of them would be right only with the other as
    it was. So the waivers that move are made void before, with words that say what to do, and
    get their new numbers afterwards: see :func:`citewell.fixing.interim`.
    """
    from citewell.atomic import alone
    from citewell.fixing import interim

    waivers = found.files.waivers
    if house is None or result.house is None or waivers is None or result.house == house:
        with alone(file.path):
            _replace(file.path, result.text, old)
        return
    between = interim(house, result.house, file.name)
    real = (Path(os.path.realpath(each.path)) for each in (file, waivers))
    with ExitStack() as stack:
        # One lock a folder, and all who want two of them take them in the same order.
        for _, path in sorted({path.parent: path for path in real}.items()):
            stack.enter_context(alone(path))
        _replace(waivers.path, between, house.text.encode())
        try:
            _replace(file.path, result.text, old)
        except _NotWrittenError:
            _replace(waivers.path, house.text, between.encode())
            raise
        try:
            _replace(waivers.path, result.house.text, between.encode())
        except _NotWrittenError:
            raise _NotWrittenError(
                f"not finished: the references have their new numbers, but {waivers.name} could "
                "not be written again: each waiver there says what to write"
            ) from None


def _replace(path: Path, text: str, old: bytes) -> None:
    from citewell.atomic import ChangedError, write_text

    try:
        write_text(path, text, instead_of=old)
    except ChangedError:
        raise _NotWrittenError(f"not fixed: {path.name} has changed meanwhile; try again") from None
    except OSError as error:
        raise _NotWrittenError(
            f"not fixed: {path.name} cannot be written: {error.strerror}"
        ) from None


def _of(finding: "Finding", what: str) -> str:
    return _line(finding.path, finding.line, f"{finding.rule}: {what}")


def _line(path: str, line: int, what: str) -> str:
    from citewell.identifiers import shown

    return f"{style(f'{path}:{line}', bold=True)}: {shown(what)}"


def _summary(account: _Account, articles: int, *, diff: bool) -> str:
    """How much was fixed, could not be, and could be with --unsafe."""
    from citewell.report.summary import counted

    number = account.number
    if number:
        verb = "would be fixed" if diff else "fixed"
        parts = [f"{counted(number, 'finding')} {verb} in {counted(account.files, 'file')}"]
    else:
        nothing = "Nothing fixed" if account.failed else "Nothing to fix"
        parts = [f"{nothing} in {counted(articles, 'article')}"]
    if account.failed:
        parts.append(f"{len(account.failed)} could not be")
    if account.unsafe:
        parts.append(f"{account.unsafe} more with --unsafe")
    return "; ".join(parts) + "."


def _unknown(found: "Examination", *, unsafe: bool) -> Iterator[str]:
    """What is not known, so that nothing could be fixed by it."""
    from citewell.report.summary import gap

    wanted = {"broken-link"} | ({"missing-doi", "missing-archive"} if unsafe else set())
    for entry in found.outcome.not_evaluated:
        if found.outcome.links != "off" and entry.path is None and entry.rule in wanted:
            yield gap(entry)
