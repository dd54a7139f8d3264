"""Look-ups from end to end: how many questions, in which words, to whom, and how fast."""

from collections.abc import Iterator
from datetime import date
from itertools import chain, pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from apart import CANNOT_TELL, Apart, apart, dois, held, verdicts
from citewell.evidence.hop import Ask
from citewell.evidence.ledger import Ledger
from citewell.facts import UNREADABLE, Hop, Target, Verdict, capture_of
from citewell.model import Work
from citewell.reading import Cited
from citewell.targets import not_evaluated
from records import DYSTONIA, as_json
from registries import Service
from virtual import dois_of, leaves_out, run, said, target_of
from web import Step, plain, redirect, reset, silence

DOI = "10.5555/dystonia.1"
WORDS = "Batla A Dystonia: A review Neurology India 2018"
MAIL = "curator@house.example"
READ_ON = date(2022, 4, 22)


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    with apart(monkeypatch) as registries:
        yield registries


def filtered(query: dict[str, list[str]]) -> list[str]:
    """The DOIs that a list was asked for."""
    return [each.removeprefix("doi:") for each in query["filter"][0].split(",")]


# What it costs.


def test_a_thousand_dois_cost_twenty_questions(registries: Apart) -> None:
    known = registries.works(*(f"10.{5000 + each % 7}/{each}" for each in range(1000)))
    probed = registries.ask(*known)
    assert len(registries.calls("crossref")) == 20
    assert registries.calls("doi") == registries.calls("datacite") == []
    assert verdicts(probed) == dict.fromkeys(known, "ok")
    assert held(probed) == {doi: doi for doi in known}
    assert (probed.unchecked, probed.unanswered) == ({}, {})


@pytest.mark.parametrize(
    "absent",
    [[0], [25], [149], [0, 1, 2], [49, 50, 99, 100], [*range(0, 150, 15)]],
    ids=lambda each: " ".join(map(str, each)),
)
def test_an_absent_doi_costs_one_question_more(registries: Apart, absent: list[int]) -> None:
    wanted = dois(150)
    lost = [wanted[each] for each in absent]
    known = registries.works(*(doi for doi in wanted if doi not in lost))
    probed = registries.ask(*wanted)
    assert (len(registries.lists), sorted(registries.singles)) == (3, sorted(lost))
    assert held(probed) == {doi: doi for doi in known}
    assert verdicts(probed) == dict.fromkeys(known, "ok") | dict.fromkeys(lost, "gone")
    assert not [path for path in registries.calls("doi") if "doiRA" in path]


@pytest.mark.parametrize("bad", [0, 1, 13, 24, 25, 48, 49])
def test_a_malformed_doi_costs_the_others_nothing(registries: Apart, bad: int) -> None:
    wanted = registries.works(*dois(50))
    registries.malformed(wanted[bad])
    probed = registries.ask(*wanted)
    assert held(probed) == {doi: doi for doi in wanted}
    assert len(registries.lists) <= 14
    assert registries.singles == [wanted[bad]]


@pytest.mark.parametrize("bad", [[0, 1], [0, 49], [*range(0, 50, 7)], [*range(8)]])
def test_several_malformed_dois_cost_the_others_nothing(registries: Apart, bad: list[int]) -> None:
    wanted = registries.works(*dois(50))
    registries.malformed(*(wanted[each] for each in bad))
    assert held(registries.ask(*wanted)) == {doi: doi for doi in wanted}
    assert sorted(registries.singles) == sorted(wanted[each] for each in bad)


# What is asked.


@pytest.mark.parametrize("number", [1, 49, 50, 51, 120])
def test_lists_are_short_and_say_how_long_they_are(registries: Apart, number: int) -> None:
    wanted = registries.works(*dois(number))
    registries.ask(*wanted)
    asked = [filtered(query) for query in registries.lists]
    assert sorted(chain(*asked)) == sorted(wanted)
    assert [len(each) for each in asked] == [min(50, number - n) for n in range(0, number, 50)]
    assert [query["rows"] for query in registries.lists] == [[str(len(each))] for each in asked]
    assert {tuple(query) for query in registries.lists} == {("filter", "rows", "select")}


STRANGE = (
    "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-#",
    "10.1002/(sici)1531-8249(199807)44:1+<s115::aid-ana17>3.0.co;2-p",
    *("10.5555/a&b=c", "10.5555/a+b", "10.5555/100%25", "10.5555/what?rows=1", "10.5555/a#b"),
    *("10.5555/it's", '10.5555/"x"', "10.5555/[x]{y}|z\\^`", "10.5555/é", "10.5555/a:b/c;d"),
    *("10.5555/a&lt;b", "10.5555/<b>", "10.5555/a&amp;b", "10.5555/~a!$*()@_-."),
)


@pytest.mark.parametrize("doi", STRANGE)
def test_a_doi_arrives_as_it_is_written(registries: Apart, doi: str) -> None:
    registries.works(doi, DOI)
    probed = registries.ask(doi, DOI)
    assert [filtered(query) for query in registries.lists] == [[doi, DOI]]
    assert held(probed) == {doi: doi, DOI: DOI}
    assert registries.singles == []


@pytest.mark.parametrize("doi", STRANGE)
def test_and_so_it_does_alone(registries: Apart, doi: str) -> None:
    registries.works(doi)
    registries.malformed(doi)
    assert held(registries.ask(doi)) == {doi: doi}
    assert registries.singles == [doi]


def test_dois_with_commas_are_asked_one_by_one(registries: Apart) -> None:
    plain_ones, with_commas = dois(3), ["10.5555/a,b", "10.5555/c,doi:10.5555/0"]
    registries.works(*plain_ones, *with_commas)
    probed = registries.ask(*with_commas, *plain_ones)
    assert [sorted(filtered(query)) for query in registries.lists] == [plain_ones]
    assert sorted(registries.singles) == with_commas
    assert held(probed).keys() == {*plain_ones, *with_commas}


@pytest.mark.parametrize("way", [True, False], ids=["redirected", "in place"])
def test_an_alias_has_the_record_of_what_it_stands_for(registries: Apart, way: bool) -> None:
    registries.works(*dois(3))
    registries.alias("10.5555/old", "10.5555/1", redirect=way)
    probed = registries.ask("10.5555/old", *dois(3))
    assert held(probed) == {doi: doi for doi in dois(3)} | {"10.5555/old": "10.5555/1"}
    assert verdicts(probed)["10.5555/old"] == "ok"
    assert registries.singles == ["10.5555/old", "10.5555/1"][: 1 + way]


def test_many_aliases_are_followed(registries: Apart) -> None:
    old = dois(30, "10.5555.1")
    registries.works(DOI)
    for doi in old:
        registries.alias(doi, DOI)
    registries.delay = 0.005
    assert held(registries.ask(*old, mailto=MAIL)) == dict.fromkeys(old, DOI)
    assert sorted(registries.singles) == sorted([*old, *[DOI] * 30])


def test_crossref_leads_nobody_to_another_host(registries: Apart) -> None:
    registries.works(DOI)
    registries.alias("10.5555/old", DOI)
    away = redirect(301, "http://site.example/works/10.5555/dystonia.1")
    registries.fault("crossref", away, path="/works/")
    probed = registries.ask("10.5555/old")
    assert (verdicts(probed), held(probed)) == ({"10.5555/old": "ok"}, {})
    assert {each.host for each in registries.web.requests} == {"crossref.example", "doi.example"}


def test_dois_come_back_in_any_case(registries: Apart) -> None:
    item = {"DOI": DOI.upper(), "title": ["Dystonia"]}
    registries.fault("crossref", as_json({"message": {"items": [item]}}))
    assert held(registries.ask(DOI)) == {DOI: DOI}


# Other agencies.


def test_the_agency_is_asked_once_for_each_prefix(registries: Apart) -> None:
    data = [*dois(120, "10.5061"), *dois(10, "10.5281")]
    for doi in data:
        registries.datacite({"doi": doi, "titles": [{"title": "Tremor data"}]})
    known = registries.works(*dois(20))
    probed = registries.ask(*(doi for pair in zip(data, known * 9, strict=False) for doi in pair))
    asked = [path for path in registries.calls("doi") if path.startswith("/doiRA/")]
    assert asked == registries.calls("doi")
    prefixes = [each.split("/")[0] for path in asked for each in path[7:].split(",")]
    assert sorted(prefixes) == ["10.5061", "10.5281"]
    assert sorted(registries.calls("datacite")) == sorted(f"/dois/{doi}" for doi in data)
    assert registries.singles == []
    assert held(probed) == {doi: doi for doi in (*data, *known)}
    sources = {target.text: answer.source for target, answer in probed.answers.items()}
    assert sources == dict.fromkeys(data, "datacite") | dict.fromkeys(known, "crossref")


def test_a_question_to_agencies_is_short(registries: Apart) -> None:
    data = [f"10.{number}/x" for number in range(5000, 5120)]
    for doi in data:
        registries.datacite({"doi": doi, "titles": [{"title": "Tremor data"}]})
    assert held(registries.ask(*data)) == {doi: doi for doi in data}
    asked = [len(path.split(",")) for path in registries.calls("doi")]
    assert (sum(asked), max(asked)) == (120, 50)


def test_an_agency_that_is_slow_to_name_is_asked_for_once() -> None:
    def answer(ask: Ask) -> Hop:
        agencies = dict.fromkeys(dois_of(ask), "DataCite")
        if ask.service == "crossref-list":
            return said(ask, records=(), seconds=0.1)
        return said(ask, seconds=4.0, agencies=agencies) if ask.service == "agency" else said(ask)

    done = run(dois(150, "10.5061"), answer)
    assert len([url for url in done.asked if "doiRA" in url]) == 1
    assert len(done.probed.answers) == 150


def test_a_wrong_doi_does_not_hide_the_agency_of_the_others(registries: Apart) -> None:
    data = dois(30, "10.5061")
    for doi in data[1:]:
        registries.datacite({"doi": doi, "titles": [{"title": "Tremor data"}]})
    probed = registries.ask(*data)
    assert verdicts(probed) == dict.fromkeys(data[1:], "ok") | {data[0]: "gone"}
    assert held(probed) == {doi: doi for doi in data[1:]}


def test_no_record_is_looked_for_where_none_can_be(registries: Apart, tmp_path: Path) -> None:
    registries.elsewhere(DOI, "mEDRA")
    target = target_of(DOI)
    facts = registries.evidence(tmp_path / "ledger").gather([[target]])
    assert (facts[target].verdict, facts[target].record) == (Verdict.OK, None)
    assert registries.singles == registries.calls("datacite") == []
    work = Work.model_validate({"number": "1", "type": "report", "title": "A report"})
    told = not_evaluated([Cited(target, ("references", 0, "doi"), 1, "open", work=work)], facts)
    assert [(each.rule, each.reason, each.targets) for each in told] == [
        ("wrong-work", UNREADABLE, 1)
    ]


ALIAS, DATA, MEDRA, NOWHERE = "10.5555/old", "10.5061/dryad.x", "10.1400/1", "10.9999/nope"


@pytest.fixture
def world(registries: Apart) -> Apart:
    """A DOI of each kind."""
    registries.crossref(DYSTONIA[0] | {"DOI": DOI})
    registries.alias(ALIAS, DOI, redirect=False)
    registries.datacite({"doi": DATA, "titles": [{"title": "Tremor data"}]})
    registries.elsewhere(MEDRA, "mEDRA")
    return registries


SILENT = (plain(403), plain(429), plain(500), reset, silence)


@pytest.mark.parametrize("fault", SILENT, ids=["403", "429", "500", "reset", "silence"])
@pytest.mark.parametrize("service", ["doi", "crossref", "datacite"])
def test_a_doi_is_gone_when_all_three_say_so(world: Apart, service: Service, fault: Step) -> None:
    assert verdicts(world.ask(NOWHERE, DOI)) == {NOWHERE: "gone", DOI: "ok"}
    world.fault(service, fault, path=NOWHERE)
    assert verdicts(world.ask(NOWHERE, DOI, timeout=0.3))[NOWHERE] in CANNOT_TELL


@pytest.mark.parametrize("fault", SILENT, ids=["403", "429", "500", "reset", "silence"])
def test_crossref_settles_what_doi_org_does_not(world: Apart, fault: Step) -> None:
    world.fault("doi", fault)
    assert held(world.ask(ALIAS, timeout=0.3)) == {ALIAS: DOI}
    probed = world.ask(DOI, ALIAS, NOWHERE, "10.9999/a,b", timeout=0.3)
    assert held(probed) == {DOI: DOI, ALIAS: DOI}
    assert {verdicts(probed)[each] for each in (NOWHERE, "10.9999/a,b")} <= {*CANNOT_TELL}


# How fast.


@pytest.mark.parametrize("single", [False, True], ids=["lists", "single records"])
@pytest.mark.parametrize("pace", [(0.1, 3), (1 / 3, 3), (2.5, 1), (10.0, 2), (1.0, 512)])
@pytest.mark.parametrize("seconds", [0.05, 4.0])
def test_the_pace_that_crossref_asks_for_is_kept(
    pace: tuple[float, int], single: bool, seconds: float
) -> None:
    wanted = dois(12 if single else 500)
    service = "crossref" if single else "crossref-list"

    def answer(ask: Ask) -> Hop:
        if single and ask.service == "crossref-list":
            return leaves_out(*wanted)(ask)
        return said(ask, seconds=seconds, pace=pace if ask.service == service else None)

    done = run(wanted, answer)
    asked = [each for each in done.requests if each.ask.service == service]
    assert len(asked) >= 10
    gap, at_once = pace
    told = min(each.ended for each in asked)
    for one, other in pairwise(asked):
        wait = gap if other.began >= told else 0.2 if single else 1.0
        assert other.began - one.began >= wait - 1e-6
        busy = [each for each in asked if each.began <= other.began < each.ended]
        assert len(busy) <= (min(at_once, 4) if other.began >= told else 1)


@pytest.mark.parametrize(("mail", "most"), [("", 1), (MAIL, 3)])
def test_no_more_at_once_than_the_pool_allows(registries: Apart, mail: str, most: int) -> None:
    registries.delay = 0.02
    wanted = dois(8)
    registries.works("10.5555/new")
    for doi in wanted:
        registries.alias(doi, "10.5555/new", redirect=False)
    assert len(held(registries.ask(*wanted, mailto=mail))) == len(wanted)
    assert registries.peaks["crossref"] <= most


def test_the_headers_of_an_answer_are_read(registries: Apart) -> None:
    slow = {"x-rate-limit-limit": "2", "x-rate-limit-interval": "14s"}
    registries.headers["crossref"] = slow
    registries.ask(*registries.works(*dois(150)))
    times = [each.at for each in registries.requests("crossref")]
    assert all(after - before >= 6.9 for before, after in pairwise(times))


ABSURD = [
    *(("0", "1s", "1"), ("-5", "1s", "3"), ("1e9", "1s", "3"), ("abc", "abc", "abc")),
    *(("5", "0s", "1"), ("1", "999999999s", "1"), ("1", "99999s", "1"), ("5", "1s", "0")),
    *(("5", "1s", "-1"), ("5", "1s", "999999999"), ("5", "1s", "99999"), ("", "", "")),
    *(("²", "1s", "²"), ("99999", "1s", "3"), ("5", "1m", "1"), ("5, 5", "1s, 1s", "1, 1")),
]


@pytest.mark.parametrize("told", ABSURD, ids=" ".join)
def test_absurd_limits_hold_nothing_up(registries: Apart, told: tuple[str, str, str]) -> None:
    names = ("x-rate-limit-limit", "x-rate-limit-interval", "x-concurrency-limit")
    registries.headers["crossref"] = dict(zip(names, told, strict=True))
    wanted = registries.works(*dois(120))
    assert held(registries.ask(*wanted)).keys() == {*wanted}
    assert registries.peaks["crossref"] <= 4


def test_a_wish_beside_an_answer_is_no_failure(registries: Apart) -> None:
    registries.headers["crossref"]["Retry-After"] = "2"
    wanted = registries.works(*dois(60))
    assert held(registries.ask(*wanted)).keys() == {*wanted}
    assert len(registries.lists) == 2


@pytest.mark.parametrize("mail", ["", MAIL])
def test_only_crossref_is_told_who_asks(world: Apart, tmp_path: Path, mail: str) -> None:
    again = redirect(301, f"/crossref/works/{DOI}{'?mailto=' + mail if mail else ''}")
    world.fault("crossref", again, path="/works/10.5555/older")
    targets = [*map(target_of, [DOI, ALIAS, DATA, MEDRA, NOWHERE, "10.5555/older"])]
    targets += [world.page("/lost", 404), Target("work", WORDS)]
    targets.append(capture_of(targets[-2].text, READ_ON))
    world.evidence(tmp_path / "ledger", mailto=mail).gather([targets])
    queries = [parse_qs(urlsplit(path).query) for path in world.calls("crossref")]
    assert {query.get("mailto", [""])[0] for query in queries} == {mail}
    others: tuple[Service, ...] = ("doi", "datacite", "archive")
    assert all("mailto" not in path for service in others for path in world.calls(service))
    with Ledger(tmp_path / "ledger") as ledger:
        lines = list(ledger.lines())
    assert len(lines) == 7 + 7
    assert not [line for line in lines if "mailto" in line or "house" in line]
