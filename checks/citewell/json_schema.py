"""The JSON Schemas in ``schemas/``: what the models say, for every other language."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from citewell.atomic import write_text
from citewell.audit import Audit
from citewell.finding import Outcome
from citewell.house import HouseWaivers
from citewell.model import Article

_SCHEMAS: dict[str, tuple[str, Any]] = {
    "article.schema.json": ("citewell article", Article),
    "check.schema.json": ("what citewell check --format json prints", Outcome),
    "report.schema.json": ("what citewell report --format json prints", Audit),
    "waivers.schema.json": ("citewell house-wide waivers", HouseWaivers),
}


class _Untitled(GenerateJsonSchema):
    """JSON Schema without a title for each field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's
        return False


def texts() -> Iterator[tuple[str, str]]:
    """Every schema: its file name and its text."""
    for name, (title, model) in _SCHEMAS.items():
        adapter: TypeAdapter[Any] = TypeAdapter(model)
        # What we write has every key; what we read may leave out those with a default.
        mode: JsonSchemaMode = "serialization" if model in (Outcome, Audit) else "validation"
        schema = adapter.json_schema(mode=mode, schema_generator=_Untitled)
        head = {"$schema": GenerateJsonSchema.schema_dialect, "title": title}
        yield name, json.dumps(head | {**schema, "title": title}, indent=2) + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema into *folder*; which files changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = _stale(folder)
    for path, text in changed.items():
        write_text(path, text)
    return list(changed)


def stale(folder: Path) -> list[Path]:
    """The files in *folder* that are missing or differ from what the models say."""
    return list(_stale(folder))


def _stale(folder: Path) -> dict[Path, str]:
    return {folder / name: text for name, text in texts() if _content(folder / name) != text}


def _content(path: Path) -> str | None:
    try:
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return None
