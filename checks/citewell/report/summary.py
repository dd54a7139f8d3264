"""The figures of an outcome in sentences; every format for people ends with them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from citewell.finding import NotEvaluated, Outcome, Severity


def counted(number: int, noun: str) -> str:
    """``1 claim``, ``2,000 claims``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def sentences(outcome: Outcome) -> Iterator[str]:
    """What was found, what was looked at, and what was not."""
    summary = outcome.summary
    yield (
        f"{counted(summary.error, 'error')}, {counted(summary.warning, 'warning')}, "
        f"{summary.info:,} info, {summary.waived:,} waived"
        + (f", {outcome.baselined} not new" if outcome.baselined else "")
        + f" in {counted(len(outcome.articles), 'article')} as of {outcome.as_of}."
    )
    yield (
        f"{summary.cited_claims} of {counted(summary.claims, 'claim')} cited, "
        f"{summary.attested_claims} attested: a number is not a verification."
    )
    yield from _targets(outcome)
    skipped: dict[tuple[str, str], list[str]] = {}
    for entry in outcome.not_evaluated:
        if entry.path is not None:
            skipped.setdefault((entry.path, entry.reason), []).append(entry.rule)
    for (path, reason), rules in skipped.items():
        yield f"{path}: {', '.join(rules)} not evaluated in full: {reason}."


def _targets(outcome: Outcome) -> Iterator[str]:
    """What became of the targets, and once for each reason why it is not known of some."""
    count = outcome.summary.targets
    total = sum(asdict(count).values())
    if outcome.links != "off" and total:
        parts = ", ".join(f"{number} {name}" for name, number in asdict(count).items() if number)
        yield f"{counted(total, 'target')} (DOIs and URLs): {parts}."
    for entry in outcome.not_evaluated:
        if entry.path is None:
            yield gap(entry, " (DOIs and URLs)" if outcome.links == "off" else "")


def gap(entry: NotEvaluated, kind: str = "") -> str:
    """What was not done with how many, and why; *kind* explains the noun."""
    noun, what = lacking(entry)
    return f"{counted(entry.targets, noun)}{kind} not {what}: {entry.reason}."


def lacking(entry: NotEvaluated) -> tuple[str, str]:
    """What was not done, by the noun for what it was to be done with, and the verb."""
    return _LACKING.get(entry.rule, ("target", "checked"))


_LACKING = {
    "wrong-work": ("DOI", "compared with a record"),
    "missing-doi": ("reference", "looked up for a DOI"),
    "missing-archive": ("page", "looked up in the web archive"),
    "quote-not-found": ("quote", "looked for on its page"),
}
"""What was not done with what, by the rule that could not speak."""


def waived(outcome: Outcome) -> Iterator[str]:
    """A line for every finding that somebody decided to live with."""
    for finding in outcome.waived:
        waiver = finding.waiver
        yield (
            f"{finding.path}:{finding.line}:{finding.column}: waived[{finding.rule}] "
            f"until {waiver.expires} by {waiver.owner}: {waiver.reason}"
        )


def by_rule(outcome: Outcome) -> Iterator[tuple[str, Severity, int]]:
    """Rule, severity and number of findings: the gravest first, then the most frequent."""
    count = Counter((finding.rule, finding.severity) for finding in outcome.findings)
    rows = sorted(count.items(), key=lambda row: (row[0][1].rank, -row[1], row[0][0]))
    return ((rule, severity, number) for (rule, severity), number in rows)


def statistics(outcome: Outcome) -> Iterator[str]:
    """A line for every rule that has findings."""
    for rule, severity, number in by_rule(outcome):
        yield f"{number:6}  {severity:7}  {rule}"
