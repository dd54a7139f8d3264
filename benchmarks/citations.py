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


# What was right before anything was mended, in the words of an earlier run: of the entries held
# out, none had been looked at, and of the others none had been run.
FIRST_SIGHT = """\
| field | held out | others |
|---|--:|--:|
| doi | 1.000 (13) | 1.000 (19) |
| url | 1.000 (29) | 1.000 (63) |
| accessed | 1.000 (30) | 1.000 (62) |
| year | 0.983 (58) | 0.946 (111) |
| authors | 1.000 (39) | 0.986 (72) |
| title | 0.941 (68) | 0.926 (136) |
| container | 0.892 (37) | 0.917 (72) |
| type | 0.943 (70) | 0.942 (139) |
"""
STYLES = ("health page", "older health page", "AMA", "Vancouver", "NLM")


def document() -> str:
    """The page for the docs."""
    entries = labelled()
    return "".join(_document(entries, [entry for entry in entries if entry.held_out]))


def _document(entries: list[Labelled], held_out: list[Labelled]) -> Iterator[str]:
    yield "# How well references are read\n\n"
    yield (
        "Made by `python benchmarks/citations.py > docs/citations.md` from "
        f"{len(entries)} labelled entries\nin `tests/citations/`, all of them made up. A field is "
        "right if it is exactly what the label says,\nand counts where it is expected or given: "
        "one that was made up is an error. In brackets: how often.\n\n"
    )
    yield "## By field and style\n\n"
    columns = [("all", entries)]
    columns += [(style, [e for e in entries if e.style == style]) for style in STYLES]
    yield from _table("field", FIELDS, columns)
    yield "\n## By kind of work\n\n"
    kinds = sorted({entry.kind for entry in entries})
    chosen = ("doi", "url", "accessed", YEAR, "authors", "title", "container", "type")
    yield f"| kind | entries | {' | '.join(chosen)} |\n|---|--:{'|--:' * len(chosen)}|\n"
    for kind in kinds:
        of_kind = [entry for entry in entries if entry.kind == kind]
        counted = scores(of_kind)
        yield f"| {kind} | {len(of_kind)} | {' | '.join(str(counted[f]) for f in chosen)} |\n"
    yield "\n## At first sight\n\n"
    yield (
        f"{len(held_out)} of the entries (`heldout.yaml`) were written before the parser had read "
        "any, and the others before\nit had read those; this is what it made of them then. What "
        "it got wrong was mended, and with it eight\nlabels that did not follow a convention "
        "made later, so the tables above say how well the parser reads\nwhat it was made for, and "
        "this one what to expect of entries it has not seen.\n\n"
    )
    yield FIRST_SIGHT


def _table(
    head: str, fields: Iterable[str], columns: list[tuple[str, list[Labelled]]]
) -> Iterator[str]:
    yield f"| {head} | {' | '.join(name for name, _ in columns)} |\n"
    yield f"|---{'|--:' * len(columns)}|\n"
    counted = [scores(entries) for _, entries in columns]
    for field in fields:
        yield f"| {field} | {' | '.join(str(each[field]) for each in counted)} |\n"


def main() -> None:
    """Print the page, or what is wrong."""
    if sys.argv[1:] == ["--wrong"]:
        print("\n\n".join(wrong(labelled())))
    else:
        print(document(), end="")


if __name__ == "__main__":
    main()
