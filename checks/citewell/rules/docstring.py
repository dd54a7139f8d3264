"""The docstring of a rule, taken apart."""

import inspect
import re
from collections.abc import Iterable
from textwrap import dedent

from citewell.explanation import Explanation, PutRule
from citewell.finding import Severity
from citewell.rules import RULES
from citewell.rules.rule import Rule

SECTIONS = ("What", "Why", "Bad", "Good")
"""The sections that every rule's docstring has, in this order."""

_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}):", re.MULTILINE)


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


def explained(put: Iterable[tuple[Rule, Severity]]) -> tuple[PutRule, ...]:
    """Every rule there is, in words, with the severity that those which are *put* have."""
    severities = {rule.name: severity for rule, severity in put}
    return tuple(PutRule(explain(rule), severities.get(rule.name)) for rule in RULES)
