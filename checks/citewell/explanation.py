"""What a rule's docstring says, taken apart and shown by ``citewell explain``."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent, fill, indent

from click import style

from citewell.rules.rule import Rule

SECTIONS = ("What", "Why", "Bad", "Good")
"""The sections that every rule's docstring has, in this order."""

_WIDTH = 88
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule in words: what it looks for, why, and an example of each kind in YAML."""

    rule: str
    group: str
    severity: str
    scope: str
    fixable: bool
    summary: str
    what: str
    why: str
    bad: str
    good: str


def explain(rule: Rule) -> Explanation:
    """Read the docstring of *rule*; a ValueError if a section is missing."""
    summary, *parts = _SECTION.split(inspect.getdoc(rule.check) or "")
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    if tuple(sections) != SECTIONS:
        raise ValueError(f"{rule.name}: the docstring needs the sections {', '.join(SECTIONS)}")
    return Explanation(
        rule=rule.name,
        group=rule.group,
        severity=rule.severity or "off",
        scope=rule.scope,
        fixable=rule.fixable,
        summary=summary.strip(),
        what=_sentence(sections["What"]),
        why=_sentence(sections["Why"]),
        bad=dedent(sections["Bad"]).strip("\n") + "\n",
        good=dedent(sections["Good"]).strip("\n") + "\n",
    )


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def listing(explanations: list[Explanation]) -> Iterator[str]:
    """All rules by group, a line each; ✎ marks those with a fix."""
    width = max(len(each.rule) for each in explanations)
    group = None
    for each in explanations:
        if each.group != group:
            group = each.group
            yield style(group, bold=True)
        mark = "✎" if each.fixable else " "
        yield f"  {each.rule:{width}}  {each.severity:7} {mark} {each.summary}"
    yield ""
    yield "✎ has a safe fix. 'citewell explain RULE' says more about one."


def whole(each: Explanation) -> Iterator[str]:
    """All that is to be said of one rule."""
    yield style(each.rule, bold=True)
    fix = "safe fix" if each.fixable else "no fix"
    yield f"group {each.group}, severity {each.severity}, scope {each.scope}, {fix}"
    yield ""
    yield each.summary
    for title, text in (("What", each.what), ("Why", each.why)):
        yield ""
        yield style(title, bold=True)
        yield fill(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    for title, text in (("Bad", each.bad), ("Good", each.good)):
        yield ""
        yield style(title, bold=True)
        yield indent(text.rstrip("\n"), "  ")
