"""What was not looked at is said: nothing passes because it was skipped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from articles import HEADER, article
from citewell import pipeline
from citewell.finding import Remark, Severity
from citewell.reading import Reading
from citewell.rules import RULES
from citewell.rules.rule import Policy, Rule
from conftest import Answer, Call

HIDDEN = "sections:\n  - {id: a, heading: A, claims: {id: first, text: Spasms may hurt.}}\n"


def write(name: str, text: str) -> None:
    path = Path("content", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def settings(text: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.citewell]\n{text}\n", encoding="utf-8")


def skipped(answer: Answer) -> set[tuple[str, str]]:
    return {
        (entry["rule"], entry["path"])
        for entry in answer.report["not_evaluated"]
        if entry["path"] is not None
    }


@pytest.mark.parametrize(
    ("fragment", "groups"),
    [
        (HIDDEN, {"claims"}),
        ("sections: 3\n", {"claims"}),
        ("references: {number: 1}\n", {"references", "links"}),
        ("references: []\nsections: {}\n", {"claims"}),
        ("titel: A\n", set()),
        ("review: {last_reviewed: 2026-06-18, last_reviewed: 2026-06-19}\n", {"dates"}),
    ],
)
def test_hidden_lists(workdir: Path, call: Call, fragment: str, groups: set[str]) -> None:
    """A list that is none hides claims that no rule sees."""
    write("one.yaml", HEADER + article(fragment))
    answer = call("check", "--format", "json", "--select", "uncited-claim,no-identifier")
    assert skipped(answer) == {(group, "content/one.yaml") for group in groups}


def test_named_but_excluded(workdir: Path, call: Call) -> None:
    """A hook may name what is excluded; that it was left out is said."""
    settings('exclude = ["content/drafts"]')
    write("one.yaml", HEADER + article(""))
    write("drafts/two.yaml", "- x\n")
    answer = call("check", "--format", "json", "content/drafts/two.yaml")
    assert answer.code == 0
    assert ("claims", "content/drafts/two.yaml") in skipped(answer)
    assert "excluded by the settings" in call("check", "content/drafts/two.yaml").out
    assert skipped(call("check", "--format", "json")) == set()


def test_configured_content_that_is_not_there(workdir: Path, call: Call) -> None:
    settings('content = ["content", "nosuch"]')
    write("one.yaml", HEADER + article(""))
    answer = call("check")
    assert answer.code == 2
    assert "The configured content nosuch does not exist." in answer.err
    settings("content = []")
    assert call("check").code == 2


@pytest.mark.parametrize(
    "options", [("--select", "claims", "--ignore", "claims"), ("--select", ","), ("--select", "")]
)
def test_no_rule_left(workdir: Path, call: Call, options: tuple[str, ...]) -> None:
    """A check by no rule is not a check that passed."""
    write("one.yaml", HEADER + article(""))
    answer = call("check", *options)
    assert (answer.code, answer.out) == (2, "")


def test_what_editors_leave_behind_is_no_content(workdir: Path, call: Call) -> None:
    write("one.yaml", HEADER + article(""))
    Path("content/.#one.yaml").symlink_to("user@host.1234")
    answer = call("check", "--format", "json")
    assert (answer.code, len(answer.report["articles"])) == (0, 1)


def test_what_fails_is_shown(workdir: Path, call: Call) -> None:
    """Findings of severity info are shown where they decide."""
    write("one.yaml", article(""))
    assert "schema-not-declared" not in call("check").out
    answer = call("check", "--fail-on", "info", "--quiet")
    assert answer.code == 1
    assert "schema-not-declared" in answer.out


def test_a_remark_that_cannot_be_placed(
    workdir: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that points nowhere has crashed, too: it is said, and the others speak."""

    def astray(_reading: Reading, _policy: Policy) -> Iterator[Remark]:
        yield Remark(None, "A", "B")

    broken = Rule("malformed-doi", "references", Severity.ERROR, article=astray)
    monkeypatch.setattr(
        pipeline, "RULES", tuple(broken if rule.name == broken.name else rule for rule in RULES)
    )
    write("one.yaml", article(""))
    answer = call("check", "--format", "json")
    assert (answer.code, answer.rules) == (2, ["internal-error", "schema-not-declared"])
