"""What has become of the findings of an earlier report."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from citewell.audit import Audit, Changes
from citewell.finding import Finding
from citewell.inert import fit
from citewell.report.coverage import Gaps, stands_for


def since(earlier: Mapping[str, Any], audit: Audit) -> Changes:
    """The findings of *audit* beside those of the *earlier* report, by their fingerprints.

    One that is there no more is fixed only if its rule could have spoken of it again; one that
    was waived then and is no longer is new. A ValueError if the earlier ones are none.
    """
    found = TypeAdapter(tuple[Finding, ...]).validate_python(earlier["findings"])
    old = tuple(map(_fit, found))
    day = TypeAdapter(date).validate_python(earlier.get("as_of"))
    now = {finding.fingerprint for finding in audit.findings}
    waived = {finding.fingerprint for finding in audit.waived}
    known = {finding.fingerprint for finding in old}
    gone = [finding for finding in old if finding.fingerprint not in now]
    lost = [finding for finding in gone if finding.fingerprint not in waived]
    doubts = _Doubts(audit)
    return Changes(
        since=day,
        new=tuple(f for f in audit.findings if f.fingerprint not in known),
        fixed=tuple(f for f in lost if not doubts.concern(f)),
        waived=tuple(f for f in gone if f.fingerprint in waived),
        untold=tuple(f for f in lost if doubts.concern(f)),
        unchanged=len(old) - len(gone),
    )


def _fit(finding: Finding) -> Finding:
    """*finding*, which anybody may have written, fit to be shown."""
    names = ("rule", "group", "path", "target", "message", "help")
    texts: dict[str, Any] = {name: fit(getattr(finding, name)) for name in names}
    return replace(finding, **texts, fix=None)


class _Doubts:
    """Of which findings nobody could tell this time."""

    def __init__(self, audit: Audit) -> None:
        self._rules = audit.provenance.policy.rules
        self._gaps = Gaps(audit)
        self._articles = {article.path for article in audit.articles}
        self._paths = {file.path for file in audit.provenance.files}
        self._half_read = {
            (name, entry.path) for entry in audit.not_evaluated for name in stands_for(entry)
        }
        unchecked = {fact.target for fact in audit.facts if fact.verdict == "unchecked"}
        self._unasked = {
            article.path
            for article in audit.articles
            if any(not unchecked.isdisjoint(each.targets) for each in article.reference_list)
        }

    def concern(self, finding: Finding) -> bool:
        """Whether the rule of *finding* was not put, or not to all of its article."""
        if finding.path not in self._paths or self._rules.get(finding.rule, "off") == "off":
            return True
        if finding.group == "links":  # its reference may have another number by now
            is_half_read = ("links", finding.path) in self._half_read
            known = finding.path in self._articles and not is_half_read
            return not known or finding.path in self._unasked
        return bool(self._gaps.why_not(finding.rule, finding.group, finding.path))
