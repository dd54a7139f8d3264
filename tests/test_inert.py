"""Text that would steer a screen, a browser, a spreadsheet or GitHub is made to do nothing."""

import csv
import io
import json
import re
import unicodedata
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from citewell import inert
from citewell.identifiers import mask_secrets

ANY = st.text(st.characters(codec="utf-8"), max_size=60)
NASTY = st.text(
    st.sampled_from(
        "ab =+-@\t\r\n'\"`|<>&\\*_[]()#~!$:.;,\x00\x1b\x7f\x85\xa0\u200b\u202e\u2028＝＠"
    ),
    max_size=30,
)
STEERING = (
    *("\x00", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9b"),
    *("\u061c", "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e"),
    *("\u2060", "\u2066", "\u2069", "\ufeff", "\ufff9", "\ufffe", "\U000e0041"),
)
HARMLESS = "Dystonie – 筋緊張異常症 \u00ad👩‍🔬 ♥️ עברית عربي नहीं a\u0301"


@pytest.mark.parametrize("character", STEERING)
def test_steering_characters_are_spelled_out(character: str) -> None:
    text = f"ab{character}cd"
    assert inert.fit(text) == f"ab\\u{ord(character):04x}cd" or ord(character) > 0xFFFF
    assert character not in inert.fit(text)
    assert character not in inert.json(json.dumps(text, ensure_ascii=False))


def test_what_belongs_to_words_stays() -> None:
    """Joiners, soft hyphens, variation selectors, accents, and scripts from right to left."""
    assert inert.fit(HARMLESS) == HARMLESS
    assert inert.json(HARMLESS) == HARMLESS
    assert inert.cell(HARMLESS) == HARMLESS


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\rb", "a\t\tb", "a \n b", "\n", "\r\r\n\t"])
def test_one_line(text: str) -> None:
    assert not {"\n", "\r", "\t"} & set(inert.fit(text))
    assert inert.fit(text).split() == text.split()


@given(ANY | NASTY)
def test_fit_text_steers_nothing(text: str) -> None:
    fit = inert.fit(text)
    for character in fit:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(character) not in (
            *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"),
        )
    assert len(fit.splitlines()) <= 1
    assert inert.fit(fit) == fit
    fit.encode()


@given(ANY)
def test_printable_text_stays_as_it_is(text: str) -> None:
    if text.isprintable() and mask_secrets(text) == text:
        assert inert.fit(text) == text


@pytest.mark.parametrize("text", ["a\ud800b", "\udcff"])
def test_half_characters(text: str) -> None:
    """A name of a file may hold some."""
    inert.fit(text).encode()
    inert.json(text).encode()


def test_secrets_are_masked() -> None:
    text = "see https://me:sesame@site.example/?access_token=sesame&a=b#sid"
    assert inert.fit(text) == "see https://***@site.example/?access_token=***&a=b#sid"
    assert "sesame" not in inert.fit("https://me:ses\u200bame@site.example/")


@given(st.recursive(ANY | st.none() | st.integers(), st.lists, max_leaves=5))
def test_json_means_the_same(value: object) -> None:
    text = inert.json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(text) == value
    for character in text:
        category = unicodedata.category(character)
        assert category not in ("Cc", "Zl", "Zp") or character == "\n"


@pytest.mark.parametrize("character", [*STEERING, "\U000e0001", "\U000e007f"])
def test_json_has_escapes(character: str) -> None:
    text = inert.json(json.dumps(character, ensure_ascii=False))
    assert text.isascii()
    assert json.loads(text) == character


FORMULAS = ("=1+1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "  +1", "\u00a0-1", "\u3000=1")
FORMULAS += ("＝1", "＋1", "－1", "＠a", " ＝1", "\n=1", "=", "-", "\ta", "\ra")


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_text(text: str) -> None:
    assert inert.cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "a=1", "1-1", "'=1", "a", " a", "(=1)", "–1", "−1", "7"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert inert.cell(text) == text


@given(ANY | NASTY)
def test_no_cell_begins_a_formula(text: str) -> None:
    """Also as it comes out of a file, and after blanks that a spreadsheet drops."""
    file = io.StringIO()
    csv.writer(file).writerow([inert.cell(inert.fit(text)), "b"])
    (cell, _), *rest = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert rest == []
    for part in cell.split(";"):  # where spreadsheets of many languages split
        assert not part.strip().startswith(tuple("=+-@＝＋－＠"))
    assert not cell.startswith(("\t", "\r", "\n"))
    assert cell.replace("'", "") == inert.fit(text).replace("'", "")


def rendered(text: str) -> str:
    """The HTML that GitHub's flavour of Markdown makes of a cell of *text*."""
    table = f"| a | b |\n|---|---|\n| {inert.markdown(inert.fit(text))} | b |\n"
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(table)


@given(ANY | NASTY)
def test_markdown_is_text(text: str) -> None:
    """Two cells, with the text in one of them, and no more tags than those of the table."""
    page = rendered(text)
    assert page.count("<td>") == 2
    assert page.count("<") == rendered("a").count("<")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a | b",
            "`a`",
            "**a**",
            "__a__",
            "~~a~~",
            "<b>a</b>",
            "[a](b)",
            "![a](b)",
            "&lt;",
            "a\\",
        ),
        *("\\| a", "\\\\| a", "`a | b`", "<!-- a", "# a", "$a$", ":a:", "[^1]", "<https://a.b>"),
    ],
)
def test_markdown_shows_what_was_written(text: str) -> None:
    cell = rendered(text).split("<td>")[1].partition("</td>")[0]
    assert unescape(cell).replace("\u2060", "") == text


@pytest.mark.parametrize("text", ["@roe", "a @roe b", "@org/team", "(@roe)", "roe@site.example"])
def test_nobody_is_called(text: str) -> None:
    assert not any(f"@{letter}" in rendered(text) for letter in "ros")


@pytest.mark.parametrize("text", ["#123", "fixes #123", "org/repo#123", "GH-123", "gh-123"])
def test_no_issue_is_named(text: str) -> None:
    """GitHub looks for them in the text of the page, where the backslashes are gone."""
    page = rendered(text).lower()
    assert "#1" not in page
    assert "gh-1" not in page


@pytest.mark.parametrize(
    "text", ["https://site.example", "HTTP://site.example", "www.site.example", "ftp://a.example"]
)
def test_no_address_is_a_link(text: str) -> None:
    """GitHub makes a link of it (GFM, 6.9), unless a backslash stands in it."""
    made = inert.markdown(text)
    assert not re.search(r"(?<!\\)://|^www\.", made)
