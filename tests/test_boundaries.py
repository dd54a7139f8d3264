"""The rooms that must not know each other, and the schemas that others read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Call

LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """The import contracts of ``pyproject.toml`` put to the package in *folder*."""
    path = os.pathsep.join((str(folder / "checks"), os.environ.get("PYTHONPATH", "")))
    return subprocess.run(
        [LINT, "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_contracts_are_kept() -> None:
    """Rules, model, reports and command line import only what they may."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 broken." in done.stdout


PLANTED = {
    "rules/claims.py": "import yaml",
    "model.py": "from citewell import reading",
    "report/text.py": "from citewell import settings",
    "judging.py": "from citewell import cli",
    "finding.py": "from citewell import rules",
    "evidence/page.py": "from citewell import rules",
    "pipeline.py": "import requests",
}


def test_contracts_bite(tmp_path: Path) -> None:
    """An import of the wrong kind in each of these rooms is noticed."""
    package = tmp_path / "checks" / "citewell"
    shutil.copytree(ROOT / "checks" / "citewell", package)
    for name, line in PLANTED.items():
        path = package / name
        path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert " 0 kept" in done.stdout
    for name in PLANTED:
        importer = name.removesuffix(".py").replace("/", ".")
        assert f"citewell.{importer} ->" in done.stdout, importer


def test_committed_schemas_are_fresh(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in ``schemas/`` is what the models say, and nothing else is."""
    monkeypatch.chdir(ROOT)
    answer = call("schema", "--check")
    assert (answer.code, answer.out) == (0, "")
    names = {path.name for path in (ROOT / "schemas").iterdir()}
    kinds = ("article", "check", "report", "waivers")
    assert names == {f"{kind}.schema.json" for kind in kinds}


def test_source_is_one_package() -> None:
    """``checks`` is a root with one uniquely named package, so nothing else gets installed."""
    inside = {path.name for path in (ROOT / "checks").iterdir() if path.name != "__pycache__"}
    assert inside == {"citewell"}
    assert not (ROOT / "checks" / "__init__.py").exists()
