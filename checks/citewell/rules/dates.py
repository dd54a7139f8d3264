"""Rules of the group ``dates``: is what the article rests on still current?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from citewell.dates import PartialDate, add_months, months_between
from citewell.finding import NodePath, Remark
from citewell.model import Reference
from citewell.reading import Reading
from citewell.rules.rule import Policy

# Compiled when first needed, which is rarely.
_YEAR = r"(?a)\b(?:19|20)\d\d\b"
# A year that ends a title is that of the edition, unless the word before it makes it a
# subject ("the pandemic of 1918") or the end of a span ("1950 - 2000").
_LAST_YEAR = r"([^\W\d]+)['’.]?,?\s+((?:19|20)\d\d)$"
_SUBJECT_WORDS = frozenset(
    {"about", "after", "and", "around", "before", "between", "by", "during", "for", "from"}
    | {"in", "of", "since", "through", "till", "to", "until"}
)
_TIME_ZONES = timedelta(days=1)


def stale_access_date(reading: Reading, policy: Policy) -> Iterator[Remark]:
    """Pages have been read again within the time the house allows.

    What: an `accessed` older than the limit for the reference's type (12 months for web
        pages and reference works, 24 otherwise, unless the settings differ).
    Why: NHS content standard: evidence is checked again at each review. A page may have
        changed since it was read, and say the opposite.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor",
             accessed: 2022-04-22}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor",
             accessed: 2026-04-22}
    """
    for path, reference in reading.references:
        limit = policy.accessed.get(reference.type, policy.accessed["default"])
        if reference.accessed and add_months(reference.accessed, limit) < policy.as_of:
            age = months_between(reference.accessed, policy.as_of)
            yield Remark(
                (*path, "accessed"),
                f"Reference {reference.number} was last read {age} months ago; "
                f"{limit} is the limit for {reference.type}",
                "Read it again, see that it still backs its claims, and set 'accessed' to that "
                "day.",
            )


def stale_review(reading: Reading, policy: Policy) -> Iterator[Remark]:
    """The article has been reviewed within the time the house allows.

    What: `review.last_reviewed` more than 36 months ago, unless the settings differ; or no
        such date.
    Why: HSE Ireland: every three years, from the expert's fact check; NHS content standard:
        a planned review cycle (its example spans three years).
    Bad:
        review: {last_reviewed: 2022-06-18, reviewers: [Roe J]}
    Good:
        review: {last_reviewed: 2026-06-18, reviewers: [Roe J]}
    """
    if reading.review is None:
        return
    day = reading.review.last_reviewed
    if day is None:
        yield Remark(
            ("review",),
            "Nothing says when the article was last reviewed",
            "Have it reviewed, and record the day as 'last_reviewed', and the reviewer.",
            on_key=True,
        )
    elif add_months(day, policy.review) < policy.as_of:
        age = months_between(day, policy.as_of)
        yield Remark(
            ("review", "last_reviewed"),
            f"The last review was {age} months ago; {policy.review} is the limit",
            "Have it reviewed, and record the day and the reviewer.",
        )


def stale_source(reading: Reading, policy: Policy) -> Iterator[Remark]:
    """Sources are not older than the house allows for their type.

    What: a `published` older than the limit for the type (120 months for articles in
        journals, 84 for books and chapters, unless the settings differ). An unknown month
        counts as the last one.
    Why: Wikipedia, MEDRS: sources ideally of the last five years. A wider limit
        finds what medicine has moved on from.
    Bad:
        references:
          - {number: 1, type: book, title: Tremor, published: 2009}
    Good:
        references:
          - {number: 1, type: book, title: Tremor, published: 2024}
    """
    for path, reference in reading.references:
        limit = policy.published.get(reference.type)
        if limit is None or reference.published is None:
            continue
        if add_months(reference.published.latest, limit) < policy.as_of:
            yield Remark(
                (*path, "published"),
                f"Reference {reference.number} was published in {reference.published.year}; "
                f"{limit} months is the limit for {reference.type}",
                "See whether a newer edition, review or guideline says the same.",
            )


def future_date(reading: Reading, policy: Policy) -> Iterator[Remark]:
    """Nothing has happened in the future.

    What: a review, access, publication, capture or attestation dated later than a day
        after the day of the check; of a publication without its day, the first it can
        mean. Books, and articles in an issue, may bear the coming year.
    Why: JAMA benchmarks (currency): a date that cannot be true makes every date doubtful.
        One day is allowed for time zones.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor",
             accessed: 2062-04-22}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor",
             accessed: 2026-04-22}
    """
    for path, day, shown in _dates(reading):
        if day - policy.as_of > _TIME_ZONES:
            yield Remark(
                path,
                f"'{path[-1]}' is {shown}, which is later than {policy.as_of}",
                "Correct the date.",
            )


def _dates(reading: Reading) -> Iterator[tuple[NodePath, date, str]]:
    """Every date that must have passed, by its first possible day."""
    if reading.review and (day := reading.review.last_reviewed):
        yield ("review", "last_reviewed"), day, str(day)
    for path, reference in reading.references:
        if published := reference.published:
            yield (*path, "published"), _earliest_imprint(reference, published), str(published)
        if reference.accessed:
            yield (*path, "accessed"), reference.accessed, str(reference.accessed)
        if reference.archive:
            captured = reference.archive.captured
            yield (*path, "archive", "captured"), captured, str(captured)
    for path, attestation in reading.attestations:
        yield (*path, "date"), attestation.date, str(attestation.date)


def _earliest_imprint(reference: Reference, published: PartialDate) -> date:
    """The first day a work can have appeared; books and issues bear the coming year."""
    in_issue = reference.type == "article-journal" and (reference.volume or reference.issue)
    if published.month is None and (reference.type in ("book", "chapter") or in_issue):
        return date(published.year - 1, 1, 1)
    return published.earliest


def accessed_before_published(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """No work was read before it was published.

    What: an `accessed` before `published`; by more than a year where only the year of
        publication is known.
    Why: one of the two dates is wrong, or the entry mixes two versions of the work; the
        access date tells the reader which version backed the claim (AMA Manual of Style,
        11th ed., 3.15).
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor",
             published: 2026-05, accessed: 2026-04-22}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor",
             published: 2026-03, accessed: 2026-04-22}
    """
    for path, reference in reading.references:
        published = reference.published
        if reference.accessed is None or published is None:
            continue
        first = published.earliest if published.month else date(published.year - 1, 1, 1)
        if reference.accessed < first:
            yield Remark(
                (*path, "accessed"),
                f"Reference {reference.number} was read on {reference.accessed}, before it was "
                f"published ({published})",
                "Correct one of the two dates.",
            )


def unreviewed_article(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Somebody answers for the article by name.

    What: an empty `review.reviewers`.
    Why: JAMA benchmarks (authorship), and URAC: author, source and last review are shown to
        the reader.
    Bad:
        review: {last_reviewed: 2026-06-18, reviewers: []}
    Good:
        review: {last_reviewed: 2026-06-18, reviewers: [Roe J]}
    """
    if reading.review and not reading.review.reviewers:
        yield Remark(
            ("review", "reviewers"),
            "No reviewer is named, so nobody answers for the article",
            "Add who reviewed it to 'reviewers'.",
        )


def year_mismatch(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """The year in a book's title or edition is the year of its imprint.

    What: a year in `edition`, or at the end of a book's title (`container` of a chapter),
        that differs from the year in `published`.
    Why: one of the two is that of another edition, which may not say the same. A check of
        our own; no standard asks for it.
    Bad:
        references:
          - {number: 1, type: chapter, title: Tremor, container: Ash's Advisor 2022,
             published: 2012}
    Good:
        references:
          - {number: 1, type: chapter, title: Tremor, container: Ash's Advisor 2022,
             published: 2022}
    """
    for path, reference in reading.references:
        if reference.published is None:
            continue
        imprint = str(reference.published.year)
        for field, years in _stated_years(reference):
            if years and imprint not in years:
                yield Remark(
                    (*path, field),
                    f"Reference {reference.number} has the year {years[0]} in its {field} and "
                    f"{imprint} in 'published'",
                    "See which edition was read, and correct the other year.",
                )
                break


def _stated_years(reference: Reference) -> Iterator[tuple[str, list[str]]]:
    """The years that the edition and the title of a book state, by field."""
    if reference.edition:
        yield "edition", re.findall(_YEAR, reference.edition)
    field = {"book": "title", "chapter": "container"}.get(reference.type)
    if field is not None:
        title = getattr(reference, field) or ""
        match = re.search(_LAST_YEAR, title) if title[-1:].isdecimal() else None
        if match and match[1].lower() not in _SUBJECT_WORDS:
            yield field, [match[2]]
