"""References beside records: is what differs told, and nothing else?

A pair in ``pairs/*.yaml`` has a ``reference``, the ``record`` of its DOI as Crossref would give it,
and what to ``expect``: ``silent`` (correct, printed in another way), ``mismatch`` (the ``fields``
that are wrong, one work all the same) or ``wrong`` (another work). All of them are made up.
``missed: true`` marks what we are known to get wrong; it may only be about a warning.
``heldout*.yaml`` were written when the others had shaped the code.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from citewell.evidence import crossref
from citewell.matching import author, imprint, journal, title
from citewell.matching.work import compare
from citewell.model import AnyReference, Reference
from citewell.record import Name, Record
from conftest import ROOT

PAIRS = Path(__file__).parent / "pairs"
KINDS = {"silent": "correct, printed in another way", "mismatch": "one field wrong",
         "wrong": "another work"}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    name: str
    expect: str
    reference: dict[str, Any]
    record: dict[str, Any]
    fields: tuple[str, ...] = ()
    missed: bool = False


def load() -> Iterator[Pair]:
    for path in sorted(PAIRS.glob("*.yaml")):
        for told in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            told["fields"] = tuple(sorted(told.get("fields", ())))
            yield Pair(**told | {"name": f"{path.stem}: {told['name']}"})


@lru_cache(maxsize=1)
def adapter() -> TypeAdapter[Reference]:
    return TypeAdapter(AnyReference)


def as_written(node: Any) -> Any:
    """*node* with its scalars as the text that they are in an article."""
    if isinstance(node, dict):
        return {key: as_written(value) for key, value in node.items()}
    if isinstance(node, list):
        return [as_written(value) for value in node]
    return str(node).lower() if isinstance(node, bool) else str(node)


def said(pair: Pair) -> tuple[str, tuple[str, ...]]:
    """What the rules would say of *pair*, and of which fields."""
    reference = adapter().validate_python({"number": "1"} | as_written(pair.reference))
    records = crossref.read_list({"message": {"items": [pair.record]}})
    assert records, "the record cannot be read"
    found = compare(reference, records[0])
    fields = tuple(sorted({each.field for each in found.differences}))
    return ("wrong", ()) if found.is_other_work else ("mismatch" if fields else "silent", fields)


ALL = tuple(load())


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair.name)
def test_what_is_said_of_a_pair(pair: Pair) -> None:
    told = said(pair)
    assert (told == (pair.expect, pair.fields)) is not pair.missed, told
    assert (told[0] == "wrong") == (pair.expect == "wrong"), "an error is never missed or false"


def test_there_are_enough_pairs_of_every_kind() -> None:
    assert len({pair.name for pair in ALL}) == len(ALL) > 200
    assert min(Counter(pair.expect for pair in ALL).values()) > 60
    assert sum(pair.missed for pair in ALL) < len(ALL) / 100


def table() -> str:
    count = Counter((pair.expect, said(pair)[0]) for pair in ALL)
    lines = [f"| {len(ALL)} pairs | nothing said | warned of a field | called another work |",
             "|---|---|---|---|"]  # fmt: skip
    lines += [
        f"| {words} | {' | '.join(str(count[kind, told]) for told in KINDS)} |"
        for kind, words in KINDS.items()
    ]
    wrong = sum(number for (_, told), number in count.items() if told == "wrong")
    meant = sum(number for (kind, _), number in count.items() if kind == "wrong")
    right = count["wrong", "wrong"]
    lines += ["", f"`wrong-work`: precision {right / wrong:.3f}, recall {right / meant:.3f}."]
    return "\n".join(lines) + "\n"


def test_the_readme_has_the_figures(pytestconfig: pytest.Config) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- pairs -->\n\n(.*?)\n\n", text + "\n", re.DOTALL)
    assert shown is not None
    begin = shown.start(1)
    end = text.index("\n\n", text.index("`wrong-work`: precision", begin)) + 1
    if pytestconfig.getoption("--update-golden"):
        (ROOT / "README.md").write_text(text[:begin] + table() + text[end:], encoding="utf-8")
    else:
        assert text[begin:end] == table()


HOSTILE = ["of " * 5000, "a: " * 5000, "a." * 9000, " " * 20_000 + "x", "," * 20_000, "&" * 20_000,
           "<a " * 7000, "J " + "of the " * 3000 + "y", "10-" * 6000, "(" * 20_000]  # fmt: skip


@pytest.mark.parametrize("theirs", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("ours", [*HOSTILE, "Annals of the New York Academy of Sciences"])
def test_hostile_texts_are_compared_in_no_time(ours: str, theirs: str) -> None:
    """Some of these took minutes, or more than the stack."""
    began = time.process_time()
    for text, others in ((ours, [theirs]), (ours + "x", [theirs, ours])):
        journal.same(text, others)
        title.compare(text, others)
        imprint.same_page(text, others)
        author.compare(text, [Name(each, each) for each in others])
    assert time.process_time() - began < 3


TEXT = st.text(max_size=40) | st.sampled_from(
    ["Roe J", "The Lancet", "S48-58", "Tremor: a review", ""]
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(TEXT, min_size=6, max_size=6), st.lists(TEXT, min_size=8, max_size=8))
def test_any_texts_can_be_compared(ours: list[str], theirs: list[str]) -> None:
    first, second, container, volume, issue, pages = (each.strip() or "x" for each in ours)
    reference = adapter().validate_python(
        {"number": "1", "type": "article-journal", "authors": [first, second], "title": first,
         "container": container, "volume": volume, "issue": issue, "pages": pages}
    )  # fmt: skip
    family, given_name, name, subtitle, *rest = theirs
    record = Record("10.5555/x", "0" * 64, titles=(name,), subtitle=subtitle, containers=(rest[0],),
                    authors=(Name(family, given_name),), volume=rest[1], issue=rest[2],
                    pages=(rest[3],), years=(2024,))  # fmt: skip
    found = compare(reference, record)
    assert all(each.ours and each.theirs for each in found.differences)
    assert len(found.differences) > 1 or not found.is_other_work
