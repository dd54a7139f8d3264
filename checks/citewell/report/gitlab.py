"""A Code Quality report for GitLab, which shows it in merge requests and beside the lines.

Errors are ``critical``, warnings ``minor``, infos ``info``; that citewell itself failed is a
``blocker``. GitLab has no notion of a waiver, so waived findings are left out, as is what was
not evaluated: whoever needs these reads another format. Format: "Code Quality report format"
in GitLab's documentation.
"""

import json
from typing import Any

from citewell.finding import Finding, Outcome, Severity
from citewell.report.wording import advice

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(outcome: Outcome) -> str:
    """The findings of *outcome* as a JSON array; all that is not ASCII in it is escaped."""
    return json.dumps([_issue(finding) for finding in outcome.findings], indent=2)


def _issue(finding: Finding) -> dict[str, Any]:
    is_ours = finding.rule == "internal-error"
    return {
        "description": advice(finding),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": "blocker" if is_ours else _SEVERITIES[finding.severity],
        "location": {
            "path": finding.path,
            "lines": {"begin": finding.line, "end": finding.end_line},
        },
    }
