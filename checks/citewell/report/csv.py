"""The report as a table for spreadsheets: a row for each claim and reference that belong together.

A claim without a reference, and a reference that no claim cites, have a row of their own. UTF-8
with a byte order mark and CR LF, which is what spreadsheets take for text with accents; nothing
in a cell is a formula.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from citewell import inert
from citewell.audit import (
    MANY,
    Audit,
    AuditedArticle,
    AuditedAttestation,
    AuditedClaim,
    AuditedFact,
    AuditedReference,
    AuditedSection,
)
from citewell.finding import Finding

COLUMNS = (
    *("as_of", "tool_version", "policy_sha256"),
    *("article", "path", "title", "condition", "last_reviewed", "reviewers"),
    *("section", "claim", "claim_kind", "claim_text", "locator"),
    *("reference", "type", "access", "ama", "doi", "url", "state", "state_reason"),
    *("verdicts", "checked_at", "last_ok", "failures_in_a_row", "probes", "failed_probes"),
    *("accessed", "age_months", "limit_months", "access_current", "archive", "captured"),
    *("registry", "differing_fields", "notices"),
    *("attested_by", "attested_on", "quote", "quote_found", "attestation"),
    *("claim_findings", "reference_findings", "waived", "waived_by"),
)
"""The columns, in order; lists in a cell are separated by "; "."""


def render(audit: Audit) -> str:
    """All of *audit* as CSV (RFC 4180), with a line of names first."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    facts = {fact.target: fact for fact in audit.facts}
    told = _Told(audit)
    run = {
        "as_of": audit.as_of,
        "tool_version": audit.tool.version,
        "policy_sha256": audit.provenance.policy.sha256,
    }
    for article in audit.articles:
        for row in _rows(article, facts, told):
            writer.writerow({name: _cell(value) for name, value in (run | row).items()})
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        value = "; ".join(map(str, value))
    return str(value) if isinstance(value, int) else inert.cell(str(value))


_FOUND = {True: "yes", False: "no", None: "could not tell"}


class _Told:
    """The rules that have spoken, or would have if they were not waived, by place."""

    def __init__(self, audit: Audit) -> None:
        self.found = _rules(audit.findings)
        self.waived = _rules(audit.waived)
        self.waived_by: dict[tuple[str, str], list[str]] = {}
        for finding in audit.waived:
            decision = f"{finding.waiver.owner} until {finding.waiver.expires}"
            self.waived_by.setdefault((finding.path, finding.target), []).append(decision)


def _rules(findings: tuple[Finding, ...]) -> dict[tuple[str, str], list[str]]:
    rules: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        own = rules.setdefault((finding.path, finding.target), [])
        if finding.rule not in own:
            own.append(finding.rule)
    return rules


def _rows(
    article: AuditedArticle, facts: dict[str, AuditedFact], told: _Told
) -> Iterator[dict[str, Any]]:
    common = {
        "article": article.id,
        "path": article.path,
        "title": article.title,
        "condition": article.condition,
        "last_reviewed": article.last_reviewed,
        "reviewers": article.reviewers,
    }
    rows: dict[int, list[dict[str, Any]]] = {}  # of references; a number may be doubled
    for reference in article.reference_list:
        row = _reference(reference, article, facts, told)
        rows.setdefault(reference.work.number, []).append(row)
        if not reference.cited_by:
            yield common | row
    attested: dict[tuple[str, int], list[AuditedAttestation]] = {}
    for each in article.attestations:
        attested.setdefault((each.claim, each.reference), []).append(each)
    for section in article.sections:
        for claim in section.claims:
            own = common | _claim(claim, section, article, told)
            if not claim.references:
                yield own
            for number in dict.fromkeys(claim.references):
                locator = {"locator": claim.locators.get(number)}
                said = _attestation(attested.get((claim.id, number), []))
                found = rows.get(number, [])
                unknown: dict[str, Any] = {"reference": number, "waived": (), "waived_by": ()}
                for row in found if 0 < len(found) < MANY else [unknown]:
                    both = {name: [*own[name], *row[name]] for name in ("waived", "waived_by")}
                    yield own | row | locator | said | both


def _claim(
    claim: AuditedClaim, section: AuditedSection, article: AuditedArticle, told: _Told
) -> dict[str, Any]:
    place = article.path, f"claim:{claim.id}"
    return {
        "section": section.heading,
        "claim": claim.id,
        "claim_kind": claim.kind,
        "claim_text": claim.text,
        "claim_findings": told.found.get(place, ()),
        "waived": told.waived.get(place, ()),
        "waived_by": told.waived_by.get(place, ()),
    }


def _reference(
    reference: AuditedReference,
    article: AuditedArticle,
    facts: dict[str, AuditedFact],
    told: _Told,
) -> dict[str, Any]:
    work, access, record = reference.work, reference.access, reference.record
    known = [facts[name] for name in reference.targets if name in facts]
    place = article.path, f"reference:{work.number}"
    return {
        "reference": work.number,
        "type": work.type,
        "access": work.access,
        "ama": reference.ama,
        "doi": work.doi,
        "url": work.url,
        "state": reference.standing.value,
        "state_reason": reference.why,
        "verdicts": [f"{fact.kind} {fact.verdict}" for fact in known],
        "checked_at": [fact.checked_at for fact in known if fact.checked_at],
        "last_ok": [fact.last_ok for fact in known if fact.last_ok],
        "failures_in_a_row": max((fact.failures for fact in known), default=None),
        "probes": sum(len(fact.probes) for fact in known),
        "failed_probes": sum(fact.failed for fact in known),
        "accessed": access and access.day,
        "age_months": access and access.age,
        "limit_months": access and access.limit,
        "access_current": access and access.is_current,
        "archive": work.archive and work.archive.url,
        "captured": work.archive and work.archive.captured,
        "registry": record and record.source,
        "differing_fields": record and [each.field for each in record.fields if each.differs],
        "notices": record and record.notices,
        "reference_findings": told.found.get(place, ()),
        "waived": told.waived.get(place, ()),
        "waived_by": told.waived_by.get(place, ()),
    }


def _attestation(own: list[AuditedAttestation]) -> dict[str, Any]:
    return {
        "attested_by": [each.by for each in own],
        "attested_on": [each.date for each in own],
        "quote": [each.quote for each in own],
        "quote_found": [_FOUND[each.quote_found] for each in own],
        "attestation": [
            "stands" if each.stands else "could not tell" if each.unclear else "out of date"
            for each in own
        ],
    }
