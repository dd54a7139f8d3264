"""The fix that gives references new numbers, and when it would change a meaning."""

from collections.abc import Iterator

from citewell.finding import Fix, Operation
from citewell.marker import marks_in
from citewell.reading import Reading


def renumbering(reading: Reading, order: list[int], description: str) -> Fix | None:
    """The fix that numbers references in *order*, those not in it after them.

    None while a number is unknown or doubled or a node is broken: what it means is then
    for a person to say. Nor while something else than a citation names a number that is not
    listed, and that another reference would get; nor while a mark such as ``[3]`` stands in words,
    which stay as they are.
    """
    numbers = [number for _, number in reading.entries]
    cited = {number for citation in reading.citations for number in citation.numbers}
    if len(set(numbers)) < len(numbers) or not cited <= set(numbers) or not reading.intact:
        return None
    lost = set(_also_named(reading)) - set(numbers)
    if any(number <= len(numbers) for number in lost):
        return None
    if any(next(marks_in(words), None) for words in _words(reading)):
        return None
    complete = [*order, *sorted(set(numbers) - set(order))]
    renumbered = {str(old): new for new, old in enumerate(complete, 1) if old != new}
    return Fix(True, description, (Operation("renumber", "", renumbered),))


def _words(reading: Reading) -> Iterator[str]:
    """What readers are shown, wherever a mark may have been left in it."""
    for _, section in reading.sections:
        yield section.heading
        yield section.lead_in or ""
    for _, claim in reading.claims:
        yield claim.text


def _also_named(reading: Reading) -> Iterator[int]:
    """The numbers that locators, attestations and waivers name."""
    for _, claim in reading.claims:
        yield from claim.locators
    for _, attestation in reading.attestations:
        yield attestation.reference
    for _, waiver in reading.waivers:
        kind, _, number = waiver.target.partition(":")
        if kind == "reference" and len(number) < 10:  # none of the list is longer
            yield int(number)
