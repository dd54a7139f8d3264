"""What a page says of itself in its head: from each vocabulary, and from what is none."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citewell.evidence.bylines import read_date, split_name, split_names
from citewell.evidence.description import read
from citewell.record import Description, Record

URL, HTML = "https://www.site.example/tremor", "text/html; charset=utf-8"
SETTINGS = settings(derandomize=True, database=None, deadline=None)


def described(head: str | bytes, url: str = URL, kind: str = HTML) -> Description:
    body = head if isinstance(head, bytes) else f"<!DOCTYPE html><head>{head}</head>".encode()
    found = read(body, kind, url)
    assert found is not None
    return found


def work(head: str | bytes) -> Record:
    return described(head).work


def told(record: Record) -> dict[str, Any]:
    """What is told of a work, names as references print them."""
    fields = {
        "type": record.type,
        "title": record.title,
        "authors": [name.brief for name in record.authors if not name.is_group],
        "bodies": [name.brief for name in record.authors if name.is_group],
        "container": record.containers[0] if record.containers else "",
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages[0] if record.pages else "",
        "issued": record.issued,
        "publisher": record.publisher,
        "doi": record.doi,
    }
    return {key: value for key, value in fields.items() if value}


def ld(*nodes: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes
    )


def meta(**values: str) -> str:
    return "".join(f'<meta name="{name}" content="{value}">' for name, value in values.items())


GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "@id": "#site", "name": "Example Clinic"},
        {"@type": "Organization", "@id": "#house", "name": "Example House"},
        {"@type": "Person", "@id": "#jane", "name": "Jane B. Roe, MD"},
        {"@type": "BreadcrumbList", "name": "Where we are"},
        {
            "@type": ["WebPage", "MedicalWebPage"],
            "headline": "Tremor &amp; its causes",
            "author": [{"@id": "#jane"}, {"@type": "Organization", "name": "Tremor Desk"}],
            "publisher": {"@id": "#house"},
            "isPartOf": {"@id": "#site"},
            "datePublished": "2024-05-06T07:08:09+00:00",
            "citation": {"@type": "ScholarlyArticle", "name": "Another work"},
        },
    ],
}
PERIODICAL = {
    "@type": "ScholarlyArticle",
    "headline": "Tremor",
    "author": [{"@type": "Person", "familyName": "Roe", "givenName": "Jane B."}],
    "pageStart": 7,
    "pageEnd": 9,
    "datePublished": "2024",
    "identifier": {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5555/Tremor"},
    "isPartOf": {
        "@type": "PublicationIssue",
        "issueNumber": "2",
        "isPartOf": {
            "@type": ["PublicationVolume", "Periodical"],
            "name": "Journal of Examples",
            "volumeNumber": 4,
        },
    },
}

HEADS: dict[str, tuple[str, dict[str, Any]]] = {
    "Highwire, a journal": (
        meta(
            citation_title="A review of tremor",
            citation_journal_title="Journal of Examples",
            citation_publication_date="2024/03/01",
            citation_online_date="2023/11/02",
            citation_volume="4",
            citation_issue="2",
            citation_firstpage="7",
            citation_lastpage="9",
            citation_doi="10.5555/Tremor",
            citation_publisher="Example Press",
        )
        + '<meta name="citation_author" content="Roe, Jane B.">'
        '<meta name="citation_author_institution" content="Example University">'
        '<meta name="citation_author" content="Jean-Paul de Poe">',
        {
            "type": "journal-article",
            "title": "A review of tremor",
            "authors": ["Roe JB", "de Poe JP"],
            "container": "Journal of Examples",
            "volume": "4",
            "issue": "2",
            "pages": "7-9",
            "issued": "2024-03-01",
            "publisher": "Example Press",
            "doi": "10.5555/tremor",
        },
    ),
    "Highwire, all authors in one": (
        meta(citation_title="T", citation_authors="Roe JB;Poe E;", citation_year="2024"),
        {"type": "webpage", "title": "T", "authors": ["Roe JB", "Poe E"], "issued": "2024"},
    ),
    "Highwire, several persons in one value": (
        meta(citation_title="T", citation_author="Jane Roe; Poe, Edgar"),
        {"type": "webpage", "title": "T", "authors": ["Roe J", "Poe E"]},
    ),
    "Dublin Core, several persons in one value": (
        '<meta name="dc.title" content="T"><meta name="dc.creator" content="Jane Roe &amp; Ed Poe">'
        '<meta name="dc.creator" content="Jo Doe, Al Noe and Bo Loe">'
        '<meta name="dc.creator" content="Centers for Example Control and Prevention">',
        {
            "type": "webpage",
            "title": "T",
            "authors": ["Roe J", "Poe E", "Doe J", "Noe A", "Loe B"],
            "bodies": ["Centers for Example Control and Prevention"],
        },
    ),
    "Highwire, family names of two words": (
        meta(citation_title="T", citation_author="Roe Lima, Maria Clara"),
        {"type": "webpage", "title": "T", "authors": ["Roe Lima MC"]},
    ),
    "Highwire, a chapter": (
        meta(citation_title="T", citation_inbook_title="Atlas", citation_elocation_id="e12"),
        {"type": "book-chapter", "title": "T", "container": "Atlas", "pages": "e12"},
    ),
    "Highwire, a report": (
        meta(citation_title="T", citation_technical_report_institution="Example Agency"),
        {"type": "report", "title": "T", "publisher": "Example Agency"},
    ),
    "Dublin Core": (
        meta(
            **{
                "DC.Title": "Tremor",
                "DC.creator": "World Health Organization",
                "dcterms:issued": "2024-05",
                "DC.publisher": "Example House",
                "DC.identifier": "doi:10.5555/tremor",
            }
        ),
        {
            "type": "webpage",
            "title": "Tremor",
            "bodies": ["World Health Organization"],
            "issued": "2024-05",
            "publisher": "Example House",
            "doi": "10.5555/tremor",
        },
    ),
    "Open Graph": (
        '<meta property="og:title" content="Tremor: what to know | Example Clinic">'
        '<meta property="og:site_name" content="Example Clinic">'
        '<meta property="article:published_time" content="2024-05-06T07:08:09Z">'
        '<meta property="article:author" content="https://www.facebook.example/roe">',
        {
            "type": "webpage",
            "title": "Tremor: what to know",
            "container": "Example Clinic",
            "issued": "2024-05-06",
        },
    ),
    "JSON-LD, a graph": (
        "<title>Tremor</title>" + ld(GRAPH),
        {
            "type": "webpage",
            "title": "Tremor & its causes",
            "authors": ["Roe JB"],
            "bodies": ["Tremor Desk"],
            "container": "Example Clinic",
            "issued": "2024-05-06",
            "publisher": "Example House",
        },
    ),
    "JSON-LD, a journal": (
        ld({"@type": "Organization", "name": "X"}, [PERIODICAL]),
        {
            "type": "journal-article",
            "title": "Tremor",
            "authors": ["Roe JB"],
            "container": "Journal of Examples",
            "volume": "4",
            "issue": "2",
            "pages": "7-9",
            "issued": "2024",
            "doi": "10.5555/tremor",
        },
    ),
    "JSON-LD, in the entity of a page": (
        ld(
            {
                "@type": "WebPage",
                "name": "Page",
                "mainEntity": {"@type": "NewsArticle", "headline": "News", "author": "By Jane Roe"},
            }
        ),
        {"type": "webpage", "title": "News", "authors": ["Roe J"]},
    ),
    "JSON-LD, several works, one of which the title names": (
        "<title>Tremor - Example</title>"
        + ld([{"@type": "Article", "headline": name} for name in ("Pain", "Tremor", "Sleep")]),
        {"type": "webpage", "title": "Tremor"},
    ),
    "JSON-LD, several works": (
        "<title>All news</title>"
        + ld([{"@type": "Article", "headline": name} for name in ("Pain", "Tremor", "Sleep")]),
        {"type": "webpage", "title": "All news"},
    ),
    "JSON-LD, a dataset": (
        ld({"@type": "Dataset", "name": "Recordings", "creator": {"name": "Jane Roe"}}),
        {"type": "dataset", "title": "Recordings", "authors": ["Roe J"]},
    ),
    "the title alone": (
        "<title>\n Tremor &lt; 5 Hz\n</title>",
        {"type": "webpage", "title": "Tremor < 5 Hz"},
    ),
    "the title behind the name of the site": (
        '<title>Example Clinic | Tremor</title><meta property="og:site_name" '
        'content="Example Clinic">',
        {"type": "webpage", "title": "Tremor", "container": "Example Clinic"},
    ),
    "the best of all": (
        meta(citation_title="Exact")
        + '<meta property="og:title" content="Loud!">'
        + ld({"@type": "WebPage", "name": "Near"})
        + "<title>Exact | Site</title>",
        {"type": "webpage", "title": "Exact"},
    ),
    "odd markup": (
        "<META CONTENT='Tremor' NAME=Citation_Title><meta name=citation_volume content=4 />"
        '<!-- <meta name="citation_issue" content="9"> --><meta name="citation_issue" content>'
        "<style><meta name=citation_firstpage content=9></style><svg><title>Icon</title></svg>",
        {"type": "webpage", "title": "Tremor", "volume": "4"},
    ),
    "what is in the body does not count": (
        "<title>Tremor</title></head><body><meta name=citation_title content=Other>"
        "<title>Other</title>",
        {"type": "webpage", "title": "Tremor"},
    ),
    "JSON-LD in the body does": (
        "<title>T</title></head><body>" + ld({"@type": "WebPage", "name": "Tremor"}),
        {"type": "webpage", "title": "Tremor"},
    ),
    "the title before the name of the site": (
        "<title>Tremor: Example Encyclopedia</title>"
        '<meta property="og:site_name" content="Example Encyclopedia">',
        {"type": "webpage", "title": "Tremor", "container": "Example Encyclopedia"},
    ),
    "JSON-LD, a body of another kind": (
        ld(
            {
                "@type": "MedicalWebPage",
                "name": "Tremor",
                "author": {"@type": "GovernmentOrganization", "name": "Ash County"},
            }
        ),
        {"type": "webpage", "title": "Tremor", "bodies": ["Ash County"]},
    ),
    "nothing": ("", {"type": "webpage"}),
    "no letters": ("<title> - | - </title>" + meta(citation_title="***"), {"type": "webpage"}),
}


@pytest.mark.parametrize("case", HEADS)
def test_heads(case: str) -> None:
    head, expected = HEADS[case]
    assert told(work(head)) == expected


def test_letters_that_are_lost_make_no_title() -> None:
    assert work(b"<head><title>Tr\xffmor</title>").titles == ()
    assert work("<head><title>Trémor</title>".encode()).titles == ("Trémor",)


def test_the_page_says_in_which_encoding_it_is() -> None:
    body = '<head><meta charset="latin-1"><title>Trémor</title>'.encode("latin-1")
    assert described(body, kind="text/html").work.titles == ("Trémor",)


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "application/json"])
def test_what_is_no_page(kind: str) -> None:
    assert read(b"<head><title>T</title>", kind, URL) is None


def test_more_authors_than_are_read() -> None:
    names = "".join(f'<meta name="citation_author" content="Roe, A{n}">' for n in range(60))
    record = work(names)
    assert (len(record.authors), record.et_al) == (50, True)
    assert not work('<meta name="citation_author" content="Roe, A">').et_al


def test_a_pubmed_number() -> None:
    assert described(meta(citation_pmid="0123")).pmid == 123
    assert [described(meta(citation_pmid=text)).pmid for text in ("0", "x", "1" * 30, "²")] == [
        None
    ] * 4


def test_an_own_doi_is_told_from_a_mere_identifier() -> None:
    assert described(meta(citation_doi="10.5555/x")).is_own
    other = described(meta(**{"DC.identifier": "https://doi.org/10.5555/x"}))
    assert (other.work.doi, other.is_own) == ("10.5555/x", False)
    assert described(meta(citation_doi="see 10.5555/x")).work.doi == ""


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="/real">', "https://www.site.example/real"),
        ("<link href=//site.example/a REL=Canonical>", "https://site.example/a"),
        ('<link rel="canonical" href="/a?b=1&amp;utm_source=x">', "https://www.site.example/a?b=1"),
        ('<meta property="og:url" content="https://site.example/b">', "https://site.example/b"),
        ('<link rel="canonical" href="https://other.example/a">', ""),
        ('<link rel="canonical" href="http://site.example/a">', ""),
        ('<link rel="canonical" href="https://a:b@site.example/a">', ""),
        ('<link rel="canonical" href="javascript:alert(1)">', ""),
        ('<link rel="canonical" href="http://[">', ""),
        ('<link rel="stylesheet" href="/a">', ""),
        ("", ""),
    ],
)
def test_the_address_of_the_page(head: str, address: str) -> None:
    assert described(head).address == address


NAMES = [
    ("Roe, Jane B.", "Roe JB"),
    ("Roe, JB", "Roe JB"),
    ("Roe, J. B.", "Roe JB"),
    ("Roe, J.B.", "Roe JB"),
    ("Roe JB", "Roe JB"),
    ("Roe J.B.", "Roe JB"),
    ("Jane B. Roe", "Roe JB"),
    ("By Jane Roe", "Roe J"),
    ("Dr. Jane Roe", "Roe J"),
    ("Jane Roe, MD", "Roe J"),
    ("Jane Roe, M.D., Ph.D.", "Roe J"),
    ("Jane Roe MD PhD", "Roe J"),
    ("John Roe Jr.", "Roe J"),
    ("Roe, MD", "Roe MD"),
    ("Jan van der Berg", "van der Berg J"),
    ("van der Berg, Jan", "van der Berg J"),
    ("Jean-Paul Poe", "Poe JP"),
    ("María José García-López", "García-López MJ"),
    ("Jane O'Brien", "O'Brien J"),
]
BODIES = [
    "World Health Organization",
    "Mayo Clinic Staff",
    "National Institute of Neurological Disorders and Stroke",
    "UpToDate",
    "University of Example, Department of Neurology",
    "Centers for Disease Control and Prevention",
]


@pytest.mark.parametrize(("text", "brief"), NAMES)
def test_persons(text: str, brief: str) -> None:
    name = split_name(text)
    assert name is not None
    assert (name.brief, name.is_group) == (brief, False)


@pytest.mark.parametrize("text", BODIES)
def test_bodies(text: str) -> None:
    name = split_name(text)
    assert name is not None
    assert (name.brief, name.is_group) == (text, True)


@pytest.mark.parametrize(
    ("byline", "briefs"),
    [
        ("Jane Roe", ["Roe J"]),
        ("By Jane Roe and John B. Poe", ["Roe J", "Poe JB"]),
        ("Jane Roe, MD, PhD, John Poe, MD", ["Roe J", "Poe J"]),
        ("Jane Roe, John Poe & Jan van der Berg", ["Roe J", "Poe J", "van der Berg J"]),
        ("Roe, Jane", ["Roe J"]),
        ("Jane Roe, MD", ["Roe J"]),
        ("Andy Sand", ["Sand A"]),
        ("Institute of Bones and Joints, Ash", ["Institute of Bones and Joints, Ash"]),
        ("", []),
        (", ;", []),
    ],
)
def test_bylines(byline: str, briefs: list[str]) -> None:
    assert [name.brief for name in split_names(byline)] == briefs


@pytest.mark.parametrize(
    "text", ["", " , ", "admin", "Webmaster", "https://x.example/roe", "roe@x.example", "123"]
)
def test_nobody(text: str) -> None:
    assert split_name(text) is None


DATES = [
    ("2024", "2024"),
    ("2024-05", "2024-05"),
    ("2024-05-06", "2024-05-06"),
    ("2024/5/6", "2024-05-06"),
    ("2024.05.06", "2024-05-06"),
    ("20240506", "2024-05-06"),
    ("2024-05-06T23:59:59-05:00", "2024-05-06"),
    ("2024-05-06 10:00", "2024-05-06"),
    ("6 May 2024", "2024-05-06"),
    ("May 6, 2024", "2024-05-06"),
    ("May 2024", "2024-05"),
    ("2024 May 6", "2024-05-06"),
    ("2024 Sep", "2024-09"),
    ("2024-2025", "2024"),
    ("2024-13-01", ""),
    ("2024-02-30", ""),
    ("06/05/2024", ""),
    ("20245", ""),
    ("2024-00-00", ""),
    ("Sept 2024", "2024-09"),
    ("Maybe 2024", ""),
    ("Spring 2024", ""),
    ("0024-05-06", ""),
    ("", ""),
    ("yesterday", ""),
]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_dates(text: str, date: str) -> None:
    assert read_date(text) == date


# Whatever comes.

BITS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("<", ">", "</", "<!--", "-->", '"', "'", "=", " ", "/", "&", ";", "&#", "\x00"),
                *("<meta ", "name=", "property=", "content=", "citation_title", "citation_author"),
                *("og:title", "og:site_name", "<title>", "</title>", "<body>", "<link ", "rel="),
                *("canonical", "href=", "<script type=application/ld+json>", "</script>", "[", "]"),
                *("{", "}", '"@type":', '"WebPage"', '"name":', '"author":', '"@graph":', ","),
                *(
                    "10.5555/x",
                    "Roe, J",
                    "2024-05-06",
                    "http://[",
                    "\ud83d\ude42",
                    "\u202e",
                    "e\u0301",
                ),
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=60,
).map("".join)


@SETTINGS
@given(BITS)
def test_any_head_is_read(head: str) -> None:
    body = head.encode("utf-8", "surrogatepass")
    found = described(body)
    texts = [found.work.title, found.address, *found.work.containers, found.work.publisher]
    texts += [name.brief for name in found.work.authors]
    assert all(text.isprintable() for text in texts)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "@type",
                        "@id",
                        "@graph",
                        "@value",
                        "name",
                        "headline",
                        "author",
                        "publisher",
                    ),
                    *(
                        "isPartOf",
                        "mainEntity",
                        "identifier",
                        "value",
                        "datePublished",
                        "pageStart",
                    ),
                    *("familyName", "givenName", "volumeNumber"),
                ]
            ),
            inner | st.sampled_from(["WebPage", "Article", "Person", "Periodical", "#a"]),
            max_size=5,
        )
    ),
    max_leaves=30,
)


@SETTINGS
@given(JSON)
def test_any_json_is_read(data: object) -> None:
    described(ld(data))


def test_nodes_that_go_round_in_circles() -> None:
    part = {"@type": "WebPage", "@id": "#a", "name": "T", "isPartOf": {"@id": "#a"}}
    assert work(ld({"@graph": [part | {"author": {"@id": "#b"}}, {"@id": "#b"}]})).title == "T"


MB = 1 << 20
HOSTILE = {
    "open tags": b"<meta " * (MB // 6),
    "tags": b"<meta name=a content=b>" * (MB // 23),
    "open quotes": b"<meta content='" * (MB // 15),
    "both quotes": b"<meta a=\"'" * (MB // 10),
    "equal signs": b"<meta " + b"a=" * (MB // 2),
    "blanks": b"<meta a" + b" " * MB,
    "comments": b"<!--" * (MB // 4),
    "titles": b"<title>" * (MB // 7),
    "scripts": b"<script type=application/ld+json>" * (MB // 33),
    "authors": b"<meta name=citation_author content='Roe, J'>" * (MB // 45),
    "one name": b"<meta name=citation_author content='" + b"a " * (MB // 2) + b"'>",
    "one title": b"<title>" + b"a - " * (MB // 4),
    "entities": b"<title>" + b"&amp;" * (MB // 5),
    "numbers": b"<title>&#" + b"9" * MB,
    "marks": b"<title>a" + "\u0301".encode() * (MB // 2),
    "deep JSON": b"<script type=application/ld+json>" + b"[" * MB,
    "wide JSON": b"<script type=application/ld+json>[" + b"{}," * (MB // 3) + b"{}]",
    "wide graph": b"<script type=application/ld+json>["
    + b'{"@type":"WebPage","name":"a"},' * (MB // 31)
    + b"{}]",
    "many dates": b"<meta name=dc.date content='" + b"2024-" * (MB // 5) + b"'>",
    "many DOIs": b"<meta name=dc.identifier content='10.5555/" + b")" * MB + b"'>",
    "bytes": bytes(range(256)) * (MB // 256),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_goes_by_the_size_of_the_page(kind: str) -> None:
    begin = time.process_time()
    described(b"<!DOCTYPE html><head>" + HOSTILE[kind])
    assert time.process_time() - begin < 2
