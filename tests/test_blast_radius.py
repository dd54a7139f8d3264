"""The blast radius: which articles and claims rest on sources that are broken or retracted."""

import json
import pickle
import re
import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from citewell.blast import blast_radius
from citewell.entry import Resting
from citewell.facts import Probe, Target, TargetFacts, Verdict
from citewell.finding import BlastRadius, Finding, Severity, Touched
from citewell.judging import Judgement
from citewell.pipeline import Request, make_plan
from citewell.reading import Cited
from citewell.report import radius
from citewell.settings import Settings
from conftest import ROOT, TODAY, Answer, Call, Run
from dossier import JOURNAL, configure, learn, moment, probe, record, report, table, write
from test_links import Loopback, loopback  # noqa: F401 - a fixture

GONE = "https://site.example/gone"
DOI = "10.5555/sugar"
NOTICE = {
    "kind": "retraction",
    "label": "Retraction",
    "source": "publisher",
    "issued": "2025-01-04",
    "doi": "10.5555/notice",
}
PAGE = f'type: webpage, organization: Site, title: Gone, url: "{GONE}", accessed: 2026-06-18'
STANDING = 'type: webpage, organization: Site, title: Ok, url: "https://site.example/ok"'
STANDING += ", accessed: 2026-06-18"


def claims(**numbers: list[int]) -> str:
    """Claims by id, with what they cite."""
    text = "".join(
        f"  - {{id: {name}, text: Sentence {at} of {name}., references: {cited}}}\n"
        for at, (name, cited) in enumerate(numbers.items())
    )
    return f"claims:\n{text}"


def references(*works: str) -> str:
    numbered = (f"  - {{number: {n}, {work}}}\n" for n, work in enumerate(works, 1))
    return "references:\n" + "".join(numbered)


ONE = claims(a=[1, 2], b=[2], c=[1], d=[2, 2]) + references(STANDING, PAGE)
TWO = claims(a=[1], b=[2]) + references(PAGE, f"{JOURNAL}, doi: {DOI}")
THREE = claims(a=[1]) + references(f"{JOURNAL}, doi: {DOI.upper()}")
FACTS = (
    probe(GONE, "gone"),
    probe("https://site.example/ok"),
    probe(DOI),
    record(DOI, notices=[NOTICE]),
)


@pytest.fixture
def house(workdir: Path, call: Call) -> Path:
    """Three articles; a page that is gone touches two of them, a retracted work the third, too."""
    for name, text in (("one", ONE), ("two", TWO), ("three", THREE)):
        write(name, text)
    learn(call, *FACTS)
    return workdir


def check(call: Call, *arguments: object, format_: str = "json") -> Answer:
    answer = call("check", "--cached", "--as-of", TODAY, "--format", format_, *arguments)
    assert answer.err == ""
    return answer


def blast(call: Call, *arguments: object) -> list[dict[str, Any]]:
    answer = check(call, *arguments)
    schema = json.loads((ROOT / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(answer.report)
    found: list[dict[str, Any]] = answer.report["blast_radius"]
    return found


def touched(name: str, numbers: list[int], own: str = "", alone: str = "") -> dict[str, Any]:
    return {
        "path": f"content/{name}.yaml",
        "id": name,
        "references": numbers,
        "claims": own.split(),
        "alone": alone.split(),
    }


OF_PAGE = {
    "target": GONE,
    "kind": "url",
    "state": "broken",
    "claims": 4,
    "alone": 3,
    "articles": [touched("one", [2], "a b d", "b d"), touched("two", [1], "a", "a")],
}
OF_WORK = {
    "target": DOI,
    "kind": "doi",
    "state": "retracted",
    "claims": 2,
    "alone": 2,
    "articles": [touched("three", [1], "a", "a"), touched("two", [2], "b", "b")],
}


def test_every_article_and_claim_that_rests_on_it(house: Path, call: Call) -> None:
    assert blast(call) == [OF_PAGE, OF_WORK]


def test_the_text_names_them_below_the_findings(house: Path, call: Call) -> None:
    out = check(call, "--select", "links,registry", format_="text").out
    assert (
        f"""
Broken: {GONE}
  4 claims in 2 articles rest on it, 3 of them on it alone.
  content/one.yaml, reference 2: 3 claims (a, b, d), 2 of them on it alone
  content/two.yaml, reference 1: 1 claim (a), and on nothing else

Retracted: {DOI}
  2 claims in 2 articles rest on it, all of them on it alone.
  content/three.yaml, reference 1: 1 claim (a), and on nothing else
  content/two.yaml, reference 2: 1 claim (b), and on nothing else

4 errors, """
        in out
    )
    assert "Broken: " not in check(call, "--quiet", format_="text").out
    for format_ in ("concise", "github", "gitlab", "sarif", "junit"):
        assert "rest on it" not in check(call, format_=format_).out


def test_named_paths_limit_what_is_reported_and_not_whom_it_touches(
    house: Path, call: Call
) -> None:
    assert blast(call, "content/one.yaml") == [OF_PAGE]
    assert blast(call, "content/three.yaml") == [OF_WORK]


def test_a_waiver_does_not_make_a_source_stand(house: Path, call: Call) -> None:
    waiver = "reason: Why., owner: Roe J, expires: 2027-01-01"
    write("one", f'{ONE}waivers:\n  - {{rule: broken-link, target: "reference:2", {waiver}}}\n')
    assert blast(call, "content/one.yaml") == [OF_PAGE]
    assert "Broken: " in check(call, "content/one.yaml", format_="text").out


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (("--ignore", "broken-link"), [OF_WORK]),
        (("--ignore", "retracted-reference"), [OF_PAGE]),
        (("--select", "registry"), [OF_WORK]),
        (("--select", "claims"), []),
    ],
)
def test_what_no_rule_says_has_no_radius(
    house: Path, call: Call, options: tuple[str, ...], left: list[Any]
) -> None:
    assert blast(call, *options) == left


def test_nothing_is_said_where_nobody_asks_or_all_stands(
    house: Path, workdir: Path, call: Call
) -> None:
    off = call("check", "--as-of", TODAY, "--format", "json")
    assert off.report["blast_radius"] == []
    learn(call, probe(GONE, on="2026-11-21"), record(DOI, on="2026-11-21"))
    assert blast(call) == []
    assert "rest on it" not in check(call, format_="text").out


def test_what_is_known_already_is_not_told_again(house: Path, call: Call) -> None:
    Path("old.json").write_text(check(call).out, encoding="utf-8")
    assert blast(call, "--baseline", "old.json") == []
    four = write("four", claims(a=[1]) + references(PAGE))
    (found,) = blast(call, "--baseline", "old.json")
    assert [each["id"] for each in found["articles"]] == ["one", "four", "two"]
    four.unlink()


def test_another_work_by_that_doi_is_not_touched(house: Path, call: Call) -> None:
    work = JOURNAL.replace("A review of dystonia", "Stroke in the young").replace("Roe J", "Doe A")
    write("three", claims(a=[1]) + references(f"{work}, doi: {DOI}"))
    (found,) = blast(call, "--select", "registry")
    assert [each["id"] for each in found["articles"]] == ["two"]


def test_one_source_under_two_numbers_is_one_source(house: Path, call: Call) -> None:
    write("one", claims(a=[1, 2], b=[2, 3], c=[7, 2]) + references(PAGE, PAGE, STANDING))
    (found,) = blast(call, "content/one.yaml")
    # What cites a number that is not listed has no other source.
    assert touched("one", [1, 2], "a b c", "a c") in found["articles"]


def test_of_a_doubled_number_nobody_knows_what_it_means(house: Path, call: Call) -> None:
    both = references(PAGE, STANDING).replace("number: 2", "number: 1")
    write("one", claims(a=[1]) + both)
    (found,) = blast(call, "content/one.yaml")
    assert touched("one", [1], "a") in found["articles"]


def test_a_source_that_no_claim_cites(house: Path, call: Call) -> None:
    write("one", claims(a=[1]) + references(STANDING, PAGE))
    write("two", claims(a=[1]) + references(STANDING, PAGE))
    out = check(call, "content/one.yaml", format_="text").out
    assert "  Cited in 2 articles; no claim rests on it.\n" in out
    assert "  content/one.yaml, reference 2: no claim\n" in out


def test_over_processes_it_is_the_same(house: Path, call: Call) -> None:
    for number in range(30):
        write(f"more{number:02}", TWO)
    assert check(call, "--jobs", "2").out == check(call, "--jobs", "1").out


def test_links_that_are_asked(loopback: Loopback, run: Run, workdir: Path) -> None:  # noqa: F811
    url = "https://www.uptodate.com/old"
    for name in ("one", "two"):
        write(name, claims(a=[1]) + references(PAGE.replace(GONE, url)))
    done = loopback.check(run, "--select", "links", "content/one.yaml")
    assert done.returncode == 1
    assert f"Broken: {url}\n  2 claims in 2 articles rest on it, all of them on it alone.\n" in (
        done.stdout
    )


# The report.


def test_the_report_has_all_of_it(house: Path, call: Call) -> None:
    told = report(call).report
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(told)
    assert told["blast_radius"] == [OF_PAGE, OF_WORK]


def test_the_markdown_has_a_table(house: Path, call: Call) -> None:
    out = report(call, format_="markdown").out
    assert "What broken and retracted sources touch (2)" in out
    row = next(line for line in out.splitlines() if line.startswith("| 10.5555/sugar"))
    assert "| retracted | 2 | 2 | 2 |" in row
    assert "content/three.yaml" in row


def test_the_pages_lead_to_who_is_touched(house: Path, call: Call) -> None:
    report(call, "--output", "pages", format_="html")
    index = Path("pages/index.html").read_text(encoding="utf-8")
    assert '<a href="#blast">' in index
    rows = index[index.index('id="blast"') :]
    assert rows.index(GONE) < rows.index(DOI)
    assert '<a href="one.html">content/one.yaml</a>' in rows
    one = Path("pages/one.html").read_text(encoding="utf-8")
    own = one[one.index('id="blast"') :].partition("</table>")[0]
    assert '<a href="#claim-d">d</a>' in own
    assert "content/two.yaml" in own
    assert DOI not in own
    whole = report(call, format_="html").out
    assert 'id="blast"' in whole
    assert 'id="a1-blast"' in whole


def test_where_all_stands_the_pages_say_nothing(house: Path, call: Call) -> None:
    learn(call, probe(GONE, on="2026-11-21"), record(DOI, on="2026-11-21"))
    for format_ in ("html", "markdown"):
        assert "retracted sources" not in report(call, format_=format_).out


def test_a_report_on_one_article_rests_on_all_that_were_read(house: Path, call: Call) -> None:
    """So that --verify can say why it does not hold."""
    report(call, "--output", "old.json", "content/one.yaml")
    verified = call("report", "--verify", "old.json")
    assert (verified.code, verified.err) == (0, "")
    write("two", TWO + "# more\n")
    verified = call("report", "--verify", "old.json")
    assert verified.code == 1
    assert "content/two.yaml has been changed." in verified.out
    write("two", THREE)
    verified = call("report", "--verify", "old.json")
    assert "It would say something else under blast_radius" in verified.out.replace("So it", "It")


def test_a_comparison_goes_on_to_hold(house: Path, call: Call) -> None:
    report(call, "--output", "old.json", "content/one.yaml")
    told = report(call, "--compare", "old.json", "content/one.yaml").report
    assert (told["changes"]["new"], told["changes"]["untold"]) == ([], [])
    assert told["blast_radius"] == [OF_PAGE]


def test_the_table_for_spreadsheets_is_as_it_was(house: Path, call: Call) -> None:
    rows = table(report(call, format_="csv").out)
    assert {row["state"] for row in rows} == {"contradicted", "verified"}


# Pure, and in numbers.


def judged(name: str, *numbers: int, resting: tuple[Resting, ...] = ()) -> Judgement:
    cited = tuple(
        Cited(Target("url", GONE), ("references", n - 1, "url"), n, "open") for n in numbers
    )
    return Judgement(f"{name}.yaml", name, cited=cited, resting=resting)


def finding(path: str, number: int) -> Finding:
    told = dict.fromkeys(("line", "column", "end_line", "end_column"), 1)
    words = dict.fromkeys(("group", "message", "help", "fingerprint"), "")
    return Finding(
        rule="broken-link",
        severity=Severity.ERROR,
        path=path,
        target=f"reference:{number}",
        fix=None,
        **told,
        **words,
    )


def test_a_thousand_articles_take_no_time() -> None:
    plan = make_plan(Request(Settings(), _day(), Path(), links="cached"))
    from datetime import datetime

    asked = datetime.fromisoformat(moment(TODAY))
    known = Probe(Target("url", GONE), Verdict.GONE, 404, GONE, "", "it is gone", asked)
    facts = {known.target: TargetFacts(known.target, known)}
    rests = tuple(Resting(f"c{n}", (1, 2) if n % 2 else (1,)) for n in range(85))
    every = [judged(f"a{n:04}", 1, resting=rests) for n in range(1000)]
    begun = time.process_time()
    (found,) = blast_radius(every, facts, plan, [finding("a0007.yaml", 1)])
    assert (found.claims, found.alone, len(found.articles)) == (85_000, 43_000, 1000)
    shared = radius.by_article([found])
    assert time.process_time() - begun < 2
    own = shared["a0007.yaml"][0]
    assert (len(own.others), own.more) == (5, 994)
    assert len(pickle.dumps(own)) < 5000
    assert blast_radius(every, facts, plan, []) == ()


def _day() -> Any:
    from datetime import date

    return date.fromisoformat(TODAY)


def source(target: str, articles: int) -> BlastRadius:
    own = tuple(Touched(f"content/{n:04}.yaml", "x", (1,), ("a",), ()) for n in range(articles))
    return BlastRadius(target, "url", "broken", articles, 0, own)


class _Outcome:
    def __init__(self, *found: BlastRadius) -> None:
        self.blast_radius = found


def test_a_terminal_is_not_flooded() -> None:
    lines = list(radius.lines(_Outcome(source(GONE, 1000))))  # type: ignore[arg-type]
    assert len(lines) == 9
    assert lines[1] == "  1,000 claims in 1,000 articles rest on it."
    assert lines[-2] == "  and 995 more articles"
    many = [source(f"{GONE}/{n}", 1) for n in range(50)]
    lines = list(radius.lines(_Outcome(*many)))  # type: ignore[arg-type]
    assert lines[-2] == "30 more sources that are broken or retracted."
    assert sum(line.startswith("Broken: ") for line in lines) == 20


def test_a_thousand_articles_cite_one_broken_page(workdir: Path, call: Call) -> None:
    for number in range(1000):
        write(f"n{number:04}", claims(a=[1]) + references(PAGE))
    learn(call, probe(GONE, "gone"))
    answer = check(call, "--select", "broken-link", format_="text")
    assert "1,000 claims in 1,000 articles rest on it, all of them on it alone." in answer.out
    assert "  and 995 more articles\n" in answer.out
    report(call, "--output", "pages", "--select", "links", format_="html")
    sizes = [path.stat().st_size for path in Path("pages").glob("n*.html")]
    assert len(sizes) == 1000
    assert max(sizes) < 100_000
    index = Path("pages/index.html").read_text(encoding="utf-8")
    rows = index[index.index('id="blast"') :].partition("</table>")[0]
    assert "and 995 more" in rows
    assert len(rows) < 5000


def test_nothing_in_an_address_steers_a_screen(workdir: Path, call: Call) -> None:
    address = "https://reader:s3cr3t@site.example/a\u202eb"
    text = references(PAGE.replace(GONE, address.replace("\u202e", "%E2%80%AE")))
    write("one", claims(a=[1]) + text)
    configure()
    known = address.replace("\u202e", "%E2%80%AE")
    learn(call, probe(known, "gone"))
    for format_ in ("text", "json"):
        out = check(call, format_=format_).out
        assert "s3cr3t" not in out
        assert not re.search("[\u202a-\u202e]", out)
    for format_ in ("html", "markdown", "csv"):
        out = report(call, format_=format_).out
        assert "s3cr3t" not in out
        assert not re.search("[\u202a-\u202e]", out)
