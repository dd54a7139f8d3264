"""A rule in words, as ``citewell explain`` and the reports show it."""

from dataclasses import dataclass
from typing import NamedTuple

from citewell.finding import Severity


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


class PutRule(NamedTuple):
    """A rule in words, and how grave it is in this run; None: off, or not selected."""

    explanation: Explanation
    severity: Severity | None
