"""A probe as one line of JSON: how the ledger keeps it, and how it travels.

{"fact": "probe", "kind": "url", "target": "https://…", "checked_at": "2026-11-22T13:00:00Z",
 "verdict": "ok", "status": 200, "final_url": "https://…", "title": "…", "reason": "…",
 "hops": [{"url": "https://…", "service": "web", "status": 200, "seconds": 0.21}]}
"""

import json
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from citewell.facts import SERVICES, Failure, Hop, Probe, Target, Verdict
from citewell.identifiers import shown

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


class FactLineError(ValueError):
    """A line that is no fact; the message says why."""


def write(probe: Probe) -> str:
    """*probe* in one line; the same probe always gives the same line."""
    told: dict[str, Any] = {
        "fact": "probe",
        "kind": probe.target.kind,
        "target": shown(probe.target.text),
        "checked_at": time_text(probe.checked_at),
        "verdict": probe.verdict,
        "status": probe.status,
        "final_url": None if probe.final_url is None else shown(probe.final_url),
        "title": shown(probe.title),
        "reason": shown(probe.reason),
        "hops": [_hop(hop) for hop in probe.hops],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _hop(hop: Hop) -> dict[str, Any]:
    fields = ((name, getattr(hop, name)) for name in _HOP)
    kept = (
        (name, value)
        for name, value in fields
        if value not in (None, "") and (name, value) != ("inferred", False)
    )
    return {name: shown(value) if isinstance(value, str) else value for name, value in kept}


def read(line: str) -> Probe:
    """The probe that :func:`write` wrote; a :class:`FactLineError` if it did not."""
    try:
        told = _table(json.loads(line))
        if told["fact"] != "probe":
            raise FactLineError(f"'{told['fact']}' is no kind of fact that this citewell knows")
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
    except FactLineError:
        raise
    except KeyError as error:
        raise FactLineError(f"it has no {error}") from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise FactLineError(str(error)) from None


def _read_hop(told: dict[str, Any]) -> Hop:
    failure = _text_or_none(told.get("failure"))
    return Hop(
        url=_text(told["url"]),
        service=_one_of(told["service"], "web", *SERVICES),
        status=_status(told.get("status")),
        failure=None if failure is None else Failure(failure),
        detail=_text(told.get("detail", "")),
        location=_text_or_none(told.get("location")),
        registered=_answer(told.get("registered")),
        seconds=_seconds(told["seconds"]),
        inferred=bool(_answer(told.get("inferred"))),
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


def _answer(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise FactLineError(f"{value!r} is neither true nor false")


def _one_of(value: Any, *known: Any) -> Any:
    if value not in known:
        raise FactLineError(f"{value!r} is none of {', '.join(known)}")
    return value
