"""A fact as one line of JSON: how the ledger keeps it, and how it travels.

{"fact": "probe", "kind": "url", "target": "https://…", "checked_at": "2026-11-22T13:00:00Z",
 "verdict": "ok", "status": 200, "final_url": "https://…", "title": "…", "reason": "…",
 "hops": [{"url": "https://…", "service": "web", "status": 200, "seconds": 0.21}]}

{"fact": "record", "kind": "doi", "target": "10.…", "checked_at": "2026-11-22T13:00:00Z",
 "source": "crossref", "sha256": "…", "records": [{"doi": "10.…", "titles": ["…"], …}]}

A ``search`` is like a record, about a work without a DOI; ``captures`` are about a page on a day.

{"fact": "quotes", "kind": "quotes", "target": "https://…  some words  others",
 "checked_at": "2026-11-22T13:00:00Z", "source": "web", "sha256": "…",
 "quotes": [{"text": "some words", "found": true},
            {"text": "others", "found": null, "reason": "…"}]}

They are those of the target, in its order, and what was read of the page has that sum.
"""

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from typing import Any

from pydantic import TypeAdapter, ValidationError

from citewell.facts import SERVICES, Answer, Fact, Failure, Hop, Probe, Target, Verdict
from citewell.identifiers import shown, split_url
from citewell.record import Capture, Quote, Record

_VERDICTS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.UNCHECKED)
_HOP = (
    "url",
    "service",
    "status",
    "failure",
    "detail",
    "location",
    "registered",
    "seconds",
    "inferred",
)

_NAMES = {"doi": "record", "work": "search", "capture": "captures", "quotes": "quotes"}
"""What an answer is called, by the kind of its target."""
_HELD = {"capture": "captures", "quotes": "quotes"}
"""Where an answer keeps what it holds, by the kind of its target, if not in its records."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FactLineError(ValueError):
    """A line that is no fact; the message says why."""


def write(fact: Fact) -> str:
    """*fact* in one line; the same fact always gives the same line."""
    told = _probe(fact) if isinstance(fact, Probe) else _answer(fact)
    common = {
        "fact": name(fact),
        "kind": fact.target.kind,
        "target": shown(fact.target.text),
        "checked_at": time_text(fact.checked_at),
    }
    return json.dumps(common | told, ensure_ascii=False, separators=(",", ":"))


def name(fact: Fact) -> str:
    """What kind of fact it is: probe, record, search, captures, quotes."""
    return "probe" if isinstance(fact, Probe) else _NAMES[fact.target.kind]


def _probe(probe: Probe) -> dict[str, Any]:
    return {
        "verdict": probe.verdict,
        "status": probe.status,
        "final_url": None if probe.final_url is None else shown(probe.final_url),
        "title": shown(probe.title),
        "reason": shown(probe.reason),
        "hops": [_hop(hop) for hop in probe.hops],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    held = _HELD.get(answer.target.kind, "records")
    told = _shape(held).dump_python(getattr(answer, held), mode="json", exclude_defaults=True)
    return {"source": answer.source, "sha256": answer.sha256, held: _masked(told)}


@lru_cache(maxsize=3)
def _shape(held: str) -> TypeAdapter[Any]:
    """How the records, the captures or the quotes of an answer are written and read."""
    if held == "captures":
        return TypeAdapter(tuple[Capture, ...])
    return TypeAdapter(tuple[Quote, ...] if held == "quotes" else tuple[Record, ...])


def _masked(node: Any) -> Any:
    """*node* with every text in it as it may be shown."""
    if isinstance(node, dict):
        return {key: _masked(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_masked(value) for value in node]
    return shown(node) if isinstance(node, str) else node


def _hop(hop: Hop) -> dict[str, Any]:
    fields = ((name, getattr(hop, name)) for name in _HOP)
    kept = (
        (name, value)
        for name, value in fields
        if value not in (None, "") and (name, value) != ("inferred", False)
    )
    return {name: shown(value) if isinstance(value, str) else value for name, value in kept}


def read(line: str) -> Fact:
    """The fact that :func:`write` wrote; a :class:`FactLineError` if it did not."""
    try:
        told = _table(json.loads(line))
        _one_of(told["fact"], "probe", *_NAMES.values())
        return _read_probe(told) if told["fact"] == "probe" else _read_answer(told)
    except FactLineError:
        raise
    except KeyError as error:
        raise FactLineError(f"it has no {error}") from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise FactLineError(str(error)) from None


def _read_probe(told: dict[str, Any]) -> Probe:
    return Probe(
        target=Target(_one_of(told["kind"], "url", "doi"), _text(told["target"])),
        verdict=Verdict(_one_of(told["verdict"], *_VERDICTS)),
        status=_status(told["status"]),
        final_url=_text_or_none(told["final_url"]),
        title=_text(told["title"]),
        reason=_text(told["reason"]),
        checked_at=_time(told["checked_at"]),
        hops=tuple(_read_hop(_table(hop)) for hop in _list(told["hops"])),
    )


def _read_answer(told: dict[str, Any]) -> Answer:
    kind = _one_of(told["kind"], *_NAMES)
    held = _HELD.get(kind, "records")
    if told["fact"] != _NAMES[kind]:
        raise FactLineError(f"a {told['fact']} cannot be about a {kind}")
    if not _SHA256.fullmatch(_text(told["sha256"])):
        raise FactLineError(f"{told['sha256']!r} is no SHA-256 sum")
    answer = Answer(
        target=Target(kind, _text(told["target"])),
        source=_one_of(told["source"], *(("web",) if kind == "quotes" else SERVICES)),
        sha256=told["sha256"],
        checked_at=_time(told["checked_at"]),
    )
    try:
        found = _shape(held).validate_json(json.dumps(told[held]), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, (held, *first["loc"])))
        raise FactLineError(f"{where}: {first['msg']}") from None
    answer = answer._replace(**{held: found})
    _require_own_quotes(answer)
    return answer


def _require_own_quotes(answer: Answer) -> None:
    """Raise a :class:`FactLineError` unless *answer* is on just the quotes of its target."""
    quotes = answer.quotes
    if tuple(quote.text for quote in quotes) != answer.target.quotes:
        raise FactLineError("its quotes are not those that its target names")
    if answer.target.kind == "quotes" and not (quotes and split_url(answer.target.page.text)):
        raise FactLineError("its target is not the address of a page and what is looked for there")
    if any(quote.reason and quote.found is not None for quote in quotes):
        raise FactLineError("there is a reason why a quote could not be looked for, and it was")


def _read_hop(told: dict[str, Any]) -> Hop:
    failure = _text_or_none(told.get("failure"))
    return Hop(
        url=_text(told["url"]),
        service=_one_of(told["service"], "web", *SERVICES),
        status=_status(told.get("status")),
        failure=None if failure is None else Failure(failure),
        detail=_text(told.get("detail", "")),
        location=_text_or_none(told.get("location")),
        registered=_yes_or_no(told.get("registered")),
        seconds=_seconds(told["seconds"]),
        inferred=bool(_yes_or_no(told.get("inferred"))),
    )


def time_text(time: datetime) -> str:
    """*time* as ISO 8601 in UTC, to the second: sorts as text as it does as time."""
    whole = time.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{whole.isoformat()}Z"  # strftime would leave out the zeros of early years


def _time(value: Any) -> datetime:
    time = datetime.fromisoformat(_text(value))
    if time.tzinfo is None:
        raise FactLineError(f"the time '{value}' has no time zone")
    return time.astimezone(UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise FactLineError(f"{value!r} is no text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FactLineError(f"a JSON object was expected, not {type(value).__name__}")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise FactLineError(f"a JSON array was expected, not {type(value).__name__}")
    return value


def _status(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and 100 <= value <= 999):
        return value
    raise FactLineError(f"{value!r} is no status of HTTP")


def _seconds(value: Any) -> float:
    if type(value) in (int, float) and isfinite(value) and value >= 0:
        return float(value)
    raise FactLineError(f"{value!r} is no number of seconds")


def _yes_or_no(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise FactLineError(f"{value!r} is neither true nor false")


def _one_of(value: Any, *known: Any) -> Any:
    if value not in known:
        raise FactLineError(f"{value!r} is none of {', '.join(known)}")
    return value
