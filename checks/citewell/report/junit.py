"""JUnit XML, which every CI server shows: a suite an article, a test case a rule.

Every rule stands there for every article, so that none is silently missing: findings at or
above the limit fail it, it is skipped where it was not put or could not speak of all, and
passes otherwise. What does not fail, and what was waived, is its output. A file of waivers
has a suite if there is something to say about it. There are no times and no host names in it:
the same outcome gives the same bytes.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from junitparser import Attr, Error, Failure, IntAttr, JUnitXml, Skipped, TestCase, TestSuite

from citewell.explanation import PutRule
from citewell.finding import Finding, Outcome, Severity, WaivedFinding
from citewell.identifiers import shown
from citewell.report import concise
from citewell.report.coverage import NOT_PUT, Gaps
from citewell.report.wording import decision


class _Case(TestCase):
    """A test case with the place that GitLab and pytest give."""

    file = Attr()
    line = IntAttr()


class _Verdict(NamedTuple):
    """What there is to say of one rule in one file; ``why_not`` if it could not speak of all."""

    failing: tuple[Finding, ...] = ()
    tolerated: tuple[Finding, ...] = ()
    waived: tuple[WaivedFinding, ...] = ()
    why_not: str = ""


def render(outcome: Outcome, rules: Sequence[PutRule], fail_on: str) -> str:
    """*outcome* as one document; *rules* are all that there are.

    *fail_on* is the least severity that makes a failure, or ``never``.
    """
    gaps = Gaps(outcome)
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in (*outcome.findings, *outcome.waived):
        found.setdefault((finding.path, finding.rule), []).append(finding)
    document = JUnitXml(outcome.tool.name)
    for path in _paths(outcome):
        suite = TestSuite(shown(path))
        for name, value in _properties(outcome):
            suite.add_property(name, shown(value))
        for put in rules:
            rule, group = put.explanation.rule, put.explanation.group
            why_not = gaps.why_not(rule, group, path) if put.severity else NOT_PUT
            suite.append(_case(rule, path, _verdict(found.get((path, rule), ()), fail_on, why_not)))
        for finding in found.get((path, "internal-error"), ()):
            suite.append(_crash(finding))
        document.append(suite)  # add_testsuite would compare it with all others
    document.update_statistics()
    return _written(document)


def _paths(outcome: Outcome) -> list[str]:
    """Every file that the outcome knows of."""
    paths: set[str | None] = {article.path for article in outcome.articles}
    paths |= {finding.path for finding in (*outcome.findings, *outcome.waived)}
    paths |= {entry.path for entry in outcome.not_evaluated}
    return sorted(path for path in paths if path is not None)


def _properties(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What is to be known of the run, as against the article."""
    yield "version", outcome.tool.version
    yield "as_of", str(outcome.as_of)
    yield "links", outcome.links
    yield "findings_not_new_in_the_run", str(outcome.baselined)


def _verdict(found: Iterable[Finding], fail_on: str, why_not: str) -> _Verdict:
    limit = -1 if fail_on == "never" else Severity(fail_on).rank
    standing, waived = [], []
    for finding in found:
        if isinstance(finding, WaivedFinding):
            waived.append(finding)
        else:
            standing.append(finding)
    return _Verdict(
        failing=tuple(finding for finding in standing if finding.severity.rank <= limit),
        tolerated=tuple(finding for finding in standing if finding.severity.rank > limit),
        waived=tuple(waived),
        why_not=why_not,
    )


def _case(rule: str, path: str, verdict: _Verdict) -> _Case:
    """A failure says more than a gap, and a gap more than that nothing else was found."""
    case = _empty_case(rule, path)
    if verdict.failing:
        case.line = verdict.failing[0].line
        case.result = _failure(rule, verdict.failing)
    elif verdict.why_not:
        case.result = Skipped(_plain(verdict.why_not))
    if output := list(_output(verdict)):
        case.system_out = _plain("\n".join(output))
    return case


def _empty_case(rule: str, path: str) -> _Case:
    case = _Case(shown(rule), shown(path))
    case.file = shown(path)
    return case


def _failure(rule: str, failing: Sequence[Finding]) -> Failure:
    more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
    failure = Failure(_plain(failing[0].message + more), shown(rule))
    failure.text = _plain("\n".join(chain.from_iterable(map(_told, failing))))
    return failure


def _crash(finding: Finding) -> _Case:
    """A case of its own: the rule that crashed is skipped in its place."""
    case = _empty_case(finding.rule, finding.path)
    error = Error(_plain(finding.message), finding.rule)
    error.text = _plain("\n".join(_told(finding)))
    case.result = error
    return case


def _told(finding: Finding) -> Iterator[str]:
    yield concise.line(finding)
    yield f"  help: {finding.help}"


def _output(verdict: _Verdict) -> Iterator[str]:
    """What does not fail, but is to be known."""
    for finding in verdict.tolerated:
        yield from _told(finding)
    for waived in verdict.waived:
        yield concise.line(waived)
        yield f"  waived in {waived.waiver.path}: {decision(waived.waiver)}"
    if verdict.why_not and verdict.failing:
        yield f"not evaluated in full: {verdict.why_not}"


def _plain(text: str) -> str:
    """*text* with the characters spelled out that XML 1.0 forbids, and all that steer a screen."""
    return "\n".join(map(shown, text.split("\n")))


def _written(document: JUnitXml) -> str:
    """*document* as text, indented.

    junitparser takes lxml where that is installed, which writes other bytes than the standard
    library does; so the latter has the last word.
    """
    root = ET.fromstring(document.tostring())  # noqa: S314 - we have just written it
    for element in root.iter():
        element.attrib.pop("time", None)  # zero seconds would be a lie
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}'
