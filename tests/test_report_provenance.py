"""Where a report comes from: its command, policy, files and facts."""

import re
import shlex
from hashlib import sha256
from pathlib import Path

import pytest

from articles import HEADER, article
from citewell.rules import RULES
from conftest import Call
from dossier import PAGE, STANDS, configure, learn, probe, report, write
from test_report import FAULTY


@pytest.fixture
def faulty(workdir: Path) -> Path:
    """The current folder, with one article that has one finding of each severity."""
    write("faulty", FAULTY)
    return workdir


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["content/faulty.yaml"],
        ["./content", "content/faulty.yaml"],
        ["--select", "claims", "--select", "links"],
        ["--ignore", "links,uncited-claim"],
        ["--config", "my settings.toml"],
        ["--fail-on", "warning", "--ignore", "claims"],
        ["--fail-on", "never"],
        ["a name; with $signs.yaml"],
        ["./-a.yaml"],
        ["--jobs", "1", "--ledger", ".citewell/ledger.sqlite3"],
    ],
)
def test_the_command_gives_the_same_report(faulty: Path, call: Call, arguments: list[str]) -> None:
    learn(call, *STANDS)
    Path("my settings.toml").write_text('[severity]\nuncited-claim = "warning"', encoding="utf-8")
    for name in ("-a.yaml", "a name; with $signs.yaml"):
        write().rename(name)
    told = report(call, *arguments)
    words = shlex.split(told.report["provenance"]["command"])
    assert words[:2] == ["citewell", "report"]
    again = call("report", "--format", "json", *words[2:])
    assert (again.code, again.out) == (told.code, told.out)


def policy(call: Call, *arguments: object) -> str:
    digest = report(call, *arguments).report["provenance"]["policy"]["sha256"]
    assert re.fullmatch("[0-9a-f]{64}", digest)
    return str(digest)


def test_the_policy_has_its_sum(faulty: Path, call: Call) -> None:
    """It changes if and only if the policy does."""
    first = policy(call)
    for same in (
        'content = ["content"]',
        'fail_on = "error"',
        "[tool.citewell.dates]\nreview = 36",
        '[tool.citewell.severity]\nsingle-source-claim = "off"',
        "[tool.citewell.network]\ntimeout = 3",
        '[tool.citewell.ledger]\npath = "elsewhere"',
    ):
        configure(same)
        assert policy(call) == first, same
    write("two")
    assert policy(call, "content/two.yaml") == first
    others = []
    for other in (
        'fail_on = "warning"',
        "[tool.citewell.dates]\nreview = 35",
        "[tool.citewell.dates.accessed]\nwebpage = 11",
        "[tool.citewell.dates.published]\nbook = 11",
        '[tool.citewell.severity]\nuncited-claim = "warning"',
        '[tool.citewell.severity]\nsingle-source-claim = "info"',
        "[tool.citewell.ledger]\nconfirm_failures = 4",
        "[tool.citewell.ledger]\nconfirm_days = 7",
    ):
        configure(other)
        others.append(policy(call))
    configure()
    others += [policy(call, "--select", "claims"), policy(call, "--ignore", "insecure-url")]
    others += [policy(call, "--fail-on", "never")]
    assert len({first, *others}) == len(others) + 1


def test_the_policy_is_written_out(faulty: Path, call: Call) -> None:
    configure('[tool.citewell.severity]\nuncited-claim = "info"\nstale-review = "off"')
    told = report(call, "--ignore", "links").report["provenance"]["policy"]
    assert list(told["rules"]) == [rule.name for rule in RULES]
    assert told["rules"]["uncited-claim"] == "info"
    assert told["rules"]["stale-review"] == told["rules"]["broken-link"] == "off"
    assert told["rules"]["uncited-reference"] == "warning"
    assert told["dates"]["review"] == 36
    assert told["ledger"] == {"confirm_failures": 3, "confirm_days": 6}


def test_files_have_the_sums_of_their_bytes(faulty: Path, call: Call) -> None:
    configure('waivers = "content/waivers.yaml"')
    Path("content/waivers.yaml").write_bytes(b"schema_version: 1\r\nwaivers: []\r\n")
    write("bom").write_bytes(b"\xef\xbb\xbf" + (HEADER + article("id: bom")).encode())
    Path("content/broken.yaml").write_bytes(b"title: [")
    Path("content/latin.yaml").write_bytes("title: ä".encode("latin-1"))
    Path("content/empty.yaml").write_bytes(b"")
    Path("content/large.yaml").write_bytes(b"# large\n" * 700_000)
    told = report(call).report
    sums = {file["path"]: file["sha256"] for file in told["provenance"]["files"]}
    assert sums == {
        path.as_posix(): sha256(path.read_bytes()).hexdigest() for path in Path("content").iterdir()
    } | {"content/large.yaml": None}  # it is not read
    for each in told["articles"]:
        assert each["sha256"] == sums[each["path"]]


def test_the_seal_of_the_ledger(faulty: Path, call: Call) -> None:
    """It is on the facts about the targets up to the day, and on no others."""
    assert report(call).report["provenance"]["ledger"] is None
    page = "http://example.org/a"
    learn(call, probe(PAGE))
    empty = {"facts": 0, "newest": None, "sha256": sha256(b"").hexdigest()}
    assert report(call).report["provenance"]["ledger"] == empty
    learn(call, probe(page, on="2026-11-01"), probe(page, on="2026-11-23"))
    first = report(call).report["provenance"]["ledger"]
    assert (first["facts"], first["newest"]) == (1, "2026-11-01T09:00:00Z")
    line = call("ledger", "export").out.splitlines()[0]
    digest = sha256(line.encode()).hexdigest()
    assert first["sha256"] == sha256(f"{digest}\n".encode()).hexdigest()
    learn(call, probe("https://elsewhere.example/"))
    assert report(call).report["provenance"]["ledger"] == first
    learn(call, probe(page, "gone", on="2026-11-02"))
    second = report(call).report["provenance"]["ledger"]
    assert (second["facts"], second["newest"]) == (2, "2026-11-02T09:00:00Z")
    assert second["sha256"] != first["sha256"]
