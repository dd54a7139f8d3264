"""The report for pull-request comments: GitHub's Markdown, the gravest first, not too long."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from citewell.audit import Audit, AuditedArticle, AuditedReference, Standing
from citewell.finding import BlastRadius, Finding, NotEvaluated, Severity, WaivedFinding
from citewell.inert import html_on_github
from citewell.inert import markdown as plain
from citewell.report import radius, summary
from citewell.report.headline import of_audit
from citewell.report.summary import counted

LONGEST = 60_000
"""Characters; GitHub takes 65,536 in one comment, and not one more."""

_LONGEST_COMMAND = 300
_WORDS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Info"}


class _Part(NamedTuple):
    """A list with what stands around it; ``noun`` is what each of ``rows`` is."""

    noun: str
    head: list[str]
    rows: list[str]
    tail: list[str]


def render(audit: Audit) -> str:
    """All of *audit* that has room; of what has none, it is said how much there is."""
    _, word, sentence = of_audit(audit)
    lines = [f"## citewell report as of {audit.as_of}", "", f"**{word}** {plain(sentence)}", ""]
    last = _provenance(audit)
    room = LONGEST - _size([*lines, last])
    left_out: Counter[str] = Counter()
    for part in _parts(audit):
        rest = room - _size([*part.head, *part.tail])
        shown = 0
        while shown < len(part.rows) and len(part.rows[shown]) < rest:
            rest -= len(part.rows[shown]) + 1
            shown += 1
        if shown or (not part.rows and rest >= 0):
            lines += [*part.head, *part.rows[:shown], *part.tail]
            room = rest
        left_out[part.noun] += len(part.rows) - shown
    if told := [counted(number, noun) for noun, number in left_out.items() if number]:
        lines += [f"Left out, for want of room: {', '.join(told)}. Other formats have all.", ""]
    return "\n".join([*lines, last]) + "\n"


def _size(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _parts(audit: Audit) -> Iterator[_Part]:
    if changes := audit.changes:
        told = (
            f"Since {changes.since}: {len(changes.new)} new, {len(changes.fixed)} fixed, "
            f"{len(changes.waived)} waived, {len(changes.untold)} of which nobody can tell, "
            f"{changes.unchanged} unchanged."
        )
        yield _Part("comparison", [told, ""], [], [])
        for name in ("new", "fixed", "untold"):
            yield from _changed(name, getattr(changes, name))
    everywhere = [_gap(entry) for entry in audit.not_evaluated if entry.path is None]
    in_files = [_gap(entry) for entry in audit.not_evaluated if entry.path is not None]
    gaps = [*_off(audit), *everywhere] or ["- Nothing."] * (not in_files)
    yield _Part("gap", ["**Not evaluated**", ""], gaps, [""])
    yield from _findings(Severity.ERROR, audit)
    if audit.blast_radius:
        yield _blast_radius(audit.blast_radius)
    if in_files:
        yield _Part("file gap", ["**Not evaluated in full**", ""], in_files, [""])
    names = ("Article", "Cited", "Attested", "Verified", "Contradicted", "Neither", "Current")
    yield _table("article", names, map(_article, audit.articles))
    yield from _findings(Severity.WARNING, audit)
    if audit.waived:
        columns = ("Place", "Rule", "Reason", "Owner", "Until")
        table = _table("waived finding", columns, map(_waived, audit.waived))
        yield _folded(f"Waived ({len(audit.waived)})", table)
    yield from _findings(Severity.INFO, audit)
    for article in audit.articles:
        rows = map(_reference, article.reference_list)
        table = _table("reference", ("No.", "State", "Last read", "Reference"), rows)
        if table.rows:
            yield _folded(f"References of {article.title}", table)


def _changed(name: str, found: Sequence[Finding]) -> Iterator[_Part]:
    if found:
        rows = ((str(f.severity), f"{f.path}:{f.line}", f.rule, f.message) for f in found)
        table = _table(f"{name} finding", ("Severity", "Place", "Rule", "What was wrong"), rows)
        title = {"untold": "Could not tell"}.get(name, name.capitalize())
        yield _folded(f"{title} ({len(found)})", table, is_open=name == "new")


def _off(audit: Audit) -> Iterator[str]:
    if off := audit.provenance.policy.off:
        yield f"- {plain('rules that are off, or were not selected: ' + ', '.join(off))}"


def _gap(entry: NotEvaluated) -> str:
    noun, what = summary.lacking(entry)
    said = entry.rule if entry.path else f"{counted(entry.targets, noun)} not {what}"
    where = f"{entry.path}: " if entry.path else ""
    return f"- {plain(f'{where}{said}: {entry.reason}')}"


def _article(article: AuditedArticle) -> tuple[str, ...]:
    covered, standings = article.coverage, article.coverage.standings
    sure = standings[Standing.VERIFIED], standings[Standing.CONTRADICTED]
    return (
        article.title,
        f"{covered.cited.number} of {covered.cited.of}",
        str(covered.attested.number),
        *map(str, sure),
        str(sum(standings.values()) - sum(sure)),
        f"{covered.current.number} of {covered.current.of}",
    )


def _findings(severity: Severity, audit: Audit) -> Iterator[_Part]:
    found = [finding for finding in audit.findings if finding.severity is severity]
    if found:
        noun = "info finding" if severity is Severity.INFO else f"{severity}"
        rows = ((f"{f.path}:{f.line}", f.rule, f"{f.message}. {f.help}") for f in found)
        table = _table(noun, ("Place", "Rule", "What is wrong, and what to do"), rows)
        is_open = severity is Severity.ERROR
        yield _folded(f"{_WORDS[severity]} ({len(found)})", table, is_open=is_open)


def _blast_radius(found: Sequence[BlastRadius]) -> _Part:
    names = ("Source", "State", "Claims", "On it alone", "Articles", "Cited in")
    table = _table("broken or retracted source", names, map(_blast, found))
    return _folded(f"What broken and retracted sources touch ({len(found)})", table, is_open=True)


def _blast(each: BlastRadius) -> tuple[str, ...]:
    named = [f"{a.path} ({radius.references(a)})" for a in each.articles[: radius.MOST_ARTICLES]]
    if (more := len(each.articles) - len(named)) > 0:
        named.append(f"and {more:,} more")
    figures = (each.claims, each.alone, len(each.articles))
    return each.target, each.state, *map(str, figures), "; ".join(named)


def _waived(finding: WaivedFinding) -> tuple[str, ...]:
    waiver = finding.waiver
    place = f"{finding.path}:{finding.line}"
    return place, finding.rule, waiver.reason, waiver.owner, str(waiver.expires)


def _reference(each: AuditedReference) -> tuple[str, ...]:
    read = "" if each.access is None else str(each.access.day)
    late = "" if each.access is None or each.access.is_current else ", too long ago"
    return str(each.work.number), f"{each.standing.word}: {each.why}", read + late, each.ama


def _provenance(audit: Audit) -> str:
    origin, seal = audit.provenance, audit.provenance.ledger
    up_to = f" up to {seal.newest}" if seal and seal.newest else ""
    facts = "no facts" if seal is None else f"{seal.facts} facts{up_to}, SHA-256 {seal.sha256}"
    return plain(
        f"Made by citewell {audit.tool.version} with {_short(origin.command)}; policy SHA-256 "
        f"{origin.policy.sha256}; {facts}."
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_COMMAND else f"{text[:_LONGEST_COMMAND]}…"


def _table(noun: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> _Part:
    head = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return _Part(noun, head, [f"| {' | '.join(map(plain, row))} |" for row in rows], [""])


def _folded(title: str, part: _Part, *, is_open: bool = False) -> _Part:
    mark = " open" if is_open else ""
    summary_ = f"<details{mark}><summary>{html_on_github(title)}</summary>"
    return part._replace(head=[summary_, "", *part.head], tail=[*part.tail, "</details>", ""])
