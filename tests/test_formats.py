"""The formats that other programs read: SARIF, JUnit XML, and GitLab's Code Quality report.

The schema of SARIF comes with the npm package ``@microsoft/jest-sarif``; ``make test`` installs
it, and ``$CITEWELL_NPM`` names another ``node_modules``.
"""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from jsonschema import Draft4Validator
from junitparser import Error, Failure, JUnitXml, Skipped

from articles import HEADER, article
from citewell import __version__, pipeline, targets
from citewell.finding import (
    AppliedWaiver,
    ArticleCount,
    Finding,
    NotEvaluated,
    Outcome,
    Severity,
    Summary,
    TargetCount,
    Tool,
    WaivedFinding,
)
from citewell.report import coverage, gitlab, junit, sarif
from citewell.report.coverage import LINKS_OFF, NO_ARTICLE, NOT_PUT, Gaps
from citewell.rules import RULES
from citewell.rules.docstring import explained
from citewell.rules.rule import Rule
from conftest import ROOT, TODAY, Answer, Call

NAMES = [rule.name for rule in RULES]
OF_TARGETS = {rule.name for rule in RULES if rule.target}
DOCUMENTS = ("sarif", "junit", "gitlab")

FAULTY = """\
id: faulty
review: {last_reviewed: 2026-06-18, reviewers: []}
claims:
  - {id: first, text: Dystonia is a disorder of movement., references: [1]}
  - {id: bare, text: Spasms may hurt.}
references:
  - number: 1
    type: webpage
    organization: Example Institute
    title: Dystonia fact sheet
    url: http://example.org/dystonia
    accessed: 2026-06-18
"""
"""One error (uncited-claim), one warning (unreviewed-article), one info (insecure-url)."""

FAULTS = {"uncited-claim": "error", "unreviewed-article": "warning", "insecure-url": "info"}

WAIVED = """\
waivers:
  - {rule: unreviewed-article, target: article, reason: "Under revision, see #12.",
     owner: Roe J, expires: 2027-03-31}
"""
HOUSE = """\
schema_version: 1
waivers:
  - {rule: insecure-url, target: "host:example.org", reason: It has no https., owner: Poe E,
     expires: 2027-03-31}
"""
BROKEN = """\
id: broken
claims:
  - {id: first, txt: Dystonia is a disorder of movement., references: [1]}
  - {id: second, text: Spasms may hurt.}
references:
  - {number: 1, type: book, titel: Dystonia}
  - {number: 2, type: webpage, title: Tremor, url: "http://example.com/a", accessed: 2026-06-18}
"""

HOSTILE = "<script>alert(1)</script> ]]> & \"' {0} [x](javascript:y) "
HOSTILE += "\x00\x01\x1b[31m\x9b\u202e\ufffe\ud800"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")


def write(path: str, fragment: str) -> None:
    """An article of *fragment* at *path*."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER + article(fragment), encoding="utf-8")


def configure(text: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.citewell]\n{text}\n", encoding="utf-8")


@pytest.fixture
def faulty(workdir: Path) -> Path:
    """The current folder, with one article that has one finding of each severity."""
    write("content/faulty.yaml", FAULTY)
    return workdir


@pytest.fixture
def mixed(faulty: Path) -> Path:
    """That article, one waived in part, one that breaks the schema, and one that is not YAML."""
    write("content/waived.yaml", FAULTY.replace("id: faulty", "id: waived") + WAIVED)
    write("content/broken.yaml", BROKEN)
    Path("content/unreadable.yaml").write_text("title: [", encoding="utf-8")
    Path("waivers.yaml").write_text(HOUSE, encoding="utf-8")
    configure('waivers = "waivers.yaml"')
    return faulty


@pytest.fixture
def check(call: Call) -> Any:
    def check(*arguments: object) -> Answer:
        return call("check", "--as-of", TODAY, *arguments)

    return check


def boom(*_: object) -> Iterator[Any]:
    raise ZeroDivisionError("division by zero")


@pytest.fixture
def crashing(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A rule that crashes on every article."""
    broken = Rule("weak-support", "claims", Severity.WARNING, article=boom)
    rules = tuple(broken if rule.name == broken.name else rule for rule in RULES)
    monkeypatch.setattr(pipeline, "RULES", rules)
    return broken.name


def finding(**told: Any) -> Finding:
    """A finding, with what the rules would never say."""
    usual: dict[str, Any] = {"rule": "uncited-claim", "group": "claims", "path": "content/a.yaml"}
    usual |= {"severity": Severity.ERROR, "line": 3, "column": 5, "end_line": 3, "end_column": 9}
    usual |= {"target": "claim:first", "message": "Message", "help": "Help.", "fix": None}
    return Finding(**(usual | {"fingerprint": "0123456789abcdef"} | told))


def waived(**told: Any) -> WaivedFinding:
    waiver = AppliedWaiver(
        told["path"], "uncited-claim", "claim:first", HOSTILE, HOSTILE, date(2027, 3, 31)
    )
    plain = finding(**told)
    return WaivedFinding(
        **{n: getattr(plain, n) for n in plain.__dataclass_fields__}, waiver=waiver
    )


def outcome(
    *findings: Finding, paths: tuple[str, ...] = ("content/a.yaml",), **told: Any
) -> Outcome:
    """An outcome with these *findings*, of articles at *paths*."""
    summary = Summary(0, 0, 0, 0, 0, 0, 0, TargetCount())
    return Outcome(
        tool=Tool("citewell", told.pop("version", "1.2.3")),
        as_of=date(2026, 11, 22),
        articles=tuple(ArticleCount(path, "a", 1, 1, 0, 1) for path in paths),
        findings=tuple(f for f in findings if not isinstance(f, WaivedFinding)),
        waived=tuple(f for f in findings if isinstance(f, WaivedFinding)),
        summary=summary,
        **told,
    )


def put_rules(off: frozenset[str] = frozenset()) -> Any:
    """All rules in words, put with the severity they have by default but for those *off*."""
    default = [(r, r.severity) for r in RULES if r.severity and r.name not in off]
    return explained(default)


def rendered(format_: str, given: Outcome) -> str:
    if format_ == "gitlab":
        return gitlab.render(given)
    rules = put_rules()
    return sarif.render(given, rules) if format_ == "sarif" else junit.render(given, rules, "error")


# --- The command ---------------------------------------------------------------------------


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_one_document(mixed: Path, check: Any, format_: str) -> None:
    """Standard output is the document and nothing else; figures go to standard error."""
    plain = check("--format", format_)
    assert (plain.code, plain.err) == (1, "")
    ET.fromstring(plain.out) if format_ == "junit" else json.loads(plain.out)
    assert plain.out.endswith((">\n", "}\n", "]\n"))
    told = check("--format", format_, "--statistics", "--verbose", "--color", "always")
    assert (told.code, told.out) == (1, plain.out)
    assert "uncited-claim" in told.err
    written = check("--format", format_, "--output", "report")
    assert (written.code, written.out, written.err) == (1, "", "")
    assert Path("report").read_text(encoding="utf-8") == plain.out
    assert check("--format", format_, "--fail-on", "never").code == 0


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_the_same_outcome_gives_the_same_bytes(mixed: Path, check: Any, format_: str) -> None:
    """Whatever the time, the machine, and the number of processes."""
    one, other = (check("--format", format_, "--jobs", jobs).out for jobs in (1, 2))
    assert one == other
    assert str(mixed) not in one
    assert os.uname().nodename not in one


@pytest.mark.parametrize("format_", [*DOCUMENTS, "text"])
def test_junitparser_is_loaded_for_junit_alone(faulty: Path, format_: str) -> None:
    """It is of no use to the others, and takes time."""
    command = [sys.executable, "-X", "importtime", "-m", "citewell", "check", "--format", format_]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "citewell.finding" in names
    assert ("junitparser" in names) == (format_ == "junit")


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_all_formats_hold_the_same_findings(mixed: Path, check: Any, format_: str) -> None:
    """Place, severity and words of each are those of the JSON report."""
    report = check("--format", "json").report
    answer = check("--format", format_)
    standing = report["findings"]
    assert {f["severity"] for f in standing} == set(Severity)
    if format_ == "sarif":
        results = json.loads(answer.out)["runs"][0]["results"]
        levels = {"error": "error", "warning": "warning", "info": "note"}
        told = {
            (r["ruleId"], r["level"], _uri(r), *_region(r), *r["partialFingerprints"].values())
            for r in results
        }
        wanted = standing + report["waived"]
        assert len(results) == len(wanted)
        assert told == {
            (
                *(f["rule"], levels[f["severity"]], f["path"]),
                *(f["line"], f["column"], f["end_line"], f["end_column"], f["fingerprint"]),
            )
            for f in wanted
        }
        assert all(r["message"]["text"] for r in results)
    elif format_ == "gitlab":
        severities = {"error": "critical", "warning": "minor", "info": "info"}
        assert json.loads(answer.out) == [
            {
                "description": f"{f['message'].removesuffix('.')}. {f['help']}",
                "check_name": f["rule"],
                "fingerprint": f["fingerprint"],
                "severity": severities[f["severity"]],
                "location": {
                    "path": f["path"],
                    "lines": {"begin": f["line"], "end": f["end_line"]},
                },
            }
            for f in standing
        ]
    else:
        text = "".join(ET.fromstring(answer.out).itertext())
        for f in standing:
            place = f"{f['path']}:{f['line']}:{f['column']}: {f['severity']}: "
            assert f"{place}{f['message']} [{f['rule']}]\n  help: {f['help']}" in text


def _uri(result: dict[str, Any]) -> str:
    return unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


def _region(result: dict[str, Any]) -> tuple[int, ...]:
    region = result["locations"][0]["physicalLocation"]["region"]
    return tuple(region[name] for name in ("startLine", "startColumn", "endLine", "endColumn"))


@pytest.mark.parametrize("format_", ["sarif", "gitlab"])
def test_fingerprints_outlive_a_move(faulty: Path, check: Any, format_: str) -> None:
    """Lines added above change every place and no fingerprint."""

    def prints() -> tuple[set[str], str]:
        out = check("--format", format_).out
        return set(re.findall(r'"(?:fingerprint|citewell/v1)": "([^"]+)"', out)), out

    before, first = prints()
    path = Path("content/faulty.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{HEADER}\n\n# moved\n{text.removeprefix(HEADER)}", encoding="utf-8")
    after, second = prints()
    assert first != second
    assert before == after
    assert len(before) == len(FAULTS)


@pytest.mark.parametrize("format_", DOCUMENTS)
@pytest.mark.parametrize("field", ["message", "help", "path", "target"])
def test_hostile_text_is_inert(format_: str, field: str) -> None:
    """No text breaks the document, steers a screen, or becomes markup or a link."""
    told = {field: HOSTILE + "long " * 2000}
    given = outcome(finding(**told), paths=(told.get("path", "content/a.yaml"),))
    path = told.get("path", "content/a.yaml")
    given = replace(
        given,
        waived=(waived(**({"path": path} | told)),),
        not_evaluated=(NotEvaluated("claims", path, HOSTILE, 1),),
    )
    text = rendered(format_, given)
    text.encode()
    assert not STEERING.search(text)
    if format_ == "junit":
        root = ET.fromstring(text)
        assert {node.tag for node in root.iter()} <= JUNIT_TAGS
        words = "".join(root.itertext()) + "".join(
            v for n in root.iter() for v in n.attrib.values()
        )
    else:
        assert text.isascii()
        words = " ".join(_messages(json.loads(text)))
    if field in ("message", "help") or format_ == "junit":
        assert "<script>alert(1)</script> ]]> & \"'" in words
        assert r"\x00\x01\x1b[31m\x9b\u202e\ufffe\ud800" in words
        assert not STEERING.search(words)
    if format_ == "sarif":
        assert "](" not in words


JUNIT_TAGS = {"testsuites", "testsuite", "properties", "property", "testcase"}
JUNIT_TAGS |= {"failure", "skipped", "error", "system-out"}


def _messages(document: Any) -> Iterator[str]:
    """All that readers see of a SARIF log or a Code Quality report."""
    if isinstance(document, list):
        for each in document:
            yield each["description"]
        return
    run = document["runs"][0]
    for result in run["results"]:
        yield result["message"]["text"]
        yield from (each["justification"].replace("](", "") for each in result["suppressions"])
    for each in run["invocations"][0]["toolExecutionNotifications"]:
        yield each["message"]["text"]


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_hostile_article(workdir: Path, check: Any, format_: str) -> None:
    """The same by way of a file: what YAML lets one write is spelled out."""
    key = r"<script>]]>\u0001\e[2J\u202e[x](javascript:alert(1)){0}"
    write("content/hostile.yaml", f'id: hostile\n"{key}": 1\n')
    answer = check("--format", format_)
    assert (answer.code, answer.err) == (1, "")
    assert not STEERING.search(answer.out)
    if format_ == "junit":
        (failure,) = ET.fromstring(answer.out).iter("failure")
        words = failure.get("message", "") + (failure.text or "")
    else:
        words = " ".join(_messages(json.loads(answer.out)))
    assert "<script>]]>" in words
    assert r"\u202e" in words


# --- SARIF ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sarif_schema() -> Draft4Validator:
    """The official schema of SARIF 2.1.0."""
    modules = Path(os.environ.get("CITEWELL_NPM") or ROOT / ".venv" / "npm" / "node_modules")
    path = modules / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
    if not path.exists():
        pytest.skip(f"the schema of SARIF is not installed ({path}): run 'make test'")
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema)


Log = Callable[..., dict[str, Any]]


@pytest.fixture
def run_of(check: Any) -> Log:
    """The one run of the log that ``check --format sarif`` prints."""

    def run_of(*arguments: object) -> dict[str, Any]:
        log = json.loads(check("--format", "sarif", *arguments).out)
        assert log["version"] == "2.1.0"
        (run,) = log["runs"]
        assert isinstance(run, dict)
        return run

    return run_of


def notifications(run: dict[str, Any]) -> list[dict[str, Any]]:
    (invocation,) = run["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert isinstance(told, list)
    return told


@pytest.mark.parametrize(
    "arguments", [[], ["--select", "claims"], ["--cached"], ["--require-verified"]]
)
def test_sarif_is_valid(
    mixed: Path, check: Any, sarif_schema: Draft4Validator, arguments: list[str]
) -> None:
    """Findings, waived ones, files that cannot be read, rules with other severities."""
    log = json.loads(check("--format", "sarif", *arguments).out)
    assert log["runs"][0]["results"]
    sarif_schema.validate(log)
    log["runs"][0]["results"][0]["level"] = "info"  # the schema does bite
    assert not sarif_schema.is_valid(log)


def test_sarif_of_a_crash_is_valid(
    crashing: str, check: Any, sarif_schema: Draft4Validator
) -> None:
    sarif_schema.validate(json.loads(check("--format", "sarif").out))


def test_sarif_of_hostile_text_is_valid(sarif_schema: Draft4Validator) -> None:
    told = {"message": HOSTILE, "help": HOSTILE, "path": HOSTILE, "target": HOSTILE}
    given = outcome(finding(**told), waived(**told), paths=(HOSTILE,), version="nightly")
    sarif_schema.validate(json.loads(sarif.render(given, put_rules())))


def test_sarif_lists_every_rule(faulty: Path, run_of: Log) -> None:
    """With all that 'explain' says of it, whether or not it was put."""
    run = run_of("--select", "claims")
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("citewell", __version__)
    assert driver["semanticVersion"] == __version__
    assert [rule["id"] for rule in driver["rules"]] == NAMES
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    for rule, told in zip(RULES, driver["rules"], strict=True):
        assert re.fullmatch(r"([A-Z][a-z]*)+", told["name"])
        assert told["name"].lower() == rule.name.replace("-", "")
        for part in ("shortDescription", "fullDescription", "help"):
            assert told[part]["text"].strip(), rule.name
        assert told["help"]["markdown"].count("```yaml\n") == 2
        assert told["help"]["markdown"].count("\n```\n") == 2
        level = levels[rule.severity or Severity.WARNING]
        assert told["defaultConfiguration"] == {"enabled": bool(rule.severity), "level": level}
        assert told["properties"]["tags"][0] == rule.group
        assert ("fixable" in told["properties"]["tags"]) == rule.fixable
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_tells_other_severities(faulty: Path, run_of: Log) -> None:
    """What this run put otherwise than by default, and what it did not put at all."""

    def overrides(*arguments: str) -> dict[str, Any]:
        (invocation,) = run_of(*arguments)["invocations"]
        told = invocation["ruleConfigurationOverrides"]
        assert all(NAMES[each["descriptor"]["index"]] == each["descriptor"]["id"] for each in told)
        return {each["descriptor"]["id"]: each["configuration"] for each in told}

    assert overrides() == {}
    configure('severity = {insecure-url = "error", weak-support = "off"}')
    assert overrides() == {
        "insecure-url": {"enabled": True, "level": "error"},
        "weak-support": {"enabled": False, "level": "warning"},
    }
    configure("")
    off = overrides("--select", "claims,single-source-claim")
    assert off.pop("single-source-claim") == {"enabled": True, "level": "warning"}
    assert set(off) == {r.name for r in RULES if r.severity and r.group != "claims"}
    assert not any(each["enabled"] for each in off.values())


def test_sarif_suppresses_what_was_waived(mixed: Path, run_of: Log) -> None:
    """By the article itself, or by the house; each with the reason, the owner and the day."""
    results = run_of()["results"]
    told = {(_uri(r), r["ruleId"]): s for r in results for s in r["suppressions"]}
    within = told["content/waived.yaml", "unreviewed-article"]
    assert within["kind"] == "inSource"
    assert within["status"] == "accepted"
    assert within["justification"] == "Under revision, see #12. (owner: Roe J; until 2027-03-31)"
    outside = told["content/waived.yaml", "insecure-url"]
    assert outside["kind"] == "external"
    assert outside["justification"] == "It has no https. (owner: Poe E; until 2027-03-31)"
    place = outside["location"]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "waivers.yaml"}}
    assert all(isinstance(result["suppressions"], list) for result in results)
    assert [r for r in results if not r["suppressions"]]


def test_sarif_says_what_was_not_evaluated(mixed: Path, run_of: Log) -> None:
    """Once an entry; a note where nobody has asked, else a warning."""
    run = run_of()
    told = notifications(run)
    assert all(each["descriptor"] == {"id": "not-evaluated", "index": 0} for each in told)
    assert run["tool"]["driver"]["notifications"][0]["id"] == "not-evaluated"
    (general,) = (each for each in told if each["level"] == "note")
    assert "locations" not in general
    assert general["associatedRule"]["id"] == "broken-link"
    text = general["message"]["text"]
    named = re.fullmatch(r"Not evaluated in full: (.*)\. Reason: (.*) \(2 cases\)\.", text)
    assert named
    assert named[2] == LINKS_OFF
    assert set(named[1].split(", ")) == OF_TARGETS - {"unverified-target"}
    (claims,) = (
        e for e in told if e["message"]["text"].endswith("claims break the schema (1 case).")
    )
    assert claims["level"] == "warning"
    assert claims["properties"] == {"group": "claims"}
    place = claims["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "content/broken.yaml"}}
    assert "uncited-claim" in claims["message"]["text"]
    assert "single-source-claim" not in claims["message"]["text"]  # it is off
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_of_a_crash(crashing: str, run_of: Log) -> None:
    """The run has failed; the crash is a result of no listed rule, and a notification."""
    run = run_of()
    assert run["invocations"][0]["executionSuccessful"] is False
    (result,) = (each for each in run["results"] if each["ruleId"] == "internal-error")
    assert "ruleIndex" not in result
    assert result["level"] == "error"
    error, skipped, links = notifications(run)
    assert error["level"] == "error"
    assert error["descriptor"] == {"id": "internal-error", "index": 1}
    assert run["tool"]["driver"]["notifications"][1]["id"] == "internal-error"
    assert f"The rule {crashing} crashed" in error["message"]["text"]
    assert skipped["associatedRule"]["id"] == crashing
    assert (skipped["level"], links["level"]) == ("warning", "note")


@pytest.mark.parametrize(
    "name",
    ["a b.yaml", "a#b.yaml", "100%.yaml", "%41.yaml", "dystonía-筋.yaml", "a:b.yaml", "a?b&c.yaml"],
)
def test_sarif_names_files_by_uri(workdir: Path, run_of: Log, name: str) -> None:
    """A relative reference that leads back to the file, whatever its name."""
    write(f"content/{name}", FAULTY)
    run = run_of()
    (artifact,) = run["artifacts"]
    assert artifact["roles"] == ["analysisTarget"]
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == artifact["location"]["uri"]
        parts = urlsplit(uri)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
        assert unquote(uri) == f"content/{name}"


def test_sarif_names_files_outside_by_uri() -> None:
    """An absolute name is a file: URI, which no relative reference is."""
    path = "/srv/my articles/#1 100% é.yaml"
    parts = urlsplit(sarif.uri(path))
    assert (parts.scheme, parts.netloc, parts.fragment) == ("file", "", "")
    assert url2pathname(parts.path) == path
    assert sarif.uri("../a b.yaml") == "../a%20b.yaml"


def test_sarif_counts_columns_in_code_points(workdir: Path, run_of: Log) -> None:
    """A character outside of the basic plane is one column, not two."""
    claims = "claims:\n  - {id: bare, text: 😀 Spasms may hurt., kinds: fact, references: [1]}\n"
    write("content/smile.yaml", claims)
    run = run_of("--select", "schema-violation")
    (result,) = run["results"]
    assert run["columnKind"] == "unicodeCodePoints"
    column = result["locations"][0]["physicalLocation"]["region"]["startColumn"]
    line = next(x for x in Path("content/smile.yaml").read_text("utf-8").split("\n") if "😀" in x)
    assert line[column - 1 :].startswith("kinds")


def test_sarif_says_what_a_finding_is_about(faulty: Path, run_of: Log) -> None:
    places = {r["ruleId"]: r["locations"][0]["logicalLocations"] for r in run_of()["results"]}
    assert places["uncited-claim"] == [
        {
            "name": "bare",
            "fullyQualifiedName": "content/faulty.yaml#claim:bare",
            "kind": "claim",
        }
    ]
    assert places["unreviewed-article"][0]["name"] == "article"


@pytest.mark.parametrize(
    ("version", "valid"),
    [
        ("1.2.3", True),
        ("1.2.3-rc.1+b5", True),
        ("1.2", False),
        ("01.2.3", False),
        ("nightly", False),
    ],
)
def test_sarif_has_a_semantic_version_if_it_is_one(version: str, valid: bool) -> None:
    (run,) = json.loads(sarif.render(outcome(version=version), put_rules()))["runs"]
    assert run["tool"]["driver"]["version"] == version
    assert run["tool"]["driver"].get("semanticVersion") == (version if valid else None)


def test_sarif_messages_have_no_placeholders() -> None:
    """Braces are doubled, as the standard asks for where they stand for themselves."""
    given = outcome(finding(message="Write {0}", help="Not {x}!"))
    (run,) = json.loads(sarif.render(given, put_rules()))["runs"]
    assert run["results"][0]["message"] == {"text": "Write {{0}}. Not {{x}}!"}


# --- JUnit ---------------------------------------------------------------------------------

Suites = dict[str, dict[str, Any]]


@pytest.fixture
def suites_of(check: Any) -> Callable[..., Suites]:
    """The test cases of ``check --format junit`` by file and rule, as junitparser reads them."""

    def suites_of(*arguments: object) -> Suites:
        return read(check("--format", "junit", *arguments).out)

    return suites_of


def read(text: str) -> Suites:
    """The test cases of a document by file and rule; its figures are checked on the way."""
    document = JUnitXml.fromstring(text.encode())
    for element in ET.fromstring(text).iter("testsuite"):  # junitparser would count by itself
        assert element.get("tests") == str(len(element.findall("testcase")))
    suites: Suites = {}
    for suite in document:
        cases = list(suite)
        suites[suite.name] = {case.name: case for case in cases}
        assert len(suites[suite.name]) == len(cases) == suite.tests
        assert all(case.classname == suite.name for case in cases)
        assert suite.failures == sum(case.is_failure for case in cases)
        assert suite.skipped == sum(case.is_skipped for case in cases)
        assert suite.errors == sum(case.is_error for case in cases)
    assert document.tests == sum(map(len, suites.values()))
    return suites


def failed(cases: dict[str, Any]) -> set[str]:
    return {name for name, case in cases.items() if case.is_failure}


def passed(cases: dict[str, Any]) -> set[str]:
    return {name for name, case in cases.items() if case.is_passed}


def reasons(cases: dict[str, Any]) -> dict[str, str]:
    """Why each case that is skipped is."""
    return {name: case.result[0].message for name, case in cases.items() if case.is_skipped}


def test_junit_lists_every_rule_for_every_article(mixed: Path, suites_of: Any) -> None:
    """None is silently missing, not even where a file cannot be read."""
    for arguments in ((), ("--select", "dates"), ("--cached",)):
        suites = suites_of(*arguments)
        names = [f"content/{name}.yaml" for name in ("broken", "faulty", "unreadable", "waived")]
        assert list(suites) == names
        assert all(list(cases) == NAMES for cases in suites.values())


@pytest.mark.parametrize("fail_on", ["error", "warning", "info", "never"])
def test_junit_fails_what_is_at_or_above_the_limit(faulty: Path, check: Any, fail_on: str) -> None:
    """The rest passes, and is told as its output."""
    answer = check("--format", "junit", "--fail-on", fail_on)
    cases = read(answer.out)["content/faulty.yaml"]
    grave = [] if fail_on == "never" else list(Severity)[: Severity(fail_on).rank + 1]
    assert failed(cases) == {rule for rule, severity in FAULTS.items() if severity in grave}
    assert answer.code == bool(failed(cases))
    for rule, severity in FAULTS.items():
        case = cases[rule]
        (said,) = (r.text for r in case.result) if rule in failed(cases) else (case.system_out,)
        assert f": {severity}: " in said
        assert f" [{rule}]\n  help: " in said
    assert all(cases[rule].is_passed for rule in set(FAULTS) - failed(cases))


def test_junit_says_where_and_what(faulty: Path, check: Any) -> None:
    """A failure has the rule as its type, the first message, all findings, and a place."""
    more = "  - {id: bare, text: Spasms may hurt.}\n  - {id: blank, text: They come in bouts.}\n"
    write("content/faulty.yaml", FAULTY.replace("  - {id: bare, text: Spasms may hurt.}\n", more))
    out = check("--format", "junit").out
    (failure,) = read(out)["content/faulty.yaml"]["uncited-claim"].result
    assert isinstance(failure, Failure)
    assert failure.type == "uncited-claim"
    first = "The claim 'bare' cites no reference, so nothing backs it"
    assert failure.message == f"{first} (and 1 more)"
    assert [line for line in failure.text.splitlines() if not line.startswith("  help: ")] == [
        f"content/faulty.yaml:9:9: error: {first} [uncited-claim]",
        f"content/faulty.yaml:10:9: error: {first.replace('bare', 'blank')} [uncited-claim]",
    ]
    case = ET.fromstring(out).find(".//testcase[@name='uncited-claim']")
    assert case is not None
    assert (case.get("file"), case.get("line")) == ("content/faulty.yaml", "9")


def test_junit_passes_nothing_that_nobody_has_asked(faulty: Path, suites_of: Any) -> None:
    """With links off no rule about targets has run, whether or not there are any."""
    isolated = "id: isolated\nreferences:\n  - {number: 1, type: book, title: Dystonia}\n"
    write("content/isolated.yaml", isolated + "claims: []\n")
    for arguments in ((), ("content/isolated.yaml",)):
        for cases in suites_of(*arguments).values():
            told = reasons(cases)
            assert told.keys() >= OF_TARGETS
            assert {told[rule] for rule in OF_TARGETS - {"unverified-target"}} == {LINKS_OFF}
            assert told["unverified-target"] == NOT_PUT
            assert "uncited-claim" not in told


def test_junit_fails_what_is_required_and_not_verified(faulty: Path, suites_of: Any) -> None:
    """The rule about what is not known needs no facts to speak."""
    cases = suites_of("--require-verified")["content/faulty.yaml"]
    assert "unverified-target" in failed(cases)
    assert "not evaluated" not in (cases["unverified-target"].system_out or "")
    assert "broken-link" in reasons(cases)


def test_junit_skips_what_is_off_or_not_selected(faulty: Path, suites_of: Any) -> None:
    configure('severity = {weak-support = "off"}')
    told = reasons(suites_of()["content/faulty.yaml"])
    assert told["weak-support"] == told["single-source-claim"] == NOT_PUT
    cases = suites_of("--select", "claims", "--ignore", "empty-section")["content/faulty.yaml"]
    put = {r.name for r in RULES if r.group == "claims" and r.severity}
    put -= {"weak-support", "empty-section"}
    assert failed(cases) | passed(cases) == put
    assert set(reasons(cases).values()) == {NOT_PUT}


def test_junit_skips_what_could_not_be_judged(mixed: Path, suites_of: Any) -> None:
    """A failure says more, and then the reason is told beside it."""
    cases = suites_of()["content/broken.yaml"]
    told = reasons(cases)
    assert told["duplicate-claim"] == "some claims break the schema"
    assert told["malformed-doi"] == told["year-mismatch"] == "some references break the schema"
    assert told["unverifiable-link"] == told["wrong-work"]
    assert told["wrong-work"] == f"some references break the schema; {LINKS_OFF}"
    assert "stale-review" in passed(cases)
    assert cases["uncited-claim"].is_failure
    assert (
        "not evaluated in full: some claims break the schema" in cases["uncited-claim"].system_out
    )


def test_junit_passes_nothing_of_a_file_that_cannot_be_read(mixed: Path, suites_of: Any) -> None:
    cases = suites_of()["content/unreadable.yaml"]
    assert failed(cases) == {"invalid-yaml"}
    assert not passed(cases)
    assert reasons(cases)["schema-violation"] == NO_ARTICLE
    assert reasons(cases)["uncited-claim"] == "the file could not be read"
    cases = suites_of("--select", "schema")["content/unreadable.yaml"]
    assert (failed(cases), passed(cases)) == ({"invalid-yaml"}, set())


def test_junit_has_a_suite_for_house_waivers_with_faults(faulty: Path, suites_of: Any) -> None:
    Path("waivers.yaml").write_text(HOUSE.replace("reason: ", "raeson: "), encoding="utf-8")
    configure('waivers = "waivers.yaml"')
    cases = suites_of()["waivers.yaml"]
    assert failed(cases) == {"schema-violation"} | failed(cases)
    assert not passed(cases) - {"waiver-without-reason", "unused-waiver"}
    assert reasons(cases)["uncited-claim"] == NO_ARTICLE


def test_junit_skips_what_is_excluded(faulty: Path, suites_of: Any) -> None:
    write("content/draft.yaml", "id: draft\n")
    configure('exclude = ["content/draft.yaml"]')
    suites = suites_of("content/draft.yaml", "content/faulty.yaml")
    assert set(reasons(suites["content/draft.yaml"])) == set(NAMES)
    told = set(reasons(suites["content/draft.yaml"]).values())
    assert "excluded by the settings" in told
    assert "uncited-claim" in failed(suites["content/faulty.yaml"])


def test_junit_names_the_waiver(mixed: Path, suites_of: Any) -> None:
    cases = suites_of()["content/waived.yaml"]
    told = {rule: cases[rule].system_out for rule in ("unreviewed-article", "insecure-url")}
    assert all(cases[rule].is_passed for rule in told)
    assert (
        "waived in content/waived.yaml: Under revision, see #12. (owner: Roe J; until 2027-03-31)"
        in (told["unreviewed-article"])
    )
    assert "waived in waivers.yaml: It has no https. (owner: Poe E;" in told["insecure-url"]
    assert ": warning: " in told["unreviewed-article"]


@pytest.mark.parametrize("fail_on", ["error", "never"])
def test_junit_of_a_crash(crashing: str, suites_of: Any, fail_on: str) -> None:
    """An error of its own, whatever the limit; the rule itself has not passed."""
    cases = suites_of("--fail-on", fail_on)["content/faulty.yaml"]
    assert list(cases) == [*NAMES, "internal-error"]
    (error,) = cases["internal-error"].result
    assert isinstance(error, Error)
    assert error.type == "internal-error"
    assert f"The rule {crashing} crashed" in error.message
    (skipped,) = cases[crashing].result
    assert isinstance(skipped, Skipped)
    assert skipped.message == "the rule crashed"


def test_junit_tells_of_the_run(faulty: Path, check: Any) -> None:
    """Day, version, where facts come from, and how much is not new; no times, no machine."""
    Path("old.json").write_text(check("--format", "json").out, encoding="utf-8")
    out = check("--format", "junit", "--baseline", "old.json", "--cached").out
    (suite,) = JUnitXml.fromstring(out.encode())
    assert {each.name: each.value for each in suite.properties()} == {
        "version": __version__,
        "as_of": TODAY,
        "links": "cached",
        "findings_not_new_in_the_run": "3",
    }
    assert not re.search(r"\b(time|timestamp|hostname)=", out)


def test_junit_is_the_same_without_lxml(mixed: Path, check: Any, monkeypatch: Any) -> None:
    """junitparser takes it where it finds it, and it writes other bytes, and other faults."""
    before = check("--format", "junit").out
    hostile = outcome(finding(message=HOSTILE))
    texts = rendered("junit", hostile)
    monkeypatch.setattr("junitparser.junitparser.etree", ET)
    assert check("--format", "junit").out == before
    assert rendered("junit", hostile) == texts


# --- What was not evaluated ----------------------------------------------------------------


def lacking(given: Outcome, path: str = "content/a.yaml") -> dict[str, str]:
    """Why not, by rule."""
    gaps = Gaps(given)
    told = {rule.name: gaps.why_not(rule.name, rule.group, path) for rule in RULES}
    return {rule: reason for rule, reason in told.items() if reason}


NEEDING_A_RECORD = {"wrong-work", "metadata-mismatch", "retracted-reference", "flagged-reference"}


@pytest.mark.parametrize(
    ("rule", "path", "others"),
    [
        ("broken-link", None, OF_TARGETS - {"unverified-target"}),
        ("wrong-work", None, NEEDING_A_RECORD),
        ("missing-doi", None, {"missing-doi"}),
        ("missing-archive", None, {"missing-archive"}),
        ("weak-support", "content/a.yaml", {"weak-support"}),
        ("dates", "content/a.yaml", {r.name for r in RULES if r.group == "dates"}),
        ("links", "content/a.yaml", OF_TARGETS),
    ],
)
def test_an_entry_stands_for_all_that_lack_the_same(
    rule: str, path: str | None, others: set[str]
) -> None:
    entry = NotEvaluated(rule, path, "of the moon", 1)
    given = outcome(
        paths=("content/a.yaml", "content/b.yaml"), links="live", not_evaluated=(entry,)
    )
    assert lacking(given) == dict.fromkeys((n for n in NAMES if n in others), "of the moon")
    assert lacking(given, "content/b.yaml") == ({} if path else lacking(given))


@pytest.mark.parametrize("rule", ["broken-link", "wrong-work"])
def test_a_crash_stands_for_itself(
    faulty: Path, monkeypatch: pytest.MonkeyPatch, check: Any, suites_of: Any, rule: str
) -> None:
    """The rules beside it have run."""
    broken = next(each for each in RULES if each.name == rule)._replace(target=boom)
    rules = tuple(broken if each.name == rule else each for each in RULES)
    monkeypatch.setattr(pipeline, "RULES", rules)
    told = reasons(suites_of("--cached")["content/faulty.yaml"])
    assert "the rule crashed" in told[rule]
    assert all("the rule crashed" not in why for name, why in told.items() if name != rule)


def test_all_reasons_are_told() -> None:
    entries = [
        NotEvaluated("claims", "content/a.yaml", "some claims break the schema", 1),
        NotEvaluated("uncited-claim", "content/a.yaml", "the rule crashed", 1),
        NotEvaluated("claims", "content/a.yaml", "some claims break the schema", 2),
    ]
    told = lacking(outcome(links="live", not_evaluated=tuple(entries)))
    assert told["uncited-claim"] == "the rule crashed; some claims break the schema"
    assert told["weak-support"] == "some claims break the schema"


def test_a_rule_that_spoke_had_read_the_file() -> None:
    given = outcome(finding(path="waivers.yaml", rule="duplicate-key"), links="live")
    assert set(lacking(given, "waivers.yaml")) == set(NAMES) - {"duplicate-key"}
    assert lacking(given) == {}


def test_the_reasons_are_those_of_the_pipeline() -> None:
    """Reports import nothing of it, so they repeat two of its phrases."""
    assert coverage.LINKS_OFF == targets.LINKS_OFF


# --- GitLab --------------------------------------------------------------------------------


def test_gitlab_leaves_out_what_was_waived(mixed: Path, check: Any) -> None:
    """It has no notion of it; each of the others has a fingerprint of its own."""
    issues = json.loads(check("--format", "gitlab").out)
    places = {(issue["location"]["path"], issue["check_name"]) for issue in issues}
    assert ("content/waived.yaml", "uncited-claim") in places
    assert ("content/waived.yaml", "unreviewed-article") not in places
    assert ("content/faulty.yaml", "unreviewed-article") in places
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_gitlab_calls_a_crash_a_blocker(crashing: str, check: Any) -> None:
    answer = check("--format", "gitlab")
    assert answer.code == 2
    severities = {i["check_name"]: i["severity"] for i in json.loads(answer.out)}
    assert severities == {
        "internal-error": "blocker",
        "uncited-claim": "critical",
        "unreviewed-article": "minor",
        "insecure-url": "info",
    }


def test_gitlab_without_findings_is_an_empty_list(workdir: Path, check: Any) -> None:
    write("content/good.yaml", "")
    answer = check("--format", "gitlab")
    assert (answer.code, json.loads(answer.out)) == (0, [])
