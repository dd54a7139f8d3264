"""A probe as one line of JSON: how the ledger keeps it, and how it travels.

{"fact": "probe", "kind": "url", "target": "https://…", "checked_at": "2026-11-22T13:00:00Z",
 "verdict": "ok", "status": 200, "final_url": "https://…", "title": "…", "reason": "…",
 "hops": [{"url": "https://…", "service": "web", "status": 200, "seconds": 0.21}]}
"""

import json
from datetime import UTC, datetime
from typing import Any

from citewell.facts import Failure, Hop, Probe, Target, Verdict
from citewell.identifiers import shown

_HOP = ("url", "service", "status", "failure", "detail", "location", "registered", "seconds")


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
    kept = ((name, value) for name, value in fields if value not in (None, ""))
    return {name: shown(value) if isinstance(value, str) else value for name, value in kept}


def read(line: str) -> Probe:
    """The probe that :func:`write` wrote; a :class:`FactLineError` if it did not."""
    try:
        told = json.loads(line)
        if told["fact"] != "probe":
            raise FactLineError(f"'{told['fact']}' is no kind of fact that this citewell knows")
        return Probe(
            target=Target(_one_of(told["kind"], "url", "doi"), _text(told["target"])),
            verdict=Verdict(told["verdict"]),
            status=_number(told["status"]),
            final_url=None if told["final_url"] is None else _text(told["final_url"]),
            title=_text(told["title"]),
            reason=_text(told["reason"]),
            checked_at=_time(told["checked_at"]),
            hops=tuple(_read_hop(hop) for hop in told["hops"]),
        )
    except FactLineError:
        raise
    except KeyError as error:
        raise FactLineError(f"it has no {error}") from None
    except (ValueError, TypeError, RecursionError, AttributeError) as error:
        raise FactLineError(str(error)) from None


def _read_hop(told: dict[str, Any]) -> Hop:
    hop = Hop(**{name: value for name, value in told.items() if name in _HOP})
    return hop._replace(
        url=_text(hop.url),
        status=_number(hop.status),
        failure=None if hop.failure is None else Failure(hop.failure),
        detail=_text(hop.detail),
    )


def time_text(time: datetime) -> str:
    """*time* as ISO 8601 in UTC, to the second: sorts as text as it does as time."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(value: Any) -> datetime:
    time = datetime.fromisoformat(_text(value))
    if time.tzinfo is None:
        raise FactLineError(f"the time '{value}' has no time zone")
    return time


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise FactLineError(f"{value!r} is no text")
    return value


def _number(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise FactLineError(f"{value!r} is no number")
    return value


def _one_of(value: Any, *known: Any) -> Any:
    if value not in known:
        raise FactLineError(f"{value!r} is none of {', '.join(known)}")
    return value
