"""The answers of a CDX server, which knows the captures of a web archive."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from citewell.identifiers import url_fault
from citewell.record import Capture

_TIME = re.compile(r"\d{14}", re.ASCII)
_COLUMNS = ("timestamp", "original", "statuscode")


def read(answer: Any, archive: str) -> tuple[Capture, ...] | None:
    """The captures that *answer* lists, in its order; None if it is no such list.

    The first row names the columns. *archive* is the address below which captures stand.
    """
    if not isinstance(answer, list) or not all(isinstance(row, list) for row in answer):
        return None
    if not answer:
        return ()
    head, *rows = answer
    if not all(isinstance(cell, str) for cell in head) or not set(_COLUMNS) <= set(head):
        return None
    if not all(isinstance(cell, str) for row in rows for cell in row):
        return None
    return tuple(_captures([dict(zip(head, row, strict=False)) for row in rows], archive))


def _captures(rows: list[dict[str, Any]], archive: str) -> Iterator[Capture]:
    for row in rows:
        stamp, page, status = (row.get(column) for column in _COLUMNS)
        if status != "200" or not isinstance(page, str) or url_fault(page):
            continue
        if _TIME.fullmatch(str(stamp)) is None:
            continue
        with suppress(ValueError):  # no such day
            day = date.fromisoformat(str(stamp)[:8])
            yield Capture(f"{archive}/web/{stamp}/{page}", day)
