"""Web pages as blocks of text and entries of a list."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citewell.exchange import html
from citewell.exchange.page import Block, ImportFailure, Page

PAGE = Path(__file__).parent / "pages" / "tremor.html"


def page(body: str, head: str = "") -> Page:
    return html.read(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


def texts(body: str) -> list[str]:
    return [block.text for block in page(body).blocks]


def entries(body: str) -> list[tuple[int | None, str]]:
    return [(entry.number, entry.text) for entry in page(body).entries]


def test_a_whole_page() -> None:
    read = html.read(PAGE.read_bytes())
    assert (read.title, read.language) == ("Writing tremor", "en-US")
    assert read.reviewed == date(2023, 11, 5)
    assert read.blocks == (
        Block("heading", "Writing tremor", 14, 1),
        Block(
            "paragraph",
            "Writing tremor shakes the hand that writes.[1] It is rarer than essential "
            "tremor[2,3,4].",
            15,
        ),
        Block(
            "paragraph",
            "In one count 10³ of 10⁵ people had it.²,⁴ CO₂ plays no part [3].",
            18,
        ),
        Block("heading", "Symptoms", 19, 2),
        Block("paragraph", "The hand may shake:", 20),
        Block("item", "while writing [1];", 22, 1),
        Block("item", "in other tasks", 23, 1),
        Block("item", "pouring tea (Roe et al, 2019 [2])", 24, 2),
        Block("paragraph", "Doses", 28),
        Block("item", "Medicine | Dose", 29),
        Block("item", "Primidone | 62.5 mg [4]", 30),
        Block("item", "Tremor: A rhythmic shake.", 32),
        Block("paragraph", "A hand with a pen.", 33),
    )
    assert [(entry.number, entry.line, entry.text) for entry in read.entries] == [
        (
            1,
            38,
            "Roe J, Doe A. Tremor of writers. J Tremor. 2019;4(2):10-19. doi:10.5555/tremor.1",
        ),
        (
            2,
            39,
            "Tremor facts. Tremor Society. Accessed April 22, 2022. "
            "https://www.tremor.example/facts",
        ),
        (
            3,
            40,
            "Poe E. Shaking. 2nd ed. Ash Press; 2018. https://press.example/shaking. "
            "Accessed May 3, 2022.",
        ),
        (4, 41, "Moe B, et al. Primidone in tremor. J Tremor. 2020;5:1–9. PMID: 123456"),
    ]
    assert [(note.line, note.message) for note in read.notes] == [
        (
            12,
            "left out, as no part of the text: aside (line 34); footer (line 44); nav (line 12); "
            "texts of pictures (line 33)",
        ),
        (27, "the table that begins here was read row by row: make sentences of its cells"),
    ]
    assert [(note.line, note.message) for note in read.aside] == [
        (35, "Last reviewed: November 5, 2023")
    ]


LIST = "<ol>" + "".join(f'<li id="r{n}">Roe {n}. Ash. 201{n}.</li>' for n in range(1, 7)) + "</ol>"


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ('a<sup><a href="#r3">3</a></sup>', "a[3]"),
        ('a <a href="#r3">[3]</a>', "a [3]"),
        ('a [<a href="#r2">2</a>-<a href="#r5">5</a>]', "a [2,3,4,5]"),
        ('a (<a href="#r2">2</a>, <a href="#r5">5</a>).', "a [2,5]."),
        ('a<sup><a href="#r2">2-5</a></sup>', "a[2,3,4,5]"),
        ('a<sup><a href="#r1">1</a></sup><sup>,</sup><sup><a href="#r3">3</a></sup>', "a[1,3]"),
        ('a <a href="https://ash.example/p#r3">[3]</a>', "a [3]"),
        ('(<a href="#r3">Roe, 2013</a>)', "(Roe, 2013 [3])"),
        ("a<sup>3</sup>", "a³"),
        ("a<sup>(2, 4)</sup> Ca<sup>(2+)</sup>", "a²,⁴ Ca⁽²⁺⁾"),
        ("a<sup> 2, 4 </sup>", "a²,⁴"),
        ("a<sup>2 - 4</sup>", "a²⁻⁴"),
        ("hand <sup>2-4</sup>. Foot. <sup>1</sup>", "hand²⁻⁴. Foot.¹"),
        ("the <sup>13</sup>C test, 10 <sup>3</sup>", "the ¹³C test, 10 ³"),
        ("a<sup>2</sup><sup>, </sup><sup>4</sup>", "a²,⁴"),
        ('a<a href="#r3">[iii]</a>', "a[3]"),
        ("a<sup>2-4,6</sup>", "a²⁻⁴,⁶"),
        ("10<sup>-3</sup> g", "10⁻³ g"),
        ("the 4<sup>th</sup> H<sub>2</sub>O", "the 4th H₂O"),
        ("a [3]", "a [3]"),
        ("a &amp; b&nbsp;&lt; c&shy;d", "a & b < cd"),
        ('a <a href="/b">b</a> <b>c</b>d', "a b cd"),
    ],
)
def test_marks(marked: str, text: str) -> None:
    assert texts(f"<p>{marked}</p>{LIST}") == [text]


def test_a_mark_that_disagrees_with_its_link_is_noted() -> None:
    read = page(f'<p>a<sup><a href="#r3">4</a></sup></p>{LIST}')
    assert read.blocks[0].text == "a[3]"
    assert [note.message for note in read.notes] == [
        "the mark '4' leads to reference 3, which was taken"
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h2>Sources</h2><ol><li>Roe</ol>", [(1, "Roe")]),
        ("<h3>References</h3><ol start=4><li>Roe<li value=9>Doe<li>Poe</ol>", [4, 9, 10]),
        ("<h2>References</h2><ul><li>Roe. 2011.<li>Doe. 2012.</ul>", [None, None]),
        ("<h2>References</h2><ul><li>1. Roe<li>2. Doe</ul>", [(1, "Roe"), (2, "Doe")]),
        ("<h2>References</h2><p>1. Roe. 2011.</p><p>2. Doe. 2012.</p>", [1, 2]),
        ("<h2>References</h2><div>[1] Roe. 2011.</div><div>[2] Doe. 2012.</div>", [1, 2]),
        ("<h2>References</h2><p><sup>1</sup>Roe. 2011.</p><p><sup>2</sup> Doe. 2012.</p>", [1, 2]),
        ("<h2>References</h2><dl><dt>[7]<dd>Roe. 2011.</dl>", [(7, "Roe. 2011.")]),
        ("<button>Show references</button><ol><li>Roe. 2011.</ol>", [1]),
        ("<ol><li>Wash<li>Dry</ol><ol><li>Roe. 2011.<li>Doe. 2012.</ol>", [1, 2]),
        ("<p>a</p><ol><li>Wash<li>Dry</ol>", []),
        ("<h2>References</h2><ol><li>Roe. 2011</ol><h2>More</h2><ol><li>Doe. 2012</ol>", [1]),
        ('<p>a<sup><a href="#x">1</a></sup><ol><li id=x>Roe</ol>', [(1, "Roe")]),
        (
            "<h2>References</h2><div id=a><p>1. Roe. 2011.</p><div><p id=b>[ii] Doe. 2012.</div>",
            ["Roe. 2011.", "Doe. 2012."],
        ),
    ],
)
def test_reference_lists(body: str, expected: list[object]) -> None:
    found = entries(body)
    if expected and not isinstance(expected[0], tuple):
        assert [text if isinstance(expected[0], str) else n for n, text in found] == expected
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ('<a href="#c">↑</a> Roe', "Roe"),
        ('Roe <a href="#c" role="doc-backlink">Back to text</a>', "Roe"),
        ('<a href="https://a.example/x">Roe</a>.', "Roe. https://a.example/x"),
        ('Roe. <a href="https://doi.org/10.5555/a">10.5555/a</a>', "Roe. 10.5555/a"),
        ('Roe. <a href="https://a.example/long">https://a.ex…</a>', "Roe. https://a.example/long"),
        ('Roe. <a href="/x">Fact</a>', "Roe. Fact"),
        ('<span>^ <a href="#c"><b>a</b></a> <a href="#d"><b>b</b></a></span> Roe', "Roe"),
        ('<span><a href="#c">Roe</a></span> 2011', "Roe 2011"),
        (
            'Roe. <a href="https://w.example/DOI">doi</a>:<a href="https://doi.org/10.5555/a">'
            "10.5555/a</a>",
            "Roe. doi:10.5555/a",
        ),
        (
            '<a href="https://w.example/ISBN">ISBN</a> <a href="https://w.example/books">'
            "978-0-00-000000-2</a>",
            "ISBN 978-0-00-000000-2",
        ),
        ('Roe. <a href="https://doi.org/10.5555/a">DOI</a>', "Roe. doi:10.5555/a"),
    ],
)
def test_links_of_entries(entry: str, text: str) -> None:
    assert entries(f"<h2>References</h2><ol><li>{entry}</li></ol>") == [(1, text)]


def test_a_form_around_the_whole_page_is_no_form() -> None:
    assert texts("<form><h1>Tremor</h1><p>It shakes.</p></form>") == ["Tremor", "It shakes."]


def test_a_list_in_a_definition_is_read_once() -> None:
    assert texts("<dl><dt>a<dd>b<dl><dt>c<dd>d</dl><dd>e</dl>") == ["a: b c d", "e"]


def test_headings_of_a_wiki() -> None:
    tool = '<span class="mw-editsection">[edit]</span>'
    body = f"<h1>Tremor</h1><h2>Signs{tool}</h2><p>a</p><h2>References{tool}</h2><ol><li>Roe</ol>"
    assert texts(body) == ["Tremor", "Signs", "a"]
    assert entries(body) == [(1, "Roe")]


def test_headings_that_open_what_is_below_them() -> None:
    """As of an accordion: https://www.w3.org/WAI/ARIA/apg/patterns/accordion/."""
    read = page("<h2><button>Signs</button></h2><p>a</p>\n<button>Print</button>")
    assert read.blocks == (Block("heading", "Signs", 1, 2), Block("paragraph", "a", 1, 1))
    assert [note.message for note in read.notes] == [
        "left out, as no part of the text: button (line 2)"
    ]


def test_what_is_hidden_is_left_out_and_said() -> None:
    read = page("<p>a</p>\n<p hidden>b</p>\n<noscript>c</noscript>")
    assert [block.text for block in read.blocks] == ["a"]
    assert [tuple(note) for note in read.notes] == [
        (2, "left out, as no part of the text: hidden (lines 2, 3)")
    ]


def test_addresses_that_are_none_are_no_crash() -> None:
    """The library refuses to take them apart: https://bugs.python.org/issue29376."""
    link = '<a href="https://[a">https://[b</a>'
    body = f"<p>a</p><h2>References</h2><ol><li>Roe. {link} <a href='//[c'>Doe</a></ol>"
    read = page(body, '<link rel="canonical" href="https://[x/">')
    assert [entry.text for entry in read.entries] == ["Roe. https://[b Doe"]
    other = page(body, '<link rel="canonical" href="https://a.example/">')
    assert [entry.text for entry in other.entries] == ["Roe. https://[b Doe"]


def test_a_link_without_a_site_is_noted() -> None:
    read = page('<h2>References</h2><ol><li><a href="/x">Roe</a></ol>')
    assert [note.message for note in read.notes] == [
        "the link to '/x' was left out: it names no site"
    ]


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ('<meta itemprop="lastReviewed" content="2023-11-05">', "<p>a", "2023-11-05"),
        ("", "<p>a<p>Page last reviewed: 5 November 2023", "2023-11-05"),
        ('<meta name="dcterms.modified" content="2023-11-05">', "<p>a", "2023-11-05"),
        ("", '<p>a <time datetime="2023-11-05">5 Nov</time> b', "2023-11-05"),
        ('<meta name="datePublished" content="2023-11-05">', "<p>a", None),
        ("", "<p>a<div>Last reviewed</div><div>5 November 2023</div>", "2023-11-05"),
        ("", "<p>a<div>Published</div><div>4 May 2020</div><p>Updated 5 Nov 2023", "2023-11-05"),
        ("", "<p>a<p>By Jane Roe, MD | Last updated: November 5, 2023", "2023-11-05"),
        ("", "<p>a<p>November 5, 2023 | Hand | Foot", None),
        ('<meta itemprop="lastReviewed" content="2023-13-05">', "<p>a", None),
    ],
)
def test_days_of_review(head: str, body: str, day: str | None) -> None:
    assert page(body, head).reviewed == (date.fromisoformat(day) if day else None)


def test_a_day_of_a_change_is_noted() -> None:
    read = page("<p>a", '<meta property="article:modified_time" content="2023-11-05T10:00">')
    assert [note.message for note in read.notes] == [
        "2023-11-05 is taken from <meta> article:modified_time, which does not say that it is a "
        "review's"
    ]


def test_encodings() -> None:
    named = '<meta charset="iso-8859-1"><p>caf\xe9'.encode("latin-1")
    assert html.read(named).blocks[0].text == "café"
    with pytest.raises(ImportFailure, match="line 1 is not UTF-8"):
        html.read("<p>caf\xe9".encode("latin-1"))


_BIG = 2_900_000
HOSTILE = {
    tag: tag * (_BIG // len(tag))
    for tag in (
        *("<div>", "<b>", "<p>a", "<!", "<!--", "<a ", '<a b="', "&#", "</", "</ul>", "<table>"),
        *("<script>", "<h2>References</h2><p>a", '<p id=a><a href="#b">1</a>', "<sup>3</sup>"),
        *("<dt>1<dd>b", "<![CDATA[", "x ", "<ol><li>2020</ol>"),
    )
}
HOSTILE["attributes"] = "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x"
HOSTILE["links"] = "<h2>References</h2><ol><li>" + "".join(
    f"<a href='https://a.example/{n}'>x</a>" for n in range(40_000)
)
HOSTILE["marks"] = LIST + '<p><a href="#r1">' + "1-900," * 300_000
HOSTILE["data"] = '<script type="application/ld+json">' + "[" * 400_000 + "</script>a"
HOSTILE["numbers"] = f"<ol start={'9' * 5000}><li value={'9' * 5000}>Roe 2020</ol>&#{'9' * 5000};"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_or_refused_soon(name: str) -> None:
    start = perf_counter()
    with suppress(ImportFailure):
        html.read(HOSTILE[name].encode())
    assert perf_counter() - start < 8  # 2 seconds, on a machine that has nothing else to do


@pytest.mark.parametrize(
    "raw", [b"", b"\0", b"\xff\xfe<\0", b"<p></p>", b"<script>a</script>", b"<!-- a"]
)
def test_what_shows_nothing_is_refused(raw: bytes) -> None:
    with pytest.raises(ImportFailure):
        html.read(raw)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2800), st.integers(0, 40), st.text(max_size=8)), max_size=5)
)
def test_mutated_pages_do_not_crash(cuts: list[tuple[int, int, str]]) -> None:
    text = PAGE.read_text()
    for start, length, words in cuts:
        text = text[:start] + words + text[start + length :]
    try:
        read = html.read(text.encode())
    except (ImportFailure, UnicodeEncodeError):
        return
    lines = text.count("\n") + 1
    assert all(0 < part.line <= lines for part in (*read.blocks, *read.entries, *read.notes))


@pytest.mark.parametrize(
    "base", ["", '<base href="https://[x">', '<base href="https://x.example/">']
)
def test_a_broken_address_is_no_crash(base: str) -> None:
    page = (
        f"<html><head>{base}</head><body><h1>Cramp</h1><p>It hurts.</p><h2>References</h2>"
        '<ol><li>Roe J. Cramp. <a href="//[10.5555/x">https://www.x.example/</a></li></ol></body>'
    )
    assert len(html.read(page.encode()).entries) == 1
