"""One file judged by itself: read, understood, put to the rules, its findings placed."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from pydantic import ValidationError

from citewell import source
from citewell.attesting import attested_claims, breaks_attestations, standing
from citewell.discovery import File
from citewell.document import Data, Document
from citewell.entry import Entry, Resting, entries, resting
from citewell.finding import (
    CRASHED,
    ArticleCount,
    Finding,
    Fix,
    NodePath,
    NotEvaluated,
    Remark,
    Severity,
)
from citewell.identifiers import has_secret, shown, split_url
from citewell.model import Waiver
from citewell.quoting import quotations, unasked
from citewell.reading import Cited, Reading, cited_targets, questions, read_article
from citewell.rules.rule import Policy, Rule
from citewell.subject import fingerprint, subject_of
from citewell.waiving import RecordedWaiver

_LONGEST_MESSAGE = 600
"""Longer messages quote something that is no word, and are cut."""


class Plan(NamedTuple):
    """Which rules are put, how grave each is, and by what policy.

    ``needs`` is what they need to know of registries, archives and pages, by the kind of target;
    see :func:`citewell.reading.questions`. ``keeps_readings``: what was read is wanted, too;
    ``asks``: facts about targets are wanted, and so is what rests on them.
    """

    rules: tuple[tuple[Rule, Severity], ...]
    policy: Policy
    needs: frozenset[str] = frozenset()
    keeps_readings: bool = False
    asks: bool = False

    @property
    def wants_entries(self) -> bool:
        """Whether a rule looks at the references of all articles together."""
        return any(rule.entries for rule, _ in self.rules)


class Kept(NamedTuple):
    """What a file says, as plain data and as an article, and the SHA-256 of its bytes.

    There is no sum of a file that was not read, because it is too large or not to be had.
    """

    sha256: str | None
    data: Data
    reading: Reading


class Judgement(NamedTuple):
    """What is known of one file when it has been judged by itself.

    ``hosts`` has the host by target, for the waivers of a host; ``cited`` what is asked for
    its references. Without ``figures`` the file is no readable article. What is ``kept``, the
    ``entries`` of the reference list and what is ``resting`` on them are there if the plan wants
    them.
    """

    file: str
    id: str | None = None
    figures: ArticleCount | None = None
    findings: tuple[Finding, ...] = ()
    waivers: tuple[RecordedWaiver, ...] = ()
    hosts: Mapping[str, str] = {}
    cited: tuple[Cited, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    kept: Kept | None = None
    entries: tuple[Entry, ...] = ()
    resting: tuple[Resting, ...] = ()


def judge_article(file: File, plan: Plan) -> Judgement:
    """Judge the article in *file* as far as it can be judged without the others."""
    return judge_document(file, source.read(file.path), plan)


def judge_document(file: File, document: Document, plan: Plan) -> Judgement:
    """Judge the article that *document* says is in *file*, which nobody reads here."""
    document = document._replace(schema=file.schema)
    reading = Reading() if document.unreadable else reading_of(document)
    findings, not_judged = _put(plan.rules, plan.policy, document, reading, file.name)
    cited = questions(reading, plan.needs) if plan.needs else cited_targets(reading)
    quoted = quotations(reading) if "quotes" in plan.needs else ()
    return Judgement(
        file=file.name,
        id=reading.id,
        figures=None if document.unreadable else _count(file.name, reading),
        findings=findings,
        waivers=tuple(
            _recorded(file.name, path, waiver, file.name) for path, waiver in reading.waivers
        ),
        hosts=_hosts(reading),
        cited=(*cited, *quoted),
        not_evaluated=(
            *_not_evaluated(file.name, document, reading, plan),
            *not_judged,
            *_not_quoted(file.name, reading, plan, quoted),
        ),
        kept=_kept(document, reading, plan),
        entries=tuple(entries(reading)) if plan.wants_entries else (),
        resting=tuple(resting(reading)) if plan.asks else (),
    )


def _kept(document: Document, reading: Reading, plan: Plan) -> Kept | None:
    if not plan.keeps_readings:
        return None
    digest = None if document.raw is None else sha256(document.raw).hexdigest()
    return Kept(digest, document.data, reading)


def _put(
    rules: Iterable[tuple[Rule, Severity]],
    policy: Policy,
    document: Document,
    reading: Reading,
    file: str,
) -> tuple[tuple[Finding, ...], tuple[NotEvaluated, ...]]:
    """What *rules* have to say of one file, and which of them crashed."""
    article = reading.id or file
    findings: list[Finding] = []
    not_judged: list[NotEvaluated] = []
    for rule, severity in rules:
        try:
            found = [
                place(rule, severity, remark, file, article, document)
                for remark in _remarks(rule, document, reading, policy)
            ]
        except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others
            findings.append(crashed(rule, file, article, error))
            not_judged.append(NotEvaluated(rule.name, file, CRASHED, 1))
        else:
            findings += found
    return tuple(findings), tuple(not_judged)


def reading_of(document: Document) -> Reading:
    """The article that *document* holds, or what can be read of it if it breaks the schema."""
    error = None
    try:
        reading = read_article(document.data)
        if not document.problems:
            return reading
    except ValidationError as invalid:
        error = invalid
    from citewell.salvage import salvage  # what only broken articles need

    return salvage(document.data, error, _doubled(document))


def _doubled(document: Document) -> tuple[NodePath, ...]:
    return tuple(problem.path for problem in document.problems if problem.path)


def judge_house_waivers(file: File, plan: Plan, articles: dict[str, str]) -> Judgement:
    """Judge the file of house-wide waivers; *articles* are the files of articles by id."""
    from citewell.house import read_house_waivers  # what only some houses have

    document = source.read(file.path)
    waivers, violations = (
        ((), ()) if document.unreadable else read_house_waivers(document.data, _doubled(document))
    )
    reading = Reading(violations=violations)
    own = ("invalid-yaml", "duplicate-key", "schema-violation")
    rules = [(rule, severity) for rule, severity in plan.rules if rule.name in own]
    findings, not_judged = _put(rules, plan.policy, document, reading, file.name)
    recorded = tuple(
        _recorded(file.name, path, waiver, waiver.article and articles.get(waiver.article, ""))
        for path, waiver in waivers
    )
    return Judgement(
        file.name,
        findings=findings,
        waivers=recorded,
        not_evaluated=not_judged,
        kept=_kept(document, reading, plan),
    )


def place(
    rule: Rule, severity: Severity, remark: Remark, file: str, article: str, document: Document
) -> Finding:
    """Turn a *remark* on *document* into a finding: path to lines, target and fingerprint."""
    where = remark.place or source.place(document, remark.path, on_key=remark.on_key)
    if remark.at_most and remark.at_most.rank > severity.rank:
        severity = remark.at_most
    subject = subject_of(document.data, remark.path if remark.about is None else remark.about)
    return Finding(
        rule=rule.name,
        group=rule.group,
        severity=severity,
        path=file,
        line=where.line,
        column=where.column,
        end_line=where.end_line,
        end_column=where.end_column,
        target=shown(subject.target),
        message=_cut(shown(remark.message)),
        help=_cut(shown(remark.help)),
        fix=_showable(remark.fix),
        fingerprint=fingerprint(rule.name, article, remark.key or subject.key, remark.detail),
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def _showable(fix: Fix | None) -> Fix | None:
    """*fix*, unless it would show a secret, or write what is shown instead of one."""
    values = "" if fix is None else " ".join(str(step.value) for step in fix.operations)
    return None if has_secret(values) or "***" in values else fix


def crashed(
    rule: Rule, file: str, article: str, error: Exception, left: str = "this file was not judged"
) -> Finding:
    """The finding that a rule itself is broken, and what it therefore *left* undone."""
    return Finding(
        rule="internal-error",
        group="internal",
        severity=Severity.ERROR,
        path=file,
        line=1,
        column=1,
        end_line=1,
        end_column=1,
        target="article",
        message=shown(
            f"The rule {rule.name} crashed ({type(error).__name__}: {error}), so {left} by it"
        ),
        help="This is a fault of citewell; please report it with this file.",
        fix=None,
        fingerprint=fingerprint("internal-error", article, rule.name, ""),
    )


def _remarks(rule: Rule, document: Document, reading: Reading, policy: Policy) -> Iterator[Remark]:
    if rule.document:
        yield from rule.document(document, policy)
    if rule.article and not document.unreadable and (reading.whole or not rule.whole):
        yield from rule.article(reading, policy)


def _recorded(file: str, path: NodePath, waiver: Waiver, article: str | None) -> RecordedWaiver:
    told = {name: getattr(waiver, name) for name in Waiver.model_fields}
    return RecordedWaiver(file=file, path=path, article=article, **told)


def _hosts(reading: Reading) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, reference in reading.references:
        parts = split_url(reference.url) if reference.url else None
        if parts and parts.hostname:
            target, host = f"reference:{reference.number}", parts.hostname
            # A doubled number may stand for two hosts, and then for none.
            found[target] = host if found.get(target, host) == host else ""
    return found


def _count(file: str, reading: Reading) -> ArticleCount:
    known = reading.numbers
    return ArticleCount(
        path=file,
        id=reading.id,
        claims=len(reading.claims) + reading.broken_claims,
        cited_claims=sum(not known.isdisjoint(c.references or ()) for _, c in reading.claims),
        attested_claims=len(attested_claims(standing(reading))),
        references=len(reading.references) + reading.broken_references,
    )


def _not_evaluated(
    file: str, document: Document, reading: Reading, plan: Plan
) -> Iterator[NotEvaluated]:
    if document.unreadable:
        groups = dict.fromkeys(rule.group for rule, _ in plan.rules if rule.group != "schema")
        for group in groups:
            yield NotEvaluated(group, file, "the file could not be read", 1)
        return
    broken = {"claims": reading.broken_claims, "references": reading.broken_references}
    lacks = [(part, f"some {part} break the schema", count) for part, count in broken.items()]
    lacks += [(part, f"a list of {part} breaks the schema", 1) for part in reading.hidden]
    for part, reason, count in lacks:
        # References have addresses, too, which nobody will ask.
        names = ("references", "links") if part == "references" else (part,)
        yield from (NotEvaluated(name, file, reason, count) for name in names if count)
    if reading.review is None:
        yield NotEvaluated("dates", file, "the review could not be read", 1)
    if broken_attestations := breaks_attestations(reading):
        reason = "some attestations break the schema"
        yield NotEvaluated("evidence", file, reason, broken_attestations)
    unclear = sum(bond.unclear for bond in standing(reading))
    for rule, _ in plan.rules:
        if rule.name in ("stale-attestation", "unattested-claim") and unclear:
            reason = "claims or references that they need break the schema or have doubled numbers"
            yield NotEvaluated(rule.name, file, reason, unclear)
        if rule.whole and not reading.whole:
            yield NotEvaluated(rule.name, file, "some of the lists break the schema", 1)


def _not_quoted(
    file: str, reading: Reading, plan: Plan, quoted: tuple[Cited, ...]
) -> Iterator[NotEvaluated]:
    """Why no page is asked for some quotes; those that pages are asked for are *quoted*."""
    if "quotes" in plan.needs:
        for reason, number in unasked(reading, quoted):
            yield NotEvaluated("quote-not-found", file, reason, number)
