"""``citewell export``: the lists and articles that it writes, and what it says of the rest."""

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import rispy

import articles
from citewell.export_cli import FORMATS
from conftest import ROOT, Call, Run

DYSTONIA = ROOT / "content" / "dystonia.yaml"
Json = dict[str, Any]


def write(folder: Path, fragment: str = "", name: str = "example.yaml") -> Path:
    path = folder / name
    path.write_text(articles.article(fragment), encoding="utf-8")
    return path


# --- each format -----------------------------------------------------------------------------


def test_csl_of_an_article(workdir: Path, call: Call) -> None:
    write(workdir)
    answer = call("export", "example.yaml", "--to", "csl-json")
    assert (answer.code, answer.err) == (0, "")
    items = json.loads(answer.out)
    assert [item["id"] for item in items] == ["example.1", "example.2"]
    assert items[1] == {
        "id": "example.2",
        "type": "webpage",
        "author": [{"literal": "Example Institute"}],
        "title": "Dystonia fact sheet",
        "URL": "https://example.org/dystonia",
        "accessed": {"date-parts": [[2026, 6, 18]]},
    }


def test_bibtex_of_an_article(workdir: Path, call: Call) -> None:
    write(workdir)
    assert (
        call("export", "example.yaml", "--to", "bibtex").out
        == """\
@article{example.1,
  author = {Roe, J.},
  title = {{A review of dystonia}},
  journal = {Journal of Examples},
  volume = {4},
  pages = {7-9},
  year = {2024},
  doi = {10.5555/example.1},
}

@online{example.2,
  author = {{Example Institute}},
  title = {{Dystonia fact sheet}},
  url = {https://example.org/dystonia},
  urldate = {2026-06-18},
}
"""
    )


def test_ris_of_an_article(workdir: Path, call: Call) -> None:
    write(workdir)
    lines = call("export", "example.yaml", "--to", "ris").out.split("\n")
    assert [line.rstrip() for line in lines] == [
        "TY  - JOUR",
        "ID  - example.1",
        "AU  - Roe, J.",
        "TI  - A review of dystonia",
        "T2  - Journal of Examples",
        "PY  - 2024",
        "VL  - 4",
        "SP  - 7",
        "EP  - 9",
        "DO  - 10.5555/example.1",
        "ER  -",
        "",
        "TY  - ELEC",
        "ID  - example.2",
        "AU  - Example Institute",
        "TI  - Dystonia fact sheet",
        "UR  - https://example.org/dystonia",
        "Y2  - 2026/06/18/",
        "ER  -",
        "",
    ]


AMA = """\
1. Roe J. A review of dystonia. Journal of Examples. 2024;4:7-9. doi:10.5555/example.1
2. Example Institute. Dystonia fact sheet. Accessed June 18, 2026. https://example.org/dystonia
"""


def test_ama_of_an_article(workdir: Path, call: Call) -> None:
    write(workdir)
    assert call("export", "example.yaml", "--to", "ama").out == AMA


def test_ama_of_several_articles(workdir: Path, call: Call) -> None:
    """Each list stands under the title of its article."""
    write(workdir)
    write(workdir, "id: other\ntitle: Other\n", "other.yaml")
    out = call("export", "example.yaml", "other.yaml", "--to", "ama").out
    assert out == f"Example\n{AMA}\nOther\n{AMA}"


def test_jsonld_of_an_article(workdir: Path, call: Call) -> None:
    write(
        workdir,
        """\
condition:
  name: Dystonia
  codes: [{system: MONDO, code: "1"}, {system: ICD-10, code: G24, match: broad}]
claims:
  - {id: first, text: "Spasms </script> & more.", references: [1, 2]}
  - {id: second, text: Spasms may hurt., references: [2]}
""",
    )
    answer = call("export", "example.yaml", "--to", "jsonld")
    assert answer.code == 0
    assert "<" not in answer.out
    page = json.loads(answer.out)
    assert page["@context"] == "https://schema.org"
    assert (page["@type"], page["@id"]) == ("MedicalWebPage", "example")
    assert page["lastReviewed"] == "2026-06-18"
    assert page["reviewedBy"] == [{"@type": "Person", "name": "Roe J"}]
    assert page["about"] == {
        "@type": "MedicalCondition",
        "name": "Dystonia",
        "code": [{"@type": "MedicalCode", "codeValue": "1", "codingSystem": "MONDO"}],
    }
    (section,) = page["hasPart"]
    assert (section["@type"], section["name"]) == ("WebPageElement", "Overview")
    claim = section["hasPart"][0]
    assert claim == {
        "@type": "Claim",
        "@id": "example#claim-first",
        "text": "Spasms </script> & more.",
        "appearance": {"@id": "example"},
        "citation": [{"@id": "example#reference-1"}, {"@id": "example#reference-2"}],
    }
    assert page["citation"][0] == {
        "@type": "ScholarlyArticle",
        "@id": "example#reference-1",
        "name": "A review of dystonia",
        "author": [{"@type": "Person", "name": "Roe J"}],
        "datePublished": "2024",
        "pagination": "7-9",
        "isPartOf": {
            "@type": "PublicationVolume",
            "isPartOf": {"@type": "Periodical", "name": "Journal of Examples"},
            "volumeNumber": "4",
        },
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5555/example.1"}
        ],
        "sameAs": "https://doi.org/10.5555/example.1",
    }


def test_jsonld_of_several_articles(workdir: Path, call: Call) -> None:
    write(workdir)
    write(workdir, "id: other\n", "other.yaml")
    told = json.loads(call("export", "example.yaml", "other.yaml", "--to", "jsonld").out)
    assert [page["@id"] for page in told["@graph"]] == ["example", "other"]


def nodes(value: Any) -> Iterator[Json]:
    """All objects in *value*."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def test_jsonld_refers_to_what_it_has(call: Call) -> None:
    """Each ``@id`` is given once, and what is referred to is there."""
    told = json.loads(call("export", DYSTONIA, "--to", "jsonld").out)
    named = [node["@id"] for node in nodes(told) if "@type" in node and "@id" in node]
    assert len(named) == len(set(named))
    referred = {node["@id"] for node in nodes(told) if set(node) == {"@id"}}
    assert referred <= set(named)
    assert sum(node.get("@type") == "Claim" for node in nodes(told)) == 85


@lru_cache
def _vocabulary() -> str:
    modules = Path(os.environ.get("CITEWELL_NPM") or ROOT / ".venv" / "npm" / "node_modules")
    path = modules / "schema-dts" / "dist" / "schema.d.ts"
    if not path.exists():
        pytest.skip(f"the vocabulary of schema.org is not installed ({path}): run 'make test'")
    return path.read_text(encoding="utf-8")


def properties(kind: str) -> set[str]:
    """The properties that schema.org knows for *kind*, by the types of schema-dts."""
    match = re.search(
        rf"interface {kind}(?:Base|Leaf) extends ([^{{]+)\{{(.*?)\n\}}", _vocabulary(), re.DOTALL
    )
    if match is None:
        return set()
    above = [name.strip().removesuffix("Base") for name in match[1].split(",")]
    own = set(re.findall(r'^    "(\w+)"\?:', match[2], re.MULTILINE))
    return own.union(*map(properties, above))


def test_jsonld_uses_only_what_schema_org_knows(workdir: Path, call: Call) -> None:
    """Every property is one of its type's."""
    assert "citation" in properties("MedicalWebPage")
    assert "citation" not in properties("MedicalCondition"), "the vocabulary does bite"
    kinds = ("article-journal", "chapter", "book", "webpage", "entry-encyclopedia", "report")
    every = "references:\n" + "".join(
        f"  - {{number: {number}, type: {kind}, title: T, authors: [Roe J], editors: [Poe E],"
        " organization: O, container: C, edition: 2nd, publisher: P, volume: 4, issue: 2,"
        " pages: 7-9, published: 2024-03, doi: 10.5555/a, pmid: 12, url: 'https://a.example/b',"
        " accessed: 2026-01-01, archive: {url: 'https://c.example', captured: 2026-01-01},"
        " access: subscription, note: N}\n"
        for number, kind in enumerate((*kinds, "dataset", "personal_communication"), 1)
    )
    write(workdir, every)
    for path in ("example.yaml", DYSTONIA):
        answer = call("export", path, "--to", "jsonld")
        assert answer.code == 0, answer.err
        for node in nodes(json.loads(answer.out)):
            if "@type" in node:
                used = {name for name in node if not name.startswith("@")}
                assert used <= properties(node["@type"]), node["@type"]


# --- other readers of what we write ----------------------------------------------------------


def test_ris_is_read_by_rispy(call: Call) -> None:
    """Another program finds in our list what the article says."""
    items = json.loads(call("export", DYSTONIA, "--to", "csl-json").out)
    records = rispy.loads(call("export", DYSTONIA, "--to", "ris").out)
    assert [record.get("title") for record in records] == [item.get("title") for item in items]
    assert [record.get("doi") for record in records] == [item.get("DOI") for item in items]
    assert records[0]["authors"] == ["Deik, A.", "et al"]
    assert [record["id"] for record in records] == [item["id"] for item in items]


def test_csl_is_taken_by_citeproc(call: Call) -> None:
    """citeproc-py prints of our CSL-JSON what we print ourselves, where that is the same."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
    from citeproc.formatter import plain
    from citeproc.source.json import CiteProcJSON

    items = json.loads(call("export", DYSTONIA, "--to", "csl-json").out)
    style = CitationStylesStyle("american-medical-association", validate=False)
    source = CiteProcJSON([{k: v for k, v in item.items() if k != "custom"} for item in items])
    bibliography = CitationStylesBibliography(style, source, plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    printed = [str(entry) for entry in bibliography.bibliography()]
    ours = call("export", DYSTONIA, "--to", "ama").out.splitlines()
    assert len(printed) == len(ours) == 16
    assert printed[12].replace(" ", "") == ours[12].replace(" ", "")
    for theirs, own in zip(printed, ours, strict=True):
        assert set(re.findall(r"10\.\d+/\S+", theirs)) == set(re.findall(r"10\.\d+/\S+", own))


# --- what is left out, and where it goes -----------------------------------------------------

BROKEN = """\
claims:
  - {id: first, text: Dystonia is a disorder of movement., references: [1]}
  - {id: second, txt: Spasms may hurt., references: [1]}
references:
  - {number: 1, type: book, title: Examples, publisher: P}
  - {number: 2, type: book}
"""


def test_broken_reference_is_left_out_and_reported(workdir: Path, call: Call) -> None:
    write(workdir, BROKEN)
    answer = call("export", "example.yaml", "--to", "ama")
    assert (answer.code, answer.out) == (1, "1. Examples. P.\n")
    told = (
        "example.yaml: 1 reference left out: the schema is broken, and 'citewell check' says how\n"
    )
    assert answer.err == told


@pytest.mark.parametrize("format_", FORMATS)
def test_list_that_is_none_is_reported(workdir: Path, call: Call, format_: str) -> None:
    write(workdir, "references: 5\n")
    answer = call("export", "example.yaml", "--to", format_)
    assert answer.code == 1
    assert answer.err.startswith("example.yaml: a list of references left out: ")


def test_broken_claim_matters_where_claims_are_told(workdir: Path, call: Call) -> None:
    write(workdir, BROKEN)
    answer = call("export", "example.yaml", "--to", "jsonld")
    assert answer.code == 1
    assert "1 claim left out" in answer.err
    claims = [node for node in nodes(json.loads(answer.out)) if node.get("@type") == "Claim"]
    assert [claim["@id"] for claim in claims] == ["example#claim-first"]


def test_unreadable_file_is_reported(workdir: Path, call: Call) -> None:
    write(workdir)
    (workdir / "broken.yaml").write_text("id: [", encoding="utf-8")
    answer = call("export", "broken.yaml", "example.yaml", "--to", "ama")
    assert answer.code == 1
    assert answer.err.startswith("broken.yaml:1: ")
    assert AMA in answer.out


@pytest.mark.parametrize("format_", FORMATS)
def test_address_with_a_secret_is_left_out(workdir: Path, call: Call, format_: str) -> None:
    """A masked address leads nowhere, so none is given away."""
    write(
        workdir,
        """\
references:
  - number: 1
    type: webpage
    title: Spasms
    url: https://example.org/a?token=x&api_key=hunter2
    archive: {url: "https://u:hunter2@example.org/", captured: 2026-01-01}
    note: See https://example.org/?api_key=hunter2
""",
    )
    answer = call("export", "example.yaml", "--to", format_)
    assert answer.code == 1
    assert "hunter2" not in answer.out + answer.err
    assert "example.org/a" not in answer.out
    assert answer.err == (
        "example.yaml: the url of reference 1 is left out: it carries a secret\n"
        "example.yaml: the archive of reference 1 is left out: it carries a secret\n"
    )


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_steers_the_terminal(workdir: Path, call: Call, format_: str) -> None:
    fragment = 'references:\n  - {number: 1, type: book, title: "a\\x1b[31mb\\x07\\u0085c"}\n'
    write(workdir, fragment)
    answer = call("export", "example.yaml", "--to", format_)
    assert answer.code == 0
    assert re.search(r"a\[31mb ?c", answer.out)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", answer.out)


def test_ids_are_unique(workdir: Path, call: Call) -> None:
    """Also where two articles have one id, or two references one number."""
    doubled = "references:\n" + "  - {number: 1, type: book, title: T}\n" * 2
    write(workdir, doubled)
    write(workdir, doubled, "other.yaml")
    answer = call("export", ".", "--to", "csl-json")
    ids = [item["id"] for item in json.loads(answer.out)]
    assert ids == ["example.1", "example.1-2", "example-2.1", "example-2.1-2"]


def test_configured_content_is_the_default(workdir: Path, call: Call) -> None:
    (workdir / "content").mkdir()
    write(workdir / "content")
    assert call("export", "--to", "ama").out == AMA
    (workdir / "own.toml").write_text('content = ["."]\nexclude = ["content"]', encoding="utf-8")
    answer = call("export", "content/example.yaml", "--to", "ama", "--config", "own.toml")
    assert answer.code == 2
    write(workdir)
    answer = call("export", "content/example.yaml", "--to", "ama", "--config", "own.toml")
    assert (answer.code, answer.err) == (
        1,
        "content/example.yaml: it is excluded by the settings\n",
    )


def test_output_goes_to_a_file(workdir: Path, call: Call) -> None:
    write(workdir)
    answer = call("export", "example.yaml", "--to", "ama", "--output", "list.txt")
    assert (answer.code, answer.out) == (0, "")
    assert (workdir / "list.txt").read_text(encoding="utf-8") == AMA
    answer = call("export", "example.yaml", "--to", "ama", "--output", "no/list.txt")
    assert answer.code == 2
    assert "no/list.txt cannot be written" in answer.err


@pytest.mark.parametrize(
    "arguments", [["nothing.yaml", "--to", "ama"], ["example.yaml"], ["example.yaml", "--to", "x"]]
)
def test_usage(workdir: Path, call: Call, arguments: list[str]) -> None:
    write(workdir)
    assert call("export", *arguments).code == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_output_is_utf8_everywhere(workdir: Path, run: Run, format_: str) -> None:
    """Whatever the terminal knows."""
    write(workdir, "references:\n  - {number: 1, type: book, title: Größe 大 😀}\n")
    done = run("export", "example.yaml", "--to", format_, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert "Größe 大 😀" in done.stdout


def test_a_section_has_its_own_claims_first(call: Call, workdir: Path) -> None:
    (workdir / "page.md").write_text("# Cramp\n\n## Overview\n\nIt hurts.\n\n- Pain\n- Ow\n")
    assert call("import", "page.md", "--output", "a.yaml").code == 0
    (section,) = json.loads(call("export", "a.yaml", "--to", "jsonld").out)["hasPart"]
    claim, below = section["hasPart"]
    assert (claim["text"], below["@type"]) == ("It hurts.", "WebPageElement")
    assert [each["text"] for each in below["hasPart"]] == ["Pain", "Ow"]


def test_what_cannot_be_read_is_said_to_be_left_out(call: Call, workdir: Path) -> None:
    (workdir / "a.yaml").write_text("")
    answer = call("export", "a.yaml", "--to", "ris")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "a.yaml:1: left out: The file is empty\n"
