"""What a rule's docstring says, taken apart for ``citewell explain``."""

import inspect
import re
from dataclasses import dataclass
from textwrap import dedent

from citewell.rules.rule import Rule

SECTIONS = ("What", "Why", "Bad", "Good")
"""The sections that every rule's docstring has, in this order."""

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
