"""The verdict of a report in one line: what an auditor reads first."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from citewell.audit import Audit, Coverage, Standing
from citewell.finding import Finding, Severity
from citewell.report.summary import counted


class Headline(NamedTuple):
    """Whether something ``fails``, that in a word, and why in a sentence."""

    fails: bool
    word: str
    sentence: str


def of_audit(audit: Audit) -> Headline:
    """The headline of all of *audit*."""
    limit = audit.provenance.policy.fail_on
    return headline(audit.findings, len(audit.waived), audit.coverage, limit)


def headline(findings: Sequence[Finding], waived: int, covered: Coverage, fail_on: str) -> Headline:
    """The headline of what has *findings*, and so many more that are *waived*.

    It fails with a finding as grave as *fail_on*, unless that is "never".
    """
    count = Counter(finding.severity for finding in findings)
    fails = fail_on != "never" and any(each.rank <= Severity(fail_on).rank for each in count)
    grades = (
        f"{counted(count[Severity.ERROR], 'error')}, "
        f"{counted(count[Severity.WARNING], 'warning')}, {count[Severity.INFO]} info, "
        f"{waived} waived"
    )
    return Headline(fails, "Fails:" if fails else "Passes:", f"{grades}. {_coverage(covered)}")


def _coverage(covered: Coverage) -> str:
    """How far claims are sourced, and sources known to stand."""
    standings = covered.standings
    whole = sum(standings.values())
    verified, contradicted = (
        standings[each] for each in (Standing.VERIFIED, Standing.CONTRADICTED)
    )
    return (
        f"{covered.cited.number:,} of {counted(covered.cited.of, 'claim')} cited, "
        f"{covered.attested.number:,} attested; of {counted(whole, 'reference')} "
        f"{verified:,} verified, {contradicted:,} contradicted, "
        f"{whole - verified - contradicted:,} neither."
    )
