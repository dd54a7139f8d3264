"""References drafted from records: every type, every name, and what is not to be copied."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from citewell.ama import format_reference, plain
from citewell.drafting import draft
from citewell.evidence import crossref, datacite
from citewell.model import WORK_TYPES, AnyReference
from citewell.record import Name, Record
from citewell.writing import as_data

DAY = date(2026, 11, 26)
SETTINGS = settings(derandomize=True, database=None, deadline=None)
WORK: dict[str, Any] = {
    "DOI": "10.5555/x",
    "type": "journal-article",
    "title": ["Tremor"],
    "author": [{"family": "Roe", "given": "Jane"}],
    "container-title": ["Journal of Examples"],
    "issued": {"date-parts": [[2024, 3, 5]]},
    "publisher": "Example Press",
}


def drafted(**more: Any) -> dict[str, Any]:
    """The fields of a reference drafted from a work of Crossref, with *more* in it."""
    return dict(draft(record(**more), DAY).fields)


def record(**more: Any) -> Record:
    item = WORK | {name.replace("_", "-"): value for name, value in more.items()}
    (found,) = crossref.read_work({"message": item}) or ()
    return found


TYPES = {
    "journal-article": ("article-journal", ""),
    "book-chapter": ("chapter", ""),
    "book-section": ("chapter", ""),
    "book-part": ("chapter", ""),
    "book": ("book", ""),
    "monograph": ("book", ""),
    "edited-book": ("book", ""),
    "reference-book": ("book", ""),
    "reference-entry": ("entry-encyclopedia", ""),
    "report": ("report", ""),
    "dataset": ("dataset", ""),
    "database": ("dataset", ""),
    "article-journal": ("article-journal", ""),  # as DataCite gives CSL's names
    "posted-content": ("report", "Registered as posted-content"),
    "proceedings-article": ("chapter", "Registered as proceedings-article"),
    "dissertation": ("report", "Registered as dissertation"),
    "standard": ("report", "Registered as standard"),
    "peer-review": ("report", "Registered as peer-review"),
    "software": ("dataset", "Registered as software"),
    "what-comes-next": ("report", "Registered as what-comes-next"),
}


@pytest.mark.parametrize("type_", TYPES)
def test_types(type_: str) -> None:
    fields = drafted(type=type_)
    assert (fields["type"], fields.get("note", "")) == TYPES[type_]
    assert fields["type"] in WORK_TYPES
    assert ("publisher" in fields) is (fields["type"] != "article-journal")


@pytest.mark.parametrize(("more", "kind"), [({"volume": "4"}, "article-journal"), ({}, "report")])
def test_without_a_type_the_guess_is_told(more: dict[str, Any], kind: str) -> None:
    found = draft(record(type=None, **more), DAY)
    assert found.fields["type"] == kind
    assert found.remarks == (f"nobody says what kind of work it is; it was entered as '{kind}'",)


GROUP = {"name": "Example Study Group"}
JANE = {"family": "Roe", "given": "Jane"}


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ([JANE], {"authors": ["Roe J"]}),
        ([GROUP], {"organization": "Example Study Group"}),
        ([JANE, GROUP], {"authors": ["Roe J"], "organization": "Example Study Group"}),
        ([GROUP, {"name": "Others"}], {"organization": "Example Study Group; Others"}),
        ([JANE] * 60, {"authors": ["Roe J"] * 50, "et_al": True}),
        ([JANE, {"family": "Schr\ufffdter"}], {"authors": ["Roe J"], "et_al": True}),
        ([], {}),
        (None, {}),
    ],
)
def test_names(authors: Any, expected: dict[str, Any]) -> None:
    fields = drafted(author=authors)
    found = {key: fields[key] for key in ("authors", "organization", "et_al") if key in fields}
    assert found == expected


@pytest.mark.parametrize(
    ("family", "given", "brief"),
    [
        ("Roe", "Jane", "Roe J"),
        ("Roe", "Jane B.", "Roe JB"),
        ("Roe", "J. B.", "Roe JB"),
        ("Roe", "J.B.", "Roe JB"),
        ("Roe", "JB", "Roe JB"),
        ("Roe", "J.-P.", "Roe JP"),
        ("Roe", "Jean\u2010Paul", "Roe JP"),
        ("Roe", "jane", "Roe J"),
        ("Roe", "Jane (Jo) Beth", "Roe JB"),
        ("Roe", "Jane “Jo” Beth", "Roe JB"),
        ("ROE", "JANE BETH", "ROE JB"),
        ("LI", "WEI", "LI W"),
        ("Müller", "Émile", "Müller É"),
        ("van der Berg", "Jan", "van der Berg J"),
        ("Roe", "D'Arcy", "Roe D"),
        ("Plato", "", "Plato"),
        ("Roe", "?", "Roe"),
    ],
)
def test_initials(family: str, given: str, brief: str) -> None:
    assert Name(family, given).brief == brief


def test_editors_are_those_of_books_only() -> None:
    editor = [{"family": "Ditor", "given": "E."}]
    assert "editors" not in drafted(editor=editor)
    assert drafted(editor=editor, type="book-chapter")["editors"] == ["Ditor E"]
    assert drafted(editor=editor, author=[])["editors"] == ["Ditor E"]


def test_editors_that_were_cut() -> None:
    fields = drafted(type="book", author=[], editor=[JANE] * 60)
    assert (len(fields["editors"]), fields["et_al"]) == (50, True)


@pytest.mark.parametrize(
    ("title", "subtitle", "expected"),
    [
        ("Tremor", "", "Tremor"),
        ("Tremor", "A review", "Tremor: A review"),
        ("Tremor: a review", "A Review", "Tremor: a review"),
        ("<b>Tremor</b> &amp;\n causes", "", "Tremor & causes"),
    ],
)
def test_titles(title: str, subtitle: str, expected: str) -> None:
    assert drafted(title=[title], subtitle=[subtitle])["title"] == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"page": "7-9"}, "7-9"),
        ({"page": "S48\u2013S58"}, "S48-S58"),
        ({"page": "7"}, 7),
        ({"article_number": "e12"}, "e12"),
        ({"page": "1-12", "article_number": "630221"}, 630221),
        ({"page": "107-109", "article_number": "e1"}, "107-109"),
        ({"page": "n/a-n/a"}, None),
        ({"page": "no-no", "article_number": "25"}, 25),
        ({"page": "007"}, "007"),
        ({}, None),
    ],
)
def test_pages(more: dict[str, Any], expected: object) -> None:
    assert drafted(**more).get("pages") == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "2024-03-05"),
        ({"issued": {"date-parts": [[2024]]}}, 2024),
        ({"issued": {"date-parts": [[2024, 3]]}}, "2024-03"),
        ({"published_print": {"date-parts": [[2025, 1]]}}, "2025-01"),  # the issue
        ({"published_online": {"date-parts": [[2023, 1]]}}, "2024-03-05"),
        ({"issued": None, "published_online": {"date-parts": [[2023, 1, 2]]}}, "2023-01-02"),
        ({"issued": None}, None),
        # what is dated ahead
        ({"published_print": {"date-parts": [[2026, 12]]}, "volume": "4"}, 2026),
        ({"published_print": {"date-parts": [[2027, 2]]}, "volume": "4"}, 2027),
        ({"published_print": {"date-parts": [[2027, 2]]}}, 2024),
        ({"published_print": {"date-parts": [[2029, 2]]}, "volume": "4"}, 2024),
        ({"issued": {"date-parts": [[2029]]}}, None),
    ],
)
def test_dates(more: dict[str, Any], expected: object) -> None:
    assert drafted(**more).get("published") == expected


def test_a_chapter_in_a_series() -> None:
    books = ["Handbook of Examples", "Tremor and Pain"]
    found = draft(record(type="book-chapter", container_title=books), DAY)
    assert found.fields["container"] == "Handbook of Examples"
    assert found.remarks == (
        "it is said to be in 'Handbook of Examples', and in 'Tremor and Pain': choose the book",
    )
    short = record(type="book-chapter", short_container_title=["J Examples"])
    assert draft(short, DAY).remarks == ()


@pytest.mark.parametrize(
    ("body", "site", "publisher", "expected"),
    [
        ("Clinic", "Clinic", "CLINIC", {"organization": "Clinic"}),
        ("", "Clinic", "Clinic.", {"container": "Clinic"}),
        ("", "", "House", {"publisher": "House"}),
        (
            "Desk",
            "Clinic",
            "House",
            {"organization": "Desk", "container": "Clinic", "publisher": "House"},
        ),
    ],
)
def test_a_page_names_each_body_once(
    body: str, site: str, publisher: str, expected: dict[str, str]
) -> None:
    page = Record(
        doi="",
        sha256="",
        type="webpage",
        titles=("Tremor",),
        authors=(Name(body, is_group=True),) if body else (),
        containers=(site,) if site else (),
        publisher=publisher,
    )
    assert draft(page, DAY).fields == {"type": "webpage", "title": "Tremor"} | expected


AMA = [
    (
        {"volume": "4", "issue": "2", "page": "7-9"},
        "Roe J. Tremor. Journal of Examples. 2024;4(2):7-9. doi:10.5555/x",
    ),
    ({}, "Roe J. Tremor. Journal of Examples. Published online March 5, 2024. doi:10.5555/x"),
    (
        {
            "type": "book-chapter",
            "container_title": ["Atlas"],
            "page": "7-9",
            "editor": [{"family": "Ditor", "given": "E."}],
        },
        "Roe J. Tremor. In: Ditor E, ed. Atlas. Example Press; 2024:7-9. doi:10.5555/x",
    ),
    ({"type": "book", "container_title": []}, "Roe J. Tremor. Example Press; 2024. doi:10.5555/x"),
    (
        {"type": "report", "container_title": [], "author": [GROUP]},
        "Example Study Group. Tremor. Example Press; 2024. doi:10.5555/x",
    ),
]


@pytest.mark.parametrize(("more", "printed"), AMA)
def test_in_print(more: dict[str, Any], printed: str) -> None:
    reference = TypeAdapter(AnyReference).validate_python(as_data({"number": 1} | drafted(**more)))
    assert plain(format_reference(reference)) == printed


@pytest.mark.parametrize(
    ("told", "issued", "publisher"),
    [
        ({"publicationYear": 2024, "publisher": "House"}, "2024", "House"),
        ({"publicationYear": "2024", "publisher": {"name": "House"}}, "2024", "House"),
        (
            {"publicationYear": 2024, "dates": [{"dateType": "Issued", "date": "2024-05"}]},
            "2024-05",
            "",
        ),
        (
            {"publicationYear": 2024, "dates": [{"dateType": "Created", "date": "2024-05"}]},
            "2024",
            "",
        ),
        (
            {"publicationYear": 2024, "dates": [{"dateType": "Issued", "date": "2024/2025"}]},
            "2024",
            "",
        ),
        ({"publicationYear": 2024, "dates": [None, 7, {}], "publisher": 7}, "2024", ""),
        ({"publicationYear": 2024, "dates": {"a": 1}, "publisher": {"name": 7}}, "2024", ""),
        ({}, "", ""),
    ],
)
def test_what_datacite_tells(told: dict[str, Any], issued: str, publisher: str) -> None:
    attributes = {"doi": "10.5555/x", "titles": [{"title": "T"}]} | told
    (found,) = datacite.read({"data": {"id": "10.5555/x", "attributes": attributes}}) or ()
    assert (found.issued, found.publisher) == (issued, publisher)


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAME = st.builds(Name, TEXT, TEXT, st.booleans())


@SETTINGS
@given(
    st.builds(
        Record,
        doi=TEXT | st.just("10.5555/x"),
        sha256=st.just(""),
        type=st.sampled_from(sorted(TYPES)) | TEXT,
        titles=st.lists(TEXT, max_size=2).map(tuple),
        subtitle=TEXT,
        authors=st.lists(NAME, max_size=3).map(tuple),
        editors=st.lists(NAME, max_size=2).map(tuple),
        containers=st.lists(TEXT, max_size=3).map(tuple),
        years=st.lists(st.integers(1000, 9999), max_size=2).map(tuple),
        volume=TEXT,
        issue=TEXT,
        pages=st.lists(TEXT, max_size=2).map(tuple),
        et_al=st.booleans(),
        issued=st.sampled_from(["", "2024", "2024-02", "2024-02-29", "9999-12-31", "x"]),
        publisher=TEXT,
    )
)
def test_any_record_makes_a_reference_or_a_clear_fault(record: Record) -> None:
    fields = draft(record, DAY).fields
    try:
        TypeAdapter(AnyReference).validate_python(as_data({"number": 1} | fields))
    except ValidationError as error:
        faulty = {fault["loc"][1] for fault in error.errors()}
        blank = {key for key, value in fields.items() if not any_visible(value)}
        assert faulty <= blank | ({"title"} - fields.keys())


def any_visible(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(str(each).strip() and not str(each).isspace() for each in values)
