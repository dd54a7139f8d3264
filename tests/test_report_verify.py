"""``report --verify``: does an earlier report still hold, and if not, why?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import TODAY, Answer, Call, Run
from dossier import DOI, PAGE, STANDS, configure, learn, probe, record, refused, report, write
from test_report import FAULTY
from test_reproducible import FRAGMENT

REPORT = Path("report.json")


@pytest.fixture
def made(workdir: Path, call: Call) -> Path:
    """A folder with articles, waivers and a ledger, and the report on it."""
    write("one", FRAGMENT)
    write("two", FAULTY)
    configure('waivers = "content/waivers.yaml"')
    Path("content/waivers.yaml").write_text("schema_version: 1\nwaivers: []\n", encoding="utf-8")
    learn(call, *STANDS)
    report(call, "--output", REPORT)
    return workdir


def verify(call: Call, *arguments: object) -> Answer:
    return call("report", "--verify", REPORT, *arguments)


def holds(answer: Answer) -> None:
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("report.json holds")
    assert answer.out.count("\n") == 1


def differs(answer: Answer, *said: str) -> None:
    """Assert that the report does not hold, and why: each of *said* is in a line."""
    assert (answer.code, answer.err) == (1, "")
    first, *reasons = answer.out.splitlines()
    assert "does not hold" in first
    assert reasons
    for words in said:
        assert any(words in line for line in reasons), answer.out


def test_it_holds(made: Path, call: Call) -> None:
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    holds(verify(call))
    after = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    ledger = made / ".citewell"
    assert {p: t for p, t in before.items() if ledger not in p.parents} == {
        p: t for p, t in after.items() if ledger not in p.parents
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["content/two.yaml"],
        ["--select", "claims,links"],
        ["--ignore", "dates"],
        ["--fail-on", "warning"],
        ["--fail-on", "never", "./content"],
        ["--config", "other.toml"],
        ["--ledger", "other.sqlite3"],
    ],
)
def test_it_is_made_again_as_it_was_made(made: Path, call: Call, arguments: list[str]) -> None:
    """The options are those of the report; only where the ledger is must be said."""
    Path("other.toml").write_text("[dates]\nreview = 7\n", encoding="utf-8")
    learn(call, probe(PAGE, "gone"), ledger="other.sqlite3")
    report(call, "--output", REPORT, *arguments)
    holds(verify(call, *(arguments if "--ledger" in arguments else ())))


def test_another_day(made: Path, call: Call) -> None:
    """It is judged as on the day of the report, whenever that is."""
    for day in ("2022-01-01", "2030-01-01"):
        report(call, "--output", REPORT, day=day)
        holds(verify(call))


def test_a_report_that_was_compared(made: Path, call: Call) -> None:
    """What it says of an earlier report can only be made again with that report."""
    Path("old.json").write_bytes(REPORT.read_bytes())
    report(call, "--output", REPORT, "--compare", "old.json")
    refused(verify(call), "give that with --compare")
    holds(verify(call, "--compare", "old.json"))
    tampered = REPORT.read_text(encoding="utf-8").replace('"unchanged": ', '"unchanged": 1')
    REPORT.write_text(tampered, encoding="utf-8")
    differs(verify(call, "--compare", "old.json"), "changed after it was made")


def test_compared_with_nothing(made: Path, call: Call) -> None:
    refused(verify(call, "--compare", REPORT), "made without --compare")


def test_facts_after_the_mark(made: Path, call: Call) -> None:
    """They are news, and so no matter of an old report: of the same day, or of later ones."""
    learn(call, probe(PAGE, "gone", f"{TODAY}T10:00:00Z"), record(on=TODAY, volume="9"))
    learn(call, probe(DOI, "gone", "2027-01-01"), probe("https://elsewhere.example/"))
    holds(verify(call))


def test_facts_where_there_was_no_mark(made: Path, call: Call) -> None:
    """A ledger that knew nothing of the targets has no mark, so that all facts came later."""
    learn(call, probe("https://elsewhere.example/"), ledger="other.sqlite3")
    report(call, "--output", REPORT, "--ledger", "other.sqlite3")
    learn(call, *STANDS, ledger="other.sqlite3")
    holds(verify(call, "--ledger", "other.sqlite3"))


def change(path: str, old: str, new: str) -> None:
    file = Path(path)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


Change = Callable[[Call], Any]
SETTINGS = 'waivers = "content/waivers.yaml"\n'
WAIVER = "waivers: [{rule: insecure-url, target: 'reference:1', owner: a, expires: 2030-01-01}]"
CHANGES: dict[str, tuple[Change, str]] = {
    "content": (
        lambda _: change("content/one.yaml", "Spasms may hurt", "Spasms hurt"),
        "content/one.yaml has been changed",
    ),
    "a comment in the content": (
        lambda _: change("content/two.yaml", "title:", "# a comment\ntitle:"),
        "content/two.yaml has been changed",
    ),
    "a new article": (lambda _: write("three"), "content/three.yaml was not there"),
    "an article less": (
        lambda _: Path("content/two.yaml").unlink(),
        "content/two.yaml is not there any more",
    ),
    "a waiver of the house": (
        lambda _: change("content/waivers.yaml", "waivers: []", WAIVER),
        "content/waivers.yaml has been changed",
    ),
    "no file of waivers any more": (
        lambda _: configure(),
        "waivers was content/waivers.yaml, and is",
    ),
    "severity": (
        lambda _: configure(f'{SETTINGS}[tool.citewell.severity]\nstale-review = "info"'),
        "rules.stale-review was warning, and is info",
    ),
    "limits of dates": (
        lambda _: configure(f"{SETTINGS}[tool.citewell.dates]\nreview = 7"),
        "dates.review was 36, and is 7",
    ),
    "limits of some dates": (
        lambda _: configure(f"{SETTINGS}[tool.citewell.dates.accessed]\nwebpage = 7"),
        "dates.accessed.webpage was 12, and is 7",
    ),
    "when a link is broken": (
        lambda _: configure(f"{SETTINGS}[tool.citewell.ledger]\nconfirm_days = 9"),
        "ledger.confirm_days was 6, and is 9",
    ),
    "what fails": (
        lambda _: configure(f'{SETTINGS}fail_on = "warning"'),
        "fail_on was error, and is warning",
    ),
    "an older fact": (
        lambda call: learn(call, probe(PAGE, "gone", "2026-11-19")),
        "The facts are others: 3 up to 2026-11-20T09:00:00Z",
    ),
    "no ledger any more": (
        lambda _: Path(".citewell/ledger.sqlite3").unlink(),
        "then, no ledger now",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_says_what_has_changed(made: Path, call: Call, name: str) -> None:
    make, said = CHANGES[name]
    make(call)
    differs(verify(call), said)


def test_settings_that_are_no_policy(made: Path, call: Call) -> None:
    """What they change is not laid at the door of whoever kept the report."""
    page = "http://127.0.0.1/a"
    write(
        "three",
        f"""\
claims: [{{id: first, text: Something., references: [1]}}]
references:
  - {{number: 1, type: webpage, title: Page, url: "{page}", access: internal}}
""",
    )
    learn(call, probe(page))
    report(call, "--output", REPORT)
    for text in (f"{SETTINGS}[tool.citewell.network]\nallow_private = true", ""):
        configure(text)
        answer = verify(call)
        assert (answer.code, answer.err) == (1, "")
        assert "was changed after it was made" not in answer.out


def test_a_fact_less(made: Path, call: Call) -> None:
    learn(call, *STANDS[:2], ledger="other.sqlite3")
    differs(verify(call, "--ledger", "other.sqlite3"), "The facts are others: 3 up to")


def test_another_fact_of_the_same_moment(made: Path, call: Call) -> None:
    """The sum tells what number and mark do not."""
    learn(call, *STANDS[:2], probe(PAGE, "gone"), ledger="other.sqlite3")
    answer = verify(call, "--ledger", "other.sqlite3")
    differs(answer, "The facts are others")
    (line,) = (each for each in answer.out.splitlines() if "The facts are others" in each)
    before, _, after = line.partition(" then, ")
    assert before.rpartition(": ")[2] != after.removesuffix(" now.")


def test_a_ledger_where_there_was_none(made: Path, call: Call) -> None:
    """Its facts all came later."""
    report(call, "--output", REPORT, "--ledger", "none.sqlite3")
    learn(call, *STANDS, ledger="none.sqlite3")
    holds(verify(call, "--ledger", "none.sqlite3"))


def test_another_tool(made: Path, call: Call) -> None:
    told = json.loads(REPORT.read_text(encoding="utf-8"))
    told["tool"]["version"] = "0.0.1"
    REPORT.write_text(json.dumps(told), encoding="utf-8")
    differs(verify(call), "It was made by citewell 0.0.1; this is")


def test_another_order_of_keys_is_no_other_report(made: Path, call: Call) -> None:
    told = json.loads(REPORT.read_text(encoding="utf-8"))
    REPORT.write_text(json.dumps(told, sort_keys=True), encoding="utf-8")
    holds(verify(call))


def places(told: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all that *told* says; of lists and rules, the first stand for all."""
    if isinstance(told, dict) and told:
        keys = list(told)[:3] if path[-1:] == ("rules",) else told
        return [place for key in keys for place in places(told[key], (*path, key))]
    if isinstance(told, list) and told:
        return [path, *places(told[0], (*path, 0))]
    return [path]


def node(told: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        told = told[part]
    return told


def tampered(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return value[1:] if value else ["more"]
    return {"more": 1} if isinstance(value, dict) else f"{value or ''}x"


@pytest.mark.parametrize("how", ["other", "none", "less"])
def test_whatever_was_tampered_with(made: Path, call: Call, how: str) -> None:
    """One word, number or key at a time: it is found out, or it is no report; never a crash.

    What it says of an earlier report does not count, nor does how it is spelled.
    """
    first = json.loads(REPORT.read_text(encoding="utf-8"))
    paths = [path for path in places(first) if path[0] != "changes"]
    assert len(paths) > 100
    for path in paths:
        told = json.loads(REPORT.read_text(encoding="utf-8"))
        above = node(told, path[:-1])
        value = above[path[-1]]
        if how == "less":
            del above[path[-1]]
        else:
            above[path[-1]] = None if how == "none" else tampered(value)
        if told == first:
            continue
        Path("other.json").write_text(json.dumps(told), encoding="utf-8")
        answer = call("report", "--verify", "other.json")
        assert answer.code in (1, 2), path
        assert "Internal error" not in answer.err, path
        assert "Traceback" not in answer.err, path
        if answer.code == 1:
            assert len(answer.out.splitlines()) > 1, path


def test_tampering_is_called_by_its_name(made: Path, call: Call) -> None:
    told = json.loads(REPORT.read_text(encoding="utf-8"))
    told["findings"] = told["findings"][1:]
    told["summary"]["error"] -= 1
    REPORT.write_text(json.dumps(told), encoding="utf-8")
    differs(verify(call), "under findings, summary: it was changed after it was made")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '"report"',
        "{}",
        '{"findings": []}',
        '{"findings": [], "schema_version": 1, "tool": {"name": "citewell"}}',
        '{"findings": 1, "schema_version": 1, "tool": 1, "provenance": 1}',
        '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "citewell"}}}]}',
        '{"schema_version": 1, "tool": {"name": "other", "version": "1"}, "findings": []}',
        '{"schema_version": 2, "tool": {"name": "citewell", "version": "1"}, "findings": []}',
        "[" * 100_000,
        "\ufeff{}",
        "<html>",
    ],
)
@pytest.mark.parametrize("option", ["--verify", "--compare"])
def test_garbage(made: Path, call: Call, option: str, text: str) -> None:
    Path("garbage.json").write_text(text, encoding="utf-8")
    refused(call("report", option, "garbage.json"), "garbage.json ")


@pytest.mark.parametrize("option", ["--verify", "--compare"])
def test_what_is_no_file(made: Path, call: Call, option: str) -> None:
    Path("binary").write_bytes(b"\xff\xfe\x00")
    refused(call("report", option, "binary"), "binary is not a report")
    refused(call("report", option, "nowhere.json"), "nowhere.json cannot be read")
    refused(call("report", option, "content"), "content")
    for ending in ("html", "md", "csv"):
        call("report", "--output", f"other.{ending}")
        refused(call("report", option, f"other.{ending}"), f"other.{ending} is not a report")


def test_a_report_of_check_cannot_be_verified(made: Path, call: Call) -> None:
    """It does not say what it was made of; nor does one that has lost it."""
    told = json.loads(REPORT.read_text(encoding="utf-8")) | {"provenance": None}
    Path("lost.json").write_text(json.dumps(told), encoding="utf-8")
    refused(call("report", "--verify", "lost.json"), "not a report of 'citewell report'")
    call("check", "--cached", "--as-of", TODAY, "--format", "json", "--output", "check.json")
    refused(call("report", "--verify", "check.json"), "not a report of 'citewell report'")


@pytest.mark.parametrize(
    "arguments",
    [
        ["content"],
        ["--format", "json"],
        ["--output", "other.json"],
        ["--select", "claims"],
        ["--ignore", "claims"],
        ["--fail-on", "never"],
        ["--as-of", TODAY],
    ],
)
def test_nothing_else_goes_with_it(made: Path, call: Call, arguments: list[str]) -> None:
    refused(verify(call, *arguments), "--verify makes a report again as it was made")
    assert not Path("other.json").exists()


def test_what_goes_with_it(made: Path, call: Call, run: Run) -> None:
    holds(verify(call, "--jobs", 1, "--ledger", ".citewell/ledger.sqlite3"))
    done = run("report", "--verify", REPORT)
    assert (done.returncode, done.stderr) == (0, "")


def test_content_that_is_not_there(made: Path, call: Call) -> None:
    """It cannot be made again at all."""
    for file in Path("content").iterdir():
        file.unlink()
    Path("content/waivers.yaml").write_text("schema_version: 1\nwaivers: []\n", encoding="utf-8")
    refused(verify(call), "There is no article")
