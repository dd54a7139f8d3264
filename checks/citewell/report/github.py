"""Annotations and a job summary for GitHub Actions.

GitHub shows ten annotations of a kind for a step, so the gravest come first, and the
summary has them all in figures. Syntax: "Workflow commands for GitHub Actions" in GitHub's
documentation.
"""

import re
from collections.abc import Iterator

from citewell.finding import Finding, Outcome, Severity
from citewell.report import summary

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(outcome: Outcome) -> Iterator[str]:
    """Workflow commands, one a finding."""
    return map(_command, sorted(outcome.findings, key=lambda finding: finding.severity.rank))


def _command(finding: Finding) -> str:
    place = {"file": finding.path, "line": finding.line, "endLine": finding.end_line}
    if finding.line == finding.end_line:
        place |= {"col": finding.column, "endColumn": finding.end_column}
    properties = ",".join(
        f"{name}={_escaped(str(value), ':,')}"
        for name, value in (place | {"title": finding.rule}).items()
    )
    text = _escaped(f"{finding.message}\n{finding.help}")
    return f"::{_COMMANDS[finding.severity]} {properties}::{text}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def job_summary(outcome: Outcome) -> str:
    """A Markdown table of the rules with findings, for ``$GITHUB_STEP_SUMMARY``."""
    lines = ["### citewell", "", *(f"- {line}" for line in summary.sentences(outcome)), ""]
    rows = list(summary.by_rule(outcome))
    if rows:
        lines += ["| findings | severity | rule |", "|---:|---|---|"]
        lines += [f"| {number} | {severity} | {rule} |" for rule, severity, number in rows]
    if outcome.waived:
        lines += ["", "Waived:", "", *(f"- {_plain(line)}" for line in summary.waived(outcome))]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """*text* so that Markdown and HTML leave it as it is."""
    return re.sub(r"([\\`*_\[\]<>|#&~])", r"\\\1", text)
