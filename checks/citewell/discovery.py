"""Which files a run is about."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from citewell.identifiers import shown
from citewell.settings import Settings

SUFFIXES = (".yaml", ".yml")
"""The names of article files end so."""


class NothingToCheckError(Exception):
    """There is no article, or a named path does not exist; the message says which."""


class File(NamedTuple):
    """A file, the name it is shown by, and the way from it to the schema of articles."""

    path: Path
    name: str
    schema: str


class Files(NamedTuple):
    """What to read: articles and the file of house-wide waivers, if there is one.

    ``named`` holds the names to report on, where paths were named; None means all.
    ``excluded`` holds those of them that the settings exclude.
    """

    articles: tuple[File, ...]
    waivers: File | None
    named: frozenset[str] | None
    excluded: tuple[str, ...]

    def reports(self, name: str) -> bool:
        """Whether what concerns the file *name* is to be reported."""
        return self.named is None or name in self.named


def discover(settings: Settings, paths: Iterable[Path], base: Path) -> Files:
    """Find the configured content and the named *paths*; names are relative to *base*.

    What is excluded stays out even when named, so that a hook may name any file.
    """
    waivers = settings.root / settings.waivers if settings.waivers else None
    if waivers is not None and not waivers.exists():
        raise NothingToCheckError(f"The file of waivers {_name(waivers, base)} does not exist.")
    configured = [settings.root / content for content in settings.content]
    wanted: list[Path] = []
    for path in paths:
        if not os.path.lexists(path):
            raise NothingToCheckError(f"{path} does not exist.")
        found = _articles(path)
        if not found:
            raise NothingToCheckError(f"There is no article (*.yaml, *.yml) in {path}.")
        wanted += found
    for content in configured:
        if "content" in settings.model_fields_set and not os.path.lexists(content):
            raise NothingToCheckError(
                f"The configured content {_name(content, base)} does not exist."
            )
    everywhere = [path for content in configured for path in _articles(content)]
    if wanted:
        wanted = _as_configured(wanted, everywhere)
    files = {
        path: File(path, _name(path, base), way_to_schema(path, settings.root))
        for path in dict.fromkeys(map(_absolute, (*everywhere, *wanted)))
        if not _is_excluded(path, settings) and (waivers is None or path != _absolute(waivers))
    }
    if not files:
        folders = ", ".join(_name(content, base) for content in configured)
        raise NothingToCheckError(f"There is no article (*.yaml, *.yml) in {folders}.")
    house = None if waivers is None else File(_absolute(waivers), _name(waivers, base), "")
    named = frozenset(_name(path, base) for path in wanted) if wanted else None
    excluded = tuple(_name(path, base) for path in wanted if _is_excluded(path, settings))
    return Files(tuple(files.values()), house, named, excluded)


def _as_configured(wanted: list[Path], everywhere: list[Path]) -> list[Path]:
    """*wanted*, with files of the content that are named through a link by their own names."""
    configured = set(map(_absolute, everywhere))
    real = {os.path.realpath(path): path for path in configured}
    absolute = map(_absolute, wanted)
    return [p if p in configured else real.get(os.path.realpath(p), p) for p in absolute]


def _articles(path: Path) -> list[Path]:
    """*path* itself if it is no folder, or else the articles in and below it, sorted."""
    if not path.is_dir():
        return [path] if os.path.lexists(path) else []
    return sorted(_walk(path, set()))


def _walk(folder: Path, seen: set[str]) -> Iterator[Path]:
    """Articles below *folder*; links to folders are followed, each folder once."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        entries = list(os.scandir(folder))
    except OSError:
        yield folder  # read as a file, it becomes a finding
        return
    for entry in sorted(entries, key=lambda entry: entry.is_symlink()):  # own names first
        if entry.name.startswith("."):  # .git, or what an editor leaves while somebody writes
            continue
        if _is_folder(entry):
            yield from _walk(Path(entry.path), seen)
        elif entry.name.lower().endswith(SUFFIXES):
            yield Path(entry.path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay what they are


def _name(path: Path, base: Path) -> str:
    name = Path(os.path.relpath(_absolute(path), base)).as_posix()
    return shown(name)  # a name may be any bytes


def way_to_schema(path: Path, root: Path) -> str:
    """The way from the file at the absolute *path* to the schema of articles below *root*."""
    schema = _absolute(root) / "schemas" / "article.schema.json"
    return Path(os.path.relpath(schema, path.parent)).as_posix()


def _is_excluded(path: Path, settings: Settings) -> bool:
    root = _absolute(settings.root)
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    return any(
        fnmatch(name, pattern) or name.startswith(pattern.rstrip("/") + "/")
        for pattern in settings.exclude
    )
