"""Whole imports of pages with markup, and the check of what comes of them."""

from pathlib import Path

import pytest

from citewell.exchange.assembly import Wanted, assemble
from citewell.exchange.page import Entry, ImportFailure, Page
from conftest import Call

PAGES = Path(__file__).parent / "pages"


@pytest.mark.parametrize(
    ("name", "claims"),
    [
        ("tremor.html", "11 claims, 7 cited; 4 references, 0 with a note."),
        ("tremor.xml", "11 claims, 4 cited; 5 references, 2 with a note."),
        ("tremor.md", "9 claims, 4 cited; 3 references, 0 with a note."),
    ],
)
def test_a_page_becomes_an_article_that_can_be_checked(
    name: str, claims: str, workdir: Path, call: Call
) -> None:
    made = call("import", PAGES / name, "--condition", "Tremor", "--output", "tremor.yaml")
    assert (made.code, made.err.splitlines()[-1]) == (0, claims)
    checked = call("check", "tremor.yaml", "--as-of", "2022-06-01", "--format", "json")
    groups = {finding["group"] for finding in checked.report["findings"]}
    assert "schema" not in groups
    assert not {"unknown-reference", "marker-in-text"} & set(checked.rules)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.html", b"<div>" * 1000, "its elements are nested more than 150 deep"),
        ("a.md", b"> " * 1000 + b"a", "it is nested more than 40 deep"),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><article>&b;</article>', "declarations"),
    ],
)
def test_a_hostile_page_is_one_sentence(
    name: str, content: bytes, message: str, workdir: Path, call: Call
) -> None:
    Path(name).write_bytes(content)
    answer = call("import", name)
    assert (answer.code, answer.out) == (2, "")
    assert message in " ".join(answer.err.split())
    assert "Traceback" not in answer.err


def test_more_references_in_print_than_a_page_has_are_refused() -> None:
    """To read each of them takes its time; lists in the formats of managers may be longer."""
    page = Page((), (Entry(None, 1, "Roe J. Tremor. 2011."),) * 5_001)
    with pytest.raises(ImportFailure, match="more than 5,000 are no page"):
        assemble(page, "page", Wanted())
