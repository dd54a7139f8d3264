"""``citewell fix`` over real files: what it mends, what it leaves, and what it says."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dossier
from articles import HEADER, article
from citewell import atomic
from conftest import TODAY, Answer, Call, Run

# As an editor left it, with everything that fix mends of itself.
BAD = """\
# Written by Roe J.

schema_version: 1
id: example
title: Example
language: en
condition: {name: Example}
review: {last_reviewed: 2026-06-18, reviewers: [Roe J]}
sections:
  - id: overview
    heading: Overview
    claims:
      # the first of all
      - {id: first, text: Dystonia is a disorder of movement., references: [ 7,3 ]} # 7 is best
      - id: second
        text: >-
          Spasms may
          hurt.
        references:
          - 3 # see there
          - "3" # again
        locators: {3: p. 4, "7": 'p. 5'}

references:
  - number: 3   # the fact sheet
    type: webpage
    organization: Example Institute
    title: Dystonia fact sheet
    url: https://example.org/dystonia?utm_source=x   # long

    accessed: 2026-06-18
  # The review.
  - number: 7
    type: article-journal
    authors: [Roe J]
    title: 'A review of dystonia'
    container: Journal of Examples
    published: 2024
    volume: 4
    pages: 7-9
    doi: "https://doi.org/10.5555/example.1"
waivers:
  - {rule: stale-source, target: reference:7, reason: Old., owner: Roe J, expires: 2027-03-31}
"""
GOOD = """\
# yaml-language-server: $schema=../schemas/article.schema.json
# Written by Roe J.

schema_version: 1
id: example
title: Example
language: en
condition: {name: Example}
review: {last_reviewed: 2026-06-18, reviewers: [Roe J]}
sections:
  - id: overview
    heading: Overview
    claims:
      # the first of all
      - {id: first, text: Dystonia is a disorder of movement., references: [ 1,2 ]} # 7 is best
      - id: second
        text: >-
          Spasms may
          hurt.
        references:
          - 1 # see there
          # again
        locators: {1: p. 4, "2": 'p. 5'}

references:
  - number: 1   # the fact sheet
    type: webpage
    organization: Example Institute
    title: Dystonia fact sheet
    url: https://example.org/dystonia   # long

    accessed: 2026-06-18
  # The review.
  - number: 2
    type: article-journal
    authors: [Roe J]
    title: 'A review of dystonia'
    container: Journal of Examples
    published: 2024
    volume: 4
    pages: 7-9
    doi: "10.5555/example.1"
waivers:
  - {rule: stale-source, target: reference:2, reason: Old., owner: Roe J, expires: 2027-03-31}
"""
ORDER = """\
claims:
  - {id: first, text: Dystonia is a disorder of movement., references: [2]}
  - {id: second, text: Spasms may hurt., references: [1]}
"""
MISORDERED = HEADER + article(ORDER)
ORDERED = (
    (
        HEADER
        + article(ORDER)
        .replace("references: [2]", "references: [x]")
        .replace("references: [1]", "references: [2]")
        .replace("[x]", "[1]")
    ).partition("references:\n  - number: 1\n")[0]
    + """\
references:
  - number: 1
    type: webpage
    organization: Example Institute
    title: Dystonia fact sheet
    url: https://example.org/dystonia
    accessed: 2026-06-18
  - number: 2
    type: article-journal
    authors: [Roe J]
    title: A review of dystonia
    container: Journal of Examples
    published: 2024
    volume: 4
    pages: 7-9
    doi: 10.5555/example.1
"""
)
FAULTLESS = HEADER + article("id: other\n")
Fix = Callable[..., Answer]


@pytest.fixture
def content(workdir: Path) -> Path:
    """The folder of articles."""
    (workdir / "pyproject.toml").write_text('[tool.citewell]\ncontent = ["content"]\n')
    folder = workdir / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def fix(call: Call, content: Path) -> Fix:
    """Runs ``citewell fix``, with an article to be fixed in the current folder's content."""
    write(content / "a.yaml", BAD)

    def fix(*arguments: object) -> Answer:
        return call("fix", "--as-of", TODAY, *arguments)

    return fix


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def read(path: Path) -> str:
    return path.read_bytes().decode()


def checked(call: Call, *arguments: object) -> set[tuple[str, str]]:
    """The findings of check, by rule and fingerprint."""
    report = call("check", "--as-of", TODAY, "--format", "json", *arguments).report
    return {(each["rule"], each["fingerprint"]) for each in report["findings"]}


# What it does


def test_all_is_mended_and_nothing_else_touched(fix: Fix, content: Path, call: Call) -> None:
    before = checked(call)
    answer = fix()
    assert read(content / "a.yaml") == GOOD
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "content/a.yaml:3: schema-not-declared: Declare the schema",
        "content/a.yaml:21: repeated-citation: Remove the repeated 3",
        "content/a.yaml:25: reference-numbering: Close the gaps",
        "content/a.yaml:29: tracking-parameters: Remove the tracking parameters",
        "content/a.yaml:33: reference-numbering: Close the gaps",
        "content/a.yaml:41: doi-not-normalized: Write the bare DOI",
        "6 findings fixed in 1 file.",
    ]
    after = checked(call)
    assert after < before
    fixed = {line.split(": ")[1] for line in answer.out.splitlines()[:-1]}
    assert {rule for rule, _ in before - after} == fixed


def test_twice_is_once(fix: Fix, content: Path) -> None:
    fix()
    first = (content / "a.yaml").stat()
    answer = fix()
    assert (answer.code, answer.out) == (0, "Nothing to fix in 1 article.\n")
    second = (content / "a.yaml").stat()
    assert (first.st_mtime_ns, first.st_ino) == (second.st_mtime_ns, second.st_ino)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark(fix: Fix, content: Path, end: str) -> None:
    write(content / "a.yaml", "\ufeff" + BAD.replace("\n", end))
    assert fix().code == 0
    assert read(content / "a.yaml") == "\ufeff" + GOOD.replace("\n", end)


def test_no_last_line_break(fix: Fix, content: Path) -> None:
    write(content / "a.yaml", BAD[:-1])
    assert fix().code == 0
    assert read(content / "a.yaml") == GOOD[:-1]


def test_entries_move_with_their_numbers(fix: Fix, content: Path) -> None:
    write(content / "a.yaml", MISORDERED)
    answer = fix()
    assert answer.out.splitlines()[0].endswith(": citation-order: Renumber by first citation")
    assert read(content / "a.yaml") == ORDERED


def test_only_what_was_selected(fix: Fix, content: Path) -> None:
    assert fix("--select", "doi-not-normalized").out.endswith("1 finding fixed in 1 file.\n")
    assert read(content / "a.yaml") == BAD.replace("https://doi.org/", "")
    write(content / "a.yaml", BAD)
    fix("--ignore", "claims,schema,tracking-parameters")
    assert read(content / "a.yaml") == BAD.replace("https://doi.org/", "")


def test_only_what_was_named(fix: Fix, content: Path) -> None:
    write(content / "b.yaml", BAD.replace("id: example", "id: b"))
    fix("content/b.yaml")
    assert read(content / "a.yaml") == BAD
    assert read(content / "b.yaml") == GOOD.replace("id: example", "id: b")


def test_what_is_waived_is_left(fix: Fix, content: Path, workdir: Path) -> None:
    own = "  - {rule: doi-not-normalized, target: 'reference:7', reason: So., owner: Roe J, "
    write(content / "a.yaml", BAD + own + "expires: 2027-03-31}\n")
    house = workdir / "waivers.yaml"
    write(workdir / "settings.toml", 'content = ["content"]\nwaivers = "waivers.yaml"\n')
    write(
        house,
        "schema_version: 1\nwaivers:\n  - {rule: tracking-parameters, target: 'host:example.org', "
        "reason: So., owner: Roe J, expires: 2027-03-31}\n",
    )
    assert fix("--config", "settings.toml").code == 0
    text = read(content / "a.yaml")
    assert "https://doi.org/10.5555" in text
    assert "?utm_source=x" in text
    assert "number: 2" in text
    assert "target: 'reference:2', reason: So." in text


def test_many_articles_by_many_processes(fix: Fix, content: Path) -> None:
    for number in range(70):
        write(content / f"{number}.yaml", BAD.replace("id: example", f"id: a{number}"))
    assert fix("--jobs", 2).out.endswith("426 findings fixed in 71 files.\n")
    assert read(content / "42.yaml") == GOOD.replace("id: example", "id: a42")


def test_what_needs_no_fix_is_read_once(
    fix: Fix, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from citewell import source

    names: list[str] = []
    original = source.read
    monkeypatch.setattr(source, "read", lambda path: names.append(path.name) or original(path))
    write(content / "b.yaml", FAULTLESS)
    fix()
    assert names.count("b.yaml") == 1
    assert names.count("a.yaml") == 2


# --diff


def test_diff_writes_nothing_and_git_takes_it(fix: Fix, content: Path, workdir: Path) -> None:
    before = (content / "a.yaml").stat()
    answer = fix("--diff")
    assert answer.code == 1
    assert (content / "a.yaml").stat() == before
    assert answer.out.startswith("--- a/content/a.yaml\n+++ b/content/a.yaml\n@@ ")
    assert answer.err.splitlines()[-1] == "6 findings would be fixed in 1 file."
    write(workdir / "fix.diff", answer.out)
    subprocess.run(["git", "apply", "fix.diff"], check=True)
    assert read(content / "a.yaml") == GOOD
    assert fix("--diff").code == 0


def test_diff_shows_no_secret(fix: Fix, content: Path) -> None:
    url = "https://roe:hunter2@example.org/dystonia"
    write(
        content / "a.yaml",
        BAD.replace("    accessed: 2026", f"    note: {url}\n    accessed: 2026"),
    )
    answer = fix("--diff")
    assert "hunter2" not in answer.out + answer.err
    assert "note: https://***@example.org" in answer.out
    assert answer.err.startswith("1 line holds a secret")
    assert answer.code == 1
    fix()
    assert url in read(content / "a.yaml")


# House-wide waivers


@pytest.fixture
def house(content: Path, workdir: Path) -> Path:
    """The file of house-wide waivers; content/a.yaml is out of order."""
    write(
        workdir / "pyproject.toml",
        '[tool.citewell]\ncontent = ["content"]\nwaivers = "content/waivers.yaml"\n',
    )
    write(content / "a.yaml", MISORDERED)
    write(content / "b.yaml", FAULTLESS)
    path = content / "waivers.yaml"
    write(path, waivers({"article": "example"}, {"article": "other"}))
    return path


def waivers(*fields: dict[str, str], target: str = "reference:1") -> str:
    lines = ["schema_version: 1", "waivers: # decided in May"]
    for each in fields:
        own = {"rule": "stale-source"} | each | {"target": target}
        lines += ["  - " + ", ".join(f"{key}: {value}" for key, value in own.items())]
        lines[-1] = lines[-1].replace(", ", "\n    ") + " # so"
        lines += ["    reason: Old.", "    owner: Roe J", "    expires: 2027-03-31"]
    return "\n".join(lines) + "\n"


@pytest.fixture
def fix_order(call: Call) -> Fix:
    return lambda *arguments: call("fix", "--as-of", TODAY, *arguments)


def test_waivers_beside_the_articles_follow(fix_order: Fix, house: Path, content: Path) -> None:
    before = read(house)
    answer = fix_order()
    assert answer.code == 0
    assert read(content / "a.yaml") == ORDERED
    assert read(house) == before.replace("target: reference:1", "target: reference:2", 1)
    line = "content/waivers.yaml:1: its waivers follow the new numbers of content/a.yaml"
    assert line in answer.out.splitlines()
    assert fix_order().out == "Nothing to fix in 2 articles.\n"


def test_waivers_in_another_folder(fix_order: Fix, house: Path, content: Path) -> None:
    moved = content.parent / "house.yaml"
    house.rename(moved)
    (content.parent / "pyproject.toml").write_text(
        '[tool.citewell]\ncontent = ["content"]\nwaivers = "house.yaml"\n'
    )
    assert fix_order("content/a.yaml").code == 0
    assert read(content / "a.yaml") == ORDERED
    assert "    article: example\n    target: reference:2 # so\n" in read(moved)


def test_waivers_that_cannot_be_written_at_last(
    fix_order: Fix, house: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = atomic.write_text
    written: list[str] = []

    def failing(path: Path, text: str, **more: Any) -> None:
        written.append(path.name)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        original(path, text, **more)

    monkeypatch.setattr(atomic, "write_text", failing)
    answer = fix_order()
    assert answer.code == 1
    assert (
        "content/a.yaml:1: not finished: the references have their new numbers, but" in answer.out
    )
    assert read(content / "a.yaml") == ORDERED
    assert "reference:1 before content/a.yaml was renumbered and reference:2 after" in read(house)


def test_the_diff_has_both_files(fix_order: Fix, house: Path, content: Path) -> None:
    before = read(house), read(content / "a.yaml")
    answer = fix_order("--diff")
    assert answer.out.count("+++ ") == 2
    assert "-    target: reference:1 # so\n+    target: reference:2 # so\n" in answer.out
    assert (read(house), read(content / "a.yaml")) == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (waivers({}), "the waiver of stale-source for reference:1 is for all articles"),
        (waivers({"article": "example", "x": "1"}), "'citewell check' says what"),
        ("waivers: [\n", "'citewell check' says what"),
        (
            waivers({"article": "example"}) + "schema_version: 1\n",
            "'citewell check' says what",
        ),
    ],
)
def test_numbers_are_left_alone(
    text: str, why: str, fix_order: Fix, house: Path, content: Path
) -> None:
    write(house, text)
    answer = fix_order()
    assert answer.code == 1
    line = answer.out.splitlines()[0]
    assert line.startswith("content/a.yaml:6: citation-order: not fixed: ")
    assert why in line
    assert read(content / "a.yaml") == MISORDERED
    assert read(house) == text


def test_a_waiver_for_a_number_that_another_would_get(
    fix_order: Fix, house: Path, content: Path
) -> None:
    gap = HEADER + article("").replace("[2]", "[3]").replace("number: 2", "number: 3")
    write(content / "a.yaml", gap)
    write(house, waivers({"article": "example"}, target="reference:2"))
    answer = fix_order()
    assert answer.code == 1
    assert "for reference:2 is for a number that is not listed" in answer.out
    assert read(content / "a.yaml") == gap
    write(house, waivers({"article": "example"}, target="reference:9"))
    assert fix_order().code == 0


class Killed(BaseException):
    """Stands for a kill: nothing is done after it."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_kill_in_between_is_seen(
    after: int,
    fix_order: Fix,
    call: Call,
    house: Path,
    content: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never does a waiver hide a finding about another work, and check says what is wrong."""
    # The article's second reference has a fault that is waived; the first has the same fault.
    write(
        content / "a.yaml",
        MISORDERED.replace("    pages: 7-9\n", "    url: http://example.org/1\n"),
    )
    write(house, waivers({"article": "example", "rule": "insecure-url"}))
    assert not any(rule == "insecure-url" for rule, _ in checked(call))
    written = 0
    original = atomic.write_text

    def killed(*arguments: Any, **more: Any) -> None:
        nonlocal written
        if written == after:
            raise Killed
        written += 1
        original(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write_text", killed)
        with pytest.raises(Killed):
            fix_order()
    rules = {rule for rule, _ in checked(call)}
    if after == 0:
        assert not rules & {"insecure-url", "schema-violation"}
        return
    assert {"insecure-url", "schema-violation"} <= rules
    told = "reference:1 before content/a.yaml was renumbered and reference:2 after it"
    assert told in read(house)
    again = fix_order()
    assert again.code == (1 if after == 1 else 0)
    assert told in read(house)
    words = read(house).partition("target: ")[2].partition(" # so")[0]
    write(house, read(house).replace(words, f"reference:{after}"))
    assert fix_order().code == 0
    assert not {"insecure-url", "schema-violation"} & {rule for rule, _ in checked(call)}


# What cannot be done


def test_a_file_that_changed_meanwhile(
    fix: Fix, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = atomic.write_text

    def late(path: Path, text: str, **more: Any) -> None:
        path.write_text(BAD + "# mine\n")
        original(path, text, **more)

    monkeypatch.setattr(atomic, "write_text", late)
    answer = fix()
    assert answer.code == 1
    assert "content/a.yaml:1: not fixed: a.yaml has changed meanwhile; try again\n" in answer.out
    assert read(content / "a.yaml") == BAD + "# mine\n"


def test_waivers_are_as_they_were_if_the_article_changed(
    fix_order: Fix, house: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = atomic.write_text

    def late(path: Path, text: str, **more: Any) -> None:
        if path.name == "a.yaml":
            path.write_text(MISORDERED + "# mine\n")
        original(path, text, **more)

    before = read(house)
    monkeypatch.setattr(atomic, "write_text", late)
    assert fix_order().code == 1
    assert read(house) == before
    assert read(content / "a.yaml") == MISORDERED + "# mine\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(fix: Fix, content: Path) -> None:
    content.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        answer = fix()
    finally:
        content.chmod(stat.S_IRWXU)
    assert answer.code == 1
    assert "not fixed: a.yaml cannot be written: Permission denied" in answer.out
    assert read(content / "a.yaml") == BAD


def test_a_file_that_cannot_be_read(fix: Fix, content: Path) -> None:
    write(content / "b.yaml", "a: 1\nb: [\n")
    answer = fix()
    assert answer.code == 1
    assert "content/b.yaml:3: not read: This is not YAML" in answer.out
    assert answer.out.endswith("6 findings fixed in 1 file; 1 could not be.\n")
    assert read(content / "a.yaml") == GOOD


LAYOUTS = {
    "a comment beside the repeated": (
        "references: [1, 2]",
        "references: [1, 2\n          # this\n          , 2]",
        "repeated-citation",
    ),
    "an item on the line below its dash": (
        "references: [1, 2]",
        "references:\n          - 1\n          - 2\n          -\n            2",
        "repeated-citation",
    ),
    "a block scalar": (
        "references: [1, 2]",
        "references:\n          - 1\n          - 2\n          - >-\n            2",
        "repeated-citation",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_that_are_refused(layout: str, fix: Fix, content: Path) -> None:
    old, new, rule = LAYOUTS[layout]
    claims = "claims:\n  - id: first\n    text: Dystonia hurts.\n    references: [1, 2]\n"
    text = HEADER + article(claims)
    assert old in text
    text = text.replace(old, new)
    write(content / "a.yaml", text)
    answer = fix()
    assert answer.code == 1
    assert f": {rule}: not fixed: " in answer.out.splitlines()[0]
    assert answer.out.endswith("; 1 could not be.\n")
    assert read(content / "a.yaml") == text
    assert fix("--quiet").out == answer.out.splitlines()[0] + "\n"


def test_what_new_numbers_make_possible_is_done_at_once(fix: Fix, content: Path) -> None:
    claims = (
        "claims:\n  - id: first\n    text: Dystonia hurts.\n    references:\n"
        "      - 2\n      - >-\n        2\n"
    )
    text = HEADER + article(claims).replace("number: 1", "number: 4")
    write(content / "a.yaml", text)
    assert "2 findings fixed in 1 file" in fix().out
    once = read(content / "a.yaml")
    assert "references:\n          - 1\nschema_version: 1\n" in once
    assert fix().out == "Nothing to fix in 1 article.\n"
    assert read(content / "a.yaml") == once


def test_one_refusal_does_not_stop_the_others(fix: Fix, content: Path) -> None:
    text = BAD.replace('          - "3" # again\n', '          - # again\n            "3"\n')
    write(content / "a.yaml", text)
    answer = fix()
    assert answer.code == 1
    assert "content/a.yaml:22: repeated-citation: not fixed: " in answer.out
    assert answer.out.endswith("5 findings fixed in 1 file; 1 could not be.\n")
    assert 'doi: "10.5555/example.1"' in read(content / "a.yaml")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.yaml"],
        ["--links", "--cached"],
        ["--select", "no-such-rule"],
        ["--config", "no.toml"],
        ["--select", "claims", "--ignore", "claims"],
    ],
)
def test_usage(arguments: list[str], fix: Fix, content: Path) -> None:
    answer = fix(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err
    assert read(content / "a.yaml") == BAD


# Facts


FOUND = {
    "kind": "work",
    "fact": "search",
    "target": "Roe J A review of dystonia Journal of Examples 2024",
}
CAPTURE = {
    "fact": "captures",
    "kind": "capture",
    "target": f"20260618/{dossier.PAGE}",
    "checked_at": dossier.moment("2026-11-20"),
    "source": "archive",
    "sha256": dossier.SUM,
    "captures": [{"url": f"https://web.example/1/{dossier.PAGE}", "captured": "2026-06-10"}],
}


def test_a_moved_link(fix: Fix, content: Path, call: Call) -> None:
    old, new = f"{dossier.PAGE}?utm_source=x", "https://example.org/topics/dystonia"
    dossier.learn(call, dossier.probe(old, "moved", final_url=f"{new}?utm_source=x"))
    wanted = GOOD.replace(dossier.PAGE, new)
    answer = fix("--cached")
    assert answer.code == 0
    assert "content/a.yaml:29: moved-link: Write the new address\n" in answer.out
    assert read(content / "a.yaml") == wanted
    assert fix("--cached").code == 0
    assert read(content / "a.yaml") == wanted


def test_what_nobody_knows_is_told(fix: Fix, content: Path) -> None:
    write(content / "a.yaml", FAULTLESS)
    unknown = "2 targets not checked: "
    assert fix().out == "Nothing to fix in 1 article.\n"
    first, second = fix("--cached").out.splitlines()
    assert first == "Nothing to fix in 1 article."
    assert second.startswith(unknown)
    assert unknown in fix("--cached", "--diff").err
    assert fix("--cached", "--quiet").out == ""


def test_facts_that_are_not_asked_for(fix: Fix, content: Path, call: Call) -> None:
    old = f"{dossier.PAGE}?utm_source=x"
    dossier.learn(call, dossier.probe(old, "moved", final_url="https://example.org/new"))
    fix()
    assert read(content / "a.yaml") == GOOD


def test_what_is_not_safe(fix: Fix, content: Path, call: Call) -> None:
    text = FAULTLESS.replace("    doi: 10.5555/example.1\n", "")
    write(content / "a.yaml", text)
    dossier.learn(
        call,
        *(dossier.probe(dossier.PAGE, "gone", day) for day in ("2026-11-18", "2026-11-19")),
        dossier.probe(dossier.PAGE, "gone"),
        dossier.record() | FOUND,
        CAPTURE,
    )
    answer = fix("--cached")
    assert answer.out == "Nothing to fix in 1 article; 2 more with --unsafe.\n"
    assert read(content / "a.yaml") == text
    answer = fix("--cached", "--unsafe")
    assert answer.out.splitlines()[-1] == "2 findings fixed in 1 file."
    assert read(content / "a.yaml") == FAULTLESS.replace(
        "    doi: 10.5555/example.1\n", ""
    ).replace("    pages: 7-9\n", "    pages: 7-9\n    doi: 10.5555/example.1\n") + (
        "    archive:\n"
        f"      url: https://web.example/1/{dossier.PAGE}\n"
        "      captured: 2026-06-10\n"
    )
    assert fix("--cached", "--unsafe").out.splitlines()[0] == "Nothing to fix in 1 article."


def test_help_names_all_options(run: Run, workdir: Path) -> None:
    told = run("fix", "--help").stdout
    for option in ("--unsafe", "--diff", "--select", "--links", "--cached", "--quiet"):
        assert option in told
