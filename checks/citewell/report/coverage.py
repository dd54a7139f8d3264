"""What a rule did not look at: the entries of ``not_evaluated`` spelled out rule by rule.

An entry names a rule or a whole group, and some stand for other rules that lack the same
thing. A format that says which rules passed needs all of them.
"""

from citewell.finding import CRASHED, LINKS_OFF, NotEvaluated, Outcome

NOT_PUT = "the rule is off, or was not selected"
"""Why a rule has nothing to say that nobody has put."""

NO_ARTICLE = "the file is no article that could be read"
"""Why nothing can be said to have passed in a file of waivers, or in one that is not YAML."""

# unverified-target is not among them: it speaks of what is not known.
_OF_TARGETS = (
    *("broken-link", "unresolved-doi", "failing-link", "suspicious-link", "moved-link"),
    *("unverifiable-link", "registry", "quote-not-found"),
)
_IN_THE_RUN = {
    "broken-link": _OF_TARGETS,
    "wrong-work": ("metadata-mismatch", "retracted-reference", "flagged-reference"),
}
"""Rules and groups that lack what the rule of an entry about no single file lacks."""

_IN_A_FILE = {
    "claims": ("evidence",),
    "references": (
        *("accessed-before-published", "future-date", "stale-access-date", "stale-source"),
        *("weak-support", "year-mismatch", "corpus", "evidence"),
    ),
    "links": ("registry", "quote-not-found"),
}
"""Rules and groups elsewhere that look at the claims, references or addresses of a file, too."""


class Gaps:
    """What was not evaluated in a run, looked up by rule and file."""

    def __init__(self, outcome: Outcome) -> None:
        """Take in what *outcome* says of itself."""
        self._articles = {article.path for article in outcome.articles}
        self._spoke = {(f.rule, f.path) for f in (*outcome.findings, *outcome.waived)}
        self._reasons: dict[tuple[str, str | None], dict[str, None]] = {}
        if outcome.links == "off":  # of which there is no entry where nothing is cited
            self._note(_OF_TARGETS, None, LINKS_OFF)
        for entry in outcome.not_evaluated:
            self._note(stands_for(entry), entry.path, entry.reason)

    def _note(self, names: tuple[str, ...], path: str | None, reason: str) -> None:
        for name in names:
            self._reasons.setdefault((name, path), {})[reason] = None

    def why_not(self, rule: str, group: str, path: str) -> str:
        """Why *rule* did not look at all of the file *path*; nothing if it did."""
        reasons = {
            reason: None
            for key in ((rule, path), (group, path), (rule, None), (group, None))
            for reason in self._reasons.get(key, ())
        }
        if not reasons and path not in self._articles and (rule, path) not in self._spoke:
            return NO_ARTICLE
        return "; ".join(reasons)


def stands_for(entry: NotEvaluated) -> tuple[str, ...]:
    """The rules and groups that *entry* stands for."""
    if entry.reason == CRASHED:  # it lacked nothing that others need
        return (entry.rule,)
    others = _IN_THE_RUN if entry.path is None else _IN_A_FILE
    return (entry.rule, *others.get(entry.rule, ()))
