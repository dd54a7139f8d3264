"""SARIF 2.1.0, for code scanning services and editors.

Besides the findings it holds what was waived (as suppressed results), every rule with the
severity of this run, every article that was looked at, and what was not evaluated. All that
is not ASCII is escaped. Section numbers in comments are those of the standard.
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from citewell.explanation import Explanation, PutRule
from citewell.finding import LINKS_OFF, Finding, NotEvaluated, Outcome, Severity, WaivedFinding
from citewell.identifiers import shown
from citewell.report.coverage import stands_for
from citewell.report.summary import counted
from citewell.report.wording import advice, decision

Json = dict[str, Any]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SEMANTIC_VERSION = re.compile(
    r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII
)
_NOTIFICATIONS = {
    "not-evaluated": "A rule could not speak of all that it is about.",
    "internal-error": "A rule of citewell crashed.",
}
"""What is told of the run itself, in the order of the indexes by which it is referred to."""


def render(outcome: Outcome, rules: Sequence[PutRule]) -> str:
    """*outcome* as one SARIF log with one run; *rules* are all that there are."""
    index = {put.explanation.rule: number for number, put in enumerate(rules)}
    results = sorted((*outcome.findings, *outcome.waived), key=_position)
    run = {
        "tool": {"driver": _driver(outcome, rules)},
        "invocations": [_invocation(outcome, rules, index)],
        "artifacts": [
            {"location": {"uri": uri(article.path)}, "roles": ["analysisTarget"]}
            for article in outcome.articles
        ],
        "results": [_result(finding, index) for finding in results],
        "columnKind": "unicodeCodePoints",
        "properties": {"asOf": str(outcome.as_of), "links": outcome.links},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _position(finding: Finding) -> tuple[str, int, int, int, str]:
    return finding.path, finding.line, finding.column, finding.severity.rank, finding.rule


def _driver(outcome: Outcome, rules: Sequence[PutRule]) -> Json:
    version = outcome.tool.version
    valid = {"semanticVersion": version} if _SEMANTIC_VERSION.fullmatch(version) else {}
    return {
        "name": outcome.tool.name,
        "version": version,
        **valid,
        "rules": [_rule(put.explanation) for put in rules],
        "notifications": [
            {"id": name, "shortDescription": {"text": text}}
            for name, text in _NOTIFICATIONS.items()
        ],
    }


def _rule(each: Explanation) -> Json:
    return {
        "id": each.rule,
        "name": "".join(word.capitalize() for word in each.rule.split("-")),
        "shortDescription": {"text": each.summary},
        "fullDescription": {"text": each.what},
        "help": {
            "text": f"{each.what}\n\nWhy: {each.why}\n\nBad:\n\n{each.bad}\nGood:\n\n{each.good}",
            "markdown": f"{each.what}\n\n**Why:** {each.why}\n\n"
            f"**Bad:**\n\n```yaml\n{each.bad}```\n\n**Good:**\n\n```yaml\n{each.good}```\n",
        },
        "defaultConfiguration": _configuration(_severity(each.severity)),
        "properties": {"tags": [each.group, *(["fixable"] if each.fixable else [])]},
    }


def _severity(name: str) -> Severity | None:
    return None if name == "off" else Severity(name)


def _configuration(severity: Severity | None) -> Json:
    """Of a rule that is off, the level is that which it has when somebody asks for it."""
    return {"enabled": severity is not None, "level": _LEVELS[severity or Severity.WARNING]}


def _invocation(outcome: Outcome, rules: Sequence[PutRule], index: dict[str, int]) -> Json:
    crashes = [finding for finding in outcome.findings if finding.rule not in index]
    return {
        "executionSuccessful": not outcome.has_internal_error,
        "ruleConfigurationOverrides": [
            {
                "descriptor": _descriptor(put.explanation.rule, index),
                "configuration": _configuration(put.severity),
            }
            for put in rules
            if put.severity != _severity(put.explanation.severity)
        ],
        "toolExecutionNotifications": [
            *(_notification("internal-error", "error", advice(f), f.path) for f in crashes),
            *(_not_evaluated(entry, rules, index) for entry in outcome.not_evaluated),
        ],
    }


def _not_evaluated(entry: NotEvaluated, rules: Sequence[PutRule], index: dict[str, int]) -> Json:
    """A note if nobody has asked, or else a warning; it names all rules that were put in vain."""
    level = "note" if entry.reason == LINKS_OFF else "warning"
    lacking = set(stands_for(entry))
    names = [
        put.explanation.rule
        for put in rules
        if put.severity and lacking & {put.explanation.rule, put.explanation.group}
    ]
    text = (
        f"Not evaluated in full: {', '.join(names or [entry.rule])}. "
        f"Reason: {entry.reason} ({counted(entry.targets, 'case')})."
    )
    told = _notification("not-evaluated", level, text, entry.path)
    if entry.rule in index:
        return told | {"associatedRule": _descriptor(entry.rule, index)}
    return told | {"properties": {"group": entry.rule}}


def _notification(name: str, level: str, text: str, path: str | None) -> Json:
    place = {"physicalLocation": {"artifactLocation": {"uri": uri(path)}}} if path else None
    return {
        "descriptor": {"id": name, "index": list(_NOTIFICATIONS).index(name)},
        "level": level,
        "message": _message(text),
        **({"locations": [place]} if place else {}),
    }


def _descriptor(rule: str, index: dict[str, int]) -> Json:
    return {"id": rule, "index": index[rule]}


def _result(finding: Finding, index: dict[str, int]) -> Json:
    """A finding; the crash of a rule is one, too, but of no rule that is listed."""
    return {
        "ruleId": finding.rule,
        **({"ruleIndex": index[finding.rule]} if finding.rule in index else {}),
        "level": _LEVELS[finding.severity],
        "message": _message(advice(finding)),
        "locations": [_location(finding)],
        "partialFingerprints": {"citewell/v1": finding.fingerprint},
        "suppressions": [_suppression(finding)] if isinstance(finding, WaivedFinding) else [],
    }


def _message(text: str) -> Json:
    """*text* as a message: braces stand for themselves (3.11.5), and nothing is a link (3.11.6)."""
    text = shown(text).replace("{", "{{").replace("}", "}}")
    return {"text": text.replace("](", "] (")}


def _location(finding: Finding) -> Json:
    kind, _, name = finding.target.partition(":")
    target = {"name": name or kind, "fullyQualifiedName": f"{finding.path}#{finding.target}"}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(finding.path)},
            "region": {
                "startLine": finding.line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": finding.end_column,
            },
        },
        "logicalLocations": [target | {"kind": kind}],
    }


def _suppression(finding: WaivedFinding) -> Json:
    waiver = finding.waiver
    return {
        "kind": "inSource" if waiver.path == finding.path else "external",
        "status": "accepted",
        "justification": decision(waiver),
        "location": {"physicalLocation": {"artifactLocation": {"uri": uri(waiver.path)}}},
    }


def uri(path: str) -> str:
    """The file name *path* as a relative URI reference, or as a file: URI if it is absolute."""
    encoded = quote(path, errors="backslashreplace")
    return f"file://{encoded}" if path.startswith("/") else encoded
