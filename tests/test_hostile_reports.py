"""Hostile content is inert in every format of ``check`` and ``report``; secrets are shown as ***.

One article holds hostile text wherever it can hold text, and so do the facts about its
references. The browser's side of it, with Chromium, is in ``test_browser.py``.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from citewell import inert
from conftest import TODAY, Call
from dossier import DOI, JOURNAL, learn, probe, record, report, table, write

OF_CHECK = ("text", "concise", "json", "github", "gitlab", "sarif", "junit")
OF_REPORT = ("html", "markdown", "csv", "json")
TEXTS = {
    "tags": "</script></style></title></textarea><script>alert(1)</script>--><!--><b>"
    "<img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "attributes": '" onerror="alert(1)" autofocus onfocus=alert(1) x=\' onmouseover=\'alert(1)',
    "javascript": "javascript:alert(1)//https://site.example/",
    "data": "data:text/html,<script>alert(1)</script>",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;b&#x3e; {{ 7 * 7 }}{% raw %}${7*7}",
    "formula": '=HYPERLINK("https://evil.example","click")',
    "command": "=cmd|' /C calc'!A0",
    "controls": "\x1b[31mred\x1b]0;title\x07\x1b[2J \x9b31m\x9d0;title\x9c a\x00b\x08c\x7fd\x0be",
    "direction": "\u202eabc\u202c \u2066def\u2069 \u200f a\u200bb\u2060c\ufeffd\U000e0041",
    "separators": "a\u2028b\u2029c\x85d",
    "lines": "a\rb\nc\r\n\n::error::owned\r::error::owned\td",
    "workflow": "::error file=x::owned%0A::set-output name=a::b",
    "long": "x" * 500,
}
SECRETS = (
    "https://me:sesame@site.example/a",
    "https://site.example/a?access_token=sesame&b=c",
    "https://site.example/a#api_key=sesame",
    "https://sesame@site.example/a",
)


def scalar(text: str) -> str:
    """*text* as a YAML scalar in quotes, every character of it spelled out."""
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def article(text: str, url: str) -> str:
    """An article that holds *text* wherever it can, and findings that quote it."""
    own, key, address = scalar(text), scalar(text[:60]), scalar(url)
    return f"""\
title: {own}
condition: {{name: {own}, codes: [{{system: {own}, code: {own}}}]}}
review: {{last_reviewed: 2020-06-18, reviewers: [{own}]}}
sections:
  - id: overview
    heading: {own}
    layout: list
    lead_in: {own}
    claims:
      - {{id: first, text: {own}, references: [1, 2, 3, 9], locators: {{1: {own}}}}}
      - {{id: bare, text: {own}}}
      - {{id: broken, text: Something., {key}: {own}, references: {own}}}
references:
  - {{number: 1, type: article-journal, authors: [{own}, {own}], title: {own}, container: {own},
     edition: {own}, publisher: {own}, volume: {own}, issue: {own}, pages: {own}, published: 2024,
     doi: {own}, url: {address}, accessed: 2020-06-18, note: {own},
     archive: {{url: {own}, captured: 2024-06-19}}}}
  - {{number: 2, {JOURNAL}, doi: {DOI}, url: "https://site.example/a"}}
  - {{number: 3, type: webpage, organization: {own}, title: {own}, url: {own}}}
  - {{number: 4, type: personal_communication, authors: [{own}], title: {own}}}
  - {{number: 5, type: {own}, title: {own}}}
waivers:
  - {{rule: {own}, target: article, reason: {own}, owner: {own}, expires: 2027-01-31}}
  - {{rule: stale-review, target: article, reason: {own}, owner: {own}, expires: 2027-01-31}}
"""


@pytest.fixture
def make(workdir: Path, call: Call) -> Any:
    """Makes such an article, an attestation in it, and facts, all with the same text."""

    def make(text: str, url: str = "https://site.example/b") -> None:
        write("one", article(text, url))
        quote = " ".join("".join(filter(str.isprintable, text)).split()) or "x"
        attest = ("--reference", 2, "--by", quote, "--date", "2026-08-01", "--quote", quote)
        call("attest", "content/one.yaml", "first", *attest)
        notice = {"kind": "correction", "label": text, "source": text, "issued": text, "doi": text}
        name = {"family": text, "given": text}
        held = record(titles=[text, text], authors=[name], containers=[text], volume=text,
                      issue=text, pages=[text], notices=[notice], doi=DOI)  # fmt: skip
        final = {"final_url": text, "title": text, "reason": text}
        site = probe("https://site.example/a", "suspicious", **final)
        learn(call, held, probe(DOI, reason=text), site, probe(url, "moved", **final))

    return make


def check(call: Call, format_: str, *more: object) -> str:
    answer = call("check", "--cached", "--as-of", TODAY, "--format", format_, *more)
    assert (answer.code, answer.err) == (1, "")
    return answer.out


def every(call: Call) -> Iterator[tuple[str, str]]:
    """The output of each format of each command."""
    for format_ in OF_CHECK:
        yield f"check {format_}", check(call, format_, "--verbose")
    for format_ in OF_REPORT:
        yield f"report {format_}", report(call, format_=format_).out


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_steers_a_screen(make: Any, call: Call, name: str) -> None:
    """No control character but line ends, no character that turns text round or hides it."""
    make(TEXTS[name])
    for format_, out in every(call):
        rest = out.removeprefix("\ufeff") if format_ == "report csv" else out
        if format_ == "report markdown":
            rest = rest.replace("\u2060", "")  # ours: it keeps names and numbers from being links
        if format_ == "report csv":
            rest = rest.replace("\r\n", "\n")
        found = {c for c in rest if unicodedata.category(c) in ("Cc", "Zl", "Zp")} - {"\n"}
        assert not found, format_
        turning = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
        assert not {*turning, "\u200b", "\u2060", "\ufeff", "\U000e0041"} & set(rest), format_


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("as_pages", [False, True])
def test_html_runs_nothing_of_others(make: Any, call: Call, name: str, as_pages: bool) -> None:
    make(TEXTS[name])
    if as_pages:
        write("two")
        call("report", "--as-of", TODAY, "--output", "pages")
        pages = [path.read_text(encoding="utf-8") for path in Path("pages").iterdir()]
        assert len(pages) == 3
    else:
        pages = [report(call, format_="html").out]
    write("one")
    (script,), (style,) = ([node.text() for node in LexborHTMLParser(
        report(call, format_="html").out).css(tag)] for tag in ("script", "style"))  # fmt: skip
    for text in pages:
        page = LexborHTMLParser(text)
        assert [node.text() for node in page.css("script")] == [script]
        assert [node.text() for node in page.css("style")] == [style]
        assert page.css("iframe, object, embed, base, link, form, img, video, audio, area") == []
        assert len(page.css("meta")) == 4
        for node in page.css("*"):
            assert not {a for a in node.attributes if a.lower().startswith("on")}, node.html
            assert "autofocus" not in node.attributes
            assert "style" not in node.attributes
            for attribute in ("href", "src", "action", "xlink:href"):
                target = node.attributes.get(attribute)
                assert target is None or re.match(r"https?://|#|[\w.-]+\.html$", target), target
        assert "Content-Security-Policy" in text


@pytest.mark.parametrize("name", TEXTS)
def test_html_shows_what_was_written(make: Any, call: Call, name: str) -> None:
    """The words are there, as words."""
    make(TEXTS[name])
    page = LexborHTMLParser(report(call, format_="html").out)
    heading = page.css_first("h1")
    assert heading is not None
    assert heading.text(strip=True) == inert.fit(TEXTS[name]).strip()


@pytest.mark.parametrize("name", TEXTS)
def test_json_means_what_was_written(make: Any, call: Call, name: str) -> None:
    """Titles, claims and reasons come back as they are fit to be shown."""
    text = TEXTS[name]
    make(text)
    told = report(call).report
    check(call, "json")
    (article_,) = told["articles"]
    fit = inert.fit(text)
    assert article_["title"] == article_["condition"] == fit
    (section,) = article_["sections"]
    assert (section["heading"], section["lead_in"]) == (fit, fit)
    assert {claim["text"] for claim in section["claims"]} == {fit}
    first = article_["reference_list"][0]["work"]
    for field in ("title", "container", "publisher", "volume", "issue", "pages", "note"):
        assert first[field] == fit
    assert told["waivers"][1]["reason"] == fit


@pytest.mark.parametrize("name", TEXTS)
def test_csv_has_one_line_a_row_and_no_formula(make: Any, call: Call, name: str) -> None:
    make(TEXTS[name])
    out = report(call, format_="csv").out
    rows = table(out)
    assert len(rows) == out.count("\r\n") - 1 == out.count("\n") - 1
    for row in rows:
        assert None not in row
        for cell in row.values():
            assert not cell.strip().startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize("name", TEXTS)
def test_commands_of_a_workflow_are_ours(make: Any, call: Call, name: str) -> None:
    """Each line that begins one is a finding; GitHub takes what follows a line end for one."""
    make(TEXTS[name])
    out = check(call, "github")
    findings = call("check", "--cached", "--as-of", TODAY, "--format", "json").report["findings"]
    commands = [line for line in out.split("\n") if "::" in line and line.startswith("::")]
    assert len(commands) == len(findings)
    for line in commands:
        assert re.match(r"::(error|warning|notice) file=content/one\.yaml,line=\d+", line)
    answer = call("report", "--as-of", TODAY, "--format", "markdown")
    assert not [line for line in answer.out.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.parametrize("name", TEXTS)
def test_lines_are_findings(make: Any, call: Call, name: str) -> None:
    """In the concise format no finding breaks its line, and none is made up."""
    make(TEXTS[name])
    findings = json.loads(check(call, "json"))["findings"]
    lines = check(call, "concise", "--quiet").splitlines()
    assert len(lines) == len(findings)
    for line, finding in zip(lines, findings, strict=True):
        assert line.startswith(f"content/one.yaml:{finding['line']}:{finding['column']}: ")
        assert line.endswith(f"[{finding['rule']}]")


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_shown_nowhere(make: Any, call: Call, secret: str) -> None:
    """Not in an address, nor in any text that holds one, nor in a fact about it."""
    make(f"see {secret} there", secret)
    for format_, out in every(call):
        assert "sesame" not in out, format_
        if format_ not in ("check concise", "check gitlab"):
            assert "***" in out.replace("\\*", "*"), format_
    page = LexborHTMLParser(report(call, format_="html").out)
    assert not [node for node in page.css("a") if "***" in (node.attributes.get("href") or "")]
    Path("pages").mkdir()
    call("report", "--as-of", TODAY, "--output", "pages")
    for path in Path("pages").iterdir():
        assert "sesame" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("format_", OF_REPORT)
def test_hostile_names_of_files(workdir: Path, call: Call, format_: str) -> None:
    """A name of a file is foreign text, too."""
    for name in (
        '<img src=x onerror=alert(1)>"',
        "=1+1",
        "\x1b[31m",
        "a\nb",
        "\u202eabc",
        "| @roe",
    ):
        write("one", "claims: [{id: first, text: Something.}]\n").rename(f"content/{name}.yaml")
    answer = report(call, format_=format_)
    out = answer.out
    assert not {"\x1b", "\u202e"} & set(out)
    if format_ == "json":
        assert len(answer.report["articles"]) == 6
    if format_ == "csv":
        assert {len(row) for row in table(out)} == {len(table(out)[0])}
        assert len({row["path"] for row in table(out)}) == 6
    if format_ == "html":
        assert LexborHTMLParser(out).css("img") == []


def test_names_of_settings_and_paths_in_the_command(workdir: Path, call: Call) -> None:
    Path("<script>.toml").write_text("[dates]\nreview = 7\n", encoding="utf-8")
    write().rename("<script>alert(1)<.yaml")
    arguments = ("--config", "<script>.toml", "<script>alert(1)<.yaml")
    page = report(call, *arguments, format_="html").out
    assert len(LexborHTMLParser(page).css("script")) == 1
