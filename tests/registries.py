"""Four registries on loopback: doi.org, Crossref, DataCite and the Internet Archive's CDX server.

They speak as the real ones do, traps included, and fail as told::

    with Web() as web:
        registries = Registries(web)
        registries.crossref({"DOI": "10.5555/x", "title": ["Dystonia"]})
        registries.fault("crossref", TOO_MANY, times=1)
        ask(registries.endpoints["crossref"] + "/works/10.5555/x")
    assert registries.calls("crossref") == ["/works/10.5555/x"]
"""

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args
from urllib.parse import parse_qs, quote, unquote

import cdx
from records import SELECTS, Item, Query, as_json
from web import Answer, Request, Step, Talk, Web, plain

Service = Literal["doi", "crossref", "datacite", "archive"]

# Requests a second and at one time, of single records and of lists: both pools of Crossref.
_PUBLIC, _POLITE = {"single": (5, 1), "list": (1, 1)}, {"single": (10, 3), "list": (3, 3)}
_LONG_DOI = re.compile(r"10\.[\d.]{4,}/\S+")


class _Name(NamedTuple):
    """A DOI that is registered: by whom, and where it leads; "" is a handle without a URL."""

    agency: str
    leads_to: str


@dataclass
class _Fault:
    step: Step
    left: float
    path: str


class _RefusedError(Exception):
    """What Crossref answers with a 400: a type, the value that it is about, and words."""


class Registries:
    """Answers all that *web* is asked at *host*, but for the paths that have a script.

    ``headers`` are added to the proper answers of a service, over its own: other rate limits,
    or Retry-After with a 200. Every answer takes ``delay`` seconds, and ``peaks`` are the most
    requests that a service has had before it at one time.
    """

    def __init__(self, web: Web, host: str = "127.0.0.1") -> None:
        self.headers: dict[str, dict[str, str]] = {name: {} for name in get_args(Service)}
        self.delay = 0.0
        self.peaks: Counter[str] = Counter()
        self._web, self._host = web, host
        self._names: dict[str, _Name] = {}
        self._works: dict[str, Item] = {}
        self._aliases: dict[str, tuple[str, bool]] = {}
        self._malformed: set[str] = set()
        self._records: dict[str, Item] = {}
        self._captures: list[cdx.Capture] = []
        self._faults: dict[str, list[_Fault]] = {name: [] for name in get_args(Service)}
        self._under_way: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._plays: dict[str, Callable[[str, Query], Answer]] = {
            "doi": self._play_doi,
            "crossref": self._play_crossref,
            "datacite": self._play_datacite,
            "archive": lambda path, query: cdx.answer(self._captures, path, query),
        }
        web.script(host, [self._answer])

    # What they hold.

    def crossref(self, item: Item, *, doi: str = "", leads_to: str | None = None) -> None:
        """A work of Crossref, found under its "DOI" or *doi*; any field may be wrong or absent."""
        key = (doi or item["DOI"]).lower()
        self._names[key] = _named("Crossref", key, leads_to)
        if isinstance(item.get("DOI"), str):
            item = item | {"DOI": item["DOI"].lower()}
        self._works[key] = item

    def alias(self, old: str, new: str, *, redirect: bool = True) -> None:
        """*old* stands for *new*: since 2025 a 301, before that (``redirect=False``) its record."""
        self._names[old.lower()] = self._names.get(new.lower()) or _named("Crossref", new)
        self._aliases[old.lower()] = new.lower(), redirect

    def datacite(self, attributes: Item, *, leads_to: str | None = None) -> None:
        """A record of DataCite, by its attributes, "doi" among them."""
        key = attributes["doi"].lower()
        self._names[key] = _named("DataCite", key, leads_to)
        known = {"state": "findable"} | attributes | {"doi": key}
        self._records[key] = {"id": key, "type": "dois", "attributes": known}

    def elsewhere(self, doi: str, agency: str, *, leads_to: str | None = None) -> None:
        """A DOI of another agency, which neither Crossref nor DataCite knows."""
        self._names[doi.lower()] = _named(agency, doi, leads_to)

    def malformed(self, *dois: str) -> None:
        """DOIs that Crossref's filter refuses, beside those that do not look like one."""
        self._malformed.update(doi.lower() for doi in dois)

    def capture(self, url: str, timestamp: str, status: str = "200", **more: str) -> None:
        """A capture in the archive, at *timestamp*, YYYYMMDDhhmmss; *more* are other columns."""
        self._captures.append(cdx.capture(url, timestamp, status, **more))

    # How they fail, and what they were asked.

    def fault(
        self, service: Service, step: Step | int, times: int | None = None, path: str = ""
    ) -> None:
        """What the next *times* requests with *path* in theirs get; None: all. Faults queue up."""
        step = plain(step) if isinstance(step, int) else step
        left = float("inf") if times is None else times
        self._faults[service].append(_Fault(step, left, path))

    def heal(self, service: Service) -> None:
        """No more faults."""
        self._faults[service].clear()

    @property
    def endpoints(self) -> dict[str, str]:
        """The base addresses, for the settings."""
        names = get_args(Service)
        return {name: self._web.address(f"http://{self._host}/{name}") for name in names}

    def requests(self, service: Service) -> list[Request]:
        """What *service* was asked, and when."""
        asked = [each for each in self._web.requests if each.host == self._host]
        return [each for each in asked if each.path.startswith(f"/{service}/")]

    def calls(self, service: Service) -> list[str]:
        """The paths of that below the service's address, as they were sent."""
        return [each.path.removeprefix(f"/{service}") for each in self.requests(service)]

    def _answer(self, talk: Talk) -> None:
        path, _, query = talk.request.path.removeprefix("/").partition("?")
        service, _, path = path.partition("/")
        if service not in self._plays:
            return plain(404)(talk)
        with self._lock:
            self._under_way[service] += 1
            self.peaks[service] = max(self.peaks[service], self._under_way[service])
            if fault := self._next_fault(service, talk.request.path):
                fault.left -= 1
        self._web.stopping.wait(self.delay)
        with self._lock:  # now: who has got an answer may ask the next thing
            self._under_way[service] -= 1
        if fault:
            return fault.step(talk)
        answer = self._plays[service](path, parse_qs(query, keep_blank_values=True))
        return replace(answer, headers={**answer.headers, **self.headers[service]})(talk)

    def _next_fault(self, service: str, path: str) -> _Fault | None:
        waiting = (each for each in self._faults[service] if each.left > 0 and each.path in path)
        return next(waiting, None)

    # What they say.

    def _play_doi(self, path: str, _query: Query) -> Answer:
        if path.startswith("doiRA/"):
            dois = path.removeprefix("doiRA/").split(",")
            return as_json([self._agency(unquote(doi)) for doi in dois])
        if not path.startswith("api/handles/"):
            return plain(404)
        doi = unquote(path.removeprefix("api/handles/"))
        name = self._names.get(doi.lower())
        if name is None or "%2f" in path.lower():
            return as_json({"responseCode": 100, "handle": doi}, 404)
        if not name.leads_to:
            return as_json({"responseCode": 200, "handle": doi})
        value = {"index": 1, "type": "URL", "data": {"format": "string", "value": name.leads_to}}
        value |= {"ttl": 86400, "timestamp": "2019-03-01T10:00:00Z"}
        return as_json({"responseCode": 1, "handle": doi, "values": [value]})

    def _agency(self, doi: str) -> dict[str, str]:
        name = self._names.get(doi.lower())
        says = {"RA": name.agency} if name else {"status": "DOI does not exist"}
        return {"DOI": doi} | says

    def _play_crossref(self, path: str, query: Query) -> Answer:
        route, _, name = path.partition("/")
        try:
            answer = _NOT_FOUND
            if route == "works":
                answer = self._work(unquote(name), query) if name else self._list(query)
        except _RefusedError as error:
            failure = dict(zip(("type", "value", "message"), error.args, strict=True))
            said = {"status": "failed", "message-type": "validation-failure", "message": [failure]}
            answer = as_json(said, 400)
        pool = _POLITE if "mailto" in query else _PUBLIC
        rate, at_once = pool["single" if name else "list"]
        limits = {"x-rate-limit-limit": f"{rate}", "x-rate-limit-interval": "1s"}
        limits["x-concurrency-limit"] = f"{at_once}"
        return replace(answer, headers={**answer.headers, **limits})

    def _work(self, doi: str, query: Query) -> Answer:
        _require_known(query, {"mailto"})
        key, redirect = self._aliases.get(doi.lower(), (doi.lower(), False))
        if redirect:
            return Answer(301, {"Location": f"/crossref/works/{quote(key)}"})
        return _message("work", self._works[key]) if key in self._works else _NOT_FOUND

    def _list(self, query: Query) -> Answer:
        _require_known(query, {"mailto", "filter", "rows", "select", "query.bibliographic"})
        given = {name: values[0] for name, values in query.items()}
        names = self._filtered(given["filter"]) if given.get("filter") else set(self._works)
        items = [item for name, item in self._works.items() if name in names]
        text = given.get("query.bibliographic")
        if text:
            items = _ranked(items, text)
        rows = given.get("rows", "20")
        if not re.fullmatch(r"\d+", rows) or int(rows) > 1000:
            raise _RefusedError("integer-not-valid", rows, f"{rows} is no integer up to 1000")
        fields = given["select"].split(",") if given.get("select") else []
        for each in set(fields) - SELECTS:
            words = f"Select '{each}' specified but there is no such select for this route."
            raise _RefusedError("select-not-available", each, words)
        shown = [
            {key: value for key, value in item.items() if not fields or key in fields}
            for item in items[: int(rows)]
        ]
        start = {"start-index": 0, "search-terms": text}
        counts = {"total-results": len(items), "items-per-page": int(rows), "query": start}
        return _message("work-list", counts | {"facets": {}, "items": shown})

    def _filtered(self, filters: str) -> set[str]:
        """The DOIs that are asked for. One with a comma falls to pieces, as it really does."""
        names = set()
        for part in filters.split(","):
            kind, _, doi = part.partition(":")
            if kind != "doi":
                words = f"Filter {kind} specified but there is no such filter for this route."
                raise _RefusedError("filter-not-available", kind, words)
            if doi.lower() in self._malformed or not _LONG_DOI.fullmatch(doi):
                words = f"DOI specified as {doi} but must be of the form: 10.prefix/suffix"
                raise _RefusedError("doi-not-valid", doi, words)
            names.add(doi.lower())
        return names

    def _play_datacite(self, path: str, query: Query) -> Answer:
        route, _, name = path.partition("/")
        record = self._records.get(unquote(name).lower())
        if route == "dois" and record:
            return as_json({"data": record})
        if route != "dois" or name:
            title = "The resource you are looking for doesn't exist."
            return as_json({"errors": [{"status": "404", "title": title}]}, 404)
        assert not query.keys() - {"ids", "page[size]", "mailto"}, f"nobody plays this: {query}"
        ids = query["ids"][0].lower().split(",") if "ids" in query else list(self._records)
        size = int(query.get("page[size]", ["25"])[0])
        found = [record for key, record in self._records.items() if key in ids]
        meta = {"total": len(found), "totalPages": -(-len(found) // size), "page": 1}
        return as_json({"data": found[:size], "meta": meta, "links": {}})


def _named(agency: str, doi: str, leads_to: str | None = None) -> _Name:
    return _Name(agency, f"https://publisher.example/{doi}" if leads_to is None else leads_to)


_NOT_FOUND = Answer(404, {"Content-Type": "text/plain"}, b"Resource not found.")


def _message(kind: str, message: Item) -> Answer:
    said = {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message}
    return as_json(said)


def _require_known(query: Query, known: set[str]) -> None:
    for name in query.keys() - known:
        raise _RefusedError("parameter-not-allowed", name, f"This route does not support {name}")


def _ranked(items: list[Item], text: str) -> list[Item]:
    """The items that share words with *text*, with the most first; the score is their number."""
    fields = ("title", "author", "container-title", "short-container-title", "issued", "volume")
    scored = [
        item | {"score": float(len(_words(text) & _words([item.get(field) for field in fields])))}
        for item in items
    ]
    found = [item for item in scored if item["score"]]
    return sorted(found, key=lambda item: item["score"], reverse=True)


def _words(node: object) -> set[str]:
    """The words and figures in a record, whatever its fields are."""
    if isinstance(node, dict):
        node = [value for key, value in node.items() if key != "sequence"]
    if isinstance(node, list):
        return set[str]().union(*map(_words, node))
    return set(re.findall(r"\w+", str(node).lower()))
