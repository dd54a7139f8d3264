"""What registries and archives say, read from their answers; anything may have come."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from citewell.evidence import archive, crossref, datacite
from citewell.facts import Service
from citewell.record import Capture, Record

CDX = "/cdx/search/cdx"
"""Where an archive's index of captures stands, below its address."""


class Said(NamedTuple):
    """What an answer says; None for what it does not.

    Whether a DOI is ``registered``, and where it leads; the works or the captures that it
    holds; the agency of each DOI.
    """

    registered: bool | None = None
    leads_to: str | None = None
    records: tuple[Record, ...] | None = None
    captures: tuple[Capture, ...] | None = None
    agencies: Mapping[str, str] | None = None
    sha256: str = ""


def read(service: Service, url: str, status: int, body: bytes) -> Said:
    """Read the answer of *service* to the question *url*."""
    answer = _json(body)
    said = _said(service, url, status, answer)
    return said._replace(sha256=sha256(body).hexdigest())


def _said(service: Service, url: str, status: int, answer: Any) -> Said:
    if service == "doi":
        return _handle(status, answer)
    if service in ("crossref", "datacite"):
        return _work(service, status, answer)
    if status != 200:
        return Said()
    if service == "crossref-list":
        return Said(records=crossref.read_list(answer))
    if service == "agency":
        return Said(agencies=_agencies(answer))
    return Said(captures=archive.read(answer, url.partition(CDX)[0]))


def _work(service: Service, status: int, answer: Any) -> Said:
    """Crossref answers for an alias with the DOI that it stands for: it is registered, too."""
    if status == 404:
        return Said(False)
    if status != 200:
        return Said()
    read_work = crossref.read_work if service == "crossref" else datacite.read
    records = read_work(answer)
    return Said() if records is None else Said(True, records=records)


def _handle(status: int, answer: Any) -> Said:
    """The handle API: 1 found, 200 found without an address, 100 not found."""
    code = _at(answer, "responseCode")
    if code == 100 and status == 404:
        return Said(False)
    if code not in (1, 200) or status != 200 or code is True:
        return Said()
    values = _at(answer, "values")
    for value in values if isinstance(values, list) else ():
        address = _at(_at(value, "data"), "value")
        if _at(value, "type") == "URL" and isinstance(address, str):
            return Said(True, address)
    return Said(True)


def _agencies(answer: Any) -> Mapping[str, str] | None:
    """The agency by DOI, in lower case; DOIs that do not exist have none."""
    if not isinstance(answer, list):
        return None
    pairs = [(_at(entry, "DOI"), _at(entry, "RA")) for entry in answer]
    return {
        doi.lower(): agency
        for doi, agency in pairs
        if isinstance(doi, str) and isinstance(agency, str)
    }


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _at(node: Any, key: str) -> Any:
    return node.get(key) if isinstance(node, dict) else None
