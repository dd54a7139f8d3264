"""What tests of reports are made of: articles, settings, and facts as a ledger imports them."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from articles import HEADER, article
from conftest import TODAY, Answer, Call

FORMATS = ("html", "markdown", "csv", "json")
DOI, PAGE = "10.5555/example.1", "https://example.org/dystonia"
"""What the references of an article lead to that says nothing else."""
SUM = "0123456789abcdef" * 4
STATUS = {"ok": 200, "moved": 200, "suspicious": 200, "gone": 404, "blocked": 403, "throttled": 429}
JOURNAL = (
    "type: article-journal, authors: [Roe J], title: A review of dystonia, "
    "container: Journal of Examples, published: 2024, volume: 4, pages: 7-9"
)
"""The fields of a faultless reference; its record is that of :func:`record`."""


def write(name: str = "one", fragment: str = "", folder: Path = Path()) -> Path:
    """An article by the id *name* in the content of *folder*."""
    file = folder / "content" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = HEADER + article(f"id: {name}\n{fragment}")
    file.write_text(text, encoding="utf-8", newline="")
    return file


def configure(text: str = "", folder: Path = Path()) -> None:
    """Settings: *text* below ``[tool.citewell]``."""
    (folder / "pyproject.toml").write_text(f"[tool.citewell]\n{text}\n", encoding="utf-8")


def moment(day: str) -> str:
    """A time of *day*, or the time that it is."""
    return day if "T" in day else f"{day}T09:00:00Z"


def probe(target: str, verdict: str = "ok", on: str = "2026-11-20", **more: Any) -> dict[str, Any]:
    """What came when *target* was asked *on* a day."""
    is_doi = target.startswith("10.")
    return {
        "fact": "probe",
        "kind": "doi" if is_doi else "url",
        "target": target,
        "checked_at": moment(on),
        "verdict": verdict,
        "status": STATUS.get(verdict),
        "final_url": None if is_doi else target,
        "title": "",
        "reason": f"it is {verdict}",
        "hops": [],
    } | more


def record(doi: str = DOI, on: str = "2026-11-20", **more: Any) -> dict[str, Any]:
    """What Crossref holds on *doi*: the work of JOURNAL, or as told."""
    held = {
        "doi": doi,
        "sha256": SUM,
        "type": "journal-article",
        "titles": ["A review of dystonia"],
        "authors": [{"family": "Roe", "given": "Jane"}],
        "containers": ["Journal of Examples"],
        "years": [2024],
        "volume": "4",
        "pages": ["7-9"],
    }
    return {
        "fact": "record",
        "kind": "doi",
        "target": doi,
        "checked_at": moment(on),
        "source": "crossref",
        "sha256": SUM,
        "records": [held | more],
    }


def quotes(page: str, found: dict[str, bool | None], on: str = "2026-11-20") -> dict[str, Any]:
    """Which words were *found* on *page*; None: nobody could tell."""
    texts = sorted(found)
    return {
        "fact": "quotes",
        "kind": "quotes",
        "target": "  ".join((page, *texts)),
        "checked_at": moment(on),
        "source": "web",
        "sha256": SUM,
        "quotes": [
            {"text": text, "found": found[text]}
            | ({"reason": "it is in Latin"} if found[text] is None else {})
            for text in texts
        ],
    }


STANDS = (probe(DOI), record(), probe(PAGE))
"""The facts with which all references of an article stand that says nothing else."""


def learn(call: Call, *facts: dict[str, Any], ledger: str = ".citewell/ledger.sqlite3") -> None:
    """Import *facts* into *ledger*, in their order."""
    lines = "".join(json.dumps(fact) + "\n" for fact in facts)
    Path("facts.jsonl").write_text(lines, encoding="utf-8")
    answer = call("ledger", "import", "facts.jsonl", "--ledger", ledger)
    assert (answer.code, answer.err) == (0, "")
    Path("facts.jsonl").unlink()


def report(call: Call, *arguments: object, format_: str = "json", day: str = TODAY) -> Answer:
    """``citewell report`` as on *day*; it has nothing to say on standard error."""
    answer = call("report", "--as-of", day, "--format", format_, *arguments)
    assert answer.err == ""
    assert answer.code in (0, 1)
    return answer


def table(text: str) -> list[dict[str, str]]:
    """The rows of a report in CSV, as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def refused(answer: Answer, *said: str) -> None:
    """Assert that *answer* is a usage error: a sentence that holds *said*, and no report."""
    assert (answer.code, answer.out) == (2, "")
    last = answer.err.splitlines()[-1]
    assert last.startswith("Error: ")
    for word in ("Traceback", "Internal error", "pydantic"):
        assert word not in answer.err
    for words in said:
        assert words in last


def claims_of(file: Path) -> Iterator[dict[str, Any]]:
    """The claims of the article in *file*, in its order, as another reader of YAML sees them."""

    def below(sections: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for section in sections:
            yield from section.get("claims", [])
            yield from below(section.get("sections", []))

    yield from below(yaml.safe_load(file.read_text(encoding="utf-8"))["sections"])
