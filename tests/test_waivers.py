"""Waivers: decisions to live with a finding, which are counted, shown, and grow old."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from articles import HEADER, article
from conftest import TODAY, Answer, Call

Check = Callable[..., Answer]

FAULTY = """\
review: {last_reviewed: 2026-06-18, reviewers: []}
claims:
  - {id: first, text: Dystonia is a disorder of movement., references: [1]}
  - {id: bare, text: Spasms may hurt.}
references:
  - {number: 1, type: webpage, organization: A, title: A, url: "http://ash.example/a",
     accessed: 2026-06-18}
  - {number: 2, type: webpage, organization: A, title: B, url: "http://oak.example/b",
     accessed: 2026-06-18}
  - {number: 3, type: webpage, organization: A, title: C, url: "http://ash.example/c",
     accessed: 2026-06-18}
"""
"""uncited-claim, unreviewed-article, uncited-reference on 2 and 3, insecure-url on all."""


def waiver(rule: str, target: str, **more: str) -> str:
    """A waiver that holds, in one line; *more* may change that."""
    fields = {
        "rule": rule,
        "target": target,
        "reason": "It is known.",
        "owner": "Roe J",
        "expires": "2027-01-31",
    }
    return f"  - {json.dumps({k: v for k, v in (fields | more).items() if v != '-'})}\n"


def write(name: str, *waivers: str, fragment: str = FAULTY) -> None:
    """An article with *waivers*, by the id *name*."""
    Path("content").mkdir(exist_ok=True)
    inside = "waivers:\n" + "".join(waivers) if waivers else ""
    text = HEADER + article(f"id: {name}\n{fragment}{inside}")
    Path(f"content/{name}.yaml").write_text(text, encoding="utf-8")


def house(*waivers: str) -> None:
    """The file of house-wide waivers, and settings that name it."""
    Path("content").mkdir(exist_ok=True)
    text = "schema_version: 1\nwaivers:" + ("\n" + "".join(waivers) if waivers else " []\n")
    Path("content/waivers.yaml").write_text(text, encoding="utf-8")
    configure("")


def configure(text: str) -> None:
    """Settings that name the file of waivers."""
    settings = f'[tool.citewell]\nwaivers = "content/waivers.yaml"\n{text}\n'
    Path("pyproject.toml").write_text(settings, encoding="utf-8")


@pytest.fixture
def check(workdir: Path, call: Call) -> Check:
    """Runs ``citewell check --format json``."""
    return lambda *arguments: call("check", "--as-of", TODAY, "--format", "json", *arguments)


def waived(answer: Answer) -> list[tuple[str, str, str]]:
    """File, rule and target of each waived finding."""
    found = answer.report["waived"]
    assert answer.report["summary"]["waived"] == len(found)
    return [(Path(f["path"]).stem, f["rule"], f["target"]) for f in found]


def about_waivers(answer: Answer) -> list[tuple[str, int]]:
    """Rule and line of the findings of the group waivers."""
    found = answer.report["findings"]
    return [(f["rule"], f["line"]) for f in found if f["group"] == "waivers"]


def line_of(name: str, text: str) -> int:
    """The only line of the article or file *name* that has *text*."""
    lines = Path(f"content/{name}.yaml").read_text(encoding="utf-8").split("\n")
    (line,) = (n for n, line in enumerate(lines, 1) if text in line)
    return line


# --- What they waive -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "target"),
    [
        ("uncited-claim", "claim:bare"),
        ("unreviewed-article", "article"),
        ("uncited-reference", "reference:2"),
        ("insecure-url", "reference:3"),
    ],
)
def test_in_the_article(check: Check, rule: str, target: str) -> None:
    """The finding moves from the one list to the other, and nothing else changes."""
    write("one")
    before = check().report
    write("one", waiver(rule, target))
    after = check()
    assert waived(after) == [("one", rule, target)]
    assert about_waivers(after) == []
    report = after.report
    (set_aside,) = report["waived"]
    decision = set_aside.pop("waiver")
    assert set_aside in before["findings"]
    assert [f for f in before["findings"] if f not in report["findings"]] == [set_aside]
    assert decision == {
        "path": "content/one.yaml",
        "rule": rule,
        "target": target,
        "reason": "It is known.",
        "owner": "Roe J",
        "expires": "2027-01-31",
    }
    severity = set_aside["severity"]
    assert report["summary"][severity] == before["summary"][severity] - 1


def test_what_is_waived_does_not_fail(check: Check) -> None:
    """It is the only error; the code is that of what is left."""
    write("one")
    assert check().code == 1
    write("one", waiver("uncited-claim", "claim:bare"))
    assert check().code == 0
    assert check("--fail-on", "warning").code == 1


def test_a_section(check: Check) -> None:
    """Sections have waivers, too."""
    fragment = (
        "sections:\n  - {id: none, heading: None}\n  - id: some\n    heading: Some\n    claims:\n"
        "      - {id: first, text: Spasms may hurt., references: [1, 2]}\n"
    )
    write("one", waiver("empty-section", "section:none"), fragment=fragment)
    answer = check()
    assert waived(answer) == [("one", "empty-section", "section:none")]
    assert answer.rules == []


def test_only_this_article(check: Check) -> None:
    """One article's decision is no other's."""
    write("one", waiver("uncited-claim", "claim:bare"))
    write("two")
    assert waived(check()) == [("one", "uncited-claim", "claim:bare")]
    assert check().code == 1


@pytest.mark.parametrize("target", ["claim:bar", "claim:first", "reference:1", "article"])
def test_only_the_target(check: Check, target: str) -> None:
    """A waiver for something else waives nothing, and is told so."""
    write("one", waiver("uncited-claim", target))
    answer = check()
    assert waived(answer) == []
    assert about_waivers(answer) == [("unused-waiver", line_of("one", '"uncited-claim"'))]


def test_only_the_rule(check: Check) -> None:
    """Another rule on the same claim still speaks; a group is no rule."""
    write("one", waiver("duplicate-claim", "claim:bare"), waiver("claims", "claim:bare"))
    answer = check()
    assert waived(answer) == []
    assert [rule for rule, _ in about_waivers(answer)] == ["unused-waiver"] * 2
    (group,) = (f for f in answer.report["findings"] if "no rule 'claims'" in f["message"])
    assert group["line"] == line_of("one", '"claims"')


def test_house_wide(check: Check) -> None:
    """Without an article it is for all of them; with one, for that alone."""
    write("one")
    write("two")
    house(waiver("uncited-claim", "claim:bare"))
    answer = check()
    assert waived(answer) == [(name, "uncited-claim", "claim:bare") for name in ("one", "two")]
    assert {f["waiver"]["path"] for f in answer.report["waived"]} == {"content/waivers.yaml"}
    assert about_waivers(answer) == []
    house(waiver("uncited-claim", "claim:bare", article="two"))
    assert waived(check()) == [("two", "uncited-claim", "claim:bare")]
    assert about_waivers(check()) == []


def test_house_wide_for_no_article(check: Check) -> None:
    """An article that is not there is no excuse for keeping the waiver."""
    write("one")
    house(waiver("uncited-claim", "claim:bare", article="three"))
    answer = check()
    assert waived(answer) == []
    assert about_waivers(answer) == [("unused-waiver", 3)]


def test_the_file_of_waivers_is_no_article(check: Check) -> None:
    """It stands among the articles, and is not judged as one."""
    write("one")
    house()
    report = check().report
    assert [article["path"] for article in report["articles"]] == ["content/one.yaml"]
    assert "schema-violation" not in {f["rule"] for f in report["findings"]}


def test_hosts(check: Check) -> None:
    """A waiver of a host is for every reference that leads there, in the article or all."""
    write("one", waiver("insecure-url", "host:ash.example"))
    write("two")
    assert waived(check()) == [
        ("one", "insecure-url", "reference:1"),
        ("one", "insecure-url", "reference:3"),
    ]
    write("one")
    house(waiver("insecure-url", "host:oak.example"))
    assert waived(check()) == [
        ("one", "insecure-url", "reference:2"),
        ("two", "insecure-url", "reference:2"),
    ]
    assert about_waivers(check()) == []


def test_hosts_are_compared_as_hosts(check: Check) -> None:
    """Case and port do not matter, a part of the name is not the name."""
    fragment = FAULTY.replace("http://ash.example/a", "http://ASH.example:8080/a")
    write("one", waiver("insecure-url", "host:ash.example"), fragment=fragment)
    assert len(waived(check())) == 2
    for other in ("example", "www.ash.example", "sh.example"):
        write("one", waiver("insecure-url", f"host:{other}"), fragment=fragment)
        assert waived(check()) == []
    write("one", waiver("insecure-url", "host:Ash.Example"), fragment=fragment)
    assert len(waived(check())) == 2


def test_two_for_one(check: Check) -> None:
    """Neither is unused; the article's own is named."""
    write("one", waiver("uncited-claim", "claim:bare"))
    house(waiver("uncited-claim", "claim:bare", owner="Poe E"))
    answer = check()
    assert about_waivers(answer) == []
    assert [f["waiver"]["owner"] for f in answer.report["waived"]] == ["Roe J"]


def test_after_renumbering_the_target_must_follow(check: Check) -> None:
    """Targets are what people call things; then the waiver tells that it lost its finding."""
    write("one", waiver("uncited-reference", "reference:2"))
    assert len(waived(check())) == 1
    write(
        "one",
        waiver("uncited-reference", "reference:2"),
        fragment=FAULTY.replace("references: [1]", "references: [2]"),
    )
    assert waived(check()) == []
    assert len(about_waivers(check())) == 1


# --- What does not hold --------------------------------------------------------------------


@pytest.mark.parametrize("where", ["article", "house"])
def test_expired(check: Check, where: str) -> None:
    """The last day is the day in ``expires``; after it nothing is waived, and it is an error."""
    write("one")
    for expires, holds in ((TODAY, True), ("2026-11-21", False)):
        line = waiver("unreviewed-article", "article", expires=expires)
        if where == "article":
            write("one", line)
        else:
            house(line)
        answer = check("--ignore", "claims")
        assert bool(waived(answer)) == holds
        file = "one" if where == "article" else "waivers"
        place = [] if holds else [("expired-waiver", line_of(file, expires))]
        assert about_waivers(answer) == place
        assert answer.code == (0 if holds else 1)


@pytest.mark.parametrize("reason", ["-", "", "  "])
@pytest.mark.parametrize("where", ["article", "house"])
def test_without_reason(check: Check, where: str, reason: str) -> None:
    """Nothing is waived, and it is an error at the waiver; it is not unused besides."""
    write("one")
    line = waiver("unreviewed-article", "article", reason=reason)
    if where == "article":
        write("one", line)
    else:
        house(line)
    answer = check("--ignore", "claims")
    assert waived(answer) == []
    file = "one" if where == "article" else "waivers"
    assert about_waivers(answer) == [("waiver-without-reason", line_of(file, "unreviewed"))]
    assert answer.code == 1


@pytest.mark.parametrize("where", ["article", "house"])
def test_unused(check: Check, where: str) -> None:
    """One that waives nothing is a warning at the waiver, in the file where it stands."""
    write("one")
    line = waiver("malformed-doi", "reference:1")
    if where == "article":
        write("one", line)
    else:
        house(line)
    file = "one" if where == "article" else "waivers"
    (finding,) = (f for f in check().report["findings"] if f["group"] == "waivers")
    assert (finding["rule"], finding["severity"]) == ("unused-waiver", "warning")
    assert finding["path"] == f"content/{file}.yaml"
    assert finding["line"] == line_of(file, "malformed-doi")


def test_unknown_rule(check: Check) -> None:
    """Misspelt, it waives nothing; the name is marked."""
    write("one", waiver("uncited-clam", "claim:bare"))
    (finding,) = (f for f in check().report["findings"] if f["group"] == "waivers")
    assert finding["rule"] == "unused-waiver"
    assert finding["help"] == "Did you mean 'uncited-claim'?"
    line = Path("content/one.yaml").read_text(encoding="utf-8").split("\n")[finding["line"] - 1]
    assert line[finding["column"] - 1 : finding["end_column"] - 1] == '"uncited-clam"'


@pytest.mark.parametrize("rule", ["unused-waiver", "expired-waiver", "waiver-without-reason"])
@pytest.mark.parametrize("where", ["article", "house"])
def test_waivers_cannot_be_waived(check: Check, where: str, rule: str) -> None:
    """Whatever waives them, their findings stand."""
    bad = {
        "unused-waiver": waiver("malformed-doi", "article"),
        "expired-waiver": waiver("uncited-claim", "claim:bare", expires="2026-01-31"),
        "waiver-without-reason": waiver("uncited-claim", "claim:bare", reason="-"),
    }
    write("one", bad[rule])
    expected = [rule for rule, _ in about_waivers(check())]
    assert expected == [rule]
    attempts = [waiver(rule, target) for target in ("article", "claim:bare")]
    if where == "article":
        write("one", bad[rule], *attempts)
    else:
        house(*attempts)
    answer = check()
    assert waived(answer) == []
    assert sorted(rule for rule, _ in about_waivers(answer)) == sorted(
        [rule, "unused-waiver", "unused-waiver"]
    )


# --- Rules that could not speak ------------------------------------------------------------

UNUSED = waiver("malformed-doi", "reference:1")


@pytest.mark.parametrize("where", ["article", "house"])
@pytest.mark.parametrize(
    ("arguments", "settings", "reported"),
    [
        ([], "", True),
        (["--select", "references,waivers"], "", True),
        (["--select", "malformed-doi,unused-waiver"], "", True),
        (["--select", "claims,waivers"], "", False),
        (["--select", "unused-waiver"], "", False),
        (["--ignore", "malformed-doi"], "", False),
        (["--ignore", "references"], "", False),
        (["--ignore", "dates"], "", True),
        ([], '[tool.citewell.severity]\nmalformed-doi = "off"', False),
    ],
)
def test_rules_that_were_not_put(
    check: Check, where: str, arguments: list[str], settings: str, reported: bool
) -> None:
    """Only a rule that was asked can have nothing to say."""
    write("one", *([UNUSED] if where == "article" else []))
    house(*([UNUSED] if where == "house" else []))
    configure(settings)
    assert [rule for rule, _ in about_waivers(check(*arguments))] == ["unused-waiver"] * reported


def test_rules_that_are_off_by_default(check: Check) -> None:
    """The waiver may be there for a stricter run."""
    write("one", waiver("single-source-claim", "claim:first"))
    assert about_waivers(check()) == []
    answer = check("--select", "single-source-claim,unused-waiver")
    assert (waived(answer), answer.rules) == ([("one", "single-source-claim", "claim:first")], [])


@pytest.mark.parametrize("broken", ["title: []\n", "titel: A\n", "condition: {}\n"])
def test_a_fault_elsewhere(check: Check, broken: str) -> None:
    """A fault in what no waiver is about hides nothing."""
    write("one", UNUSED, fragment=broken + FAULTY)
    assert about_waivers(check()) == [("unused-waiver", line_of("one", "malformed-doi"))]


@pytest.mark.parametrize("broken", ["sections: {}\n", "sections:\n  - 3\n"])
def test_a_hidden_list(check: Check, broken: str) -> None:
    """Where a whole list breaks the schema, nobody can tell what is of use, and it is said."""
    write("one", UNUSED, fragment=broken + FAULTY[FAULTY.index("references:") :])
    answer = check("--select", "claims,waivers")
    assert about_waivers(answer) == []
    assert "claims" in [entry["rule"] for entry in answer.report["not_evaluated"]]


def test_a_broken_reference(check: Check) -> None:
    """A key that stands twice keeps the reference from being judged."""
    fragment = FAULTY.replace("title: A,", "title: A, title: A,")
    write("one", UNUSED, fragment=fragment)
    assert about_waivers(check()) == []
    write("one", fragment=fragment)
    house(UNUSED)
    assert about_waivers(check()) == []


def test_an_unreadable_article(check: Check) -> None:
    """A waiver for all articles may be for the one that cannot be read; for another, not."""
    write("one")
    house(UNUSED)
    Path("content/two.yaml").write_text("a: [", encoding="utf-8")
    assert about_waivers(check()) == []
    house(waiver("malformed-doi", "reference:1", article="one"))
    assert about_waivers(check()) == [("unused-waiver", 3)]
    house(waiver("malformed-doi", "reference:1", article="two"))
    assert about_waivers(check()) == []


def test_a_rule_that_crashes(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has not said that all is well."""
    from citewell import pipeline
    from citewell.finding import Severity
    from citewell.rules import RULES
    from citewell.rules.rule import Rule

    def boom(*_: object) -> Any:
        raise ZeroDivisionError

    broken = Rule("malformed-doi", "references", Severity.ERROR, article=boom)
    rules = tuple(broken if rule.name == broken.name else rule for rule in RULES)
    monkeypatch.setattr(pipeline, "RULES", rules)
    write("one", UNUSED)
    house(waiver("internal-error", "article"))  # nobody can decide to live with that
    answer = check()
    assert answer.code == 2
    assert "internal-error" in answer.rules
    assert waived(answer) == []
    assert about_waivers(answer) == [("unused-waiver", line_of("waivers", "internal-error"))]


# --- How they are shown --------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["text", "concise", "github", "json"])
def test_shown_in_every_format(
    check: Check, call: Call, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    """Counted, and listed with place, rule, owner, expiry and reason."""
    write("one", waiver("uncited-claim", "claim:bare", reason="Everybody knows."))
    out = call("check", "--as-of", TODAY, "--format", format_).out
    if format_ != "json":
        assert ", 1 waived in 1 article" in out
        (out,) = (line for line in out.splitlines() if "Everybody knows." in line)
        assert f"content/one.yaml:{line_of('one', 'id: bare')}:" in out
        assert not out.startswith("::error")
    for part in ("uncited-claim", "Roe J", "2027-01-31", "Everybody knows."):
        assert part in out


def test_listed_in_the_summary_of_a_job(
    check: Check, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Annotations are limited; the summary has the decisions, too."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    write("one", waiver("uncited-claim", "claim:bare", reason="Everybody | knows."))
    call("check", "--as-of", TODAY, "--format", "github")
    summary = Path("summary.md").read_text(encoding="utf-8")
    assert "1 waived" in summary
    assert "Everybody" in summary


def test_quiet_is_quiet(check: Check, call: Call) -> None:
    """With ``--quiet`` there are findings, and a waived one is none."""
    write("one", waiver("uncited-claim", "claim:bare", reason="Everybody knows."))
    for format_ in ("text", "concise"):
        out = call("check", "--as-of", TODAY, "--format", format_, "-q").out
        assert "Everybody knows." not in out


def test_a_reason_over_lines(check: Check, call: Call) -> None:
    """It is shown on one line, whatever it holds."""
    write("one", waiver("uncited-claim", "claim:bare", reason="One.\nTwo.\x1b[31m"))
    out = call("check", "--as-of", TODAY).out
    assert r"One.\nTwo.\x1b[31m" in out


# --- The file of house-wide waivers --------------------------------------------------------


def test_named_alone(check: Check) -> None:
    """A hook names the file that changed; that it is no article is no fault."""
    write("one")
    house(waiver("uncited-claim", "claim:bare"))
    answer = check("content/waivers.yaml")
    assert (answer.code, answer.rules) == (0, [])
    assert answer.report["articles"] == []
    house(waiver("uncited-claim", "claim:bare", expires="2026-01-31"))
    answer = check("content/waivers.yaml")
    assert (answer.code, answer.rules) == (1, ["expired-waiver"])


def test_named_article_alone(check: Check) -> None:
    """The waivers hold for it, and their own faults are not reported with it."""
    write("one")
    write("two")
    house(
        waiver("uncited-claim", "claim:bare"),
        waiver("malformed-doi", "article"),
        waiver("insecure-url", "reference:2", article="two"),
    )
    answer = check("content/one.yaml")
    assert waived(answer) == [("one", "uncited-claim", "claim:bare")]
    assert about_waivers(answer) == []
    assert [rule for rule, _ in about_waivers(check())] == ["unused-waiver"]


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("waivers: [", "invalid-yaml", 1),
        ("", "invalid-yaml", 1),
        ("- a\n", "schema-violation", 1),
        ("schema_version: 1\nwaivers: 3\n", "schema-violation", 2),
        ("schema_version: 1\nwaivers: []\nwaiver: []\n", "schema-violation", 3),
        ("schema_version: 2\nwaivers: []\n", "schema-violation", 1),
        ("schema_version: 1\nwaivers: []\nwaivers: []\n", "duplicate-key", 3),
        (
            "schema_version: 1\nwaivers:\n" + waiver("uncited-claim", "claims:bare"),
            "schema-violation",
            3,
        ),
        (
            "schema_version: 1\nwaivers:\n" + waiver("uncited-claim", "article", artikel="one"),
            "schema-violation",
            3,
        ),
    ],
)
def test_a_broken_file(check: Check, text: str, rule: str, line: int) -> None:
    """It is a finding at its line; the articles are judged all the same."""
    write("one")
    house()
    Path("content/waivers.yaml").write_text(text, encoding="utf-8")
    answer = check()
    assert answer.code == 1
    found = [f for f in answer.report["findings"] if f["path"] == "content/waivers.yaml"]
    assert [(f["rule"], f["line"]) for f in found] == [(rule, line)]
    assert "uncited-claim" in answer.rules


def test_a_broken_waiver_hides_no_other(check: Check) -> None:
    """The valid ones hold."""
    write("one")
    house(waiver("uncited-claim", "claim:bare"), waiver("insecure-url", "everywhere"))
    answer = check()
    assert waived(answer) == [("one", "uncited-claim", "claim:bare")]
    assert answer.rules.count("schema-violation") == 1


def test_a_missing_file(check: Check) -> None:
    """Settings that name it cannot be kept."""
    write("one")
    configure("")
    answer = check()
    assert (answer.code, answer.out) == (2, "")
    assert "The file of waivers content/waivers.yaml does not exist." in answer.err


def test_nothing_but_waivers(check: Check) -> None:
    """A file of waivers is no article to check."""
    house()
    answer = check()
    assert (answer.code, answer.out) == (2, "")


def test_attested_and_waived_are_apart(check: Check) -> None:
    """A waived claim is still not cited: figures tell what is, not what was decided."""
    write("one", waiver("uncited-claim", "claim:bare"))
    summary = check().report["summary"]
    assert (summary["claims"], summary["cited_claims"], summary["waived"]) == (2, 1, 1)
