"""Records, searches and captures in the ledger: kept, carried on, found again, asked anew."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from apart import CANNOT_TELL, Apart, apart
from articles import HEADER, article
from citewell.evidence import fact_line, ledger
from citewell.evidence.ledger import Ledger
from citewell.facts import (
    Answer,
    Fact,
    Hop,
    Probe,
    Target,
    TargetFacts,
    Verdict,
    capture_of,
)
from citewell.record import Capture, Name, Notice, Record
from conftest import TODAY, Call
from records import DYSTONIA
from virtual import target_of
from web import plain

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # of TODAY
URL = "https://site.example/dystonia"
DOI = str(DYSTONIA[2]["DOI"])
WORDS = "Batla A Dystonia: A review Neurology India 2018"
READ_ON = date(2022, 4, 22)
SUM = "0123456789abcdef" * 4
LEDGER = Path("ledger.sqlite3")
RETRACTION = Notice("retraction", "Retraction", "retraction-watch", "2010-02-06", "10.5555/notice")
RECORD = Record(
    DOI,
    SUM,
    type="journal-article",
    titles=("Dystonia", "Dystonie"),
    subtitle="a review",
    authors=(Name("Balint", "Bettina"), Name("A Group", is_group=True)),
    editors=(Name("Roe", "Jane"),),
    containers=("Nature Reviews Disease Primers", "Nat Rev Dis Primers"),
    years=(2018, 2019),
    volume="4",
    issue="1",
    pages=("25", "e25"),
    notices=(RETRACTION,),
    updates=("10.5555/other",),
)
CAPTURE = Capture("https://web.archive.org/web/20220420101010/" + URL, date(2022, 4, 20))
SEARCH, CAPTURES = Target("work", WORDS), capture_of(URL, READ_ON)


def ago(days: float, now: datetime = NOW) -> datetime:
    return now - timedelta(days=days)


def probed(text: str = DOI, verdict: str = "ok", at: datetime = NOW) -> Probe:
    hops = (Hop(f"https://doi.org/api/handles/{text}", "doi", 200, registered=True, seconds=0.2),)
    return Probe(target_of(text), Verdict(verdict), 200, URL, "", f"it is {verdict}", at, hops)


def told(at: datetime = NOW, target: Target | None = None, **held: Any) -> Answer:
    """What was said of DOI, or of *target*."""
    held = held or {"records": (RECORD,)}
    source = "archive" if "captures" in held else "crossref"
    return Answer(target or target_of(DOI), source, SUM, at, **held)


FACTS: tuple[Fact, ...] = (
    probed(),
    probed(URL, "gone", ago(1)),
    told(),
    told(ago(9), records=()),
    told(target=SEARCH, records=(RECORD, Record("10.5555/x", SUM))),
    told(target=CAPTURES, captures=(CAPTURE, CAPTURE)),
    told(target=capture_of(URL, date(2020, 1, 1)), captures=()),
)


def keep(*facts: Fact, at: Path = LEDGER) -> None:
    with Ledger(at) as opened:
        opened.record(facts)


def kept(at: Path = LEDGER) -> list[str]:
    with Ledger(at, create=False) as opened:
        return list(opened.lines())


def written(facts: Sequence[Fact]) -> list[str]:
    return sorted(map(fact_line.write, facts))


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    with apart(monkeypatch) as registries:
        for item in DYSTONIA:
            registries.crossref(item)
        yield registries


# What is kept.


def test_what_registries_say_is_kept(registries: Apart, workdir: Path) -> None:
    lost = registries.page("/lost", 404)
    registries.capture(lost.text, "20220420101010")
    capture = capture_of(lost.text, READ_ON)
    targets = [target_of(DOI), SEARCH, lost, capture]
    before = registries.web.clock.now().replace(microsecond=0)
    facts = registries.evidence(LEDGER).gather([targets])
    with Ledger(LEDGER) as opened:
        own = {target: list(opened.about(target.text)) for target in targets}
        answers = opened.answers(targets)
    assert [len(own[target]) for target in targets] == [2, 1, 2, 1]  # a page, and its capture
    assert [answers[each].source for each in (target_of(DOI), SEARCH, capture)] == [
        *("crossref", "crossref", "archive")
    ]
    for target, answer in answers.items():
        assert own[target][-1] == answer
        assert before <= answer.checked_at <= registries.web.clock.now()
        assert int(answer.sha256, 16)
        known = facts[target].answer
        assert known is not None
        assert known._replace(checked_at=answer.checked_at) == answer
    assert answers[target_of(DOI)].records[0].notices[0].kind == "correction"
    assert answers[SEARCH].records
    assert [each.captured for each in answers[capture].captures] == [date(2022, 4, 20)]


def test_facts_survive_a_journey(workdir: Path, call: Call) -> None:
    keep(*FACTS)
    assert call("ledger", "export", "--ledger", LEDGER, "--output", "facts.jsonl").code == 0
    number = len(FACTS)
    for new in (number, 0):
        answer = call("ledger", "import", "facts.jsonl", "--ledger", "other")
        assert answer.out == f"facts.jsonl: {new} new\n"
    assert kept(Path("other")) == kept() == Path("facts.jsonl").read_text().splitlines()
    targets = [fact.target for fact in FACTS]
    with Ledger(LEDGER) as one, Ledger(Path("other")) as other:
        assert other.answers(targets) == one.answers(targets)
        assert other.histories(targets) == one.histories(targets)
        assert other.stats() == one.stats()
        numbers = {"captures": 2, "record": 2, "gone": 1, "ok": 1, "search": 1}
        assert dict(one.stats().verdicts) == numbers


def test_the_last_answer_counts_in_whatever_order_they_came(workdir: Path) -> None:
    keep(told(ago(1)), told(ago(3), records=()), told(ago(2), records=()), probed(at=ago(0)))
    with Ledger(LEDGER) as opened:
        assert opened.answers([target_of(DOI)]) == {target_of(DOI): told(ago(1))}
        assert opened.answers([target_of(DOI)], ago(2))[target_of(DOI)].records == ()
        assert opened.answers([target_of(DOI)], ago(4)) == opened.answers([SEARCH]) == {}
        assert len(opened.histories([target_of(DOI)])[target_of(DOI)].past) == 1


def test_answers_on_many_targets(workdir: Path) -> None:
    targets = [target_of(f"10.5555/{number}") for number in range(1200)]
    keep(*(told(target=target, records=()) for target in targets[::2]))
    with Ledger(LEDGER) as opened:
        assert opened.answers(targets).keys() == {*targets[::2]}
        assert opened.histories(targets) == {}


def test_a_doi_is_shown_with_its_record(workdir: Path, call: Call) -> None:
    keep(*FACTS)
    for text in (DOI, DOI.upper(), f"https://doi.org/{DOI}"):
        lines = call("ledger", "show", text, "--ledger", LEDGER).out.splitlines()
        assert lines == [
            f"2026-11-13 09:00:00  Crossref holds no record; SHA-256 {SUM}",
            "2026-11-22 09:00:00  ok           it is ok",
            f"    200  0.20 s  https://doi.org/api/handles/{DOI}",
            f"2026-11-22 09:00:00  Crossref holds 1 record; SHA-256 {SUM}",
            f"    {DOI}  {RECORD}",
            f"        {RETRACTION}",
        ]


def test_searches_and_captures_are_shown(workdir: Path, call: Call) -> None:
    keep(*FACTS)
    search = call("ledger", "show", WORDS, "--ledger", LEDGER).out
    assert search.startswith("2026-11-22 09:00:00  Crossref holds 2 records; SHA-256 ")
    captures = call("ledger", "show", CAPTURES.text, "--ledger", LEDGER).out.splitlines()
    assert captures[0] == f"2026-11-22 09:00:00  the web archive holds 2 captures; SHA-256 {SUM}"
    assert captures[1] == f"    2022-04-20  {CAPTURE.url}"


def test_captures_of_secret_addresses_are_kept_without_their_secrets(workdir: Path) -> None:
    page = "https://roe:sesame@site.example/x?api_key=mellon"
    target = capture_of(page, READ_ON)
    keep(told(target=target, captures=(Capture(f"https://a.example/web/1/{page}", READ_ON),)))
    data = LEDGER.read_bytes()
    assert not [word for word in (b"sesame", b"mellon") if word in data]
    with Ledger(LEDGER) as opened:
        assert opened.answers([target])[target].target == target


# Ledgers of version 1.

VERSION_1 = """
CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,  -- SHA-256 of body
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    checked_at TEXT NOT NULL,  -- UTC, ISO 8601
    verdict TEXT NOT NULL,
    body TEXT NOT NULL  -- a line of JSON, as it is exported
);
CREATE INDEX facts_by_target ON facts (target, checked_at);
CREATE TRIGGER no_update BEFORE UPDATE ON facts
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON facts
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1667855461;
PRAGMA user_version = 1;
"""
INSERT = "INSERT INTO facts (digest, kind, target, checked_at, verdict, body) VALUES (?,?,?,?,?,?)"
OLD_LINES = [
    f'{{"fact":"probe","kind":"{kind}","target":"{text}","checked_at":"2026-11-{day}T09:00:00Z",'
    f'"verdict":"{verdict}","status":{status},"final_url":null,"title":"","reason":"why",'
    f'"hops":[{{"url":"{url}","service":"{service}","status":{status},"seconds":0.25}}]}}'
    for kind, text, day, verdict, status, url, service in (
        ("doi", DOI, 20, "ok", 200, f"https://doi.org/api/handles/{DOI}?type=URL", "doi"),
        ("url", URL, 19, "gone", 404, URL, "web"),
        ("url", URL, 21, "ok", 200, URL, "web"),
    )
]


def old_row(line: str) -> tuple[str, ...]:
    fact = json.loads(line)
    digest = sha256(line.encode()).hexdigest()
    return (digest, *(fact[key] for key in ("kind", "target", "checked_at", "verdict")), line)


@pytest.fixture
def old(workdir: Path) -> None:
    """A ledger of version 1, as an earlier citewell has left it."""
    with closing(sqlite3.connect(LEDGER)) as db, db:
        db.executescript(VERSION_1)
        db.executemany(INSERT, map(old_row, OLD_LINES))


def version() -> int:
    with closing(sqlite3.connect(LEDGER)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_an_old_ledger_is_brought_up_to_date(old: None) -> None:
    assert version() == 1
    for _ in range(2):
        assert sorted(kept()) == sorted(OLD_LINES)
        assert version() == ledger.VERSION
    with Ledger(LEDGER) as opened:
        history = opened.histories([target_of(URL)])[target_of(URL)]
        assert [past.verdict for past in history.past] == ["gone", "ok"]
        assert opened.answers([target_of(DOI), target_of(URL)]) == {}
        assert opened.merge(OLD_LINES) == 0
        opened.record(FACTS)
        assert opened.answers([target_of(DOI)]) == {target_of(DOI): told()}
    with closing(sqlite3.connect(LEDGER)) as db:
        for command in ("UPDATE facts SET is_probe = 0", "DELETE FROM facts"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(command)
    assert len(kept()) == len(OLD_LINES) + len(FACTS)


def test_several_processes_bring_it_up_to_date_at_once(old: None) -> None:
    command = [sys.executable, "-m", "citewell", "ledger", "export", "--ledger", str(LEDGER)]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8") for _ in range(4)
    ]
    done = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert {(tuple(sorted(out.splitlines())), err) for out, err in done} == {
        (tuple(sorted(OLD_LINES)), "")
    }
    assert version() == ledger.VERSION


@pytest.mark.parametrize("nth", range(1, 7))
def test_another_process_is_quicker(old: None, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    turns = iter([*([False] * (nth - 1)), True])
    real = sqlite3.connect

    class Overtaken(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            if next(turns, False):
                with pytest.MonkeyPatch.context() as other:
                    other.setattr(sqlite3, "connect", real)
                    keep(told())
            return super().execute(*arguments)

    def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        return real(*arguments, factory=Overtaken, **more)

    monkeypatch.setattr(sqlite3, "connect", connect)
    keep(probed(verdict="moved"))
    assert not any(turns)
    assert sorted(kept()) == sorted([*OLD_LINES, *written([told(), probed(verdict="moved")])])


def test_an_earlier_citewell_that_still_runs_goes_on_writing(workdir: Path) -> None:
    with closing(sqlite3.connect(LEDGER)) as db, db:
        db.executescript(VERSION_1)
        keep(told())
        db.executemany(INSERT, map(old_row, OLD_LINES))
    with Ledger(LEDGER) as opened:
        assert opened.histories([target_of(DOI)])[target_of(DOI)].last.reason == "why"
        assert opened.answers([target_of(DOI)]) == {target_of(DOI): told()}


def test_lines_of_version_1_are_still_facts(workdir: Path, call: Call) -> None:
    Path("old.jsonl").write_text("\n".join(OLD_LINES), encoding="utf-8")
    for new in (3, 0):
        answer = call("ledger", "import", "old.jsonl", "--ledger", LEDGER)
        assert answer.out == f"old.jsonl: {new} new\n"
    assert sorted(kept()) == sorted(OLD_LINES)


# Asked again, or not.

NEVER = None


@pytest.mark.parametrize(
    ("probe_age", "answer_age", "lists"),
    [
        *((1, 1, 0), (6, 6, 0), (0, 0, 0)),
        *((1, NEVER, 1), (1, 7, 1), (1, 400, 1), (7, 1, 1), (NEVER, 1, 1), (NEVER, NEVER, 1)),
        *((1, -1, 1), (-1, 1, 1)),  # somebody's clock is wrong
    ],
)
def test_a_doi_is_asked_unless_all_of_it_is_fresh(
    registries: Apart, workdir: Path, probe_age: int | None, answer_age: int | None, lists: int
) -> None:
    now = registries.web.clock.now()
    if probe_age is not NEVER:
        keep(probed(at=ago(probe_age, now)))
    if answer_age is not NEVER:
        keep(told(ago(answer_age, now)))
    facts = gathered(registries, target_of(DOI))
    assert len(registries.web.requests) == len(registries.lists) == lists
    assert facts.verdict is Verdict.OK
    assert facts.record is not None
    assert (facts.record.sha256 == SUM) == (not lists)


def gathered(registries: Apart, target: Target, *more: Target, **how: Any) -> TargetFacts:
    return registries.evidence(LEDGER, **how).gather([[*more, target]])[target]


def test_a_second_run_asks_nobody(registries: Apart, workdir: Path) -> None:
    registries.alias("10.5555/old", DOI)
    registries.datacite({"doi": "10.5061/x", "titles": [{"title": "Tremor data"}]})
    registries.elsewhere("10.1400/1", "mEDRA")
    targets = [*map(target_of, (DOI, "10.5555/old", "10.5061/x", "10.1400/1")), SEARCH]
    first = registries.evidence(LEDGER).gather([targets])
    assert [each.answer is not None for each in first.values()] == [True] * 5
    assert [bool(each.record) for each in first.values()] == [True, True, True, False, True]
    registries.web.requests.clear()
    second = registries.evidence(LEDGER).gather([targets])
    assert registries.web.requests == []
    held = [(each.verdict, each.record, each.unanswered) for each in first.values()]
    assert [(each.verdict, each.record, each.unanswered) for each in second.values()] == held


def test_what_is_fresh_stays_so_though_its_record_cannot_be_had(
    registries: Apart, workdir: Path
) -> None:
    keep(probed(at=ago(1, registries.web.clock.now())))
    before = kept()
    for service in ("doi", "crossref", "datacite"):
        registries.fault(service, 503)
    facts = gathered(registries, target_of(DOI))
    assert (facts.verdict, facts.answer, facts.unchecked) == (Verdict.OK, None, "")
    assert "could not be asked" in facts.unanswered
    assert kept() == before


@pytest.mark.parametrize("days", [1, 7])
def test_searches_and_captures_are_good_for_days(
    registries: Apart, workdir: Path, days: int
) -> None:
    lost = registries.page("/lost", 404)
    capture = capture_of(lost.text, READ_ON)
    then = ago(days, registries.web.clock.now())
    keep(told(then, SEARCH, records=(RECORD,)), told(then, capture, captures=(CAPTURE,)))
    for target in (SEARCH, capture):
        answer = gathered(registries, target, lost).answer
        assert answer is not None
        assert (answer.sha256 == SUM) == (days < 7)
    asked = {each.host for each in registries.web.requests} - {"site.example", "doi.example"}
    assert asked == (set() if days < 7 else {"crossref.example", "archive.example"})


@pytest.mark.parametrize("fault", [plain(503), plain(429), plain(200)])
def test_what_was_said_before_stands_while_registries_are_down(
    registries: Apart, workdir: Path, fault: Any
) -> None:
    lost = registries.page("/lost", 404)
    capture = capture_of(lost.text, READ_ON)
    then = ago(300, registries.web.clock.now())
    keep(told(then, SEARCH), told(then, capture, captures=(CAPTURE,)), told(then))
    for service in ("doi", "crossref", "datacite", "archive"):
        registries.fault(service, fault)
    for target in (target_of(DOI), SEARCH, capture):
        facts = gathered(registries, target, lost)
        assert facts.answer is not None
        assert (facts.answer.sha256, facts.answer.checked_at.date()) == (SUM, then.date())
        assert facts.unanswered or facts.unchecked or facts.verdict in CANNOT_TELL
        assert not facts.verdict.fails


def test_cached_uses_what_is_there(registries: Apart, workdir: Path) -> None:
    keep(*FACTS[:6])
    for target, expected in ((target_of(DOI), FACTS[2]), (SEARCH, FACTS[4]), (CAPTURES, FACTS[5])):
        facts = gathered(registries, target, target_of(URL), live=False)
        assert (facts.answer, facts.unanswered) == (expected, "")
    missing = gathered(registries, Target("work", "other words"), live=False)
    assert (missing.answer, bool(missing.unanswered)) == (None, True)
    assert registries.web.requests == []


RETRACTED = """\
references:
  - {number: 1, type: article-journal, authors: [Balint B], title: "Dystonia: a review",
     container: Nat Rev Dis Primers, published: 2018, volume: 4, doi: %s}
  - {number: 2, type: webpage, organization: Roe, title: Page, url: "%s", accessed: 2022-04-22}
"""


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (TODAY, ["missing-archive", "retracted-reference"]),
        ("2026-11-21", ["missing-archive"]),
        ("2026-11-19", []),
    ],
)
def test_as_of_bounds_what_was_said(workdir: Path, call: Call, day: str, found: list[str]) -> None:
    Path("content").mkdir()
    text = HEADER + article(RETRACTED % (DOI, URL))
    Path("content/a.yaml").write_text(text, encoding="utf-8")
    facts = (probed(at=ago(9)), told(ago(9), records=()), told(), probed(URL, "gone", ago(3)))
    keep(*facts, told(ago(2), CAPTURES, captures=(CAPTURE,)))
    options = ("--cached", "--ledger", LEDGER, "--as-of", day, "--format", "json")
    rules = {*call("check", *options).rules}
    assert sorted(rules & {"missing-archive", "retracted-reference"}) == found
