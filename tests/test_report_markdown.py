"""The report for pull-request comments: what GitHub shows, and what it makes of foreign text.

GitHub renders Markdown, and then looks for mentions and issues in the text of the page that comes
of it, wherever that stands outside of code and links. So do these tests.
"""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from conftest import TODAY, Call
from dossier import PAGE, STANDS, configure, learn, probe, report, write
from test_report import FAULTY

COMMENT = 65_536
"""Characters that GitHub takes in a comment; 60,000 bytes more would be no help."""
_MENTION = re.compile(r"(?<![\w`])@[a-zA-Z0-9]|(?<!\w)#\d|\bGH-\d|\w@\w+\.\w")
"""What GitHub makes a link of in the text of a page: people, issues, addresses of mail."""
_ADDRESS = re.compile(r"(?i)https?://|(?<![\w\\])www\.")
"""What it makes a link of where Markdown is read; a backslash in it prevents that."""


def shown(text: str) -> LexborHTMLParser:
    """The page that GitHub makes of *text*."""
    return LexborHTMLParser(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def words(page: LexborHTMLParser) -> str:
    """All text of *page* that is neither code nor a link."""

    def below(node: LexborNode) -> str:
        if node.tag in ("code", "a", "pre"):
            return " "
        if node.tag == "-text":
            return node.text(deep=False) or ""
        return "".join(below(child) for child in node.iter(include_text=True))

    assert page.body is not None
    return below(page.body)


def cells(page: LexborHTMLParser, summary: str) -> list[dict[str, str]]:
    """The rows of the table behind the fold that begins with *summary*, by the names above."""
    for fold in page.css("details"):
        head = fold.css_first("summary")
        if head is not None and head.text().startswith(summary):
            names = [cell.text() for cell in fold.css("th")]
            rows = ([cell.text(strip=True) for cell in row.css("td")] for row in fold.css("tr"))
            return [dict(zip(names, row, strict=True)) for row in rows if row]
    raise LookupError(summary)


def told(call: Call, *arguments: object) -> str:
    out = report(call, *arguments, format_="markdown").out
    assert len(out) < COMMENT
    return out


def test_what_is_shown(workdir: Path, call: Call) -> None:
    """The verdict, the articles, the findings by severity, what is not known, the provenance."""
    write("one", FAULTY)
    out = told(call)
    page = shown(out)
    text = words(page)
    assert "citewell report as of 2026-11-22" in text
    assert "Fails: 1 error, 1 warning" in text
    assert "1 of 2 claims cited, 0 attested" in text
    assert [row["Rule"] for row in cells(page, "Errors")] == ["uncited-claim"]
    assert [row["Rule"] for row in cells(page, "Warnings")] == ["unreviewed-article"]
    assert [row["Rule"] for row in cells(page, "Info")] == ["insecure-url"]
    place, _, what = cells(page, "Errors")[0].values()
    assert place == "content/one.yaml:9"
    assert "bare" in what
    assert out.index("Errors") < out.index("Warnings") < out.index("Info")
    assert "there is no ledger yet" in text
    number, state, read, ama = cells(page, "References of Example")[0].values()
    assert (number, read) == ("1", "2026-06-18")
    assert state.startswith("not asked")
    assert ama.startswith("Roe. Page.")
    command = f"citewell report --as-of {TODAY}"
    assert command in text
    assert "Left out" not in out


def test_waived_and_passed(workdir: Path, call: Call) -> None:
    waiver = "{rule: stale-review, target: article, reason: Known., owner: Poe E, "
    write("one", "review: {last_reviewed: 2020-06-18, reviewers: [Roe J]}\nwaivers:\n  - "
          f"{waiver}expires: 2027-01-31}}\n")  # fmt: skip
    learn(call, *STANDS)
    page = shown(told(call))
    assert "Passes: 0 errors, 0 warnings" in words(page)
    (row,) = cells(page, "Waived")
    assert "stale-review" in row.values()
    assert (row["Reason"], row["Owner"], row["Until"]) == ("Known.", "Poe E", "2027-01-31")
    assert "unattested-claim" in words(page), "what is off is said"
    assert "not checked" not in words(page)


HOSTILE = (
    "a | b",
    "`code",
    "</details></summary>",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden",
    "[text](https://evil.example)",
    "![picture](https://evil.example/a.png)",
    "<https://evil.example>",
    "https://evil.example/a",
    "www.evil.example",
    "roe@evil.example",
    "@roe",
    "@org/team",
    "fixes #123",
    "GH-123",
    "org/repo#123",
    "**bold** __bold__ ~~gone~~ *it*",
    "\\| \\\\| \\`",
    "&lt;b&gt; &#64;roe &commat;roe",
    ":smile: $x^2$ $$y$$",
    "# Head",
    "- item",
    "1. item",
    "> quote",
    "---",
    "[^1]",
    "[x]: https://evil.example",
    "two\\nlines",
    "a\\u2028b\\rc",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(workdir: Path, call: Call, text: str) -> None:
    """It is shown as it was written, in its own cell, and nothing in it is a link."""
    scalar = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if "\\n" in text or "\\u" in text:
        scalar = f'"{text}"'
    write("one", f"""\
title: {scalar}
review: {{last_reviewed: 2020-06-18, reviewers: [Roe J]}}
claims:
  - {{id: first, text: {scalar}, references: [1, 2]}}
references:
  - {{number: 1, type: book, authors: [Roe J], title: {scalar}, publisher: {scalar}}}
  - {{number: 2, type: webpage, organization: Roe, title: Page, url: "{PAGE}"}}
  - {{number: 3, type: webpage, title: {scalar}, url: {scalar}}}
waivers:
  - {{rule: stale-review, target: article, reason: {scalar}, owner: {scalar}, expires: 2030-01-01}}
""")  # fmt: skip
    learn(call, probe(PAGE, "gone", reason=text))
    out = told(call)
    page = shown(out)
    assert page.css("a, img, script, strong strong, em, del, h1, li li, hr, blockquote") == []
    assert not _MENTION.search(words(page))
    assert not _ADDRESS.search(out)
    assert "<!--" not in out
    assert len(page.css("details")) == out.count("<details")
    (row,) = cells(page, "Waived")
    if "\\u" not in text and "\\n" not in text:
        assert row["Reason"].replace("\u2060", "") == text
        assert row["Owner"].replace("\u2060", "") == text
    assert [row["No."] for row in cells(page, "References of")] == ["1", "2", "3"]


def many(number: int, faults: str) -> None:
    for at in range(number):
        write(f"article-{at:04}", f"title: An article on dystonia of kind {at:04}\n{faults}")


def claims(number: int) -> str:
    lines = (f"  - {{id: claim-number-{n}, text: Something {n}.}}\n" for n in range(number))
    return f"claims:\n{''.join(lines)}"


@pytest.mark.parametrize(
    ("articles", "findings"), [(1, 3), (1, 900), (20, 40), (300, 1), (300, 30)]
)
def test_it_fits_into_a_comment(workdir: Path, call: Call, articles: int, findings: int) -> None:
    """However much there is to say; and it says what it leaves out."""
    many(articles, claims(findings))
    out = told(call)
    page = shown(out)
    errors = articles * findings
    assert re.search(rf"\b{errors:,} errors?\b", words(page))
    shown_rows = len([row for row in page.css("tbody tr") if "uncited-claim" in row.text()])
    left = "".join(re.findall(r"(?m)^Left out.*", out))
    assert 0 < shown_rows <= errors
    if shown_rows < errors:
        (gone,) = re.findall(r"([\d,]+)(?: of the)? errors", left)
        assert gone == f"{errors - shown_rows:,}"
        assert shown_rows >= min(errors, 100)
    assert f"citewell report --as-of {TODAY}" in words(page)


def test_errors_come_before_what_was_not_evaluated(workdir: Path, call: Call) -> None:
    """A heap of files that cannot be read does not hide that they cannot."""
    for at in range(300):
        write(f"article-{at:04}").write_text("title: [", encoding="utf-8")
    page = shown(told(call))
    assert [row for row in page.css("tbody tr") if "invalid-yaml" in row.text()]


def test_long_titles(workdir: Path, call: Call) -> None:
    title = "dystonia " * 800
    for name in range(30):
        write(f"a{name}", f"title: {title}\n")
    out = told(call)
    assert "Left out" in out


def test_the_gravest_come_first_even_if_they_are_long(workdir: Path, call: Call) -> None:
    """Warnings do not take the place of errors."""
    entries = "".join(
        f'  - {{number: {n}, type: webpage, title: A, url: "https://{"|" * 550}{n}"}}\n'
        for n in range(1, 131)
    )
    write("one", f"references:\n{entries}")
    page = shown(told(call))
    found = [row.text() for row in page.css("tbody tr")]
    assert [row for row in found if "malformed-url" in row or "unknown-reference" in row]
    assert not [row for row in found if "uncited-reference" in row or "incomplete" in row]


def test_what_has_changed_is_said(workdir: Path, call: Call) -> None:
    write("one", FAULTY)
    report(call, "--output", "old.json")
    write("one", FAULTY.replace("http:", "https:"))
    text = words(shown(told(call, "--compare", "old.json")))
    said = "Since 2026-11-22: 0 new, 1 fixed, 0 waived, 0 of which nobody can tell, 2 unchanged."
    assert said in text


def test_summaries_of_several_articles(workdir: Path, call: Call) -> None:
    configure('fail_on = "never"')
    many(3, claims(2))
    tables = shown(told(call)).css("table")
    (rows,) = (each.css("tbody tr") for each in tables if "Attested" in each.text())
    assert len(rows) == 3
    assert [cell.text() for cell in rows[0].css("td")][1:3] == ["0 of 2", "0"]
