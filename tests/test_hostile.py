"""Whatever lies in the folder, the command ends, says what is wrong where, and checks the rest."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from articles import HEADER, article
from citewell import source
from conftest import TODAY, Run
from hostile import HOSTILE

# The good article beside the hostile file; its one fault proves that it was checked.
FAULT = "unknown-reference"
NEIGHBOUR = HEADER + article("id: neighbour\n").replace("references: [2]", "references: [2, 9]")


@pytest.fixture
def content(workdir: Path) -> Path:
    """The folder of articles, which holds a good one with one fault."""
    folder = workdir / "content"
    folder.mkdir()
    (folder / "neighbour.yaml").write_text(NEIGHBOUR, encoding="utf-8")
    return folder


def report(run: Run, *arguments: object, code: int = 1) -> Any:
    """The JSON report of a run that ends with *code* and has nothing to say on stderr."""
    finished = run("check", "--as-of", TODAY, "--format", "json", *arguments)
    assert finished.stderr == ""
    assert finished.returncode == code, finished.stdout
    return json.loads(finished.stdout)


def findings_of(name: str, outcome: Any) -> list[dict[str, Any]]:
    """What *outcome* says of content/*name*, once it is clear that the neighbour was checked."""
    others = [f["rule"] for f in outcome["findings"] if f["path"] == "content/neighbour.yaml"]
    assert others == [FAULT]
    return [f for f in outcome["findings"] if f["path"] == f"content/{name}"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file(name: str, content: Path, run: Run) -> None:
    hostile = HOSTILE[name]
    (content / "hostile.yaml").write_bytes(hostile.build())
    found = findings_of("hostile.yaml", report(run))
    schema = [f for f in found if f["group"] == "schema" and f["severity"] == "error"]
    if not hostile.rule:
        assert found == []
        return
    first = schema[0]
    assert (first["rule"], first["line"], first["column"]) == (
        hostile.rule,
        hostile.line,
        hostile.column,
    )
    for finding in found:
        assert "Traceback" not in finding["message"]
        assert (finding["line"], finding["column"]) <= (finding["end_line"], finding["end_column"])
        assert 0 < len(finding["message"]) <= 1000
        assert 0 < len(finding["help"]) <= 1000
        assert finding["message"].isprintable()


@pytest.mark.parametrize("format_", ["text", "concise", "github"])
def test_long_lines_are_cut(format_: str, content: Path, run: Run) -> None:
    for name in ("long-line", "long-key", "long-value", "long-anchor", "long-number"):
        (content / f"{name}.yaml").write_bytes(HOSTILE[name].build())
    finished = run("check", "--format", format_, "--verbose")
    assert finished.returncode == 1
    assert max(map(len, finished.stdout.splitlines())) < 1500


# What must not reach a terminal: it would title the window, ask for a report, turn the
# text around, or make up lines.
_EVIL = ["\x1b]0;", "\x1b[6n", "\x1b[31m", "\x9b", "\x07", "\u202e", "\u2028", "\r"]
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("format_", ["text", "concise", "github", "json"])
def test_no_escape_sequence_reaches_the_terminal(format_: str, content: Path, run: Run) -> None:
    evil = '"x \\e]0;pwned\\a \\e[6n \\u009b2J \\u202e \\L \\r y"'
    text = HEADER + article("id: evil\n")
    assert "Dystonia fact sheet" in text
    text = (
        text.replace("Dystonia fact sheet", evil)
        .replace("references: [2]", f"references: [2, 8], {evil}: {evil}")
        .replace("url: https://example.org/dystonia", f"url: {evil}")
        .replace("accessed: 2026-06-18", f"accessed: {evil}")
        .replace("Spasms may hurt.", f"{evil}")
        .replace("number: 1\n", f"number: 1\n    access: {evil}\n")
    )
    text += f'waivers:\n  - {{rule: {evil}, target: "claim:second", owner: {evil}, '
    text += f"reason: {evil}, expires: 2030-01-01}}\n"
    text += "  - {rule: uncited-reference, target: article, "
    text += f"owner: {evil}, reason: {evil}, expires: 2030-01-01}}\n"
    (content / "evil.yaml").write_text(text, encoding="utf-8")
    (content / "evil2.yaml").write_text(_waived(evil), encoding="utf-8")
    finished = run("check", "--as-of", TODAY, "--format", format_, "-v", "--color", "always")
    assert finished.returncode == 1
    assert "content/evil.yaml" in finished.stdout
    if format_ == "text":
        assert "waived[" in finished.stdout
    shown = _STYLE.sub("", finished.stdout)
    # JSON has its own way to write control characters; the rest of it is for machines.
    forbidden = _EVIL[:3] if format_ == "json" else _EVIL
    assert [evil for evil in forbidden if evil in shown] == []


def _waived(evil: str) -> str:
    """An article with a waived finding, whose waiver is evil."""
    text = NEIGHBOUR.replace("id: neighbour", "id: waived")
    return (
        f"{text}waivers:\n  - {{rule: {FAULT}, target: 'claim:second', owner: {evil}, "
        f"reason: {evil}, expires: 2030-01-01}}\n"
    )


@pytest.mark.parametrize("format_", ["text", "concise", "github", "json"])
def test_hostile_names_of_files(format_: str, content: Path, run: Run) -> None:
    names = [
        "\x1b]0;pwned\x07.yaml",
        "a\nb.yaml",
        "\u202e\u2028.yaml",
        "\udcff.yaml",
        "\x9b2J.yaml",
    ]
    for name in names:
        (content / name).write_text("a: [\n")
    finished = run("check", "--as-of", TODAY, "--format", format_, "-v", "--color", "always")
    assert finished.stderr == ""
    assert finished.returncode == 1
    shown = _STYLE.sub("", finished.stdout)
    forbidden = _EVIL[:3] if format_ == "json" else _EVIL
    assert [evil for evil in forbidden if evil in shown] == []
    assert shown.count("invalid-yaml") == len(names)
    assert FAULT in shown
    if format_ == "concise":
        places = [line for line in shown.splitlines() if line.endswith("]")]
        assert all(re.match(r"content/[^:]+:\d+:\d+: ", line) for line in places)


@pytest.mark.parametrize("name", ["-x.yaml", "a b:1.yaml", "[x].yaml", "%0a,::x.yml", "é.YAML"])
def test_odd_names_are_names(name: str, content: Path, run: Run) -> None:
    (content / name).write_text(NEIGHBOUR.replace("neighbour", "odd"), encoding="utf-8")
    assert [f["rule"] for f in findings_of(name, report(run))] == [FAULT]
    limited = report(run, f"content/{name}")
    assert [f["path"] for f in limited["findings"]] == [f"content/{name}"]


# What is no file.


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(path))  # the length of its path is limited


@pytest.mark.parametrize("kind", ["itself", "dangling", "fifo", "socket", "device", "fifo-by-link"])
def test_what_is_no_file(kind: str, content: Path, run: Run) -> None:
    odd = content / "odd.yaml"
    if kind == "itself":
        odd.symlink_to("odd.yaml")
    elif kind == "dangling":
        odd.symlink_to("nowhere.yaml")
    elif kind == "fifo":
        os.mkfifo(odd)
    elif kind == "socket":
        _socket(odd)
    elif kind == "device":
        odd.symlink_to("/dev/zero")
    else:
        os.mkfifo(content / "fifo")
        odd.symlink_to("fifo")
    for arguments in ((), ("content/odd.yaml", "content/neighbour.yaml")):
        found = findings_of("odd.yaml", report(run, *arguments))
        assert [(f["rule"], f["line"], f["column"]) for f in found] == [("invalid-yaml", 1, 1)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(content: Path, run: Run) -> None:
    (content / "closed.yaml").write_text(NEIGHBOUR, encoding="utf-8")
    (content / "closed.yaml").chmod(0)
    (content / "folder").mkdir(mode=0)
    outcome = report(run)
    assert [f["rule"] for f in findings_of("closed.yaml", outcome)] == ["invalid-yaml"]
    assert [f["rule"] for f in findings_of("folder", outcome)] == ["invalid-yaml"]


def test_a_folder_named_like_an_article(content: Path, run: Run) -> None:
    (content / "x.yaml").mkdir()
    (content / "x.yaml" / "y.yaml").write_text(NEIGHBOUR.replace("neighbour", "y"))
    assert [f["rule"] for f in findings_of("x.yaml/y.yaml", report(run))] == [FAULT]


def test_links_in_a_circle_end(content: Path, run: Run) -> None:
    (content / "up").symlink_to("..")
    (content / "here").symlink_to(".")
    (content / "itself").symlink_to("itself")
    (content / "below").mkdir()
    (content / "below" / "back").symlink_to("../below")
    (content / "below" / "x.yaml").write_text(NEIGHBOUR.replace("neighbour", "x"))
    for name in ("a", "b", "y", "z"):
        (content / name).symlink_to("below")
    for arguments in ((), (".",), ("content", "content/below/..")):
        articles = [judged["path"] for judged in report(run, *arguments)["articles"]]
        assert articles == ["content/below/x.yaml", "content/neighbour.yaml"]


def test_two_articles_with_one_id(content: Path, run: Run) -> None:
    (content / "other.yaml").write_text(HEADER + article("id: neighbour\n"), encoding="utf-8")
    outcome = report(run, "--select", "schema")
    places = [(f["path"], f["rule"], f["line"], f["column"]) for f in outcome["findings"]]
    assert places == [
        ("content/neighbour.yaml", "duplicate-id", 2, 5),
        ("content/other.yaml", "duplicate-id", 2, 5),
    ]
    assert "content/other.yaml" in outcome["findings"][0]["message"]


# Nothing to check.


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.yaml",),
        ("nowhere/",),
        ("content/neighbour.yaml", "nowhere.yaml"),
        ("empty",),
        ("\x1b[6n",),
    ],
    ids=ascii,
)
def test_a_path_without_article_is_misuse(
    arguments: tuple[str, ...], content: Path, run: Run
) -> None:
    Path("empty").mkdir()
    finished = run("check", *arguments)
    assert finished.returncode == 2
    assert finished.stdout == ""
    error = finished.stderr.splitlines()[-1]
    assert error.startswith("Error: ")
    assert error.endswith(".")
    assert "\x1b" not in error
    assert "Traceback" not in finished.stderr


def test_no_article_at_all_is_misuse(workdir: Path, run: Run) -> None:
    for _ in range(2):
        finished = run("check")
        assert finished.returncode == 2
        assert "There is no article" in finished.stderr.splitlines()[-1]
        (workdir / "content" / "below").mkdir(parents=True, exist_ok=True)


# Pipes and signals.


def _start(
    *arguments: str, environment: Mapping[str, str] = os.environ, **options: Any
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "citewell", "check", *arguments]
    # Unbuffered, Python does not notice that only a part of a long text could be written.
    environment = {**environment, "PYTHONUNBUFFERED": ""}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment, **options)


@pytest.mark.parametrize(
    ("format_", "fail_on", "code"),
    [("text", "error", 1), ("concise", "never", 0), ("json", "error", 1), ("github", "never", 0)],
)
def test_a_closed_pipe_changes_nothing(
    format_: str, fail_on: str, code: int, content: Path
) -> None:
    numbers = "".join(f"{number}, " for number in range(9, 2009))  # no pipe holds the findings
    (content / "many.yaml").write_text(
        HEADER + article("id: many\n").replace("[2]", f"[{numbers}2]")
    )
    with _start("--format", format_, "--fail-on", fail_on) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_said(content: Path, run: Run) -> None:
    with Path("/dev/full").open("wb") as full:
        finished = run(
            "check", capture_output=False, stdout=full, stderr=subprocess.PIPE, encoding="utf-8"
        )
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr
    assert "No space left" in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


@pytest.fixture
def told(workdir: Path, content: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """3000 articles; a descriptor that can be read once the 200th is, and an environment for that.

    Python runs ``sitecustomize`` at its start; this one watches which files are opened.
    """
    for number in range(3000):
        os.link(content / "neighbour.yaml", content / f"{number:04}.yaml")
    hooks = workdir / "hooks"
    hooks.mkdir()
    os.mkfifo(hooks / "fifo")
    (hooks / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def watch(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('/0200.yaml'):\n"
        f"        os.write(os.open({str(hooks / 'fifo')!r}, os.O_WRONLY), b'x')\n"
        "sys.addaudithook(watch)\n"
    )
    descriptor = os.open(hooks / "fifo", os.O_RDWR)
    path = os.pathsep.join(filter(None, [str(hooks), os.environ.get("PYTHONPATH")]))
    yield descriptor, os.environ | {"PYTHONPATH": path}
    os.close(descriptor)


def _alive(group: int) -> list[str]:
    """The processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[2]) == group and fields[0] not in "ZX":
            found.append(stat.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_check_ends_at_once(jobs: str, told: tuple[int, dict[str, str]]) -> None:
    descriptor, environment = told
    with _start("--jobs", jobs, environment=environment, start_new_session=True) as process:
        assert os.read(descriptor, 1) == b"x"
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)  # the ends of the pipes close with the last one
    assert process.returncode == 130
    assert out == b""
    assert err.decode().strip() == "Interrupted."
    assert _alive(process.pid) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_not_fixed_to_pieces(name: str, content: Path, run: Run) -> None:
    """What fix cannot read is left as it is, with a sentence; what it writes reads as before."""
    hostile = HOSTILE[name]
    raw = hostile.build()
    (content / "hostile.yaml").write_bytes(raw)
    finished = run("fix", "--as-of", TODAY, "content/hostile.yaml", timeout=60)
    assert finished.returncode in (0, 1), finished.stderr
    assert finished.stderr == ""
    new = (content / "hostile.yaml").read_bytes()
    before, after = source.parse(raw), source.parse(new)
    if before.unreadable:
        assert finished.returncode == 1
        assert "content/hostile.yaml:" in finished.stdout
        assert ": not read: " in finished.stdout
        assert new == raw
    else:
        assert after.data == before.data
    assert list(content.glob(".*")) == []
