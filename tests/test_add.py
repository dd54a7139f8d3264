"""``citewell add`` from the outside: registries and pages are played on loopback."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from apart import Apart, apart
from articles import HEADER, article
from citewell import atomic, source
from citewell.evidence import fact_line
from citewell.evidence.clock import SystemClock
from citewell.evidence.ledger import Ledger
from citewell.facts import Answer as Fact
from citewell.facts import Target
from citewell.model import AnyReference
from conftest import ROOT, Answer, Call, Run
from records import HTML, TOO_MANY, as_json
from web import Answer as Reply
from web import Step, page, plain, redirect, reset

ARTICLE = Path("content/one.yaml")
LEDGER = Path(".citewell/ledger.sqlite3")
LINE = (HEADER + article("")).count("\n") + 1
DOI = "10.5555/tremor"
TREMOR: dict[str, Any] = {
    "DOI": DOI,
    "type": "journal-article",
    "title": ["A review of <i>tremor</i>"],
    "author": [
        {"given": "Jane A.", "family": "Roe"},
        {"given": "Jean-Paul", "family": "de Poe"},
        {"given": "AJ", "family": "Low"},
    ],
    "editor": [{"given": "E.", "family": "Ditor"}],
    "container-title": ["Journal of Examples"],
    "short-container-title": ["J Examples"],
    "issued": {"date-parts": [[2023, 11, 2]]},
    "published-print": {"date-parts": [[2024, 3]]},
    "published-online": {"date-parts": [[2023, 11, 2]]},
    "volume": "4",
    "issue": "2",
    "page": "7-9",
    "publisher": "Example Press",
}
AS_WRITTEN = """\
  - number: 3
    type: article-journal
    authors: [Roe JA, de Poe JP, Low AJ]
    title: A review of tremor
    container: Journal of Examples
    volume: 4
    issue: 2
    pages: 7-9
    published: 2024-03
    doi: 10.5555/tremor
"""
AMA = (
    "Roe JA, de Poe JP, Low AJ. A review of tremor. Journal of Examples. "
    "2024;4(2):7-9. doi:10.5555/tremor"
)

Add = Callable[..., Answer]


def write(text: str = "", header: str = HEADER) -> bytes:
    ARTICLE.parent.mkdir(exist_ok=True)
    raw = (header + article(text)).encode()
    ARTICLE.write_bytes(raw)
    return raw


def references() -> list[Any]:
    found = source.read(ARTICLE).data
    assert isinstance(found, dict)
    listed = found["references"]
    assert isinstance(listed, list)
    return listed


def added() -> Any:
    """The last entry, as it is read."""
    return references()[-1]


def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
def world(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    """Registries and pages, the settings that lead to them, and an article."""
    monkeypatch.setattr("citewell.evidence.course.SECONDS_UNTIL_GONE", 0)
    with apart(monkeypatch) as world:
        for method in ("monotonic", "wait"):  # so that no time is spent on pacing registries
            quick = getattr(world.web.clock, method)
            monkeypatch.setattr(SystemClock, method, lambda _, *more, quick=quick: quick(*more))
        Path("citewell.toml").write_text(settings(world), encoding="utf-8")
        write()
        yield world


def settings(world: Apart, **network: Any) -> str:
    told = {"allow_private": "true", "proxy": '"none"', "host_delay": 0, "retries": 0} | network
    lines = [f"{key} = {value}" for key, value in told.items()]
    places = [f'{name} = "{place}"' for name, place in world.endpoints.items()]
    return "\n".join(["[network]", *lines, "[endpoints]", *places])


@pytest.fixture
def add(world: Apart, call: Call) -> Add:
    def add(work: object, *more: object) -> Answer:
        text = work.text if isinstance(work, Target) else work
        return call("add", ARTICLE, text, "--config", "citewell.toml", *more)

    return add


# A DOI.


def test_what_is_written_and_said(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    before = ARTICLE.read_bytes()
    answer = add(DOI)
    assert answer == Answer(0, f"content/one.yaml:{LINE}: reference 3: {AMA}\n", "")
    assert ARTICLE.read_bytes() == before + AS_WRITTEN.encode()


@pytest.mark.parametrize(
    "form",
    [
        "10.5555/tremor",
        "10.5555/TREMOR",
        " 10.5555/tremor. ",
        "doi:10.5555/tremor",
        "DOI: 10.5555/tremor",
        "https://doi.org/10.5555/tremor",
        "http://dx.doi.org/10.5555/tremor",
        "doi.org/10.5555%2Ftremor",
        "https://doi.org/10.5555/tremor?utm_source=x#abstract",
        "urn:doi:10.5555/tremor",
    ],
)
def test_a_doi_in_any_form(world: Apart, add: Add, form: str) -> None:
    world.crossref(TREMOR)
    before = ARTICLE.read_bytes()
    assert add(form).code == 0
    assert ARTICLE.read_bytes() == before + AS_WRITTEN.encode()


def test_a_work_of_datacite(world: Apart, add: Add) -> None:
    world.datacite(
        {
            "doi": "10.5555/DATA",
            "titles": [{"title": "Recordings of tremor"}],
            "creators": [
                {"name": "Roe, Jane", "nameType": "Personal"},
                {"name": "Tremor Network", "nameType": "Organizational"},
            ],
            "publisher": {"name": "Example Archive"},
            "publicationYear": 2024,
            "dates": [
                {"date": "2023-01-01", "dateType": "Issued"},
                {"date": "2024-05-06T07:08:09Z", "dateType": "Issued"},
            ],
            "types": {"citeproc": "dataset"},
        }
    )
    answer = add("https://doi.org/10.5555/DATA")
    assert (answer.code, answer.err) == (0, "")
    assert added() == {
        "number": "3",
        "type": "dataset",
        "authors": ["Roe J"],
        "organization": "Tremor Network",
        "title": "Recordings of tremor",
        "publisher": "Example Archive",
        "published": "2024-05-06",
        "doi": "10.5555/data",
    }
    assert answer.out.endswith(
        "reference 3: Roe J; Tremor Network. Recordings of tremor. Example Archive; May 6, 2024. "
        "doi:10.5555/data\n"
    )


def test_an_alias_is_entered_as_what_it_stands_for(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    world.alias("10.5555/old", DOI)
    assert add("10.5555/old").code == 0
    assert added()["doi"] == DOI
    refused = add("10.5555/old")
    assert (refused.code, refused.out) == (2, "")
    assert "This work is reference 3 of content/one.yaml already." in refused.err


def test_what_is_missing_is_said(world: Apart, add: Add) -> None:
    world.crossref({name: TREMOR[name] for name in ("DOI", "type", "title")})
    answer = add(DOI)
    assert answer.code == 0
    assert answer.err == (
        "Reference 3 (article-journal) lacks: authors or organization, container (journal, book "
        "or site), published, volume or issue, pages (or an e-locator).\n"
    )


def test_a_good_record_leaves_nothing_to_be_found(world: Apart, add: Add, call: Call) -> None:
    world.crossref(TREMOR)
    options = ("--links", "--config", "citewell.toml", "--format", "json", "--fail-on", "info")
    write()
    text = ARTICLE.read_text(encoding="utf-8").replace("references: [2]", "references: [2, 3]")
    ARTICLE.write_text(text, encoding="utf-8")
    world.crossref(TREMOR | {"DOI": "10.5555/example.1"})
    assert add(DOI).code == 0
    report = call("check", ARTICLE, *options).report
    assert [f for f in report["findings"] if f["target"] == "reference:3"] == []
    assert {fact["target"]: fact["verdict"] for fact in report["facts"]}[DOI] == "ok"


def test_a_notice_is_told_and_the_work_added(world: Apart, add: Add) -> None:
    notice = {"DOI": "10.5555/n", "type": "expression_of_concern", "label": "Expression of concern"}
    world.crossref(TREMOR | {"updated-by": [notice | {"updated": {"date-parts": [[2025, 1, 9]]}}]})
    answer = add(DOI)
    assert answer.code == 0
    assert answer.err == (
        "Reference 3: there is a notice: expression of concern of 2025-01-09, doi:10.5555/n "
        "(told by the publisher).\n"
    )
    assert added()["doi"] == DOI


@pytest.mark.parametrize(
    "sign",
    [
        {"updated-by": [{"DOI": "10.5555/n", "type": "retraction", "source": "retraction-watch"}]},
        {"title": ["RETRACTED: A review of tremor"]},
    ],
)
def test_a_retracted_work_is_refused(world: Apart, add: Add, sign: dict[str, Any]) -> None:
    world.crossref(TREMOR | sign)
    before = ARTICLE.read_bytes()
    answer = add(DOI)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Nothing was added: 10.5555/tremor has been retracted: ")
    assert ARTICLE.read_bytes() == before


def test_a_record_without_a_title_is_refused(world: Apart, add: Add) -> None:
    world.crossref(TREMOR | {"title": []})
    before = ARTICLE.read_bytes()
    answer = add(DOI)
    assert answer.code == 1
    assert "its registry gives no title of the work" in answer.err
    assert ARTICLE.read_bytes() == before


def test_a_doi_that_is_not_registered_is_refused(world: Apart, add: Add) -> None:
    before = ARTICLE.read_bytes()
    answer = add("10.5555/nowhere")
    assert answer == Answer(
        1,
        "",
        "Nothing was added: 10.5555/nowhere is no DOI that exists: it is registered with none of "
        "doi.org, Crossref, DataCite.\n",
    )
    assert ARTICLE.read_bytes() == before


def test_a_doi_of_another_agency_is_refused(world: Apart, add: Add) -> None:
    world.elsewhere("10.5555/abroad", "JaLC")
    answer = add("10.5555/abroad")
    assert answer.code == 1
    assert "registered, but no registry that citewell can read has its record" in answer.err


@pytest.mark.parametrize("step", [TOO_MANY, HTML, as_json({}), reset, plain(500), plain(403)])
def test_registries_that_are_down_are_no_verdict(world: Apart, add: Add, step: Step) -> None:
    for service in ("doi", "crossref", "datacite"):
        world.fault(service, step)
    world.crossref(TREMOR)
    before = ARTICLE.read_bytes()
    answer = add(DOI)
    assert (answer.code, answer.out) == (2, "")
    assert "Nothing was added: " in answer.err
    assert ARTICLE.read_bytes() == before


def test_a_record_that_cannot_be_had_today_is_not_taken_from_the_ledger(
    world: Apart, add: Add
) -> None:
    world.crossref(TREMOR)
    assert add(DOI, "--diff").code == 0
    for service in ("crossref", "datacite"):
        world.fault(service, plain(500))
    answer = add(DOI)
    assert (answer.code, answer.out) == (2, "")
    assert "Crossref could not be asked" in answer.err


# What the ledger keeps.


def test_what_was_asked_is_kept_and_asked_anew(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    assert add(DOI, "--diff").code == 0
    world.crossref(TREMOR | {"volume": "5"})
    assert add(DOI).code == 0
    assert added()["volume"] == "5"
    with Ledger(LEDGER) as ledger:
        target = Target("doi", DOI)
        facts = list(ledger.about(DOI))
        last = ledger.answers([target])[target]
    records = [fact.records[0] for fact in facts if isinstance(fact, Fact)]
    assert sorted(record.volume for record in records) == ["4", "5"]
    assert (last.records[0].publisher, last.records[0].issued) == ("Example Press", "2024-03")


def test_records_of_older_ledgers_are_read() -> None:
    line = (
        '{"fact":"record","kind":"doi","target":"10.5555/x","checked_at":"2026-11-22T13:00:00Z",'
        f'"source":"crossref","sha256":"{"0" * 64}","records":[{{"doi":"10.5555/x","sha256":"1",'
        '"titles":["Tremor"],"years":[2024]}]}'
    )
    fact = fact_line.read(line)
    assert isinstance(fact, Fact)
    (record,) = fact.records
    assert (record.et_al, record.issued, record.publisher) == (False, "", "")
    assert fact_line.write(fact) == line  # what was written before keeps its sum
    told = replace(record, et_al=True, issued="2024-05", publisher="House")
    assert fact_line.read(fact_line.write(fact._replace(records=(told,)))) == fact._replace(
        records=(told,)
    )


def test_another_ledger_can_be_named(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    assert add(DOI, "--ledger", "other.sqlite3").code == 0
    assert Path("other.sqlite3").exists()
    assert not LEDGER.exists()
    Path("broken.sqlite3").write_text("no database " * 99, encoding="utf-8")
    assert "cannot be used" in add("10.5555/other", "--ledger", "broken.sqlite3").err


# What is there already.


@pytest.mark.parametrize(
    "listed",
    [
        "doi: 10.5555/TREMOR",
        "doi: doi:10.5555/tremor",
        "url: https://doi.org/10.5555/Tremor",
        "title: A review of tremor, container: Journal of Examples, authors: [Roe JA], "
        "published: 2024",
    ],
)
def test_a_work_that_is_there_is_refused(world: Apart, add: Add, listed: str) -> None:
    world.crossref(TREMOR)
    title = "" if "title" in listed else "title: Tremor, "
    entry = f"references: [{{number: 7, type: article-journal, {title}{listed}}}]\n"
    before = write(entry)
    answer = add(DOI)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith("This work is reference 7 of content/one.yaml already.\n")
    assert ARTICLE.read_bytes() == before


def test_what_is_seen_to_be_there_is_not_asked(world: Apart, add: Add) -> None:
    assert add("10.5555/EXAMPLE.1").code == 2
    assert add("http://example.org/dystonia/?utm_source=mail").code == 2
    assert world.web.requests == []


def test_entries_that_break_the_schema_count(world: Apart, add: Add) -> None:
    write("references: [{number: 4, type: article, doi: 10.5555/tremor}]\n")
    assert "This work is reference 4 " in add(DOI).err


@pytest.mark.parametrize(
    "listed",
    [
        "doi: 10.5555/tremor.2",  # by the same author, of the same year, in the same journal
        "title: Tremor",
    ],
)
def test_another_work_is_no_hindrance(world: Apart, add: Add, listed: str) -> None:
    world.crossref(TREMOR)
    rest = "" if "title" in listed else "title: A review of tremor, "
    rest += "container: Journal of Examples, authors: [Roe JA], published: 2024"
    write(f"references: [{{number: 7, type: article-journal, {rest}, {listed}}}]\n")
    assert add(DOI).code == 0
    assert added()["number"] == "8"


# What cannot be asked, and what cannot take a reference.


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("10.5555", "neither a DOI, such as 10.1000/182, nor a web address"),
        ("", "neither a DOI"),
        ("tremor", "does not begin with https://"),
        ("www.example.org/tremor", "does not begin with https://"),
        ("ftp://example.org/x", "its scheme is ftp:"),
        ("file:///etc/passwd", "it is a file"),
        ("https://exa mple.org/", "a blank"),
        ("https://example.org/\x1b[31m", "invisible character"),
    ],
)
def test_what_is_neither_doi_nor_address(world: Apart, add: Add, work: str, said: str) -> None:
    before = ARTICLE.read_bytes()
    answer = add(work)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "\x1b" not in answer.err
    assert ARTICLE.read_bytes() == before
    assert world.web.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@site.example/x",
        "https://site.example/x?api_key=hunter2",
        "https://site.example/x;jsessionid=hunter2",
    ],
)
def test_secrets_are_neither_asked_nor_shown(world: Apart, add: Add, url: str) -> None:
    answer = add(url)
    assert answer.code == 2
    assert "give it without" in answer.err
    assert "hunter2" not in answer.out + answer.err
    assert world.web.requests == []


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (
            "references: [{number: 1, type: webpage, title: A}, {number: 1, type: webpage, "
            "title: B}]\n",
            "several references have the number 1",
        ),
        ("references: [{type: webpage, title: A}]\n", "entry 1 of its references has no number"),
        ("references: [{number: one, title: A}]\n", "entry 1 of its references has no number"),
        ("references: [one]\n", "entry 1 of its references has no number"),
        ("references: one\n", "its 'references' are no list"),
        ("references: {number: 1}\n", "its 'references' are no list"),
    ],
)
def test_a_list_that_can_take_nothing(world: Apart, add: Add, listed: str, said: str) -> None:
    before = write(listed)
    answer = add(DOI)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert ARTICLE.read_bytes() == before
    assert world.web.requests == []


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "a: &x b\n", "\xff"])
def test_what_is_no_article(world: Apart, add: Add, text: str) -> None:
    ARTICLE.write_bytes(text.encode("latin-1"))
    answer = add(DOI)
    assert (answer.code, answer.out) == (2, "")
    assert "content/one.yaml" in answer.err
    assert ARTICLE.read_bytes() == text.encode("latin-1")


def test_no_file(world: Apart, call: Call) -> None:
    assert call("add", "content/none.yaml", DOI, "--config", "citewell.toml").code == 2


@pytest.mark.parametrize(
    "name", [Path("content/one.yaml"), Path("content")], ids=["a file", "a folder"]
)
def test_a_file_that_cannot_be_written(
    world: Apart, call: Call, name: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.crossref(TREMOR)

    def refuse(*_arguments: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("citewell.atomic.tempfile.mkstemp", refuse)
    answer = call("add", name, DOI, "--config", "citewell.toml")
    assert (answer.code, answer.out) == (2, "")
    assert str(name) in answer.err


# How it is written.

LAYOUTS = {
    "no references": ("references: []\n", "references:\n" + AS_WRITTEN.replace("3", "1", 1)),
    "nothing": ("references:\n", "references:\n" + AS_WRITTEN.replace("3", "1", 1)),
    "in brackets": (
        "references: [{number: 9, type: webpage, title: A}]  # all\n",
        "references: [{number: 9, type: webpage, title: A}, {number: 10, type: article-journal, "
        "authors: [Roe JA, de Poe JP, Low AJ], title: A review of tremor, container: Journal of "
        "Examples, volume: 4, issue: 2, pages: 7-9, published: 2024-03, doi: 10.5555/tremor}]"
        "  # all\n",
    ),
    "with comments": (
        "references:\n- number: 09  # first\n  type: webpage\n  title: >\n    A\n\n# later\n",
        "references:\n- number: 09  # first\n  type: webpage\n  title: >\n    A\n\n"
        + AS_WRITTEN.replace("\n  ", "\n")[2:].replace("3", "10", 1)
        + "# later\n",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_all_else_stays_byte_for_byte(world: Apart, add: Add, layout: str, end: str) -> None:
    world.crossref(TREMOR)
    before, after = LAYOUTS[layout]
    whole = write(before).decode()
    ARTICLE.write_bytes(whole.replace("\n", end).encode())
    answer = add(DOI)
    assert (answer.code, answer.err) == (0, "")
    assert ARTICLE.read_bytes() == whole.replace(before, after).replace("\n", end).encode()


def test_the_article_of_the_repository(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    before = (ROOT / "content" / "dystonia.yaml").read_bytes()
    ARTICLE.write_bytes(before)
    assert add(DOI).code == 0
    assert ARTICLE.read_bytes() == before + AS_WRITTEN.replace("3", "17", 1).encode()


def test_a_difference_is_shown_and_nothing_written(world: Apart, add: Add, call: Call) -> None:
    world.crossref(TREMOR)
    before = ARTICLE.read_bytes()
    answer = add(DOI, "--diff")
    assert (answer.code, answer.err) == (0, "")
    assert ARTICLE.read_bytes() == before
    for command in (["git", "apply", "--check", "-"], ["git", "apply", "-"]):
        subprocess.run(command, input=answer.out, encoding="utf-8", check=True)
    assert ARTICLE.read_bytes() == before + AS_WRITTEN.encode()


def test_what_others_write_meanwhile_is_kept(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    text = "\n  - {number: 3, type: webpage, title: Meanwhile}\n"

    def meanwhile(talk: Any) -> None:
        if "Meanwhile" not in ARTICLE.read_text(encoding="utf-8"):
            ARTICLE.write_bytes(ARTICLE.read_bytes().rstrip() + text.encode())
        world._answer(talk)

    world.web.script("crossref.example", [meanwhile])
    answer = add(DOI)
    assert answer.code == 0
    assert [each["number"] for each in references()] == ["1", "2", "3", "4"]


def test_it_is_replaced_whole_or_not_at_all(
    world: Apart, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.crossref(TREMOR)
    before = ARTICLE.read_bytes()

    def die(*_arguments: object) -> None:
        assert ARTICLE.read_bytes() == before
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic.os, "fsync", die)
    assert add(DOI).code == 130
    assert ARTICLE.read_bytes() == before
    assert [path.name for path in ARTICLE.parent.iterdir()] == ["one.yaml"]


def test_it_runs_as_a_process_of_its_own(world: Apart, run: Run) -> None:
    places = {
        name: place.replace(f"{name}.example", "127.0.0.1")
        for name, place in world.endpoints.items()
    }
    world.web.script("127.0.0.1", [world._answer])
    text = Path("citewell.toml").read_text(encoding="utf-8")
    for name, place in places.items():
        text = text.replace(world.endpoints[name], place)
    Path("citewell.toml").write_text(text, encoding="utf-8")
    world.crossref(TREMOR)
    done = run("add", ARTICLE, DOI, "--config", "citewell.toml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"content/one.yaml:{LINE}: reference 3: {AMA}\n"


# A page.

HEAD = (
    '<meta name="citation_title" content="Living with tremor">'
    '<meta name="citation_author" content="Roe, Jane">'
    '<meta property="og:site_name" content="Example Institute">'
    '<meta name="citation_publication_date" content="2024/05/06">'
)


def with_head(head: str, title: str = "A page | A site") -> bytes:
    return page(title=f"{title}</title>{head}<title>")


def test_a_page_tells_what_it_is(world: Apart, add: Add) -> None:
    target = world.page("/tremor", Reply(200, body=with_head(HEAD)))
    before = ARTICLE.read_bytes()
    answer = add(target.text + "?utm_source=mail&fbclid=1")
    day = today()
    assert answer.code == 0
    assert (
        ARTICLE.read_bytes()
        == before
        + (
            "  - number: 3\n"
            "    type: webpage\n"
            "    authors: [Roe J]\n"
            "    title: Living with tremor\n"
            "    container: Example Institute\n"
            "    published: 2024-05-06\n"
            f"    url: {target.text}\n"
            f"    accessed: {day}\n"
        ).encode()
    )
    words = f"{day:%B} {day.day}, {day.year}"
    assert answer == Answer(
        0,
        f"content/one.yaml:{LINE}: reference 3: Roe J. Living with tremor. Example Institute. "
        f"May 6, 2024. Accessed {words}. {target.text}\n",
        "",
    )
    with Ledger(LEDGER) as ledger:
        assert ledger.histories([target])[target].last.verdict == "ok"


def test_a_page_that_names_its_doi(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    head = (
        '<meta name="citation_title" content="A review of tremor">'
        f'<meta name="citation_doi" content="doi:{DOI.upper()}">'
        '<meta name="citation_pmid" content="0123">'
    )
    target = world.page("/tremor", Reply(200, body=with_head(head)))
    before = ARTICLE.read_bytes()
    assert add(target).code == 0
    written = AS_WRITTEN + "    pmid: 123\n"
    assert ARTICLE.read_bytes() == before + written.encode()
    assert add(DOI).code == 2
    assert "reference 3 of" in add(target).err


def test_a_page_whose_own_doi_has_another_title_is_told(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    head = HEAD.replace("Living with tremor", "The price of salt in the middle ages")
    head += f'<meta name="citation_doi" content="{DOI}">'
    answer = add(world.page("/x", Reply(200, body=with_head(head))))
    assert answer.code == 0
    assert answer.err == (
        "Reference 3: the page calls itself 'The price of salt in the middle ages', and is entered "
        "as what its own DOI 10.5555/tremor is registered as.\n"
    )
    assert added()["title"] == "A review of tremor"


def test_a_doi_of_another_work_is_left_out(world: Apart, add: Add) -> None:
    world.crossref(TREMOR)
    head = HEAD + f'<meta name="DC.identifier" content="https://doi.org/{DOI}">'
    target = world.page("/x", Reply(200, body=with_head(head.replace("Living with", "Sugar and"))))
    world.crossref(TREMOR | {"title": ["The price of salt in the middle ages"]})
    answer = add(target)
    assert answer.code == 0
    assert answer.err == (
        "Reference 3: the page names 10.5555/tremor, which was left out, as it is of 'The price of "
        "salt in the middle ages'.\n"
    )
    assert "doi" not in added()
    assert added()["url"] == target.text


def test_a_doi_that_does_not_exist_is_left_out(world: Apart, add: Add) -> None:
    head = HEAD + '<meta name="citation_doi" content="10.5555/nowhere">'
    target = world.page("/x", Reply(200, body=with_head(head)))
    answer = add(target)
    assert answer.code == 0
    assert "the page names a DOI that was left out, as 10.5555/nowhere is no DOI" in answer.err
    assert (added().get("doi"), added()["url"]) == (None, target.text)


def test_a_doi_that_only_the_page_tells_of(world: Apart, add: Add) -> None:
    world.elsewhere("10.5555/abroad", "JaLC")
    head = HEAD + '<meta name="citation_doi" content="10.5555/abroad">'
    answer = add(world.page("/x", Reply(200, body=with_head(head))))
    assert (answer.code, answer.err) == (0, "")
    assert added()["doi"] == "10.5555/abroad"
    assert not {"url", "accessed"} & added().keys()


def test_a_doi_that_cannot_be_asked_is_not_guessed_at(world: Apart, add: Add) -> None:
    for service in ("crossref", "datacite", "doi"):
        world.fault(service, TOO_MANY)
    head = HEAD + '<meta name="citation_doi" content="10.5555/tremor">'
    answer = add(world.page("/x", Reply(200, body=with_head(head))))
    assert (answer.code, answer.out) == (2, "")


def test_a_page_of_a_retracted_work_is_refused(world: Apart, add: Add) -> None:
    notice = {"DOI": "10.5555/n", "type": "retraction"}
    world.crossref(TREMOR | {"updated-by": [notice]})
    head = f'<meta name="citation_doi" content="{DOI}"><meta name="citation_title" content="T">'
    answer = add(world.page("/x", Reply(200, body=with_head(head))))
    assert answer.code == 1
    assert "has been retracted" in answer.err


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ([404], "gone: the host answers 404 Not Found, and again some seconds later"),
        ([410], "gone: the host answers 410 Gone"),
        ([403], "blocked: the host refuses us: 403 Forbidden"),
        ([500], "unreachable: the host answers 500"),
        ([reset], "unreachable: "),
        ([TOO_MANY], "throttled: the host answers 429"),
        ([redirect(302, "/login")], "blocked: it leads to a login page"),
        ([redirect(302, "/x")], "refused: it redirects in a loop"),
        ([Reply(200, body=page(title="Page not found"))], "suspicious: the page's title is 'Page"),
        ([Reply(200, body=b"")], "suspicious: the page is empty"),
        ([Reply(200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")], "is no page of HTML"),
        ([Reply(204)], "is no page of HTML"),
        ([Reply(200, body=page(title=""))], "the page gives no title of the work"),
        ([Reply(200, body=page(title=" - "))], "the page gives no title of the work"),
    ],
)
def test_a_page_that_does_not_stand(
    world: Apart, add: Add, script: list[Step | int], said: str
) -> None:
    target = world.page("/x", *script)
    before = ARTICLE.read_bytes()
    answer = add(target)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Nothing was added: ")
    assert said in answer.err
    assert ARTICLE.read_bytes() == before


def test_a_page_is_not_asked_while_our_own_network_is_down(
    world: Apart, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("citewell.evidence.scheduler.PATIENCE", 0.2)
    for service in ("doi", "crossref", "datacite"):
        world.fault(service, reset)
    answer = add(world.page("/x", reset))
    assert (answer.code, answer.out) == (2, "")


def test_a_private_address_is_not_asked(world: Apart, add: Add) -> None:
    target = world.page("/x", Reply(200, body=with_head(HEAD)))
    config = settings(world, allow_private="false")
    Path("citewell.toml").write_text(config, encoding="utf-8")
    answer = add(target.text.replace("site.example", "127.0.0.1"))
    assert answer.code == 1
    assert "is refused: '127.0.0.1' is not on the public internet" in answer.err


# Where the page is.


def test_a_page_that_has_moved_is_entered_where_it_is(world: Apart, add: Add) -> None:
    new = world.page("/new", Reply(200, body=with_head(HEAD)))
    old = world.page("/old", redirect(301, "/new"))
    assert add(old).code == 0
    assert added()["url"] == new.text
    assert "reference 3 of" in add(new).err


@pytest.mark.parametrize(
    ("own", "becomes"),
    [
        ("/real", "/real"),  # that stands
        ("/real?utm_source=x", "/real"),
        ("", "/x?page=1"),
        ("/lost", "/x?page=1"),  # which is not there
        ("/elsewhere", "/x?page=1"),  # which leads to another place
        ("/", "/x?page=1"),  # which names no work
        ("https://other.example/real", "/x?page=1"),
        ("http://user:secret@site.example/real", "/x?page=1"),
        ("http://[", "/x?page=1"),
    ],
)
def test_the_address_that_a_page_gives_itself(
    world: Apart, add: Add, own: str, becomes: str
) -> None:
    world.page("/real", Reply(200, body=with_head(HEAD)))
    world.page("/elsewhere", redirect(302, "/real"))
    world.page("/lost", 404)
    head = HEAD + f'<link rel="canonical" href="{own}">'
    target = world.page("/x?page=1", Reply(200, body=with_head(head)))
    assert add(target).code == 0
    assert added()["url"] == world.web.address(f"http://site.example{becomes}")


def test_the_part_of_a_page_that_is_named_stays(world: Apart, add: Add) -> None:
    head = HEAD + '<link rel="canonical" href="/real">'
    world.page("/real", Reply(200, body=with_head(HEAD)))
    target = world.page("/x", Reply(200, body=with_head(head)))
    assert add(target.text + "#treatment").code == 0
    assert added()["url"] == target.text + "#treatment"


def test_hostile_pages_are_done_with_in_time(world: Apart, add: Add) -> None:
    begin = datetime.now(UTC)
    for number, body in enumerate(HOSTILE):
        target = world.page(f"/{number}", Reply(200, body=b"<!DOCTYPE html><html>" + body))
        answer = add(target)
        assert answer.code in (0, 1), answer.err
        assert "Internal error" not in answer.err
        assert all(line.isprintable() for line in answer.out.split("\n"))
        assert "\x1b" not in answer.out + answer.err
    assert (datetime.now(UTC) - begin).total_seconds() < 60
    assert source.read(ARTICLE).problems == ()
    for entry in references():
        TypeAdapter(AnyReference).validate_python(entry)


_MB = 1 << 20
HOSTILE = [
    b"<head>" + b"<meta " * (_MB // 6),
    b"<head>" + b"<meta name='citation_author' content='Roe, J'>" * 20_000,
    b"<head><title>" + b"a" * _MB,
    b"<head><title>" + b"&amp;" * 100_000 + b"</title>",
    b"<head><title>T</title><script type='application/ld+json'>" + b"[" * 100_000,
    b"<head><title>T</title><script type='application/ld+json'>"
    + b'{"@graph":' * 50_000
    + b"1"
    + b"}" * 50_000,
    b"<head><title>T</title>" + b"<script type=application/ld+json>" * 10_000,
    b"<head><title>T\x1b[31m\xe2\x80\xae</title><meta name=citation_author content='\x1b[2J, J'>",
    b"<head><title>T: {a: b} # - [x] \xf0\x9f\x99\x82 \\ \" '</title>",
    b"<title>T</title>" + b"<a href='" * 100_000,
    b"<title>T</title>" + b"<!--" * 200_000,
    b"<title>T</title><meta name='citation_title' content='" + "e\u0301".encode() * 100_000,
]


def test_an_article_that_only_its_page_describes(world: Apart, add: Add) -> None:
    head = (
        '<meta name="citation_title" content="Tremor"><meta name="citation_volume" content="4">'
        '<meta name="citation_journal_title" content="Journal of Examples">'
        '<meta name="citation_author" content="Roe, Jane"><meta name="citation_pmid" content="123">'
        '<meta name="citation_firstpage" content="7"><meta name="citation_date" content="2024">'
        '<meta name="citation_publisher" content="Example Press">'
    )
    target = world.page("/x", Reply(200, body=with_head(head)))
    assert add(target) == Answer(
        0,
        f"content/one.yaml:{LINE}: reference 3: Roe J. Tremor. Journal of Examples. 2024;4:7. "
        f"Accessed {today():%B} {today().day}, {today().year}. {target.text}\n",
        "",
    )
    assert added()["pmid"] == "123"
    other = world.page("/y", Reply(200, body=with_head(head.replace("Tremor", "Tremor again"))))
    refused = add(other)
    assert (refused.code, refused.out) == (2, "")
    assert "This work is reference 3 of" in refused.err


def test_another_part_of_a_page_is_the_same_work(world: Apart, add: Add) -> None:
    target = world.page("/x", Reply(200, body=with_head(HEAD)))
    assert add(target.text + "#:~:text=some%20words").code == 0
    assert added()["url"] == target.text
    assert "This work is reference 3 of" in add(target.text + "#treatment").err
    assert add(target.text + "#/pages/7").code == 0
    assert added()["url"] == target.text + "#/pages/7"


def test_pages_of_one_title_are_two_works(world: Apart, add: Add) -> None:
    for path in ("/one", "/two"):
        assert add(world.page(path, Reply(200, body=with_head(HEAD)))).code == 0
    assert [each["number"] for each in references()] == ["1", "2", "3", "4"]


def test_what_names_no_work_is_said(world: Apart, add: Add) -> None:
    answer = add(world.page("/", Reply(200, body=with_head(HEAD))))
    assert answer.code == 0
    assert answer.err == (
        "Reference 3: its address leads to the front page of a site, which names no work.\n"
    )
