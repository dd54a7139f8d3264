"""Rules over several articles, from the command line: paths, waivers, what is news, and numbers."""

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citewell import cli
from citewell.entry import Entry
from citewell.judging import judge_article
from citewell.pipeline import Request, make_plan, run
from citewell.rules.corpus import inconsistent_reference
from citewell.rules.rule import Digest, Policy
from citewell.settings import Settings
from conftest import TODAY, Answer, Call
from dossier import JOURNAL, configure, write

assert cli  # so that its import is not part of what is timed below
SELECT = ("--select", "inconsistent-reference")
DOI = "10.5555/tremor"


def listing(*works: str) -> str:
    return "references:\n" + "".join(
        f"  - {{number: {number}, {work}}}\n" for number, work in enumerate(works, 1)
    )


def work(year: int = 2024, doi: str = DOI) -> str:
    return f"{JOURNAL.replace('2024', str(year))}, doi: {doi}"


def page(day: str, at: str = "a") -> str:
    return f'type: webpage, title: Page, url: "https://site.example/{at}", accessed: {day}'


def check(call: Call, *arguments: object) -> Answer:
    answer = call("check", "--as-of", TODAY, "--format", "json", *SELECT, *arguments)
    assert answer.err == ""
    return answer


def told(call: Call, *arguments: object) -> list[tuple[str, str, str]]:
    """Path, target and severity of each finding."""
    found = check(call, *arguments).report["findings"]
    return [(each["path"], each["target"], each["severity"]) for each in found]


@pytest.fixture
def house(workdir: Path) -> Path:
    """Two articles agree on the year of a work, and the third says otherwise."""
    write("a", listing(work(2024)))
    write("b", listing(page("2026-06-18", "else"), work(2024)))
    write("c", listing(work(2014)))
    return workdir


ODD = [("content/c.yaml", "reference:1", "warning")]


def test_the_odd_one_is_told(house: Path, call: Call) -> None:
    (found,) = check(call).report["findings"]
    assert (found["group"], found["line"]) == ("corpus", 4)
    assert found["message"] == (
        "The year of reference 1 is '2014', and '2024' of the same work in content/a.yaml "
        "(reference 1) and content/b.yaml (reference 2)"
    )


def test_named_paths_are_compared_with_all(house: Path, call: Call) -> None:
    assert told(call, "content/c.yaml") == ODD
    assert told(call, "content/a.yaml") == []
    assert told(call, "content/a.yaml", "content/c.yaml") == ODD
    draft = write("d", listing(work(2004)), folder=Path("drafts"))
    assert told(call, draft) == [("drafts/content/d.yaml", "reference:1", "warning")]


def test_many_processes_say_the_same(house: Path, call: Call) -> None:
    for number in range(40):
        write(f"n{number:02}", listing(work(2000 + number, f"10.5555/{number // 2}")))
        write(f"m{number:02}", listing(work(2010 + number, f"10.5555/{number // 2}")))
    assert check(call, "--jobs", "2").out == check(call, "--jobs", "1").out


WAIVER = "reason: Both are right., owner: Roe J, expires: 2027-01-01"


def test_a_waiver_sets_it_aside(house: Path, call: Call) -> None:
    waiver = f'{{rule: inconsistent-reference, target: "reference:1", {WAIVER}}}'
    write("c", f"{listing(work(2014))}waivers:\n  - {waiver}\n")
    report = check(call, "--select", "waivers").report
    assert report["findings"] == []
    assert [each["path"] for each in report["waived"]] == ["content/c.yaml"]
    write("c", f"{listing(work(2024))}waivers:\n  - {waiver}\n")
    assert check(call, "--select", "waivers").rules == ["unused-waiver"]


def test_a_waiver_is_not_idle_while_an_article_could_not_be_compared(
    house: Path, call: Call
) -> None:
    waiver = f'{{rule: inconsistent-reference, target: "reference:1", {WAIVER}}}'
    write("a", f"{listing(work(2024))}waivers:\n  - {waiver}\n")
    Path("content/c.yaml").write_text("title: [", encoding="utf-8")
    report = check(call, "--select", "waivers").report
    assert report["findings"] == []
    gaps = [each for each in report["not_evaluated"] if each["rule"] == "corpus"]
    assert [each["path"] for each in gaps] == ["content/c.yaml"]


def test_a_waiver_of_the_house(house: Path, call: Call) -> None:
    configure('waivers = "content/waivers.yaml"')
    Path("content/waivers.yaml").write_text(
        'schema_version: 1\nwaivers:\n  - {article: c, target: "reference:1", '
        f"rule: inconsistent-reference, {WAIVER}}}\n",
        encoding="utf-8",
    )
    assert told(call) == []


def test_off_is_off(house: Path, call: Call) -> None:
    configure('[tool.citewell.severity]\ninconsistent-reference = "off"')
    answer = call("check", "--as-of", TODAY, "--format", "json")
    assert "inconsistent-reference" not in answer.rules
    assert told(call) == ODD  # to select a rule by its name is to ask for it
    configure('[tool.citewell.severity]\ninconsistent-reference = "error"')
    assert [each[2] for each in told(call)] == ["error"]


def test_entries_are_collected_for_a_rule_that_wants_them(house: Path) -> None:
    from citewell.discovery import discover

    (file, *_) = discover(Settings(), (), Path()).articles
    for ignored, number in ((frozenset(), 1), (frozenset({"corpus"}), 0)):
        plan = make_plan(Request(Settings(), date(2026, 11, 22), Path(), ignore=ignored))
        judged = judge_article(file, plan)
        assert len(judged.entries) == number
        assert judged.resting == ()


def commit_all() -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "a")):
        subprocess.run(["git", *command], check=True, capture_output=True)


def test_since_tells_what_is_new(house: Path, call: Call) -> None:
    commit_all()
    assert told(call, "--since", "HEAD") == []
    write("d", listing(work(2004)))
    assert told(call, "--since", "HEAD") == [("content/d.yaml", "reference:1", "warning")]


def test_since_tells_what_another_article_has_made_of_it(workdir: Path, call: Call) -> None:
    """The article that was not touched is one of the two that disagree now."""
    write("a", listing(work(2024)))
    write("b", listing(work(2024)))
    commit_all()
    write("b", listing(work(2014)))
    assert [path for path, *_ in told(call, "--since", "HEAD")] == [
        "content/a.yaml",
        "content/b.yaml",
    ]


def test_renumbering_and_other_articles_make_nothing_new(house: Path, call: Call) -> None:
    write("e", listing(page("2024-06-18", "else")))
    Path("old.json").write_text(check(call).out, encoding="utf-8")
    assert len(told(call)) == 2
    write("c", listing(page("2026-06-18", "other"), work(2014)))
    write("d", listing(work(2024)))
    write("f", listing(page("2026-10-18", "else")))
    report = check(call, "--baseline", "old.json").report
    # What was read last before is not so any more.
    assert [each["path"] for each in report["findings"]] == ["content/b.yaml"]
    assert report["baselined"] == 2


def test_one_remark_an_article_and_page(workdir: Path, call: Call) -> None:
    write("a", listing(page("2026-01-05"), page("2025-01-05", "b"), page("2025-01-05")))
    write("b", listing(page("2026-02-05"), page("2026-02-05", "b")))
    write("c", listing(page("2026-03-05"), page("2026-02-05", "b")))
    assert told(call) == [
        ("content/a.yaml", "reference:1", "info"),
        ("content/a.yaml", "reference:2", "info"),
        ("content/b.yaml", "reference:1", "info"),
    ]
    messages = [each["message"] for each in check(call).report["findings"]]
    assert messages[1] == (
        "The page of reference 2 was read on 2025-01-05 here and on 2026-02-05 in content/b.yaml "
        "(reference 2) and content/c.yaml (reference 2): one reading serves both"
    )


def test_nothing_is_compared_by_matching_unless_it_differs(workdir: Path) -> None:
    """What compares words takes time to import, and most runs have no need of it."""
    for name in ("a", "b"):
        write(name, listing(work(2024), page("2026-06-18")))
    program = (
        "import sys\n"
        "sys.argv = ['citewell', 'check', '--as-of', '2026-11-22']\n"
        "from citewell import cli\n"
        "try:\n    cli.main()\n"
        "except SystemExit as done:\n    assert done.code == 0, done.code\n"
        "names = {'rapidfuzz', 'citewell.matching.title'}\n"
        "assert not names & set(sys.modules), names & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_shown_does_not_steer_a_screen(workdir: Path, call: Call) -> None:
    steering = '"Dystonia \\e[2J \\u202e \\n of https://a:s3cr3t@site.example/ and hands"'
    title = JOURNAL.replace("A review of dystonia", steering)
    write("a", listing(f"{title}, doi: {DOI}"))
    write("b", listing(work()))
    for format_ in ("text", "json", "github"):
        answer = call("check", "--as-of", TODAY, "--format", format_, *SELECT)
        assert "review of dystonia" in answer.out
        assert "s3cr3t" not in answer.out
        assert not {"\x1b", "\u202e"} & set(answer.out)


# In numbers, on data.

POLICY = Policy(date(2026, 11, 22), 36, {"default": 24}, {})


def entry(**told: Any) -> Entry:
    empty: dict[str, Any] = dict.fromkeys(Entry._fields, "")
    empty |= {"path": ("references", 0), "number": 1, "pmid": 0, "published": 0, "accessed": None}
    return Entry(**(empty | {"type": "article-journal", "doi_at": "doi"} | told))


def remarks(*entries: Entry) -> list[tuple[str, str]]:
    digests = tuple(Digest(f"{n:04}.yaml", f"a{n}", (each,)) for n, each in enumerate(entries))
    return [(file, remark.message) for file, remark in inconsistent_reference(digests, POLICY)]


WORDS = ("ash", "oak", "elm", "fir", "yew", "bay", "box", "fig", "sloe", "pine")


def title(number: int) -> str:
    return " ".join(
        f"{word}{digit}" for word, digit in zip(WORDS, f"{number:03}" * 4, strict=False)
    )


@pytest.mark.parametrize("field", ["title", "authors", "container", "volume", "organization"])
def test_a_thousand_articles_with_a_thousand_views(field: str) -> None:
    entries = [entry(doi=DOI, **{field: title(number)}) for number in range(1000)]
    begun = time.process_time()
    found = remarks(*entries)
    assert time.process_time() - begun < 10
    assert len(found) <= 1000
    if field == "title":
        assert len(found) == 1000
    assert all(message.count(".yaml") <= 3 for _, message in found)


def test_a_thousand_articles_and_one_that_differs() -> None:
    entries = [entry(doi=DOI, published=2024 if number else 2010) for number in range(1000)]
    ((file, message),) = remarks(*entries)
    assert file == "0000.yaml"
    assert message.endswith("0003.yaml (reference 1) and 996 more")


def test_half_and_half_is_told_of_each_other() -> None:
    found = remarks(*(entry(doi=DOI, volume=each) for each in ("1", "2", "3", "1", "2")))
    assert [file[:4] for file, _ in found] == ["0000", "0001", "0002", "0003", "0004"]
    assert "'1', and '2'" in found[0][1]
    assert "'2', and '1'" in found[1][1]


def test_what_may_mean_the_same_counts_together() -> None:
    names = ("Poe E", "Poe E", "Roe J", "Roe JA", "Roe, J.")
    found = remarks(*(entry(doi=DOI, authors=name) for name in names))
    assert [file[:4] for file, _ in found] == ["0000", "0001"]


def test_a_thousand_days_on_which_one_page_was_read() -> None:
    first = date(2024, 1, 1).toordinal()
    days = (date.fromordinal(first + number) for number in range(1000))
    found = remarks(
        *(entry(type="webpage", url="https://a.example/b", title="A", accessed=d) for d in days)
    )
    assert len(found) == 999


def test_a_long_value_is_cut() -> None:
    for _, message in remarks(*(entry(doi=DOI, title=word * 5000) for word in ("ash ", "oak "))):
        assert len(message) < 600


def test_an_address_that_cannot_be_taken_apart() -> None:
    urls = ("https://[a/b", "no address", "https://", "https://a.example:99999/b")
    for url in urls:
        days = (date(2026, 1, 1), date(2026, 1, 2))
        assert remarks(*(entry(type="webpage", url=url, title="A", accessed=d) for d in days)) == []


def test_the_whole_run_with_a_thousand_views(workdir: Path) -> None:
    for number in range(1000):
        name = JOURNAL.replace("A review of dystonia", title(number))
        write(f"n{number:04}", listing(f"{name}, doi: {DOI}", page(f"2026-0{number % 9 + 1}-01")))
    settings = Settings.model_validate({"root": workdir})
    plan = frozenset({"inconsistent-reference"})
    outcome = run(Request(settings, date(2026, 11, 22), workdir, select=plan))
    assert not outcome.has_internal_error
    assert outcome.summary.warning == 1000
    assert outcome.summary.info == 1000 - 111
    assert json.dumps(outcome.findings[0].message).count("n0") <= 5
