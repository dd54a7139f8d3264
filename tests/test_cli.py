"""The command line: its options, its exit codes, and what each format prints."""

import itertools
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from articles import HEADER, article
from citewell import pipeline
from citewell.finding import Remark, Severity
from citewell.rules import GROUPS, RULES
from citewell.rules.rule import Rule
from conftest import ROOT, TODAY, Answer, Call, Run

FAULTY = """\
id: faulty
review: {last_reviewed: 2026-06-18, reviewers: []}
claims:
  - {id: first, text: Dystonia is a disorder of movement., references: [1]}
  - {id: bare, text: Spasms may hurt.}
references:
  - number: 1
    type: webpage
    organization: Example Institute
    title: Dystonia fact sheet
    url: http://example.org/dystonia
    accessed: 2026-06-18
"""
"""One error (uncited-claim), one warning (unreviewed-article), one info (insecure-url)."""

FAULTS = ["unreviewed-article", "uncited-claim", "insecure-url"]


def write(path: str, fragment: str, header: str = HEADER) -> Path:
    """An article of *fragment* at *path*."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(header + article(fragment), encoding="utf-8")
    return file


def configure(text: str) -> None:
    """A ``pyproject.toml`` in the current folder, with *text* below ``[tool.citewell]``."""
    Path("pyproject.toml").write_text(f"[tool.citewell]\n{text}\n", encoding="utf-8")


@pytest.fixture
def faulty(workdir: Path) -> Path:
    """The current folder, with one article that has one finding of each severity."""
    write("content/faulty.yaml", FAULTY)
    return workdir


@pytest.fixture
def check(call: Call) -> Any:
    """Runs ``citewell check`` as on the day of these tests."""

    def check(*arguments: object) -> Answer:
        return call("check", "--as-of", TODAY, *arguments)

    return check


# --- Exit codes and the choice of rules ----------------------------------------------------


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
def test_fail_on(faulty: Path, check: Any, fail_on: str, ignored: str, code: int) -> None:
    """Findings at or above the severity fail; by option as by setting, and the option wins."""
    assert check("--fail-on", fail_on, "--ignore", ignored).code == code
    configure(f'fail_on = "{fail_on}"')
    assert check("--ignore", ignored).code == code
    configure(f'fail_on = "{"never" if code else "info"}"')
    assert check("--fail-on", fail_on, "--ignore", ignored).code == code


def test_fail_on_is_error_unless_said_otherwise(faulty: Path, check: Any) -> None:
    """An error fails, a warning does not."""
    assert check().code == 1
    assert check("--ignore", "uncited-claim").code == 0


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], FAULTS),
        (["--select", "uncited-claim"], ["uncited-claim"]),
        (["--select", "claims"], ["uncited-claim"]),
        (["--select", "claims,insecure-url"], ["uncited-claim", "insecure-url"]),
        (["--select", "claims", "--select", " dates , "], FAULTS[:2]),
        (["--ignore", "claims"], ["unreviewed-article", "insecure-url"]),
        (["--ignore", "claims,dates"], ["insecure-url"]),
        (["--ignore", "claims", "--ignore", "insecure-url"], ["unreviewed-article"]),
        (["--select", "claims,dates", "--ignore", "dates"], ["uncited-claim"]),
        (["--select", "claims", "--ignore", "uncited-claim"], []),
        (["--select", "single-source-claim"], ["single-source-claim"]),  # off, but asked for
    ],
)
def test_select_and_ignore(
    faulty: Path, check: Any, arguments: list[str], found: list[str]
) -> None:
    """Rules and groups, by commas and by repetition; what is ignored is ignored."""
    assert check("--format", "json", *arguments).rules == found


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("uncited-clam", "Did you mean 'uncited-claim'?"),
        ("claims,refrences", "Did you mean 'references'?"),
        ("xyzzy", "'citewell explain' lists them."),
    ],
)
def test_unknown_rule(faulty: Path, check: Any, option: str, name: str, guess: str) -> None:
    """A mistyped rule is not silently no rule."""
    answer = check(option, name)
    assert (answer.code, answer.out) == (2, "")
    assert f"there is no rule or group '{name.rpartition(',')[2]}'. {guess}" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as-of", "2026-02-30"], "2026-02-30"),
        (["--as-of", "yesterday"], "yesterday"),
        (["--fail-on", "errors"], "errors"),
        (["--format", "xml"], "xml"),
        (["--jobs", "-1"], "-1"),
        (["--nonsense"], "--nonsense"),
        (["nowhere.yaml"], "nowhere.yaml does not exist."),
        (["nowhere"], "nowhere does not exist."),
        (["empty"], "There is no article (*.yaml, *.yml) in empty."),
    ],
)
def test_usage(faulty: Path, check: Any, arguments: list[str], said: str) -> None:
    """What cannot be done is said in a line on standard error."""
    (faulty / "empty").mkdir()
    answer = check(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err.splitlines()[-1]


def test_no_article_at_all(workdir: Path, check: Any) -> None:
    """Nothing to check is no success: no folder, an empty one, or nothing but exclusions."""
    assert "There is no article (*.yaml, *.yml) in content." in check().err
    (workdir / "content").mkdir()
    assert check().code == 2
    write("content/article.yaml", "")
    assert check().code == 0
    configure('exclude = ["content"]')
    assert check().code == 2
    configure('exclude = ["content/*.yaml"]')
    assert check().code == 2


def test_by_process(faulty: Path, run: Run) -> None:
    """The command as it is installed: findings on standard output, the verdict as its code."""
    done = run("check", "--as-of", TODAY)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "error[uncited-claim]" in done.stdout
    done = run("check", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "Error: nowhere does not exist."
    assert run("check", "--as-of", TODAY, "--ignore", "claims").returncode == 0


# --- What is printed -----------------------------------------------------------------------


def test_quiet(faulty: Path, check: Any) -> None:
    """The findings, and nothing else."""
    assert check("--quiet", "--format", "concise").out.count("\n") == 3
    whole, quiet = check().out, check("-q").out
    assert whole.startswith(quiet)
    assert whole.removeprefix(quiet).startswith("1 error, 1 warning, 1 info, 0 waived in 1 article")
    assert check("-q", "--ignore", "claims,dates,references").out == ""


def test_verbose(faulty: Path, check: Any) -> None:
    """Info is counted always and shown when asked for."""
    short, long = check().out, check("--verbose").out
    assert "insecure-url" not in short
    assert "1 info not shown: --verbose shows them." in short
    assert "info[insecure-url]" in long
    assert "not shown" not in long
    assert "1 error, 1 warning, 1 info, 0 waived" in short
    assert "1 error, 1 warning, 1 info, 0 waived" in long
    assert check("-v").out == long


@pytest.mark.parametrize("format_", ["text", "concise", "github"])
def test_statistics(faulty: Path, check: Any, format_: str) -> None:
    """The rules with findings: the gravest first, then the most frequent."""
    write("content/more.yaml", "id: more\nreview: {last_reviewed: 2020-06-18, reviewers: []}\n")
    lines = check("--format", format_, "--statistics").out.splitlines()[-4:]
    assert [line.split() for line in lines] == [
        ["1", "error", "uncited-claim"],
        ["2", "warning", "unreviewed-article"],
        ["1", "warning", "stale-review"],
        ["1", "info", "insecure-url"],
    ]


def test_a_number_is_not_a_verification(faulty: Path, check: Any) -> None:
    """Every format for people says how many claims are cited, attested, and not checked."""
    for format_ in ("text", "concise", "github"):
        out = check("--format", format_).out
        assert "1 of 2 claims cited, 0 attested: a number is not a verification." in out
        assert "1 target (DOIs and URLs) not checked: links were not asked for." in out


def test_concise(faulty: Path, check: Any) -> None:
    """One line a finding, in the order of the file."""
    assert check("--format", "concise", "-q").out == (
        "content/faulty.yaml:3:48: warning: No reviewer is named, so nobody answers for the "
        "article [unreviewed-article]\n"
        "content/faulty.yaml:9:9: error: The claim 'bare' cites no reference, so nothing backs "
        "it [uncited-claim]\n"
        "content/faulty.yaml:15:10: info: The address of reference 1 is not encrypted (http:) "
        "[insecure-url]\n"
    )


# --- Files to write ------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["text", "concise", "json", "github"])
def test_output(faulty: Path, check: Any, format_: str) -> None:
    """The file holds what would have been printed; colours only if they are asked for."""
    for color in ((), ("--color", "always")):
        printed = check("--format", format_, *color).out
        answer = check("--format", format_, "--output", "report", *color)
        assert (answer.code, answer.out, answer.err) == (1, "", "")
        assert (faulty / "report").read_text(encoding="utf-8") == printed


def test_output_replaces_the_whole(faulty: Path, check: Any) -> None:
    """An older file is replaced, keeps its mode, and leaves nothing beside it."""
    report = faulty / "report.txt"
    report.write_text("old" * 100_000)
    report.chmod(0o640)
    (faulty / "link.txt").symlink_to(report)
    before = sorted(faulty.iterdir())
    check("--output", "link.txt")
    assert "old" not in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o777 == 0o640
    assert (faulty / "link.txt").is_symlink()
    assert sorted(faulty.iterdir()) == before


def test_output_on_a_full_disk(faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays, no part of a new one is left, and the code says so."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (faulty / "report.txt").write_text("old")
    before = sorted(faulty.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    answer = check("--output", "report.txt")
    assert answer.code == 2
    assert "report.txt cannot be written: No space left on device" in answer.err
    assert (faulty / "report.txt").read_text() == "old"
    assert sorted(faulty.iterdir()) == before


@pytest.mark.parametrize("target", ["nowhere/report.txt", "content/faulty.yaml/report", "content"])
def test_output_that_cannot_be_written(faulty: Path, check: Any, target: str) -> None:
    """The code is 2 although there is an error in the article."""
    answer = check("--output", target)
    assert (answer.code, answer.out) == (2, "")
    assert target in answer.err.splitlines()[-1]
    assert "Internal" not in answer.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_output_into_a_folder_of_others(faulty: Path, check: Any) -> None:
    """A folder that we may not write into is usage, too."""
    (faulty / "locked").mkdir(mode=0o555)
    assert check("--output", "locked/report").code == 2


# --- Colour --------------------------------------------------------------------------------


def test_color_when_asked_for(faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Always and never are just that; a pipe gets none by itself."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" in check("--color", "always").out
    monkeypatch.delenv("NO_COLOR")
    plain = check("--color", "never").out
    assert "\x1b" not in plain
    assert check("--color", "auto").out == plain
    assert re.sub(r"\x1b\[\d*m", "", check("--color", "always").out) == plain


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": ""}, True),  # no-color.org: only a value that is not empty counts
        ([], {"NO_COLOR": "1"}, False),
        (["--color", "never"], {}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
    ],
)
def test_color_on_a_terminal(
    faulty: Path, arguments: list[str], environment: dict[str, str], colored: bool
) -> None:
    """A terminal gets colours unless somebody objects."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "citewell", "check", "--as-of", TODAY, "-q", *arguments]
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(command, stdout=follower, env=clean | environment):
        os.close(follower)
        printed = b"".join(iter(lambda: _read(leader), b""))
    os.close(leader)
    assert b"uncited-claim" in printed
    assert (b"\x1b[" in printed) == colored


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux says so when the other end is closed
        return b""


# --- Text: the caret -----------------------------------------------------------------------


def pointed(out: str) -> Iterator[tuple[str, str]]:
    """Each source line of *out* and what stands in it right above the carets."""
    lines = out.splitlines()
    for line, below in itertools.pairwise(lines):
        source, carets = re.match(r"\d+ \| (.*)", line), re.fullmatch(r" +\| ( *)(\^+)", below)
        if source and carets:
            start = len(carets[1])
            yield source[1], _cut(source[1], start, start + len(carets[2]))


def _cut(text: str, start: int, end: int) -> str:
    """What of *text* a terminal shows in the columns from *start* to before *end*."""
    column, cut = 0, ""
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me"):
            width = 0
        else:
            width = 2 if character in "筋緊張異常症🧠🦵ｗ" else 1
        if start <= column < end:
            cut += character
        column += width
    return cut


@pytest.mark.parametrize(
    "words",
    [
        "Spasms may hurt.",
        "筋緊張異常症 may hurt.",
        "🧠 tells 🦵 to move.",
        "Spa\u0301sms ma\u0308y hurt.",
        "ｗide 筋.",
        "ปวดที่กล้ามเนื้อ",  # marks above and below that have no combining class
        "A tab\\tand a bell\\a.",
        "x" * 300,
        "筋" * 300,
        "🧠 " + "word " * 200,
    ],
)
def test_caret(workdir: Path, check: Any, words: str) -> None:
    """The caret is right under the place, whatever stands before it."""
    write("content/a.yaml", f'claims:\n  - {{id: a, text: "{words}", references: [1, 2, 99]}}\n')
    ((line, above),) = pointed(check("--select", "unknown-reference").out)
    assert above == "99"
    assert sum(1 + (c in "筋緊張異常症🧠🦵ｗ") for c in line) < 250


def test_caret_under_control_characters(workdir: Path, check: Any) -> None:
    """Tabs and zero-width joiners are shown as escapes, and the caret knows it."""
    write("content/a.yaml", "claims:\n  - {id: a, text: a\tb\u200dc\u202ed, references: [99]}\n")
    ((line, above),) = pointed(check("--select", "unknown-reference").out)
    assert above == "99"
    assert r"a\tb\u200dc\u202ed" in line


def test_caret_spans_the_place(workdir: Path, check: Any) -> None:
    """A value is marked from its first to its last character; one over lines, to the end."""
    write("content/faulty.yaml", FAULTY)
    marked = dict(zip(FAULTS, (above for _, above in pointed(check("-v").out)), strict=True))
    assert marked["insecure-url"] == "http://example.org/dystonia"
    assert marked["uncited-claim"].startswith("{id: bare")
    write("content/faulty.yaml", "review:\n  last_reviewed: >-\n    2020-01-01\n")
    ((line, above),) = pointed(check("--select", "stale-review").out)
    assert (line, above) == ("  last_reviewed: >-", ">-")


def test_long_lines_are_cut(workdir: Path, check: Any) -> None:
    """What is left out is marked, at both ends."""
    text = f"claims:\n  - {{id: a, text: {'x' * 300}, references: [99], kind: {'fact':200}}}\n"
    write("content/a.yaml", text)
    ((line, _),) = pointed(check("--select", "unknown-reference").out)
    assert re.fullmatch(r"…x+, references: \[99\], kind: fact *…", line)
    assert len(line) == 122


def test_no_source_line_of_what_cannot_be_read(workdir: Path, check: Any) -> None:
    """Only text files are opened for their lines: a pipe would never end."""
    write("content/a.yaml", "")
    os.mkfifo(workdir / "content" / "pipe.yaml")
    command = [sys.executable, "-m", "citewell", "check", "--as-of", TODAY, "-q"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=20, check=False)
    assert done.returncode == 1
    assert "This is not a regular file" in done.stdout
    assert "|" not in done.stdout


# --- GitHub --------------------------------------------------------------------------------


def test_github(faulty: Path, check: Any) -> None:
    """Annotations, the worst first; then the figures."""
    write(
        "content/more.yaml",
        "id: more\nclaims:\n  - {id: a, text: It hurts., references: [1, 99]}\n",
    )
    lines = check("--format", "github").out.splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert lines[: len(commands)] == commands
    kinds = [line.split(" ")[0] for line in commands]
    assert kinds == ["::error"] * 2 + ["::warning"] * 2 + ["::notice"]
    assert commands[0] == (
        "::error file=content/faulty.yaml,line=9,endLine=9,col=9,endColumn=43,"
        "title=uncited-claim::The claim 'bare' cites no reference, so nothing backs it%0A"
        "Add 'references:' with the number of a source that says this, or drop the claim."
    )


def test_github_over_lines(workdir: Path, check: Any) -> None:
    """GitHub refuses columns where an annotation spans lines."""
    write("content/a.yaml", "claims:\n  - {id: a,\n     text: Spasms may hurt.}\n")
    (line,) = check("--format", "github", "--select", "uncited-claim").out.splitlines()[:1]
    assert "line=6,endLine=7,title" in line


def test_github_escapes(workdir: Path, check: Any) -> None:
    """Neither a file's name nor a value of an article can end a property or a command."""
    write(
        "content/100%,a:b.yaml",
        'references:\n  - {number: 1, type: book, title: A, doi: "10.5%0A::error::x\\n::y, z:"}\n',
    )
    lines = check("--format", "github", "--select", "malformed-doi").out.splitlines()
    (command,) = (line for line in lines if line.startswith("::"))
    assert "file=content/100%25%2Ca%3Ab.yaml,line=" in command
    message = command.split("::", 2)[2]
    assert "'10.5%250A::error::x\\n::y, z:'" in message  # the newline is shown as \n
    assert message.count("%0A") == 1  # between message and help


def test_a_file_name_cannot_write_a_line(workdir: Path, check: Any) -> None:
    """A line end in a file's name begins no line of ours, be it a workflow command."""
    write("content/a\n::error::x.yaml", "claims:\n  - {id: a, text: [], references: [99]}\n")
    for format_ in ("text", "concise", "github"):
        for line in check("--format", format_).out.splitlines():
            assert not line.startswith("::error::x"), format_


def test_github_step_summary(faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is appended to what other steps have written; other formats add nothing."""
    file = faulty / "summary.md"
    file.write_text("# before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    check("--format", "text")
    assert file.read_text(encoding="utf-8") == "# before\n"
    check("--format", "github")
    before, _, ours = file.read_text(encoding="utf-8").partition("### citewell\n")
    assert before == "# before\n"
    assert "| 1 | error | uncited-claim |\n| 1 | warning | unreviewed-article |" in ours
    assert "1 of 2 claims cited, 0 attested" in ours
    check("--format", "github")
    assert file.read_text(encoding="utf-8").count("### citewell") == 2


def test_github_step_summary_that_cannot_be_written(
    faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said in a line, and is no fault of ours."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(faulty / "nowhere" / "summary.md"))
    answer = check("--format", "github")
    assert "summary.md" in answer.err
    assert "Internal error" not in answer.err


# --- JSON ----------------------------------------------------------------------------------

FINDING_KEYS = ["rule", "group", "severity", "path", "line", "column", "end_line", "end_column"]
FINDING_KEYS += ["target", "message", "help", "fix", "fingerprint"]
KEYS = ["schema_version", "tool", "as_of", "links", "articles", "findings", "waived", "baselined"]
KEYS += ["facts", "blast_radius", "not_evaluated", "summary"]
SUMMARY_KEYS = ["error", "warning", "info", "waived", "claims", "cited_claims", "attested_claims"]
SUMMARY_KEYS += ["targets"]


def test_json_contract(workdir: Path, check: Any) -> None:
    """The keys are those of the contract, no more and no less, in its order."""
    write("content/faulty.yaml", FAULTY + WAIVERS)
    write("content/broken.yaml", "id: broken\nclaims:\n  - {id: a, text: []}\n")
    report = check("--format", "json").report
    assert list(report) == KEYS
    assert list(report["tool"]) == ["name", "version"]
    assert (report["schema_version"], report["as_of"], report["links"]) == (1, TODAY, "off")
    assert list(report["articles"][0]) == (
        ["path", "id", "claims", "cited_claims", "attested_claims", "references"]
    )
    assert all(list(finding) == FINDING_KEYS for finding in report["findings"])
    assert list(report["waived"][0]) == [*FINDING_KEYS, "waiver"]
    assert all(list(e) == ["rule", "path", "reason", "targets"] for e in report["not_evaluated"])
    assert list(report["summary"]) == SUMMARY_KEYS
    assert list(report["summary"]["targets"]) == (
        ["verified", "failing", "unverified", "exempt", "unchecked"]
    )


WAIVERS = """\
waivers:
  - {rule: insecure-url, target: "reference:1", reason: "No https: there.", owner: Roe J,
     expires: 2027-01-31}
"""


def test_json_is_valid(workdir: Path, check: Any) -> None:
    """What is printed keeps to ``schemas/check.schema.json``: fixes, waived, not evaluated."""
    fixable = "references: [1, 1]"
    write("content/faulty.yaml", FAULTY.replace("references: [1]", fixable) + WAIVERS)
    write("content/broken.yaml", "id: broken\nclaims:\n  - {id: a, text: []}\n", header="")
    Path("content/unreadable.yaml").write_text("a: [", encoding="utf-8")
    report = check("--format", "json").report
    assert report["waived"]
    assert {finding["fix"] is None for finding in report["findings"]} == {True, False}
    schema = json.loads((ROOT / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert list(validator.iter_errors(report)) == []
    report["findings"][0]["severity"] = "fatal"
    assert list(validator.iter_errors(report))


def test_json_is_the_whole_output(faulty: Path, run: Run) -> None:
    """Standard output is one object in UTF-8, whatever else is asked for."""
    options = ("--statistics", "--verbose", "--quiet", "--color", "always")
    done = run("check", "--as-of", TODAY, "--format", "json", *options)
    assert json.loads(done.stdout)["summary"]["error"] == 1
    assert "uncited-claim" in done.stderr


# --- Secrets -------------------------------------------------------------------------------

SECRET = "hunter2hunter2hunter2"
URL = f"https://me:{SECRET}@example.org/dystonia?page=2&access_token={SECRET}&a=b"
LEAKS = {
    "url": f'references:\n  - {{number: 1, type: webpage, title: A, url: "{URL}"}}\n',
    "fix": (
        'references:\n  - {number: 1, type: webpage, title: A, organization: "B", '
        f'url: "{URL}&utm_source=x"}}\n'
    ),
    "archive": (
        "references:\n  - {number: 1, type: webpage, title: A, url: http://example.org/a,\n"
        f'     archive: {{url: "{URL}", captured: 2026-06-18}}}}\n'
    ),
    "doi": f'references:\n  - {{number: 1, type: book, title: A, doi: "{URL}"}}\n',
    "wrong type": f'references:\n  - {{number: 1, type: book, title: A, accessed: "{URL}"}}\n',
    "long value of a wrong type": (
        "references:\n  - {number: 1, type: book, title: A,\n"
        f'     accessed: "https://me:{SECRET * 4}@example.org/"}}\n'
    ),
    "unknown key": f'"{URL}": 1\n',
    "cut at the end": (
        f"references:\n  - {{number: 1, type: book, doi: none, title: {'x' * 25},\n"
        f'     pmid: none, note: {"x" * 70}, url: "{URL}"}}\n'
    ),
    "cut at the beginning": (
        f'references:\n  - {{number: 1, type: webpage, url: "{URL}", title: {"x" * 10}, '
        f"pmid: none, note: {'x' * 200}}}\n"
    ),
    "waiver": (
        "review: {last_reviewed: 2020-01-01, reviewers: [Roe J]}\nwaivers:\n"
        f'  - {{rule: stale-review, target: article, reason: "See {URL}", owner: "{URL}",\n'
        "     expires: 2027-01-31}\n"
    ),
    "unused waiver": (
        f'waivers:\n  - {{rule: stale-review, target: "host:{URL}", reason: A, owner: B,\n'
        "     expires: 2027-01-31}\n"
    ),
}


@pytest.mark.parametrize("format_", ["text", "concise", "json", "github"])
@pytest.mark.parametrize("fragment", LEAKS.values(), ids=LEAKS)
def test_secrets(
    workdir: Path, check: Any, monkeypatch: pytest.MonkeyPatch, format_: str, fragment: str
) -> None:
    """No part of a secret is printed, in no format and not in the job's summary."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    write("content/a.yaml", fragment)
    answer = check("--format", format_, "--verbose")
    printed = answer.out + answer.err
    if format_ == "github":
        printed += Path("summary.md").read_text(encoding="utf-8")
    assert "a.yaml" in printed
    assert "hunter" not in printed
    assert "unter2" not in printed


def test_secrets_are_shown_as_stars(workdir: Path, check: Any) -> None:
    """What is left out is marked, and the rest of the line stays readable."""
    write(
        "content/a.yaml",
        f"references:\n  - number: 1\n    type: webpage\n    title: A\n    url: {URL}\n",
    )
    pairs = dict(pointed(check().out))
    shown = "https://***@example.org/dystonia?page=2&access_token=***&a=b"
    assert pairs[f"    url: {shown}"] == shown


# --- Paths ---------------------------------------------------------------------------------


def test_named_paths_limit_what_is_reported(faulty: Path, check: Any) -> None:
    """Findings, figures and counts are those of the named files."""
    write("content/other.yaml", "id: other\nclaims:\n  - {id: a, text: A., references: [99]}\n")
    report = check("--format", "json", "content/other.yaml").report
    assert [article["path"] for article in report["articles"]] == ["content/other.yaml"]
    assert {finding["path"] for finding in report["findings"]} == {"content/other.yaml"}
    assert report["summary"]["claims"] == 1
    both = check("--format", "json", "content/other.yaml", "content/faulty.yaml").report
    assert both == check("--format", "json").report == check("--format", "json", "content").report


def test_named_paths_are_compared_with_all(workdir: Path, check: Any) -> None:
    """A rule over several articles still sees those that are not named."""
    write("content/one.yaml", "")
    write("content/two.yaml", "")
    answer = check("--format", "json", "content/two.yaml")
    assert answer.code == 1
    (finding,) = answer.report["findings"]
    assert (finding["rule"], finding["path"]) == ("duplicate-id", "content/two.yaml")
    assert "content/one.yaml" in finding["message"]


@pytest.mark.parametrize(
    "name",
    [
        "content/one.yaml",
        "./content/../content/one.yaml",
        "{absolute}/content/one.yaml",
        "{link}/content/one.yaml",
    ],
)
def test_one_file_by_any_name(workdir: Path, check: Any, name: str) -> None:
    """However a file is called, it is one file: not its own duplicate."""
    write("content/one.yaml", "")
    link = workdir.parent / f"{workdir.name}-link"
    link.symlink_to(workdir)
    answer = check("--format", "json", name.format(absolute=workdir, link=link))
    assert answer.report["findings"] == []
    assert [a["path"] for a in answer.report["articles"]] == ["content/one.yaml"]


def test_named_file_outside_the_content(faulty: Path, check: Any) -> None:
    """It is checked, too, and compared with the content."""
    write("drafts/new.yaml", "id: faulty\n")
    report = check("--format", "json", "drafts/new.yaml").report
    assert [finding["rule"] for finding in report["findings"]] == ["duplicate-id"]


def test_named_file_may_have_any_suffix(workdir: Path, check: Any) -> None:
    """In folders only ``.yaml`` and ``.yml`` count."""
    write("content/one.yml", "id: one\n")
    write("content/two.txt", "id: two\n")
    write("content/.hidden/three.yaml", "id: three\n")
    write("content/deep/four.YAML", "id: four\n")
    paths = [article["path"] for article in check("--format", "json").report["articles"]]
    assert paths == ["content/deep/four.YAML", "content/one.yml"]
    report = check("--format", "json", "content/two.txt").report
    assert [article["id"] for article in report["articles"]] == ["two"]


# --- Settings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('contents = ["a"]', "unknown key 'contents'. Did you mean 'content'?"),
        ("xyzzy = 1", "unknown key 'xyzzy'. Known: content, "),
        ("root = 'x'", "unknown key 'root'."),
        ('content = "content"', "content is "),
        ("content = [1]", "content.0 is "),
        ("exclude = 3", "exclude is "),
        ("waivers = 3", "waivers is "),
        ('fail_on = "errors"', "fail_on is "),
        ("severity = 3", "severity is "),
        ("[severity]\nuncited-clam = 'off'", "'uncited-clam' in severity. Did you mean 'uncited-"),
        ("[severity]\nclaims = 'off'", "unknown key 'claims' in severity."),
        ("[severity]\nuncited-claim = 'fatal'", "severity.uncited-claim is 'fatal': "),
        ("[dates]\nreviews = 3", "unknown key 'reviews' in dates. Did you mean 'review'?"),
        ("[dates]\nreview = '36'", "dates.review is "),
        ("[dates]\nreview = 0", "dates.review is "),
        ("[dates]\nreview = true", "dates.review is "),
        ("[dates]\naccessed = 12", "dates.accessed is "),
        ("[dates.accessed]\nwebpages = 12", "'webpages' in dates.accessed. Did you mean 'webpage'"),
        ("[dates.published]\ndefault = 12", "unknown key 'default' in dates.published."),
        ("content = [", "is not TOML: "),
    ],
)
def test_wrong_settings(faulty: Path, check: Any, toml: str, said: str) -> None:
    """Wrong keys and types are told by name, wherever the settings stand."""
    (faulty / "citewell.toml").write_text(toml, encoding="utf-8")
    answer = check("--config", "citewell.toml")
    assert (answer.code, answer.out) == (2, "")
    assert "Error: citewell.toml" in answer.err.splitlines()[-1]
    assert said in answer.err
    configure(re.sub(r"\[(?=severity|dates)", "[tool.citewell.", toml))
    answer = check()
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "pyproject.toml" in answer.err


@pytest.mark.parametrize("toml", ["tool = 3", "[tool]\ncitewell = 3", "[[tool]]\n"])
def test_settings_that_are_no_table(faulty: Path, check: Any, toml: str) -> None:
    """Even then a sentence is all that users get."""
    (faulty / "pyproject.toml").write_text(toml, encoding="utf-8")
    answer = check()
    assert "Internal error" not in answer.err
    assert answer.code in (1, 2)


def test_config_that_is_not_there(faulty: Path, check: Any) -> None:
    """A file that is named must be there; it is shown in the help."""
    answer = check("--config", "nowhere.toml")
    assert answer.code == 2
    assert "nowhere.toml cannot be read: No such file or directory" in answer.err
    assert "--config" in check("--help").out


def test_config_replaces_pyproject(faulty: Path, check: Any) -> None:
    """Same keys, no prefix; its paths start from the current folder."""
    configure('fail_on = "never"\ncontent = ["nowhere"]')
    (faulty / "house").mkdir()
    (faulty / "house" / "rules.toml").write_text('content = ["content"]\n[severity]\n'
                                                 'insecure-url = "error"\n')  # fmt: skip
    answer = check("--config", "house/rules.toml", "--format", "json")
    assert answer.code == 1
    assert answer.report["summary"]["error"] == 2


@pytest.mark.parametrize("severity", ["error", "warning", "info", "off"])
def test_severity(faulty: Path, check: Any, severity: str) -> None:
    """A house may weigh each rule as it likes."""
    configure(f'[tool.citewell.severity]\nuncited-claim = "{severity}"')
    report = check("--format", "json").report
    found = [f["severity"] for f in report["findings"] if f["rule"] == "uncited-claim"]
    assert found == ([] if severity == "off" else [severity])
    assert check().code == (severity == "error")


def test_a_rule_that_is_off_can_be_turned_on(faulty: Path, check: Any) -> None:
    """So can one that is off by default."""
    assert "single-source-claim" not in check("--format", "json").rules
    configure('[tool.citewell.severity]\nsingle-source-claim = "info"')
    assert "single-source-claim" in check("--format", "json").rules


DATED = """\
review: {last_reviewed: 2025-01-15, reviewers: [Roe J]}
references:
  - {number: 1, type: webpage, organization: A, title: A, url: "https://example.org/a",
     accessed: 2025-01-15}
  - {number: 2, type: book, authors: [Roe J], publisher: P, title: B, published: 2019-05,
     url: "https://example.org/b", accessed: 2025-01-15}
"""


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ("", ["stale-access-date 1", "stale-source 2"]),
        ("review = 22", ["stale-review", "stale-access-date 1", "stale-source 2"]),
        ("review = 23", ["stale-access-date 1", "stale-source 2"]),
        ("accessed = {webpage = 23}", ["stale-source 2"]),
        (
            "accessed = {default = 22}",
            ["stale-access-date 1", "stale-source 2", "stale-access-date 2"],
        ),
        (
            "accessed = {book = 22}",
            ["stale-access-date 1", "stale-source 2", "stale-access-date 2"],
        ),
        ("published = {book = 91}", ["stale-access-date 1"]),
        ("published = {webpage = 1}", ["stale-access-date 1", "stale-source 2"]),
    ],
)
def test_date_policy(workdir: Path, check: Any, dates: str, found: list[str]) -> None:
    """Limits in months, by type; what a table leaves out keeps its default."""
    write("content/a.yaml", DATED)
    configure(f"[tool.citewell.dates]\n{dates}")
    options = ("--as-of", "2026-12-15", "--select", "dates", "--format", "json")
    said = [
        f"{finding['rule']} {finding['target'].partition(':')[2]}".strip()
        for finding in check(*options).report["findings"]
    ]
    assert said == found


def test_exclude(faulty: Path, check: Any) -> None:
    """Excluded files and folders are not read, not even when a hook names them."""
    write("content/drafts/new.yaml", "id: faulty\n")
    write("content/old.yaml", "id: faulty\n")
    configure('exclude = ["content/drafts", "*/old.y?ml"]')
    report = check("--format", "json").report
    assert [article["path"] for article in report["articles"]] == ["content/faulty.yaml"]
    assert "duplicate-id" not in {finding["rule"] for finding in report["findings"]}
    answer = check("--format", "json", "content/drafts/new.yaml")
    assert (answer.code, answer.report["articles"]) == (0, [])


def test_from_a_subfolder(faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are found above; their paths start from their folder, names from here."""
    configure('content = ["content"]\n[tool.citewell.severity]\nuncited-claim = "info"')
    (faulty / "docs" / "deep").mkdir(parents=True)
    monkeypatch.chdir(faulty / "docs" / "deep")
    answer = check("--format", "json")
    assert answer.code == 0
    (article_,) = answer.report["articles"]
    assert article_["path"].endswith("content/faulty.yaml")
    assert (
        "9 |       - {id: bare" in check("--verbose").out
    )  # the file is found again for its lines
    monkeypatch.chdir(faulty / "content")
    assert check("--format", "json").report["articles"][0]["path"] == "faulty.yaml"
    named = check("--format", "json", "faulty.yaml").report
    assert [article["path"] for article in named["articles"]] == ["faulty.yaml"]


def test_the_nearest_settings_count(
    faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ``pyproject.toml`` that says nothing of us does not count."""
    configure('content = ["content"]')
    (faulty / "inner").mkdir()
    monkeypatch.chdir(faulty / "inner")
    Path("pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert check().code == 1
    configure('content = ["."]')
    assert check().code == 2


# --- Many articles, and the cost of starting -----------------------------------------------


@pytest.mark.parametrize("format_", ["text", "json"])
def test_jobs(workdir: Path, run: Run, format_: str) -> None:
    """One process or two: the same bytes."""
    for number in range(100):
        write(f"content/{number % 7}/a{number}.yaml", FAULTY.replace("faulty", f"a{number}"))
    write("content/same.yaml", "id: a50\n")
    options = ("check", "--as-of", TODAY, "--verbose", "--format", format_)
    one, two = (run(*options, "--jobs", jobs) for jobs in (1, 2))
    assert one.returncode == two.returncode == 1
    assert one.stdout == two.stdout
    assert one.stderr == two.stderr == ""
    assert one.stdout.count("duplicate-id") == 2
    assert one.stdout.count("uncited-claim") == 100


def test_jobs_are_processes(workdir: Path) -> None:
    """With enough to do, all but the first is done elsewhere."""
    program = (
        "import os\n"
        "from citewell.spreading import spread\n"
        "def pid(_): return os.getpid()\n"
        "if __name__ == '__main__':\n"
        "    print(list(spread(2)(pid, range(200))).count(os.getpid()))\n"
        "    print(list(spread(1)(pid, range(200))).count(os.getpid()))\n"
    )
    (workdir / "program.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["1", "200"]


@pytest.mark.parametrize("option", ["--help", "--version", "check --help"])
def test_light_start(workdir: Path, option: str) -> None:
    """Asking for help waits for none of the heavy libraries."""
    command = [sys.executable, "-X", "importtime", "-m", "citewell", *option.split()]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    packages = {name.partition(".")[0] for name in names}
    assert "click" in packages
    assert not packages & {"requests", "jinja2", "pydantic", "pydantic_core", "yaml", "rich"}


def test_version(workdir: Path, call: Call) -> None:
    """The version is that of the package."""
    from importlib.metadata import version

    assert call("--version").out == f"citewell, version {version('citewell')}\n"


# --- explain and schema --------------------------------------------------------------------


def test_explain_lists_all(workdir: Path, call: Call) -> None:
    """Every rule by group, with severity; those with a fix are marked."""
    answer = call("explain")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert [line for line in lines if line in GROUPS] == list(GROUPS)
    listed = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert list(listed) == [rule.name for rule in RULES]
    for rule in RULES:
        assert f" {rule.severity or 'off'} " in listed[rule.name]
        assert ("✎" in listed[rule.name]) == rule.fixable


def test_explain_one(workdir: Path, call: Call) -> None:
    """What, why, a bad and a good example."""
    out = call("explain", "uncited-claim").out
    assert out.startswith("uncited-claim\ngroup claims, severity error, scope article, no fix\n")
    positions = [out.index(f"\n{title}\n") for title in ("What", "Why", "Bad", "Good")]
    assert positions == sorted(positions)
    assert "  claims:\n    - {id: tremor, text: Dystonia can come with tremor.}\n" in out


def test_explain_json(workdir: Path, call: Call) -> None:
    """The same for machines: one object, or a list of all."""
    one = json.loads(call("explain", "uncited-claim", "--format", "json").out)
    every = json.loads(call("explain", "--format", "json").out)
    assert one in every
    assert [each["rule"] for each in every] == [rule.name for rule in RULES]
    assert list(one) == (
        ["rule", "group", "severity", "scope", "fixable", "summary", "what", "why", "bad", "good"]
    )
    assert (one["severity"], one["fixable"]) == ("error", False)


@pytest.mark.parametrize(
    ("name", "guess"),
    [("uncited-clam", "Did you mean 'uncited-claim'?"), ("xyzzy", "'citewell explain' lists all.")],
)
def test_explain_what_is_not(workdir: Path, call: Call, name: str, guess: str) -> None:
    """An unknown rule is usage."""
    answer = call("explain", name)
    assert (answer.code, answer.out) == (2, "")
    assert f"There is no rule '{name}'. {guess}" in answer.err


SCHEMAS = [
    "article.schema.json",
    "check.schema.json",
    "report.schema.json",
    "waivers.schema.json",
]


def test_schema(workdir: Path, call: Call) -> None:
    """The schemas are written where asked; a second time there is nothing to write."""
    answer = call("schema")
    assert answer.code == 0
    assert answer.out.splitlines() == [f"schemas/{name}: written" for name in SCHEMAS]
    assert sorted(path.name for path in (workdir / "schemas").iterdir()) == SCHEMAS
    for name in SCHEMAS:
        Draft202012Validator.check_schema(json.loads((workdir / "schemas" / name).read_text()))
    assert call("schema").out == ""
    assert call("schema", "--output", "a/b").out.splitlines()[0] == f"a/b/{SCHEMAS[0]}: written"
    assert (workdir / "a" / "b" / SCHEMAS[0]).read_text() == (
        workdir / "schemas" / SCHEMAS[0]
    ).read_text()


def test_schema_check(workdir: Path, call: Call) -> None:
    """Missing and stale files fail the check, which writes nothing."""
    answer = call("schema", "--check")
    assert answer.code == 1
    assert answer.out.count("is not what the models say") == len(SCHEMAS)
    assert list(workdir.iterdir()) == []
    call("schema")
    answer = call("schema", "--check")
    assert (answer.code, answer.out) == (0, "")
    stale = workdir / "schemas" / SCHEMAS[1]
    stale.write_text(stale.read_text().replace("integer", "number", 1))
    answer = call("schema", "--check")
    assert answer.code == 1
    assert answer.out == (
        f"schemas/{SCHEMAS[1]}: is not what the models say: run "
        "'citewell schema --output schemas'\n"
    )
    assert call("schema", "--check", "--output", "elsewhere").code == 1


def test_schema_where_it_cannot_be_written(workdir: Path, call: Call) -> None:
    """A file where the folder was to be is usage."""
    (workdir / "file").write_text("")
    assert call("schema", "--output", "file").code == 2
    answer = call("schema", "--output", "file/below")
    assert answer.code == 2
    assert "file/below cannot be used: Not a directory" in answer.err


# --- A rule that crashes -------------------------------------------------------------------


def boom(*_: object) -> Iterator[Any]:
    """A check with a fault of its own, which shows at the first remark."""
    raise ZeroDivisionError(f"division\nby zero {URL}")
    yield Remark((), "", "")


CRASHES = {
    "document": Rule("schema-not-declared", "schema", Severity.INFO, document=boom),
    "article": Rule("weak-support", "claims", Severity.WARNING, article=boom),
    "corpus": Rule("duplicate-id", "schema", Severity.ERROR, corpus=boom),
    "outcome": Rule("expired-waiver", "waivers", Severity.ERROR, outcome=boom),
}


@pytest.fixture
def crashing(faulty: Path, monkeypatch: pytest.MonkeyPatch, request: Any) -> Rule:
    """A house in which the rule of one scope crashes."""
    broken = CRASHES[request.param]
    rules = tuple(broken if rule.name == broken.name else rule for rule in RULES)
    assert broken in rules
    monkeypatch.setattr(pipeline, "RULES", rules)
    return broken


every_scope = pytest.mark.parametrize("crashing", CRASHES, indirect=True)


@every_scope
@pytest.mark.parametrize("fail_on", ["error", "never"])
def test_a_crash_is_a_finding(crashing: Rule, check: Any, fail_on: str) -> None:
    """It beats all other codes, and the other rules still speak."""
    answer = check("--format", "json", "--fail-on", fail_on)
    assert answer.code == 2
    assert set(answer.rules) == {*FAULTS, "internal-error"}
    (crash,) = (f for f in answer.report["findings"] if f["rule"] == "internal-error")
    assert (crash["group"], crash["severity"], crash["line"]) == ("internal", "error", 1)
    assert f"The rule {crashing.name} crashed (ZeroDivisionError: " in crash["message"]
    assert "\n" not in crash["message"]
    assert SECRET not in crash["message"]


@every_scope
def test_a_crash_is_never_old_news(crashing: Rule, check: Any) -> None:
    """A report that has the crash already makes the check no more complete."""
    Path("old.json").write_text(check("--format", "json").out, encoding="utf-8")
    answer = check("--format", "json", "--baseline", "old.json")
    assert answer.code == 2
    assert answer.rules == ["internal-error"]


@every_scope
def test_a_crash_is_seen_from_any_path(crashing: Rule, check: Any) -> None:
    """A rule over all files has not judged the named one, whichever file it crashed on."""
    write("content/zzz.yaml", "id: zzz\n")
    answer = check("--format", "json", "content/zzz.yaml")
    assert answer.code == 2
    assert answer.rules == ["internal-error"]


def test_a_crash_on_house_waivers(
    faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rules that judge this file, too, may crash without ending the run."""
    rule = Rule("duplicate-key", "schema", Severity.ERROR, document=boom)
    monkeypatch.setattr(pipeline, "RULES", (*(r for r in RULES if r.name != rule.name), rule))
    configure('waivers = "waivers.yaml"')
    Path("waivers.yaml").write_text("schema_version: 1\nwaivers: []\n", encoding="utf-8")
    answer = check("--format", "json")
    assert answer.code == 2
    crashes = [f["path"] for f in answer.report["findings"] if f["rule"] == "internal-error"]
    assert crashes == ["content/faulty.yaml", "waivers.yaml"]


def test_our_own_fault_is_a_sentence(
    faulty: Path, check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong outside of rules ends with code 2 and without a traceback."""
    monkeypatch.setattr(pipeline, "discover", lambda *_: 1 / 0)
    answer = check()
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "Internal error: ZeroDivisionError: division by zero. Please report it.\n"
    )


def test_a_mistyped_command_is_told_of_one_that_is_imported_later(call: Call) -> None:
    answer = call("refesh")
    assert answer.code == 2
    assert "'refresh'" in answer.err


def test_only_the_command_that_is_run_is_imported() -> None:
    program = (
        "import sys; from citewell import cli; sys.argv = ['citewell', 'schema', '--check']\n"
        "try:\n cli.main()\nfinally: print([n for n in sys.modules if n.endswith('_cli')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.splitlines()[-1] == "[]"
