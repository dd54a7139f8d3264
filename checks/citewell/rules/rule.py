"""What a rule is: a pure function from its subject and the policy to remarks."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Literal, NamedTuple

from citewell.document import Document
from citewell.entry import Entry
from citewell.facts import TargetFacts
from citewell.finding import Remark, Severity
from citewell.reading import Cited, Reading
from citewell.waiving import RecordedWaiver


class Policy(NamedTuple):
    """The house's limits, and the day on which everything is judged.

    ``review``, ``accessed`` and ``published`` are ages in months; the latter two go by
    the type of a reference, ``accessed`` with a ``default``. ``rules`` are the names of
    all rules there are.
    """

    as_of: date
    review: int
    accessed: Mapping[str, int]
    published: Mapping[str, int]
    rules: frozenset[str] = frozenset()


class Digest(NamedTuple):
    """What rules over several articles see of one of them: its file, its id if it has one.

    ``entries`` are its references, where a rule wants them.
    """

    file: str
    id: str | None
    entries: tuple[Entry, ...] = ()


DocumentCheck = Callable[[Document, Policy], Iterator[Remark]]
ArticleCheck = Callable[[Reading, Policy], Iterator[Remark]]
TargetCheck = Callable[[Cited, TargetFacts, Policy], Iterator[Remark]]
CorpusCheck = Callable[[tuple[Digest, ...], Policy], Iterator[tuple[str, Remark]]]
OutcomeCheck = Callable[[tuple[RecordedWaiver, ...], Policy], Iterator[tuple[str, Remark]]]


class Rule(NamedTuple):
    """A rule, by what it is given: it has a function for each of its scopes.

    One of target scope is given each DOI and URL where a reference gives it, and what is
    known of it; one of corpus or outcome scope names the file with each remark. Severity None
    means off unless the settings say otherwise. A ``whole`` rule speaks about lists as a
    whole, and so only where all of their numbers could be read. ``needs`` is the kind of
    target on which it needs what a registry or an archive holds, or a page says. One with
    ``entries`` looks at the references of all articles together.
    """

    name: str
    group: str
    severity: Severity | None
    document: DocumentCheck | None = None
    article: ArticleCheck | None = None
    target: TargetCheck | None = None
    corpus: CorpusCheck | None = None
    outcome: OutcomeCheck | None = None
    fixable: bool = False
    whole: bool = False
    needs: Literal["", "doi", "work", "capture", "quotes"] = ""
    entries: bool = False

    @property
    def check(self) -> Callable[..., object]:
        """The function whose docstring documents the rule."""
        checks = (self.document, self.article, self.target, self.corpus, self.outcome)
        return next(check for check in checks if check is not None)

    @property
    def scope(self) -> str:
        """What the rule is given: document, article, target, corpus, outcome, or two of them."""
        scopes = ("document", "article", "target", "corpus", "outcome")
        return ", ".join(scope for scope in scopes if getattr(self, scope))
