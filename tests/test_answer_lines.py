"""Answers of registries and archives as lines of JSON: what is written is read, and no more."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citewell.evidence import fact_line
from citewell.evidence.fact_line import FactLineError
from citewell.evidence.ledger import Ledger
from citewell.facts import SERVICES, Answer, FactsError, Target, capture_of
from citewell.identifiers import shown
from citewell.record import Capture, Name, Notice, Record
from conftest import TODAY

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # of TODAY
URL, DOI, SUM = "https://site.example/dystonia", "10.5555/dystonia.1", "0123456789abcdef" * 4
RECORD, CAPTURE = Record(DOI, SUM), Capture(f"https://archive.example/web/1/{URL}", NOW.date())

TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20).filter(
    lambda text: shown(text) == text
)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
SUMS = st.text("0123456789abcdef", min_size=64, max_size=64)


def tuples(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(of, max_size=3).map(tuple)


NAMES = st.builds(Name, TEXTS, TEXTS, st.booleans())
RECORDS = st.builds(
    Record,
    *(TEXTS, TEXTS, TEXTS, tuples(TEXTS), TEXTS, tuples(NAMES), tuples(NAMES), tuples(TEXTS)),
    *(tuples(st.integers(1000, 9999)), TEXTS, TEXTS, tuples(TEXTS)),
    *(tuples(st.builds(Notice, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)), tuples(TEXTS)),
)
TIMES = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29))  # noqa: DTZ001


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    kind = draw(st.sampled_from(["doi", "work", "capture"]))
    captures = tuples(st.builds(Capture, TEXTS, DAYS))
    held = {"captures": draw(captures)} if kind == "capture" else {"records": draw(tuples(RECORDS))}
    time = draw(TIMES).replace(tzinfo=UTC, microsecond=0)
    target = Target(kind, draw(TEXTS))
    return Answer(target, draw(st.sampled_from([*SERVICES])), draw(SUMS), time, **held)


@settings(derandomize=True, database=None, deadline=None)
@given(answers())
def test_any_answer_survives_being_written(answer: Answer) -> None:
    line = fact_line.write(answer)
    assert line.isprintable()
    assert fact_line.read(line.encode().decode()) == answer
    assert fact_line.write(fact_line.read(line)) == line


def changed(fact: Answer, /, **keys: Any) -> str:
    return json.dumps(json.loads(fact_line.write(fact)) | keys)


def lacking(fact: Answer, key: str) -> str:
    line = json.loads(fact_line.write(fact))
    del line[key]
    return json.dumps(line)


def with_record(**keys: Any) -> str:
    return changed(ON_DOI, records=[{"doi": DOI, "sha256": SUM} | keys])


ON_DOI = Answer(Target("doi", DOI), "crossref", SUM, NOW, (RECORD,))
ON_PAGE = Answer(capture_of(URL, NOW.date()), "archive", SUM, NOW, captures=(CAPTURE,))
KEYS = ("fact", "kind", "target", "checked_at", "source", "sha256")
BROKEN = {
    **{f"no {key}": lacking(ON_DOI, key) for key in (*KEYS, "records")},
    "no captures": lacking(ON_PAGE, "captures"),
    **{f"kind {kind}": changed(ON_DOI, kind=kind) for kind in ("url", "work", "capture", "", None)},
    **{f"fact {fact}": changed(ON_DOI, fact=fact) for fact in ("probe", "search", "captures", 7)},
    "captures of a DOI": changed(ON_PAGE, kind="doi"),
    **{f"sum {i}": changed(ON_DOI, sha256=each)
       for i, each in enumerate(("", SUM[1:], SUM.upper(), f"{SUM}0", f"{SUM}\n", None, 7))},
    **{f"source {each}": changed(ON_DOI, source=each) for each in ("web", "", None, ["doi"])},
    **{f"at {each}": changed(ON_DOI, checked_at=each) for each in ("", TODAY, 7, None, "x")},
    **{f"target {each}": changed(ON_DOI, target=each) for each in (None, 7, [])},
    **{f"records {each}": changed(ON_DOI, records=each)
       for each in (None, {}, "", "x", 7, [None], ["x"], [[]], [{}], [{"doi": DOI}])},
    **{f"captures {each}": changed(ON_PAGE, captures=each)
       for each in (None, {}, "x", [None], [{}], [{"url": URL}], [{"captured": "2022-04-20"}],
                    [{"url": URL, "captured": "2022-13-01"}], [{"url": 7, "captured": TODAY}],
                    [{"url": URL, "captured": []}])},
    **{f"record: {name} {each}": with_record(**{name: each}) for name, each in (
        ("doi", None), ("doi", 7), ("sha256", []), ("titles", "x"), ("titles", [7]),
        ("titles", [None]), ("subtitle", None), ("authors", [{}]), ("authors", ["Roe J"]),
        ("authors", {"family": "Roe"}), ("years", ["x"]), ("years", [None]), ("years", [20.5]),
        ("years", 2018), ("volume", 7), ("pages", None), ("notices", [{}]), ("notices", ["x"]),
        ("updates", [[]]), ("years", [float("nan")]))},
    "deep": changed(ON_DOI, records=0).replace('"records": 0', '"records": ' + "[" * 100_000),
    "a huge year": with_record(years=[0]).replace("[0]", f"[{'9' * 5000}]"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_line_that_is_no_answer_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FactLineError) as error:
        fact_line.read(BROKEN[name])
    assert str(error.value)
    with Ledger(tmp_path / "ledger") as opened:
        with pytest.raises(FactsError, match="line 2 is no fact: "):
            opened.merge([fact_line.write(ON_DOI), BROKEN[name]])
        assert list(opened.lines()) == []


def test_what_lines_are_refused_is_not_left_to_chance() -> None:
    assert fact_line.read(changed(ON_DOI)) == ON_DOI
    assert fact_line.read(changed(ON_PAGE)) == ON_PAGE
    assert isinstance(fact_line.read(with_record()), Answer)
