"""The settings of a house: ``[tool.citewell]`` in ``pyproject.toml``, or a file of its own."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from citewell.link_settings import Endpoints, FreshDays, LedgerSettings, Network, Table
from citewell.model import WORK_TYPES
from citewell.rules import RULES
from citewell.spelling import did_you_mean

FailOn = Literal["error", "warning", "info", "never"]
Months = Annotated[int, Field(ge=1, strict=True)]

_TYPES = (*WORK_TYPES, "personal_communication")
_ACCESSED = {"default": 24, "entry-encyclopedia": 12, "webpage": 12}
_PUBLISHED = {"article-journal": 120, "book": 84, "chapter": 84}


class SettingsError(Exception):
    """Settings that cannot be used; the message says which and why."""


class DateLimits(Table):
    """Ages in months. Types that a table leaves out keep their defaults."""

    review: Months = 36
    accessed: dict[str, Months] = Field({})
    published: dict[str, Months] = Field({})


class Settings(Table):
    """All settings; ``root`` is the folder that their relative paths start from."""

    content: list[str] = Field(["content"], min_length=1)
    exclude: list[str] = Field([])
    waivers: str | None = None
    fail_on: FailOn = "error"
    severity: dict[str, Literal["error", "warning", "info", "off"]] = Field({})
    dates: DateLimits = DateLimits.model_construct()
    network: Network = Network.model_construct()
    ledger: LedgerSettings = LedgerSettings.model_construct()
    endpoints: Endpoints = Endpoints.model_construct()
    root: Path = Field(default=Path(), exclude=True)

    @property
    def accessed(self) -> dict[str, int]:
        """The limit on the age of an access date by type, and a ``default``."""
        return _ACCESSED | self.dates.accessed

    @property
    def published(self) -> dict[str, int]:
        """The limit on the age of a publication by type; types without one have none."""
        return _PUBLISHED | self.dates.published


def load(config: Path | None, start: Path) -> Settings:
    """Read the file *config*, or else the nearest ``pyproject.toml`` above *start* that has some.

    Paths in *config* start from *start*, those in a ``pyproject.toml`` from its folder. A
    :class:`SettingsError` tells what is wrong with either.
    """
    if config is not None:
        return _settings(_read(config), str(config), start)
    for folder in (start, *start.parents):
        pyproject = folder / "pyproject.toml"
        if pyproject.is_file():
            tools = _read(pyproject).get("tool")
            table = tools.get("citewell") if isinstance(tools, dict) else None
            if table is not None:
                return _settings(table, f"{pyproject}, [tool.citewell]", folder)
    return Settings.model_construct(root=start)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None


def _settings(table: Any, source: str, root: Path) -> Settings:
    if not isinstance(table, dict):
        raise SettingsError(f"{source}: this must be a table")
    _require_known(table, source, (), (name for name in Settings.model_fields if name != "root"))
    _require_known(table, source, ("severity",), (rule.name for rule in RULES))
    _require_known(table, source, ("dates",), DateLimits.model_fields)
    _require_known(table, source, ("dates", "accessed"), ("default", *_TYPES))
    _require_known(table, source, ("dates", "published"), _TYPES)
    _require_known(table, source, ("network",), Network.model_fields)
    _require_known(table, source, ("ledger",), LedgerSettings.model_fields)
    _require_known(table, source, ("ledger", "fresh_days"), FreshDays.model_fields)
    _require_known(table, source, ("endpoints",), Endpoints.model_fields)
    try:
        return Settings.model_validate(table | {"root": root})
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, detail['loc']))} is {detail['input']!r}: "
            + detail["msg"].removeprefix("Value error, ").replace("Input should", "it should")
            for detail in error.errors()
        )
        raise SettingsError(f"{source}: {faults}") from None


def _require_known(table: dict[str, Any], source: str, path: tuple[str, ...], known: Any) -> None:
    """A :class:`SettingsError` if the table at *path* has a key that is not *known*."""
    for part in path:
        inner = table.get(part, {})
        if not isinstance(inner, dict):
            return  # the model says so
        table = inner
    known = sorted(known)
    for key in table:
        if key not in known:
            where = f" in {'.'.join(path)}" if path else ""
            guess = did_you_mean(key, known) or f"Known: {', '.join(known)}."
            raise SettingsError(f"{source}: unknown key '{key}'{where}. {guess}")
