"""The same content, facts, policy and day give the same report, byte for byte."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import TODAY, Call, Run
from dossier import DOI, FORMATS, JOURNAL, PAGE, configure, learn, probe, record, report, write

SITE = "https://site.example/a"
FRAGMENT = f"""\
review: {{last_reviewed: 2020-06-18, reviewers: [Roe J, Poe E]}}
claims:
  - {{id: first, text: Dystonia – 筋緊張異常症 – is a disorder of movement., references: [1, 2]}}
  - {{id: second, text: Spasms may hurt., references: [3, 9], locators: {{3: p. 3}}}}
  - {{id: bare, text: Nothing.}}
references:
  - {{number: 1, {JOURNAL}, doi: {DOI}}}
  - {{number: 2, type: webpage, organization: Roe, title: Page, url: "{PAGE}",
     accessed: 2024-06-18}}
  - {{number: 3, type: webpage, title: Site, url: "{SITE}", accessed: 2026-06-18}}
waivers:
  - {{rule: stale-review, target: article, reason: Known., owner: Roe J, expires: 2027-01-31}}
"""
CONCERN = {
    "kind": "correction",
    "label": "Correction",
    "source": "publisher",
    "issued": "2025",
    "doi": "10.5555/notice",
}
FACTS = (
    probe(DOI),
    record(volume="5", notices=[CONCERN]),
    probe(PAGE, "blocked"),
    *(probe(SITE, verdict, f"2026-11-{day}") for day, verdict in (("01", "ok"), ("09", "gone"))),
    probe("https://elsewhere.example/"),
)
Reports = dict[str, bytes]


@pytest.fixture
def house(workdir: Path, call: Call) -> Path:
    """A folder with two articles, a broken one, a file of waivers and a ledger."""
    house = workdir / "house"
    house.mkdir()
    os.chdir(house)
    write("one", FRAGMENT)
    write("two", "claims:\n  - {id: first, txt: Something., references: [1]}\n")
    Path("content/broken.yaml").write_text("title: [", encoding="utf-8")
    configure('waivers = "content/waivers.yaml"')
    Path("content/waivers.yaml").write_text(
        "schema_version: 1\nwaivers:\n  - {rule: insecure-url, target: article, reason: It is so., "
        "owner: Poe E, expires: 2027-01-31}\n",
        encoding="utf-8",
    )
    learn(call, *FACTS)
    return house


@pytest.fixture
def reports(call: Call) -> Callable[..., Reports]:
    """The bytes of the report in each format, as files in the current folder."""

    def reports(*arguments: object, name: str = "report") -> Reports:
        made = {}
        for format_ in FORMATS:
            file = Path(f"{name}.{format_}")
            report(call, "--output", file, *arguments, format_=format_)
            made[format_] = file.read_bytes()
            file.unlink()
        return made

    return reports


def by_process(run: Run, *arguments: object, **environment: str) -> Reports:
    made = {}
    for format_ in FORMATS:
        told = ("report", "--as-of", TODAY, "--format", format_, "--output", "by.process")
        done = run(*told, *arguments, env=environment)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
        made[format_] = Path("by.process").read_bytes()
    return made


def test_twice_and_under_another_name(house: Path, reports: Callable[..., Reports]) -> None:
    first = reports()
    assert reports() == first
    assert reports(name="another.name") == first
    Path("far/away").mkdir(parents=True)
    assert reports(name="far/away/report") == first
    assert len({hashlib.sha256(each).digest() for each in first.values()}) == len(FORMATS)


def test_in_a_copy_elsewhere(
    house: Path, reports: Callable[..., Reports], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reports()
    copy = house.parent / "another place" / "copy"
    shutil.copytree(house, copy)
    for file in copy.rglob("*.yaml"):
        os.utime(file, (0, 0))
    monkeypatch.chdir(copy)
    assert reports() == first
    for text in first.values():
        assert str(house).encode() not in text


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "Etc/GMT+12", "LANG": "C", "LC_ALL": "C"},
        {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de", "FORCE_COLOR": "1"},
        {"USER": "nobody", "HOME": "/nowhere", "COLUMNS": "40", "GITHUB_ACTIONS": "true"},
    ],
)
def test_in_another_environment(
    house: Path, reports: Callable[..., Reports], run: Run, environment: dict[str, str]
) -> None:
    assert by_process(run, **environment) == reports()


def test_with_several_processes(workdir: Path, reports: Callable[..., Reports], run: Run) -> None:
    """With so many articles that they are spread."""
    for number in range(80):
        write(f"article-{number}", FRAGMENT)
    assert by_process(run, "--jobs", 1) == by_process(run, "--jobs", 2) == reports("--jobs", 1)


def test_with_a_ledger_that_has_travelled(
    house: Path, reports: Callable[..., Reports], call: Call
) -> None:
    first = reports()
    call("ledger", "export", "--output", "facts.jsonl")
    call("ledger", "import", "facts.jsonl", "--ledger", "elsewhere/ledger.sqlite3")
    assert reports("--ledger", "elsewhere/ledger.sqlite3") == first
    Path(".citewell/ledger.sqlite3").unlink()
    call("ledger", "import", "facts.jsonl")
    assert reports() == first


def test_whatever_order_the_facts_came_in(
    house: Path, reports: Callable[..., Reports], call: Call
) -> None:
    """Also those of one second, of which none is the later."""
    same = "2026-11-21T09:00:00Z"
    facts = [*FACTS, *(probe(SITE, verdict, same) for verdict in ("ok", "gone", "blocked"))]
    facts += [record(on=same), record(on=same, volume="6"), probe(DOI, on=same)]
    made = []
    for name, order in (("one", facts), ("other", facts[::-1]), ("third", facts[5:] + facts[:5])):
        learn(call, *order, ledger=f"{name}.sqlite3")
        made.append(reports("--ledger", f"{name}.sqlite3"))
    assert made[0] == made[1] == made[2]


def test_with_facts_of_later_days(house: Path, reports: Callable[..., Reports], call: Call) -> None:
    first = reports()
    later = [probe(target, "gone", "2026-11-23") for target in (DOI, PAGE, SITE)]
    learn(call, *later, record(on="2026-11-23", volume="7"), probe(PAGE, on="2027-01-01"))
    assert reports() == first


def test_with_facts_about_others(house: Path, reports: Callable[..., Reports], call: Call) -> None:
    first = reports()
    learn(call, probe("https://another.example/", "gone"), probe("10.5555/another", "gone"))
    assert reports() == first


def test_pages(house: Path, call: Call) -> None:
    """Also as a folder of pages, which holds nothing of an earlier report's."""

    def pages(folder: str) -> dict[str, bytes]:
        assert call("report", "--as-of", TODAY, "--output", folder).code == 1
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}

    first = pages("one")
    assert pages("one") == pages("other") == first
    assert len(first) == 3


def test_what_is_the_same_in_other_words(house: Path, reports: Callable[..., Reports]) -> None:
    """Options in another order, or spelled otherwise."""
    first = reports("--ignore", "dates,claims")
    assert reports("--ignore", "claims", "--ignore", "dates") == first
    assert reports("--ignore", " claims , dates") == first


CHANGES: dict[str, Callable[[Call], Any]] = {
    "content": lambda _: write("one", FRAGMENT + "# a comment\n"),
    "another file": lambda _: write("three"),
    "the policy": lambda _: configure(
        'waivers = "content/waivers.yaml"\n[tool.citewell.dates]\nreview = 7'
    ),
    "a fact": lambda call: learn(call, probe(PAGE, "gone")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_makes_another_report(
    house: Path, reports: Callable[..., Reports], call: Call, name: str
) -> None:
    """It would be no proof if nothing could change the bytes."""
    first = reports()
    CHANGES[name](call)
    second = reports()
    for format_ in ("html", "json"):
        assert first[format_] != second[format_]


def test_no_time_of_day_is_in_it(house: Path, reports: Callable[..., Reports]) -> None:
    """All times are those of facts."""
    told = json.loads(reports()["json"])
    times = {fact["checked_at"] for fact in told["facts"]}
    assert times == {"2026-11-20T09:00:00Z", "2026-11-09T09:00:00Z"}
