"""One article as pages show it: what its template asks for beyond the audit itself."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from markupsafe import Markup, escape

from citewell.audit import (
    Audit,
    AuditedArticle,
    AuditedAttestation,
    AuditedClaim,
    AuditedFact,
    AuditedReference,
    AuditedWaiver,
    File,
    Standing,
)
from citewell.finding import Finding, NotEvaluated, Severity, WaivedFinding
from citewell.report.radius import Shared, by_article
from citewell.report.summary import counted

_ORDER = ("verified", "contradicted", "undecided", "unchecked", "exempt", "untraceable")
STATES = {Standing(name): Standing(name).word for name in _ORDER}
"""The states of references as people read them, the best first."""
MARKS = dict(zip(STATES, "✓✗?○–·", strict=True))
"""A mark for each: colour alone says nothing."""
PLURALS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Info"}

Entry = TypeVar("Entry", Finding, WaivedFinding, NotEvaluated)

_CELLS = {
    state: f'<td class="{state}">{MARKS[state]}<span class="unseen"> {word}</span>'
    for state, word in STATES.items()
}
_ANCHOR = Markup('<a href="#{}">{}</a>')
_NUMBER = Markup('<a class="{0}" href="#{1}" aria-label="reference {2}, {3}">{2}</a>')
_NO_NUMBER = Markup('<b class="contradicted">{}<span class="unseen">: no such reference</span></b>')
_UNCITED = Markup('<b class="contradicted">no reference</b>')
_ATTESTED = Markup('<a class="{}" href="#{}attestations" aria-label="{}">{}</a>')
_MOST_LINKS = 20  # to claims that rest on one source
_MOST_CELLS = 200_000  # a page of more takes browsers seconds


@dataclass(frozen=True)
class Part:
    """One article: ``prefix`` begins its anchors, and ``href`` leads to it from the index.

    All else is what of an audit concerns it: facts by target, findings, waivers, what was not
    evaluated, the files with their sums, and the sources that do not stand, also elsewhere.
    """

    article: AuditedArticle
    prefix: str
    href: str
    facts: dict[str, AuditedFact]
    own: tuple[Finding, ...]
    waived: tuple[WaivedFinding, ...]
    waivers: tuple[AuditedWaiver, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    files: tuple[File, ...]
    shared: tuple[Shared, ...] = ()

    @cached_property
    def by_number(self) -> dict[int, AuditedReference]:
        """The references by number."""
        return {each.work.number: each for each in reversed(self.article.reference_list)}

    @cached_property
    def claims(self) -> list[AuditedClaim]:
        """All claims in the order of the text."""
        return [claim for section in self.article.sections for claim in section.claims]

    @cached_property
    def count(self) -> Counter[str]:
        """The findings by severity."""
        return Counter(finding.severity.value for finding in self.own)

    @property
    def findings(self) -> list[tuple[Severity, list[Finding]]]:
        """The findings, the gravest first."""
        return by_severity(self.own)

    @property
    def unread(self) -> str:
        """What is missing because it breaks the schema."""
        lacks = (
            (self.article.claims - len(self.claims), "claim"),
            (self.article.references - len(self.article.reference_list), "reference"),
        )
        told = " and ".join(counted(number, noun) for number, noun in lacks if number > 0)
        return f"Not shown, because it breaks the schema: {told}." if told else ""

    @property
    def unproven(self) -> list[tuple[Standing, list[AuditedReference]]]:
        """The references of which nobody knows whether they stand, by their state."""
        sure = (Standing.VERIFIED, Standing.CONTRADICTED)
        listed = self.article.reference_list
        grouped = ((state, [e for e in listed if e.standing is state]) for state in STATES)
        return [(state, own) for state, own in grouped if own and state not in sure]

    @property
    def unrecorded(self) -> list[AuditedReference]:
        """The references that were compared with no record."""
        return [each for each in self.article.reference_list if each.record is None]

    @cached_property
    def anchors(self) -> dict[int, str]:
        """The anchor of each claim and reference, by ``id()``: ids and numbers may be doubled.

        It is made where the page is: what ``id()`` says does not outlive a way to another process.
        """
        named = [*(("claim", each.id, each) for each in self.claims)]
        numbered = [("ref", str(each.work.number), each) for each in self.article.reference_list]
        taken: Counter[str] = Counter()
        anchors = {}
        for kind, name, each in (*named, *numbered):
            anchor = f"{self.prefix}{kind}-{name}"
            taken[anchor] += 1
            anchors[id(each)] = anchor if taken[anchor] == 1 else f"{anchor}.{taken[anchor]}"
        return anchors

    @cached_property
    def _of_references(self) -> dict[str, Counter[str]]:
        """The findings about each reference by severity."""
        about: dict[str, Counter[str]] = {}
        for finding in self.own:
            about.setdefault(finding.target, Counter())[finding.severity.value] += 1
        return about

    @cached_property
    def claim_ids(self) -> set[str]:
        """The ids of the claims that are shown."""
        return {claim.id for claim in self.claims}

    @cached_property
    def _numbers(self) -> dict[int, Markup]:
        """The links to the references, coloured by their state."""
        return {
            number: _NUMBER.format(
                each.standing, self.anchors[id(each)], number, STATES[each.standing]
            )
            for number, each in self.by_number.items()
        }

    def anchor(self, each: AuditedClaim | AuditedReference) -> str:
        """Where *each* stands on the page."""
        return self.anchors[id(each)]

    def about(self, finding: Finding) -> Markup:
        """What *finding* is about, as a link to where that stands, if it is shown."""
        kind, _, name = finding.target.partition(":")
        text = f"{kind} {name}".strip()
        if kind == "reference" and int(name) in self.by_number:
            return _ANCHOR.format(f"{self.prefix}ref-{name}", text)
        if kind == "claim" and name in self.claim_ids:
            return _ANCHOR.format(f"{self.prefix}claim-{name}", text)
        return escape(text)

    def state_about(self, finding: Finding) -> str:
        """The state of the reference that *finding* is about; nothing if it is about none."""
        kind, _, name = finding.target.partition(":")
        return self.state_of(int(name)) if kind == "reference" else ""

    def state_of(self, number: int) -> str:
        """The state of the reference *number*; nothing if there is none."""
        known = self.by_number.get(number)
        return known.standing.value if known else ""

    def states_of(self, claim: AuditedClaim) -> str:
        """The states of the references of *claim*, for the filter."""
        return " ".join(dict.fromkeys(map(self.state_of, claim.references))) or "uncited"

    def numbers(self, claim: AuditedClaim) -> Markup:
        """The numbers that *claim* cites, each a link to its reference, and its attestation."""
        shown = [self._numbers.get(each) or _NO_NUMBER.format(each) for each in claim.references]
        attested = self._attested(claim.id) if claim.attested else ""
        # All parts are escaped by now.
        return Markup(f"<sup>{',<wbr>'.join(shown) or _UNCITED}{attested}</sup>")  # noqa: S704

    def _attested(self, claim: str) -> Markup:
        """The mark of a *claim* that is attested: a question, if that is in doubt."""
        if claim not in self._attested_well:
            return _ATTESTED.format("undecided", self.prefix, "attested, but in doubt", "?")
        return _ATTESTED.format("verified", self.prefix, "attested", "✓")

    @cached_property
    def _attested_well(self) -> set[str]:
        """The claims with an attestation that stands and is not in doubt."""
        said = self.article.attestations
        return {each.claim for each in said if each.stands and not self.is_doubtful(each)}

    def is_doubtful(self, said: AuditedAttestation) -> bool:
        """Whether what was attested is worded as then, but its source is not what it was."""
        is_contradicted = self.state_of(said.reference) == Standing.CONTRADICTED
        return said.quote_found is False or is_contradicted

    @property
    def lacks_attestations(self) -> bool:
        """Whether there are some that break the schema."""
        here = (entry.rule for entry in self.not_evaluated if entry.path == self.article.path)
        return "evidence" in here

    @property
    def is_vast(self) -> bool:
        """Whether the matrix of claims and references is too large for a page."""
        return len(self.claims) * len(self.article.reference_list) > _MOST_CELLS

    def cells(self, claim: AuditedClaim) -> Markup:
        """The cells of *claim* in the matrix; end tags may be left out (HTML, 13.1.2.4)."""
        cited = set(claim.references)
        return Markup(  # noqa: S704 - no text from outside is in it
            "".join(
                _CELLS[each.standing] if each.work.number in cited else "<td>"
                for each in self.article.reference_list
            )
        )

    def claim_links(self, ids: tuple[str, ...]) -> Markup:
        """The first of the claims *ids*, as links to them."""
        named = [_ANCHOR.format(f"{self.prefix}claim-{each}", each) for each in ids[:_MOST_LINKS]]
        more = len(ids) - len(named)
        rest = f" and {more:,} more" if more else ""
        return Markup("{}{}").format(Markup(", ").join(named), rest)

    def headline(self, reference: AuditedReference) -> str:
        """What is behind the fold of *reference*, in a few words."""
        found = self._of_references.get(f"reference:{reference.work.number}", Counter())
        told = [counted(found[each], each) for each in ("error", "warning") if found[each]]
        told += [f"{found['info']} info"] * bool(found["info"])
        told.append(f"cited by {counted(len(reference.cited_by), 'claim')}")
        told += ["registry's record"] * (reference.record is not None)
        return ", ".join(told)


def by_severity(found: tuple[Finding, ...]) -> list[tuple[Severity, list[Finding]]]:
    """*found* by severity, the gravest first."""
    grouped = [(each, [f for f in found if f.severity is each]) for each in Severity]
    return [(severity, own) for severity, own in grouped if own]


class Parts:
    """What of *audit* concerns each of its articles."""

    def __init__(self, audit: Audit) -> None:
        """Sort it by file, once for all articles."""
        self._audit = audit
        self._facts = {fact.target: fact for fact in audit.facts}
        self._found = _by_path(audit.findings)
        self._waived = _by_path(audit.waived)
        self._lacking = _by_path(audit.not_evaluated)
        self._waivers: dict[str | None, list[AuditedWaiver]] = {}
        for waiver in audit.waivers:
            self._waivers.setdefault(waiver.article, []).append(waiver)
        self._shared = by_article(audit.blast_radius)
        self._files = {file.path: file for file in audit.provenance.files}

    def part(self, article: AuditedArticle, prefix: str, href: str) -> Part:
        """The part of *article*; see :class:`Part`."""
        path = article.path
        waivers = (*self._waivers.get(path, ()), *self._waivers.get(None, ()))
        names = {name for each in article.reference_list for name in each.targets}
        paths = dict.fromkeys((path, *(waiver.path for waiver in waivers)))
        return Part(
            article,
            prefix,
            href,
            facts={name: self._facts[name] for name in sorted(names) if name in self._facts},
            own=tuple(self._found.get(path, ())),
            waived=tuple(self._waived.get(path, ())),
            waivers=waivers,
            not_evaluated=(*self._lacking.get(path, ()), *self._lacking.get(None, ())),
            files=tuple(self._files[each] for each in paths if each in self._files),
            shared=tuple(self._shared.get(path, ())),
        )

    @property
    def stray(self) -> list[tuple[Severity, list[Finding]]]:
        """The findings in files that are no articles, such as that of the waivers."""
        articles = {article.path for article in self._audit.articles}
        return by_severity(tuple(f for f in self._audit.findings if f.path not in articles))


def _by_path(entries: tuple[Entry, ...]) -> dict[str | None, list[Entry]]:
    found: dict[str | None, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.path, []).append(entry)
    return found
