"""One line a finding, for people in a hurry and for editors."""

from collections.abc import Iterator

from citewell.finding import Finding, Outcome


def render(outcome: Outcome) -> Iterator[str]:
    """The findings of *outcome* in the order of the files, as lines without line ends."""
    return map(line, outcome.findings)


def line(finding: Finding) -> str:
    """One finding, as compilers print theirs."""
    place = f"{finding.path}:{finding.line}:{finding.column}"
    return f"{place}: {finding.severity}: {finding.message} [{finding.rule}]"
