"""One hop: one request to one host, and what came of it, whatever it was."""

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPException
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from requests.auth import _basic_auth_str
from requests.exceptions import RequestException
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    IncompleteRead,
    NewConnectionError,
    ProxyError,
)

from citewell import __version__
from citewell.evidence import description, page, quotation, registration
from citewell.evidence.address import NotGlobalError, require_global
from citewell.evidence.transport import Adapter, ascii_host
from citewell.facts import Failure, Hop, Page, Service
from citewell.identifiers import is_file_url, url_fault
from citewell.record import Quote

PAGE_BYTES = 128 * 1024
"""Of a page, after decompression; the titles and words that matter come early."""
WHOLE_PAGE_BYTES = 1024 * 1024
"""Of a page that must have a certain part."""
RECORD_BYTES = 4 * 1024 * 1024
"""Of a registry's record, which is of no use unless whole."""
_REST_BYTES = 16 * 1024  # of bodies that nobody reads, so that the connection can be used again
_CHUNK = 32 * 1024
_ENOUGH = 1024  # bytes that make a page worth judging though the rest did not come

_CERTIFICATES = {  # X509_V_ERR_*, from OpenSSL's x509_vfy.h
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate is signed by an authority that signed itself and is not trusted",
    20: "its certificate is signed by an authority that is not trusted",
    62: "its certificate is for another host",
    64: "its certificate is for another address",
}


class Ask(NamedTuple):
    """A request: what, on whose behalf, and within how many seconds.

    ``first`` is the address that the reference gives: a password in it is for its origin
    only. ``quotes`` are to be looked for on the page; ``describes``: what it says of itself
    is wanted.
    """

    url: str
    service: Service
    first: str
    seconds: float
    mailto: str
    proxy: str
    allow_private: bool
    host_delay: float
    quotes: tuple[str, ...] = ()
    describes: bool = False


def ask_and_describe(question: Ask) -> Hop:
    """As :func:`ask`, and what a page says of itself comes with it."""
    return ask(question._replace(describes=True))


def ask(question: Ask) -> Hop:
    """Send the request and say what came. Nothing that a host can do raises an exception."""
    began = monotonic()
    hop = Hop(question.url, question.service)
    try:
        hop = _asked(question, hop)
    except NotGlobalError as error:
        hop = hop._replace(failure=Failure.FORBIDDEN, detail=str(error))
    except (RequestException, HTTPError, OSError, HTTPException) as error:
        failure, detail = _failure(error, question)
        hop = hop._replace(failure=failure, detail=detail)
    return hop._replace(seconds=round(monotonic() - began, 3))


_adapters: dict[tuple[str, bool, float], Adapter] = {}  # one for all threads of this process
_making = Lock()


def close() -> None:
    """Close the connections that are kept open between hops."""
    with _making:
        while _adapters:
            _adapters.popitem()[1].close()


def _adapter(proxy: str, allow_private: bool, host_delay: float) -> Adapter:
    key = proxy, allow_private, host_delay
    with _making:
        if key not in _adapters:
            _adapters[key] = Adapter(proxy, allow_private=allow_private, host_delay=host_delay)
        return _adapters[key]


def _asked(question: Ask, hop: Hop) -> Hop:
    if fault := url_fault(question.url) or (is_file_url(question.url) and "it is a file"):
        return hop._replace(failure=Failure.FORBIDDEN, detail=f"it cannot be asked: {fault}")
    url, _, fragment = question.url.partition("#")
    try:
        host = ascii_host(urlsplit(url).hostname)
    except UnicodeError as error:
        detail = f"it cannot be asked: its host has no name in ASCII ({error})"
        return hop._replace(failure=Failure.FORBIDDEN, detail=detail)
    if not question.allow_private:  # a proxy would hide from us where this leads
        require_global(host)
    chosen = _adapter(question.proxy, question.allow_private, question.host_delay)
    response = chosen.fetch(_signed(url, question), _headers(question), question.seconds)
    status, headers = response.status_code, response.headers
    hop = hop._replace(
        status=status,
        retry_after=_seconds(headers.get("retry-after")),
        challenged=headers.get("cf-mitigated", "").strip().lower() == "challenge",
        location=_location(url, headers, question) if 300 <= status < 400 else None,
    )
    if question.service != "web":
        return _with_record(hop, question.service, response)
    return _with_page(hop, fragment, question, response)


def _with_record(hop: Hop, service: Service, response: Any) -> Hop:
    """*hop* with what a registry or an archive says."""
    body = _read(response.raw, RECORD_BYTES, must_come=True)
    said = registration.read(service, hop.url, response.status_code, body.bytes)
    return hop._replace(
        registered=said.registered,
        location=said.leads_to or hop.location,
        records=said.records,
        captures=said.captures,
        agencies=said.agencies,
        sha256=said.sha256,
        pace=_pace(response.headers),
    )


def _with_page(hop: Hop, fragment: str, question: Ask, response: Any) -> Hop:
    """*hop* with what a reader would see, and what *question* asks beyond that, if it is a page."""
    status = response.status_code
    if not 200 <= status < 300:
        _read(response.raw, _REST_BYTES, must_come=False)
        return hop
    quotes, is_all_read = question.quotes, fragment or question.quotes or question.describes
    limit = WHOLE_PAGE_BYTES if is_all_read else PAGE_BYTES
    body = _read(response.raw, limit, must_come=True)
    if status in (204, 205):
        return hop
    kind = response.headers.get("content-type", "")
    if quotes:
        hop = hop._replace(quotes=_found(quotes, body, kind), sha256=sha256(body.bytes).hexdigest())
    if not body.readable:
        return hop._replace(page=Page())
    if question.describes:
        hop = hop._replace(description=description.read(body.bytes, kind, hop.url))
    return hop._replace(page=page.read(body.bytes, kind, fragment, whole=body.whole))


class _Body(NamedTuple):
    bytes: bytes
    whole: bool
    readable: bool = True


def _found(quotes: tuple[str, ...], body: _Body, kind: str) -> tuple[Quote, ...]:
    """What the body of a page of a certain *kind* says of *quotes*."""
    if not body.readable:
        return quotation.untold(quotes, quotation.UNREADABLE)
    return quotation.find(quotes, body.bytes, kind, whole=body.whole)


def _read(raw: Any, limit: int, *, must_come: bool) -> _Body:
    """At most *limit* bytes of a body, decompressed; the connection is kept if that was all.

    A body that breaks off is as good as what came of it, unless it *must come* and hardly
    any has.
    """
    parts: list[bytes] = []
    size = 0
    whole = readable = True
    try:
        while size < limit and (part := raw.read1(min(_CHUNK, limit - size), decode_content=True)):
            parts.append(part)
            size += len(part)
        whole = size < limit
    except DecodeError:
        whole = readable = False
    except (HTTPError, OSError, HTTPException) as error:
        if must_come and size < _ENOUGH and not _is_page(b"".join(parts), error):
            raise
        whole = False
    finally:
        if not whole:
            raw.close()
        raw.release_conn()
    return _Body(b"".join(parts), whole, readable)


def _is_page(body: bytes, error: Exception) -> bool:
    """Whether *body* is all there, though the server has promised more than it sent."""
    short = any(isinstance(cause, IncompleteRead) for cause in _causes(error))
    return bool(body) and (short or b"</html" in body.lower())


def _headers(question: Ask) -> dict[str, str]:
    contact = f"; mailto:{question.mailto}" if question.mailto else ""
    headers = {
        "User-Agent": f"citewell/{__version__} (checks citations{contact})",
        "Accept": "application/json" if question.service != "web" else "text/html, */*;q=0.8",
        "Accept-Encoding": "gzip, deflate",
        "Accept-Language": "en, *;q=0.5",
    }
    first, now = urlsplit(question.first), urlsplit(question.url)
    if first.username and _origin(first) == _origin(now):
        name, password = unquote(first.username), unquote(first.password or "")
        headers["Authorization"] = _basic_auth_str(name, password)
    return headers


def _signed(url: str, question: Ask) -> str:
    """*url* with our address, by which Crossref lets us into its polite pool."""
    if not question.mailto or question.service not in ("crossref", "crossref-list"):
        return url
    return f"{url}{'&' if '?' in url else '?'}{_signature(question)}"


def _signature(question: Ask) -> str:
    return f"mailto={quote(question.mailto, safe='@')}"


def _pace(headers: Any) -> tuple[float, int] | None:
    """How many seconds apart, and how many at once, a registry wants to be asked, if it says."""
    names = ("x-rate-limit-limit", "x-rate-limit-interval", "x-concurrency-limit")
    told = [headers.get(name, "").strip().lower().removesuffix("s") for name in names]
    if not all(text.isascii() and text.isdigit() and 0 < len(text) < 6 for text in told[:2]):
        return None
    number, interval = int(told[0]), int(told[1])
    at_once = int(told[2]) if told[2].isascii() and told[2].isdigit() and len(told[2]) < 6 else 1
    return (interval / number, max(1, at_once)) if number and interval else None


def _origin(parts: Any) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _location(url: str, headers: Any, question: Ask) -> str | None:
    """Where a redirect leads, absolute, and without our signature; None if it does not say."""
    location: str | None = next(iter(headers.getlist("location")), None)  # some send it twice
    if not location:
        return None
    with suppress(UnicodeError):  # header values are Latin-1 to HTTP, and UTF-8 to their writers
        location = location.encode("latin-1").decode()
    location = location.strip().replace(" ", "%20")
    if question.mailto:
        location = re.sub(rf"[?&]{re.escape(_signature(question))}(?=&|$)", "", location)
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After (RFC 9110, 10.2.3) in seconds from now; None for what it does not define."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        day = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if day.tzinfo is None:
        day = day.replace(tzinfo=UTC)
    return max(0.0, (day - datetime.now(UTC)).total_seconds())


def _failure(error: BaseException, question: Ask) -> tuple[Failure, str]:
    """The kind of *error*, and in words what it means."""
    host = urlsplit(question.url).hostname
    # What requests raises is an OSError too, and its name says less than what it wraps.
    causes = [cause for cause in _causes(error) if not isinstance(cause, RequestException)]
    for kind, explain in _EXPLANATIONS:
        for cause in causes:
            if isinstance(cause, kind) and not isinstance(cause, NewConnectionError):
                failure, detail = explain(cause)
                return failure, detail.format(host=host, seconds=f"{question.seconds:g}")
    if not causes:  # requests itself has something to say only of a proxy
        return Failure.NO_CONNECTION, f"the proxy cannot be used: {error}"
    return Failure.BROKEN, f"what '{host}' sent is no answer in HTTP ({_braceless(causes[-1])})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and all that it wraps: requests and urllib3 have four ways to do so."""
    seen: list[BaseException] = [error]
    for cause in seen:
        yield cause
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        seen += [more for more in inner if isinstance(more, BaseException) and more not in seen]


def _of_name(error: Any) -> tuple[Failure, str]:
    if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)):
        return Failure.NO_NAME, "there is no host '{host}'"
    return Failure.NO_CONNECTION, "no name server says where '{host}' is"


def _of_certificate(error: Any) -> tuple[Failure, str]:
    words = _CERTIFICATES.get(error.verify_code, f"its certificate: {error.verify_message}")
    return Failure.NO_TRUST, f"'{{host}}' cannot be trusted: {words}".replace("\n", " ")


def _of_tls(error: Any) -> tuple[Failure, str]:
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Failure.BROKEN, "'{host}' ended the connection before it was encrypted"
    return Failure.NO_TRUST, f"no encrypted connection to '{{host}}': {_braceless(error.reason)}"


def _of_connection(error: Any) -> tuple[Failure, str]:
    if isinstance(error, ConnectionRefusedError):
        return Failure.NO_CONNECTION, "'{host}' refuses connections"
    if isinstance(error, ConnectionError):
        return Failure.BROKEN, "'{host}' ended the connection without an answer"
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL):
        return Failure.NO_CONNECTION, "there is no way to '{host}'"
    return Failure.BROKEN, f"the connection failed: {_braceless(error)}"


def _braceless(text: object) -> str:
    return str(text).replace("{", "(").replace("}", ")")


_EXPLANATIONS: tuple[tuple[Any, Any], ...] = (
    (socket.gaierror, _of_name),
    (ssl.SSLCertVerificationError, _of_certificate),
    (
        ConnectTimeoutError,
        lambda _: (Failure.NO_CONNECTION, "no connection to '{host}' within {seconds} s"),
    ),
    (TimeoutError, lambda _: (Failure.TIMEOUT, "'{host}' gave no answer within {seconds} s")),
    (ssl.SSLError, _of_tls),
    (ProxyError, lambda _: (Failure.NO_CONNECTION, "the proxy gives no connection to '{host}'")),
    (OSError, _of_connection),
)
