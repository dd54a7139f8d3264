"""The real article: every fault that it has, at its line; and every fault that it could get.

Lines are found by searching the text, so that no position of ours is believed.
"""

import re
import subprocess
import sys
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from citewell.finding import Finding, Outcome
from citewell.pipeline import Request, run
from citewell.settings import Settings
from conftest import ROOT, TODAY, Answer, Call, Run

TEXT = (ROOT / "content" / "dystonia.yaml").read_text(encoding="utf-8")
LINES = TEXT.split("\n")
CITATIONS = [n for n, line in enumerate(LINES, 1) if re.match(r" +references: \[\d", line)]
"""The lines with the references of a claim."""


def entry(number: int, key: str = "- number") -> int:
    """The line of *key* in the block that begins ``- number: N``."""
    start = LINES.index(f"  - number: {number}") + 1
    if key == "- number":
        return start
    for line in range(start + 1, len(LINES) + 1):
        if LINES[line - 1].startswith(f"    {key}:"):
            return line
        if LINES[line - 1].startswith("  - number:"):
            break
    raise LookupError(f"reference {number} has no {key}")


def only(text: str) -> int:
    """The only line that is *text*, blanks around it aside."""
    (line,) = (n for n, line in enumerate(LINES, 1) if line.strip() == text)
    return line


def claim_of(citation: int) -> int:
    """The line of the id of the claim that has its references on the line *citation*."""
    return next(n for n in range(citation, 0, -1) if "- id: " in LINES[n - 1])


DEMANDED: dict[str, list[int]] = {
    "stale-access-date": [entry(n, "accessed") for n in (1, 2, 4, 5, 6, 9, 11, 13, 14)],
    "unidentifying-url": [entry(n, "url") for n in (1, 2, 4, 5, 6, 9)],
    "shared-url": [entry(n, "url") for n in (2, 5, 6, 9)],
    "tracking-parameters": [entry(11, "url")],
    "uncited-reference": [entry(n) for n in (13, 14, 15, 16)],
    # The page has no "et al" on 3, though the demand names it; 5 and 6 hide editors.
    "hidden-authors": [entry(n, "et_al") for n in (1, 4, 5, 6, 7, 10, 12)],
    "personal-communication-listed": [entry(16)],
    "citation-order": [min(n for n in CITATIONS if re.search(r"\b3\b", LINES[n - 1]))],
    "stale-review": [only("last_reviewed: 2022-06-18")],
    "unreviewed-article": [only("reviewers: []")],
    "incomplete-reference": [entry(n) for n in (2, 3, 5, 6, 7, 9, 10, 12)],
}


@pytest.fixture(scope="module")
def as_it_is() -> Answer:
    """What the command says of the article; the process is run once."""
    command = [sys.executable, "-m", "citewell", "check", "--as-of", TODAY, "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("rule", DEMANDED)
def test_demanded_findings(as_it_is: Answer, rule: str) -> None:
    """Each finding that is demanded is there, at its line, and no more of its rule."""
    findings = as_it_is.report["findings"]
    assert [f["line"] for f in findings if f["rule"] == rule] == sorted(DEMANDED[rule])


def test_every_access_date_is_stale() -> None:
    """The list of demanded lines leaves none out."""
    dated = [n for n, line in enumerate(LINES, 1) if line.startswith("    accessed: ")]
    assert dated == DEMANDED["stale-access-date"]


def test_nothing_else_and_no_error(as_it_is: Answer) -> None:
    """No other rule speaks: reading DOIs needs no access date, for one."""
    assert as_it_is.code == 0
    assert as_it_is.err == ""
    assert set(as_it_is.rules) == set(DEMANDED)
    assert {f["severity"] for f in as_it_is.report["findings"]} == {"warning", "info"}
    for number in (3, 7, 10, 12):
        with pytest.raises(LookupError):
            entry(number, "accessed")


def test_targets(as_it_is: Answer) -> None:
    """A finding says which reference it is about."""
    for finding in as_it_is.report["findings"]:
        kind, _, number = finding["target"].partition(":")
        if kind == "reference":
            block = max(n for n in range(1, 17) if entry(n) <= finding["line"])
            assert int(number) == block
        else:
            assert finding["target"] == "article"


def test_figures(as_it_is: Answer) -> None:
    """What is counted is what a search of the text counts, and nobody attested anything."""
    assert len(CITATIONS) == 85
    summary = as_it_is.report["summary"]
    assert (summary["claims"], summary["cited_claims"], summary["attested_claims"]) == (85, 85, 0)
    assert summary["targets"] == {
        "verified": 0,
        "failing": 0,
        "unverified": 0,
        "exempt": 0,
        "unchecked": 10,
    }
    assert as_it_is.report["articles"] == [
        {
            "path": "content/dystonia.yaml",
            "id": "dystonia",
            "claims": 85,
            "cited_claims": 85,
            "attested_claims": 0,
            "references": 16,
        }
    ]
    (unchecked,) = as_it_is.report["not_evaluated"]
    assert (unchecked["rule"], unchecked["targets"]) == ("broken-link", 10)


# --- What becomes of it when something goes wrong ------------------------------------------


def judged(folder: Path, lines: list[str]) -> Outcome:
    """The outcome for an article of these *lines*."""
    (folder / "content").mkdir(exist_ok=True)
    (folder / "content" / "dystonia.yaml").write_text("\n".join(lines), encoding="utf-8")
    settings = Settings.model_validate({"root": folder})
    return run(Request(settings=settings, as_of=date.fromisoformat(TODAY), base=folder))


@lru_cache(maxsize=1)
def known() -> frozenset[tuple[str, str]]:
    """Rule and fingerprint of what the article has anyway."""
    settings = Settings.model_validate({"root": ROOT})
    outcome = run(Request(settings=settings, as_of=date.fromisoformat(TODAY), base=ROOT))
    return frozenset((finding.rule, finding.fingerprint) for finding in outcome.findings)


def news(folder: Path, lines: list[str]) -> list[Finding]:
    """The findings that an article of these *lines* has and ours has not."""
    found = judged(folder, lines).findings
    return [finding for finding in found if (finding.rule, finding.fingerprint) not in known()]


def without(citation: int) -> list[str]:
    """The article without the line *citation*, and without shifting any other."""
    indent = len(LINES[citation - 1]) - len(LINES[citation - 1].lstrip())
    return [*LINES[: citation - 1], " " * indent + "# nothing", *LINES[citation:]]


def changed(line: int, old: str, new: str) -> list[str]:
    """The article with *old* on *line* replaced by *new*."""
    assert LINES[line - 1].count(old) == 1, LINES[line - 1]
    return [*LINES[: line - 1], LINES[line - 1].replace(old, new), *LINES[line:]]


@pytest.mark.parametrize(
    "citation", CITATIONS, ids=[LINES[claim_of(n) - 1].split()[-1] for n in CITATIONS]
)
def test_a_claim_without_references(tmp_path: Path, citation: int) -> None:
    """Exactly one finding is new, at the claim; or a reference is left uncited besides."""
    cited = {f"reference:{n}" for n in re.findall(r"\d+", LINES[citation - 1])}
    found = news(tmp_path, without(citation))
    uncited = [finding for finding in found if finding.rule == "uncited-claim"]
    assert [finding.line for finding in uncited] == [claim_of(citation)]
    others = [finding for finding in found if finding.rule != "uncited-claim"]
    assert {finding.rule for finding in others} <= {"uncited-reference"}
    assert {finding.target for finding in others} <= cited


@pytest.mark.parametrize("citation", CITATIONS[::12])
def test_an_unknown_number(tmp_path: Path, citation: int) -> None:
    """A number that is not in the list is marked itself."""
    (finding,) = news(tmp_path, changed(citation, "]", ", 99]"))
    assert (finding.rule, finding.line) == ("unknown-reference", citation)
    marked = changed(citation, "]", ", 99]")[citation - 1][finding.column - 1 :]
    assert marked[: finding.end_column - finding.column] == "99"


@pytest.mark.parametrize("number", range(1, 17))
@pytest.mark.parametrize("new", [17, 99, 0])
def test_a_renumbered_entry(tmp_path: Path, number: int, new: int) -> None:
    """One finding stands at the entry: be the new number a gap or (0) that of the next."""
    new = new or number % 16 + 1
    edited = changed(entry(number), f": {number}", f": {new}")
    found = [f for f in judged(tmp_path, edited).findings if f.rule == "reference-numbering"]
    assert [(f.line, f.target) for f in found] == [(entry(number), f"reference:{new}")]


@pytest.mark.parametrize("number", [3, 7, 10, 12])
def test_a_doi_with_a_blank(tmp_path: Path, number: int) -> None:
    """One more finding, at the DOI."""
    line = entry(number, "doi")
    before = [(rule, 0) for rule, _ in known()]
    found = judged(tmp_path, changed(line, "/", "/ ")).findings
    assert len(found) == len(before) + 1
    (finding,) = (finding for finding in found if finding.severity == "error")
    assert (finding.rule, finding.line) == ("malformed-doi", line)


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6, 9, 11, 13, 14])
def test_an_access_date_in_the_future(tmp_path: Path, number: int) -> None:
    """It is an error instead of stale; the next day may be today somewhere."""
    line = entry(number, "accessed")
    written = LINES[line - 1].split()[-1]
    (finding,) = news(tmp_path, changed(line, written, "2026-11-24"))
    assert (finding.rule, finding.line) == ("future-date", line)
    assert news(tmp_path, changed(line, written, "2026-11-23")) == []


EDITS = {
    "first claim": without(CITATIONS[0]),
    "middle claim": without(CITATIONS[42]),
    "last claim": without(CITATIONS[-1]),
    "unknown number": changed(CITATIONS[0], "]", ", 99]"),
    "renumbered": changed(entry(5), ": 5", ": 17"),
    "DOI": changed(entry(3, "doi"), "/", "/ "),
    "future": changed(entry(14, "accessed"), "2022", "2062"),
}


@pytest.mark.parametrize("lines", EDITS.values(), ids=EDITS)
def test_exit_code(workdir: Path, run: Run, lines: list[str]) -> None:
    """Each of these faults fails the command."""
    (workdir / "content").mkdir()
    (workdir / "content" / "dystonia.yaml").write_text("\n".join(lines), encoding="utf-8")
    done = run("check", "--as-of", TODAY)
    assert done.returncode == 1, done.stdout
    assert done.stderr == ""


def test_as_of_is_the_only_clock(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a day soon after the review, nothing is stale and nothing lies in the future."""
    monkeypatch.chdir(ROOT)
    answer = call("check", "--as-of", "2022-06-19", "--select", "dates", "--format", "json")
    assert answer.rules == ["unreviewed-article"]
    answer = call("check", "--as-of", "2022-04-24", "--select", "future-date", "--format", "json")
    assert len(answer.rules) == 3  # the review, and what was read or said later than that day
