"""The report for pull-request comments: GitHub's Markdown, the gravest first, not too long."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from citewell.audit import Audit, AuditedArticle, AuditedReference, Standing
from citewell.finding import Finding, NotEvaluated, Severity
from citewell.inert import markdown as plain
from citewell.report import summary
from citewell.report.headline import of_audit
from citewell.report.summary import counted

LONGEST = 60_000
"""Characters; GitHub takes 65,536 in one comment, and not one more."""

_WORDS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Info"}


def render(audit: Audit) -> str:
    """All of *audit* that has room; what has none is named, with how much it is."""
    _, word, sentence = of_audit(audit)
    lines = [f"## citewell report as of {audit.as_of}", "", f"**{word}** {plain(sentence)}", ""]
    room = LONGEST - 1000 - sum(len(line) + 1 for line in lines)  # for what is left out
    left_out = []
    for name, part in _parts(audit):
        size = sum(len(line) + 1 for line in part)
        if size <= room:
            lines += part
            room -= size
        else:
            left_out.append(name)
    if left_out:
        lines.append(
            f"Left out, as a comment has no room for more: {', '.join(left_out)}. The report in "
            "HTML or JSON has all."
        )
    return "\n".join(lines).rstrip("\n") + "\n"


def _parts(audit: Audit) -> Iterator[tuple[str, list[str]]]:
    """The parts of the report, each with what it is called if there is no room for it."""
    if audit.changes:
        changes = audit.changes
        told = (
            f"Since {changes.since}: {len(changes.new)} new, {len(changes.fixed)} fixed, "
            f"{len(changes.waived)} waived, {len(changes.untold)} of which nobody can tell, "
            f"{changes.unchanged} unchanged."
        )
        yield "what has changed", [told, ""]
    yield "the articles", list(_articles(audit.articles))
    for severity in Severity:
        found = [finding for finding in audit.findings if finding.severity is severity]
        if found:
            yield from _findings(severity, found)
    yield "what was not evaluated", list(_not_evaluated(audit.not_evaluated))
    if audit.waived:
        waived = (
            (
                finding.path,
                finding.rule,
                finding.target,
                finding.waiver.reason,
                finding.waiver.owner,
                str(finding.waiver.expires),
            )
            for finding in audit.waived
        )
        names = ("File", "Rule", "Target", "Reason", "Owner", "Until")
        yield counted(len(audit.waived), "waiver"), _folded("Waived", _table(names, waived))
    for article in audit.articles:
        if article.reference_list:
            rows = (_reference(each) for each in article.reference_list)
            title = f"References of {article.title}"
            table = _table(("No.", "State", "Last read", "Reference"), rows)
            yield plain(title), _folded(title, table)
    yield "the provenance", [_provenance(audit)]


def _articles(articles: Sequence[AuditedArticle]) -> Iterator[str]:
    names = (
        "Article",
        "Claims cited",
        "Attested",
        "Verified",
        "Contradicted",
        "Neither",
        "Access dates current",
    )
    rows = []
    for article in articles:
        covered, standings = article.coverage, article.coverage.standings
        sure = standings[Standing.VERIFIED], standings[Standing.CONTRADICTED]
        rows.append(
            (
                article.title,
                f"{covered.cited.number} of {covered.cited.of}",
                str(covered.attested.number),
                *map(str, sure),
                str(sum(standings.values()) - sum(sure)),
                f"{covered.current.number} of {covered.current.of}",
            )
        )
    yield from _table(names, rows)


def _findings(severity: Severity, found: list[Finding]) -> Iterator[tuple[str, list[str]]]:
    """The findings of *severity* in parts of a hundred, so that as many as possible have room."""
    word = _WORDS[severity]
    for begin in range(0, len(found), 100):
        some = found[begin : begin + 100]
        rows = (
            (f"{each.path}:{each.line}", each.rule, f"{each.message}. {each.help}") for each in some
        )
        title = (
            f"{word} ({len(found)})"
            if len(found) <= 100
            else f"{word} {begin + 1} to {begin + len(some)} of {len(found)}"
        )
        table = _table(("Place", "Rule", "What is wrong, and what to do"), rows)
        is_open = severity is Severity.ERROR
        yield f"{len(some)} of the {word.lower()}", _folded(title, table, is_open=is_open)


def _not_evaluated(entries: Sequence[NotEvaluated]) -> Iterator[str]:
    yield "**Not evaluated**"
    yield ""
    for entry in entries:
        noun, what = summary.lacking(entry)
        said = entry.rule if entry.path else f"{counted(entry.targets, noun)} not {what}"
        where = f"{entry.path}: " if entry.path else ""
        yield f"- {plain(f'{where}{said}: {entry.reason}')}"
    if not entries:
        yield "Every rule that the policy puts could speak about everything."
    yield ""


def _reference(each: AuditedReference) -> tuple[str, ...]:
    read = "" if each.access is None else str(each.access.date)
    late = "" if each.access is None or each.access.is_current else ", too long ago"
    return str(each.work.number), f"{each.standing}: {each.why}", read + late, each.ama


def _provenance(audit: Audit) -> str:
    origin = audit.provenance
    facts = (
        "no facts"
        if origin.ledger is None
        else f"{origin.ledger.facts} facts, SHA-256 {origin.ledger.sha256}"
    )
    return plain(
        f"Made by citewell {audit.tool.version} with {origin.command}; policy SHA-256 "
        f"{origin.policy.sha256}; {facts}."
    )


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(map(plain, row))} |" for row in rows]
    return [*lines, ""]


def _folded(title: str, lines: list[str], *, is_open: bool = False) -> list[str]:
    mark = " open" if is_open else ""
    return [f"<details{mark}><summary>{escape(title)}</summary>", "", *lines, "</details>", ""]
