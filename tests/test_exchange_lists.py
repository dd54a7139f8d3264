"""Reference lists in CSL-JSON, BibTeX and RIS: read, written, and the way out and back."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import TypeAdapter

from citewell.exchange import bibtex, csl, latex, names, ris
from citewell.exchange.names import Person, ama_name, person
from citewell.exchange.page import Entry, ImportFailure
from citewell.model import WORK_TYPES, AnyReference, Reference

FORMATS = {"csl": csl, "bibtex": bibtex, "ris": ris}
Fields = dict[str, Any]
_ADAPTER: TypeAdapter[Reference] = TypeAdapter(AnyReference)

each_format = pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)


def reference(fields: Fields, number: int = 1) -> Reference:
    """The reference that an article with these *fields* has; all its scalars are texts."""
    return _ADAPTER.validate_python(_texts({"number": number, **fields}))


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def back(format_: ModuleType, fields: Fields) -> Fields:
    """*fields* after the way out and back."""
    page = format_.read(format_.render([("example.1", reference(fields))]).encode())
    (entry,) = page.entries
    assert page.notes == ()
    assert page.blocks == ()
    return dict(entry.fields or {})


def one(format_: ModuleType, text: str) -> Entry:
    """The only reference of *text*; it is valid with a number."""
    (entry,) = format_.read(text.encode()).entries
    assert entry.number is None
    reference(dict(entry.fields or {}))
    return entry


def told(format_: ModuleType, text: str) -> list[tuple[int, str]]:
    return [tuple(note) for note in format_.read(text.encode()).notes]


# --- the way out and back --------------------------------------------------------------------

LETTERS = "aA zé ßøŁ 0189 \"'`´ {}[]() %&$#_^~\\ <>|/@ .,;:!?-–— =+* 😀👩‍⚕️ שלום مرحبا 日本 ͏̈ı"
WORDS = (
    *("and", "AND", "et", "al", "of", "van", "de la", "Smith", "O'Neil", "Jr", "II", "\\emph{x}"),
    *('{\\"o}', "$\\alpha$", "``q''", "--", "---", "AU  - x", "ER  -", "@article{a,", "}", "ed."),
    *("TY  - JOUR", "access: internal", "10 µg/mL", "p < 0.05", "a & b", "50%", "C#", "# x #"),
)


def line(text: str) -> str:
    return " ".join(text.split())


texts = (
    st.one_of(
        st.text(LETTERS, min_size=1, max_size=20),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=9),
    )
    .map(line)
    .filter(lambda text: re.search(r"[^\s\u0085\ufeff]", text))
)
initials = st.from_regex(r"[A-ZÉØ]{1,3}(-[A-Z])?", fullmatch=True)
surnames = st.sampled_from(
    ["Roe", "van der Berg", "O'Neil", "de la Cruz", "Müller-Lüdenscheidt", "Ng", "bell", "Al Said"]
)
people = st.one_of(
    st.builds(lambda *parts: " ".join(filter(None, parts)), surnames, initials),
    st.builds("{} {} {}".format, surnames, initials, st.sampled_from(["Jr", "Sr", "II", "III"])),
    st.sampled_from(["Plato", "WHO", "A B C", "World Health Organization", "王 M", "Roe Jr"]),
    texts,
).filter(lambda name: not names.says_more(name))
days = st.dates().map(str)
partial_dates = st.one_of(
    st.integers(1000, 9999).map(str),
    st.builds("{}-{:02}".format, st.integers(1000, 9999), st.integers(1, 12)),
    st.dates().map(str).filter(lambda day: day[0] != "0"),
)
urls = st.one_of(
    st.sampled_from(
        [
            "https://example.org/a_b?c=d&e=%20f#g~h",
            "https://example.org/$x/^y/[z]",
            "http://user@example.org/",
            "ftp://example.org",
        ]
    ),
    st.text("ab/:?#[]@!$&'()*+,;=%-._~{}\\é", min_size=1, max_size=20),
)
dois = st.sampled_from(
    ["10.1000/182", "10.1002/(SICI)1097(1998)1:2<3::AID>3.0.CO;2-9", "10.5555/a_b#"]
)


@st.composite
def works(draw: st.DrawFn) -> Fields:
    """The fields of a reference of any type."""
    optional = {
        "access": st.sampled_from(["subscription", "internal"]),
        "authors": st.lists(people, min_size=1, max_size=4),
        "organization": texts.filter(lambda name: not names.says_more(name)),
        "et_al": st.just(True),
        "editors": st.lists(people, min_size=1, max_size=3),
        "container": texts,
        "edition": texts,
        "publisher": texts,
        "volume": texts,
        "issue": texts,
        "pages": st.one_of(
            texts, st.sampled_from(["7-9", "S48-S58", "7–9", "e12", "1-2, 5", "7--9"])
        ),
        "published": partial_dates,
        "doi": dois,
        "pmid": st.integers(1, 999_999_999),
        "url": urls,
        "accessed": days,
        "archive": st.fixed_dictionaries({"url": urls, "captured": days}),
        "note": texts,
    }
    fields: Fields = draw(st.fixed_dictionaries({}, optional=optional))
    fields["type"] = draw(st.sampled_from([*WORK_TYPES, "personal_communication"]))
    if fields["type"] == "personal_communication":
        fields.setdefault("authors", ["Roe J"])
    fields["title"] = draw(texts)
    return fields


def _every(fields: Fields, *keys: str) -> Iterator[str]:
    """The texts at *keys*, and of those in them."""
    for key in keys:
        value = fields.get(key, ())
        yield from [value] if isinstance(value, str) else value


def _is_markup(text: str) -> bool:
    return re.search(r"</?(i|b|em|strong|sup|sub|sc|scp|span)[ >]|&[a-zA-Z#]", text) is not None


def in_table(format_: ModuleType, fields: Fields) -> bool:
    """Whether the table of the format says that it cannot hold *fields*."""
    if format_ is csl:
        return any(map(_is_markup, re.findall(".*", json.dumps(fields, ensure_ascii=False))))
    if any(map(_is_markup, _every(fields, "title", "container"))):
        return True
    if format_ is bibtex:
        links = (fields.get("url", ""), fields.get("archive", {}).get("url", ""))
        return any(set(link) & set("{}\\") for link in links)
    named = [*_every(fields, "authors", "editors", "organization")]
    return any("," in name for name in named) or bool(person(fields.get("organization", "")).given)


@each_format
@given(fields=works())
@settings(max_examples=400, deadline=None)
def test_way_out_and_back_loses_nothing(format_: ModuleType, fields: Fields) -> None:
    """What the format can hold comes back as it was, whatever it is."""
    assume(not in_table(format_, fields))
    assert back(format_, fields) == fields


TAGGED: dict[str, Fields] = {
    "title": {"title": "The tag <i> in HTML"},
    "container": {"container": "The entity &amp; in HTML"},
}
LOST: dict[str, dict[str, Fields]] = {
    "csl": {
        "authors": {"authors": ["Roe J", "Et al"]},
        "title": {"title": "The tag <i> and the entity &amp; in HTML"},
    },
    "bibtex": {
        "authors": {"authors": ["Roe J", "Et al"]},
        "url": {"url": "https://example.org/{a}"},
        "doi": {"doi": "10.5555/{a}"},
        **TAGGED,
    },
    "ris": {
        "authors": {"authors": ["Roe, Jane"]},
        "editors": {"editors": ["Roe, Jane"]},
        "organization": {"organization": "Institute of Examples AB"},
        **TAGGED,
    },
}
"""For each thing that a format cannot hold, an example."""


@each_format
def test_table_of_what_is_lost_is_true(format_: ModuleType) -> None:
    """The table names no more than what is lost; that it names no less is the test before."""
    examples = LOST[format_.__name__.rpartition(".")[2]]
    assert set(examples) == set(format_.CANNOT_HOLD)
    for field, example in examples.items():
        fields = {"type": "book", "title": "Examples", "authors": ["Poe E"], **example}
        (entry,) = format_.read(format_.render([("a.1", reference(fields))]).encode()).entries
        assert (entry.fields or {}).get(field) != fields[field]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(line))
@settings(deadline=None)
def test_latex_way_out_and_back(text: str) -> None:
    assert latex.decoded(latex.encoded(text)) == (text, ())


@given(people)
@settings(deadline=None)
def test_parts_of_a_name_make_it_again(name: str) -> None:
    assert ama_name(person(name)) == name


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Roe J", ("Roe", "J.", "")),
        ("van der Berg P", ("van der Berg", "P.", "")),
        ("O'Neil K-L", ("O'Neil", "K.-L.", "")),
        ("Roe JD Jr", ("Roe", "J. D.", "Jr")),
        ("Plato", ("Plato", "", "")),
        ("World Health Organization", ("World Health Organization", "", "")),
        ("Roe Jr", ("Roe Jr", "", "")),
    ],
)
def test_parts_of_a_name(name: str, parts: tuple[str, ...]) -> None:
    assert person(name) == Person(*parts)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Roe", "Jane"), "Roe J"),
        (("Roe", "Jane Deborah"), "Roe JD"),
        (("Roe", "J. D."), "Roe JD"),
        (("Roe", "J.D."), "Roe JD"),
        (("Roe", "JD"), "Roe JD"),
        (("Roe", "Jean-Luc"), "Roe J-L"),
        (("Beethoven", "Ludwig van"), "van Beethoven L"),
        (("hooks", "bell"), "hooks B"),
        (("Roe", "Jane", "Jr."), "Roe J Jr"),
        (("王", "明"), "王 明"),
    ],
)
def test_given_names_become_initials(parts: tuple[str, ...], name: str) -> None:
    assert ama_name(Person(*parts)) == name


# --- CSL-JSON --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def csl_schema() -> Draft7Validator:
    """The official schema of CSL-JSON; a package brings it, of which nothing is run."""
    try:
        path = Path(str(metadata.distribution("cwl2citation").locate_file("cwl2citation")))
    except metadata.PackageNotFoundError:
        pytest.skip("the schema of CSL-JSON is not installed: run 'make test'")
    schema = json.loads((path / "schemas" / "csl-data.json").read_text(encoding="utf-8"))
    assert schema["$id"].startswith("https://resource.citationstyles.org/schema/v1.0/input/json/")
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


@given(st.lists(works(), max_size=3))
@settings(max_examples=100, deadline=None)
def test_csl_is_valid(csl_schema: Draft7Validator, some: list[Fields]) -> None:
    items = json.loads(csl.render((f"a.{n}", reference(each)) for n, each in enumerate(some)))
    csl_schema.validate(items)
    for item in items:
        assert not csl_schema.is_valid([item | {"pmid": 1}]), "the schema does bite"


def test_csl_in_full() -> None:
    fields = {
        "type": "article-journal",
        "authors": ["Roe J Jr", "van der Berg P"],
        "organization": "Example Study Group",
        "et_al": True,
        "title": "Tremor",
        "container": "Journal of Examples",
        "volume": "4",
        "issue": "2",
        "pages": "7-9",
        "published": "2024-03",
        "doi": "10.5555/tremor",
        "pmid": 123,
        "accessed": "2026-06-18",
        "access": "subscription",
        "archive": {"url": "https://archive.example/1", "captured": "2026-06-19"},
    }
    assert json.loads(csl.render([("a.1", reference(fields))])) == [
        {
            "id": "a.1",
            "type": "article-journal",
            "author": [
                {"family": "Roe", "given": "J.", "suffix": "Jr"},
                {"family": "van der Berg", "given": "P."},
                {"literal": "Example Study Group"},
                {"literal": "et al"},
            ],
            "title": "Tremor",
            "container-title": "Journal of Examples",
            "volume": "4",
            "issue": "2",
            "page": "7-9",
            "issued": {"date-parts": [[2024, 3]]},
            "DOI": "10.5555/tremor",
            "PMID": "123",
            "accessed": {"date-parts": [[2026, 6, 18]]},
            "custom": {
                "access": "subscription",
                "archive": {"url": "https://archive.example/1", "captured": "2026-06-19"},
            },
        }
    ]


def csl_fields(**item: Any) -> Fields:
    item = {"id": 1, "type": "book", "title": "Examples", **item}
    return dict(one(csl, json.dumps([item])).fields or {})


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        ({"type": "thesis"}, {"type": "book", "note": "type: thesis"}),
        ({"type": "software"}, {"type": "dataset", "note": "type: software"}),
        ({"type": "legal_case"}, {"type": "report", "note": "type: legal_case"}),
        ({"type": "paper-conference"}, {"type": "chapter", "note": "type: paper-conference"}),
        ({"issued": {"date-parts": [["2018", "4", 2]]}}, {"published": "2018-04-02"}),
        ({"issued": {"raw": "2018-04"}}, {"published": "2018-04"}),
        ({"issued": "2018-04"}, {"published": "2018-04"}),
        (
            {"issued": {"literal": "Spring 2018"}},
            {"published": "2018", "note": "issued: Spring 2018"},
        ),
        ({"issued": {"literal": "in press"}}, {"note": "issued: in press"}),
        (
            {"issued": {"date-parts": [[2018], [2020]]}},
            {"published": "2018", "note": "issued: 2018/2020"},
        ),
        (
            {"issued": {"date-parts": [[2018]], "circa": True}},
            {"published": "2018", "note": "issued: circa 2018"},
        ),
        (
            {"issued": {"date-parts": [[2018]], "season": 1}},
            {"published": "2018", "note": "season: spring"},
        ),
        ({"accessed": {"date-parts": [[2022, 4, 22]]}}, {"accessed": "2022-04-22"}),
        ({"accessed": {"date-parts": [[2022, 4]]}}, {"note": "accessed: 2022-04"}),
        ({"author": [{"literal": "WHO"}]}, {"organization": "WHO"}),
        (
            {"author": [{"literal": "A Group"}, {"literal": "WHO"}]},
            {"authors": ["A Group"], "organization": "WHO"},
        ),
        (
            {"author": [{"family": "Berg", "given": "Piet", "non-dropping-particle": "van den"}]},
            {"authors": ["van den Berg P"]},
        ),
        ({"author": [{"given": "Madonna"}]}, {"authors": ["Madonna"]}),
        ({"author": [{"literal": "others"}]}, {"et_al": True}),
        ({"translator": [{"family": "Poe", "given": "E."}]}, {"note": "translator: E. Poe"}),
        ({"publisher-place": "Oslo", "ISBN": "978"}, {"note": "publisher-place: Oslo; ISBN: 978"}),
        ({"note": "Own", "source": "PubMed"}, {"note": "Own; source: PubMed"}),
        ({"PMID": "PMID: 12345"}, {"pmid": 12345}),
        ({"PMID": "12x"}, {"note": "PMID: 12x"}),
        ({"DOI": "https://doi.org/10.5555/X"}, {"doi": "10.5555/X"}),
        ({"volume": 12, "edition": 3}, {"volume": "12", "edition": "3"}),
        ({"title": "<i>H</i><sub>2</sub>O &amp; p &lt; 1"}, {"title": "H₂O & p < 1"}),
        (
            {"collection-title": "Notes", "collection-number": 7},
            {"container": "Notes", "volume": "7"},
        ),
        ({"abstract": "Long"}, {}),
        ({"title": None}, {"title": "[title missing]"}),
        ({"accessed": {"literal": "June 4, 2022"}}, {"accessed": "2022-06-04"}),
        ({"accessed": {"literal": "3/4/2022"}}, {"note": "accessed: 3/4/2022"}),
        ({"issued": {"raw": "2020 Mar 15"}}, {"published": "2020-03-15"}),
        (
            {"type": "personal_communication", "author": [{"literal": "WHO"}]},
            {"type": "personal_communication", "authors": ["WHO"]},
        ),
        (
            {"type": "personal_communication"},
            {"type": "report", "note": "type: personal communication"},
        ),
        ({"type": "article-journal", "number": "e12"}, {"type": "article-journal", "pages": "e12"}),
        ({"custom": {"access": "internal", "x": [1]}}, {"access": "internal", "note": "x: 1"}),
        ({"title": "\ud800x"}, {"title": "\ufffdx"}),
    ],
)
def test_csl_is_read(item: Fields, fields: Fields) -> None:
    assert csl_fields(**item) == {"type": "book", "title": "Examples", **fields}


def test_csl_lines_and_notes() -> None:
    """What is not understood is reported where it stands; what is only shortened, once."""
    text = """\
[
  {"id": "a", "type": "book", "title": "One", "issued": {"literal": "soon"}},

  {"id": "b", "type": "thesis", "title": "Two", "author": [{"family": "Roe", "given": "Jane"}]},
  {"id": "c", "type": "book", "title": "Three", "abstract": "Long", "author": [{}]}
]
"""
    assert [entry.line for entry in csl.read(text.encode()).entries] == [2, 4, 5]
    assert told(csl, text) == [
        (2, "issued 'soon' is no date; it is kept in the note."),
        (4, "The type 'thesis' was taken for book."),
        (4, "Given names were shortened to initials, from here on in 1 of the references."),
        (5, "author '{}' is no name; it is kept in the note."),
        (5, "An abstract has no place in a reference and was left out, from here on 1 in all."),
    ]


def test_csl_that_is_one_item_or_has_items() -> None:
    text = '{"id": 1, "type": "book", "title": "T"}'
    assert one(csl, text) == one(csl, f'{{"items": [{text}]}}') == one(csl, f" [ {text} ]\n")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "[1]", "3", "[{}", '[{"id": 1}', '[{"id": 1} {"id": 2}]', "[{}] x", "nonsense"],
)
def test_what_is_no_csl(text: str) -> None:
    with pytest.raises(ImportFailure):
        csl.read(text.encode())


# --- BibTeX ----------------------------------------------------------------------------------


def bib_fields(body: str, kind: str = "book", before: str = "") -> Fields:
    return dict(
        one(bibtex, f"{before}@{kind}{{key,\n title = {{Examples}},\n {body}\n}}").fields or {}
    )


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (
            r"author = {Erd{\H o}s, P{\'a}l and G{\"o}del, Kurt}",
            {"authors": ["Erdős P", "Gödel K"]},
        ),
        (r"author = {Ludwig van Beethoven}", {"authors": ["van Beethoven L"]}),
        (r"author = {van der Berg, Jr, Piet}", {"authors": ["van der Berg P Jr"]}),
        (
            r"author = {{Barnes and Noble} and Roe, J. and others}",
            {"authors": ["Roe J"], "organization": "Barnes and Noble", "et_al": True},
        ),
        (r"author = {{\'E}mile Zola}", {"authors": ["Zola É"]}),
        ("year = 2018, month = apr", {"published": "2018-04"}),
        ("year = {2018}, month = {April}, day = 3", {"published": "2018-04-03"}),
        ("date = {2018-04}", {"published": "2018-04"}),
        ("date = {2018/2020}", {"note": "date: 2018/2020"}),
        ("year = {in press}", {"note": "year: in press"}),
        ("year = 2018, month = {Spring}", {"published": "2018", "note": "month: Spring"}),
        ('publisher = lib # { of } # "X"', {"publisher": "Library of X"}),
        (
            r"note = {50\% \& more -- \emph{so} ``q'' $\alpha$ \textdegree{}}",
            {"note": "50% & more – so “q” α °"},
        ),
        (r"note = {\frobnicate{x}{{\'y}} {z}}", {"note": r"\frobnicate{x}{ý} z"}),
        (r"note = {$H_2$O, 10$^{-3}$ a_1, \textsuperscript{2}}", {"note": "H₂O, 10⁻³ a_1, ²"}),
        (r"note = {costs $5}", {"note": "costs $5"}),
        (r"url = {https://example.org/a\_b\%20c}", {"url": "https://example.org/a_b%20c"}),
        (r"url = {\url{https://example.org/a_b}}", {"url": "https://example.org/a_b"}),
        ("eprint = {123}, eprinttype = {pubmed}", {"pmid": 123}),
        ("eprint = {2101.1}, eprinttype = {arxiv}", {"note": "eprint: 2101.1; eprinttype: arxiv"}),
        ("pages = {7--9}", {"pages": "7-9"}),
        ("series = {H<sub>2</sub>O &amp; <scp>P</scp>}", {"container": "H₂O & P"}),
        (r"note = {{CO}$_{\textrm{2}}$ Ca$^{\mathrm{2+}}$}", {"note": "CO₂ Ca²⁺"}),
        ("date = {March 2020}", {"published": "2020-03"}),
        ("urldate = {4 June 2022}", {"accessed": "2022-06-04"}),
        (
            r"howpublished = {\url{https://example.org/a_b}}, note = {Accessed: 2022-06-04}",
            {"url": "https://example.org/a_b", "accessed": "2022-06-04"},
        ),
        (
            "howpublished = {https://example.org}, note = {[Online; accessed 4-June-2022]}",
            {"url": "https://example.org", "accessed": "2022-06-04"},
        ),
        ("howpublished = {Leaflet}", {"note": "howpublished: Leaflet"}),
        ("note = {Accessed: 2022-06-04}", {"note": "Accessed: 2022-06-04"}),
        ("isbn = {978}, address = {Oslo}", {"note": "isbn: 978; address: Oslo"}),
        ("TITLE = {Other}", {"note": "title: Other"}),
        ("crossref = {other}", {"note": "crossref: other"}),
        ("institution = {WHO}", {"publisher": "WHO"}),
        ("keywords = {}, note = {}", {}),
    ],
)
def test_bibtex_is_read(body: str, fields: Fields) -> None:
    before = '@string{lib = "Library"}\n'
    assert bib_fields(body, before=before) == {"type": "book", "title": "Examples", **fields}


@pytest.mark.parametrize(
    ("kind", "type_", "note"),
    [
        ("article", "article-journal", None),
        ("ARTICLE", "article-journal", None),
        ("inproceedings", "chapter", "type: inproceedings"),
        ("phdthesis", "book", "type: phdthesis"),
        ("techreport", "report", None),
        ("misc", "report", "type: misc"),
        ("online", "webpage", None),
        ("frobnication", "report", "type: frobnication"),
    ],
)
def test_bibtex_types(kind: str, type_: str, note: str | None) -> None:
    fields = bib_fields("", kind)
    assert (fields["type"], fields.get("note")) == (type_, note)


def test_bibtex_lines_and_notes() -> None:
    text = """\
A comment.
@article{one, title = {One}, journal = nowhere}
@article{one, title = {Again}, title = {Twice}, author = {Roe, Jane}}
@article{broken, title = {Open
@book{two,
  title = {Two \\frobnicate},
}
"""
    page = bibtex.read(text.encode())
    assert [(entry.line, (entry.fields or {})["title"]) for entry in page.entries] == [
        (2, "One"),
        (3, "Again"),
        (5, "Two \\frobnicate"),
    ]
    assert told(bibtex, text) == [
        (2, "In journal stands a string that nobody has defined: nowhere"),
        (3, "Given names were shortened to initials, from here on in 1 of the references."),
        (4, "Here stands something that is not understood as BibTeX."),
        (5, "In title, \\frobnicate is not understood and stands as it was."),
    ]


@pytest.mark.parametrize("text", ["", "nothing", "@article{", "@string{a = {b}}", "@comment{x}"])
def test_what_is_no_bibtex(text: str) -> None:
    with pytest.raises(ImportFailure):
        bibtex.read(text.encode())


# --- RIS -------------------------------------------------------------------------------------


def ris_fields(*lines: str, kind: str = "BOOK") -> Fields:
    text = "\n".join((f"TY  - {kind}", "TI  - Examples", *lines, "ER  - "))
    return dict(one(ris, text).fields or {})


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (["AU  - Roe, Jane D.", "A1  - Poe, E., Jr"], {"authors": ["Roe JD", "Poe E Jr"]}),
        (
            ["AU  - Roe JD", "AU  - Mayo Clinic"],
            {"authors": ["Roe JD"], "organization": "Mayo Clinic"},
        ),
        (["A2  - Roe, J."], {"editors": ["Roe J"]}),
        (["AU  - et al."], {"et_al": True}),
        (["PY  - 2018/04/22/"], {"published": "2018-04-22"}),
        (["PY  - 2018", "DA  - 2018/04//"], {"published": "2018-04"}),
        (["PY  - 2018", "DA  - Apr 22"], {"published": "2018", "note": "date: Apr 22"}),
        (["Y1  - 2018///Spring"], {"published": "2018", "note": "date: Spring"}),
        (["PY  - 2018", "DA  - 2019/04/"], {"published": "2019-04", "note": "year: 2018"}),
        (["Y2  - 2022/04/22/"], {"accessed": "2022-04-22"}),
        (["Y2  - 2022/04//"], {"note": "accessed: 2022-04"}),
        (["SP  - 7", "EP  - 9"], {"pages": "7-9"}),
        (["T2  - <i>E. coli</i> &amp; CO<sub>2</sub>"], {"container": "E. coli & CO₂"}),
        (["UR  - https://a.example/?b&amp;c"], {"url": "https://a.example/?b&amp;c"}),
        (["SP  - 7-9", "EP  - 9"], {"pages": "7-9"}),
        (["AN  - 123", "DB  - PubMed"], {"pmid": 123, "note": "database: PubMed"}),
        (["AN  - 123"], {"note": "accession number: 123"}),
        (["T3  - Notes"], {"container": "Notes"}),
        (["AB  - Long", "KW  - a", "KW  - b"], {"note": "keyword: a; keyword: b"}),
        (["N1  - One", "N1  - Two"], {"note": "One; N1: Two"}),
        (["U1  - mine", "ZZ  - yours"], {"note": "U1: mine; ZZ: yours"}),
        (["N1  - One that", "goes on"], {"note": "One that goes on"}),
        (
            ["UR  - https://a.example", "UR  - https://b.example"],
            {"url": "https://a.example", "note": "UR: https://b.example"},
        ),
        (["VL  -", "IS - 2"], {"issue": "2"}),
    ],
)
def test_ris_is_read(lines: list[str], fields: Fields) -> None:
    assert ris_fields(*lines) == {"type": "book", "title": "Examples", **fields}


def test_ris_lines_and_notes() -> None:
    text = "Exported\n\nTY  - THES\nTI  - One\nER  - \nTI  - Lost\nTY  - BOOK\r\nT1  - Two\r\n"
    page = ris.read(text.encode())
    assert [(entry.line, (entry.fields or {})["title"]) for entry in page.entries] == [
        (3, "One"),
        (7, "Two"),
    ]
    assert told(ris, text) == [
        (1, "This stands in no reference: Exported"),
        (3, "The type 'THES' was taken for book."),
        (6, "This stands in no reference: TI  - Lost"),
    ]


@pytest.mark.parametrize("text", ["", "nothing", "ER  - ", "TI  - x"])
def test_what_is_no_ris(text: str) -> None:
    with pytest.raises(ImportFailure):
        ris.read(text.encode())


# --- anything at all -------------------------------------------------------------------------


@each_format
@given(raw=st.binary(max_size=60))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(format_: ModuleType, raw: bytes) -> None:
    try:
        page = format_.read(raw)
    except ImportFailure:
        return
    for entry in page.entries:
        reference(dict(entry.fields or {}))


PIECES = {
    "csl": [
        *('{"type":', '"book"', "[", "]", "{", "}", ",", ":", '"title"', '"author"', '"issued"'),
        *('"custom"', '"date-parts"', "null", "1e999", "[[2018]]", '"family"', '"x"', "true", "\n"),
    ],
    "bibtex": [
        *("@article{", "@book(", "k,", "title", "author", "=", "{", "}", '"', "#", ",", "x"),
        *("@string{", " and ", "\\", "$", "year", "2018", "\n", ")", "{\\'e}", "others", "\\url{"),
    ],
    "ris": [
        *("TY  - JOUR\n", "ER  - \n", "AU  - ", "TI  - ", "PY  - ", "\n", "x", ",", "2018/", "-"),
        *("SP  - ", "EP  - ", "U2  - archived ", "DA  - ", "Y2  - ", "PCOMM", "TY  - "),
    ],
}


@each_format
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_pieces_are_read_or_refused(format_: ModuleType, data: st.DataObject) -> None:
    pieces = PIECES[format_.__name__.rpartition(".")[2]]
    text = "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=25)))
    if data.draw(st.booleans()):
        text = format_.render([("a.1", reference(data.draw(works())))]) + text
    try:
        page = format_.read(text.encode())
    except ImportFailure:
        return
    for entry in page.entries:
        reference(dict(entry.fields or {}))


N = 1_000_000


def _distinct(size: int, form: str) -> str:
    count = size // (len(form) + 4)
    return "".join(form.replace("%", f"{number}") for number in range(count))


HOSTILE: dict[str, tuple[ModuleType, Callable[[], str]]] = {
    "csl-deep": (csl, lambda: "[" * N),
    "csl-deep-objects": (csl, lambda: '{"a":' * (N // 5)),
    "csl-deep-note": (csl, lambda: '[{"type":"book","x":' + "[" * 900 + "]" * 900 + "}]"),
    "csl-items": (csl, lambda: "[" + "{}," * (N // 20) + "{}]"),
    "csl-entries": (csl, lambda: "[" + ",".join(['{"type":"book","title":"T"}'] * 100_000) + "]"),
    "csl-blanks": (csl, lambda: "[" + " \n" * (N // 2)),
    "csl-number": (csl, lambda: '[{"type":"book","volume":' + "9" * N + "}]"),
    "csl-tags": (csl, lambda: '[{"type":"book","title":"' + "<i " * (N // 3) + '"}]'),
    "csl-entities": (csl, lambda: '[{"type":"book","title":"' + "&#" * (N // 2) + '"}]'),
    "csl-names": (
        csl,
        lambda: (
            '[{"type":"book","author":['
            + '{"family":"a b","given":"c d"},' * 100_000
            + '{"literal":"x"}]}]'
        ),
    ),
    "csl-given": (
        csl,
        lambda: '[{"type":"book","author":[{"family":"x","given":"' + "a " * (N // 2) + '"}]}]',
    ),
    "bib-entries": (bibtex, lambda: _distinct(N, "@book{k%, title={T}, year=2020}\n")),
    "bib-same-entries": (bibtex, lambda: "@book{k, title={T}, year=2020}\n" * (N // 32)),
    "bib-open": (bibtex, lambda: "@book{k, title={" + "{" * N),
    "bib-nested": (bibtex, lambda: "@book{k, title={" + "{" * (N // 2) + "}" * (N // 2) + "}}"),
    "bib-nested-names": (
        bibtex,
        lambda: "@book{k, author={" + "{" * (N // 2) + "}" * (N // 2) + "}}",
    ),
    "bib-starts": (bibtex, lambda: "@book{" * (N // 6)),
    "bib-lines": (bibtex, lambda: "@book{k, title={x\n" * (N // 18)),
    "bib-fields": (bibtex, lambda: "@book{k," + _distinct(N, "a%={b},") + "}"),
    "bib-same-fields": (bibtex, lambda: "@book{k," + "a={b}," * (N // 6) + "}"),
    "bib-accents": (bibtex, lambda: "@book{k, title={" + r"{\"o}" * (N // 5) + "}}"),
    "bib-dollars": (bibtex, lambda: "@book{k, title={" + "$" * N + "}}"),
    "bib-backslashes": (bibtex, lambda: "@book{k, title={" + "\\" * N + " }}"),
    "bib-names": (bibtex, lambda: "@book{k, author={" + "A, B and " * (N // 9) + "C}}"),
    "bib-commas": (bibtex, lambda: "@book{k, author={" + "," * N + "}}"),
    "bib-strings": (
        bibtex,
        lambda: (
            "@string{a0={xxxxxxxx}}\n"
            + "".join(f"@string{{a{n + 1} = a{n} # a{n}}}\n" for n in range(100))
            + "@book{k, title=a100}"
        ),
    ),
    "bib-loop": (bibtex, lambda: "@string{a=b}@string{b=a}\n@book{k, title=a # b}"),
    "bib-expansion": (
        bibtex,
        lambda: "@string{a={" + "x" * 9000 + "}}\n@book{k, title=" + "a#" * (N // 2) + "a}",
    ),
    "bib-expansions": (
        bibtex,
        lambda: "@string{a={" + "x" * 9000 + "}}\n" + _distinct(N, "@book{k%,title=a}\n"),
    ),
    "bib-noise": (bibtex, lambda: "x" * N),
    "ris-entries": (ris, lambda: "TY  - BOOK\nTI  - T\nER  - \n" * 200_000),
    "ris-values": (ris, lambda: "TY  - BOOK\n" + "KW  - a\n" * (N // 8)),
    "ris-authors": (ris, lambda: "TY  - BOOK\n" + "AU  - a, b\n" * (N // 11)),
    "ris-goes-on": (ris, lambda: "TY  - BOOK\nTI  - a\n" + "a\n" * (N // 2)),
    "ris-noise": (ris, lambda: "x\n" * (N // 20)),
    "ris-line": (ris, lambda: "TY  - BOOK\nAU  - " + "a " * (N // 2)),
    "ris-dates": (ris, lambda: "TY  - BOOK\n" + "PY  - 2018\nDA  - 2019\n" * (N // 22)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lists_are_done_within_seconds(name: str) -> None:
    """A million characters of anything are read or refused, in time linear in their number."""
    format_, make = HOSTILE[name]
    raw = make().encode()
    start = time.process_time()
    with suppress(ImportFailure):
        format_.read(raw)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("format_", "one_more"),
    [
        (csl, "[" + "{}," * 10_000 + "{}]"),
        (bibtex, "@book{k, title={T}}\n" * 10_001),
        (ris, "\nTY  - BOOK\nTI  - T\nER  - " * 10_001),
    ],
)
def test_too_many_references_are_refused(format_: ModuleType, one_more: str) -> None:
    with pytest.raises(ImportFailure, match="more than 10,000 references"):
        format_.read(one_more.encode())


def test_fields_that_are_too_many_are_left_out() -> None:
    text = "@book{k, title={T}," + "isbn={1}," * 500 + "}"
    assert told(bibtex, text) == [(1, "It has 501 fields; all but 500 were left out.")]


def test_field_that_is_too_long_is_left_out() -> None:
    text = "@book{k, title={T}, note={" + "x" * 100_000 + "}}"
    assert "note" not in (one(bibtex, text).fields or {})
    assert told(bibtex, text) == [(1, "note has 100,002 characters and was left out.")]


@pytest.mark.parametrize("text", ['{"@context": "https://schema.org", "@graph": []}', '[{"a": 1}]'])
def test_json_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(ImportFailure, match="nothing in it is a work"):
        csl.read(text.encode())
