"""What is not news: the findings of an earlier report, or of an earlier state of the tree."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from citewell.discovery import NothingToCheckError
from citewell.inert import fit
from citewell.mapping import Map
from citewell.pipeline import Request, run
from citewell.targets import Gather


class ComparisonError(Exception):
    """There is nothing to compare with; the message says why."""


def load(path: Path) -> dict[str, Any]:
    """An earlier report, as ``check`` or ``report`` has written it with ``--format json``."""
    try:
        report = json.loads(path.read_bytes(), object_pairs_hook=_without_doubles)
        if not all(isinstance(finding["fingerprint"], str) for finding in report["findings"]):
            raise TypeError
        version, tool = report["schema_version"], report["tool"]["name"]
    except OSError as error:
        raise ComparisonError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ComparisonError(f"{path} is not a report of 'citewell check'.") from None
    if (version, tool) != (1, "citewell"):
        told = fit(f"{tool}, version {version}")
        raise ComparisonError(f"{path} is a report of {told}; not of ours, 1.")
    return dict(report)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; a ValueError if it has a key twice, as readers differ on which counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(pairs)
    return found


def of_report(path: Path) -> frozenset[str]:
    """The fingerprints in a report that ``check --format json`` has written."""
    return frozenset(finding["fingerprint"] for finding in load(path)["findings"])


def of_revision(
    revision: str, request: Request, map_: Map = map, gather: Gather | None = None
) -> frozenset[str]:
    """The fingerprints of *request* when put to the tree at the git *revision*.

    The policy, the day and the rules are those of *request*, and *gather* is asked for facts
    about the targets of that tree; articles and waivers are those of the revision. A file
    that was not there then has none.
    """
    top = Path(_git(request.base, "rev-parse", "--show-toplevel").removesuffix("\n"))
    tree = _tree(top, revision)
    with tempfile.TemporaryDirectory(prefix="citewell-") as folder:
        then = _Then(top, Path(folder).resolve() / "tree")
        then.folder.mkdir()
        _check_out(tree, then.paths((*_content(request), *_house(request), *request.paths)), then)
        try:
            return frozenset(
                finding.fingerprint for finding in run(then.put(request), map_, gather).findings
            )
        except NothingToCheckError:
            return frozenset()


class _Then(NamedTuple):
    """The tree of an earlier day in *folder*, which stands for that in *top*."""

    top: Path
    folder: Path

    def path(self, path: Path) -> Path | None:
        """What *path* was then, be it there or not; None if it is outside of the tree."""
        real = path.parent.resolve() / path.name  # a link itself stays where it is
        return self.folder / real.relative_to(self.top) if real.is_relative_to(self.top) else None

    def paths(self, paths: Iterable[Path]) -> list[Path]:
        """What *paths* were then, those inside of the tree."""
        return [path for path in map(self.path, paths) if path is not None]

    def put(self, request: Request) -> Request:
        """*request*, put to this tree."""
        content = list(filter(os.path.lexists, self.paths(_content(request))))
        house = list(filter(Path.exists, self.paths(_house(request))))
        # What is named now may have had another name then, so all that was there is judged.
        named = [*filter(os.path.lexists, self.paths(request.paths)), *content]
        then = {"root": self._folder(request.settings.root), "content": list(map(str, content))}
        settings = request.settings.model_copy(
            update={**then, "waivers": str(house[0]) if house else None}
        )
        paths = tuple(named) if request.paths else ()
        return replace(request, base=self._folder(request.base), paths=paths, settings=settings)

    def _folder(self, folder: Path) -> Path:
        inside = self.path(folder / "any")
        return self.folder if inside is None else inside.parent


def _content(request: Request) -> list[Path]:
    return [request.settings.root / name for name in request.settings.content]


def _house(request: Request) -> list[Path]:
    waivers = request.settings.waivers
    return [request.settings.root / waivers] if waivers else []


def _check_out(tree: str, paths: list[Path], then: _Then) -> None:
    """Write the files of *tree* at or below *paths*, through a passing index."""
    top = then.top
    index = {"GIT_INDEX_FILE": str(then.folder.with_name("index"))}
    _git(top, "read-tree", tree, env=index)
    literal = [f":(literal){path.relative_to(then.folder)}" for path in paths]
    listed = _git(top, "ls-files", "-z", "--stage", "--", *literal, env=index).split("\0")
    if any(line.startswith("120000 ") for line in listed):  # a link may lead anywhere
        listed = _git(top, "ls-files", "-z", "--stage", env=index).split("\0")
    names = "".join(f"{line.partition(chr(9))[2]}\0" for line in listed if line)
    prefix = f"--prefix={then.folder}{os.sep}"
    _git(top, "checkout-index", "-z", "--stdin", prefix, env=index, stdin=names)


def _git(
    folder: Path, *arguments: str, env: dict[str, str] | None = None, stdin: str | None = None
) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and git's own options come first
            ["git", *arguments],  # noqa: S607 - whichever git the user has
            cwd=folder,
            env=os.environ | (env or {}),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=True,
        )
    except FileNotFoundError:
        raise ComparisonError("--since needs git, which is not installed.") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip() or f"'git {' '.join(arguments)}' failed"
        raise ComparisonError(f"--since: {said.removesuffix('.')}.") from None
    return done.stdout


def _tree(top: Path, revision: str) -> str:
    try:
        told = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}")
        return _git(top, *told).strip()
    except ComparisonError:
        raise ComparisonError(
            f"--since: there is no revision '{revision}' here. In a shallow clone, fetch it first "
            "(fetch-depth: 0)."
        ) from None
