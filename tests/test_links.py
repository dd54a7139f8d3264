"""Links from the command line: the real command, against a web that is played on loopback."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
import trustme

import records
from articles import HEADER, article
from conftest import ROOT, TODAY, Run
from registries import Registries
from web import OK, Web, page, plain
from web import Answer as Reply


class Proxy:
    """Leads every CONNECT to one port of loopback: the way to a web under its own names."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._start(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._open):
            each.close()

    def _start(self, work: Any, *arguments: object) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _peer = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._open += [client, server]
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += client.recv(4096)
                assert head.startswith(b"CONNECT ")
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._start(self._pass_on, client, server)
                self._start(self._pass_on, server, client)

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)


@dataclass(frozen=True)
class Loopback:
    """A web that plays the sites of an article, and what the command must be told of it."""

    web: Web
    registries: Registries
    config: Path
    environment: dict[str, str]

    def check(self, run: Run, *options: object, **more: object) -> subprocess.CompletedProcess[str]:
        command = ("check", "--links", "--config", self.config, "--as-of", TODAY)
        return run(*command, *options, env=self.environment, **more)

    @property
    def asked(self) -> list[str]:
        return [request.host + request.path for request in self.web.requests]


def moved(status: int, place: str) -> Reply:
    return Reply(status, {"Location": f" {place}"})  # after a blank, it gets no port


DYSTONIA = {
    # what the server means: how it answers, and the verdict
    "https://www.uptodate.com/contents/search": (plain(403), "blocked"),
    "https://www.clinicalkey.com": (moved(302, "/login?returnUrl=%2F"), "blocked"),
    "https://www.uptodate.com/contents/home": (OK, "ok"),
    "https://nccih.nih.gov/health/yoga": (
        moved(301, "https://www.nccih.nih.gov/health/yoga"),
        "moved",
    ),
    "https://www.nccih.nih.gov/health/meditation-in-depth": (
        moved(301, "https://www.nccih.nih.gov/"),
        "suspicious",
    ),
    "https://www.ninds.nih.gov/Disorders/Patient-Caregiver-Education/Fact-Sheets/"
    "Dystonias-Fact-Sheet?TRILIBIS_EMULATOR_UA=nsclpfpr%2cnsclpfpr%2cnsclpfpr%2cnsclpfpr": (
        plain(404),
        "gone",
    ),
}
"""The addresses of the article; no real server is meant to answer so."""
DOIS = [record["DOI"] for record in records.DYSTONIA]
"""Its four DOIs, of which the registries hold what the real ones do."""
ARCHIVE = "https://web.archive.org"
NINDS = next(url for url in DYSTONIA if "ninds" in url)


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Loopback]:
    """A web that plays the sites of the article, the settings for it, and the environment."""
    names = sorted({url.split("/")[2] for url in DYSTONIA if "//" in url} | {"www.nccih.nih.gov"})
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    contexts = {name: certified(authority, name) for name in names}
    with Web(contexts) as web, Proxy(web.secure_port) as proxy:
        registries = play(web)
        config = tmp_path / "citewell.toml"
        config.write_text(
            f"""
            [network]
            proxy = "{proxy.address}"
            [endpoints]
            """
            + "\n".join(f'{name} = "{base}"' for name, base in registries.endpoints.items()),
            encoding="utf-8",
        )
        yield Loopback(
            web, registries, config, {"REQUESTS_CA_BUNDLE": str(tmp_path / "authority.pem")}
        )


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def play(web: Web) -> Registries:
    registries = Registries(web)
    for record in records.DYSTONIA:
        registries.crossref(record)
    registries.capture(NINDS, "20220420101010")
    for url, (reply, _) in DYSTONIA.items():
        place = url.partition("//")[2]
        web.script(place if "/" in place else f"{place}/", [reply])
    web.script("www.nccih.nih.gov/health/yoga", [OK])
    web.script("www.nccih.nih.gov/", [Reply(200, body=page(title="NCCIH"))])
    return registries


def test_every_target_of_the_article_gets_the_verdict_that_the_server_meant(
    loopback: Loopback, run: Run, workdir: Path
) -> None:
    shutil.copytree(ROOT / "content", "content")
    done = loopback.check(run, "--format", "json")
    report = json.loads(done.stdout)
    meant = {url: verdict for url, (_, verdict) in DYSTONIA.items()} | dict.fromkeys(DOIS, "ok")
    assert {fact["target"]: fact["verdict"] for fact in report["facts"]} == meant
    assert report["summary"]["targets"] == {
        "verified": 6,
        "failing": 1,
        "unverified": 1,
        "exempt": 2,
        "unchecked": 0,
    }
    found = {(f["rule"], f["target"]) for f in report["findings"] if f["group"] == "links"}
    assert found == {
        ("broken-link", "reference:11"),
        ("moved-link", "reference:13"),
        ("suspicious-link", "reference:14"),
    }
    assert report["not_evaluated"] == []
    assert done.returncode == 1
    assert done.stderr == ""


def test_a_second_run_asks_only_what_may_have_changed(
    loopback: Loopback, run: Run, workdir: Path
) -> None:
    shutil.copytree(ROOT / "content", "content")
    loopback.check(run)
    first = len(loopback.asked)
    loopback.check(run)
    again = {place.partition("?")[0] for place in loopback.asked[first:]}
    assert again == {
        "www.nccih.nih.gov/health/meditation-in-depth",
        "www.nccih.nih.gov/",
        "www.ninds.nih.gov/Disorders/Patient-Caregiver-Education/Fact-Sheets/Dystonias-Fact-Sheet",
        "127.0.0.1/doi/api/handles/10.1000/182",
    }


def test_the_records_of_the_article_disagree_in_two_points_and_no_more(
    loopback: Loopback, run: Run, workdir: Path
) -> None:
    shutil.copytree(ROOT / "content", "content")
    done = loopback.check(run, "--select", "registry", "--format", "json")
    found = {f["target"]: f for f in json.loads(done.stdout)["findings"]}
    assert {target: f["rule"] for target, f in found.items()} == {
        "reference:7": "metadata-mismatch",
        "reference:10": "flagged-reference",
        "reference:11": "missing-archive",
    }
    assert "given and family name seem to be swapped" in found["reference:7"]["message"]
    assert "doi:10.1038/s41572-018-0039-y" in found["reference:10"]["message"]
    assert "2022-04-20" in found["reference:11"]["message"]
    assert found["reference:11"]["fix"]["safe"] is False
    calls = loopback.registries.calls("crossref")
    assert len(calls) == 1, "one list for all four"
    assert loopback.registries.calls("doi") == []


def test_the_readme_shows_this_run(
    loopback: Loopback, run: Run, workdir: Path, pytestconfig: pytest.Config
) -> None:
    shutil.copytree(ROOT / "content", "content")
    done = loopback.check(run, "--select", "links,registry", "--verbose")
    printed = done.stdout.replace(loopback.registries.endpoints["archive"], ARCHIVE)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- loopback -->\n\n```text\n(.*?)```", text, re.DOTALL)
    assert shown is not None
    if pytestconfig.getoption("--update-golden"):
        text = text[: shown.start(1)] + printed + text[shown.end(1) :]
        (ROOT / "README.md").write_text(text, encoding="utf-8")
    else:
        assert printed == shown[1]


def commit_all() -> None:
    """Make the current folder the only revision of a repository."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "a")):
        subprocess.run(["git", *command], check=True, capture_output=True)


REFERENCES = """\
claims:
  - {{id: first, text: Dystonia is a disorder of movement., references: [1]}}
  - {{id: second, text: Spasms may hurt., references: [{cited}]}}
references:
  - {{number: 1, type: webpage, title: A, url: "https://www.uptodate.com/old", accessed: {day}}}
"""
NEW = """\
  - {{number: 2, type: webpage, title: B, url: "https://www.uptodate.com/new", accessed: {day}}}
"""


def test_since_asks_what_is_new_and_nothing_else(
    loopback: Loopback, run: Run, workdir: Path
) -> None:
    Path("content").mkdir()
    path = Path("content/a.yaml")
    before = REFERENCES.format(cited=1, day=TODAY)
    path.write_text(HEADER + article(before), encoding="utf-8")
    commit_all()
    after = REFERENCES.format(cited=2, day=TODAY) + NEW.format(day=TODAY)
    path.write_text(HEADER + article(after), encoding="utf-8")
    done = loopback.check(run, "--since", "HEAD", "--select", "links", "--format", "json")
    report = json.loads(done.stdout)
    pages = {place for place in loopback.asked if "127.0.0.1" not in place}
    assert pages == {"www.uptodate.com/new"}
    assert [(f["rule"], f["target"]) for f in report["findings"]] == [
        ("broken-link", "reference:2")
    ]
    assert {fact["target"]: fact["verdict"] for fact in report["facts"]} == {
        "https://www.uptodate.com/old": "unchecked",
        "https://www.uptodate.com/new": "gone",
    }


NO_NETWORK = ("check", "--links", "--config", ROOT / "tests" / "no-network.toml", "--as-of", TODAY)


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--require-verified",), 1)])
def test_without_a_network_nothing_is_judged_and_that_is_said_once(
    options: tuple[str, ...], code: int, run: Run, workdir: Path
) -> None:
    shutil.copytree(ROOT / "content", "content")
    done = run(*NO_NETWORK, *options, timeout=15)
    assert done.returncode == code
    assert done.stdout.count("10 targets not checked: our own network seems to be down") == 1
    assert "10 unchecked" in done.stdout
    assert done.stderr == ""


def test_on_a_terminal_a_bar_tells_how_far_it_is(
    loopback: Loopback, run: Run, workdir: Path
) -> None:
    shutil.copytree(ROOT / "content", "content")
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        streams = {"capture_output": False, "stdout": subprocess.PIPE, "stderr": theirs}
        done = loopback.check(run, **streams)
        os.close(theirs)
        shown = terminal.read(100_000).decode()
    assert re.search(r"\d+/\d+ ", shown)
    assert re.search(r"\d+ failed, \d+/s", shown)
    assert "failed" not in done.stdout


def test_links_are_asked_or_remembered_not_both(run: Run, workdir: Path) -> None:
    done = run("check", "--links", "--cached")
    assert done.returncode == 2
    assert "choose one" in done.stderr


def test_certificates_that_cannot_be_read_are_a_fault_of_the_setup(
    loopback: Loopback, run: Run, workdir: Path
) -> None:
    shutil.copytree(ROOT / "content", "content")
    loopback.environment["REQUESTS_CA_BUNDLE"] = "nowhere.pem"
    done = loopback.check(run)
    assert done.returncode == 2
    assert "The certificates in nowhere.pem cannot be read" in done.stderr


def test_another_dead_address_of_the_same_work_is_new(
    loopback: Loopback, run: Run, workdir: Path
) -> None:
    Path("content").mkdir()
    path = Path("content/a.yaml")
    text = HEADER + article(REFERENCES.format(cited=1, day=TODAY))
    path.write_text(text, encoding="utf-8")
    commit_all()
    loopback.check(run)  # so that the old address is known to be dead
    path.write_text(text.replace("/old", "/older"), encoding="utf-8")
    done = loopback.check(run, "--since", "HEAD", "--select", "links", "--format", "concise")
    assert done.returncode == 1
    assert "error: The address of reference 1 is broken" in done.stdout


WAIVED = """\
references:
  - {{number: 1, type: webpage, title: A, access: {access}, url: "https://a.example/x", {day}}}
  - {{number: 2, type: webpage, title: B, url: "https://www.uptodate.com/contents/home", {day}}}
waivers:
  - {{rule: stale-review, target: article, reason: Why, owner: Roe J, expires: 2027-01-01}}
  - {{rule: broken-link, target: "reference:2", reason: Why, owner: Roe J, expires: 2027-01-01}}
"""


@pytest.mark.parametrize("access", ["open", "internal"])
def test_waivers_are_idle_where_their_rules_could_speak(
    loopback: Loopback, run: Run, workdir: Path, access: str
) -> None:
    Path("content").mkdir()
    idle = ["stale-review", "broken-link"]
    text = WAIVED.format(access=access, day=f"accessed: {TODAY}")
    Path("content/a.yaml").write_text(HEADER + article(text), encoding="utf-8")
    done = loopback.check(run, "--select", "links,waivers,stale-review", "--format", "json")
    found = [f["message"] for f in json.loads(done.stdout)["findings"] if f["group"] == "waivers"]
    assert [rule for rule in idle if any(rule in message for message in found)] == idle
    cached = ("check", "--cached", "--ledger", "none", "--config", loopback.config)
    chosen = ("--select", "links,waivers,stale-review", "--format", "json", "--as-of", TODAY)
    known = json.loads(run(*cached, *chosen).stdout)["findings"]
    idle_then = [f["message"] for f in known if f["group"] == "waivers"]
    assert len(idle_then) == 1, "of the links nothing is known"
    assert "stale-review" in idle_then[0]


@pytest.mark.parametrize("options", [("--ignore", "unverified-target"), ("--select", "claims")])
def test_what_must_be_verified_is_not_left_out_silently(
    options: tuple[str, ...], run: Run, workdir: Path
) -> None:
    done = run("check", "--cached", "--require-verified", *options)
    assert done.returncode == 2
    assert "unverified-target" in done.stderr
