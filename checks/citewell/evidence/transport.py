"""requests' adapter, driven lean: one request a call, to addresses that we may connect to.

``requests.Session`` would follow redirects, read the environment and merge cookies for every
request; a checker of links does the first by itself and wants none of the others, so the
adapter is used directly. Every request has one bound for all of it: name, connection, TLS,
headers and body.
"""

import os
import ssl
from contextlib import nullcontext
from math import inf
from pathlib import Path
from socket import gaierror
from threading import Lock
from time import monotonic, sleep
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import certifi
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidProxyURL
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from citewell.evidence.address import Timed, TimedTLS, connect
from citewell.facts import FactsError
from citewell.identifiers import host_reach

MOST_HOSTS = 128
"""Hosts whose connections are kept open; requests' own 10 would drop most of them unused."""
HEADER_BYTES = 256 * 1024
"""The most that headers may take; memory goes by a multiple of it."""
_CONNECTIONS = 32  # kept open to one host

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_KEPT = "/?:@!$&'()*+,;=%[]|~-._\\^`{}\"<>"  # what is sent as it stands in the address


class Adapter(HTTPAdapter):
    """requests' adapter without its environment, cookies and doubts about the address."""

    def __init__(self, proxy: str, *, allow_private: bool, host_delay: float) -> None:
        """Connect to global addresses only, unless *allow_private*.

        *proxy* is ``env``, ``none`` or an address; behind it, no guard of ours can see.
        *host_delay* is the least time in seconds between two requests to one host: what was
        started apart may have come closer together on its way to the wire.
        """
        super().__init__(pool_connections=MOST_HOSTS, pool_maxsize=_CONNECTIONS)
        self._guarded, self._host_delay = not allow_private, host_delay
        self._proxy = proxy
        self._tls = _tls()
        self._proxies: dict[str, str | None] = {}  # by origin
        self._pools: dict[Any, _HTTPPool] = {}  # by origin, the one used last at the end
        self._lock = Lock()

    def fetch(self, url: str, headers: dict[str, str], seconds: float) -> Response:
        """Ask *url* with GET, and return when the headers have come; the body is still unread."""
        request = PreparedRequest()
        request.method, request.url = "GET", url
        request.headers = headers  # type: ignore[assignment] # a plain dict will do
        return self.send(request, stream=True, timeout=seconds)

    def get_connection_with_tls_context(self, request: PreparedRequest, *_: Any, **__: Any) -> Any:
        """The pool of the origin of *request*, or of the proxy before it."""
        parts = urlsplit(request.url or "")
        host = ascii_host(parts.hostname)
        if proxy := self.proxy_for(parts):
            if urlsplit(proxy).scheme not in ("http", "https"):
                raise InvalidProxyURL("it must be one for http: or https:")
            manager = self.proxy_manager_for(proxy, ssl_context=self._tls)
            manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
            return manager.connection_from_host(host, parts.port, parts.scheme)
        origin = parts.scheme, host, parts.port
        with self._lock:
            pool = self._pools.pop(origin, None) or self._new_pool(*origin)
            self._pools[origin] = pool
            if len(self._pools) > MOST_HOSTS:
                self._pools.pop(next(iter(self._pools))).close()
        return pool

    def close(self) -> None:
        """Close all connections that nobody uses."""
        super().close()
        with self._lock:
            while self._pools:
                self._pools.popitem()[1].close()

    def _new_pool(self, scheme: str, host: str, port: int | None) -> "_HTTPPool":
        kind = _HTTPSPool if scheme == "https" else _HTTPPool
        tls: dict[str, Any] = {"ssl_context": self._tls} if scheme == "https" else {}
        # With its port, as http.client would take the end of an IPv6 address for one.
        port = port or (443 if scheme == "https" else 80)
        pool = kind(host, port, maxsize=_CONNECTIONS, **tls)
        pool.guarded, pool.gate = self._guarded, _Gate(self._host_delay)
        return pool

    def proxy_for(self, parts: SplitResult) -> str | None:
        """The proxy that an address is asked through; none for this machine, which it is not."""
        if self._proxy == "none" or host_reach(parts.hostname or "") == "loopback":
            return None
        if self._proxy != "env":
            return self._proxy
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._proxies:  # the environment is slow to read
            proxy = select_proxy(origin, get_environ_proxies(origin))
            bare = proxy and "://" not in proxy  # as many write it in http_proxy
            self._proxies[origin] = f"http://{proxy}" if bare else proxy
        return self._proxies[origin]

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing: certificates are verified by the context that all connections share."""

    def request_url(self, request: PreparedRequest, *_: Any, **__: Any) -> str:
        """What is asked of the server: the address as it was written, but in ASCII."""
        parts = urlsplit(request.url or "")
        # Not put together from its parts, which would lose a "?" with nothing behind it.
        target = sent(str(request.url).partition("://")[2].removeprefix(parts.netloc))
        target = target if target.startswith("/") else f"/{target}"
        if parts.scheme == "http" and self.proxy_for(parts):
            host = ascii_host(parts.hostname)
            host = f"[{host}]" if ":" in host else host
            host = f"{host}:{parts.port}" if parts.port else host
            return f"http://{host}{target}"
        request.headers[_PATH] = target
        return target

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """A response with what we look at: status, headers and the unread body."""
        response = Response()
        response.status_code = resp.status
        response.headers = resp.headers
        response.raw = resp
        response.request = req
        return response


_PATH = ":path"  # as HTTP/2 calls it; our connections send it unchanged, and no header


class _Gate:
    """Lets requests pass one by one, so many seconds from the one having been sent."""

    def __init__(self, delay: float) -> None:
        self._delay, self._free_from, self._lock = delay, 0.0, Lock()

    def __enter__(self) -> None:
        self._lock.acquire()
        wait = self._free_from - monotonic()
        if wait > 0:
            sleep(wait)

    def __exit__(self, *_: object) -> None:
        self._free_from = monotonic() + self._delay
        self._lock.release()


class _Timed(HTTPConnection):
    """A connection that connects where it may, and has one bound for a whole request."""

    guarded = True
    gate: _Gate | None = None
    _is_new = False

    def request(self, method: str, url: str, *arguments: Any, **more: Any) -> None:
        headers = more.get("headers") or {}
        url = headers.pop(_PATH, url)
        if self.sock is None:
            self.connect()  # so that nothing lies between the gate and the wire
        if isinstance(self.sock, Timed) and not self._is_new:
            self.sock.end = monotonic() + self._seconds
        if isinstance(self.sock, Timed):
            self.sock.left = HEADER_BYTES
        with self.gate or nullcontext():
            super().request(method, url, *arguments, **more)
        self._is_new = False

    def getresponse(self) -> Any:
        connection = self.sock  # which is no longer ours once the answer has said "close"
        response = super().getresponse()
        if isinstance(connection, Timed):
            connection.left = inf
        return response

    def connect(self) -> None:
        end = monotonic() + self._seconds
        super().connect()
        self._is_new = True  # what is left of the time is for the first request
        if isinstance(self.sock, Timed):
            self.sock.end = end

    @property
    def _seconds(self) -> float:
        return float(self.timeout or 0)

    def _new_conn(self) -> Any:
        guarded = self.guarded and self.proxy is None
        end = monotonic() + self._seconds
        try:
            connection = connect(self._dns_host, self.port, self._seconds, guarded=guarded)
            connection.settimeout(max(0.001, end - monotonic()))
            if isinstance(connection, Timed):
                connection.end = end  # of what a proxy says, too
            return connection
        except gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _TimedHTTPS(_Timed, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _Timed

    guarded = True
    gate: _Gate | None = None

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.guarded, connection.gate = self.guarded, self.gate
        return connection


class _HTTPSPool(_HTTPPool, HTTPSConnectionPool):
    ConnectionCls = _TimedHTTPS


def _tls() -> ssl.SSLContext:
    """One context for all: to load the certificates takes longer than many a request."""
    bundle = next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), certifi.where())
    try:
        if Path(bundle).is_dir():
            context = ssl.create_default_context(capath=bundle)
        else:
            context = ssl.create_default_context(cafile=bundle)
    except OSError as error:
        raise FactsError(f"The certificates in {bundle} cannot be read: {error}.") from error
    context.sslsocket_class = TimedTLS
    return context


def sent(text: str) -> str:
    """A path or query in ASCII; what the address has percent-encoded stays as it is."""
    return text if text.isascii() else quote(text, safe=_KEPT)


def ascii_host(host: str | None) -> str:
    """*host* as name servers know it (IDNA 2008)."""
    host = host or ""
    if host.isascii():
        return host
    import idna  # for the few names that need it

    return idna.encode(host, uts46=True).decode()
