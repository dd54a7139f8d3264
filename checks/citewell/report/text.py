"""Findings for people: place, message, the line with a caret below it, and what to do."""

import unicodedata
from collections.abc import Callable, Iterator

from click import style

from citewell.finding import Finding, Outcome, Severity
from citewell.identifiers import shown
from citewell.report import radius, summary

Lines = Callable[[str], list[str]]
"""Gives the lines of a file by its name; none if it cannot be read."""

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_WIDTH = 120
_BEFORE = 40


def render(outcome: Outcome, lines: Lines, *, verbose: bool, quiet: bool) -> Iterator[str]:
    """The findings of *outcome*; info only if *verbose*; only findings if *quiet*.

    Lines carry ANSI colours, for the caller to strip where they are not wanted.
    """
    hidden = 0
    for finding in outcome.findings:
        if finding.severity is Severity.INFO and not verbose:
            hidden += 1
        else:
            yield from _finding(finding, lines(finding.path))
            yield ""
    if quiet:
        return
    yield from radius.lines(outcome)
    for line in summary.waived(outcome):
        yield style(line, dim=True)
    figures = summary.sentences(outcome)
    bold = _COLORS[Severity.ERROR] if outcome.summary.error else "green"
    yield style(next(figures), fg=bold, bold=True)
    yield from figures
    if hidden:
        yield f"{hidden} info not shown: --verbose shows them."


def _finding(finding: Finding, lines: list[str]) -> Iterator[str]:
    color = _COLORS[finding.severity]
    place = f"{finding.path}:{finding.line}:{finding.column}"
    label = style(f"{finding.severity}[{finding.rule}]", fg=color, bold=True)
    yield f"{style(place, bold=True)}: {label} {finding.message}"
    gutter = " " * len(str(finding.line))
    if finding.line <= len(lines):
        text, caret = _pointed(finding, lines[finding.line - 1])
        yield f"{style(f'{finding.line} |', dim=True)} {text}"
        yield f"{style(f'{gutter} |', dim=True)} {style(caret, fg=color, bold=True)}"
    yield f"{gutter} {style('=', dim=True)} help: {finding.help}"


def _pointed(finding: Finding, line: str) -> tuple[str, str]:
    """The line, cut to what fits, and the carets below the place of *finding*."""
    last = finding.end_column - 1 if finding.end_line == finding.line else len(line)
    # Secrets are masked in the whole line: of one that is cut, a part would be left.
    first, last = len(shown(line[: finding.column - 1])), len(shown(line[:last]))
    line = shown(line)
    begin = max(0, min(first - _BEFORE, len(line) - _WIDTH)) if len(line) > _WIDTH else 0
    end = min(len(line), begin + _WIDTH)
    head, tail = "…" if begin else "", "…" if end < len(line) else ""
    before, marked = head + line[begin:first], line[first : min(last, end)]
    return head + line[begin:end] + tail, " " * _cells(before) + "^" * max(1, _cells(marked))


def _cells(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
