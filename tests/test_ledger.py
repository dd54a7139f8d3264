"""The ledger: what it keeps, what that adds up to, and how it travels."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from articles import HEADER, article
from citewell.evidence import fact_line, ledger
from citewell.evidence.clock import SystemClock
from citewell.evidence.ledger import Ledger
from citewell.facts import (
    SERVICES,
    FactsError,
    Failure,
    Hop,
    Past,
    Probe,
    Target,
    TargetFacts,
    Verdict,
    weigh,
)
from conftest import ROOT, TODAY, Answer, Call, Run
from web import OK, QuickClock, Script, Step, Talk, Web, redirect, silence
from web import Answer as Page

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # of TODAY
URL = "https://site.example/dystonia"
DOI = "10.5555/dystonia.1"
LEDGER = Path(".citewell/ledger.sqlite3")
REGISTERED = Page(
    200, {"Content-Type": "application/json"}, json.dumps({"responseCode": 1}).encode()
)
CANARY = "/api/handles/10.1000/182?type=URL"  # what is asked first, where there is no DOI
# Where DOIs are registered is not the host of the pages, so that its queue is another one.
HOST, REGISTRY = "127.0.0.1", "localhost"
ASKED = [verdict for verdict in Verdict if verdict is not Verdict.UNCHECKED]


def target(text: str) -> Target:
    return Target("doi" if text.startswith("10.") else "url", text)


def probed(text: str = URL, verdict: str = "ok", at: datetime = NOW, **more: Any) -> Probe:
    """What came of asking *text* once; the reason says when that was."""
    told = {"status": 200, "final_url": text, "title": "Dystonia", "reason": f"asked on {at:%d %b}"}
    return Probe(target(text), Verdict(verdict), checked_at=at, **told | more)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def keep(*probes: Probe, at: Path = LEDGER) -> None:
    """Puts *probes* into the ledger *at*."""
    with Ledger(at) as opened:
        opened.record(probes)


def kept(at: Path = LEDGER) -> list[str]:
    """The lines of the ledger *at*."""
    with Ledger(at, create=False) as opened:
        return list(opened.lines())


def cite(*addresses: str, name: str = "example", access: str = "open") -> Path:
    """An article that cites each of *addresses*, in their order."""
    claims, references = "", ""
    for number, text in enumerate(addresses, 1):
        field = "doi" if text.startswith("10.") else "url"
        claims += f"  - {{id: c{number}, text: Claim {number}., references: [{number}]}}\n"
        references += (
            f"  - {{number: {number}, type: webpage, organization: Roe, title: Page {number},\n"
            f'     accessed: 2026-06-18, access: {access}, {field}: "{text}"}}\n'
        )
    path = Path("content", f"{name}.yaml")
    path.parent.mkdir(exist_ok=True)
    fragment = f"id: {name}\nclaims:\n{claims}references:\n{references}"
    path.write_text(HEADER + article(fragment), encoding="utf-8")
    return path


@pytest.fixture
def check(call: Call) -> Any:
    """Runs the rules about links, as on the day of these tests."""

    def check(*arguments: object) -> Answer:
        return call("check", "--as-of", TODAY, "--select", "links", *arguments)

    return check


class Clock(QuickClock):
    """Time that passes only when somebody waits."""

    def now(self) -> datetime:
        return NOW + timedelta(seconds=int(self._ahead))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every run in this process."""
    clock = Clock()
    for name in ("monotonic", "now", "wait"):
        monkeypatch.setattr(SystemClock, name, getattr(clock, name))
    return clock


@pytest.fixture
def web(workdir: Path) -> Iterator[Web]:
    """A web in which every DOI is registered, and settings that lead there."""
    with Web() as web:
        web.script(REGISTRY, [REGISTERED])
        configure(web)
        yield web


def configure(web: Web, more: str = "") -> None:
    """Settings for *web*, and *more*."""
    Path("pyproject.toml").write_text(
        "[tool.citewell.network]\n"
        'allow_private = true\nproxy = "none"\nhost_delay = 0\n'
        "[tool.citewell.endpoints]\n"
        f'doi = "{web.address(f"http://{REGISTRY}")}"\n{more}',
        encoding="utf-8",
    )


def serve(web: Web, *pages: str, script: Script = (OK,)) -> list[str]:
    """The addresses of *pages* that answer as in *script*."""
    for page in pages:
        web.script(HOST + page, script)
    return [web.address(f"http://{HOST}{page}") for page in pages]


def asked(web: Web) -> list[str]:
    """The pages that were asked, those of registries aside."""
    return [request.path for request in web.requests if request.host == HOST]


def started(*arguments: object) -> "subprocess.Popen[str]":
    """The command on its way, in a process of its own."""
    command = [sys.executable, "-m", "citewell", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8")


# --- The file ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE facts SET verdict = 'gone'",
        "UPDATE facts SET body = '' WHERE target LIKE 'https:%'",
        "DELETE FROM facts",
        "DELETE FROM facts WHERE id = 1",
    ],
)
def test_what_is_kept_can_neither_be_changed_nor_deleted(workdir: Path, command: str) -> None:
    """The database itself refuses, whoever asks."""
    keep(probed(), probed(DOI))
    before = kept()
    with closing(sqlite3.connect(LEDGER)) as db:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(command)
        db.commit()
    assert kept() == before


def test_opening_it_again_keeps_all(workdir: Path) -> None:
    """What is added comes to what was there."""
    for days in (2, 1, 0):
        keep(probed(at=ago(days)))
    assert [fact_line.read(line).checked_at for line in kept()] == [ago(2), ago(1), ago(0)]


def test_all_of_a_probe_is_kept(workdir: Path) -> None:
    """With its hops, and whether they brought an answer or not."""
    hops = (
        Hop(URL, failure=Failure.TIMEOUT, detail="no answer within 20 s", seconds=20.0),
        Hop(URL, status=301, location=f"{URL}/new", seconds=0.25),
        Hop(f"{URL}/new", status=200),
        Hop(f"https://doi.example/{DOI}", "doi", 404, registered=False),
    )
    probe = probed(verdict="moved", final_url=f"{URL}/new", hops=hops)
    keep(probe)
    with Ledger(LEDGER) as opened:
        assert list(opened.about(URL)) == [probe]


def test_who_reads_does_not_keep_others_from_writing(
    workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And reads on, undisturbed."""
    monkeypatch.setattr(ledger, "_PATIENCE", 0.0)
    keep(probed(at=ago(2)), probed(at=ago(1)))
    with Ledger(LEDGER) as reading:
        lines = reading.lines()
        next(lines)
        keep(probed(at=ago(0)))
        assert len(list(lines)) == 1
    assert len(kept()) == 3


def test_one_that_stays_locked_cannot_be_used(
    workdir: Path, check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We wait for others, but not for ever."""
    keep(probed())
    monkeypatch.setattr(ledger, "_PATIENCE", 0.01)
    with Ledger(LEDGER) as opened, closing(sqlite3.connect(LEDGER)) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(FactsError, match=r"ledger\.sqlite3 cannot be used: database is locked"):
            opened.record([probed(DOI)])
        db.rollback()
        opened.record([probed(DOI)])
    assert len(kept()) == 2


def test_probes_are_recorded_together_or_not_at_all(workdir: Path) -> None:
    """If the database refuses one of them, and the ledger goes on after that."""
    keep(probed(at=ago(1)))
    with closing(sqlite3.connect(LEDGER)) as db:
        db.execute(
            "CREATE TRIGGER full BEFORE INSERT ON facts WHEN NEW.kind = 'doi'"
            " BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    with Ledger(LEDGER) as opened:
        with pytest.raises(FactsError, match="cannot be used: no room"):
            opened.record([probed(), probed(DOI)])
        assert len(kept()) == 1
        opened.record([probed()])
    assert len(kept()) == 2


@pytest.mark.parametrize("nth", range(1, 6))
def test_another_process_makes_it_meanwhile(
    workdir: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """Whatever we were about to do first: it is ours all the same."""
    turns = iter([*([False] * (nth - 1)), True])
    real = sqlite3.connect

    class Overtaken(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            if next(turns, False):
                with pytest.MonkeyPatch.context() as other:
                    other.setattr(sqlite3, "connect", real)
                    keep(probed(DOI))
            return super().execute(*arguments)

    def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        return real(*arguments, factory=Overtaken, **more)

    monkeypatch.setattr(sqlite3, "connect", connect)
    keep(probed(URL))
    assert not any(turns)
    assert {fact_line.read(line).target.text for line in kept()} == {URL, DOI}


def test_a_new_folder_is_nothing_for_git(workdir: Path) -> None:
    """If it is named after us; what is there already is left as it is."""
    keep(probed())
    assert Path(".citewell/.gitignore").read_text() == "*\n"
    keep(probed(), at=Path("facts/of/links.sqlite3"))
    assert sorted(path.name for path in Path("facts").rglob("*")) == ["links.sqlite3", "of"]
    Path("old/.citewell").mkdir(parents=True)
    keep(probed(), at=Path("old/.citewell/ledger.sqlite3"))
    assert [path.name for path in Path("old/.citewell").iterdir()] == ["ledger.sqlite3"]


# --- What a history adds up to -------------------------------------------------------------

History = Sequence[tuple[str, float]]  # verdicts, and how many days ago; oldest first


def weighed(history: History, failures: int = 3, days: int = 6) -> TargetFacts:
    past = [Past(Verdict(verdict), ago(when)) for verdict, when in history]
    last = probed(verdict=history[-1][0], at=ago(history[-1][1]))
    return weigh(last, past, failures, days)


@pytest.mark.parametrize(
    ("history", "failures", "first_failed", "last_ok"),
    [
        ([("ok", 0)], 0, None, 0),
        ([("moved", 3), ("ok", 9)], 0, None, 3),
        ([("gone", 0)], 1, 0, None),
        ([("ok", 9), ("gone", 4)], 1, 4, 9),
        ([("moved", 9), ("gone", 4)], 1, 4, 9),
        ([("gone", 8), ("unreachable", 5), ("gone", 2)], 3, 8, None),
        ([("gone", 8), ("gone", 5), ("ok", 2)], 0, None, 2),
        ([("gone", 8), ("ok", 5), ("gone", 2), ("gone", 1)], 2, 2, 5),
        ([("ok", 9), ("gone", 8), ("suspicious", 5), ("gone", 2)], 1, 2, 9),
        *[([("gone", 8), (answer, 5), ("gone", 2)], 1, 2, None) for answer in
          ("refused", "throttled", "blocked", "suspicious")],
        *[([("gone", 8), (answer, 5)], 0, None, None) for answer in
          ("refused", "throttled", "blocked", "suspicious")],
    ],
)  # fmt: skip
def test_failures_in_a_row(
    history: History, failures: int, first_failed: int | None, last_ok: int | None
) -> None:
    """Any answer that is no failure ends a row of them; only a success counts as one."""

    def day(days: int | None) -> date | None:
        return None if days is None else ago(days).date()

    facts = weighed(history)
    assert (facts.failures, facts.first_failed, facts.last_ok) == (
        failures,
        day(first_failed),
        day(last_ok),
    )
    assert facts.verdict == history[-1][0]


@pytest.mark.parametrize(
    ("history", "confirmed"),
    [
        ([("gone", 6), ("gone", 3), ("gone", 0)], True),
        ([("gone", 60), ("gone", 50), ("gone", 40)], True),
        ([("unreachable", 6), ("gone", 3), ("unreachable", 0)], True),
        ([("gone", 5.9999), ("gone", 3), ("gone", 0)], False),  # too few days
        ([("gone", 30), ("gone", 0)], False),  # too few failures
        ([("gone", 9), ("gone", 8), ("ok", 7), ("gone", 6), ("gone", 0)], False),
        ([("gone", 9), ("gone", 8), ("ok", 7), ("gone", 6), ("gone", 1), ("gone", 0)], True),
        ([("gone", 9), ("gone", 5), ("gone", 2), ("ok", 0)], False),
        ([("gone", 9), ("gone", 5), ("gone", 2), ("blocked", 0)], False),
    ],
)
def test_a_failure_is_confirmed_by_number_and_days(history: History, confirmed: bool) -> None:
    """It takes both, in one row."""
    assert weighed(history).confirmed is confirmed


def test_the_settings_say_what_confirms() -> None:
    """How often, and for how many days."""
    history = [("gone", 4), ("gone", 0)]
    assert [weighed(history, *limits).confirmed for limits in ((2, 4), (3, 4), (2, 5))] == [
        True,
        False,
        False,
    ]


def test_rules_see_the_history(workdir: Path, check: Any) -> None:
    """What used to work is broken when that is confirmed, by the house's own measure."""
    cite(URL)
    keep(probed(at=ago(9)), *[probed(verdict="gone", at=ago(days)) for days in (6, 3)])
    first = check("--cached", "--format", "json")
    assert (first.code, first.rules) == (0, ["failing-link"])
    keep(probed(verdict="gone"))
    second = check("--cached", "--format", "json")
    assert (second.code, second.rules) == (1, ["broken-link"])
    said = second.report["findings"][0]["message"]
    assert "3 failures in a row since 2026-11-16; last seen working on 2026-11-13" in said
    Path("pyproject.toml").write_text("[tool.citewell.ledger]\nconfirm_failures = 4\n")
    assert check("--cached", "--format", "json").rules == ["failing-link"]


def test_a_history_is_in_the_order_of_time(workdir: Path) -> None:
    """Not in that in which facts came; and it ends where it is told to."""
    probes = [probed(verdict=verdict, at=ago(days)) for verdict, days in
              [("gone", 1), ("ok", 3), ("moved", 2)]]  # fmt: skip
    keep(*probes)
    with Ledger(LEDGER) as opened:
        for until, count in [(None, 3), (NOW, 3), (ago(1), 3), (ago(1.5), 2), (ago(3), 1)]:
            history = opened.histories([target(URL)], until)[target(URL)]
            past = [("ok", 3), ("moved", 2), ("gone", 1)][:count]
            assert history.past == tuple(Past(Verdict(name), ago(day)) for name, day in past)
            assert history.last == probed(verdict=past[-1][0], at=ago(past[-1][1]))
        assert opened.histories([target(URL)], ago(3.5)) == {}


@pytest.mark.parametrize(
    ("day", "verdict"),
    [("2026-11-18", "unchecked"), ("2026-11-19", "ok"), ("2026-11-20", "ok"), (TODAY, "gone")],
)
def test_as_of_bounds_what_counts(workdir: Path, call: Call, day: str, verdict: str) -> None:
    """A day counts to its last second, and no further."""
    cite(URL)
    last = datetime(2026, 11, 19, 23, 59, 59, tzinfo=UTC)
    keep(probed(at=last), probed(verdict="gone", at=datetime(2026, 11, 21, tzinfo=UTC)))
    report = call("check", "--cached", "--as-of", day, "--format", "json").report
    assert [fact["verdict"] for fact in report["facts"]] == [verdict]


def test_histories_of_many_targets(workdir: Path) -> None:
    """Each has its own, however many are asked for at once."""
    targets = [target(f"{URL}/{number}") for number in range(1203)]
    keep(*[probed(each.text, title=each.text) for each in targets])
    with Ledger(LEDGER) as opened:
        histories = opened.histories([*targets, target(URL)])
    assert {each: history.last.title for each, history in histories.items()} == {
        each: each.text for each in targets
    }


def test_an_address_is_no_doi(workdir: Path) -> None:
    """Not even if both are spelled alike."""
    keep(probed(DOI))
    with Ledger(LEDGER) as opened:
        assert list(opened.histories([Target("url", DOI), target(DOI)])) == [target(DOI)]


def test_addresses_that_differ_in_a_secret_share_a_history(workdir: Path) -> None:
    """The ledger cannot tell them apart, but each is asked for and gets its facts."""
    one, other = target(f"{URL}?api_key=sesame"), target(f"{URL}?api_key=abracadabra")
    keep(probed(one.text))
    with Ledger(LEDGER) as opened:
        histories = opened.histories([one, other])
    assert [histories[each].last.target for each in (one, other)] == [one, other]


# --- Which answers are fresh ---------------------------------------------------------------

FRESH_DAYS = {"ok": 7, "moved": 7, "blocked": 3}


@pytest.mark.parametrize("verdict", ASKED)
def test_freshness(web: Web, clock: Clock, check: Any, verdict: str) -> None:
    """An answer is good for some days; a failure is asked again, even at once."""
    [url] = serve(web, "/page")
    cite(url)
    days = FRESH_DAYS.get(verdict, 0)
    keep(probed(url, verdict, ago(days)))
    if days:
        keep(probed(url, verdict, ago(days - 1)), at=Path("fresh"))
        assert check("--links", "--ledger", "fresh", "--format", "json").report["facts"] == [
            fact_of(probed(url, verdict, ago(days - 1)))
        ]
        assert web.requests == []
    assert check("--links").code == 0
    assert asked(web) == ["/page"]
    assert len(kept()) == 2


def fact_of(probe: Probe) -> dict[str, object]:
    """What a report tells of *probe*."""
    return {
        "target": probe.target.text,
        "kind": probe.target.kind,
        "verdict": probe.verdict,
        "status": probe.status,
        "final_url": probe.final_url,
        "checked_at": f"{probe.checked_at:%Y-%m-%dT%H:%M:%SZ}",
        "reason": probe.reason,
    }


def test_an_answer_from_the_future_is_not_fresh(web: Web, clock: Clock, check: Any) -> None:
    """Somebody's clock is wrong, so it says nothing of how old the answer is."""
    [url] = serve(web, "/page")
    cite(url)
    keep(probed(url, at=NOW + timedelta(seconds=1)))
    assert check("--links").code == 0
    assert asked(web) == ["/page"]


def test_the_settings_say_how_long_an_answer_is_fresh(web: Web, clock: Clock, check: Any) -> None:
    """For each verdict."""
    [url] = serve(web, "/page")
    cite(url)
    keep(probed(url, at=ago(29)))
    configure(web, "[tool.citewell.ledger]\nfresh_days = {ok = 30}\n")
    check("--links")
    assert asked(web) == []
    configure(web, "[tool.citewell.ledger]\nfresh_days = {ok = 29}\n")
    check("--links")
    assert asked(web) == ["/page"]


def test_a_second_run_asks_only_what_failed(web: Web, clock: Clock, check: Any) -> None:
    """Nothing at all if nothing did."""
    [old, closed] = [*serve(web, "/old", script=[redirect(301, "/page")]),
                     *serve(web, "/closed", script=[403])]  # fmt: skip
    cite(*serve(web, "/page"), old, closed, DOI)
    first = check("--links", "--format", "json").report
    assert [fact["verdict"] for fact in first["facts"]] == ["ok", "moved", "blocked", "ok"]
    assert sorted(asked(web)) == ["/closed", "/old", "/page", "/page"]
    web.requests.clear()
    second = check("--links", "--format", "json").report
    assert (second["facts"], web.requests) == (first["facts"], [])
    cite(*serve(web, "/page"), old, closed, *serve(web, "/lost", script=[404]), DOI)
    for _ in range(2):
        web.requests.clear()
        assert check("--links", "--format", "json").rules[-1] == "broken-link"
        assert asked(web) == ["/lost", "/lost"]


def test_what_is_asked_in_vain_is_unchecked(web: Web, clock: Clock, check: Any) -> None:
    """An earlier answer is none for today, and no failure of the target is written down."""
    with closing(socket.create_server((HOST, 0))) as closed:
        nobody = f"http://{HOST}:{closed.getsockname()[1]}"
    cite(f"{nobody}/page")
    configure(web)
    settings = Path("pyproject.toml")
    settings.write_text(settings.read_text().replace(f"{REGISTRY}:{web.port}", nobody[7:]))
    keep(probed(f"{nobody}/page", at=ago(8)))
    report = check("--links", "--format", "json").report
    [fact] = report["facts"]
    assert (fact["verdict"], fact["checked_at"]) == ("unchecked", None)
    assert "our own network" in fact["reason"]
    assert [entry["targets"] for entry in report["not_evaluated"]] == [1]
    assert len(kept()) == 1


# --- The ledger alone ----------------------------------------------------------------------


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reaches for a network fails the test."""

    def refuse(*_arguments: object, **_more: object) -> None:
        pytest.fail("something reached for the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)


def test_cached_answers_from_the_ledger_alone(
    workdir: Path, check: Any, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However old its facts are, and whatever they say."""
    monkeypatch.setattr(SystemClock, "now", lambda _: pytest.fail("the clock was read"))
    probes = [probed(f"{URL}/{verdict}", verdict, ago(100)) for verdict in ASKED]
    keep(*probes, probed(DOI, at=ago(100)))
    cite(*[probe.target.text for probe in probes], DOI, f"{URL}/new")
    before = LEDGER.read_bytes()
    answer = check("--cached", "--format", "json")
    assert answer.report["facts"][:-1] == [*map(fact_of, [*probes, probed(DOI, at=ago(100))])]
    assert answer.report["facts"][-1] == {
        "target": f"{URL}/new",
        "kind": "url",
        "verdict": "unchecked",
        "status": None,
        "final_url": None,
        "checked_at": None,
        "reason": f"not in the ledger as of {TODAY}",
    }
    assert (answer.code, answer.report["links"]) == (1, "cached")
    assert LEDGER.read_bytes() == before


def test_without_a_ledger_nothing_is_known(workdir: Path, check: Any, no_network: None) -> None:
    """That is said, no finding comes of it, and no ledger either."""
    cite(URL, DOI)
    report = check("--cached", "--format", "json").report
    assert [fact["verdict"] for fact in report["facts"]] == ["unchecked", "unchecked"]
    reason = "there is no ledger yet"
    assert report["not_evaluated"] == [
        {"rule": "broken-link", "path": None, "reason": reason, "targets": 2}
    ]
    assert report["findings"] == []
    assert not Path(".citewell").exists()
    demanding = check("--cached", "--require-verified", "--format", "json")
    assert (demanding.code, demanding.rules) == (1, ["unverified-target"] * 2)
    assert all(reason in finding["message"] for finding in demanding.report["findings"])


def test_where_the_ledger_is(web: Web, clock: Clock, check: Any) -> None:
    """By default, by the settings, by option: the option wins."""
    cite(*serve(web, "/page"))
    made = []
    for settings, options in [
        ("", []),
        ('[tool.citewell.ledger]\npath = "facts/links"\n', []),
        ('[tool.citewell.ledger]\npath = "facts/links"\n', ["--ledger", "mine"]),
    ]:
        configure(web, settings)
        check("--links", *options)
        here = {path for path in Path().rglob("*") if path.is_file()}
        made.append({str(path) for path in here if path.read_bytes().startswith(b"SQLite")})
        assert len(asked(web)) == len(made)
        assert check("--cached", *options, "--format", "json").report["facts"][0]["status"] == 200
    assert made == [{str(LEDGER)}, {str(LEDGER), "facts/links"},
                    {str(LEDGER), "facts/links", "mine"}]  # fmt: skip


def test_each_ledger_has_its_own_facts(workdir: Path, check: Any) -> None:
    """The one that is named answers, and no other."""
    cite(URL)
    for name in ("ok", "blocked"):
        keep(probed(verdict=name), at=Path(name))
        fact = check("--cached", "--ledger", name, "--format", "json").report["facts"][0]
        assert fact["verdict"] == name
        Path("pyproject.toml").write_text(f'[tool.citewell.ledger]\npath = "{name}"\n')
        assert check("--cached", "--format", "json").report["facts"] == [fact]


# --- Kills, and company --------------------------------------------------------------------


def test_a_kill_loses_no_answer(web: Web, run: Run) -> None:
    """All that was settled is there, and the next run asks only for the rest."""
    arrived = threading.Event()

    def signal(talk: Talk) -> None:
        arrived.set()
        silence(talk)

    # Of the four requests that a host gets at once, three hang. So when the last page is
    # asked, every other one has been settled.
    hanging = serve(web, *[f"/hangs/{n}" for n in range(3)], script=[silence, OK])
    answering = serve(web, *[f"/answers/{n}" for n in range(12)])
    last = serve(web, "/hangs/last", script=[signal, OK])
    cite(*hanging, *answering, *last)
    arguments = ("check", "--links", "--as-of", TODAY, "--select", "links")
    with started(*arguments) as process:
        assert arrived.wait(60)
        process.kill()
    assert {fact_line.read(line).target.text for line in kept()} == {*answering}
    web.requests.clear()
    again = run(*arguments, "--require-verified")
    assert again.returncode == 0, again.stdout + again.stderr
    assert sorted(asked(web)) == ["/hangs/0", "/hangs/1", "/hangs/2", "/hangs/last"]
    assert {request.path for request in web.requests} == {*asked(web), CANARY}
    assert len(kept()) == 16


def test_two_runs_at_once_share_a_ledger(web: Web) -> None:
    """Both are under way when the first facts come; both end well, and none is lost."""
    together = threading.Barrier(2)

    def meet(talk: Talk) -> None:
        together.wait(60)
        OK(talk)

    runs = {name: serve(web, *[f"/{name}/{n}" for n in range(25)]) for name in ("one", "other")}
    for name in runs:
        serve(web, f"/{name}/0", script=[meet])
    shared = serve(web, "/shared")
    closed = serve(web, "/closed", script=[403])
    files = {name: cite(*addresses, *shared, name=name) for name, addresses in runs.items()}
    cite(*runs["other"], *shared, *closed, name="other")
    arguments = ("check", "--links", "--require-verified", "--as-of", TODAY, "--select", "links")
    with ExitStack() as ending:
        processes = [ending.enter_context(started(*arguments, files[name])) for name in runs]
        said = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 1], said
    assert [error for _, error in said] == ["", ""]
    targets = {fact_line.read(line).target.text for line in kept()}
    assert targets == {*runs["one"], *runs["other"], *shared, *closed}


# --- Out and in ----------------------------------------------------------------------------

FACTS = [
    probed(at=ago(1)),
    probed(),
    probed(verdict="gone"),  # the same target at the same time
    probed(DOI, reason="Dystonie – Ursachen, 肌张力障碍"),
]


def export(call: Call, *arguments: object) -> str:
    answer = call("ledger", "export", *arguments)
    assert (answer.code, answer.err) == (0, "")
    return answer.out


def test_export_is_the_same_in_whatever_order_facts_came(workdir: Path, call: Call) -> None:
    """To the byte, one object a line, by time."""
    written = set()
    for number, order in enumerate(permutations(FACTS)):
        keep(*order, at=Path(f"{number}"))
        written.add("".join(f"{line}\n" for line in kept(Path(f"{number}"))))
    assert written == {export(call, "--ledger", "0")}
    assert FACTS[-1].reason in "".join(written)
    objects = [json.loads(line) for line in written.pop().splitlines()]
    times = [each["checked_at"] for each in objects]
    assert times == ["2026-11-21T09:00:00Z", *["2026-11-22T09:00:00Z"] * 3]
    assert objects[0] == {
        "fact": "probe",
        "kind": "url",
        "target": URL,
        "checked_at": "2026-11-21T09:00:00Z",
        "verdict": "ok",
        "status": 200,
        "final_url": URL,
        "title": "Dystonia",
        "reason": "asked on 21 Nov",
        "hops": [],
    }


def test_import_brings_back_what_was_exported(workdir: Path, call: Call) -> None:
    """Once, however often it is imported; and a file holds the same as standard output."""
    keep(*FACTS)
    written = export(call)
    assert export(call, "--output", "facts.jsonl") == ""
    assert Path("facts.jsonl").read_text(encoding="utf-8") == written
    for new in (4, 0, 0):
        answer = call("ledger", "import", "facts.jsonl", "--ledger", "copy")
        assert (answer.code, answer.out) == (0, f"facts.jsonl: {new} new\n")
        assert export(call, "--ledger", "copy") == written
    assert call("ledger", "import", "facts.jsonl").out == "facts.jsonl: 0 new\n"


def test_two_ledgers_become_one(workdir: Path, call: Call) -> None:
    """Whichever takes in the other."""
    keep(*FACTS[:3], at=Path("one"))
    keep(*FACTS[1:], at=Path("other"))
    for name in ("one", "other"):
        export(call, "--ledger", name, "--output", f"{name}.jsonl")
    assert call("ledger", "import", "one.jsonl", "--ledger", "other").out == "one.jsonl: 1 new\n"
    assert call("ledger", "import", "other.jsonl", "--ledger", "one").out == "other.jsonl: 1 new\n"
    both = call("ledger", "import", "one.jsonl", "other.jsonl", "--ledger", "third")
    assert both.out == "one.jsonl: 3 new\nother.jsonl: 1 new\n"
    keep(*FACTS, at=Path("whole"))
    exports = {export(call, "--ledger", name) for name in ("one", "other", "third", "whole")}
    assert len(exports) == 1


def test_import_reads_standard_input(workdir: Path, run: Run) -> None:
    """Blank lines, and ends of lines as elsewhere, do no harm."""
    lines = "\r\n\n".join(map(fact_line.write, FACTS))
    done = run("ledger", "import", "-", input=lines)
    assert (done.returncode, done.stdout, done.stderr) == (0, "<stdin>: 4 new\n", "")
    assert len(kept()) == 4


def test_export_without_a_ledger(workdir: Path, call: Call) -> None:
    """There is nothing to tell, which is no fault; and none is made."""
    assert export(call) == ""
    assert export(call, "--ledger", "nowhere/at/all") == ""
    assert list(workdir.iterdir()) == []


def line(**changed: object) -> str:
    """A line of an export, with *changed* keys."""
    return json.dumps(json.loads(fact_line.write(probed(DOI))) | changed)


def hop(**changed: object) -> str:
    """The same, with a hop that has *changed* keys."""
    return line(hops=[{"url": URL, "service": "web", "status": 200, "seconds": 0.2} | changed])


def without(key: str) -> str:
    told = json.loads(hop())
    (told if key in told else told["hops"][0]).pop(key)
    return json.dumps(told)


BROKEN = {
    "cut off": line()[:-9],
    "two in one": line() * 2,
    "no JSON": "facts",
    "NUL": line().replace("Dystonia", "Dyst\0nia"),
    "NUL alone": "\0",
    "deep": "[" * 100_000,
    "deep inside": line(hops=0).replace('"hops": 0', '"hops": ' + "[" * 100_000),
    "huge number": line(status=0).replace('"status": 0', f'"status": {"9" * 5000}'),
    "large number": line(status=10**30),
    "large number in a hop": hop(status=10**30),
    "huge time": hop(seconds=0).replace('"seconds": 0', f'"seconds": {"9" * 400}'),
    "not a number": hop(seconds=float("nan")),
    "endless": hop(seconds=float("inf")),
    "negative time": hop(seconds=-1.0),
    **{f"{value!r} for all": json.dumps(value) for value in (None, True, 3, 0.5, "probe", [], {})},
    **{f"no {key}": without(key) for key in
       ("fact", "kind", "target", "checked_at", "verdict", "status", "final_url", "title",
        "reason", "hops", "url", "service", "seconds")},
    **{f"fact {value!r}": line(fact=value) for value in ("record", "", None, ["probe"])},
    **{f"kind {value!r}": line(kind=value) for value in ("file", None, ["url"], {})},
    **{f"target {value!r}": line(target=value) for value in (None, 3, [URL])},
    **{f"verdict {value!r}": line(verdict=value) for value in
       ("broken", "unchecked", "OK", None, ["ok"])},
    **{f"status {value!r}": line(status=value) for value in ("200", 200.0, True, [200], -1, 0)},
    **{f"{key} 3": line(**{key: 3}) for key in ("final_url", "title", "reason")},
    **{f"{key} null": line(**{key: None}) for key in ("title", "reason")},
    **{f"hops {value!r}": line(hops=value) for value in (None, {}, "", "abc", [[]], [URL], [None])},
    **{f"hop: {key} {value!r}": hop(**{key: value}) for key, value in
       [("url", None), ("url", 3), ("service", "ftp"), ("service", ["web"]), ("status", "200"),
        ("status", True), ("failure", "tired"), ("failure", ["timeout"]), ("detail", 3),
        ("location", 3), ("registered", 1), ("registered", "yes"), ("seconds", "0.2"),
        ("seconds", None), ("seconds", True)]},
    "no time zone": line(checked_at="2026-11-22T09:00:00"),
    "a day": line(checked_at=TODAY),
    "no such day": line(checked_at="2026-02-30T09:00:00Z"),
    "no time": line(checked_at=1_700_000_000),
    "before all time": line(checked_at="0001-01-01T00:00:00+14:00"),
    "after all time": line(checked_at="9999-12-31T23:59:59-14:00"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_keeps_the_others_out(workdir: Path, call: Call, name: str) -> None:
    """All of a file, or nothing; what was there before stays as it was."""
    keep(probed(at=ago(1)))
    before = kept()
    good = fact_line.write(probed())
    Path("facts.jsonl").write_text(f"{good}\n{BROKEN[name]}\n{good}\n", encoding="utf-8")
    answer = call("ledger", "import", "facts.jsonl")
    assert (answer.code, answer.out) == (2, "")
    assert "Error: facts.jsonl: line 2 is no fact: " in answer.err.splitlines()[-1]
    assert kept() == before


def test_what_lines_are_broken_is_not_left_to_chance(workdir: Path, call: Call) -> None:
    """The lines above would be facts, but for what is wrong with them."""
    Path("facts.jsonl").write_text(f"{line()}\n{hop()}\n", encoding="utf-8")
    assert call("ledger", "import", "facts.jsonl").out == "facts.jsonl: 2 new\n"


@pytest.mark.parametrize("bad", [b"\xff", b'{"fact": "probe\xe9"}', b"\xff\xfe{\x00"])
def test_what_is_not_utf8_keeps_the_others_out(workdir: Path, run: Run, bad: bytes) -> None:
    """From a file as from standard input, whatever the locale."""
    data = fact_line.write(probed()).encode() + b"\n" + bad + b"\n"
    Path("facts.jsonl").write_bytes(data)
    for source, name in (("facts.jsonl", "facts.jsonl"), ("-", "<stdin>")):
        done = run("ledger", "import", source, input=data, encoding=None, env={"LC_ALL": "C"})
        assert done.returncode == 2
        said = done.stderr.decode().splitlines()[-1]
        assert said.startswith(f"Error: {name}: ")
        assert "utf-8" in said
        assert kept() == []


@pytest.mark.parametrize("source", ["nowhere.jsonl", "content"])
def test_import_of_what_cannot_be_read(workdir: Path, call: Call, source: str) -> None:
    """Usage, and no ledger comes of it."""
    Path("content").mkdir()
    answer = call("ledger", "import", source)
    assert (answer.code, answer.out) == (2, "")
    assert source in answer.err.splitlines()[-1]
    assert not LEDGER.exists()


# What may stand in a fact: any text, with pieces that mean something to what hides secrets.
PIECES = ["https://", "://", "user:pw@", "@", "?", "&", ";", "#", "api_key=", "pwd=", "***",
          "\\", "\\x00", "\0", "\n", "\x85", "\u2028", "\u200b", "\ud800", "\U0010ffff", "é", "é",
          "\U0001f9e0", '"', "/", " "]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=20),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=8).map("".join),
)
STATUSES = st.none() | st.integers(100, 999)
TIMES = st.datetimes(
    datetime(1, 1, 3),  # noqa: DTZ001
    datetime(9999, 12, 29),  # noqa: DTZ001
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
HOPS = st.builds(
    Hop,
    url=TEXTS.filter(bool),
    service=st.sampled_from(["web", *SERVICES]),
    status=STATUSES,
    failure=st.none() | st.sampled_from(Failure),
    detail=TEXTS,
    location=st.none() | TEXTS,
    retry_after=st.none() | st.floats(),
    challenged=st.booleans(),
    registered=st.none() | st.booleans(),
    seconds=st.floats(0, 86_400),
)
PROBES = st.builds(
    Probe,
    target=st.builds(Target, st.sampled_from(["url", "doi"]), TEXTS),
    verdict=st.sampled_from(ASKED),
    status=STATUSES,
    final_url=st.none() | TEXTS,
    title=TEXTS,
    reason=TEXTS,
    checked_at=TIMES,
    hops=st.lists(HOPS, max_size=3).map(tuple),
)


@given(PROBES)
@example(probed("https://;pwd=/b;@"))  # where one secret hides another
@example(probed(at=datetime(999, 1, 1, tzinfo=UTC)))
@example(probed(title="\r\n\x1b[31m\u202e"))
def test_a_line_that_is_read_is_written_as_it_was(probe: Probe) -> None:
    """It is one line, of proper JSON, in UTF-8; and the same once more."""
    written = fact_line.write(probe)
    assert written.isprintable()
    assert json.loads(written, parse_constant=lambda name: pytest.fail(name))["fact"] == "probe"
    read = fact_line.read(written.encode().decode())
    assert fact_line.write(read) == written
    assert (read.verdict, read.status) == (probe.verdict, probe.status)
    assert read.checked_at == probe.checked_at.replace(microsecond=0)
    assert [each.seconds for each in read.hops] == [each.seconds for each in probe.hops]


@given(st.lists(PROBES, max_size=4))
def test_a_ledger_that_is_copied_is_the_same(probes: list[Probe]) -> None:
    """Line by line, whatever is in it."""
    memory = Path(":memory:")
    with Ledger(memory) as first, Ledger(memory) as second:
        first.record(probes)
        lines = list(first.lines())
        assert sorted(lines) == sorted({fact_line.write(probe) for probe in probes})
        assert second.merge(f"{each}\n" for each in reversed(lines)) == len(lines)
        assert list(second.lines()) == lines
        assert second.merge(lines) == 0


# --- Secrets -------------------------------------------------------------------------------

SECRETS = ("sesame", "abracadabra", "mellon")


def test_secrets_of_addresses_are_not_kept(web: Web, clock: Clock, check: Any, call: Call) -> None:
    """Neither in the file, nor in what is exported or shown; but they are sent."""
    serve(web, "/page?api_key=abracadabra", script=[redirect(301, "/new?sessionid=mellon")])
    serve(web, "/new?sessionid=mellon")
    secret = web.address(f"http://{HOST}/page?api_key=abracadabra")
    secret = secret.replace("://", "://roe:sesame@")
    cite(secret)
    live = check("--links", "--format", "json")
    assert asked(web) == ["/page?api_key=abracadabra", "/new?sessionid=mellon"]
    assert [("authorization" in request.headers) for request in web.requests
            if request.host == HOST] == [True, True]  # fmt: skip
    assert live.report["facts"][0]["verdict"] == "ok"  # a session is no new address
    shown = live.report["facts"][0]["target"]
    assert shown == secret.replace("roe:sesame", "***").replace("abracadabra", "***")
    written = export(call)
    assert json.loads(written)["target"] == shown
    files = b"".join(path.read_bytes() for path in Path(".citewell").iterdir())
    history = call("ledger", "show", secret)
    assert (history.code, history.out) == (0, call("ledger", "show", shown).out)
    told = [live.out, written, history.out, files.decode("latin-1"), check("--cached").out]
    assert not [(each, text) for each in SECRETS for text in told if each in text]
    web.requests.clear()
    check("--links")
    assert web.requests == []  # it is known by its masked name


def test_a_session_is_no_new_address(web: Web, clock: Clock, check: Any) -> None:
    """What is known of it is without its secret, and so of no use in an article."""
    serve(web, "/new?sessionid=mellon")
    cite(*serve(web, "/page", script=[redirect(301, "/new?sessionid=mellon")]))
    for option in ("--links", "--cached"):
        assert check(option, "--format", "json").report["findings"] == []


@pytest.mark.parametrize("field", ["final_url", "title", "reason"])
def test_secrets_are_hidden_wherever_they_stand(field: str) -> None:
    """In any text of a probe."""
    probe = probed(**{field: "see https://roe:sesame@site.example/?token=1&api_key=abracadabra"})
    told = json.loads(fact_line.write(probe))
    assert told[field] == "see https://***@site.example/?token=1&api_key=***"


@pytest.mark.parametrize("field", ["url", "detail", "location"])
def test_secrets_are_hidden_in_hops(field: str) -> None:
    """And in any text of a hop."""
    hop = Hop(URL)._replace(**{field: "see https://roe:sesame@site.example/?api_key=abracadabra"})
    told = json.loads(fact_line.write(probed(hops=(hop,))))
    assert told["hops"][0][field] == "see https://***@site.example/?api_key=***"


# --- What is no ledger ---------------------------------------------------------------------


def other_database() -> None:
    """A database of somebody else, at the ledger's place."""
    LEDGER.parent.mkdir()
    with closing(sqlite3.connect(LEDGER)) as db:
        db.execute("CREATE TABLE facts (id INTEGER PRIMARY KEY, body TEXT)")
        db.commit()


def marked_database() -> None:
    """One with another program's mark, and still empty."""
    LEDGER.parent.mkdir()
    with closing(sqlite3.connect(LEDGER)) as db:
        db.execute("PRAGMA application_id = 1196444487")


def later_version() -> None:
    keep(probed())
    with closing(sqlite3.connect(LEDGER)) as db:
        db.execute(f"PRAGMA user_version = {ledger.VERSION + 1}")


def text_file() -> None:
    LEDGER.parent.mkdir()
    LEDGER.write_text("Notes on dystonia.\n")


def torn_file() -> None:
    """The first half of a ledger."""
    keep(probed())
    data = LEDGER.read_bytes()
    LEDGER.write_bytes(data[: len(data) // 2])


def folder() -> None:
    LEDGER.mkdir(parents=True)


def below_a_file() -> None:
    LEDGER.parent.write_text("not a folder\n")


NO_LEDGERS: dict[Callable[[], None], str] = {
    other_database: "is a database, but not a ledger of citewell",
    marked_database: "is a database, but not a ledger of citewell",
    later_version: f"by a later citewell (version {ledger.VERSION + 1} of the ledger; this one",
    text_file: "cannot be used: file is not a database",
    torn_file: "cannot be used: database disk image is malformed",
    folder: "cannot be used: unable to open database file",
    below_a_file: "",
}
COMMANDS = {
    "show": ["ledger", "show", URL],
    "stats": ["ledger", "stats"],
    "export": ["ledger", "export"],
    "import": ["ledger", "import", "facts.jsonl"],
    "cached": ["check", "--cached", "--select", "links"],
    "live": ["check", "--links", "--select", "links"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("make", NO_LEDGERS, ids=lambda make: make.__name__)
def test_what_is_no_ledger_is_left_alone(
    web: Web, call: Call, make: Callable[[], None], command: str
) -> None:
    """A sentence says what it is, the code is 2, and nobody is asked in vain."""
    Path("facts.jsonl").write_text(fact_line.write(probed()) + "\n")
    cite(*serve(web, "/page"))
    make()
    before = files()
    answer = call(*COMMANDS[command])
    assert files() == before
    assert web.requests == []
    if make is below_a_file and command in ("export", "cached"):
        assert answer.code == 0  # there is none
        return
    assert (answer.code, answer.out) == (2, "")
    said = answer.err.splitlines()[-1]
    assert said.startswith("Error: ")
    assert NO_LEDGERS[make] in said
    assert ".citewell" in said


def files() -> dict[str, bytes]:
    """All files here, and what is in them."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_no_file_can_have(workdir: Path, call: Call, command: str) -> None:
    """Is said to be one by every command."""
    Path("facts.jsonl").write_text(fact_line.write(probed()) + "\n")
    cite(URL)
    answer = call(*COMMANDS[command], "--ledger", "x" * 300)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines()[-1].startswith(f"Error: The ledger {'x' * 300} cannot be used: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("command", ["import", "live"])
def test_a_folder_of_others(web: Web, call: Call, command: str) -> None:
    """What we may not write to is usage, too."""
    Path("facts.jsonl").write_text(fact_line.write(probed()) + "\n")
    cite(*serve(web, "/page"))
    Path("locked").mkdir(mode=0o555)
    answer = call(*COMMANDS[command], "--ledger", "locked/new/ledger.sqlite3")
    assert (answer.code, answer.out, web.requests) == (2, "", [])
    said = "Error: The ledger locked/new/ledger.sqlite3 cannot be used: Permission denied."
    assert answer.err.splitlines()[-1] == said


def test_one_that_may_only_be_read_is_refused_at_once(
    workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nobody to wait for."""
    real = sqlite3.connect
    Path("empty").touch()
    monkeypatch.setattr(ledger.time, "sleep", lambda _: pytest.fail("it waited"))
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **more: real(f"file:{path}?mode=ro", uri=True, **more)
    )
    with pytest.raises(FactsError, match="empty cannot be used: attempt to write a readonly"):
        Ledger(Path("empty"))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_file_is_a_new_ledger(web: Web, call: Call, command: str) -> None:
    """As ``touch`` and ``mktemp`` make them."""
    Path("facts.jsonl").write_text(fact_line.write(probed()) + "\n")
    cite(*serve(web, "/page"))
    LEDGER.parent.mkdir()
    LEDGER.touch()
    answer = call(*COMMANDS[command])
    assert answer.code == (2 if command == "show" else 0)
    assert ("knows nothing of" if command == "show" else "") in answer.err
    assert len(kept()) == (command in ("import", "live"))


def test_a_fact_that_cannot_be_read(workdir: Path, check: Any) -> None:
    """Somebody has meddled with the file; that is no fault of ours."""
    keep(probed())
    with closing(sqlite3.connect(LEDGER)) as db:
        told = ("digest", "url", URL, "2026-11-22T10:00:00Z", "ok", '{"fact": "rumour"}')
        db.execute("INSERT INTO facts VALUES (9, ?, ?, ?, ?, ?, ?, 1)", told)
        db.commit()
    cite(URL)
    answer = check("--cached")
    assert answer.code == 2
    assert "ledger.sqlite3 cannot be used: 'rumour' is none of probe" in answer.err


# --- What people see of it -----------------------------------------------------------------


def test_show(workdir: Path, call: Call) -> None:
    """Every probe of a target, oldest first, with what came of each request."""
    hops = (
        Hop(URL, failure=Failure.TIMEOUT, detail="no answer", seconds=20.004),
        Hop(URL, status=200, seconds=0.5),
    )
    keep(probed(hops=hops), probed(verdict="unreachable", at=ago(2.5), reason="no answer"))
    keep(probed(f"{URL}/other"), probed(DOI, reason="it is registered with doi.org"))
    shown = call("ledger", "show", URL)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == (
        "2026-11-19 21:00:00  unreachable  no answer\n"
        "2026-11-22 09:00:00  ok           asked on 22 Nov\n"
        f"    timeout  20.00 s  {URL}\n"
        f"    200  0.50 s  {URL}\n"
    )
    shown = call("ledger", "show", DOI)
    assert shown.out == "2026-11-22 09:00:00  ok           it is registered with doi.org\n"


@pytest.mark.parametrize(
    "text", ["10.5555/ABC", "10.5555/abc", "doi:10.5555/Abc", "https://doi.org/10.5555/ABC"]
)
def test_show_knows_a_doi_in_every_spelling(workdir: Path, call: Call, text: str) -> None:
    """As it stands in the article, which need not be how it is kept."""
    keep(probed("10.5555/abc"))
    answer = call("ledger", "show", text)
    assert (answer.code, len(answer.out.splitlines())) == (0, 1)


@pytest.mark.parametrize("text", ["10.5555/nobody", f"{URL}/", "", "%", f"{URL}?api_key=sesame"])
def test_show_of_what_nobody_asked(workdir: Path, call: Call, text: str) -> None:
    """It is usage, and no secret is repeated."""
    keep(probed(), probed(DOI))
    answer = call("ledger", "show", text)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines()[-1] == (
        f"Error: The ledger knows nothing of {text.replace('sesame', '***')}."
    )


@pytest.mark.parametrize("command", [["show", URL], ["stats"]])
def test_without_a_ledger_there_is_nothing_to_see(
    workdir: Path, call: Call, command: list[str]
) -> None:
    """It is said how to get one; none is made."""
    answer = call("ledger", *command)
    assert (answer.code, answer.out) == (2, "")
    assert "There is no ledger" in answer.err
    assert "'citewell check --links' makes one" in answer.err
    assert list(workdir.iterdir()) == []


def test_stats(workdir: Path, call: Call) -> None:
    """How many facts, about how many targets, from when to when, of which verdicts."""
    Path("empty").touch()
    assert call("ledger", "stats", "--ledger", "empty").out == "0 facts about 0 targets\n"
    keep(probed(), at=Path("one"))
    assert call("ledger", "stats", "--ledger", "one").out.startswith("1 fact about 1 target\n")
    keep(probed(at=ago(2)), probed(), probed(verdict="gone"), probed(DOI, at=ago(1)))
    assert call("ledger", "stats").out == (
        "4 facts about 2 targets\n"
        "from 2026-11-20T09:00:00Z to 2026-11-22T09:00:00Z\n"
        "     3  ok\n"
        "     1  gone\n"
    )


# --- What reports tell of it ---------------------------------------------------------------


class Told(NamedTuple):
    """What a report tells of a page that answers in some way."""

    verdict: str
    status: int | None
    kind: str  # as which it is counted
    fails: bool = False


ANSWERS: dict[str, tuple[Step | int, Told]] = {
    "/ok": (OK, Told("ok", 200, "verified")),
    "/old": (redirect(301, "/ok"), Told("moved", 200, "verified")),
    "/gone": (404, Told("gone", 404, "failing", fails=True)),
    "/down": (500, Told("unreachable", 500, "failing")),
    "/closed": (403, Told("blocked", 403, "unverified")),
    "/lost": (redirect(302, "/"), Told("suspicious", 200, "unverified")),
    "/round": (redirect(302, "/round"), Told("refused", 302, "unverified")),
    "/busy": (429, Told("throttled", 429, "unverified")),
}


def schema_faults(report: object) -> list[str]:
    schema = json.loads((ROOT / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(report)]


def test_a_report_tells_what_is_known_of_each_target(web: Web, clock: Clock, check: Any) -> None:
    """Once, however often it is cited; and of all that was asked, nothing is missing."""
    web.script(f"{HOST}/", [OK])
    pages = [serve(web, page, script=[step])[0] for page, (step, _) in ANSWERS.items()]
    cite(*pages, DOI, DOI.upper(), pages[0], f"https://doi.org/{DOI}")
    cite(pages[0], pages[2], name="second")
    report = check("--links", "--format", "json").report
    assert schema_faults(report) == []
    facts = report["facts"]
    assert [fact["target"] for fact in facts] == [*pages, DOI]
    assert [fact["kind"] for fact in facts] == [*["url"] * len(pages), "doi"]
    told = {
        page: (fact["verdict"], fact["status"])
        for page, fact in zip(ANSWERS, facts[:-1], strict=True)
    }
    assert told == {page: tuple(told[:2]) for page, (_, told) in ANSWERS.items()}
    assert (facts[-1]["verdict"], facts[-1]["status"]) == ("ok", 200)
    assert facts[1]["final_url"] == pages[0]
    assert facts[2]["reason"] == "the host answers 404 Not Found, and again some seconds later"
    for fact in facts:
        at = datetime.strptime(fact["checked_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert NOW <= at <= NOW + timedelta(minutes=5)
    assert all(entry["rule"] != "broken-link" for entry in report["not_evaluated"])
    assert report["summary"]["targets"] == {
        "verified": 3,
        "failing": 2,
        "unverified": 4,
        "exempt": 0,
        "unchecked": 0,
    }
    cached = check("--cached", "--format", "json").report
    assert (report["links"], cached["links"]) == ("live", "cached")
    for each in (report, cached):
        del each["not_evaluated"]  # why there are no records and captures: nobody plays them here
    assert {**cached, "links": "live"} == report


@pytest.mark.parametrize("page", ANSWERS)
def test_exit_codes(web: Web, clock: Clock, check: Any, page: str) -> None:
    """Only what is proven to be broken fails; with --require-verified, all but a success."""
    step, told = ANSWERS[page]
    web.script(f"{HOST}/", [OK])
    serve(web, "/ok")
    cite(*serve(web, page, script=[step]))
    answer = check("--links", "--format", "json")
    assert answer.code == int(told.fails)
    count = answer.report["summary"]["targets"]
    assert {kind: number for kind, number in count.items() if number} == {told.kind: 1}
    strict = check("--cached", "--require-verified", "--format", "json")
    assert strict.code == int(told.kind != "verified")
    assert ("unverified-target" in strict.rules) == (told.kind != "verified" and not told.fails)


@pytest.mark.parametrize("access", ["open", "subscription"])
def test_what_only_subscribers_see_is_exempt(
    web: Web, clock: Clock, check: Any, access: str
) -> None:
    """Not from being asked, but from having to be verified."""
    cite(*serve(web, "/closed", script=[403]), access=access)
    answer = check("--links", "--require-verified", "--format", "json")
    exempt = access == "subscription"
    assert answer.code == int(not exempt)
    targets = answer.report["summary"]["targets"]
    assert (targets["exempt"], targets["unverified"]) == (int(exempt), int(not exempt))
    assert answer.report["not_evaluated"] == []


def test_without_links_nothing_is_known_and_that_is_told(web: Web, check: Any) -> None:
    """Not even what the ledger knows; nobody is asked."""
    cite(*serve(web, "/page"), DOI)
    keep(probed(web.address(f"http://{HOST}/page")))
    answer = check("--format", "json")
    assert (answer.report["links"], answer.report["facts"], web.requests) == ("off", [], [])
    assert answer.report["not_evaluated"] == [
        {"rule": "broken-link", "path": None, "reason": "links were not asked for", "targets": 2}
    ]
    assert answer.report["summary"]["targets"]["unchecked"] == 2
    assert (answer.code, check("--require-verified").code) == (0, 1)
