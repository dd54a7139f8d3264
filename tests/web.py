"""A small web on loopback: pages that answer as told, names, wires, and a clock that jumps.

The sockets, threads and certificates are real, so nothing here knows how it is asked::

    with Web() as web:
        web.script("site.example/page", [404, OK])
        ask(web.address("http://site.example/page"))
    assert [request.path for request in web.requests] == ["/page"]
"""

import errno
import gzip
import ipaddress
import math
import os
import queue
import re
import selectors
import socket
import ssl
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Self, TypeVar

import trustme

T = TypeVar("T")

MEGABYTE = 1 << 20
LONG_ENOUGH = 5.0  # seconds after which the patient servers below give up, so that tests end

# An address that looks global; its wire ends on loopback.
PUBLIC = "93.184.215.14"
# Loopback addresses of hosts that refuse connections: always, and the first time only.
CLOSED, SHAKY = "127.0.0.8", "127.0.0.9"
MUTE = "mute.example"  # this host never answers to a greeting in TLS
NO_SUCH_NAME, NO_RESOLVER = socket.EAI_NONAME, socket.EAI_AGAIN

_ORIGIN = re.compile(r"(https?)://(\[[^]]*\]|[^/?#:]+)(?=[/?#]|$)")


class QuickClock:
    """Time that passes by itself while requests are under way, and at once when none is."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def wait(self, finished: "queue.SimpleQueue[T]", seconds: float, idle: bool) -> T | None:
        """The next of *finished*, or None after *seconds*, which are skipped if *idle*."""
        seconds = max(seconds, 0.0)
        if idle and finished.empty():
            assert math.isfinite(seconds), "nothing is under way, and the wait has no end"
            self._ahead += seconds
            return None
        with suppress(queue.Empty):
            return finished.get(timeout=min(seconds, 3600.0))
        return None


@dataclass(frozen=True)
class Request:
    """What has arrived, and when; its path, query included, is what was sent, byte for byte."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    at: float


class Talk:
    """One request and the connection it came by: what an answer has to work with."""

    def __init__(self, web: "Web", request: Request, connection: socket.socket) -> None:
        self.web = web
        self.request = request
        self.over = False
        self._connection = connection
        self._began = time.monotonic()

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)
        self.web.count_sent(len(data))

    def send_slowly(self, data: bytes, pause: float) -> None:
        """Sends *data* byte by byte."""
        for byte in data:
            self.send(bytes([byte]))
            if self.web.stopping.wait(pause) or self.lasts_too_long:
                return

    def hang_up(self) -> None:
        self.over = True

    def reset(self) -> None:
        """Ends the connection so that the other side sees it broken."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.over = True

    def await_end(self) -> None:
        """Waits until the other side has had enough."""
        self.over = True
        self._connection.settimeout(LONG_ENOUGH)
        self._connection.recv(4096)

    @property
    def lasts_too_long(self) -> bool:
        return time.monotonic() - self._began > LONG_ENOUGH


Step = Callable[[Talk], None]
Script = Sequence[Step | int]
Body = bytes | Callable[[], Iterator[bytes]]


# What pages say.


def page(text: str = "", title: str = "Dystonia fact sheet", markup: str = "") -> bytes:
    """An HTML page: something to read, unless *text* or *markup* replaces it."""
    if not (text or markup):
        text = "Dystonia makes muscles tighten without the person intending it. " * 4
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"
        f"<body><p>{text}</p>{markup}</body></html>"
    ).encode()


@dataclass(frozen=True)
class Answer:
    """A status, headers and a body, which are sent as they are, however wrong.

    Addresses in headers get the server's port. A body that is not in memory is made as it
    goes out, as far as the other side wants it.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = b""

    def __call__(self, talk: Talk) -> None:
        named = {name.lower() for name in self.headers}
        head = [_status_line(self.status)]
        head += [f"{name}: {talk.web.address(value)}" for name, value in self.headers.items()]
        if self.status not in (204, 304) and "content-type" not in named:
            head.append("Content-Type: text/html; charset=utf-8")
        if "content-length" in named or not isinstance(self.body, bytes):
            head.append("Connection: close")
            talk.hang_up()
        elif self.status not in (204, 304):
            head.append(f"Content-Length: {len(self.body)}")
        talk.send("".join(f"{line}\r\n" for line in [*head, ""]).encode("latin-1"))
        if talk.request.method != "HEAD":
            for part in [self.body] if isinstance(self.body, bytes) else self.body():
                talk.send(part)


def _status_line(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"HTTP/1.1 {status} {known.get(status, 'Whatever')}"


OK = Answer(200, body=page())


def plain(status: int, **headers: str) -> Answer:
    """An answer with *status* and a few words; ``_`` in the name of a header stands for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"" if status == 204 else OK.body if status < 300 else page(f"Answer {status}")
    return Answer(status, named, body)


def redirect(status: int, place: str) -> Answer:
    return plain(status, Location=place)


def by_method(head: Step | int, get: Step) -> Step:
    """Answers HEAD in one way and GET in another."""
    return lambda talk: _as_step(head if talk.request.method == "HEAD" else get)(talk)


def _as_step(step: Step | int) -> Step:
    return plain(step) if isinstance(step, int) else step


# How answers go wrong.


def reset(talk: Talk) -> None:
    """Breaks the connection instead of answering."""
    talk.reset()


def hang_up(talk: Talk) -> None:
    """Closes the connection instead of answering."""
    talk.hang_up()


def silence(talk: Talk) -> None:
    """Takes the request and never says a word."""
    talk.await_end()


def slow_head(talk: Talk) -> None:
    """Sends the headers so slowly that no single wait is long."""
    talk.hang_up()
    talk.send_slowly(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"x" * 100, pause=0.1)


def slow_body(talk: Talk) -> None:
    """Sends a proper head, and then the page as slowly."""
    talk.hang_up()
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
    talk.send_slowly(page(), pause=0.1)


def endless(start: bytes, more: bytes) -> Step:
    """Sends *start*, and then *more* until the other side has had enough."""

    def step(talk: Talk) -> None:
        talk.send(start)
        while not (talk.web.stopping.is_set() or talk.lasts_too_long):
            talk.send(more)
        talk.hang_up()

    return step


def blanks(megabytes: int) -> Iterator[bytes]:
    """A page that is a long time coming."""
    yield page()
    for _ in range(megabytes * 16):
        yield b" " * (MEGABYTE // 16)


def chunked(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same as HTTP chunks."""
    for part in parts:
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


def bomb(megabytes: int) -> Iterator[bytes]:
    """A page and *megabytes* of blanks, at a thousandth of the size; its end is missing."""
    press = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    yield press.compress(page()) + press.flush(zlib.Z_FULL_FLUSH)
    block = press.compress(b" " * MEGABYTE) + press.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes):
        yield block


def twice_pressed(megabytes: int) -> bytes:
    """The same, compressed once more: a few thousand bytes."""
    return gzip.compress(b"".join(bomb(megabytes)))


# The server.


class Web:
    """A web server on loopback that gives every address its scripted answers, in turn.

    It counts connections, bytes and requests under way, and ends with all threads joined.
    ``certificates`` belong to host names; with them the server speaks TLS on a port of its own.
    """

    def __init__(
        self,
        certificates: Mapping[str, ssl.SSLContext] | None = None,
        clock: QuickClock | None = None,
    ) -> None:
        self.clock = clock or QuickClock()
        self.requests: list[Request] = []
        self.connections = 0
        self.sent = 0
        self.peak = 0  # the most requests that were under way at one time
        self.peaks: Counter[str] = Counter()  # and of them to one host
        self.stopping = threading.Event()
        self._certificates = certificates or {}
        self._scripts: dict[str, Script] = {}
        self._given: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._listeners = [_listener(), _listener()] if self._certificates else [_listener()]
        self.port, *secure = (listener.getsockname()[1] for listener in self._listeners)
        self.secure_port = secure[0] if secure else 0
        self._wake, self._woken = socket.socketpair()
        self._start(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self._wake.close()
        self._threads[0].join()  # from here on there are no new connections
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    # Not SSLSocket's own, which is not made for a second thread.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()
        for each in (*self._listeners, self._woken):
            each.close()

    def script(self, place: str, script: Script) -> None:
        """What "host/path?query" answers, in turn, the last for ever; "host" is all the rest."""
        self._scripts[place] = script

    def address(self, text: str) -> str:
        """*text* with the port of this server, where it is a web address that names none."""

        def with_port(origin: re.Match[str]) -> str:
            port = self.secure_port if origin[1] == "https" else self.port
            return f"{origin[0]}:{port}"

        match = _ORIGIN.match(text)
        return with_port(match) + text[match.end() :] if match else text

    def count_sent(self, number: int) -> None:
        with self._lock:
            self.sent += number

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for listener in (*self._listeners, self._woken):
                selector.register(listener, selectors.EVENT_READ)
            while not self.stopping.is_set():
                for key, _events in selector.select():
                    if key.fileobj is self._woken:
                        return
                    assert isinstance(key.fileobj, socket.socket)
                    connection, _peer = key.fileobj.accept()
                    self.connections += 1
                    self._start(self._serve, connection, key.fileobj is not self._listeners[0])

    def _serve(self, connection: socket.socket, secure: bool) -> None:
        with ExitStack() as ending, suppress(OSError):
            ending.callback(lambda: self._close(connection))
            if secure:
                connection = self._contexts().wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
            with self._lock:
                self._open.add(connection)
            if self.stopping.is_set():
                return
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            waiting = b""
            while b"\r\n\r\n" in (waiting := _received(connection, waiting)):
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                if self._answer(self._request(head), connection).over:
                    return

    def _close(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _contexts(self) -> ssl.SSLContext:
        """A context that turns into the one of the host that is asked for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

        def choose(line: ssl.SSLObject, host: str | None, _context: ssl.SSLContext) -> int | None:
            if host == MUTE:
                self.stopping.wait(LONG_ENOUGH)
            if host not in self._certificates:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            line.context = self._certificates[host]
            return None

        context.sni_callback = choose
        return context

    def _request(self, head: bytes) -> Request:
        first, *rest = head.decode("latin-1").split("\r\n")
        method, path, _version = first.split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}
        host = re.sub(r":\d+$", "", headers["host"])
        return Request(method, host, path, headers, self.clock.monotonic())

    def _answer(self, request: Request, connection: socket.socket) -> Talk:
        talk = Talk(self, request, connection)
        step = self._begin(request)
        try:
            step(talk)
        finally:
            with self._lock:
                self._under_way.subtract([request.host])
        return talk

    def _begin(self, request: Request) -> Step:
        """Writes *request* down, and chooses its answer."""
        with self._lock:
            self.requests.append(request)
            self._under_way[request.host] += 1
            self.peak = max(self.peak, self._under_way.total())
            self.peaks[request.host] = max(self.peaks[request.host], self._under_way[request.host])
            place = request.host + request.path
            place = place if place in self._scripts else request.host
            script = self._scripts.get(place) or [404]
            turn = min(self._given[place], len(script) - 1)
            self._given[place] += 1
        return _as_step(script[turn])


def _listener() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    # What nobody reads should not count as sent only because it fits into a buffer.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _received(connection: socket.socket, waiting: bytes) -> bytes:
    """*waiting* and what arrives, up to the end of a head or of the connection."""
    while b"\r\n\r\n" not in waiting:
        more = connection.recv(65536)
        if not more:
            return b""
        waiting += more
    return waiting


# What stands between a program and a server.


class Names:
    """A resolver that knows the names of a test: each has its answers, in turn.

    An answer is a list of addresses, or the error code of a look-up that fails. Names that
    nothing is said of exist, and lead to *others*; addresses in any spelling are themselves.
    """

    def __init__(self, known: Mapping[str, Sequence[list[str] | int]], others: str) -> None:
        self._known = known
        self._others = others
        self._given: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, host: str, port: int, seconds: float) -> list[str]:
        host = host.rstrip(".").lower()
        if literal := _literal(host):
            return [literal]
        with self._lock:
            answers = self._known.get(host, self._known.get("*", [[self._others]]))
            answer = answers[min(self._given[host], len(answers) - 1)]
            self._given[host] += 1
        if isinstance(answer, int):
            raise socket.gaierror(answer, f"no answer for {host}")
        return answer


def _literal(host: str) -> str:
    """The address that *host* spells, as the C library reads it; "" for a name."""
    if host == "localhost":
        return "127.0.0.1"
    with suppress(ValueError):
        ipaddress.ip_address(bare := host.strip("[]"))
        return bare
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return ""


class Wires:
    """What :meth:`socket.socket.connect` becomes: every address that is tried is kept.

    The made-up addresses lead to loopback or nowhere; all others are left to *connect*.
    """

    def __init__(self, connect: Callable[[socket.socket, object], None]) -> None:
        self.tried: list[str] = []
        self._connect = connect
        self._lock = threading.Lock()

    def connect(self, line: socket.socket, address: tuple[str, int]) -> None:
        host, port, *_ = address
        with self._lock:
            self.tried.append(host)
            first = self.tried.count(host) == 1
        if host == CLOSED or (host == SHAKY and first):
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        self._connect(line, ("127.0.0.1", port) if host in (PUBLIC, SHAKY) else address)


def tls_hosts(bundle: Path) -> dict[str, ssl.SSLContext]:
    """Servers by host name, one good and four bad; *bundle* gets the authority to trust."""
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(bundle)
    begun, ended = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    return {
        "good.example": _tls(authority.issue_cert("good.example")),
        "old.example": _tls(authority.issue_cert("old.example", not_before=begun, not_after=ended)),
        "alias.example": _tls(authority.issue_cert("somebody.example")),
        "foreign.example": _tls(stranger.issue_cert("foreign.example")),
        "own.example": _tls(stranger),
    }


def _tls(owner: trustme.LeafCert | trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if isinstance(owner, trustme.LeafCert):
        owner.configure_cert(context)
        return context
    both = trustme.Blob(owner.private_key_pem.bytes() + owner.cert_pem.bytes())
    with both.tempfile() as path:
        context.load_cert_chain(path)
    return context
