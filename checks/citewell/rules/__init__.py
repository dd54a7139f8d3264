"""The rules of citewell: every one of them, in the order in which they are explained."""

from citewell.finding import Severity
from citewell.rules import (
    addresses,
    claims,
    corpus,
    dates,
    evidence,
    links,
    references,
    registry,
    schema,
    waivers,
)
from citewell.rules.rule import Rule

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_OFF = None

RULES: tuple[Rule, ...] = (
    Rule("invalid-yaml", "schema", _ERROR, document=schema.invalid_yaml),
    Rule("schema-violation", "schema", _ERROR, article=schema.schema_violation),
    Rule("duplicate-key", "schema", _ERROR, document=schema.duplicate_key),
    Rule(
        "duplicate-id",
        "schema",
        _ERROR,
        article=schema.duplicate_id,
        corpus=schema.duplicate_article_id,
    ),
    Rule("schema-not-declared", "schema", _INFO, document=schema.schema_not_declared, fixable=True),
    Rule("uncited-claim", "claims", _ERROR, article=claims.uncited_claim),
    Rule("unknown-reference", "claims", _ERROR, article=claims.unknown_reference, whole=True),
    Rule("uncited-reference", "claims", _WARNING, article=claims.uncited_reference, whole=True),
    Rule(
        "citation-order", "claims", _INFO, article=claims.citation_order, fixable=True, whole=True
    ),
    Rule(
        "reference-numbering",
        "claims",
        _ERROR,
        article=claims.reference_numbering,
        fixable=True,
        whole=True,
    ),
    Rule("repeated-citation", "claims", _WARNING, article=claims.repeated_citation, fixable=True),
    Rule("duplicate-claim", "claims", _WARNING, article=claims.duplicate_claim),
    Rule("marker-in-text", "claims", _WARNING, article=claims.marker_in_text),
    Rule("single-source-claim", "claims", _OFF, article=claims.single_source_claim),
    Rule("weak-support", "claims", _WARNING, article=claims.weak_support),
    Rule("empty-section", "claims", _WARNING, article=claims.empty_section),
    Rule("incomplete-reference", "references", _WARNING, article=references.incomplete_reference),
    Rule("no-identifier", "references", _WARNING, article=references.no_identifier),
    Rule("missing-access-date", "references", _ERROR, article=references.missing_access_date),
    Rule("malformed-doi", "references", _ERROR, article=addresses.malformed_doi),
    Rule(
        "doi-not-normalized",
        "references",
        _WARNING,
        article=addresses.doi_not_normalized,
        fixable=True,
    ),
    Rule("malformed-url", "references", _ERROR, article=addresses.malformed_url),
    Rule("unidentifying-url", "references", _WARNING, article=addresses.unidentifying_url),
    Rule(
        "tracking-parameters",
        "references",
        _WARNING,
        article=addresses.tracking_parameters,
        fixable=True,
    ),
    Rule("insecure-url", "references", _INFO, article=addresses.insecure_url),
    Rule("credentials-in-url", "references", _ERROR, article=addresses.credentials_in_url),
    Rule("private-url", "references", _ERROR, article=addresses.private_url),
    Rule("duplicate-reference", "references", _WARNING, article=references.duplicate_reference),
    Rule("shared-url", "references", _INFO, article=references.shared_url),
    Rule("hidden-authors", "references", _INFO, article=references.hidden_authors),
    Rule(
        "personal-communication-listed",
        "references",
        _INFO,
        article=references.personal_communication_listed,
    ),
    Rule("stale-access-date", "dates", _WARNING, article=dates.stale_access_date),
    Rule("stale-review", "dates", _WARNING, article=dates.stale_review),
    Rule("stale-source", "dates", _INFO, article=dates.stale_source),
    Rule("future-date", "dates", _ERROR, article=dates.future_date),
    Rule("accessed-before-published", "dates", _WARNING, article=dates.accessed_before_published),
    Rule("unreviewed-article", "dates", _WARNING, article=dates.unreviewed_article),
    Rule("year-mismatch", "dates", _WARNING, article=dates.year_mismatch),
    Rule("broken-link", "links", _ERROR, target=links.broken_link),
    Rule("unresolved-doi", "links", _ERROR, target=links.unresolved_doi),
    Rule("failing-link", "links", _WARNING, target=links.failing_link),
    Rule("suspicious-link", "links", _WARNING, target=links.suspicious_link),
    Rule("moved-link", "links", _WARNING, target=links.moved_link, fixable=True),
    Rule("unverifiable-link", "links", _INFO, target=links.unverifiable_link),
    Rule("unverified-target", "links", _OFF, target=links.unverified_target),
    Rule("wrong-work", "registry", _ERROR, target=registry.wrong_work, needs="doi"),
    Rule("metadata-mismatch", "registry", _WARNING, target=registry.metadata_mismatch, needs="doi"),
    Rule(
        "retracted-reference", "registry", _ERROR, target=registry.retracted_reference, needs="doi"
    ),
    Rule("flagged-reference", "registry", _WARNING, target=registry.flagged_reference, needs="doi"),
    Rule("missing-doi", "registry", _INFO, target=registry.missing_doi, fixable=True, needs="work"),
    Rule(
        "missing-archive",
        "registry",
        _INFO,
        target=registry.missing_archive,
        fixable=True,
        needs="capture",
    ),
    Rule("stale-attestation", "evidence", _WARNING, article=evidence.stale_attestation),
    Rule("unattested-claim", "evidence", _OFF, article=evidence.unattested_claim),
    Rule("quote-not-found", "evidence", _WARNING, target=evidence.quote_not_found, needs="quotes"),
    Rule(
        "inconsistent-reference",
        "corpus",
        _WARNING,
        corpus=corpus.inconsistent_reference,
        entries=True,
    ),
    Rule("unused-waiver", "waivers", _WARNING, outcome=waivers.unused_waiver),
    Rule("expired-waiver", "waivers", _ERROR, outcome=waivers.expired_waiver),
    Rule("waiver-without-reason", "waivers", _ERROR, outcome=waivers.waiver_without_reason),
)
"""Every rule; severity None means off until the settings give one."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(rule.group for rule in RULES))
