"""``--since`` and ``--baseline``: only what is new, whatever moved meanwhile."""

import copy
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import HEADER
from citewell.pipeline import Request, run
from citewell.settings import Settings
from conftest import TODAY, Answer, Call

Data = dict[str, Any]

ARTICLE: Data = {
    "schema_version": 1,
    "id": "tremor",
    "title": "Tremor",
    "language": "en",
    "condition": {"name": "Tremor"},
    "review": {"last_reviewed": "2020-06-18", "reviewers": []},
    "sections": [
        {
            "id": "overview",
            "heading": "Overview",
            "claims": [
                {"id": "shaking", "text": "Tremor is shaking.", "references": [1, 2, 1]},
                {"id": "bare", "text": "Tremor may come and go."},
                {"id": "nowhere", "text": "Tremor may last.", "references": [98, 99, 3]},
            ],
            "sections": [
                {"id": "nothing", "heading": "Nothing"},
                {
                    "id": "hands",
                    "heading": "Hands",
                    "claims": [
                        {"id": "hands", "text": "Hands shake most [4].", "references": [4]},
                    ],
                },
            ],
        },
        {
            "id": "causes",
            "heading": "Causes",
            "claims": [
                {"id": "genes", "text": "Some tremor is inherited.", "references": [3, 6]},
                {"id": "genes", "text": "Age plays a part.", "references": [2]},
                {"id": "inside", "text": "We have seen it.", "references": [4]},
                {"id": "again", "text": "Tremor is shaking", "references": [5]},
            ],
        },
    ],
    "references": [
        {"number": 1, "type": "webpage", "title": "Tremor", "url": "http://ash.example/"},
        {"number": 2, "type": "webpage", "title": "Pain", "url": "http://ash.example/"},
        {"number": 3, "type": "book", "title": "On tremor", "authors": ["Roe J"], "et_al": True},
        {"number": 4, "type": "personal_communication", "authors": ["Poe E"]},
        {
            "number": 5,
            "type": "book",
            "title": "On tremor",
            "authors": ["Roe J"],
            "published": 1999,
            "doi": "10.5/a b",
        },
        {"number": 6, "type": "article-journal", "title": "Old", "doi": "doi:10.1000/182"},
        {"number": 7, "type": "article-journal", "title": "New", "doi": "10.1000/182"},
    ],
    "attestations": [
        {
            "claim": "genes",
            "reference": 3,
            "by": "Roe J",
            "date": "2062-01-01",
            "quote": "So it is.",
            "claim_sha256": "0" * 64,
            "reference_sha256": "0" * 64,
        }
    ],
    "waivers": [
        {
            "rule": "insecure-url",
            "target": "reference:1",
            "reason": "It has no https.",
            "owner": "Roe J",
            "expires": "2027-01-31",
        },
        {
            "rule": "malformed-url",
            "target": "reference:2",
            "reason": "It was once.",
            "owner": "Roe J",
            "expires": "2027-01-31",
        },
        {
            "rule": "no-identifier",
            "target": "reference:3",
            "reason": "It is old.",
            "owner": "Roe J",
            "expires": "2025-01-31",
        },
    ],
}
"""An article with faults of every kind that has a place."""


def broken() -> Data:
    """The same with nodes that break the schema."""
    article = copy.deepcopy(ARTICLE)
    article["titel"] = "Tremor"
    article["sections"][0]["claims"][0]["kind"] = "guess"
    article["sections"][1]["heading"] = []
    article["references"][1]["accessed"] = "yesterday"
    return article


def write(article: Data, path: str = "content/tremor.yaml") -> None:
    """*article* as JSON, which is YAML, at *path*."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(HEADER + json.dumps(article, indent=1), encoding="utf-8")


def sections_of(article: Data) -> list[Data]:
    """All sections, nested ones included."""
    found = list(article["sections"])
    for section in found:
        found += section.get("sections", [])
    return found


def renumbered(article: Data, new: dict[int, int]) -> Data:
    """*article* with its references numbered anew, wherever a number is used."""
    article = copy.deepcopy(article)
    for section in sections_of(article):
        for claim in section.get("claims", []):
            if "references" in claim:
                claim["references"] = [new.get(n, n) for n in claim["references"]]
    for reference in article["references"]:
        reference["number"] = new[reference["number"]]
    for attestation in article["attestations"]:
        attestation["reference"] = new[attestation["reference"]]
    for waiver in article["waivers"]:
        waiver["target"] = f"reference:{new[int(waiver['target'].partition(':')[2])]}"
    return article


def shuffled(article: Data, chance: random.Random) -> Data:
    """*article* with sections, claims, references and waivers in another order."""
    article = copy.deepcopy(article)
    for section in sections_of(article):
        chance.shuffle(section.get("claims", []))
        chance.shuffle(section.get("sections", []))
    for key in ("sections", "references", "waivers"):
        chance.shuffle(article[key])
    return article


# --- Fingerprints --------------------------------------------------------------------------


def fingerprints(article: Data, folder: Path) -> set[tuple[str, str]]:
    """Rule and fingerprint of all findings; order of citation is a matter of order."""
    file = folder / "content" / "tremor.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(article), encoding="utf-8")
    options = Settings.model_validate({"root": folder})
    outcome = run(Request(settings=options, as_of=date.fromisoformat(TODAY), base=folder))
    assert not outcome.has_internal_error
    found = (*outcome.findings, *outcome.waived)
    return {(f.rule, f.fingerprint) for f in found if f.rule != "citation-order"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the examples of a property take turns in."""
    return tmp_path_factory.mktemp("fingerprints")


def test_the_article_has_faults_of_every_kind(folder: Path) -> None:
    """The property below is about something."""
    rules = {rule for rule, _ in fingerprints(ARTICLE, folder)}
    assert len(rules) >= 22
    assert {"duplicate-claim", "duplicate-reference", "shared-url", "unused-waiver"} <= rules
    assert len(fingerprints(ARTICLE, folder)) >= 35
    assert "schema-violation" in {rule for rule, _ in fingerprints(broken(), folder)}


@given(
    order=st.permutations(range(1, 8)),
    chance=st.randoms(use_true_random=False),
    article=st.sampled_from([ARTICLE, broken()]),
)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_numbers_and_places_do_not_matter(
    folder: Path, order: list[int], chance: random.Random, article: Data
) -> None:
    """Renumbered consistently and put into another order, an article has the same faults."""
    other = shuffled(renumbered(article, dict(enumerate(order, 1))), chance)
    assert fingerprints(other, folder) == fingerprints(article, folder)


def test_fingerprints_tell_faults_apart(folder: Path) -> None:
    """Another article, another claim, another work: another fault."""
    ours = fingerprints(ARTICLE, folder)
    assert len({fingerprint for _, fingerprint in ours}) == len(ours)
    other = copy.deepcopy(ARTICLE)
    other["id"] = "other"
    assert not ours & fingerprints(other, folder)
    other = copy.deepcopy(ARTICLE)
    other["sections"][0]["claims"][1]["id"] = "bald"
    assert {rule for rule, _ in ours - fingerprints(other, folder)} == {"uncited-claim"}
    other = copy.deepcopy(ARTICLE)
    other["references"][2]["title"] = "On pain"
    gone = {rule for rule, _ in ours - fingerprints(other, folder)}
    assert {"incomplete-reference", "hidden-authors", "no-identifier"} <= gone


# --- git -----------------------------------------------------------------------------------


@pytest.fixture
def house(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a git repository with one commit, of the article above."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Roe J")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "roe@example.org")
    configure('content = ["content"]')
    write(ARTICLE)
    git("init", "--quiet", "--initial-branch=main")
    commit()
    return workdir


def git(*arguments: str) -> str:
    """What git says, in the current folder."""
    done = subprocess.run(["git", *arguments], capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def commit() -> None:
    """All that is there, committed."""
    git("add", "--all")
    git("commit", "--quiet", "--message=x", "--allow-empty")


def configure(text: str) -> None:
    """Settings for the current folder."""
    Path("pyproject.toml").write_text(f"[tool.citewell]\n{text}\n", encoding="utf-8")


Check = Callable[..., Answer]


@pytest.fixture
def since(call: Call) -> Check:
    """Runs ``citewell check --since HEAD`` and gives the report."""

    def check(*arguments: object, rev: str = "HEAD") -> Answer:
        return call("check", "--as-of", TODAY, "--format", "json", "--since", rev, *arguments)

    return check


def with_fault(article: Data) -> Data:
    """*article* with a claim that cites nothing."""
    article = copy.deepcopy(article)
    article["sections"][1]["claims"].append({"id": "fresh", "text": "It is common."})
    return article


def nothing_new(answer: Answer) -> bool:
    """Whether there were findings, and none of them is new."""
    assert answer.err == ""
    assert answer.report["baselined"] > 30
    return answer.code == 0 and answer.rules == []


def only_the_fault(answer: Answer) -> bool:
    """Whether what :func:`with_fault` adds is the only news."""
    (finding,) = answer.report["findings"] or [None]
    assert answer.report["baselined"] > 30
    return answer.code == 1 and (finding["rule"], finding["target"]) == (
        "uncited-claim",
        "claim:fresh",
    )


def test_nothing_new(house: Path, since: Check) -> None:
    """The old faults are counted, not reported, and do not fail the check."""
    answer = since()
    assert nothing_new(answer)
    assert answer.report["summary"]["error"] == 0
    assert answer.report["summary"]["claims"] == 8


def test_a_new_fault(house: Path, since: Check) -> None:
    """It alone is reported, committed or not; seen from itself it is not new any more."""
    write(with_fault(ARTICLE))
    assert only_the_fault(since())
    commit()
    assert only_the_fault(since(rev="HEAD~1"))
    assert nothing_new(since())


def test_a_fault_that_is_mended(house: Path, since: Check) -> None:
    """Less is no news."""
    article = copy.deepcopy(ARTICLE)
    del article["sections"][0]["claims"][1]
    write(article)
    assert nothing_new(since())


@pytest.mark.parametrize("seed", range(5))
def test_moved_and_renumbered(house: Path, since: Check, seed: int) -> None:
    """Another order, other numbers, other lines and another file make nothing new."""
    chance = random.Random(seed)
    numbers = list(range(1, 8))
    chance.shuffle(numbers)
    article = shuffled(renumbered(ARTICLE, dict(enumerate(numbers, 1))), chance)
    Path("content/tremor.yaml").unlink()
    write(article, "content/deep/shaking.yaml")
    text = Path("content/deep/shaking.yaml").read_text(encoding="utf-8")
    Path("content/deep/shaking.yaml").write_text("# A remark.\n\n" + text, encoding="utf-8")
    answer = since("--ignore", "citation-order")
    assert nothing_new(answer), answer.rules


def test_a_new_article(house: Path, since: Check) -> None:
    """All of its faults are new."""
    write(ARTICLE | {"id": "other"}, "content/other.yaml")
    answer = since()
    assert answer.code == 1
    assert {finding["path"] for finding in answer.report["findings"]} == {"content/other.yaml"}
    assert len(answer.rules) == answer.report["baselined"] > 30


def test_a_waiver_that_is_gone(house: Path, since: Check) -> None:
    """What it set aside is news."""
    write(ARTICLE | {"waivers": ARTICLE["waivers"][1:]})
    (finding,) = since().report["findings"]
    assert (finding["rule"], finding["target"]) == ("insecure-url", "reference:1")


def test_the_content_was_not_there(house: Path, since: Check) -> None:
    """Everything is new, then."""
    git("rm", "-r", "--quiet", "--cached", "content")
    git("commit", "--quiet", "--message=x")
    answer = since()
    assert answer.code == 1
    assert answer.report["baselined"] == 0
    assert nothing_new(since(rev="HEAD~1"))


@pytest.mark.parametrize(
    "rev", ["nowhere", "HEAD~99", "0" * 40, "", "--help", "HEAD:pyproject.toml"]
)
def test_unknown_revision(house: Path, since: Check, rev: str) -> None:
    """It is usage, and the most likely reason is told."""
    answer = since(rev=rev)
    assert (answer.code, answer.out) == (2, "")
    last = answer.err.splitlines()[-1]
    assert last.startswith("Error: --since: ")
    assert rev in last
    assert "shallow clone" in last


def test_shallow_clone(house: Path, since: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """CI services fetch one commit unless told otherwise."""
    commit()
    git("clone", "--quiet", "--depth=1", house.as_uri(), "clone")
    monkeypatch.chdir(house / "clone")
    assert nothing_new(since())
    answer = since(rev="HEAD~1")
    assert answer.code == 2
    assert "fetch-depth: 0" in answer.err


def test_no_repository(workdir: Path, since: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to compare with, and a deeper fetch would not help."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(workdir.parent))
    write(ARTICLE)
    answer = since()
    assert (answer.code, answer.out) == (2, "")
    assert "not a git repository" in answer.err
    assert "shallow" not in answer.err


def test_no_git(house: Path, since: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing."""
    (house / "bin").mkdir()
    monkeypatch.setenv("PATH", str(house / "bin"))
    answer = since()
    assert (answer.code, answer.out) == (2, "")
    assert "--since needs git, which is not installed." in answer.err


@pytest.mark.parametrize("place", ["docs", "content", "content/new"])
def test_from_a_subfolder(
    house: Path, since: Check, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """The whole content is compared, be the folder new itself."""
    Path(place).mkdir(exist_ok=True)
    monkeypatch.chdir(house / place)
    assert nothing_new(since())
    write(with_fault(ARTICLE), str(house / "content" / "tremor.yaml"))
    assert only_the_fault(since())


def test_broken_files_from_a_subfolder(
    house: Path, since: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without an id goes by its name, which must not depend on where we stand."""
    Path("content/broken.yaml").write_text("a: [", encoding="utf-8")
    commit()
    (house / "docs").mkdir()
    monkeypatch.chdir(house / "docs")
    assert nothing_new(since())


def test_symlinked_checkout(house: Path, since: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git tells the real folder, whatever way led us here."""
    link = house.parent / f"{house.name}-link"
    link.symlink_to(house)
    monkeypatch.chdir(link)
    monkeypatch.setenv("PWD", str(link))
    assert nothing_new(since())
    write(with_fault(ARTICLE))
    assert only_the_fault(since())
    assert only_the_fault(since(link / "content" / "tremor.yaml"))


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_symlinks_inside(house: Path, since: Check, linked: str) -> None:
    """Content may be a link to where the articles are."""
    git("mv", "content", "articles")
    if linked == "folder":
        Path("content").symlink_to("articles")
    else:
        Path("content").mkdir()
        Path("content/tremor.yaml").symlink_to("../articles/tremor.yaml")
    commit()
    assert nothing_new(since())
    write(with_fault(ARTICLE), "articles/tremor.yaml")
    assert only_the_fault(since())


def test_named_paths(house: Path, since: Check) -> None:
    """Of the named files, only what is new."""
    write(ARTICLE | {"id": "other"}, "content/other.yaml")
    commit()
    write(with_fault(ARTICLE))
    assert only_the_fault(since("content/tremor.yaml"))
    answer = since("content/other.yaml")
    assert nothing_new(answer)
    assert [article["id"] for article in answer.report["articles"]] == ["other"]
    assert only_the_fault(since("content/tremor.yaml", "content/other.yaml"))


def test_named_paths_that_were_named_otherwise(house: Path, since: Check) -> None:
    """A file that was renamed is compared with what it was, also beside one that was not."""
    write(ARTICLE | {"id": "other"}, "content/other.yaml")
    commit()
    git("mv", "content/tremor.yaml", "content/shaking.yaml")
    assert nothing_new(since("content/shaking.yaml"))
    assert nothing_new(since("content/shaking.yaml", "content/other.yaml"))


def test_named_file_outside_the_content(house: Path, since: Check) -> None:
    """It is compared with itself, too."""
    write(ARTICLE | {"id": "draft"}, "drafts/draft.yaml")
    commit()
    assert nothing_new(since("drafts/draft.yaml"))
    write(with_fault(ARTICLE | {"id": "draft"}), "drafts/draft.yaml")
    assert only_the_fault(since("drafts/draft.yaml"))


@pytest.mark.parametrize("content", ["content", ".", "{root}/content", "./content/../content"])
def test_any_way_to_name_the_content(house: Path, since: Check, content: str) -> None:
    """An absolute path, too, leads to what was there then."""
    configure(f'content = ["{content.format(root=house)}"]')
    assert nothing_new(since())
    write(with_fault(ARTICLE))
    assert only_the_fault(since())


HOUSE_WAIVERS = """\
schema_version: 1
waivers:
  - {rule: uncited-claim, target: "claim:bare", reason: Common knowledge., owner: Roe J,
     expires: 2027-01-31}
"""


@pytest.mark.parametrize("path", ["waivers.yaml", "content/waivers.yaml", "{root}/waivers.yaml"])
def test_house_waivers(house: Path, since: Check, path: str) -> None:
    """Those of then count then: one that is new hides nothing, one that is gone uncovers."""
    path = path.format(root=house)
    configure(f'waivers = "{path}"')
    Path(path).write_text(HOUSE_WAIVERS, encoding="utf-8")
    answer = since()  # the file was not there at HEAD
    assert nothing_new(answer)
    assert answer.report["summary"]["waived"] == 2
    commit()
    assert nothing_new(since())
    Path(path).write_text("schema_version: 1\nwaivers: []\n", encoding="utf-8")
    (finding,) = since().report["findings"]
    assert (finding["rule"], finding["target"]) == ("uncited-claim", "claim:bare")


def test_the_policy_is_that_of_now(house: Path, since: Check) -> None:
    """A stricter house makes no author's change red."""
    git("commit", "--quiet", "--message=x", "--allow-empty")
    configure('severity = {single-source-claim = "error"}\ndates = {published = {book = 1}}')
    answer = since()
    assert nothing_new(answer)
    assert answer.report["baselined"] > since("--ignore", "single-source-claim").report["baselined"]


def test_what_archives_leave_out(house: Path, since: Check) -> None:
    """``export-ignore`` is for archives, not for us."""
    Path(".gitattributes").write_text("* export-ignore\n*.yaml export-subst\n", encoding="utf-8")
    commit()
    assert nothing_new(since())


@pytest.mark.parametrize(
    "name", ["gliedmaß.yaml", "[a-z]*.yaml", ":(top)x.yaml", "-x.yaml", "ta\tb.yaml"]
)
def test_odd_names(house: Path, since: Check, name: str) -> None:
    """Whatever a file is called, it is found again, as content and by name."""
    Path("content/tremor.yaml").rename(Path("content") / name)
    commit()
    assert nothing_new(since())
    assert nothing_new(since(f"content/{name}"))
    configure(f"content = ['content/{name}']")
    assert nothing_new(since())


@pytest.mark.parametrize("name", [":(top)x", "[abc]", "*", "-content"])
def test_odd_folders(house: Path, since: Check, name: str) -> None:
    """What git would take for a pattern is a name here."""
    Path("content").rename(name)
    configure(f"content = ['{name}']")
    commit()
    assert nothing_new(since())
    write(with_fault(ARTICLE), f"{name}/tremor.yaml")
    assert only_the_fault(since())


def state(folder: Path) -> tuple[object, ...]:
    """All that a run must not change: the index, and every file of the work tree."""
    files = {
        path: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }
    index = (folder / ".git" / "index").read_bytes()
    return files, index, git("status", "--porcelain"), git("worktree", "list")


def test_nothing_is_touched(house: Path, since: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staged, changed and new files stay as they are, also with git's variables of a hook."""
    write(with_fault(ARTICLE))
    git("add", "--all")
    write(ARTICLE | {"id": "other"}, "content/other.yaml")
    before = state(house)
    assert len(since().rules) > 30
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert len(since().rules) > 30
    assert only_the_fault(since("content/tremor.yaml"))
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert state(house) == before


@pytest.mark.parametrize("options", [["--all"], ["content/tremor.yaml"], []])
@pytest.mark.parametrize("linked", [False, True])
def test_in_a_hook(
    house: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], linked: bool
) -> None:
    """A hook of git itself lets old faults pass and stops new ones, in every kind of commit."""
    hook = house / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    command = f"{sys.executable} -m citewell check --as-of {TODAY} -q --since HEAD"
    hook.write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
    hook.chmod(0o755)
    if linked:
        git("worktree", "add", "--quiet", "../linked-" + house.name)
        monkeypatch.chdir(f"../linked-{house.name}")
    head = git("rev-parse", "HEAD")
    write(ARTICLE | {"title": "Tremors"})
    if not options:
        git("add", "--all")
    git("commit", "--quiet", "--message=x", *options)
    assert git("rev-parse", "HEAD~1") == head
    write(with_fault(ARTICLE))
    if not options:
        git("add", "--all")
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        git("commit", "--quiet", "--message=x", *options)
    assert "uncited-claim" in stopped.value.stdout + stopped.value.stderr
    assert git("rev-parse", "HEAD~1") == head


# --- Baselines -----------------------------------------------------------------------------


@pytest.fixture
def against(call: Call, workdir: Path) -> Check:
    """Runs ``citewell check --baseline old.json``, made of the article above."""
    write(ARTICLE)
    call("check", "--as-of", TODAY, "--format", "json", "--output", "old.json")

    def check(*arguments: object, baseline: object = "old.json") -> Answer:
        options = ("--as-of", TODAY, "--format", "json", "--baseline", baseline)
        return call("check", *options, *arguments)

    return check


def test_baseline(against: Check) -> None:
    """What the report has is counted; what it has not is reported."""
    old = json.loads(Path("old.json").read_text(encoding="utf-8"))
    answer = against()
    assert nothing_new(answer)
    assert answer.report["baselined"] == len(old["findings"])
    write(with_fault(ARTICLE))
    assert only_the_fault(against())
    write(shuffled(renumbered(ARTICLE, {n: 8 - n for n in range(1, 8)}), random.Random(0)))
    assert nothing_new(against("--ignore", "citation-order"))


def test_baseline_counts_what_is_still_there(against: Check) -> None:
    """A mended fault is not counted, and one that was waived then is new."""
    before = against().report["baselined"]
    article = copy.deepcopy(ARTICLE)
    del article["sections"][0]["claims"][1]
    write(article)
    assert against().report["baselined"] == before - 1
    write(ARTICLE | {"waivers": ARTICLE["waivers"][1:]})
    assert against().rules == ["insecure-url"]


def test_baseline_in_words(against: Check, call: Call) -> None:
    """Every format for people says how many are not new."""
    number = against().report["baselined"]
    for format_ in ("text", "concise", "github"):
        options = ("--as-of", TODAY, "--baseline", "old.json", "--format", format_)
        answer = call("check", *options)
        assert answer.code == 0
        assert f"0 errors, 0 warnings, 0 info, 1 waived, {number} not new in 1" in answer.out


def test_baseline_and_revision(house: Path, against: Check) -> None:
    """What either of them knows is not new."""
    commit()
    write(with_fault(ARTICLE))
    assert only_the_fault(against())
    commit()
    write(with_fault(with_fault(ARTICLE)))
    new = {"uncited-claim", "duplicate-claim", "duplicate-id"}
    assert set(against("--since", "HEAD").rules) == new


REPORT = {
    "schema_version": 1,
    "tool": {"name": "citewell", "version": "0"},
    "findings": [],
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a report of 'citewell check'"),
        ("{", "is not a report"),
        ("[]", "is not a report"),
        ("null", "is not a report"),
        ("{}", "is not a report"),
        ("[" * 100_000, "is not a report"),
        (b"\xff\xfe{}", "is not a report"),
        (json.dumps(REPORT | {"findings": 3}), "is not a report"),
        (json.dumps(REPORT | {"findings": [3]}), "is not a report"),
        (json.dumps(REPORT | {"findings": [{}]}), "is not a report"),
        (json.dumps(REPORT | {"findings": [{"fingerprint": []}]}), "is not a report"),
        (json.dumps(REPORT | {"tool": "citewell"}), "is not a report"),
        (json.dumps(REPORT | {"tool": {"name": "lychee"}}), "is a report of lychee, version 1"),
        (json.dumps(REPORT | {"schema_version": 2}), "is a report of citewell, version 2"),
    ],
)
def test_malformed_baseline(against: Check, text: str | bytes, said: str) -> None:
    """A baseline that cannot be used fails the check; all findings would be news otherwise."""
    Path("bad.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    answer = against(baseline="bad.json")
    assert (answer.code, answer.out) == (2, "")
    assert f"Error: bad.json {said}" in answer.err


def test_baseline_that_is_not_there(against: Check) -> None:
    """Neither does a missing one, or a folder, count as empty."""
    answer = against(baseline="nowhere.json")
    assert answer.code == 2
    assert "nowhere.json cannot be read: No such file or directory" in answer.err
    assert against(baseline="content").code == 2


def test_empty_baseline(against: Check) -> None:
    """A report without findings is one."""
    Path("empty.json").write_text(json.dumps(REPORT), encoding="utf-8")
    answer = against(baseline="empty.json")
    assert answer.code == 1
    assert len(answer.rules) > 30
