"""Articles in JATS as blocks of text and references with fields."""

from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citewell.exchange import jats
from citewell.exchange.page import Block, ImportFailure

PAGE = Path(__file__).parent / "pages" / "tremor.xml"
DTD = '<!DOCTYPE article SYSTEM "JATS.dtd">'


def article(body: str = "", references: str = "") -> bytes:
    return (
        f'{DTD}<article xmlns:xlink="http://www.w3.org/1999/xlink"><body>{body}</body>'
        f"<back><ref-list>{references}</ref-list></back></article>"
    ).encode()


def entry(citation: str) -> Any:
    (found,) = jats.read(article("", f"<ref id='a'>{citation}</ref>")).entries
    return found.fields or found.text


def test_a_whole_article() -> None:
    read = jats.read(PAGE.read_bytes())
    assert (read.title, read.language) == ("Writing tremor: a short review", "en")
    assert read.reviewed is None
    assert read.blocks == (
        Block("heading", "Writing tremor: a short review", 7, 1),
        Block("heading", "Abstract", 10, 2),
        Block("paragraph", "Writing tremor is rare.", 10),
        Block("heading", "Symptoms", 14, 2),
        Block(
            "paragraph", "Writing tremor shakes the hand that writes.[1] It is rare [2,3,4,5].", 15
        ),
        Block("paragraph", "One count found 10³ people [2,3], see Figure 1:", 17),
        Block("item", "pouring tea;", 19),
        Block("item", "typing (Tremor Society, 2020 [4]).", 20),
        Block("heading", "Course", 22, 3),
        Block("paragraph", "It stays as it is.", 22),
        Block("paragraph", "Figure 1 A hand. It holds a pen.", 23),
        Block("paragraph", "Table 1 Doses", 24),
        Block("item", "Medicine | Dose", 25),
        Block("item", "Primidone | 62.5 mg", 25),
        Block("paragraph", "Doses are for adults.", 26),
    )
    assert [(found.number, found.line) for found in read.entries] == [
        (1, 32),
        (2, 36),
        (3, 37),
        (4, 38),
        (5, 39),
    ]
    assert [found.fields or found.text for found in read.entries] == [
        {
            "type": "article-journal",
            "authors": ["Roe JA", "Doe A-B Jr"],
            "et_al": True,
            "title": "Tremor of writers",
            "container": "J Tremor",
            "volume": "4",
            "issue": "2",
            "pages": "10-19",
            "published": "2019-04",
            "doi": "10.5555/tremor.1",
            "pmid": 123456,
        },
        {
            "type": "chapter",
            "authors": ["Moe B"],
            "editors": ["Noe C"],
            "title": "Primidone",
            "container": "Medicines for Tremor",
            "edition": "2nd",
            "publisher": "Ash Press",
            "pages": "33-40",
            "published": "2018",
            "note": "Ashford",
        },
        "Koe D. Shaking hands. Ash Med J. 2017;3:1-9. Full text doi:10.5555/ash.9",
        {
            "type": "webpage",
            "organization": "Tremor Society",
            "title": "Tremor facts",
            "published": "2020",
            "url": "https://www.tremor.example/facts",
            "accessed": "2022-04-22",
        },
        {
            "type": "webpage",
            "organization": "Ash Clinic",
            "title": "Tremor",
            "url": "https://ash.example/t",
            "accessed": "2022-05-03",
        },
    ]
    assert [(note.line, note.message) for note in read.notes] == [
        (30, "<ack> was left out (line 30)"),
        (25, "the table that begins here was read row by row: make sentences of its cells"),
        (9, "it was published on 2021-03-04, which is not the day of a review"),
    ]


@pytest.mark.parametrize(
    ("citation", "part"),
    [
        ("<year>2018a</year>", {"published": "2018"}),
        ("<year>2018</year><month>11</month><day>3</day>", {"published": "2018-11-03"}),
        ("<year>2018</year><season>Spring</season>", {"published": "2018", "note": "Spring"}),
        ("<year>in press</year>", {"note": "in press"}),
        ("<elocation-id>e12</elocation-id>", {"pages": "e12"}),
        ("<issue>2</issue><supplement>1</supplement>", {"issue": "2 suppl 1"}),
        ("<pub-id pub-id-type='pmcid'>PMC12</pub-id>", {"note": "PMCID: PMC12"}),
        ("<pub-id pub-id-type='doi'>https://doi.org/10.5555/a</pub-id>", {"doi": "10.5555/a"}),
        ("<ext-link xlink:href='https://doi.org/10.5555/a'/>", {"doi": "10.5555/a"}),
        (
            "<ext-link xlink:href='http://a.example'>more</ext-link>",
            {"url": "http://a.example", "note": "more"},
        ),
        ("<comment>[Accessed 12 May 2020]</comment>", {"accessed": "2020-05-12"}),
        ("<comment>Epub ahead of print</comment>", {"note": "Epub ahead of print"}),
        (
            "<person-group person-group-type='translator'><name><surname>Poe</surname>"
            "<given-names>E</given-names></name></person-group>",
            {"note": "translator: Poe E"},
        ),
        (
            "<date-in-citation content-type='access-date'><year>2020</year><month>5</month>"
            "<day>2</day></date-in-citation>",
            {"accessed": "2020-05-02"},
        ),
        ("<collab>WHO</collab>", {"organization": "WHO"}),
    ],
)
def test_parts_of_a_citation(citation: str, part: dict[str, object]) -> None:
    fields = entry(
        "<element-citation publication-type='journal'><article-title>T</article-title>"
        f"<source>J</source>{citation}</element-citation>"
    )
    assert fields == {"type": "article-journal", "title": "T", "container": "J"} | part


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        (
            "<mixed-citation>Roe J. <source>Book</source>. <year>2010</year>.</mixed-citation>",
            "Roe J. Book. 2010.",
        ),
        ("<mixed-citation>Roe J. Talk<sup>2</sup>.</mixed-citation>", "Roe J. Talk²."),
        ("<element-citation><year>2010</year></element-citation>", "2010."),
        ("Just words", "Just words"),
    ],
)
def test_citations_with_too_few_marks_stay_as_printed(citation: str, words: str) -> None:
    assert entry(citation) == words


def test_several_works_in_one_reference_are_noted() -> None:
    works = "<mixed-citation>Roe.</mixed-citation><mixed-citation>Doe.</mixed-citation>"
    read = jats.read(article("", f"<ref><label>3</label>{works}</ref>"))
    assert [(found.number, found.text) for found in read.entries] == [(3, "Roe. Doe.")]
    assert [note.message for note in read.notes] == ["reference 3 is 2 works in one: part them"]


def test_an_abstract_of_a_picture_is_no_section() -> None:
    front = "<front><article-meta><abstract><p><graphic/></p></abstract></article-meta></front>"
    read = jats.read(f"<article>{front}<body><p>a</p></body></article>".encode())
    assert [block.text for block in read.blocks] == ["a"]


def test_all_definitions_of_a_term_are_read() -> None:
    meanings = "<def><p>b</p></def><def><p>c</p></def>"
    item = f"<def-list><def-item><term>a</term>{meanings}</def-item></def-list>"
    assert [block.text for block in jats.read(article(item)).blocks] == ["a: b c"]


def test_a_year_that_is_cited_stays() -> None:
    cited = '<p>Roe (<xref ref-type="bibr" rid="r">2020</xref>) agrees.</p>'
    reference = '<ref id="r"><label>1</label><mixed-citation>Roe. 2020.</mixed-citation></ref>'
    read = jats.read(article(cited, reference))
    assert [block.text for block in read.blocks] == ["Roe (2020 [1]) agrees."]
    assert read.notes == ()


def test_marks_of_notes_are_no_words() -> None:
    read = jats.read(article('<p>a<xref ref-type="fn" rid="f">*</xref> b</p>'))
    assert [block.text for block in read.blocks] == ["a b"]
    assert [note.message for note in read.notes] == ["<xref> was left out (line 1)"]


def test_a_mark_that_leads_nowhere_is_noted() -> None:
    read = jats.read(article('<p>a<sup><xref ref-type="bibr" rid="x">7</xref></sup></p>'))
    assert read.blocks[0].text == "a⁷"
    assert [note.message for note in read.notes] == ["the mark '7' leads to no reference"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            b'<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><article>&b;</article>',
            "declarations of its own",
        ),
        (
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><article>&x;</article>',
            "declarations of its own",
        ),
        (
            b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/"> %x;]><article/>',
            "declarations of its own",
        ),
        (b"<article><body><p>a&nbsp;b</p></body></article>", "write the character itself"),
        (f"{DTD}<article>&foo;</article>".encode(), "nobody knows the character '&foo;'"),
        (b"<article>" + b"<sec>" * 100_000, "nested more than 150 deep"),
        (b"<article><p></article>", "line 1 is not XML: mismatched tag"),
        (b"", "is not XML"),
        (b"\xff\0a", "is not XML"),
        (b"<!DOCTYPE html><html><body>a</body></html>", "it is no JATS: it is <html>"),
        (b'<?xml version="1.0" encoding="foo"?><article/>', "its encoding is none"),
        (b"<article/>", "there is nothing to read in it"),
    ],
)
def test_what_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(ImportFailure) as failure:
        jats.read(raw)
    assert message in str(failure.value)


def test_a_dtd_is_named_and_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY nbsp "secret"><!ENTITY own "secret">')
    start = f'<!DOCTYPE article SYSTEM "{secret.as_uri()}"><article><body><p>'
    read = jats.read(f"{start}a&nbsp;b&alpha;</p></body></article>".encode())
    assert read.blocks[0].text == "a bα"
    with pytest.raises(ImportFailure, match="&own;"):
        jats.read(f"{start}&own;</p></body></article>".encode())


_BIG = 5_000_000
HOSTILE = {
    "text": article("<p>" + "a " * (_BIG // 2) + "</p>"),
    "lines": article("<p>" + "a\n" * (_BIG // 2) + "</p>"),
    "entities": article("<p>" + "&lt;" * (_BIG // 4) + "</p>"),
    "tags": article("<p>a</p>" * (_BIG // 8)),
    "attributes": article("<p " + " ".join(f'a{n}="1"' for n in range(400_000)) + "/>"),
    "accessed": article(
        "",
        "<ref><mixed-citation><source>b</source>"
        + "accessed on May " * (_BIG // 16)
        + "</mixed-citation></ref>",
    ),
    "links": article(
        "",
        "<ref><mixed-citation>"
        + "".join(f'<ext-link xlink:href="http://a/{n}">x</ext-link> a' for n in range(90_000))
        + "</mixed-citation></ref>",
    ),
    "marks": article(
        '<p><xref ref-type="bibr" rid="' + "a " * (_BIG // 2) + '">1</xref></p>',
        "<ref id='a'><mixed-citation>x</mixed-citation></ref>",
    ),
    "numbers": article(
        "", f"<ref><label>{'9' * 5000}</label><element-citation><source>a</source>"
        f"<year>{'2' * 1_000_000}</year></element-citation></ref>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_articles_are_read_or_refused_soon(name: str) -> None:
    start = perf_counter()
    with suppress(ImportFailure):
        jats.read(HOSTILE[name])
    assert perf_counter() - start < 8  # 2 seconds, on a machine that has nothing else to do


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5500), st.integers(0, 30), st.text(max_size=6)), max_size=2)
)
def test_mutated_articles_do_not_crash(cuts: list[tuple[int, int, str]]) -> None:
    text = PAGE.read_text()
    for start, length, words in cuts:
        text = text[:start] + words + text[start + length :]
    try:
        read = jats.read(text.encode())
    except (ImportFailure, UnicodeEncodeError):
        return
    assert all(part.line > 0 for part in (*read.blocks, *read.entries, *read.notes))
