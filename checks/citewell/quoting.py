"""What is asked of pages on behalf of attestations: are the quoted words there?"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from citewell.facts import one_line, quotes_on
from citewell.finding import NodePath
from citewell.identifiers import has_secret
from citewell.model import work_sums
from citewell.reading import Cited, Reading, cited_targets

NO_PAGE = "the source is no open page"
OTHER_WORK = "the source is not listed as it was attested"


def quotations(reading: Reading) -> tuple[Cited, ...]:
    """The questions which of an article's quotes are on the pages that they came from.

    One for each reference with an address that is open to all and holds no secret; the work
    is known by its sum, whatever its number is now.
    """
    pages = {each.path[:-1]: each for each in cited_targets(reading) if _is_open_page(each)}
    sources: dict[str, NodePath] = {}  # the first of each work
    for path, work in reading.references:
        if path in pages:
            for each in work_sums(work):
                sources.setdefault(each, path)
    taken: dict[NodePath, list[tuple[NodePath, str]]] = {}
    for path, attestation in reading.attestations:
        source = sources.get(attestation.reference_sha256)
        if source is not None:
            quote = (*path, "quote"), one_line(attestation.quote)
            taken.setdefault(source, []).append(quote)
    return tuple(_asked(pages[source], quotes) for source, quotes in taken.items())


def unasked(reading: Reading, cited: Iterable[Cited]) -> Iterator[tuple[str, int]]:
    """Why some quotes are not among those of *cited*, and how many for each reason."""
    asked = {path[:-1] for each in cited for path, _ in each.quotes}
    left = [attestation for path, attestation in reading.attestations if path not in asked]
    if not left:
        return
    listed = frozenset(chain.from_iterable(work_sums(work) for _, work in reading.references))
    reasons = (NO_PAGE if each.reference_sha256 in listed else OTHER_WORK for each in left)
    yield from Counter(reasons).items()


def _asked(page: Cited, quotes: list[tuple[NodePath, str]]) -> Cited:
    target = quotes_on(page.target.text, (text for _, text in quotes))
    return page._replace(target=target, quotes=tuple(quotes))


def _is_open_page(cited: Cited) -> bool:
    target = cited.target
    return target.kind == "url" and cited.access == "open" and not has_secret(target.text)
