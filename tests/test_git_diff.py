"""Diffs as git makes and takes them."""

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citewell.git_diff import git_diff, masked

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "d: 1", " - e", "\ufefff\r", "+", "-", "\\"]))
TEXTS = st.tuples(LINES, st.booleans()).map(lambda pair: "\n".join(pair[0]) + "\n" * pair[1])


@given(old=TEXTS, new=TEXTS)
@settings(max_examples=60, deadline=None)
def test_git_takes_it(old: str, new: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = list(git_diff("x.yaml", old, new))
    if old == new:
        assert lines == []
        return
    if not old or not new:  # git calls that a new file, or one that is deleted
        return
    folder = tmp_path_factory.mktemp("git")
    (folder / "x.yaml").write_bytes(old.encode())
    diff = "".join(f"{line}\n" for line in lines).encode()
    subprocess.run(["git", "apply", "-"], input=diff, cwd=folder, check=True)
    assert (folder / "x.yaml").read_bytes() == new.encode()


def numbered(count: int, form: str) -> str:
    return "".join(f"- number: {n}\n  type: book\n{form.format(n)}\n\n" for n in range(count))


@pytest.mark.parametrize(
    ("old", "new", "least"),
    [
        (numbered(20_000, "  doi: doi:{}"), numbered(20_000, "  doi: {}"), 40_000),
        ("a\n" * 300_000, "a\n" * 150_000 + "b\n" + "a\n" * 150_000, 1),
        ("x\na\n" * 100_000, "a\ny\n" * 100_000, 100_000),
    ],
)
def test_long_texts_take_no_long_time(old: str, new: str, least: int) -> None:
    begun = time.process_time()
    lines = list(git_diff("x.yaml", old, new))
    assert time.process_time() - begun < 10
    assert len(lines) > least


def test_only_what_changes_is_shown(tmp_path: Path) -> None:
    old = numbered(1000, "  doi: {}")
    new = old.replace("doi: 500\n", "doi: 0\n")
    assert list(git_diff("x.yaml", old, new)) == [
        "--- a/x.yaml",
        "+++ b/x.yaml",
        "@@ -2000,7 +2000,7 @@",
        " ",
        " - number: 500",
        "   type: book",
        "-  doi: 500",
        "+  doi: 0",
        " ",
        " - number: 501",
        "   type: book",
    ]


def test_one_line_among_many_that_are_alike() -> None:
    lines = list(git_diff("x.yaml", "a\n" * 5000, "a\n" * 2500 + "b\n" + "a\n" * 2500))
    assert [line for line in lines if line[0] in "+-"] == ["--- a/x.yaml", "+++ b/x.yaml", "+b"]
    assert list(git_diff("x.yaml", "a\n" * 5000, "a\n" * 5001))[-1] == "+a"


def test_secrets_are_masked_and_counted() -> None:
    old = "url: https://roe:pass@example.org/\na: 1\n"
    lines, count = masked(git_diff("x.yaml", old, old.replace("1", "2")))
    assert count == 1
    assert " url: https://***@example.org/" in lines
