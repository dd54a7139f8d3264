"""Rules of the group ``claims``: does every claim lead to the reference list, and back?"""

from collections.abc import Iterator
from itertools import pairwise

from citewell.finding import Fix, NodePath, Operation, Remark, json_pointer
from citewell.identifiers import comparable
from citewell.marker import marks_in
from citewell.reading import Reading
from citewell.rules.rule import Policy


def uncited_claim(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Every claim names at least one reference.

    What: a claim without `references`, or with an empty list; advice included.
    Why: AMA Manual of Style, 11th ed., 3.6, and DISCERN question 4: a reader must be able
        to see who says so.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor.}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    """
    for path, claim in reading.claims:
        if not claim.references:
            yield Remark(
                path,
                f"The claim '{claim.id}' cites no reference, so nothing backs it",
                "Add 'references:' with the number of a source that says this, or drop the claim.",
            )


def unknown_reference(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Every number that a claim cites is in the reference list.

    What: a number in `references` of a claim that no entry of the list has.
    Why: AMA Manual of Style, 11th ed., 3.6: every citation is listed. To the reader, a
        number that leads nowhere is no source at all.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1, 7]}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    """
    known = reading.numbers
    for path, claim in reading.claims:
        for index, number in enumerate(claim.references or ()):
            if number not in known:
                yield Remark(
                    (*path, "references", index),
                    f"The claim '{claim.id}' cites {number}, which is not in the reference list",
                    f"Correct the number, or list reference {number}.",
                    detail=str(number),
                )


def uncited_reference(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Every listed reference is cited by some claim.

    What: an entry of the reference list whose number no claim cites.
    Why: AMA Manual of Style, 11th ed., 3.6: every listed reference is cited. A list longer
        than what supports the page makes it look better founded than it is.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
        references:
          - {number: 1, type: book, title: Dystonia}
          - {number: 2, type: book, title: Tremor}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1, 2]}
        references:
          - {number: 1, type: book, title: Dystonia}
          - {number: 2, type: book, title: Tremor}
    """
    cited = {number for citation in reading.citations for number in citation.numbers}
    for path, reference in reading.references:
        if reference.number not in cited:
            yield Remark(
                path,
                f"No claim cites reference {reference.number}",
                "Cite it where it supports a claim, or take it off the list.",
            )


def citation_order(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """References are numbered in the order in which the article first cites them.

    What: a reference that is cited before one with a smaller number; numbers within one
        claim count as cited together. Told once an article.
    Why: AMA Manual of Style, 11th ed., 3.6: numbered consecutively in order of first
        citation.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [2]}
          - {id: pain, text: Dystonia can be painful., references: [1]}
        references:
          - {number: 1, type: book, title: Pain}
          - {number: 2, type: book, title: Tremor}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
          - {id: pain, text: Dystonia can be painful., references: [2]}
        references:
          - {number: 1, type: book, title: Tremor}
          - {number: 2, type: book, title: Pain}
    """
    known = reading.numbers
    first_cited: dict[int, NodePath] = {}
    for citation in reading.citations:
        for number in sorted(known.intersection(citation.numbers)):
            index = citation.numbers.index(number)
            first_cited.setdefault(number, (*citation.path, "references", index))
    order = list(first_cited)
    for number, expected in zip(order, sorted(order), strict=True):
        if number != expected:
            yield Remark(
                first_cited[number],
                f"Reference {number} is cited before reference {expected} is: the numbers do "
                "not follow the order of first citation",
                "Renumber the references in the order in which claims first cite them.",
                fix=_renumbering(reading, order, "Renumber by first citation"),
                about=(),
            )
            return


def reference_numbering(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """References are numbered from 1, without gaps and without doubles.

    What: a number that is used twice, a number that is left out, a list that does not
        begin at 1.
    Why: AMA Manual of Style, 11th ed., 3.6: numbered consecutively. A doubled number sends
        the reader to the wrong source.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1, 3]}
        references:
          - {number: 1, type: book, title: Pain}
          - {number: 3, type: book, title: Tremor}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1, 2]}
        references:
          - {number: 1, type: book, title: Pain}
          - {number: 2, type: book, title: Tremor}
    """
    numbers = [number for _, number in reading.entries]
    fix = _renumbering(reading, sorted(numbers), "Close the gaps")
    for index, message in _misnumbered(numbers):
        yield Remark(
            (*reading.entries[index][0], "number"),
            message,
            "Number the list from 1 on without gaps, and change the claims along with it.",
            fix=fix,
        )


def _misnumbered(numbers: list[int]) -> Iterator[tuple[int, str]]:
    """The entries to blame, by index, and why; none if the numbers are 1 to n in any order."""
    if all(one < other for one, other in pairwise(numbers)):
        for index, (before, number) in enumerate(pairwise([0, *numbers])):
            if number == before + 1:
                continue
            if before:
                yield index, f"Reference {number} follows reference {before}: the list has a gap"
            else:
                yield index, f"The reference list begins at {number}, not at 1"
        return
    first = {number: index for index, number in reversed(list(enumerate(numbers)))}
    for index, number in enumerate(numbers):
        in_its_place = numbers[number - 1 : number] == [number]
        if index != (number - 1 if in_its_place else first[number]):
            yield index, f"Two references have the number {number}"
        elif number > len(numbers):
            yield index, f"Reference {number} leaves a gap: the list has {len(numbers)} entries"


def _renumbering(reading: Reading, order: list[int], description: str) -> Fix | None:
    """The fix that numbers references in *order*, those not in it after them.

    None while a number is unknown or doubled or a node is broken: what it means is then
    for a person to say.
    """
    numbers = [number for _, number in reading.entries]
    cited = {number for citation in reading.citations for number in citation.numbers}
    if len(set(numbers)) < len(numbers) or not cited <= set(numbers) or not reading.intact:
        return None
    complete = [*order, *sorted(set(numbers) - set(order))]
    renumbered = {str(old): new for new, old in enumerate(complete, 1) if old != new}
    return Fix(True, description, (Operation("renumber", "", renumbered),))


def repeated_citation(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """A claim cites each reference once.

    What: a number that stands twice in `references` of one claim.
    Why: it looks like more support than there is, and prints as "1,1".
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1, 1]}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    """
    for path, claim in reading.claims:
        seen: set[int] = set()
        for index, number in enumerate(claim.references or ()):
            if number in seen:
                place = (*path, "references", index)
                yield Remark(
                    place,
                    f"The claim '{claim.id}' cites reference {number} more than once",
                    "Keep one of them.",
                    fix=Fix(
                        True,
                        f"Remove the repeated {number}",
                        (Operation("remove", json_pointer(place)),),
                    ),
                )
            seen.add(number)


def duplicate_claim(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """An article says each thing once.

    What: a claim with the same words as an earlier one, case and punctuation aside; an item of
        a list only if both are in that list.
    Why: two copies are reviewed and corrected apart, and one day disagree.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
          - {id: shaking, text: Dystonia can come with tremor, references: [1]}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    """
    lists = {path for path, section in reading.sections if section.layout == "list"}
    first: dict[tuple[NodePath, str], str] = {}
    for path, claim in reading.claims:
        # An item goes on from the words that introduce its list, and is alike only in it.
        section = path[:-2] if path[:-2] in lists else ()
        key = section, comparable(claim.text)
        if key in first:
            yield Remark(
                (*path, "text"),
                f"The claim '{claim.id}' says the same as the claim '{first[key]}'",
                "Keep one of them, with the references of both.",
                key=f"claims:{key[1]}",
            )
        elif key[1]:
            first[key] = claim.id


def marker_in_text(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Citation marks are in `references`, not in the text.

    What: a `[3]`, a `[^3]`, a `<sup>3</sup>` or a superscript ³ left in a claim's text.
    Why: a mark in the text is not checked, is not renumbered, and is printed twice.
    Bad:
        claims:
          - {id: tremor, text: "Dystonia can come with tremor [1].", references: [1]}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    """
    for path, claim in reading.claims:
        if mark := next(marks_in(claim.text), None):
            yield Remark(
                (*path, "text"),
                f"The text of the claim '{claim.id}' contains the citation mark {mark[0]}",
                "Remove it from the text, and see that its numbers are in 'references'.",
            )


def single_source_claim(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Every claim rests on more than one reference.

    What: a claim that cites exactly one reference. Off unless the settings ask for it.
    Why: a house may want a second source for each statement; if one is retracted or
        vanishes, the claim still stands.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1, 2]}
        references:
          - {number: 1, type: book, title: Pain}
          - {number: 2, type: book, title: Tremor}
    """
    for path, claim in reading.claims:
        if len(set(claim.references or ())) == 1:
            yield Remark(
                path,
                f"The claim '{claim.id}' rests on a single reference",
                "Add a second source that says the same independently.",
            )


def weak_support(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Some reference of every claim is published.

    What: a claim whose references are all internal (`access: internal`) or personal
        communications.
    Why: AMA Manual of Style, 11th ed., 3.13.10: what a reader cannot look up backs nothing
        for that reader.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
        references:
          - {number: 1, type: dataset, access: internal, title: Clinic records,
             organization: Ash Clinic, published: 2025}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1, 2]}
        references:
          - {number: 1, type: dataset, access: internal, title: Clinic records,
             organization: Ash Clinic, published: 2025}
          - {number: 2, type: book, title: Tremor}
    """
    hidden: dict[int, bool] = {}
    for _, reference in reading.references:
        closed = reference.access == "internal" or reference.type == "personal_communication"
        hidden[reference.number] = closed and hidden.get(reference.number, True)
    for path, claim in reading.claims:
        if claim.references and all(hidden.get(number, False) for number in claim.references):
            yield Remark(
                path,
                f"The claim '{claim.id}' rests only on internal or personal sources",
                "Add a published source, or say in the text whose opinion or record it is.",
            )


def empty_section(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Every article and every section says something.

    What: a section with neither claims nor subsections; an article without sections.
    Why: it is printed as a heading with nothing below it, which reads like an omission.
    Bad:
        sections:
          - {id: symptoms, heading: Symptoms, claims: []}
    Good:
        sections:
          - id: symptoms
            heading: Symptoms
            claims:
              - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    """
    if not reading.sections and reading.intact:
        yield Remark(
            ("sections",),
            "The article has no sections, so it claims nothing",
            "Write its sections and claims.",
            on_key=True,
        )
    for path, section in reading.sections:
        if not section.claims and not section.sections:
            yield Remark(
                path,
                f"The section '{section.id}' is empty",
                "Write its claims, or remove it.",
            )
