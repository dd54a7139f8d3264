"""What all tests share: no network, a runner of the command, and short articles."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TODAY = "2026-11-22"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection to an address that is not loopback fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail(f"unmocked network access to {address}")
        connect(self, address)  # type: ignore[arg-type]

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
        options["env"] = os.environ | {"NO_COLOR": "1"} | dict(more.pop("env", {}))  # type: ignore[call-overload]
        command = [sys.executable, "-m", "citewell", *map(str, arguments)]
        return subprocess.run(command, **options | more)  # type: ignore[call-overload, no-any-return]

    return run
