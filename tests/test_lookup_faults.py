"""Look-ups where registries misbehave, and what archives and searches say."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from apart import CANNOT_TELL, Apart, apart, verdicts
from articles import HEADER, article
from citewell import source
from citewell.evidence import registration
from citewell.evidence.crossref import FIELDS, digest, read_work
from citewell.evidence.results import Probed
from citewell.evidence.scheduler import probe
from citewell.facts import Target, capture_of
from citewell.link_settings import Endpoints, Network
from citewell.reading import Cited, questions, read_article
from citewell.record import Record
from citewell.targets import gathered, not_evaluated
from records import (
    DYSTONIA,
    EMPTY,
    HTML,
    MISLABELLED,
    TOO_DEEP,
    TOO_MANY,
    TOO_MANY_WAIT,
    TRUNCATED,
    UNAVAILABLE,
    WRONG_FIELDS,
    WRONG_TYPES,
    as_json,
)
from registries import Service
from virtual import VirtualTime, said, target_of
from web import OK, Answer, page, plain, redirect

DOI, ALIAS = "10.5555/dystonia.1", "10.5555/old"
DATA, MEDRA, NOWHERE = "10.5061/dryad.x", "10.1400/1", "10.9999/nope"
WORDS = "Batla A Dystonia: A review Neurology India 2018"
READ_ON = date(2022, 4, 22)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    """A DOI of each kind."""
    with apart(monkeypatch) as world:
        world.crossref(DYSTONIA[0] | {"DOI": DOI})
        world.alias(ALIAS, DOI, redirect=False)
        world.datacite({"doi": DATA, "titles": [{"title": "Tremor data"}]})
        world.elsewhere(MEDRA, "mEDRA")
        yield world


# Answers that are none.


class Place(NamedTuple):
    """What goes wrong, the target that needs it, and the bodies by which it says "nothing"."""

    service: Service
    path: str
    target: str
    nothing: tuple[str, ...] = ()


EMPTY_LIST = '{"message": {"items": [], "total-results": "many", "items-per-page": 1e400}}'
FOUND = tuple(body for body in WRONG_TYPES if body.startswith('{"responseCode": 1, '))
PLACES = {
    "a list": Place("crossref", "filter=", DOI),
    "a record": Place("crossref", "/works/", ALIAS),
    "a handle": Place("doi", "handles", MEDRA, FOUND),
    "an agency": Place("doi", "doiRA", DATA),
    "a record of DataCite": Place("datacite", "", DATA),
    "captures": Place("archive", "", "/lost", ("[]", '[["timestamp", "original", "statuscode"]]')),
    "a search": Place("crossref", "query", WORDS, (EMPTY_LIST,)),
}
FAULTS = {
    "429": TOO_MANY,
    "429 and when": TOO_MANY_WAIT,
    "503 and when": UNAVAILABLE,
    "500": plain(500),
    "429 for a day": plain(429, Retry_After="86400"),
    "403": plain(403),
    "text as JSON": MISLABELLED,
    "truncated": TRUNCATED,
    "deep": TOO_DEEP,
    "HTML": HTML,
    "empty": EMPTY,
}
FINAL = ("429 for a day", "403", "text as JSON")  # nobody would ask again at once


class Outcome(NamedTuple):
    """What a run has made of a target."""

    verdict: str
    held: tuple[object, ...]
    why_not: str


def outcome(world: Apart, place: Place) -> Outcome:
    target, beside = target_of(place.target), []
    if place.target == WORDS:
        target = Target("work", WORDS)
    elif place.target == "/lost":
        beside = [world.page("/lost", 404)]
        target = capture_of(beside[0].text, READ_ON)
    done = world.ask(*beside, target)
    return _outcome(done, target)


def _outcome(done: Probed, target: Target) -> Outcome:
    answer = done.answers.get(target)
    found = (*answer.records, *answer.captures) if answer else ()
    verdict = verdicts(done).get(target.text, "unchecked")
    why_not = done.unanswered.get(target) or done.unchecked.get(target, "")
    if not why_not and verdict in ("blocked", "throttled"):
        why_not = done.probes[target].reason
    assert bool(answer) != bool(why_not)
    return Outcome(verdict, found, why_not)


def healthy(world: Apart, place: Place) -> Outcome:
    world.heal(place.service)
    world.capture(world.web.address("http://site.example/lost"), "20220420101010")
    outcome_ = outcome(world, place)
    assert outcome_.held or place.target == MEDRA
    return outcome_


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", PLACES)
def test_what_fails_once_is_asked_again(world: Apart, name: str, fault: str) -> None:
    place = PLACES[name]
    expected = healthy(world, place)
    world.fault(place.service, FAULTS[fault], times=1, path=place.path)
    got = outcome(world, place)
    if fault in FINAL and got != expected:
        assert got.verdict in ("ok", *CANNOT_TELL)
        assert got.held == ()
    else:
        assert got == expected


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", PLACES)
def test_what_fails_for_ever_is_not_known(world: Apart, name: str, fault: str) -> None:
    place = PLACES[name]
    expected = healthy(world, place)
    world.fault(place.service, FAULTS[fault], path=place.path)
    got = outcome(world, place)
    assert got.verdict in (expected.verdict, *CANNOT_TELL)
    if name == "an agency":
        assert got.held == expected.held
        return
    assert got.held == ()
    is_404 = fault == "text as JSON" and name in ("a record", "a record of DataCite")
    assert is_404 or got.why_not


@pytest.mark.parametrize("times", [1, None], ids=["once", "for ever"])
@pytest.mark.parametrize("name", PLACES)
def test_garbage_is_no_answer(world: Apart, name: str, times: int | None) -> None:
    place = PLACES[name]
    expected = healthy(world, place)
    wrong = {}
    for body, answer in WRONG_TYPES.items():
        world.heal(place.service)
        world.fault(place.service, answer, times, place.path)
        got = outcome(world, place)
        assert got.verdict in (expected.verdict, *CANNOT_TELL), body
        assert got.held in ((), expected.held), body
        is_well = got == expected or body in place.nothing
        if not (is_well if times else is_well or got.why_not):
            wrong[body] = got
    assert wrong == {}


def test_nothing_is_gone_when_all_registries_misbehave(world: Apart) -> None:
    services: tuple[Service, ...] = ("doi", "crossref", "datacite")
    for answer in (*FAULTS.values(), *WRONG_TYPES.values()):
        for service in services:
            world.heal(service)
            world.fault(service, answer)
        found = verdicts(world.ask(NOWHERE, DOI, "10.5555/a,b"))
        if answer is not MISLABELLED:  # at two of them, that is a proper 404
            assert {*found.values()} <= {"ok", *CANNOT_TELL}, answer


@pytest.mark.parametrize("service", ["crossref", "datacite", "doi", "agency", "archive"])
def test_no_depth_is_too_much(service: Any) -> None:
    work = '{"DOI":"10.5555/x","id":"10.5555/x","attributes":{"doi":"10.5555/x"},"reference":%s}'
    for depth in (*range(1, 1100), 100_000):
        deep = work % ("[" * depth + "]" * depth)
        for body in (deep, f'{{"message":{deep},"data":{deep}}}', f"[[{deep}]]"):
            registration.read(service, "https://archive.example/", 200, body.encode())


# Fields that are none.

FIELD_OF = {
    "title": "titles",
    "author": "authors",
    "container-title": "containers",
    "short-container-title": "containers",
    "issued": "years",
    "published-print": "years",
    "page": "pages",
    "article-number": "pages",
    "updated-by": "notices",
}


@pytest.mark.parametrize("alone", [False, True], ids=["in a list", "alone"])
def test_a_wrong_field_makes_no_record_of_garbage(world: Apart, alone: bool) -> None:
    good = DYSTONIA[0]
    wanted = {f"10.5555/{number}": wrong for number, wrong in enumerate(WRONG_FIELDS)}
    for doi, wrong in wanted.items():
        world.crossref(good | {"DOI": doi} | wrong)
    world.crossref(good)
    if alone:
        world.malformed(*wanted)
    done = world.ask(good["DOI"], *wanted)
    whole = record_of(done, good["DOI"])
    assert whole is not None
    assert {*verdicts(done).values()} == {"ok"}
    for doi, wrong in wanted.items():
        record = record_of(done, doi)
        if record is None:
            assert done.unanswered[target_of(doi)], wrong
            continue
        [field] = wrong
        before, after = asdict(whole), asdict(record)
        changed = {name for name in before if before[name] != after[name]}
        told = FIELD_OF.get(field, field)
        assert changed <= {"doi", "sha256", told, "issued" if told == "years" else told}, wrong
        assert {*record.years} <= {2018}, wrong
        assert all(name.family for name in record.authors), wrong
        assert all(notice.kind for notice in record.notices), wrong


def record_of(done: Probed, doi: str) -> Record | None:
    answer = done.answers.get(target_of(doi))
    return answer.records[0] if answer and answer.records else None


def test_a_record_is_told_from_others_by_its_sum(world: Apart) -> None:
    item = DYSTONIA[0] | {"DOI": DOI}
    answers = world.ask(DOI, ALIAS, DATA, MEDRA).answers
    sums = {target.text: answer.sha256 for target, answer in answers.items()}
    selected = {key: value for key, value in item.items() if key in FIELDS}
    assert sums[DOI] == digest(selected)
    assert sums[ALIAS] == digest(item)
    assert sums[DATA] == answers[target_of(DATA)].records[0].sha256
    assert all(len(each) == 64 for each in sums.values())


# Captures.

NOT_FOUND = Answer(200, body=page("Page not found.", title="Page not found"))
PAGES = {
    "/ok": (OK, "ok", False),
    "/moved": (redirect(301, "/ok"), "moved", False),
    "/closed": (plain(403), "blocked", False),
    "/busy": (plain(429), "throttled", False),
    "/lost": (plain(404), "gone", True),
    "/down": (plain(500), "unreachable", True),
    "/soft": (
        Answer(200, body=page("Page not found.", title="Page not found")),
        "suspicious",
        True,
    ),
}


def test_captures_are_asked_for_where_readers_want_them(world: Apart) -> None:
    pages = [world.page(path, answer) for path, (answer, *_) in PAGES.items()]
    captures = [capture_of(each.text, READ_ON) for each in pages]
    done = world.ask(*captures, *pages)
    assert sorted(verdicts(done).values()) == sorted(each for _, each, _ in PAGES.values())
    wanted = [each for each, (*_, wants) in zip(captures, PAGES.values(), strict=True) if wants]
    assert {*done.answers} == {*wanted}
    asked = [parse_qs(urlsplit(path).query) for path in world.calls("archive")]
    for capture in wanted:
        own = [query for query in asked if query["url"] == [capture.page.text]]
        assert [each.keys() & {"to", "from"} for each in own] == [{"to"}, {"from"}]
        assert [own[0]["to"], own[1]["from"]] == [["20220422235959"], ["20220422000000"]]
        assert [each["sort"] for each in own] == [["closest"]] * 2
    assert len(asked) == 2 * len(wanted)


CAPTURES = {
    "before": (["20210101000000", "20220420101010", "20220501000000"], "2022-04-20"),
    "on the day": (["20220420101010", "20220422235959", "20220423000000"], "2022-04-22"),
    "much before": (["20010101000000", "20220423000000"], "2001-01-01"),
    "after": (["20220501000000", "20220424000000", "20260101000000"], "2022-04-24"),
    "none": ([], None),
    "none that shows it": (["20220420101010 404", "20220501000000 301"], None),
    "one that shows it": (
        ["20220420101010 404", "20220418000000", "20220422000000 -"],
        "2022-04-18",
    ),
    "after one that does not": (["20220420101010 503", "20230101000000"], "2023-01-01"),
}


@pytest.mark.parametrize("name", CAPTURES)
def test_the_nearest_capture_before_the_day_or_else_after(world: Apart, name: str) -> None:
    stamps, day = CAPTURES[name]
    lost = world.page("/lost", 404)
    for stamp in stamps:
        when, _, status = stamp.partition(" ")
        world.capture(lost.text, when, status or "200")
    target = capture_of(lost.text, READ_ON)
    answer = world.ask(lost, target).answers[target]
    assert (answer.source, bool(answer.captures)) == ("archive", bool(day))
    if day:
        first = answer.captures[0]
        assert str(first.captured) == day
        stamp = first.url.removeprefix(f"{world.endpoints['archive']}/web/").partition("/")
        assert (stamp[0][:8], stamp[2]) == (day.replace("-", ""), lost.text)


def test_a_filter_that_is_ignored_is_applied_by_us(world: Apart) -> None:
    lost = world.page("/lost", 404)
    rows = [["20220421000000", lost.text, "404"], ["20220420000000", lost.text, "200"]]
    world.fault("archive", as_json([["timestamp", "original", "statuscode"], *rows]))
    target = capture_of(lost.text, READ_ON)
    [capture] = world.ask(lost, target).answers[target].captures
    assert capture.captured == date(2022, 4, 20)


@pytest.mark.parametrize(
    "secret", ["http://roe:sesame@site.example/x", "http://a.example/?api_key=sesame"]
)
def test_an_archive_is_told_no_secrets(secret: str) -> None:
    given = f"{{number: 1, type: webpage, title: A, accessed: 2022-04-22, url: '{secret}'}}"
    text = HEADER + article(f"references:\n  - {given}\n")
    asked = questions(read_article(source.parse(text.encode()).data), ("capture",))
    assert [each.target for each in asked] == [Target("url", secret)]


def test_an_archive_that_is_down_is_told_of(world: Apart, tmp_path: Any) -> None:
    lost = world.page("/lost", 404)
    cited = [
        Cited(each, ("references", 0, "url"), 1, "open")
        for each in (lost, capture_of(lost.text, READ_ON))
    ]
    world.fault("archive", plain(503))
    gather = world.evidence(tmp_path / "ledger").gather
    facts = gathered([cited], gather, ask_internal=False)
    told = {each.rule: each.reason for each in not_evaluated(cited, facts)}
    assert "could not be asked" in told["missing-archive"]


# Searches.


def test_a_search_finds_what_shares_its_words(world: Apart) -> None:
    for item in DYSTONIA:
        world.crossref(item)
    target = Target("work", WORDS)
    done = world.ask(target)
    [query] = world.lists
    assert query["query.bibliographic"] == [WORDS]
    assert (query["rows"], query["select"]) == (["5"], [",".join(FIELDS)])
    assert quote(WORDS, safe="") in world.calls("crossref")[0]
    answer = done.answers[target]
    assert (answer.source, len(answer.sha256)) == ("crossref", 64)
    assert 1 < len(answer.records) <= 5
    found = {record.doi: record for record in answer.records}
    told = read_work({"message": DYSTONIA[0]})
    assert told is not None
    assert found[DYSTONIA[0]["DOI"]].titles == told[0].titles
    assert (done.probes, done.unchecked, done.unanswered) == ({}, {}, {})


@pytest.mark.parametrize("words", ["Ünïcode & <tags>?", "x+y=z%20#", "漢字", "Nothing like it"])
def test_a_search_may_find_nothing(world: Apart, words: str) -> None:
    target = Target("work", words)
    assert world.ask(target).answers[target].records == ()
    assert world.lists[0]["query.bibliographic"] == [words]


def test_what_the_deadline_cuts_off_is_told_of() -> None:
    time = VirtualTime()
    works = [Target("work", f"{WORDS} {number}") for number in range(100)]

    def coming() -> Iterator[Target]:
        for target in (target_of(DOI), *works):
            time.pass_by(5)
            yield target

    done = probe(coming(), Network(deadline=100), Endpoints(), time, clock=time, send=said)
    assert {*done.answers, *done.unanswered} >= {*works}


@pytest.mark.parametrize(
    ("url", "needs", "asks"),
    [
        ("https://a.example/x", ("capture",), True),
        ("http://10.0.0.5/patients/1", ("capture",), False),
        ("http://intranet/page", ("capture",), False),
        ("http://intranet/page", ("capture", "inside"), True),
        ("https://a.example/x", ("doi", "work"), False),
    ],
)
def test_an_archive_outside_is_told_nothing_of_the_house(
    url: str, needs: tuple[str, ...], asks: bool
) -> None:
    given = f"{{number: 1, type: webpage, title: A, accessed: 2022-04-22, url: '{url}'}}"
    text = HEADER + article(f"references:\n  - {given}\n")
    asked = questions(read_article(source.parse(text.encode()).data), needs)
    assert any(each.target.kind == "capture" for each in asked) == asks


def test_nobody_is_told_of_internal_works() -> None:
    given = "number: 1, type: article-journal, authors: [Roe J], title: A, published: 2020"
    asked = []
    for access in ("internal", "open"):
        text = HEADER + article(f"references:\n  - {{{given}, access: {access}}}\n")
        asked.append(list(questions(read_article(source.parse(text.encode()).data), ("work",))))
    assert [len(each) for each in asked] == [0, 1]
