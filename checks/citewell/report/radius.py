"""What sources that do not stand touch, in words: bounded, as one may touch a thousand articles."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from citewell.finding import BlastRadius, Outcome, Touched
from citewell.report.summary import counted

MOST_ARTICLES = 5
"""Articles that are named beside one source."""
MOST_SOURCES = 20
"""Sources that are named on a terminal."""
_MOST_CLAIMS = 5


def lines(outcome: Outcome) -> Iterator[str]:
    """A block of lines for each source, the one that touches most first; an empty one ends it."""
    shown = outcome.blast_radius[:MOST_SOURCES]
    for each in shown:
        yield f"{each.state.capitalize()}: {each.target}"
        yield f"  {sentence(each)}"
        for touched in each.articles[:MOST_ARTICLES]:
            yield f"  {touched.path}, {references(touched)}: {claims(touched)}"
        if (more := len(each.articles) - MOST_ARTICLES) > 0:
            yield f"  and {counted(more, 'more article')}"
        yield ""
    if more := len(outcome.blast_radius) - len(shown):
        yield f"{counted(more, 'more source')} that {_verb(more, 'is', 'are')} broken or retracted."
        yield ""


def sentence(radius: BlastRadius) -> str:
    """How much rests on it."""
    articles = counted(len(radius.articles), "article")
    if not radius.claims:
        return f"Cited in {articles}; no claim rests on it."
    verb = _verb(radius.claims, "rests", "rest")
    alone = _alone(radius.alone, radius.claims)
    return f"{counted(radius.claims, 'claim')} in {articles} {verb} on it{alone}."


def references(touched: Touched) -> str:
    """The numbers that the source has in an article."""
    numbers = ", ".join(map(str, touched.references))
    return f"reference{'' if len(touched.references) == 1 else 's'} {numbers}"


def claims(touched: Touched) -> str:
    """How many claims of an article rest on the source, the first of them by their ids."""
    if not touched.claims:
        return "no claim"
    named = ", ".join(touched.claims[:_MOST_CLAIMS])
    more = len(touched.claims) - _MOST_CLAIMS
    rest = f" and {more:,} more" if more > 0 else ""
    alone = _alone(len(touched.alone), len(touched.claims))
    return f"{counted(len(touched.claims), 'claim')} ({named}{rest}){alone}"


def _alone(number: int, of: int) -> str:
    """How many of the claims rest on nothing else, if any do."""
    if number == of == 1:
        return ", and on nothing else"
    who = f"{number:,}" if number < of else "all"
    return f", {who} of them on it alone" if number else ""


def _verb(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


class Shared(NamedTuple):
    """A source that does not stand, as one article sees it.

    ``own`` is what it touches there; ``others`` are the first few other files that cite it, and
    ``more`` is how many there are besides.
    """

    target: str
    state: str
    own: Touched
    others: tuple[str, ...]
    more: int


def by_article(radii: Sequence[BlastRadius]) -> dict[str, list[Shared]]:
    """What each article has to do with *radii*, by its file."""
    found: dict[str, list[Shared]] = {}
    for radius in radii:
        for own in radius.articles:
            others = (each.path for each in radius.articles if each.path != own.path)
            named = tuple(islice(others, MOST_ARTICLES))
            more = len(radius.articles) - 1 - len(named)
            shared = Shared(radius.target, radius.state, own, named, more)
            found.setdefault(own.path, []).append(shared)
    return found
