"""How well references are read: the labelled entries in tests/citations, field by field.

    python benchmarks/citations.py          # prints docs/citations.md
    python benchmarks/citations.py --wrong  # prints what is read otherwise than labelled

A field counts where it is expected or given, so one that was made up is an error.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from citewell.ama import parse_reference

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "citations"
YEAR = "year"
FIELDS = (
    *("doi", "url", "accessed", YEAR, "authors", "title", "container", "type", "access"),
    *("organization", "et_al", "editors", "edition", "publisher", "volume", "issue", "pages"),
    *("published", "pmid"),
)


class Labelled(NamedTuple):
    """An entry and what is to be read in it; ``held_out`` if nobody looked at it before."""

    text: str
    style: str
    kind: str
    fields: Mapping[str, Any]
    held_out: bool


class Score(NamedTuple):
    """How many fields were right, of those that were expected or given."""

    right: int
    of: int

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.share:.3f} ({self.of})" if self.of else "–"


def labelled() -> list[Labelled]:
    """All labelled entries, those of ``heldout.yaml`` first."""
    return [
        Labelled(entry["text"], entry["style"], entry["kind"], entry["fields"], held_out)
        for path in sorted(FOLDER.glob("*.yaml"), key=lambda path: path.name != "heldout.yaml")
        for held_out in [path.name == "heldout.yaml"]
        for entry in yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    ]


def compared(entry: Labelled) -> Iterator[tuple[str, Any, Any]]:
    """Each field of *entry* that is expected or given: its name, what it is and should be."""
    given = {name: _plain(value) for name, value in parse_reference(entry.text).fields.items()}
    for name in FIELDS:
        if name == YEAR:
            ours, theirs = (str(of.get("published") or "")[:4] for of in (given, entry.fields))
        else:
            ours, theirs = given.get(name), entry.fields.get(name)
        if ours or theirs:
            yield name, ours, theirs


def _plain(value: Any) -> Any:
    if value is True:
        return "true"
    return str(value) if isinstance(value, int) else value


def scores(entries: Iterable[Labelled]) -> dict[str, Score]:
    """The score of each field over *entries*."""
    counted = {name: Score(0, 0) for name in FIELDS}
    for entry in entries:
        for name, ours, theirs in compared(entry):
            right, of = counted[name]
            counted[name] = Score(right + (ours == theirs), of + 1)
    return counted


def wrong(entries: Iterable[Labelled]) -> Iterator[str]:
    """A paragraph for each entry that is not read as labelled."""
    for entry in entries:
        faults = [
            f"    {name}: {ours!r}, not {theirs!r}"
            for name, ours, theirs in compared(entry)
            if ours != theirs
        ]
        if faults:
            yield "\n".join((entry.text, *faults))


def main() -> None:
    if sys.argv[1:] == ["--wrong"]:
        entries = labelled()
        print("\n\n".join(wrong(entries)))
        print({name: str(score) for name, score in scores(entries).items()})
    else:
        print(document(), end="")


def document() -> str:
    return ""


if __name__ == "__main__":
    main()
