"""What the registries' answers say of a DOI: registered, not registered, or nothing."""

import json
from typing import Any, NamedTuple

from citewell.facts import Service


class Registration(NamedTuple):
    """Whether a DOI is registered, None if that was not said; and where it leads."""

    registered: bool | None
    leads_to: str | None = None


def read(service: Service, status: int, body: bytes) -> Registration:
    """Read an answer of the handle API, of Crossref or of DataCite; anything may have come.

    Crossref answers for an alias with the DOI that it stands for: that is registered, too.
    """
    answer = _json(body)
    if service == "doi":
        return _handle(status, answer)
    if status == 404:
        return Registration(False)
    if status != 200:
        return Registration(None)
    found = _at(answer, "message", "DOI") if service == "crossref" else _at(answer, "data", "id")
    return Registration(True if isinstance(found, str) and found else None)


def _handle(status: int, answer: Any) -> Registration:
    """The handle API: 1 found, 200 found without an address, 100 not found."""
    code = _at(answer, "responseCode")
    if code == 100 and status == 404:
        return Registration(False)
    if code not in (1, 200) or status != 200 or code is True:
        return Registration(None)
    values = _at(answer, "values")
    for value in values if isinstance(values, list) else ():
        address = _at(value, "data", "value")
        if _at(value, "type") == "URL" and isinstance(address, str):
            return Registration(True, address)
    return Registration(True)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _at(node: Any, *keys: str) -> Any:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node
