"""The whole output of each format, compared with files that people have looked at.

``pytest tests/test_golden.py --update-golden`` rewrites them; the difference is for review.
"""

import re
from pathlib import Path

import pytest

from articles import HEADER, article
from citewell import __version__
from conftest import ROOT, TODAY, Call

GOLDEN = ROOT / "tests" / "golden"

ERRORS = """\
id: errors
claims:
  - {id: bare, text: Spasms may hurt.}
  - {id: unknown, text: Dystonia is a disorder of movement., references: [1, 7]}
references:
  - {number: 1, type: article-journal, authors: [Roe J], title: A review of dystonia,
     container: Journal of Examples, published: 2024, volume: 4, pages: 7-9, doi: 10.5555 /1}
  - number: 3
    type: webpage
    organization: Example Institute
    title: Dystonia fact sheet
    url: https://reader:s3cr3t@example.org/dystonia?utm_source=mail&page=2
    accessed: 2062-06-18
"""
WARNINGS = """\
id: warnings
review: {last_reviewed: 2020-06-18, reviewers: []}
claims:
  - id: first
    text: Dystonia — 筋緊張異常症 — is a disorder of movement [1].
    references: [2, 2]
  - {id: second, text: Spasms may hurt., references: [1]}
  - {id: third, text: "Spasms may hurt!", references: [1]}
references:
  - {number: 1, type: webpage, title: Dystonia, url: "http://example.org/", accessed: 2024-06-18}
  - {number: 2, type: book, authors: [Roe J], et_al: true, title: Dystonia, published: 2010}
"""
WAIVED = """\
id: waived
review: {last_reviewed: 2020-06-18, reviewers: [Roe J]}
references:
  - {number: 1, type: webpage, organization: A, title: Dystonia, url: "http://example.org/a",
     accessed: 2026-06-18}
  - {number: 2, type: personal_communication, organization: A, authors: [Poe E], published: 2026}
waivers:
  - {rule: stale-review, target: article, reason: "Under revision, see #12.", owner: Roe J,
     expires: 2027-03-31}
  - {rule: uncited-claim, target: "claim:first", reason: Common knowledge., owner: Roe J,
     expires: 2026-03-31}
"""
BROKEN = """\
id: broken
claims:
  - {id: first, txt: Dystonia is a disorder of movement., references: [1]}
  - {id: second, text: Spasms may hurt.}
"""
HOUSE = """\
schema_version: 1
waivers:
  - {rule: insecure-url, target: "host:example.org", reason: It has no https., owner: Poe E,
     expires: 2027-03-31}
"""


VERSIONS = {"json": 1, "sarif": 2, "junit": 5}
"""How often the version stands in a format; in a suite an article, for one."""


@pytest.fixture
def house(workdir: Path) -> Path:
    """Articles with findings of each kind, one that is broken and one that is not YAML."""
    (workdir / "content").mkdir()
    for fragment in (ERRORS, WARNINGS, WAIVED, BROKEN):
        name = fragment.split("\n", 1)[0].removeprefix("id: ")
        text = (HEADER if name != "broken" else "") + article(fragment)
        (workdir / "content" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (workdir / "content" / "unreadable.yaml").write_text("title: [", encoding="utf-8")
    (workdir / "content" / "waivers.yaml").write_text(HOUSE, encoding="utf-8")
    settings = '[tool.citewell]\nwaivers = "content/waivers.yaml"\n'
    (workdir / "pyproject.toml").write_text(settings, encoding="utf-8")
    return workdir


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("text", []),
        ("text-verbose", ["--verbose"]),
        ("text-color", ["--select", "claims", "--color", "always"]),
        ("concise", ["--format", "concise"]),
        ("statistics", ["--format", "concise", "--statistics"]),
        ("json", ["--format", "json"]),
        ("github", ["--format", "github"]),
        ("gitlab", ["--format", "gitlab"]),
        ("sarif", ["--format", "sarif"]),
        ("junit", ["--format", "junit"]),
        ("github-summary", ["--format", "github"]),
    ],
)
def test_golden(
    house: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    name: str,
    arguments: list[str],
) -> None:
    """Not a byte differs."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    answer = call("check", "--as-of", TODAY, *arguments)
    assert (answer.code, answer.err) == (1, "")
    out = answer.out
    if name == "github-summary":
        out = Path("summary.md").read_text(encoding="utf-8")
    if name in VERSIONS:
        out, number = re.subn(f'"{re.escape(__version__)}"', '"VERSION"', out)
        assert number == VERSIONS[name]
    golden = GOLDEN / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(out, encoding="utf-8", newline="")
    assert out == golden.read_text(encoding="utf-8")


def test_no_golden_file_is_forgotten() -> None:
    """Each file belongs to a case above."""
    marks = test_golden.pytestmark
    names = {name for mark in marks for name, _ in mark.args[1]}
    assert {path.stem for path in GOLDEN.iterdir()} == names
