"""The verdict of a report in one line: what an auditor reads first."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from citewell.audit import Audit, Coverage, Standing
from citewell.finding import Finding, Severity
from citewell.report.part import STATES
from citewell.report.summary import counted


class Headline(NamedTuple):
    """Whether something ``fails``, what it comes to in a word, and why in a sentence."""

    fails: bool
    word: str
    sentence: str

    @property
    def is_open(self) -> bool:
        """Whether it neither fails nor passes outright."""
        return not self.fails and self.word != "Passes:"


def of_audit(audit: Audit) -> Headline:
    """The headline of all of *audit*, with the files that are no articles."""
    limit = audit.provenance.policy.fail_on
    found = headline(audit.findings, len(audit.waived), audit.coverage, limit)
    articles = {article.path for article in audit.articles}
    unread = {f.path for f in audit.findings if f.rule == "invalid-yaml"} - articles
    if not unread:
        return found
    return found._replace(sentence=f"{counted(len(unread), 'file')} unreadable. {found.sentence}")


def headline(findings: Sequence[Finding], waived: int, covered: Coverage, fail_on: str) -> Headline:
    """The headline of what has *findings*, and so many more that are *waived*.

    It fails with a finding as grave as *fail_on*; with "never" it is not said to pass. Where a
    rule crashed, it is incomplete.
    """
    count = Counter(finding.severity for finding in findings)
    fails = fail_on != "never" and any(each.rank <= Severity(fail_on).rank for each in count)
    grades = (
        f"{counted(count[Severity.ERROR], 'error')}, "
        f"{counted(count[Severity.WARNING], 'warning')}, {count[Severity.INFO]:,} info, "
        f"{waived:,} waived"
    )
    word = "Judged:" if fail_on == "never" else "Fails:" if fails else "Passes:"
    if word == "Passes:" and covered.standings[Standing.UNCHECKED]:
        word = "Passes, as far as anybody has asked:"
    if any(finding.rule == "internal-error" for finding in findings):
        fails, word = True, "Incomplete:"
    return Headline(fails, word, f"{grades}. {_coverage(covered)}")


def _coverage(covered: Coverage) -> str:
    """How far claims are sourced, and sources known to stand."""
    found = {each: covered.standings[each] for each in STATES}
    told = [f"{number:,} {each.word}" for each, number in found.items() if number]
    return (
        f"{covered.cited.number:,} of {counted(covered.cited.of, 'claim')} cited, "
        f"{covered.attested.number:,} attested; {counted(sum(found.values()), 'reference')}: "
        f"{', '.join(told) or 'none'}."
    )
