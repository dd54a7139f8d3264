"""What is asked of pages on behalf of attestations: are the quoted words there?"""

from collections import Counter
from collections.abc import Iterable, Iterator

from citewell.facts import one_line, quotes_on
from citewell.finding import NodePath
from citewell.identifiers import has_secret
from citewell.model import Attestation, work_sums
from citewell.reading import Cited, Reading, cited_targets

NO_PAGE = "the source is no open page"
OTHER_WORK = "the source is not listed as it was attested"


def quotations(reading: Reading) -> tuple[Cited, ...]:
    """The questions which of an article's quotes are on the pages that they came from.

    One for each reference with an address that is open to all and holds no secret; the work
    is known by its sum, whatever its number is now.
    """
    pages = {each.path[:-1]: each for each in cited_targets(reading) if _is_open_page(each)}
    works = [(path, work_sums(work)) for path, work in reading.references if path in pages]
    taken: dict[NodePath, list[tuple[NodePath, str]]] = {}
    for path, attestation in reading.attestations:
        for source, sums in works:
            if attestation.reference_sha256 in sums:
                quote = (*path, "quote"), one_line(attestation.quote)
                taken.setdefault(source, []).append(quote)
                break
    return tuple(_asked(pages[source], quotes) for source, quotes in taken.items())


def unasked(reading: Reading, cited: Iterable[Cited]) -> Iterator[tuple[str, int]]:
    """Why some quotes are not among those of *cited*, and how many for each reason."""
    asked = {path[:-1] for each in cited for path, _ in each.quotes}
    left = [attestation for path, attestation in reading.attestations if path not in asked]
    yield from Counter(_why_unasked(reading, attestation) for attestation in left).items()


def _why_unasked(reading: Reading, attestation: Attestation) -> str:
    listed = any(attestation.reference_sha256 in work_sums(work) for _, work in reading.references)
    return NO_PAGE if listed else OTHER_WORK


def _asked(page: Cited, quotes: list[tuple[NodePath, str]]) -> Cited:
    target = quotes_on(page.target.text, (text for _, text in quotes))
    return page._replace(target=target, quotes=tuple(quotes))


def _is_open_page(cited: Cited) -> bool:
    target = cited.target
    return target.kind == "url" and cited.access == "open" and not has_secret(target.text)
