"""The CDX server of the Internet Archive: which captures of a page it has, played."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from records import Query, as_json
from web import Answer, plain

Capture = dict[str, str]

COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_PLAYED = {"url", "output", "from", "to", "sort", "closest", "limit", "filter", "fl"}


def capture(url: str, timestamp: str, status: str, **more: str) -> Capture:
    """A capture of *url* at *timestamp*, 14 digits; *more* are other columns."""
    assert len(timestamp) == 14
    row = (_urlkey(url), timestamp, url, "text/html", status, "A" * 32, "12345")
    return dict(zip(COLUMNS, row, strict=True)) | more


def answer(captures: Sequence[Capture], path: str, query: Query) -> Answer:
    """What the server has for a request. What it ignores but we do not play is an error."""
    if path != "cdx/search/cdx":
        return plain(404)
    assert not query.keys() - _PLAYED, f"nobody plays this: {query}"
    given = {name: values[0] for name, values in query.items()}
    times = [given[name] for name in ("from", "to", "closest") if name in given]
    if "url" not in given or not all(re.fullmatch(r"\d{1,14}", time) for time in times):
        return plain(400)
    begin, end = given.get("from", "").ljust(14, "0"), given.get("to", "").ljust(14, "9")
    rows = [
        row
        for row in sorted(captures, key=lambda row: row["timestamp"])
        if row["urlkey"] == _urlkey(given["url"])
        and begin <= row["timestamp"] <= end
        and all(_passes(row, each) for each in query.get("filter", ()))
    ]
    if given.get("sort") == "closest" and "closest" in given:
        aim = _moment(given["closest"])
        rows.sort(key=lambda row: abs(_moment(row["timestamp"]) - aim))
    if limit := int(given.get("limit", "0")):
        rows = rows[:limit] if limit > 0 else rows[limit:]
    columns = given["fl"].split(",") if "fl" in given else COLUMNS
    lines = [[row[column] for column in columns] for row in rows]
    if given.get("output") == "json":
        return as_json([columns, *lines] if lines else [])
    text = "".join(f"{' '.join(line)}\n" for line in lines)
    return Answer(200, {"Content-Type": "text/plain"}, text.encode())


def _urlkey(url: str) -> str:
    """What all spellings of an address have in common: no scheme, no "www.", no last slash."""
    parts = urlsplit(url if "//" in url else f"http://{url}")
    labels = (parts.hostname or "").removeprefix("www.").split(".")
    query = f"?{parts.query}" if parts.query else ""
    return f"{','.join(reversed(labels))}){parts.path.rstrip('/') or '/'}{query}".lower()


def _moment(digits: str) -> datetime:
    """A moment that begins with these digits, 1 to 14."""
    whole = digits + "20000101000000"[len(digits) :]
    return datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _passes(row: Capture, condition: str) -> bool:
    """Whether *row* meets ``field:regex``, or does not meet ``!field:regex``."""
    field, _, pattern = condition.removeprefix("!").partition(":")
    return bool(re.fullmatch(pattern, row[field])) != condition.startswith("!")
