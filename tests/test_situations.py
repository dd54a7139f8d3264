"""Whatever a web server, a registry or a resolver does: one row a situation, one verdict each."""

import json
import re
import socket
import ssl
import time
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from itertools import count
from math import inf
from urllib.parse import quote, unquote, urlsplit

import pytest

from citewell.evidence import hop
from citewell.evidence.results import Probed
from citewell.evidence.scheduler import probe
from citewell.facts import Probe, Target
from citewell.link_settings import Endpoints, Network
from web import (
    CLOSED,
    MEGABYTE,
    MUTE,
    NO_RESOLVER,
    NO_SUCH_NAME,
    OK,
    PUBLIC,
    SHAKY,
    Answer,
    Names,
    QuickClock,
    Request,
    Script,
    Step,
    Talk,
    Web,
    Wires,
    blanks,
    bomb,
    by_method,
    chunked,
    endless,
    hang_up,
    page,
    plain,
    redirect,
    reset,
    silence,
    slow_body,
    slow_head,
    tls_hosts,
    twice_pressed,
)

PAGE = "http://site.example/fact-sheets/dystonia"
DOI = "doi:10.5555/dystonia.1"
SICI = "doi:10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-#"
REGISTRIES = {
    "doi": "http://doi.example",
    "crossref": "http://crossref.example",
    "datacite": "http://datacite.example",
    "archive": "http://archive.example",
}


@dataclass(frozen=True)
class Row:
    """What ``address`` answers, in turn and the last for ever, and the verdict that it gets.

    Addresses name no port and belong to the test's server, which answers 404 unless the row
    says otherwise; a DOI's answers are those of doi.org.
    """

    name: str
    answers: Script
    verdict: str
    address: str = PAGE
    web: Mapping[str, Script] = field(default_factory=dict)  # other places: "host/path"
    crossref: Script = ()  # what Crossref says of the DOI; it does not know it
    datacite: Script = ()
    beside: Mapping[str, str] = field(default_factory=dict)  # other targets, and their verdicts
    names: Mapping[str, Sequence[list[str] | int]] = field(default_factory=dict)
    network: Mapping[str, object] = field(default_factory=dict)
    sent: str = ""  # the place as it must arrive, where it is not spelled as in the address
    final: str = ""  # the address that is reached
    reason: str = ""  # a pattern found in the reason
    silent: str = ""  # a pattern not found there
    asked: int | None = None  # how many requests all this takes, registries aside
    gap: tuple[float, float] = (0, inf)  # seconds from the first request to the second
    cheap: bool = False  # under 5 MB of traffic and memory

    @property
    def place(self) -> str:
        """Where the answers are given: "host/path?query"."""
        parts = urlsplit(self.address)
        query = f"?{parts.query}" if parts.query else ""
        return self.sent or f"{parts.hostname}{parts.path or '/'}{query}"


# What pages say.

NOT_FOUND = Answer(200, body=page("Page not found. Go to the front page."))
SAYING_NOT_FOUND = Answer(200, body=page("Sorry, the page you asked for was not found."))
TITLED_NOT_FOUND = Answer(200, body=page("Sorry!", title="Page not found"))
HEADED_404 = Answer(200, body=page(markup="<h1>404</h1><h2>Page Not Found</h2><p>Sorry.</p>"))
SCRIPTED = Answer(
    200, body=page(markup='<p>Dystonia is a disorder.</p><script>say("Page not found")</script>')
)
COMMENTED = Answer(200, body=page(markup="<!-- page not found --><p>Dystonia is a disorder.</p>"))
STYLED = Answer(
    200,
    body=page(
        markup='<style>p::after {content: "Page not found"}</style><p>Dystonia is a disorder.</p>'
    ),
)
BARE = Answer(200, body=b"<!DOCTYPE html><html><head></head><body><p></p></body></html>")
ONLY_SCRIPT = Answer(200, body=page(title="", markup="<script>start()</script>"))
PDF = Answer(200, {"Content-Type": "application/pdf"}, b"%PDF-1.7\n" + bytes(range(256)) * 8)
PARTIAL = Answer(206, {"Content-Range": "bytes 0-99/100"}, page())
WITH_PART = Answer(200, body=page(markup="<h2 id=symptoms>Symptoms</h2><p>Spasms may hurt.</p>"))
WITH_NAME = Answer(200, body=page(markup="<a name=symptoms></a><p>Spasms may hurt.</p>"))


def parked(text: str) -> Answer:
    return Answer(200, body=page(text, title="site.example"))


# Redirects.


def chain(redirects: int) -> dict[str, Script]:
    """Places that redirect from /1 on, that many times, and then answer."""
    places = {f"site.example/{n}": [redirect(302, f"/{n + 1}")] for n in range(1, redirects + 1)}
    return {**places, f"site.example/{redirects + 1}": [OK]}


def leads(place: str, status: int = 301) -> Script:
    return [redirect(status, place)]


NEW = {"site.example/new": [OK]}


def moved(name: str, status: int, place: str, **more: object) -> Row:
    final = f"http://site.example{place}" if place.startswith("/") else place
    where = {final.partition("://")[2]: [OK]}
    return Row(name, leads(place, status), "moved", web=where, final=final, asked=2, **more)


LOGIN = Answer(200, body=page("User name and password", title="Welcome"))


def to_login(place: str, status: int = 302) -> Row:
    host = urlsplit(place).hostname or "site.example"
    return Row(f"{status} to {place}", leads(place, status), "blocked", web={host: [LOGIN]})


def to_return(place: str) -> Row:
    """A redirect to *place* and, percent-encoded, the address that was asked for."""

    def step(talk: Talk) -> None:
        redirect(302, place + quote(talk.web.address(PAGE), safe=""))(talk)

    host = urlsplit(place).hostname or "site.example"
    return Row(f"302 to {place}(this page)", [step], "blocked", web={host: [LOGIN]})


def not_login(place: str) -> Row:
    web = {f"site.example{place}": [OK]}
    return Row(f"302 to {place}, no login page", leads(place, 302), "ok", web=web)


# Waiting.


def told(value: str, status: int = 429) -> Step:
    return plain(status, Retry_After=value)


def told_a_date(seconds: float) -> Step:
    """Asks to come back at a time that is so many seconds ahead."""

    def step(talk: Talk) -> None:
        then = talk.web.clock.now() + timedelta(seconds=seconds)
        told(format_datetime(then, usegmt=True))(talk)

    return step


# Registries.


def as_json(status: int, content: object) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(content).encode())


LANDING = [{"index": 1, "type": "URL", "data": {"format": "string", "value": PAGE}, "ttl": 86400}]
REGISTERED = as_json(200, {"responseCode": 1, "handle": "10.5555/dystonia.1", "values": LANDING})
WITHOUT_URL = as_json(200, {"responseCode": 200, "handle": "10.5555/dystonia.1"})
UNREGISTERED = as_json(404, {"responseCode": 100, "handle": "10.5555/dystonia.1"})
HANDLE_ERROR = as_json(500, {"responseCode": 2, "handle": "10.5555/dystonia.1"})
WORK = as_json(
    200,
    {
        "status": "ok",
        "message-type": "work",
        "message-version": "1.0.0",
        "message": {"DOI": "10.5555/dystonia.1", "title": ["Dystonia"], "type": "journal-article"},
    },
)
# The longest records have thousands of references.
LONG_WORK = Answer(
    200,
    {"Content-Type": "application/json", "Connection": "close"},
    json.dumps({"status": "ok", "message": {"reference": ["x" * 9] * 90_000, "DOI": "x"}}).encode(),
)
NO_WORK = Answer(404, {"Content-Type": "text/plain"}, b"Resource not found.")
NO_WORK_AS_JSON = Answer(404, {"Content-Type": "application/json"}, b"Resource not found.")
RECORD = as_json(
    200,
    {
        "data": {
            "id": "10.5555/dystonia.1",
            "type": "dois",
            "attributes": {"doi": "10.5555/dystonia.1", "titles": [{"title": "Dystonia"}]},
        }
    },
)
NO_RECORD = as_json(
    404,
    {"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]},
)


def registry(folder: str, doi: str, script: Script, unknown: Answer) -> Step:
    """A registry that answers *unknown* to any other DOI, and to one with an encoded slash."""
    turns = count()

    def step(talk: Talk) -> None:
        path = talk.request.path.partition("?")[0]
        known = unquote(path).lower() == f"{folder}{doi}" and "%2f" not in path.lower()
        turn = min(next(turns), len(script) - 1) if known and script else None
        answer = unknown if turn is None else script[turn]
        (plain(answer) if isinstance(answer, int) else answer)(talk)

    return step


def doi(name: str, answers: Script, verdict: str, **more: object) -> Row:
    """A row on a DOI: the page that it leads to is never asked."""
    return Row(name, answers, verdict, **{"address": DOI, "asked": 0, **more})


# Reasons why a host is not trusted: its own, and no other.

DISTRUST = {"expired": "expired", "self": "self-signed", "issuer": "not trusted|unknown|issuer"}
DISTRUST["host"] = "another host|other host|wrong host|different host|not for|hostname"


def distrusted(name: str, host: str, kind: str) -> Row:
    others = "|".join(DISTRUST[other] for other in DISTRUST if other != kind)
    if kind == "self":  # nobody has issued it, so both words are right
        others = f"{DISTRUST['expired']}|{DISTRUST['host']}"
    where = f"https://{host}/page"
    reason = f"(?i){DISTRUST[kind]}"
    return Row(name, [OK], "unreachable", where, reason=reason, silent=f"(?i){others}", asked=0)


BRIEF = {"timeout": 0.3, "retries": 1}
PUBLICLY = {"allow_private": False}


def private(address: str, **names: list[str]) -> Row:
    known = {name.replace("_", "."): [answer] for name, answer in names.items()}
    what = f"{address} ({', '.join(*names.values())})" if names else address
    return Row(what, [OK], "refused", address, names=known, network=PUBLICLY, asked=0)


def to_private(place: str, **names: list[str]) -> Row:
    known = {name.replace("_", "."): [answer] for name, answer in names.items()}
    name = f"redirect to {place}"
    return Row(name, leads(place, 302), "refused", names=known, network=PUBLICLY, asked=1)


def unasked(address: str) -> Row:
    return Row(address, [OK], "refused", address, asked=0)


def spelled(name: str, path: str, sent: str = "") -> Row:
    """An address that answers only if it arrives as it is written, or as *sent*."""
    where = f"http://site.example{path}"
    return Row(name, [OK], "ok", where, sent=f"site.example{sent or path}", final=where, asked=1)


SITUATIONS = {
    "answers": [
        Row("200", [OK], "ok", final=PAGE, asked=1),
        Row("200 of a PDF", [PDF], "ok", asked=1),
        Row("204", [204], "ok", asked=1),
        Row("206", [PARTIAL], "ok", asked=1),
        *[
            Row(f"200 to GET, {name} to HEAD", [by_method(step, OK)], "ok", asked=1)
            for name, step in {
                **{str(status): status for status in (403, 404, 405)},
                "silence": silence,
                "reset": reset,
            }.items()
        ],
    ],
    "nothing there": [
        Row("404, both times", [404], "gone", asked=2, gap=(1, 60)),
        Row("410, both times", [410], "gone", asked=2, gap=(1, 60)),
        Row("404, then 410", [404, 410], "gone", asked=2, gap=(1, 60)),
        Row("404, and 200 seconds later", [404, OK], "ok", asked=2, gap=(1, 60)),
        Row("410, and 200 seconds later", [410, OK], "ok", asked=2, gap=(1, 60)),
        Row(
            "a name that does not exist",
            [],
            "gone",
            names={"site.example": [NO_SUCH_NAME]},
            asked=0,
        ),
        Row(
            "a name that does not exist, doi.org down, another page up",
            [],
            "gone",
            web={"other.example/": [OK]},
            beside={"http://other.example/": "ok"},
            names={"site.example": [NO_SUCH_NAME], "doi.example": [[CLOSED]]},
        ),
    ],
    "no network": [
        Row(
            f"network down: {name}",
            [OK],
            "unchecked",
            beside={"http://other.example/page": "unchecked", DOI: "unchecked"},
            names={"*": [answer]},
            asked=0,
        )
        for name, answer in {
            "no name exists": NO_SUCH_NAME,
            "no resolver answers": NO_RESOLVER,
            "all connections are refused": [CLOSED],
        }.items()
    ],
    "doi.org down": [
        Row(
            f"doi.org down alone: {name}",
            [OK],
            "ok",
            beside={DOI: "unchecked"},
            names={"doi.example": [answer]},
            asked=1,
        )
        for name, answer in {
            "its name does not exist": NO_SUCH_NAME,
            "its name cannot be looked up": NO_RESOLVER,
            "it refuses connections": [CLOSED],
        }.items()
    ],
    "redirects on one domain": [
        moved("301 to 200, a path", 301, "/new"),
        moved("301 to 200, an address", 301, "http://site.example/new"),
        moved("308 to 200", 308, "/new"),
        moved("301 to another host of the domain", 301, "http://www.site.example/new"),
        moved(
            "301 to another host of the domain, below co.uk",
            301,
            "http://www.site.co.uk/new",
            address="http://site.co.uk/old",
        ),
        moved(
            "301 from front page to front page",
            301,
            "http://www.site.example/",
            address="http://site.example/",
        ),
        Row(
            "301 from http: to https:",
            [redirect(301, "https://good.example/page"), OK],
            "moved",
            "http://good.example/page",
            final="https://good.example/page",
            asked=2,
        ),
        Row(
            "301 to 308 to 200",
            leads("/between"),
            "moved",
            web={"site.example/between": leads("/new", 308), **NEW},
            final="http://site.example/new",
            asked=3,
        ),
        *[
            Row(
                f"{status} to 200",
                leads("/new", status),
                "ok",
                web=NEW,
                final="http://site.example/new",
                asked=2,
            )
            for status in (302, 303, 307)
        ],
        *[
            Row(
                f"{first} to {second} to 200",
                leads("/between", first),
                "ok",
                web={"site.example/between": leads("/new", second), **NEW},
                final="http://site.example/new",
                asked=3,
            )
            for first, second in ((301, 302), (302, 301), (308, 307))
        ],
    ],
    "redirects to somewhere else": [
        *[
            Row(
                f"{status} to another domain",
                leads("http://other.example/fact-sheets/dystonia", status),
                "suspicious",
                web={"other.example/fact-sheets/dystonia": [OK]},
                final="http://other.example/fact-sheets/dystonia",
            )
            for status in (301, 302, 303, 307, 308)
        ],
        Row(
            "301 to another domain below the same public suffix",
            leads("http://other.co.uk/page"),
            "suspicious",
            "http://site.co.uk/page",
            web={"other.co.uk/page": [OK]},
        ),
        *[
            Row(
                f"{status} from a deep link to the front page",
                leads("/", status),
                "suspicious",
                web={"site.example/": [OK]},
            )
            for status in (301, 302)
        ],
        Row(
            "301 from a deep link to the front page of another host of the domain",
            leads("http://www.site.example/"),
            "suspicious",
            web={"www.site.example/": [OK]},
        ),
    ],
    "redirects to a login page": [
        to_login("/login"),
        to_login("/login", 301),
        to_login("/account/signin"),
        to_login("/users/sign_in"),
        to_login("/auth/realms/readers"),
        to_login("/index.php?action=login"),
        to_return("/welcome?return_to="),
        to_login("/access?next=/fact-sheets/dystonia"),
        to_login("http://other.example/login"),
        to_return("http://other.example/welcome?returnUrl="),
        not_login("/authors/marsden"),
        not_login("/author-guidelines"),
    ],
    "redirects that lead nowhere": [
        Row("redirect to itself", leads(PAGE), "refused"),
        Row(
            "redirect loop of two",
            leads("/other"),
            "refused",
            web={"site.example/other": leads("/fact-sheets/dystonia")},
        ),
        Row("10 redirects", leads("/1", 302), "ok", web=chain(9), asked=11),
        Row("11 redirects", leads("/1", 302), "refused", web=chain(10)),
        Row("21 redirects", leads("/1", 302), "refused", web=chain(20)),
        *[Row(f"{s} without Location", [s], "refused") for s in (301, 302, 303, 307, 308)],
        *[
            Row(f"redirect to {place}", leads(place, 302), "refused", asked=1)
            for place in ("file:///etc/hostname", "javascript:alert(1)", "data:text/html,hello")
        ],
    ],
    "redirects into a private network": [
        to_private("http://127.0.0.1/fact-sheets/dystonia"),
        to_private("http://localhost/fact-sheets/dystonia"),
        to_private("http://[::1]/fact-sheets/dystonia"),
        to_private("http://169.254.169.254/latest/meta-data/"),
        to_private("http://2130706433/fact-sheets/dystonia"),
        to_private("http://intranet.example/", intranet_example=["10.0.0.5"]),
        to_private("http://half.example/", half_example=[PUBLIC, "10.0.0.5"]),
    ],
    "pages that are not the work": [
        Row("200 that says 'Page not found'", [NOT_FOUND], "suspicious"),
        Row("200 that says the same in other words", [SAYING_NOT_FOUND], "suspicious"),
        Row("200 with 'Page not found' in its title", [TITLED_NOT_FOUND], "suspicious"),
        Row("200 with '404' and 'Page Not Found' in its headings", [HEADED_404], "suspicious"),
        Row("200 with 'Page not found' in a script", [SCRIPTED], "ok"),
        Row("200 with 'page not found' in a comment", [COMMENTED], "ok"),
        Row("200 with 'Page not found' in its styles", [STYLED], "ok"),
        Row("200 with an empty body", [Answer(200)], "suspicious"),
        Row("200 with a body of white space", [Answer(200, body=b" \r\n\t \n")], "suspicious"),
        Row("200 with a page that shows nothing", [BARE], "suspicious"),
        Row("200 with a page that a script may fill", [ONLY_SCRIPT], "ok"),
        Row("parked: for sale", [parked("This domain is for sale.")], "suspicious"),
        Row("parked: buy it", [parked("Buy this domain. Related searches.")], "suspicious"),
        Row(
            "parked: by its owner",
            [parked("The domain site.example may be for sale by its owner!")],
            "suspicious",
        ),
        Row(
            "parked: free",
            [parked("This domain is parked free, courtesy of a registrar.")],
            "suspicious",
        ),
    ],
    "refusals": [
        *[
            Row(f"{status}, always", [status], "blocked")
            for status in (400, 401, 402, 403, 405, 406, 407, 418, 422, 451, 999)
        ],
        *[
            Row(f"{s} with cf-mitigated", [plain(s, cf_mitigated="challenge")], "blocked")
            for s in (403, 503)
        ],
    ],
    "failures": [
        *[
            Row(f"{status}{name}", [status] * times + then, verdict, asked=asked)
            for status in (408, 425, 500, 502, 503, 504, 520, 522)
            for name, times, then, verdict, asked in (
                (", always", 1, [], "unreachable", 3),
                (" once, then 200", 1, [OK], "ok", 2),
                (" twice, then 200", 2, [OK], "ok", 3),
            )
        ],
    ],
    "waiting": [
        Row("429, always", [429], "throttled"),
        Row("429 once, then 200", [429, OK], "ok", asked=2),
        Row("503 with Retry-After, always", [told("2", 503)], "throttled"),
        Row("503 with Retry-After, then 200", [told("2", 503), OK], "ok", asked=2, gap=(2, 30)),
        Row("Retry-After: 1", [told("1"), OK], "ok", asked=2, gap=(1, 30)),
        Row("Retry-After: 120", [told("120"), OK], "ok", asked=2, gap=(120, 180)),
        Row("Retry-After: a date", [told_a_date(30), OK], "ok", asked=2, gap=(28, 60)),
        Row("Retry-After: a date gone by", [told_a_date(-600), OK], "ok", asked=2, gap=(0, 60)),
        Row("Retry-After: 86400", [told("86400")], "throttled"),
        *[
            Row(
                f"Retry-After: {value[:9]!r}, then 200",
                [told(value), OK],
                "ok",
                asked=2,
                gap=(0, 60),
            )
            for value in ("inf", "nan", "-5", "3s", "", "9" * 400)
        ],
        *[
            Row(f"Retry-After: {value!r}, always", [told(value)], "throttled")
            for value in ("inf", "-5", "3s", "")
        ],
    ],
    "broken connections": [
        Row("reset, always", [reset], "unreachable"),
        Row("reset once, then 200", [reset, OK], "ok", asked=2),
        Row("closed before the headers, always", [hang_up], "unreachable"),
        Row("closed before the headers once, then 200", [hang_up, OK], "ok", asked=2),
        Row("refused, always", [], "unreachable", names={"site.example": [[CLOSED]]}, asked=0),
        Row("refused once, then 200", [OK], "ok", names={"site.example": [[SHAKY]]}, asked=1),
        Row(
            "a name that cannot be looked up, always",
            [],
            "unreachable",
            names={"site.example": [NO_RESOLVER]},
            asked=0,
        ),
        Row(
            "a name that cannot be looked up once, then 200",
            [OK],
            "ok",
            names={"site.example": [NO_RESOLVER, ["127.0.0.1"]]},
            asked=1,
        ),
    ],
    "answers that do not end": [
        Row("accepts and never answers", [silence], "unreachable", network=BRIEF),
        Row("never answers once, then 200", [silence, OK], "ok", network=BRIEF, asked=2),
        Row("headers drop by drop", [slow_head], "unreachable", network=BRIEF),
        Row("page drop by drop", [slow_body], "unreachable", network=BRIEF),
        Row(
            "page drop by drop, over TLS",
            [slow_body],
            "unreachable",
            "https://good.example/page",
            network=BRIEF,
        ),
        Row(
            "accepts and never answers in TLS",
            [],
            "unreachable",
            f"https://{MUTE}/page",
            network=BRIEF,
        ),
        Row(
            "headers without end",
            [endless(b"HTTP/1.1 200 OK\r\n", b"X-More: of the same\r\n")],
            "unreachable",
            network=BRIEF,
        ),
        Row(
            "a header without end",
            [endless(b"HTTP/1.1 200 OK\r\nX-More: ", b"of the same, " * 100)],
            "unreachable",
            network=BRIEF,
        ),
        Row(
            "100 Continue without end",
            [endless(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n")],
            "unreachable",
            network=BRIEF,
        ),
    ],
    "large answers": [
        Row(
            "300 MB, as told",
            [Answer(200, {"Content-Length": str(300 * MEGABYTE)}, lambda: blanks(300))],
            "ok",
            cheap=True,
        ),
        Row(
            "300 MB in chunks",
            [Answer(200, {"Transfer-Encoding": "chunked"}, lambda: chunked(blanks(300)))],
            "ok",
            cheap=True,
        ),
        Row("300 MB, untold", [Answer(200, {}, lambda: blanks(300))], "ok", cheap=True),
        Row(
            "a gzip bomb",
            [Answer(200, {"Content-Encoding": "gzip"}, lambda: bomb(500))],
            "ok",
            cheap=True,
        ),
        Row(
            "a gzip bomb, twice compressed",
            [Answer(200, {"Content-Encoding": "gzip, gzip"}, lambda: iter([twice_pressed(500)]))],
            "ok",
            cheap=True,
        ),
        Row(
            "more promised than sent",
            [Answer(200, {"Content-Length": "5000"}, page())],
            "ok",
            asked=1,
        ),
        Row(
            "more sent than promised",
            [Answer(200, {"Content-Length": "300"}, page() * 3)],
            "ok",
            asked=1,
        ),
        Row(
            "a length that is no number",
            [Answer(200, {"Content-Length": "a lot"}, page())],
            "ok",
            asked=1,
        ),
    ],
    "TLS": [
        Row("a good certificate", [OK], "ok", "https://good.example/page", asked=1),
        distrusted("an expired certificate", "old.example", "expired"),
        distrusted("a self-signed certificate", "own.example", "self"),
        distrusted("the certificate of another host", "alias.example", "host"),
        distrusted("a certificate of an unknown authority", "foreign.example", "issuer"),
    ],
    "spelling": [
        Row(
            "a host with umlaut",
            [OK],
            "ok",
            "http://bücher.example/page",
            sent="xn--bcher-kva.example/page",
            asked=1,
        ),
        spelled("a percent-encoded path", "/a%2Fb%20c/%7Eroe/%c3%a9"),
        spelled("a Unicode path", "/Dystonie-Übersicht", "/Dystonie-%C3%9Cbersicht"),
        spelled("double slashes", "/content//dystonia"),
        spelled("double slashes at the start and end", "//content/dystonia//"),
        spelled("parentheses", "/article/S0140-6736(98)70396-3/fulltext"),
        spelled("a closing parenthesis at the end", "/wiki/Dystonia_(disorder)"),
        *[spelled(f"{mark!r} at the end", f"/dystonia{mark}") for mark in ".,;:!')"],
        spelled("a question mark at the end", "/what-is-dystonia?"),
        spelled("a query", "/search?id=7&q=a%20b+c&empty="),
    ],
    "fragments": [
        Row(
            "a fragment that is missing",
            [OK],
            "ok",
            f"{PAGE}#symptoms",
            sent=PAGE.partition("://")[2],
            reason="symptoms",
            asked=1,
        ),
        *[
            Row(name, [answer], "ok", f"{PAGE}#symptoms", silent="symptoms", asked=1)
            for name, answer in {
                "a fragment that is there": WITH_PART,
                "a fragment that is there, as an anchor": WITH_NAME,
            }.items()
        ],
    ],
    "private addresses": [
        private("http://127.0.0.1/"),
        private("http://127.1/"),
        private("http://0177.0.0.1/"),
        private("http://2130706433/"),
        private("http://0x7f.1/"),
        private("http://0.0.0.0/"),
        private("http://10.1.2.3/"),
        private("http://100.64.0.1/"),
        private("http://169.254.169.254/latest/meta-data/"),
        private("http://224.0.1.1/"),
        private("http://[::1]/"),
        private("http://[::ffff:127.0.0.1]/"),
        private("http://[::ffff:7f00:1]/"),
        private("http://[64:ff9b::7f00:1]/"),
        private("http://[2002:7f00:1::]/"),
        private("http://[fd00::1]/"),
        private("http://[fe80::1]/"),
        private("http://localhost/"),
        private("http://localhost./"),
        private("http://inside.example/", inside_example=["192.168.0.7"]),
        private("http://half.example/", half_example=[PUBLIC, "10.0.0.5"]),
        private("http://half.example/", half_example=["10.0.0.5", PUBLIC]),
        private("http://half.example/", half_example=[PUBLIC, "::1"]),
        private("http://half.example/", half_example=[PUBLIC, "::ffff:10.0.0.5"]),
        Row("a public address", [OK], "ok", network=PUBLICLY, asked=1),
        Row(
            "a name that is public when looked up, and private when looked up again",
            [OK],
            "ok",
            names={"site.example": [[PUBLIC], ["127.0.0.1"]]},
            network=PUBLICLY,
            asked=1,
        ),
    ],
    "no web addresses": [
        unasked("file:///etc/hostname"),
        unasked("data:text/html,hello"),
        unasked("javascript:alert(1)"),
        unasked("mailto:roe@site.example"),
    ],
    "DOIs": [
        doi("registered", [REGISTERED], "ok"),
        doi("registered, without an address", [WITHOUT_URL], "ok"),
        doi("registered, but doi.org fails at first", [500, REGISTERED], "ok"),
        doi("registered, its page gone", [REGISTERED], "ok", web={PAGE.partition("://")[2]: [404]}),
        doi("unknown to doi.org, known to Crossref", [UNREGISTERED], "ok", crossref=[WORK]),
        doi("unknown to doi.org, known to DataCite", [UNREGISTERED], "ok", datacite=[RECORD]),
        doi("known to Crossref, at great length", [UNREGISTERED], "ok", crossref=[LONG_WORK]),
        doi("known nowhere", [UNREGISTERED], "gone"),
        doi(
            "known nowhere, Crossref's words labelled JSON",
            [UNREGISTERED],
            "gone",
            crossref=[NO_WORK_AS_JSON],
        ),
        *[
            doi(f"doi.org answers {name}, {knows} knows it", [answer], "ok", **{where: [record]})
            for name, answer in {"403": 403, "429": 429, "500": 500, "code 2": HANDLE_ERROR}.items()
            for knows, where, record in (
                ("Crossref", "crossref", WORK),
                ("DataCite", "datacite", RECORD),
            )
        ],
        doi("doi.org answers 403, nobody knows it", [403], "blocked"),
        doi("doi.org answers 429, nobody knows it", [429], "throttled"),
        doi("doi.org answers 500, nobody knows it", [500], "unchecked"),
        doi(
            "doi.org never answers, Crossref knows it",
            [silence],
            "ok",
            crossref=[WORK],
            network=BRIEF,
        ),
        doi("Crossref answers 500, nobody knows it", [UNREGISTERED], "unchecked", crossref=[500]),
        doi("DataCite answers 500, nobody knows it", [UNREGISTERED], "unchecked", datacite=[500]),
        doi(
            "Crossref refuses connections, nobody knows it",
            [UNREGISTERED],
            "unchecked",
            names={"crossref.example": [[CLOSED]]},
        ),
        doi(
            "DataCite's name does not exist, nobody knows it",
            [UNREGISTERED],
            "unchecked",
            names={"datacite.example": [NO_SUCH_NAME]},
        ),
        doi(
            "Crossref answers 500, DataCite knows it",
            [UNREGISTERED],
            "ok",
            crossref=[500],
            datacite=[RECORD],
        ),
        doi("SICI, registered", [REGISTERED], "ok", address=SICI),
        doi(
            "SICI, unknown to doi.org, known to Crossref",
            [UNREGISTERED],
            "ok",
            address=SICI,
            crossref=[WORK],
        ),
        doi(
            "SICI, unknown to doi.org, known to DataCite",
            [UNREGISTERED],
            "ok",
            address=SICI,
            datacite=[RECORD],
        ),
        doi(
            "with a question mark and a percent sign",
            [REGISTERED],
            "ok",
            address="doi:10.5555/what?now%20",
        ),
    ],
}

ROWS = [
    pytest.param(row, id=f"{heading}: {row.name}")
    for heading, rows in SITUATIONS.items()
    for row in rows
]


def script(web: Web, row: Row) -> None:
    """Puts what *row* says on the servers."""
    kind, _, text = row.address.partition(":")
    asked = row if kind == "doi" else Row("", [], "")
    name = text if kind == "doi" else ""
    web.script("doi.example", [registry("/api/handles/", name, asked.answers, UNREGISTERED)])
    web.script("crossref.example", [registry("/works/", name, asked.crossref, NO_WORK)])
    web.script("datacite.example", [registry("/dois/", name, asked.datacite, NO_RECORD)])
    for place, answers in row.web.items():
        web.script(place, answers)
    if kind != "doi":
        web.script(row.place, row.answers)


def target(web: Web, text: str) -> Target:
    kind, _, rest = text.partition(":")
    return Target("doi", rest) if kind == "doi" else Target("url", web.address(text))


@contextmanager
def small_memory(*, measured: bool) -> Iterator[None]:
    """Fails if more than 5 MB are taken meanwhile."""
    if not measured:
        yield
        return
    tracemalloc.start()
    try:
        yield
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * MEGABYTE


Certificates = dict[str, ssl.SSLContext]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificates]:
    """The certificates of the test's hosts; only here, their authority is trusted."""
    bundle = tmp_path_factory.mktemp("tls") / "authority.pem"
    with pytest.MonkeyPatch.context() as environment:
        contexts = tls_hosts(bundle)
        environment.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        forget_connections()
        yield contexts
    forget_connections()


def forget_connections() -> None:
    """Closes what is kept open, and with it what was trusted."""
    hop.close()


@dataclass(frozen=True)
class Run:
    """What came of a row, and what it took."""

    probed: Probed
    targets: Mapping[str, Target]  # by what the row calls them
    web: Web
    tried: Sequence[str]  # the addresses that were connected to, or not
    network: Network
    seconds: float
    clock_seconds: float

    @property
    def verdicts(self) -> dict[str, str]:
        assert self.probed.probes.keys().isdisjoint(self.probed.unchecked)
        return {
            text: "unchecked" if each in self.probed.unchecked else self.probe(text).verdict
            for text, each in self.targets.items()
        }

    @property
    def asked(self) -> list[Request]:
        """The requests, but for those to registries."""
        registries = {urlsplit(each).hostname for each in REGISTRIES.values()}
        return [request for request in self.web.requests if request.host not in registries]

    def probe(self, text: str) -> Probe:
        return self.probed.probes[self.targets[text]]

    def reason(self, text: str) -> str:
        target = self.targets[text]
        unchecked = self.probed.unchecked.get(target, "")
        return unchecked or self.probed.probes[target].reason


def run(row: Row, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Run:
    network = Network(**{"allow_private": True, "proxy": "none", "timeout": 2, **row.network})
    names = Names(row.names, others="127.0.0.1" if network.allow_private else PUBLIC)
    wires = Wires(socket.socket.connect)
    monkeypatch.setattr("citewell.evidence.address.look_up", names)
    monkeypatch.setattr(socket.socket, "connect", lambda line, to: wires.connect(line, to))
    clock = QuickClock()
    began, clock_began = time.monotonic(), clock.monotonic()
    with Web(certificates, clock) as web, ThreadPoolExecutor(8) as executor:
        script(web, row)
        targets = {text: target(web, text) for text in (row.address, *row.beside)}
        endpoints = Endpoints(**{name: web.address(at) for name, at in REGISTRIES.items()})
        with small_memory(measured=row.cheap):
            probed = probe(list(targets.values()), network, endpoints, executor, clock=clock)
        took = time.monotonic() - began, clock.monotonic() - clock_began
    return Run(probed, targets, web, wires.tried, network, *took)


@pytest.mark.parametrize("row", ROWS)
def test_situation(row: Row, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(row, certificates, monkeypatch)
    reason = done.reason(row.address)
    assert done.verdicts == {row.address: row.verdict, **row.beside}, reason
    assert reason
    assert re.search(row.reason, reason)
    assert not (row.silent and re.search(row.silent, reason))
    if row.final:
        assert done.probe(row.address).final_url == done.web.address(row.final)
    check_requests(row, done)
    check_limits(row, done)


def check_requests(row: Row, done: Run) -> None:
    """What the servers have seen is what *row* says, and GET only."""
    places = [request.host + request.path for request in done.asked]
    assert not row.sent or places[0] == row.sent
    assert row.asked is None or len(places) == row.asked, places
    assert {request.method for request in done.web.requests} <= {"GET"}
    for first, second in zip(done.asked[:1], done.asked[1:2], strict=False):
        assert row.gap[0] <= second.at - first.at <= row.gap[1]


def check_limits(row: Row, done: Run) -> None:
    """Whatever a server does costs little, and nobody gets into a private network."""
    assert not row.cheap or done.web.sent < 5 * MEGABYTE
    assert done.network.allow_private or set(done.tried) <= {PUBLIC}
    assert done.seconds < 2 + done.network.timeout * (done.network.retries + 1)
    assert done.clock_seconds < done.network.deadline + 2 * done.network.timeout
