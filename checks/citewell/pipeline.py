"""The whole run: find files, judge each, judge them together, waive, compare, add up."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from citewell import __version__, source, targets, waiving
from citewell.blast import blast_radius
from citewell.discovery import File, Files, discover
from citewell.document import Document
from citewell.facts import Target, TargetFacts
from citewell.finding import (
    CRASHED,
    ArticleCount,
    Finding,
    NotEvaluated,
    Outcome,
    Remark,
    Severity,
    Summary,
    TargetCount,
    Tool,
)
from citewell.identifiers import is_public
from citewell.judging import (
    Judgement,
    Plan,
    crashed,
    judge_article,
    judge_document,
    judge_house_waivers,
    place,
)
from citewell.mapping import Map
from citewell.reading import Cited
from citewell.rules import GROUPS, RULES
from citewell.rules.rule import Digest, Policy, Rule, TargetCheck
from citewell.settings import Settings
from citewell.targets import Gather
from citewell.waiving import RecordedWaiver, Waived


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do. ``base`` is the folder that file names are relative to.

    ``select`` and ``ignore`` are names of rules or groups; without ``select`` all rules
    that are not off are put. ``known`` are the fingerprints of what is not news.
    ``links`` says where facts come from; ``require_verified``, that targets without any are
    errors; ``keeps_readings``, that what was read is kept for an audit.
    """

    settings: Settings
    as_of: date
    base: Path
    paths: tuple[Path, ...] = ()
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    links: Literal["off", "cached", "live"] = "off"
    require_verified: bool = False
    keeps_readings: bool = False


class Examination(NamedTuple):
    """An outcome, and what it was made of: what an audit shows.

    ``judgements`` are those of the articles that are reported on, and of the file of house-wide
    waivers; ``waivers`` are all, with their use noted. ``sums`` has the SHA-256 of all files that
    were read and whose readings are kept, by name; ``files`` are all that were read.
    """

    outcome: Outcome
    plan: Plan
    judgements: tuple[Judgement, ...]
    waivers: tuple[RecordedWaiver, ...]
    facts: Mapping[Target, TargetFacts]
    sums: Mapping[str, str | None]
    files: Files


def run(request: Request, map_: Map = map, gather: Gather | None = None) -> Outcome:
    """Check what *request* asks for: the outcome of :func:`examine`."""
    return examine(request, map_, gather).outcome


def examine(request: Request, map_: Map = map, gather: Gather | None = None) -> Examination:
    """Check what *request* asks for; *map_* may spread the reading over processes.

    *gather* is asked for facts, once, unless links are off. Raises
    :class:`citewell.discovery.NothingToCheckError`, and what *gather* raises.
    """
    files = discover(request.settings, request.paths, request.base)
    plan = make_plan(request)
    judgements: list[Judgement] = []
    facts = targets.gathered(
        _read(map_(partial(judge_article, plan=plan), files.articles), judgements, files),
        gather,
        ask_internal=request.settings.network.allow_private,
    )
    everything = files.articles
    if files.waivers is not None:
        by_id = {judged.id: judged.file for judged in reversed(judgements) if judged.id}
        judgements.append(judge_house_waivers(files.waivers, plan, by_id))
        everything = (*everything, files.waivers)
    late = _Late(
        plan, {file.name: file for file in everything}, judgements, files, facts, gather is not None
    )
    digests = tuple(Digest(judged.file, judged.id, judged.entries) for judged in judgements)
    findings = _distinct(
        [finding for judged in judgements for finding in judged.findings]
        + late.put_targets()
        + late.put("corpus", digests)
    )
    hosts = {(judged.file, t): host for judged in judgements for t, host in judged.hosts.items()}
    waived = waiving.apply(findings, late.waivers(), hosts, request.as_of)
    waived = waived._replace(
        findings=waived.findings + _distinct(late.put("outcome", waived.waivers))
    )
    broken = [NotEvaluated(rule, None, CRASHED, number) for rule, number in late.crashes.items()]
    outcome = _outcome(request, judgements, waived, files, facts, broken)
    told = (*outcome.findings, *outcome.waived)
    outcome = replace(outcome, blast_radius=blast_radius(judgements, facts, plan, told))
    house = files.waivers.name if files.waivers else ""
    kept = tuple(j for j in judgements if j.file == house or files.reports(j.file))
    sums = {judged.file: judged.kept.sha256 for judged in judgements if judged.kept}
    return Examination(outcome, plan, kept, waived.waivers, facts, sums, files)


def judge_again(
    file: File,
    document: Document,
    found: Examination,
    waivers: tuple[RecordedWaiver, ...],
) -> tuple[Finding, ...]:
    """What the rules of *found* say of *file* by itself if it holds *document*.

    Facts are those that were found, and *waivers* the house-wide ones. Rules over several
    files, and over waivers, are not put.
    """
    judged = judge_document(file, document, found.plan)
    judged = judged._replace(cited=tuple(c for c in judged.cited if c.target in found.facts))
    asked = found.outcome.links != "off"
    late = _Late(
        found.plan, {file.name: file}, [judged], found.files, found.facts, asked, lambda _: document
    )
    findings = _distinct([*judged.findings, *late.put_targets()])
    hosts = {(file.name, target): host for target, host in judged.hosts.items()}
    own = (*judged.waivers, *waivers)
    return waiving.apply(findings, own, hosts, found.outcome.as_of).findings


def _read(
    coming: Iterable[Judgement], judgements: list[Judgement], files: Files
) -> Iterator[tuple[Cited, ...]]:
    """What each article cites, as soon as it has been judged; it is added to *judgements*."""
    for judged in coming:
        judgements.append(judged)
        if files.reports(judged.file):
            yield judged.cited


def make_plan(request: Request) -> Plan:
    """The rules that *request* asks for, with the severities of its settings.

    To select a rule by its own name is to ask for it, be it off.
    """
    chosen = []
    for rule in RULES:
        severity = request.settings.severity.get(rule.name, rule.severity or "off")
        names = {rule.name, rule.group}
        if request.ignore & names or (request.select and not request.select & names):
            continue
        if severity == "off" and rule.name in request.select:
            severity = rule.severity or Severity.WARNING
        if rule.name == "unverified-target" and request.require_verified:
            severity = Severity.ERROR
        if severity != "off":
            chosen.append((rule, Severity(severity)))
    policy = Policy(
        as_of=request.as_of,
        review=request.settings.dates.review,
        accessed=request.settings.accessed,
        published=request.settings.published,
        rules=frozenset(rule.name for rule in RULES),
    )
    needs: set[str] = {rule.needs for rule, _ in chosen if rule.needs and request.links != "off"}
    if needs and not is_public(request.settings.endpoints.archive):
        needs.add("inside")
    asks = request.links != "off"
    return Plan(tuple(chosen), policy, frozenset(needs), request.keeps_readings, asks)


@dataclass(frozen=True, slots=True)
class _Late:
    """The rules that look at several files, or at what the others have left."""

    plan: Plan
    files: dict[str, File]
    judgements: list[Judgement]
    found: Files
    facts: Mapping[Target, TargetFacts]
    asked: bool
    read: Callable[[Path], Document] = source.read
    crashes: Counter[str] = field(default_factory=Counter)  # by rule

    def put(self, scope: Literal["corpus", "outcome"], subject: object) -> list[Finding]:
        """What the rules of *scope* say about *subject*."""
        return [
            finding
            for rule, severity in self.plan.rules
            if (check := getattr(rule, scope))
            for finding in self._put(rule, severity, check, [subject])
        ]

    def put_targets(self) -> list[Finding]:
        """What the rules about targets say of each, wherever it is cited."""
        subject = [
            (judged.file, cited, self.facts[cited.target])
            for judged in self.judgements
            if self.found.reports(judged.file)
            for cited in judged.cited
        ]
        return [
            finding
            for rule, severity in self.plan.rules
            if rule.target and (self.asked or rule.name == "unverified-target")
            for finding in self._put(rule, severity, partial(_each, rule.target), subject)
        ]

    def waivers(self) -> tuple[RecordedWaiver, ...]:
        """All waivers; whether each could be seen to be of use is noted."""
        put = {
            rule.name
            for rule, _ in self.plan.rules
            if (self.asked or not rule.target) and not self.crashes[rule.name]
        }
        left = [entry for judged in self.judgements for entry in judged.not_evaluated]
        unasked = {judged.file for judged in self.judgements if self._has_unasked(judged)}
        of_targets = {rule.name for rule, _ in self.plan.rules if rule.target}
        of_all = {rule.name for rule, _ in self.plan.rules if rule.entries}
        # What one rule about targets could not see is no matter of the others.
        doubtful = {entry.path for entry in left if entry.rule not in of_targets}

        def is_clear(waiver: RecordedWaiver) -> bool:
            files = doubtful
            if waiver.rule in of_targets:
                own = {entry.path for entry in left if entry.rule == waiver.rule}
                files = doubtful | unasked | own
            is_of_one = waiver.article and waiver.rule not in of_all
            return waiver.article not in files if is_of_one else not files

        return tuple(
            waiver._replace(evaluated=waiver.evaluated and waiver.rule in put and is_clear(waiver))
            for judged in self.judgements
            for waiver in judged.waivers
        )

    def _has_unasked(self, judged: Judgement) -> bool:
        """Whether the rules about targets could not speak of all that the file cites."""
        return any(self._is_unasked(cited) for cited in judged.cited)

    def _is_unasked(self, cited: Cited) -> bool:
        known = self.facts.get(cited.target)
        if known is None or known.is_exempt(cited.access):
            return known is None
        return known.wants_answer or (cited.target.is_address and known.probe is None)

    def _put(
        self,
        rule: Rule,
        severity: Severity,
        check: Callable[[Any, Policy], Iterator[tuple[str, Any]]],
        subjects: Iterable[object],
    ) -> Iterator[Finding]:
        """What *rule* says of each of *subjects*; one that breaks it does not hide the others."""
        ids = {judged.file: judged.id or judged.file for judged in self.judgements}
        read = lru_cache(maxsize=1)(self.read)  # the remarks on one file follow each other
        for subject in subjects:
            try:
                remarks = tuple(check(subject, self.plan.policy))
            except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others
                self.crashes[rule.name] += 1
                if self.crashes[rule.name] == 1:
                    reported = (name for name in self.files if self.found.reports(name))
                    file = next(reported, next(iter(self.files)))
                    left = "not all was judged"
                    yield crashed(rule, file, ids[file], error, left)
                continue
            for name, remark in remarks:
                yield place(rule, severity, remark, name, ids[name], read(self.files[name].path))


def _each(
    check: TargetCheck, subject: tuple[str, Cited, TargetFacts], policy: Policy
) -> Iterator[tuple[str, Remark]]:
    file, cited, facts = subject
    target = cited.target.page if cited.target.kind == "capture" else cited.target
    # Another address of the same work is another matter; another wording of a search is not.
    about = target.text if target.is_address else ""
    for remark in check(cited, facts, policy):
        yield file, remark._replace(detail=f"{remark.detail}\0{about}")


def _distinct(findings: list[Finding]) -> tuple[Finding, ...]:
    """*findings* with the second of one fingerprint marked as such, the third, and so on."""
    count: Counter[str] = Counter()
    distinct = []
    for finding in findings:
        count[finding.fingerprint] += 1
        if (nth := count[finding.fingerprint]) > 1:
            finding = replace(finding, fingerprint=f"{finding.fingerprint}-{nth}")
        distinct.append(finding)
    return tuple(distinct)


def _cited(judgements: list[Judgement], files: Files) -> tuple[Cited, ...]:
    """What the articles that are reported on cite."""
    return tuple(
        cited for judged in judgements if files.reports(judged.file) for cited in judged.cited
    )


def _outcome(
    request: Request,
    judgements: list[Judgement],
    waived: Waived,
    files: Files,
    facts: Mapping[Target, TargetFacts],
    broken: list[NotEvaluated],
) -> Outcome:
    """Add up what concerns the named files, or all."""
    reported = [judged for judged in judgements if files.reports(judged.file)]
    cited = _cited(judgements, files)
    names = {judged.file for judged in reported}
    findings = [finding for finding in waived.findings if finding.path in names]
    news = tuple(
        finding
        for finding in findings
        if finding.fingerprint not in request.known or finding.rule == "internal-error"
    )
    set_aside = [finding for finding in waived.waived if finding.path in names]
    counts = tuple(judged.figures for judged in reported if judged.figures is not None)
    not_evaluated = [entry for judged in reported for entry in judged.not_evaluated]
    not_evaluated += [
        NotEvaluated(group, name, "excluded by the settings", 1)
        for name in files.excluded
        for group in GROUPS
    ]
    not_evaluated += [*targets.not_evaluated(cited, facts), *broken]
    return Outcome(
        tool=Tool("citewell", __version__),
        as_of=request.as_of,
        links=request.links,
        articles=counts,
        findings=tuple(sorted(news, key=_position)),
        waived=tuple(sorted(set_aside, key=_position)),
        baselined=len(findings) - len(news),
        facts=() if request.links == "off" else tuple(targets.told(cited, facts)),
        not_evaluated=tuple(not_evaluated),
        summary=_summary(news, len(set_aside), counts, targets.counted(cited, facts)),
    )


def _summary(
    findings: tuple[Finding, ...], waived: int, counts: tuple[ArticleCount, ...], count: TargetCount
) -> Summary:
    severities = Counter(finding.severity for finding in findings)
    return Summary(
        error=severities[Severity.ERROR],
        warning=severities[Severity.WARNING],
        info=severities[Severity.INFO],
        waived=waived,
        claims=sum(count.claims for count in counts),
        cited_claims=sum(count.cited_claims for count in counts),
        attested_claims=sum(count.attested_claims for count in counts),
        targets=count,
    )


def _position(finding: Finding) -> tuple[str, int, int, int, str]:
    return finding.path, finding.line, finding.column, finding.severity.rank, finding.rule
