"""``report --compare``: what is new, fixed, waived or unknown since an earlier report."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import TODAY, Call
from dossier import PAGE, STANDS, configure, learn, probe, refused, report, write
from test_report import validate

OLD = Path("old.json")
SITE = "https://site.example/a"
FRAGMENT = f"""\
review: {{last_reviewed: 2020-06-18, reviewers: [Roe J]}}
claims:
  - {{id: first, text: Dystonia is a disorder of movement., references: [1]}}
  - {{id: second, text: Spasms may hurt., references: [2]}}
  - {{id: bare, text: Nothing at all.}}
references:
  - {{number: 1, type: webpage, organization: Roe, title: Page, url: "{PAGE}",
     accessed: 2026-06-18}}
  - {{number: 2, type: webpage, organization: Roe, title: Site, url: "{SITE}",
     accessed: 2026-06-18}}
"""
"""stale-review, uncited-claim; and broken-link on 2, by the facts below."""
FACTS = (probe(PAGE), probe(SITE, "gone"))
WAIVER = "  - {rule: %s, target: %s, reason: Known., owner: Roe J, expires: 2027-01-31}\n"
Made = Callable[..., None]


@pytest.fixture(params=["check", "report"])
def made(request: pytest.FixtureRequest, workdir: Path, call: Call) -> Made:
    """Makes the earlier report, by either command: both are fit for it."""
    write("one", FRAGMENT)
    learn(call, *FACTS)

    def made(*arguments: object) -> None:
        cached = ["--cached"] if request.param == "check" else []
        given = (*cached, "--as-of", "2026-11-21", "--format", "json", "--output", OLD)
        assert call(request.param, *given, *arguments).err == ""

    made()
    return made


def changes(call: Call, *arguments: object) -> dict[str, Any]:
    """What is said of the findings of the earlier report: rule and target, by its fate."""
    answer = report(call, "--compare", OLD, *arguments)
    validate(answer.report)
    told = answer.report["changes"]
    lists = ("new", "fixed", "waived", "untold")
    old = json.loads(OLD.read_text(encoding="utf-8"))["findings"]
    gone = sum(len(told[name]) for name in lists[1:])
    assert told["unchanged"] + gone == len(old)
    assert told["unchanged"] + len(told["new"]) == len(answer.report["findings"])
    assert told["since"] == "2026-11-21"
    found = {name: {(f["rule"], f["target"]) for f in told[name]} for name in lists}
    return found | {"unchanged": told["unchanged"]}


def fates(unchanged: int, **more: set[tuple[str, str]]) -> dict[str, Any]:
    """What :func:`changes` says if nothing happened but *more*."""
    nothing: dict[str, Any] = {name: set() for name in ("new", "fixed", "waived", "untold")}
    return nothing | more | {"unchanged": unchanged}


REVIEW = ("stale-review", "article")
BARE = ("uncited-claim", "claim:bare")
LINK = ("broken-link", "reference:2")


def change(old: str, new: str) -> None:
    file = Path("content/one.yaml")
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def number_of_findings() -> int:
    return len(json.loads(OLD.read_text(encoding="utf-8"))["findings"])


def test_nothing_has_happened(made: Made, call: Call) -> None:
    number = number_of_findings()
    assert number >= 3
    assert changes(call) == fates(number)
    write("one", "# moved down\n\n\n" + FRAGMENT)
    assert changes(call) == fates(number)
    Path("content/one.yaml").rename("content/renamed.yaml")
    assert changes(call) == fates(number)


def test_new_and_fixed(made: Made, call: Call) -> None:
    number = number_of_findings()
    change("{id: bare, text: Nothing at all.}", "{id: bare, text: Nothing., references: [1]}")
    change("claims:\n", "claims:\n      - {id: other, text: Something.}\n")
    other = ("uncited-claim", "claim:other")
    assert changes(call) == fates(number - 1, new={other}, fixed={BARE})


def test_a_link_is_there_again(made: Made, call: Call) -> None:
    number = number_of_findings()
    learn(call, probe(SITE, on="2026-11-22"))
    assert changes(call)["fixed"] >= {LINK}
    assert changes(call)["unchanged"] == number - len(changes(call)["fixed"])


def test_waived_since(made: Made, call: Call) -> None:
    number = number_of_findings()
    write("one", f"{FRAGMENT}waivers:\n{WAIVER % ('stale-review', 'article')}")
    assert changes(call) == fates(number - 1, waived={REVIEW})


def test_a_waiver_that_has_ended(made: Made, call: Call) -> None:
    """What it has hidden is new."""
    number = number_of_findings()
    write("one", f"{FRAGMENT}waivers:\n{WAIVER % ('stale-review', 'article')}")
    made()
    write("one", FRAGMENT)
    assert changes(call) == fates(number - 1, new={REVIEW})


@pytest.mark.parametrize(
    "arguments", [["--ignore", "claims"], ["--select", "dates,links,registry"]]
)
def test_rules_that_were_left_out(made: Made, call: Call, arguments: list[str]) -> None:
    told = changes(call, *arguments)
    assert BARE in told["untold"]
    assert told["fixed"] == told["new"] == set()


def test_rules_that_are_off_now(made: Made, call: Call) -> None:
    number = number_of_findings()
    configure('[tool.citewell.severity]\nuncited-claim = "off"')
    assert changes(call) == fates(number - 1, untold={BARE})
    configure('[tool.citewell.severity]\nuncited-claim = "info"')
    assert changes(call) == fates(number)


def test_articles_that_are_not_named(made: Made, call: Call) -> None:
    number = number_of_findings()
    write("two", FRAGMENT)
    told = changes(call, "content/two.yaml")
    assert (told["fixed"], told["unchanged"]) == (set(), 0)
    assert told["untold"] >= {REVIEW, BARE, LINK}
    assert changes(call, "content/one.yaml") == fates(number)


def test_articles_that_cannot_be_read_any_more(made: Made, call: Call) -> None:
    Path("content/one.yaml").write_text("title: [", encoding="utf-8")
    told = changes(call)
    assert told["fixed"] == set()
    assert told["untold"] >= {REVIEW, BARE, LINK}
    assert told["new"] == {("invalid-yaml", "article")}


def test_references_that_break_the_schema_now(made: Made, call: Call) -> None:
    """Nobody asks for their addresses."""
    change("title: Site", "titel: Site")
    told = changes(call)
    assert LINK in told["untold"]
    assert LINK not in told["fixed"]


def test_links_that_nobody_has_asked(made: Made, call: Call) -> None:
    number = number_of_findings()
    told = changes(call, "--ledger", "none.sqlite3")
    assert LINK in told["untold"]
    assert told["fixed"] == set()
    assert told["unchanged"] == number - len(told["untold"])
    learn(call, FACTS[0], ledger="other.sqlite3")
    told = changes(call, "--ledger", "other.sqlite3")
    assert LINK in told["untold"]
    assert told["fixed"] == set()


def renumbered(text: str) -> str:
    """*text* with references 1 and 2 in the other order."""
    head, first, second = re.split(r"(?=  - \{number: \d)", text)
    head = head.replace("[1]", "[0]").replace("[2]", "[1]").replace("[0]", "[2]")
    return head + second.replace("number: 2", "number: 1") + first.replace("number: 1", "number: 2")


def test_other_numbers_are_no_news(made: Made, call: Call) -> None:
    number = number_of_findings()
    write("one", renumbered(FRAGMENT))
    told = changes(call)
    order = {("citation-order", "article")}
    assert told["new"] <= order
    assert {name: told[name] for name in ("fixed", "waived", "untold")} == {
        name: set() for name in ("fixed", "waived", "untold")
    }
    assert told["unchanged"] == number


def test_other_numbers_fix_nothing(made: Made, call: Call) -> None:
    """Reference 2 was the broken one; who is 2 now stands, and the broken one was not asked."""
    write("one", renumbered(FRAGMENT))
    learn(call, FACTS[0], ledger="other.sqlite3")
    told = changes(call, "--ledger", "other.sqlite3")
    assert LINK in told["untold"]
    assert told["fixed"] == set()


def test_a_second_address_that_nobody_has_asked(made: Made, call: Call) -> None:
    """That the DOI of the work stands does not mend the address beside it."""
    doi = "10.5555/example.1"
    change(f'"{SITE}"', f'"{SITE}", doi: {doi}')
    learn(call, *STANDS)
    made()
    assert "broken-link" in OLD.read_text(encoding="utf-8")
    learn(call, *STANDS, ledger="other.sqlite3")
    told = changes(call, "--ledger", "other.sqlite3")
    assert ("broken-link", "reference:2") in told["untold"]
    assert not {rule for rule, _ in told["fixed"]} & {"broken-link", "failing-link"}


def test_a_reference_that_is_gone(made: Made, call: Call) -> None:
    """With it, what was wrong with it is fixed."""
    text = FRAGMENT.replace("references: [2]", "references: [1]")
    write("one", text[: text.index("  - {number: 2")])
    told = changes(call)
    assert LINK in told["fixed"]
    assert told["untold"] == set()


def test_it_is_shown(made: Made, call: Call) -> None:
    change("{id: bare, text: Nothing at all.}", "{id: bare, text: Nothing., references: [1]}")
    change("claims:\n", "claims:\n      - {id: other, text: Something.}\n")
    numbers = re.compile(r"1 new, 1 fixed, 0 waived[a-z ]*, 0 of which nobody can tell, \d+ unch")
    for format_ in ("html", "markdown"):
        out = report(call, "--compare", OLD, format_=format_).out
        assert numbers.search(out)
        assert "ince 2026-11-21" in out or "ince the report of 2026-11-21" in out
        assert not numbers.search(report(call, format_=format_).out)
    page = report(call, "--compare", OLD, format_="html").out
    part = page.partition('id="changes"')[2].partition("<h2")[0]
    assert "other" in part
    assert "bare" in part
    assert report(call).report["changes"] is None
    table = call("report", "--as-of", TODAY, "--compare", OLD, "--format", "csv")
    refused(table, "no room for what --compare says")
    listed = report(call, "--compare", OLD, format_="markdown").out
    assert listed.index("New (1)") < listed.index("Fixed (1)")


def test_pages_show_it_on_the_index(made: Made, call: Call) -> None:
    write("two")
    call("report", "--as-of", TODAY, "--compare", OLD, "--output", "pages")
    assert 'id="changes"' in Path("pages/index.html").read_text(encoding="utf-8")


def test_the_verdict_stays_what_it_is(made: Made, call: Call) -> None:
    """Old faults are faults."""
    assert report(call, "--compare", OLD).code == 1
    assert report(call, "--compare", OLD, "--fail-on", "never").code == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"as_of": "yesterday"},
        {"as_of": None},
        {"findings": [{"fingerprint": "a"}]},
        {"findings": [{"fingerprint": 1, "rule": "a"}]},
        {"findings": {"fingerprint": "a"}},
    ],
)
def test_reports_that_were_broken(made: Made, call: Call, broken: dict[str, Any]) -> None:
    told = json.loads(OLD.read_text(encoding="utf-8"))
    OLD.write_text(json.dumps(told | broken), encoding="utf-8")
    answer = call("report", "--as-of", TODAY, "--format", "json", "--compare", OLD)
    refused(answer, "old.json")


def test_reports_with_secrets_and_markup(made: Made, call: Call) -> None:
    """An earlier report is somebody's file: what it says is shown as text."""
    told = json.loads(OLD.read_text(encoding="utf-8"))
    evil = "<script>alert(1)</script>\u202e\u001b[31m https://me:sesame@site.example/"
    told["findings"][0] |= {"message": evil, "fingerprint": "0" * 16, "rule": "uncited-claim"}
    OLD.write_text(json.dumps(told), encoding="utf-8")
    for format_ in ("html", "markdown", "json"):
        out = report(call, "--compare", OLD, format_=format_).out
        assert "<script>alert" not in out or format_ == "json"
        assert "sesame" not in out
        assert not {"\u202e", "\u001b"} & set(out)
