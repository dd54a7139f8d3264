"""What has become of the findings of an earlier report."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from citewell.audit import Audit, Changes, Standing
from citewell.comparison import ComparisonError
from citewell.finding import Finding
from citewell.report.coverage import Gaps


def since(earlier: Mapping[str, Any], audit: Audit) -> Changes:
    """The findings of *audit* beside those of the *earlier* report, by their fingerprints.

    One that is there no more is fixed only if its rule could have spoken of it again.
    """
    try:
        old = TypeAdapter(tuple[Finding, ...]).validate_python(earlier["findings"])
        day = TypeAdapter(date).validate_python(earlier["as_of"])
    except (ValidationError, KeyError) as error:
        raise ComparisonError(f"The earlier report cannot be compared with: {error}") from None
    now = {finding.fingerprint for finding in audit.findings}
    waived = {finding.fingerprint for finding in audit.waived}
    gone = [finding for finding in old if finding.fingerprint not in now]
    untold = _Untold(audit)
    known = {finding.fingerprint for finding in old}
    lost = [f for f in gone if f.fingerprint not in waived]
    return Changes(
        since=day,
        new=tuple(f for f in audit.findings if f.fingerprint not in known),
        fixed=tuple(f for f in lost if not untold.is_untold(f)),
        waived=tuple(f for f in gone if f.fingerprint in waived),
        untold=tuple(f for f in lost if untold.is_untold(f)),
        unchanged=len(old) - len(gone),
    )


class _Untold:
    """Of which findings nobody could tell this time."""

    def __init__(self, audit: Audit) -> None:
        self._rules = audit.provenance.policy.rules
        self._gaps = Gaps(audit)
        self._standings = {
            (article.path, f"reference:{each.work.number}"): each.standing
            for article in audit.articles
            for each in article.reference_list
        }
        self._paths = {file.path for file in audit.provenance.files}

    def is_untold(self, finding: Finding) -> bool:
        """Whether the rule of *finding* was not put to what it is about."""
        if finding.path not in self._paths or self._rules.get(finding.rule, "off") == "off":
            return True
        standing = self._standings.get((finding.path, finding.target))
        if finding.group == "links" and standing is not None:
            return standing is Standing.UNCHECKED
        return bool(self._gaps.why_not(finding.rule, finding.group, finding.path))
