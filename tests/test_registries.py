"""The registries that tests play speak as the real ones do."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from cdx import COLUMNS
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
)
from registries import Registries, Service
from web import Answer, Web, reset, silence

DOIS = [item["DOI"] for item in DYSTONIA]
NINDS = "https://www.ninds.nih.gov/Disorders/Dystonias"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


@pytest.fixture
def registries(web: Web) -> Registries:
    """All that is known of the article, and one DOI with each kind of fate."""
    registries = Registries(web)
    for item in DYSTONIA:
        registries.crossref(item)
    registries.alias("10.5555/OLD", DOIS[0])
    registries.alias("10.5555/older", DOIS[0], redirect=False)
    registries.datacite({"doi": "10.5061/Dryad.X", "titles": [{"title": "Tremor data"}]})
    registries.elsewhere("10.5555/medra", agency="mEDRA", leads_to="")
    return registries


def ask(registries: Registries, service: Service, path: str, **more: Any) -> requests.Response:
    return requests.get(registries.endpoints[service] + path, timeout=5, **more)


def filtered(*dois: str, **more: str) -> str:
    pairs = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/works?filter={','.join(f'doi:{doi}' for doi in dois)}{pairs}"


def found(answer: requests.Response) -> list[str]:
    """The DOIs in a list of Crossref."""
    assert answer.status_code == 200
    said = answer.json()
    assert (said["status"], said["message-type"]) == ("ok", "work-list")
    return [item["DOI"] for item in said["message"]["items"]]


def refusal(answer: requests.Response) -> str:
    """Why Crossref refuses all of it."""
    assert answer.status_code == 400
    said = answer.json()
    assert (said["status"], said["message-type"]) == ("failed", "validation-failure")
    assert {"type", "value", "message"} == said["message"][0].keys()
    return str(said["message"][0]["type"])


# doi.org.


def test_a_handle_leads_to_an_address(registries: Registries) -> None:
    said = ask(registries, "doi", f"/api/handles/{DOIS[2]}?type=URL").json()
    assert (said["responseCode"], said["handle"]) == (1, DOIS[2])
    assert said["values"][0]["type"] == "URL"
    assert said["values"][0]["data"]["value"] == f"https://publisher.example/{DOIS[2]}"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("10.5555/MEDRA", 200, 200),  # it exists, and leads nowhere
        ("10.5555/old", 200, 1),
        ("10.5061/dryad.x", 200, 1),
        ("10.9999/nope", 404, 100),
        ("10.5061%2Fdryad.x", 404, 100),
        ("10.1002/%28SICI%291%3C1::a%3E3.0.CO;2-%23", 200, 1),
    ],
)
def test_handles_and_their_spellings(
    registries: Registries, path: str, status: int, code: int
) -> None:
    registries.crossref({"DOI": "10.1002/(SICI)1<1::A>3.0.CO;2-#"})
    answer = ask(registries, "doi", f"/api/handles/{path}?type=URL")
    assert (answer.status_code, answer.json()["responseCode"]) == (status, code)


def test_agencies_come_in_the_order_of_the_question(registries: Registries) -> None:
    registries.elsewhere("10.5555/a,b", agency="JaLC")
    path = f"/doiRA/10.5555/medra,10.9999/nope,10.5555/a%2Cb,{DOIS[0]},10.5061/dryad.x"
    said = ask(registries, "doi", path).json()
    assert said[:2] == [
        {"DOI": "10.5555/medra", "RA": "mEDRA"},
        {"DOI": "10.9999/nope", "status": "DOI does not exist"},
    ]
    assert [each["RA"] for each in said[2:]] == ["JaLC", "Crossref", "DataCite"]


# Crossref, single works.


def test_a_work(registries: Registries) -> None:
    answer = ask(registries, "crossref", f"/works/{DOIS[2].upper()}")
    said = answer.json()
    assert (said["status"], said["message-type"]) == ("ok", "work")
    assert said["message"] == DYSTONIA[2]
    assert said["message"]["updated-by"][0]["type"] == "correction"


def test_dois_come_back_in_lower_case(registries: Registries) -> None:
    registries.crossref({"DOI": "10.1016/S0140-6736(97)11096-0"})
    for path in ("/works/10.1016%2FS0140-6736(97)11096-0", "/works/10.1016/s0140-6736(97)11096-0"):
        said = ask(registries, "crossref", path).json()
        assert said["message"]["DOI"] == "10.1016/s0140-6736(97)11096-0"


@pytest.mark.parametrize("doi", ["10.5061/dryad.x", "10.5555/medra", "10.9999/nope"])
def test_a_work_of_somebody_else_is_not_found(registries: Registries, doi: str) -> None:
    answer = ask(registries, "crossref", f"/works/{doi}")
    assert (answer.status_code, answer.text) == (404, "Resource not found.")
    assert answer.headers["content-type"] == "text/plain"


def test_an_alias_is_redirected_or_followed(registries: Registries) -> None:
    answer = ask(registries, "crossref", "/works/10.5555/old", allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, f"/crossref/works/{DOIS[0]}")
    for alias in ("10.5555/Old", "10.5555/older"):
        assert ask(registries, "crossref", f"/works/{alias}").json()["message"]["DOI"] == (DOIS[0])


def test_a_work_takes_no_select(registries: Registries) -> None:
    path = f"/works/{DOIS[0]}"
    assert ask(registries, "crossref", f"{path}?mailto=a@b.example").ok
    assert refusal(ask(registries, "crossref", f"{path}?select=DOI")) == "parameter-not-allowed"


# Crossref, lists.


def test_a_filter_drops_in_silence_what_it_does_not_have(registries: Registries) -> None:
    wanted = [DOIS[3], "10.9999/nope", "10.5555/old", "10.5555/older", DOIS[0].upper()]
    assert sorted(found(ask(registries, "crossref", filtered(*wanted)))) == sorted(
        [DOIS[0], DOIS[3]]
    )
    said = ask(registries, "crossref", filtered("10.9999/nope")).json()["message"]
    assert (said["total-results"], said["items"]) == (0, [])


@pytest.mark.parametrize(("more", "number"), [({}, 20), ({"rows": "50"}, 30), ({"rows": "0"}, 0)])
def test_without_rows_only_twenty_come(
    registries: Registries, more: dict[str, str], number: int
) -> None:
    dois = [f"10.5555/{each}" for each in range(30)]
    for doi in dois:
        registries.crossref({"DOI": doi})
    answer = ask(registries, "crossref", filtered(*dois, **more))
    assert len(found(answer)) == number
    assert answer.json()["message"]["total-results"] == 30


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (filtered(DOIS[0], "10.5555/bad"), "doi-not-valid"),
        (filtered(DOIS[0], "11.5555/x"), "doi-not-valid"),
        (filtered(DOIS[0], "10.5555/"), "doi-not-valid"),
        (filtered("10.5555/a,b"), "filter-not-available"),
        (filtered("10.5555/a%2Cb"), "filter-not-available"),
        (filtered(DOIS[0], select="DOI,language"), "select-not-available"),
        (filtered(DOIS[0], rows="1001"), "integer-not-valid"),
        (filtered(DOIS[0], rows="many"), "integer-not-valid"),
        (filtered(DOIS[0], format="json"), "parameter-not-allowed"),
    ],
)
def test_one_fault_refuses_the_whole_list(registries: Registries, path: str, reason: str) -> None:
    registries.malformed("10.5555/BAD")
    assert refusal(ask(registries, "crossref", path)) == reason


def test_only_selected_fields_come(registries: Registries) -> None:
    path = filtered(DOIS[0], DOIS[2], select="DOI,title,updated-by")
    items = ask(registries, "crossref", path).json()["message"]["items"]
    assert [item.keys() for item in items] == [{"DOI", "title"}, {"DOI", "title", "updated-by"}]


def test_an_empty_doi_is_a_list_of_everything(registries: Registries) -> None:
    for path in ("/works/", "/works", "/works?filter="):
        assert found(ask(registries, "crossref", path)) == DOIS


def test_a_search_ranks_by_shared_words(registries: Registries) -> None:
    text = "Dietz N. Neuromodulation: deep brain stimulation for dystonia. 2019"
    answer = requests.get(
        registries.endpoints["crossref"] + "/works",
        {"query.bibliographic": text, "rows": "2", "select": "DOI,score"},
        timeout=5,
    )
    assert found(answer)[0] == DOIS[3]
    message = answer.json()["message"]
    first, second = message["items"]
    assert first["score"] == 9
    assert 0 < second["score"] < first["score"]
    assert message["query"]["search-terms"] == text
    assert found(ask(registries, "crossref", "/works?query.bibliographic=xylophone")) == []


@pytest.mark.parametrize(
    ("path", "limits"),
    [
        (f"/works/{DOIS[0]}", "5 1s 1"),
        (f"/works/{DOIS[0]}?mailto=a@b.example", "10 1s 3"),
        (filtered(DOIS[0]), "1 1s 1"),
        (filtered(DOIS[0], mailto="a@b.example"), "3 1s 3"),
        (filtered("nonsense"), "1 1s 1"),
        ("/works/10.9999/nope", "5 1s 1"),
    ],
)
def test_every_answer_names_the_limits(registries: Registries, path: str, limits: str) -> None:
    headers = ask(registries, "crossref", path).headers
    names = ("x-rate-limit-limit", "x-rate-limit-interval", "x-concurrency-limit")
    assert " ".join(headers[name] for name in names) == limits


def test_headers_can_be_others(registries: Registries) -> None:
    registries.headers["crossref"] = {"x-rate-limit-limit": "often", "Retry-After": "3"}
    headers = ask(registries, "crossref", f"/works/{DOIS[0]}").headers
    assert (headers["x-rate-limit-limit"], headers["retry-after"]) == ("often", "3")
    assert "retry-after" not in ask(registries, "doi", f"/api/handles/{DOIS[0]}").headers


# DataCite.


def test_a_record_of_datacite(registries: Registries) -> None:
    for path in ("/dois/10.5061/DRYAD.X", "/dois/10.5061%2Fdryad.x"):
        data = ask(registries, "datacite", path).json()["data"]
        assert (data["id"], data["type"]) == ("10.5061/dryad.x", "dois")
        assert data["attributes"]["doi"] == "10.5061/dryad.x"
        assert data["attributes"]["titles"] == [{"title": "Tremor data"}]
        assert data["attributes"]["state"] == "findable"


def test_datacite_knows_only_its_own(registries: Registries) -> None:
    answer = ask(registries, "datacite", f"/dois/{DOIS[0]}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["status"] == "404"


def test_a_list_of_datacite(registries: Registries) -> None:
    ids = [f"10.5061/{each}" for each in range(30)]
    for doi in ids:
        registries.datacite({"doi": doi})
    said = ask(registries, "datacite", "/dois?ids=10.5061/3,10.9999/nope,10.5061/DRYAD.X").json()
    assert {each["id"] for each in said["data"]} == {"10.5061/3", "10.5061/dryad.x"}
    path = f"/dois?ids={','.join(ids)}"
    assert len(ask(registries, "datacite", path).json()["data"]) == 25
    assert len(ask(registries, "datacite", f"{path}&page[size]=50").json()["data"]) == 30


# The archive.


@pytest.fixture
def archive(registries: Registries) -> Registries:
    registries.capture(NINDS, "20190101000000")
    registries.capture(NINDS, "20220420101010")
    registries.capture(NINDS, "20220425000000", "404")
    registries.capture(NINDS, "20220430235959")
    registries.capture("https://elsewhere.example/", "20220420101010")
    return registries


def captures(registries: Registries, url: str = NINDS, **more: str) -> list[str]:
    """The days of the captures that are found."""
    given = {"url": url, "output": "json"} | {name.strip("_"): text for name, text in more.items()}
    path = registries.endpoints["archive"] + "/cdx/search/cdx"
    rows = requests.get(path, given, timeout=5).json()
    return [dict(zip(rows[0], row, strict=True))["timestamp"][:8] for row in rows[1:]]


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({}, ["20190101", "20220420", "20220425", "20220430"]),
        ({"filter": "statuscode:200"}, ["20190101", "20220420", "20220430"]),
        ({"filter": "!statuscode:200"}, ["20220425"]),
        ({"from_": "2022", "to": "202204"}, ["20220420", "20220425", "20220430"]),
        ({"to": "20220420101010"}, ["20190101", "20220420"]),
        ({"to": "2022042010100"}, ["20190101"]),
        ({"from_": "20220430"}, ["20220430"]),
        ({"limit": "1"}, ["20190101"]),
        ({"limit": "-1"}, ["20220430"]),
        ({"limit": "-1", "to": "20220422", "filter": "statuscode:200"}, ["20220420"]),
        ({"sort": "closest", "closest": "20220424", "limit": "2"}, ["20220425", "20220420"]),
        ({"sort": "closest", "closest": "2022", "limit": "1"}, ["20220420"]),
        ({"closest": "20220424", "limit": "1"}, ["20190101"]),  # of no effect without the sort
        ({"fl": "timestamp", "limit": "1"}, ["20190101"]),
    ],
)
def test_captures(archive: Registries, more: dict[str, str], days: list[str]) -> None:
    assert captures(archive, **more) == days


@pytest.mark.parametrize(
    "url",
    ["http://ninds.nih.gov/disorders/dystonias/", "www.ninds.nih.gov/Disorders/Dystonias", NINDS],
)
def test_spellings_of_an_address_are_one(archive: Registries, url: str) -> None:
    assert len(captures(archive, url)) == 4


def test_the_table_and_the_plain_text(archive: Registries) -> None:
    path = f"/cdx/search/cdx?url={NINDS}&limit=1"
    header, row = ask(archive, "archive", f"{path}&output=json").json()
    assert header == list(COLUMNS)
    assert row[:5] == [
        *("gov,nih,ninds)/disorders/dystonias", "20190101000000", NINDS, "text/html", "200")
    ]
    assert ask(archive, "archive", path).text == f"{' '.join(row)}\n"


def test_nothing_in_the_archive(archive: Registries) -> None:
    path = "/cdx/search/cdx?url=https://nothing.example/"
    assert ask(archive, "archive", f"{path}&output=json").json() == []
    assert ask(archive, "archive", path).text == ""


@pytest.mark.parametrize(
    "query", ["output=json", "url=x&from=yesterday", "url=x&to=202204201010101"]
)
def test_a_question_that_the_archive_refuses(archive: Registries, query: str) -> None:
    assert ask(archive, "archive", f"/cdx/search/cdx?{query}").status_code == 400


# Faults.


@pytest.mark.parametrize(
    ("fault", "status", "wait"),
    [
        (TOO_MANY, 429, None),
        (TOO_MANY_WAIT, 429, "2"),
        (UNAVAILABLE, 503, "2"),
        (500, 500, None),
        (HTML, 200, None),
    ],
)
def test_a_fault_that_passes(
    registries: Registries, fault: Answer | int, status: int, wait: str | None
) -> None:
    registries.fault("crossref", fault, times=2)
    path = f"/works/{DOIS[0]}"
    answers = [ask(registries, "crossref", path) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].headers.get("retry-after") == wait
    assert answers[0].headers["content-type"].startswith("text/html")
    assert answers[2].json()["message"]["DOI"] == DOIS[0]
    assert ask(registries, "doi", f"/api/handles/{DOIS[0]}").ok


def test_faults_queue_up_until_healed(registries: Registries) -> None:
    registries.fault("doi", 500, times=1)
    registries.fault("doi", 403)
    path = f"/api/handles/{DOIS[0]}"
    assert [ask(registries, "doi", path).status_code for _ in range(3)] == [500, 403, 403]
    registries.heal("doi")
    assert ask(registries, "doi", path).ok


def test_a_fault_of_some_paths(registries: Registries) -> None:
    registries.fault("crossref", 503, path="/works/")
    assert ask(registries, "crossref", f"/works/{DOIS[0]}").status_code == 503
    assert found(ask(registries, "crossref", filtered(DOIS[0]))) == [DOIS[0]]


@pytest.mark.parametrize("fault", [TRUNCATED, EMPTY, MISLABELLED, HTML])
def test_what_is_no_json(registries: Registries, fault: Answer) -> None:
    registries.fault("datacite", fault)
    with pytest.raises(requests.JSONDecodeError):
        ask(registries, "datacite", "/dois/10.5061/dryad.x").json()


@pytest.mark.parametrize(
    ("fault", "error"), [(reset, requests.ConnectionError), (silence, requests.ReadTimeout)]
)
def test_no_answer_at_all(registries: Registries, fault: Any, error: type[Exception]) -> None:
    registries.fault("archive", fault)
    with pytest.raises(error):
        requests.get(registries.endpoints["archive"] + "/cdx/search/cdx?url=x", timeout=0.2)


@pytest.mark.parametrize("text", WRONG_TYPES)
def test_wrong_types_are_json_all_the_same(registries: Registries, text: str) -> None:
    registries.fault("crossref", WRONG_TYPES[text])
    answer = ask(registries, "crossref", f"/works/{DOIS[0]}")
    assert (answer.status_code, answer.text) == (200, text)
    assert repr(answer.json()) == repr(json.loads(text))  # NaN is not itself


def test_json_that_is_too_deep(registries: Registries) -> None:
    registries.fault("crossref", TOO_DEEP)
    with pytest.raises(RecursionError):
        json.loads(ask(registries, "crossref", f"/works/{DOIS[0]}").text)


@pytest.mark.parametrize("wrong", WRONG_FIELDS, ids=str)
def test_wrong_fields_get_through(registries: Registries, wrong: dict[str, Any]) -> None:
    registries.crossref(DYSTONIA[0] | wrong)
    said = ask(registries, "crossref", f"/works/{DOIS[0]}").json()["message"]
    (field,) = wrong
    assert json.dumps(said[field]) == json.dumps(wrong[field]).replace('"<1e400>"', "Infinity")
    assert DOIS[0] in found(ask(registries, "crossref", filtered(*DOIS)))
    assert found(ask(registries, "crossref", "/works?query.bibliographic=66+2018+blepharospasm"))


def test_a_record_of_another_doi_or_of_none(registries: Registries) -> None:
    registries.crossref({"DOI": "10.5555/OTHER"}, doi="10.5555/one")
    registries.crossref({"DOI": 7}, doi="10.5555/two")
    for doi, said in (("10.5555/one", "10.5555/other"), ("10.5555/two", 7)):
        assert ask(registries, "crossref", f"/works/{doi}").json()["message"]["DOI"] == said
        assert found(ask(registries, "crossref", filtered(doi))) == [said]


# What they were asked.


def test_calls_are_kept_as_they_were_sent(registries: Registries) -> None:
    ask(registries, "crossref", "/works/10.5555%2Fx?mailto=a@b.example")
    ask(registries, "doi", "/doiRA/10.5555/x")
    registries.fault("crossref", 500)
    ask(registries, "crossref", filtered("10.5555/x"))
    assert registries.calls("crossref") == [
        "/works/10.5555%2Fx?mailto=a@b.example",
        "/works?filter=doi:10.5555/x",
    ]
    assert registries.calls("doi") == ["/doiRA/10.5555/x"]
    assert registries.calls("archive") == []
    first, second = registries.requests("crossref")
    assert first.at < second.at


def test_how_many_come_at_one_time(registries: Registries) -> None:
    registries.delay = 0.2
    began = time.monotonic()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda doi: ask(registries, "crossref", f"/works/{doi}"), DOIS[:3]))
    ask(registries, "doi", f"/api/handles/{DOIS[0]}")
    assert time.monotonic() - began >= 0.4
    assert registries.peaks == {"crossref": 3, "doi": 1}


def test_scripts_of_single_paths_win(web: Web, registries: Registries) -> None:
    web.script(f"127.0.0.1/crossref/works/{DOIS[0]}", [418])
    assert ask(registries, "crossref", f"/works/{DOIS[0]}").status_code == 418
    assert requests.get(web.address("http://127.0.0.1/nobody"), timeout=5).status_code == 404


# The article.


def test_the_records_of_the_article() -> None:
    first = [
        f"{item['author'][0]['family']} {item['issued']['date-parts'][0][0]}" for item in DYSTONIA
    ]
    assert first == ["Batla 2018", "Ma 2021", "Balint 2018", "Dietz 2019"]
    places = [[author["sequence"] for author in item["author"]] for item in DYSTONIA]
    assert places[1] == ["first", *["additional"] * 4]
    notices = [notice["DOI"] for item in DYSTONIA for notice in item.get("updated-by", ())]
    assert notices == ["10.1038/s41572-018-0039-y"]
