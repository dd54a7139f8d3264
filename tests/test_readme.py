"""What the README shows is what the commands print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from citewell.link_settings import Endpoints, LedgerSettings, Network
from citewell.reading import read_article
from citewell.settings import Settings, load
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_shown_output(command: str, output: str, pytestconfig: pytest.Config) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=os.environ | {"PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    if pytestconfig.getoption("--update-golden"):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        shown = f"```console\n$ {command}\n"
        text = text.replace(f"{shown}{output}```", f"{shown}{done.stdout}```")
        (ROOT / "README.md").write_text(text, encoding="utf-8")
    else:
        assert done.stdout == output


def test_shown_article_is_valid() -> None:
    shown = re.search(r"```yaml\n(# yaml-language-server.*?)```", README, re.DOTALL)
    assert shown is not None
    data = yaml.load(shown[1], yaml.BaseLoader)
    assert read_article(data).violations == ()


def test_shown_settings_are_the_defaults(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    (tmp_path / "pyproject.toml").write_text(shown[1], encoding="utf-8")
    settings = load(None, tmp_path)
    default = Settings.model_validate({"root": tmp_path})
    assert settings.content == default.content
    assert (settings.exclude, settings.waivers) == (default.exclude, default.waivers)
    assert (settings.fail_on, settings.severity) == (default.fail_on, default.severity)
    assert settings.dates.review == default.dates.review
    assert (settings.accessed, settings.published) == (default.accessed, default.published)
    assert settings.network == Network()
    assert settings.ledger == LedgerSettings()
    assert settings.endpoints == Endpoints()
