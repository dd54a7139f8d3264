"""What the registry, the archive and the pages of the rule cases hold."""

from datetime import date
from typing import Any

import web
from citewell.evidence import crossref, quotation
from citewell.facts import Answer, Target
from citewell.record import Capture, Record

_TREMOR = {
    "DOI": "10.5555/tremor",
    "type": "journal-article",
    "title": ["A review of tremor"],
    "author": [{"given": "Jane", "family": "Roe"}, {"given": "Ann B.", "family": "Doe"}],
    "container-title": ["Journal of Examples"],
    "short-container-title": ["J Examples"],
    "published-print": {"date-parts": [[2024, 3]]},
    "published-online": {"date-parts": [[2023, 11, 2]]},
    "volume": "4",
    "issue": "2",
    "page": "7-9",
}


def _notice(kind: str, day: list[int], source: str = "publisher") -> dict[str, Any]:
    label = kind.replace("_", " ").capitalize()
    told = {"type": kind, "label": label, "source": source, "updated": {"date-parts": [day]}}
    return told | {"DOI": f"10.5555/notice.{kind}"}


PAGE = "Tremor is a rhythmic movement of a part of the body. It may come with dystonia [3]."
HELD: tuple[dict[str, Any], ...] = (
    _TREMOR,
    {
        "DOI": "10.5555/sugar",
        "type": "journal-article",
        "title": ["A trial of sugar"],
        "updated-by": [_notice("retraction", [2025, 2, 6], "retraction-watch")],
    },
    {
        "DOI": "10.5555/salt",
        "type": "journal-article",
        "title": ["A trial of salt"],
        "updated-by": [
            _notice("correction", [2025, 1, 9]),
            _notice("expression_of_concern", [2025, 3, 1]),
        ],
    },
)


def read(*items: dict[str, Any]) -> tuple[Record, ...]:
    """The records of *items*, each as Crossref gives it; what is left out is as in HELD."""
    known = {item["DOI"]: item for item in HELD}
    found = crossref.read_list(
        {"message": {"items": [known.get(item.get("DOI", ""), {}) | item for item in items]}}
    )
    assert found is not None
    assert len(found) == len(items), "a record cannot be read"
    return found


def answer(target: Target, told: dict[str, Any], when: Any) -> Answer | None:
    """What is held on *target*: what a case tells of it, or what is here."""
    held = Answer(target, "crossref", "0" * 64, when)
    if told.get("answer", True) is None:
        return None
    if target.kind == "capture":
        page = target.page.text
        days = told.get("captures", ["2026-04-20"])
        found = [Capture(f"https://archive.example/web/{day}/{page}", _day(day)) for day in days]
        return held._replace(source="archive", captures=tuple(found))
    if target.kind == "quotes":
        body = web.page(told.get("page", PAGE))
        kind = told.get("content_type", "text/html")
        found = quotation.find(target.quotes, body, kind, whole=told.get("whole", True))
        return held._replace(source="web", quotes=found)
    if target.kind == "work":
        return held._replace(records=read(*told.get("records", HELD)))
    own = told.get("record", next((each for each in HELD if each["DOI"] == target.text), None))
    return held._replace(records=read({"DOI": target.text} | own)) if own else None


def _day(day: str | date) -> date:
    return date.fromisoformat(str(day))
