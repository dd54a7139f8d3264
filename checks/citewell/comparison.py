"""What is not news: the findings of an earlier report, or of an earlier state of the tree."""

import json
import os
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from citewell.discovery import NothingToCheck
from citewell.pipeline import Map, Request, run


class ComparisonError(Exception):
    """There is nothing to compare with; the message says why."""


def of_report(path: Path) -> frozenset[str]:
    """The fingerprints in a report that ``check --format json`` has written."""
    try:
        report = json.loads(path.read_bytes())
        fingerprints = frozenset(finding["fingerprint"] for finding in report["findings"])
        version, tool = report["schema_version"], report["tool"]["name"]
    except OSError as error:
        raise ComparisonError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ComparisonError(f"{path} is not a report of 'citewell check'.") from None
    if (version, tool) != (1, "citewell"):
        raise ComparisonError(f"{path} is a report of {tool}, version {version}; not of ours, 1.")
    return fingerprints


def of_revision(revision: str, request: Request, map_: Map = map) -> frozenset[str]:
    """The fingerprints of *request* when put to the tree at the git *revision*.

    The policy, the day and the rules are those of *request*; articles and waivers are
    those of the revision. A file that was not there then has none.
    """
    top = Path(_git(request.base, "rev-parse", "--show-toplevel").removesuffix("\n"))
    tree = _tree(top, revision)
    with tempfile.TemporaryDirectory(prefix="citewell-") as folder:
        then = Path(folder).resolve() / "tree"
        then.mkdir()

        def moved(path: Path) -> Path | None:
            real = path.parent.resolve() / path.name  # a link itself stays where it is
            return then / real.relative_to(top) if real.is_relative_to(top) else None

        settings = request.settings
        house = [settings.root / settings.waivers] if settings.waivers else []
        content = [settings.root / name for name in settings.content]
        wanted = [path for path in map(moved, (*content, *house, *request.paths)) if path]
        _check_out(top, tree, [path.relative_to(then) for path in wanted], then)
        root, base = moved(settings.root / "x"), moved(request.base / "x")
        if root is None or base is None:
            return frozenset()
        still = [str(path) for path in map(moved, house) if path and path.exists()]
        # What is named now may have had another name then, so all that was there is judged.
        named = (*request.paths, *content) if request.paths else ()
        paths = [path for path in map(moved, named) if path and os.path.lexists(path)]
        earlier = replace(
            request,
            base=base.parent,
            paths=tuple(paths),
            settings=settings.model_copy(
                update={
                    "root": root.parent,
                    "content": tuple(str(path) for path in map(moved, content) if path),
                    "waivers": still[0] if still else None,
                }
            ),
        )
        try:
            return frozenset(finding.fingerprint for finding in run(earlier, map_).findings)
        except NothingToCheck:
            return frozenset()


def _check_out(top: Path, tree: str, paths: list[Path], folder: Path) -> None:
    """Write the files of *tree* at or below *paths* into *folder*, through a passing index."""
    index = {"GIT_INDEX_FILE": str(folder.with_name("index"))}
    _git(top, "read-tree", tree, env=index)
    literal = [f":(literal){path}" for path in paths]
    listed = _git(top, "ls-files", "-z", "--stage", "--", *literal, env=index).split("\0")
    if any(line.startswith("120000 ") for line in listed):  # a link may lead anywhere
        listed = _git(top, "ls-files", "-z", "--stage", env=index).split("\0")
    names = "".join(f"{line.partition(chr(9))[2]}\0" for line in listed if line)
    prefix = f"--prefix={folder}{os.sep}"
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
