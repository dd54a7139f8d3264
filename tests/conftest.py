"""What all tests share: no network, and two ways to run the command."""

import gc
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from citewell import cli

ROOT = Path(__file__).parent.parent
TODAY = "2026-11-22"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that rewrites what ``test_golden.py`` compares with."""
    parser.addoption("--update-golden", action="store_true", help="Rewrite tests/golden/.")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection to an address that is not loopback fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail(f"unmocked network access to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run() -> Run:
    """Runs the citewell command as a process of its own, in the current folder."""

    def run(*arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
        options: dict[str, object] = {"capture_output": True, "encoding": "utf-8", "timeout": 120}
        options["env"] = os.environ | {"NO_COLOR": "1"} | dict(more.pop("env", {}))
        command = [sys.executable, "-m", "citewell", *map(str, arguments)]
        return subprocess.run(command, **options | more)

    return run


@dataclass(frozen=True)
class Answer:
    """What a command has said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        """The output of ``--format json``."""
        return json.loads(self.out)

    @property
    def rules(self) -> list[str]:
        """The rules of the findings in that output, in its order."""
        return [finding["rule"] for finding in self.report["findings"]]


Call = Callable[..., Answer]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs the citewell command in this process: quicker, and open to monkeypatching."""

    def call(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["citewell", *map(str, arguments)])
        capsys.readouterr()
        try:
            with pytest.raises(SystemExit) as exit_:
                cli.main()
        finally:
            gc.unfreeze()
            gc.enable()
        assert isinstance(exit_.value.code, int)
        return Answer(exit_.value.code, *capsys.readouterr())

    return call
