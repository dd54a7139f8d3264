"""From an examination to an audit: what each article says, beside what is known of it."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from hashlib import sha256
from typing import Any

from citewell import targets
from citewell.article_audit import article_audit
from citewell.audit import (
    Audit,
    AuditedFact,
    AuditedWaiver,
    Coverage,
    File,
    PastVerdict,
    Policy,
    Provenance,
    Share,
    Standing,
)
from citewell.facts import Seal
from citewell.identifiers import is_public
from citewell.inert import fit
from citewell.pipeline import Examination, Request
from citewell.rules import RULES
from citewell.waiving import RecordedWaiver


def audit(
    found: Examination,
    request: Request,
    *,
    config: str | None = None,
    fail_on: str | None = None,
    seal: Seal | None = None,
) -> Audit:
    """All of *found* as evidence.

    *config* is the file of settings that was named, *fail_on* what was said instead of them, and
    *seal* tells which facts of the ledger it rests on.
    """
    outcome = found.outcome
    counts = {count.path: count for count in outcome.articles}
    limits = found.plan.policy
    articles = tuple(
        article_audit(judged.kept, judged.cited, counts[judged.file], found.facts, limits)
        for judged in found.judgements
        if judged.kept and judged.file in counts
    )
    names = {judged.file for judged in found.judgements}
    told = {field.name: getattr(outcome, field.name) for field in fields(outcome)}
    told |= {"articles": articles, "facts": tuple(_facts(found))}
    return Audit(
        **told,
        coverage=total([article.coverage for article in articles]),
        waivers=tuple(_waiver(each, request) for each in found.waivers if each.file in names),
        provenance=_provenance(found, request, config, fail_on, seal),
    )


def _provenance(
    found: Examination,
    request: Request,
    config: str | None,
    fail_on: str | None,
    seal: Seal | None,
) -> Provenance:
    paths = tuple(path.as_posix() for path in request.paths)
    select, ignore = tuple(sorted(request.select)), tuple(sorted(request.ignore))
    told = {
        "--as-of": str(request.as_of),
        "--config": config,
        "--fail-on": fail_on,
        "--select": ",".join(select),
        "--ignore": ",".join(ignore),
    }
    options = [word for option, value in told.items() if value for word in (option, value)]
    rest = ["--", *paths] if any(path.startswith("-") for path in paths) else paths
    files = (File(name, digest) for name, digest in found.sums.items())
    return Provenance(
        command=fit(shlex.join(["citewell", "report", *options, *rest])),
        paths=tuple(map(fit, paths)),
        select=select,
        ignore=ignore,
        fail_on=fail_on,
        config=config and fit(config),
        policy=_policy(found, request),
        files=tuple(files),
        ledger=seal,
    )


def total(coverages: Sequence[Coverage]) -> Coverage:
    """The coverage of several articles together."""

    def shares(name: str) -> Share:
        own = [getattr(each, name) for each in coverages]
        return Share(sum(share.number for share in own), sum(share.of for share in own))

    return Coverage(
        cited=shares("cited"),
        attested=shares("attested"),
        standings={each: sum(own.standings[each] for own in coverages) for each in Standing},
        current=shares("current"),
        reviewed=shares("reviewed"),
    )


def _facts(found: Examination) -> Iterator[AuditedFact]:
    cited = [each for judged in found.judgements for each in judged.cited]
    told = targets.told(cited, found.facts)
    for target, fact in zip(targets.addresses(cited), told, strict=True):
        known = found.facts[target]
        yield AuditedFact(
            **asdict(fact),
            last_ok=known.last_ok,
            failures=known.failures,
            first_failed=known.first_failed,
            confirmed=known.confirmed,
            probes=tuple(
                PastVerdict(f"{past.checked_at:%Y-%m-%dT%H:%M:%SZ}", past.verdict.value)
                for past in known.past
            ),
        )


def _waiver(waiver: RecordedWaiver, request: Request) -> AuditedWaiver:
    told = {field: fit(getattr(waiver, field) or "") for field in ("rule", "target", "owner")}
    return AuditedWaiver(
        **told,
        path=waiver.file,
        article=waiver.article,
        reason=fit(waiver.reason or ""),
        expires=waiver.expires,
        state=_state(waiver, request),
    )


def _state(waiver: RecordedWaiver, request: Request) -> Any:
    if not (waiver.reason and waiver.reason.strip()):
        return "void"
    if request.as_of > waiver.expires:
        return "expired"
    if waiver.used:
        return "used"
    return "unused" if waiver.evaluated else "unproven"


def _policy(found: Examination, request: Request) -> Policy:
    put = {rule.name: severity.value for rule, severity in found.plan.rules}
    settings = request.settings
    policy: dict[str, Any] = {
        "fail_on": settings.fail_on,
        "rules": {rule.name: put.get(rule.name, "off") for rule in RULES},
        "dates": {
            "review": settings.dates.review,
            "accessed": settings.accessed,
            "published": settings.published,
        },
        "ledger": {
            "confirm_failures": settings.ledger.confirm_failures,
            "confirm_days": settings.ledger.confirm_days,
        },
        "scope": {
            "content": settings.content,
            "exclude": settings.exclude,
            "waivers": settings.waivers,
            "allow_private": settings.network.allow_private,
            "archive_is_public": is_public(settings.endpoints.archive),
        },
    }
    digest = sha256(json.dumps(policy, sort_keys=True).encode()).hexdigest()
    return Policy(sha256=digest, **policy)
