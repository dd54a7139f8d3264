"""``citewell report`` as a command: its options, its exit codes, and where it comes from."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from articles import HEADER, article
from citewell import pipeline
from citewell.rules import RULES
from citewell.rules.rule import Rule
from conftest import ROOT, TODAY, Call, Run
from dossier import DOI, FORMATS, PAGE, STANDS, configure, learn, probe, refused, report, write

FAULTY = """\
review: {last_reviewed: 2026-06-18, reviewers: []}
claims:
  - {id: first, text: Dystonia is a disorder of movement., references: [1]}
  - {id: bare, text: Spasms may hurt.}
references:
  - {number: 1, type: webpage, organization: Roe, title: Page, url: "http://example.org/a",
     accessed: 2026-06-18}
"""
"""One error (uncited-claim), one warning (unreviewed-article), one info (insecure-url)."""
BEGINS = {"html": "<!doctype html>", "markdown": "## citewell", "csv": "\ufeffas_of,", "json": "{"}


@pytest.fixture
def faulty(workdir: Path) -> Path:
    """The current folder, with one article that has one finding of each severity."""
    write("faulty", FAULTY)
    return workdir


# --- Formats and files ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("report.html", "html"),
        ("report.htm", "html"),
        ("REPORT.HTML", "html"),
        ("report.md", "markdown"),
        ("report.csv", "csv"),
        ("report.json", "json"),
        ("a.b.json", "json"),
    ],
)
def test_the_name_of_the_file_tells_the_format(
    faulty: Path, call: Call, name: str, format_: str
) -> None:
    answer = call("report", "--as-of", TODAY, "--output", name)
    assert (answer.code, answer.out, answer.err) == (1, "", "")
    text = Path(name).read_text(encoding="utf-8")
    assert text.startswith(BEGINS[format_])
    Path("named").mkdir()
    report(call, "--output", f"named/{name}", format_=format_)
    assert Path(f"named/{name}").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("format_", FORMATS)
def test_standard_output_gets_what_a_file_gets(faulty: Path, run: Run, format_: str) -> None:
    options = ("report", "--as-of", TODAY, "--format", format_)
    printed = run(*options, encoding=None).stdout
    run(*options, "--output", "file")
    assert printed.decode().startswith(BEGINS[format_])
    if format_ != "html":  # without an ending it is the name of a folder
        assert Path("file").read_bytes().rstrip(b"\n") == printed.rstrip(b"\n")
    run(*options, "--output", "file.x")
    assert Path("file.x").read_bytes().rstrip(b"\n") == printed.rstrip(b"\n")


def test_without_a_file_it_is_markdown(faulty: Path, call: Call) -> None:
    answer = call("report", "--as-of", TODAY)
    assert (answer.code, answer.err) == (1, "")
    assert answer.out == report(call, format_="markdown").out


@pytest.mark.parametrize(
    "given", [["--output", "pages"], ["--format", "html", "--output", "pages"]]
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_gets_an_index_and_a_page_each(
    workdir: Path, call: Call, given: list[str], is_there: bool
) -> None:
    for name in ("one", "two", "index", "Two"):
        write(name)
    if is_there:
        Path("pages").mkdir()
    assert call("report", "--as-of", TODAY, *given).code == 0
    pages = {path.name: path.read_text(encoding="utf-8") for path in Path("pages").iterdir()}
    assert len({name.lower() for name in pages}) == len(pages) == 5
    links = set(re.findall(r'href="([^"#:]+\.html)"', pages["index.html"]))
    assert links == {*pages} - {"index.html"}
    assert all('href="index.html"' in pages[name] for name in links)


def test_folders_with_dots_are_folders(faulty: Path, call: Call) -> None:
    Path("v1.0").mkdir()
    assert call("report", "--as-of", TODAY, "--output", "v1.0").code == 1
    assert sorted(path.name for path in Path("v1.0").iterdir()) == ["faulty.html", "index.html"]


@pytest.mark.parametrize("name", ["a" * 300, "../../outside", "..", "a/b", "CON", "index"])
def test_no_name_of_an_article_leads_elsewhere(workdir: Path, call: Call, name: str) -> None:
    """A page of the report is a file in the folder, whatever the article calls itself."""
    write("one")
    text = HEADER + article("").replace("id: example", f"id: {name}")
    Path("content/two.yaml").write_text(text, encoding="utf-8")
    before = {path for path in workdir.parent.rglob("*") if path.is_file()}
    answer = call("report", "--as-of", TODAY, "--output", "here/there/pages")
    assert (answer.code in (0, 1), answer.err) == (True, "")
    new = {path for path in workdir.parent.rglob("*") if path.is_file()} - before
    assert len(new) == 3
    assert {path.parent for path in new} == {workdir / "here/there/pages"}


class Names(HTMLParser):
    """Collects where a page leads, what it names, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name == "href" and tag == "a":
                self.links.add(value)
            elif name in ("src", "srcset", "data", "poster", "action", "href"):
                self.loads.append(f"{tag} {value}")


@pytest.mark.parametrize("number", [1, 3])
def test_html_is_one_file_whose_links_lead_somewhere(
    workdir: Path, call: Call, number: int
) -> None:
    for name in ("one", "two", "three")[:number]:
        write(name)
    learn(call, *STANDS)
    page = report(call, format_="html").out
    names = Names(page)
    assert names.loads == []
    assert not re.search(r"url\((?!#)|@import", page)
    assert len(names.ids) == len(set(names.ids))
    inside = {link[1:] for link in names.links if link.startswith("#")}
    assert inside <= set(names.ids)
    assert {link for link in names.links if not link.startswith("#")} == {
        f"https://doi.org/{DOI}",
        PAGE,
    }


# --- What cannot be done -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "pdf"], "pdf"),
        (["--format", "sarif"], "sarif"),
        (["--output", "report.txt"], "--format"),
        (["--output", "report.xml"], "--format"),
        (["--format", "csv", "--output", "folder"], "one file"),
        (["--format", "json", "--output", "folder"], "one file"),
        (["--format", "markdown", "--output", "folder"], "one file"),
        (["--output", "nowhere/report.json"], "nowhere/report.json cannot be written"),
        (["--output", "nowhere/report.html"], "nowhere/report.html cannot be written"),
        (["--output", "file/report.csv"], "file/report.csv cannot be written"),
        (["--output", "file/pages"], "file/pages cannot be used"),
        (["--as-of", "2026-02-30"], "2026-02-30"),
        (["--fail-on", "errors"], "errors"),
        (["--select", "xyzzy"], "there is no rule or group 'xyzzy'"),
        (["--ignore", "schema,xyzzy"], "there is no rule or group 'xyzzy'"),
        (["--select", "links", "--ignore", "links"], "No rule is left"),
        (["--jobs", "-1"], "-1"),
        (["--links"], "--links"),
        (["--cached"], "--cached"),
        (["--since", "HEAD"], "--since"),
        (["--ledger", "file"], "file"),
        (["--ledger", "folder"], "folder"),
        (["--config", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["--config", "file"], "file is not TOML"),
        (["--compare", "nowhere.json"], "nowhere.json cannot be read"),
        (["nowhere.yaml"], "nowhere.yaml does not exist"),
        (["folder"], "There is no article"),
    ],
)
def test_usage(faulty: Path, call: Call, arguments: list[str], said: str) -> None:
    Path("folder").mkdir()
    Path("file").write_text("a file: of another kind", encoding="utf-8")
    refused(call("report", "--as-of", TODAY, *arguments), said)
    assert list(Path("folder").iterdir()) == []
    assert Path("file").read_text(encoding="utf-8") == "a file: of another kind"


def test_a_full_disk_is_said(faulty: Path, run: Run) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run("report", "--format", "json", capture_output=False, stdout=full, stderr=-1)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: The output cannot be written")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("format_", FORMATS)
def test_a_name_that_is_no_text(workdir: Path, run: Run, format_: str) -> None:
    """A file can be called by any bytes, and be named on the command line."""
    write("one")
    name = b"content/\xff.yaml"
    Path("content/one.yaml").rename(name.decode(errors="surrogateescape"))
    for paths in ([], [name.decode(errors="surrogateescape")]):
        done = run("report", "--as-of", TODAY, "--format", format_, *paths)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_poor_terminal(workdir: Path, run: Run, encoding: str) -> None:
    write("one", "title: Dystonia 筋緊張異常症\n")
    documents = [("report", format_) for format_ in FORMATS]
    documents += [("check", format_) for format_ in ("json", "junit", "sarif", "gitlab")]
    for command, format_ in documents:
        environment = {"PYTHONIOENCODING": encoding}
        options = (command, "--as-of", TODAY, "--format", format_)
        done = run(*options, env=environment, encoding=None)
        assert done.stderr == b""
        assert run(*options, "--output", "whole.out").stderr == ""
        assert done.stdout == Path("whole.out").read_bytes()


# --- Exit codes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fail_on", "ignored", "code"),
    [
        ("error", "", 1),
        ("error", "uncited-claim", 0),
        ("warning", "uncited-claim", 1),
        ("warning", "uncited-claim,unreviewed-article", 0),
        ("info", "uncited-claim,unreviewed-article", 1),
        ("info", "uncited-claim,unreviewed-article,insecure-url", 0),
        ("never", "", 0),
    ],
)
@pytest.mark.parametrize("format_", FORMATS)
def test_exit_codes_are_those_of_check(
    faulty: Path, call: Call, format_: str, fail_on: str, ignored: str, code: int
) -> None:
    """By option as by setting, and the option wins; the first line says the same."""
    options = ("--ignore", ignored)
    answer = report(call, "--fail-on", fail_on, *options, format_=format_)
    assert answer.code == code
    assert call("check", "--cached", "--as-of", TODAY, "--fail-on", fail_on, *options).code == code
    if format_ in ("html", "markdown"):
        word = "Judged" if fail_on == "never" else ("Passes", "Fails")[code]
        assert re.findall(r"\b(Fails|Passes|Judged)\b", answer.out)[0] == word
    configure(f'fail_on = "{fail_on}"')
    assert report(call, *options, format_=format_).code == code
    configure(f'fail_on = "{"never" if code else "info"}"')
    assert report(call, "--fail-on", fail_on, *options, format_=format_).code == code


def test_a_rule_that_crashes(faulty: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_arguments: object) -> Any:
        raise ZeroDivisionError("by zero")

    broken = Rule("broken-rule", "claims", RULES[0].severity, article=crash)
    monkeypatch.setattr(pipeline, "RULES", (*RULES, broken))
    for format_ in FORMATS:
        answer = call("report", "--as-of", TODAY, "--format", format_)
        assert (answer.code, answer.err) == (2, "")
        assert format_ == "csv" or "broken-rule" in answer.out


# --- The contract --------------------------------------------------------------------------


def validate(told: Any) -> None:
    schema = json.loads((ROOT / "schemas/report.schema.json").read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(told)


def contains(whole: Any, part: Any, where: str = "") -> None:
    """Assert that all of *part* is in *whole*, with equal values."""
    if isinstance(part, dict):
        assert part.keys() <= whole.keys(), where
        for key in part:
            contains(whole[key], part[key], f"{where}.{key}")
    elif isinstance(part, list):
        assert len(whole) == len(part), where
        for at, (one, other) in enumerate(zip(whole, part, strict=True)):
            contains(one, other, f"{where}[{at}]")
    else:
        assert whole == part, where


def test_the_real_article(workdir: Path, call: Call) -> None:
    for arguments in ([], ["--select", "references,links"], ["--ignore", "dates"]):
        told = report(call, str(ROOT / "content"), *arguments).report
        validate(told)
        check = ("check", "--cached", "--as-of", TODAY, "--format", "json")
        contains(told, call(*check, str(ROOT / "content"), *arguments).report)
        assert told["links"] == "cached"


def test_json_holds_all_that_check_says(faulty: Path, call: Call) -> None:
    write(
        "two", "waivers:\n  - {rule: stale-review, target: article, owner: a, expires: 2030-01-01}"
    )
    write("three", "claims:\n  - {id: first, txt: a}\n")
    write(
        "four",
        "claims: [{id: first, text: a, references: [1, 1]}]\nwaivers:\n  - {rule: "
        "repeated-citation, target: 'claim:first', reason: b, owner: a, expires: 2030-01-01}\n",
    )
    Path("content/five.yaml").write_text("title: [", encoding="utf-8")
    learn(call, *STANDS, probe("http://example.org/a", "gone"))
    told = report(call).report
    validate(told)
    check = call("check", "--cached", "--as-of", TODAY, "--format", "json").report
    assert check["waived"]
    assert check["facts"]
    assert check["not_evaluated"]
    contains(told, check)
    Path("old.json").write_text(json.dumps(told | {"findings": told["findings"][3:]}))
    validate(report(call, "--compare", "old.json").report)


def test_a_folder_is_replaced_at_the_end(
    workdir: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is broken off leaves the pages as they were, and nothing beside them."""
    write("one")
    write("two")
    call("report", "--as-of", TODAY, "--output", "pages")
    before = {path.name: path.read_bytes() for path in Path("pages").iterdir()}
    assert sorted(before) == ["index.html", "one.html", "two.html"]

    def broken_off(*_arguments: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("citewell.report.html._index", broken_off)
    assert call("report", "--as-of", "2026-11-23", "--output", "pages").code == 130
    assert {path.name: path.read_bytes() for path in Path("pages").iterdir()} == before
