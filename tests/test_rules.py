"""Every rule against its cases in ``cases/RULE.yaml``, and against its own examples.

A case holds fragments of articles (see :mod:`articles`): in ``bad`` the rule must speak
once for each line that ends in ``# <-``, and nowhere else; in ``good`` it must be silent.
``fixed`` is what the fix makes of ``bad``, one that is not safe if ``safe: false``;
``fix: null`` says that none may be offered.
``others`` are further articles by file name, whole or as fragments that list references;
``caret`` is the text that is marked, ``message`` and ``help`` are parts of what the first
finding says, ``severity`` is its own; ``settings`` are
keys of ``[tool.citewell]``. ``whole: true``: the texts are whole files.

An address or DOI whose last part is the name of a verdict, such as ``…/gone``, has it; every
other one is ok. ``facts`` says more, by target: ``verdict``, ``failures``, ``final_url`` and so
on. ``links: false``: nobody has asked. What registries and archives hold is in :mod:`works`;
``record``, ``records`` (of a search; its target is ``work``) and ``captures`` say otherwise, each
as Crossref has it or as a day, ``page`` the words of a page, and ``answer: null`` that they do not
answer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

import works
from articles import HEADER, article
from citewell import edit, source
from citewell.facts import Probe, Target, TargetFacts, Verdict
from citewell.finding import Finding
from citewell.pipeline import Request, run
from citewell.rules import GROUPS, RULES
from citewell.rules.docstring import explain
from citewell.settings import Settings
from patching import applied

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MARK = "# <-"


@dataclass(frozen=True)
class Case:
    rule: str
    name: str
    fields: dict[str, Any]

    def text(self, kind: str) -> str:
        text: str = self.fields[kind]
        return text if self.fields.get("whole") else HEADER + article(text)


def load() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.yaml")):
        for fields in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield Case(path.stem, fields.pop("name"), fields)


def having(*keys: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{case.rule}: {case.name}")
        for case in load()
        if any(key in case.fields for key in keys)
    ]


def findings(case: Case, text: str, folder: Path) -> list[Finding]:
    content = folder / "content"
    content.mkdir()
    (content / "article.yaml").write_text(text, encoding="utf-8", newline="")
    for name, other in case.fields.get("others", {}).items():
        if "schema_version:" not in other and "references:" in other:
            other = HEADER + article(f"id: {name.removesuffix('.yaml')}\n{other}")
        (content / name).write_text(other, encoding="utf-8")
    options = case.fields.get("settings", {})
    severity = {
        "single-source-claim": "warning",
        "unattested-claim": "warning",
        "unverified-target": "error",
    } | options.get("severity", {})
    settings = Settings.model_validate(options | {"severity": severity, "root": folder})
    asked = case.fields.get("links", True) is not False
    request = Request(
        settings=settings, as_of=TODAY, base=folder, links="cached" if asked else "off"
    )
    told = case.fields.get("facts", {})
    outcome = run(request, gather=partial(gathered, told) if asked else None)
    assert not outcome.has_internal_error, outcome.findings
    rules = {finding.rule for finding in outcome.findings}
    assert case.rule == "invalid-yaml" or "invalid-yaml" not in rules, "the case is not YAML"
    return [
        finding
        for finding in outcome.findings
        if finding.rule == case.rule and finding.path == "content/article.yaml"
    ]


def gathered(
    told: dict[str, dict[str, Any]], batches: Iterable[Iterable[Target]]
) -> dict[Target, TargetFacts]:
    """The facts of a case: what it tells of each target, or what the address says."""
    return {
        target: facts_of(
            target,
            told.get(
                target.page.text
                if target.kind in ("capture", "quotes")
                else "work"
                if target.kind == "work"
                else target.text,
                {},
            ),
        )
        for target in chain(*batches)
    }


def facts_of(target: Target, told: dict[str, Any]) -> TargetFacts:
    held = works.answer(target, told, NOW)
    if not target.is_address:
        return TargetFacts(target, answer=held)
    last = target.text.rpartition("/")[2]
    verdict = Verdict(told.get("verdict", last if last in set(Verdict) else "ok"))
    if verdict is Verdict.UNCHECKED:
        return TargetFacts(target, unchecked="it was not asked")
    final = told.get("final_url", target.text + "-to")
    reason = told.get("reason", f"it is {verdict}")
    probe = Probe(target, verdict, told.get("status"), final, "", reason, NOW)
    known = {name: told[name] for name in TargetFacts._fields if name in told and name != "answer"}
    return TargetFacts(target, probe, answer=held, **known)


@pytest.mark.parametrize("case", having("bad"))
def test_bad(case: Case, tmp_path: Path) -> None:
    text = case.text("bad")
    found = findings(case, text, tmp_path)
    marked = [n for n, line in enumerate(text.split("\n"), 1) for _ in range(line.count(MARK))]
    assert [finding.line for finding in found] == marked, found
    lines = text.removeprefix("\ufeff").splitlines()
    if "caret" in case.fields:
        first = found[0]
        assert (
            lines[first.line - 1][first.column - 1 : first.end_column - 1] == case.fields["caret"]
        )
    if "severity" in case.fields:
        assert found[0].severity == case.fields["severity"]
    if "message" in case.fields:
        assert case.fields["message"] in found[0].message
    if "help" in case.fields:
        assert case.fields["help"] in found[0].help


@pytest.mark.parametrize("case", having("good", "fixed"))
def test_good(case: Case, tmp_path: Path) -> None:
    for kind in ("good", "fixed"):
        if kind in case.fields:
            folder = tmp_path / kind
            folder.mkdir()
            assert findings(case, case.text(kind), folder) == []


@pytest.mark.parametrize("case", having("fixed"))
def test_fixed(case: Case, tmp_path: Path) -> None:
    bad = case.text("bad")
    (finding,) = findings(case, bad, tmp_path)
    assert finding.fix is not None
    assert finding.fix.safe == case.fields.get("safe", True)
    for step in finding.fix.operations:
        if step.op == "insert-line":
            bad = f"{step.value}\n{bad}"
            assert bad == case.text("fixed")
    data = applied(finding.fix, source.parse(bad.encode()).data)
    assert data == source.parse(case.text("fixed").encode()).data


@pytest.mark.parametrize("case", having("fixed"))
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_fixed_in_the_text(case: Case, mark: str, end: str, tmp_path: Path) -> None:
    """The text says what the fix makes of the data, and only the lines concerned are others."""
    bad = case.text("bad")
    (finding,) = findings(case, bad, tmp_path)
    assert finding.fix is not None
    text = mark + bad.replace("\n", end)
    new = edit.apply(text, finding.fix.operations)
    assert source.parse(new.encode()).data == source.parse(case.text("fixed").encode()).data
    assert new.startswith(mark)
    assert new.count(end) == len(re.findall(r"\r\n|\r|\n", new))
    before, after = (Counter(each.removeprefix(mark).split(end)) for each in (text, new))
    (step,) = finding.fix.operations
    if step.op in ("remove", "replace"):
        assert (before - after).total() == 1, new
        assert (after - before).total() <= 1, new
    elif step.op in ("add", "insert-line"):
        assert (before - after).total() == 0, new
    else:
        for line in (before - after).keys() | (after - before).keys():
            assert re.search(r"references?:|number:", line), line


@pytest.mark.parametrize("case", having("fix"))
def test_no_fix(case: Case, tmp_path: Path) -> None:
    assert case.fields["fix"] is None
    assert all(finding.fix is None for finding in findings(case, case.text("bad"), tmp_path))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_examples(rule: Any, tmp_path: Path) -> None:
    """The examples that ``explain`` shows are true.

    Those of a rule over several articles name the file of each in a comment before it.
    """
    explanation = explain(rule)
    found = {}
    for kind, example in (("bad", explanation.bad), ("good", explanation.good)):
        (tmp_path / kind).mkdir()
        header = "" if rule.name == "schema-not-declared" else HEADER
        first, *more = re.split(r"(?m)^# content/(.*\.yaml)\n", example)
        if not first and rule.corpus:
            first, more = more[1], more[2:]
        others = dict(zip(more[::2], more[1::2], strict=True))
        fields = {kind: header + article(first), "whole": True, "others": others}
        case = Case(rule.name, kind, fields)
        found[kind] = findings(case, case.text(kind), tmp_path / kind)
    assert found["bad"]
    assert not found["good"]


def test_every_rule_has_cases_and_words() -> None:
    covered: dict[str, set[str]] = {}
    for case in load():
        covered.setdefault(case.rule, set()).update(case.fields)
    assert set(covered) == {rule.name for rule in RULES}
    for rule in RULES:
        assert {"bad", "good"} <= covered[rule.name], rule.name
        assert ("fixed" in covered[rule.name]) == rule.fixable, rule.name
        explanation = explain(rule)
        assert all((explanation.summary, explanation.what, explanation.why)), rule.name
        assert explanation.summary.endswith("."), rule.name


def test_names_are_plain() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert not set(names) & set(GROUPS)
    assert all(name == name.lower() and " " not in name for name in names)


def test_the_rest_of_an_article_is_faultless(tmp_path: Path) -> None:
    case = Case("", "", {"bad": HEADER + article(""), "whole": True})
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "article.yaml").write_text(case.text("bad"), encoding="utf-8")
    settings = Settings.model_validate({"root": tmp_path})
    assert run(Request(settings=settings, as_of=TODAY, base=tmp_path)).findings == ()
