"""A web of many hosts on loopback that counts how politely it is asked.

The hosts are 127.0.0.1, 127.0.0.2 and so on, on one port, and the links are dealt out to
them in turn. The host after the last stands for a registry: it answers everything with 404,
in the way of one that does not know a DOI. The port is printed first; then a line on
standard input is answered by one of JSON, what was :class:`Seen` since the last. The end of
the input ends the server. Needs Linux, which owns the whole of 127.0.0.0/8.
"""

import asyncio
import gc
import json
import socket
import struct
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import accumulate, pairwise

import click

LATENCY = 0.05
"""Seconds from a request to its answer."""

SPACING = 0.05
"""Seconds that requests to one host should be apart."""

# What asks the kernel to note when data came, so that no delay in here counts.
SO_TIMESTAMPNS = 35
TIMESPEC = struct.Struct("@ll")

ATTEMPTS = 20
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<nav><a href="/">Home</a> <a href="/topics/">Topics</a> <a href="/about">About us</a></nav>
<main>
<h1>{title}</h1>
{paragraphs}
</main>
<footer><p>National Institute of Examples. All diseases on these pages are invented.</p></footer>
</body>
</html>
"""
PARAGRAPH = """<p>This disorder tends to be mild at first, and may come and go. It often begins on
one side, can make everyday tasks harder, and usually does not need surgery. People who live
with it tell of poor sleep, of slow movement and, after a day at work, of stiffness that eases
with rest. Doctors know it from similar disorders by asking when it began.</p>"""
HEAD = "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"


def address(host: int) -> str:
    """Where the host of this number is."""
    return f"127.0.0.{host + 1}"


def path(link: int) -> str:
    """Where on its host a link leads."""
    return f"/topics/{link:05}"


def title(link: int) -> str:
    """What the page calls itself that a link leads to."""
    return f"Topic {link:05} of an invented web"


def early(starts: Sequence[float], spacing: float) -> float:
    """By how many seconds *starts* came too early, at worst, to be *spacing* apart.

    The distance of two neighbours says little, as one that is late on its way is followed
    too closely by one that is not. So this looks at any two: the later one is due as many
    times *spacing* after the other as it comes places after it.
    """
    worst, latest = 0.0, float("-inf")
    for place, start in enumerate(starts):
        moved = start - place * spacing
        worst = max(worst, latest - moved)
        latest = max(latest, moved)
    return worst


def busiest(starts: Sequence[float], seconds: float) -> int:
    """How many *starts* there were within so many *seconds*, at most."""
    most = first = 0
    for place, start in enumerate(starts):
        while start - starts[first] >= seconds:
            first += 1
        most = max(most, place - first + 1)
    return most


@dataclass(slots=True)
class Visit:
    """A request: when it came, and when it was answered."""

    came: float
    left: float = float("inf")


def at_once(visits: Sequence[Visit]) -> int:
    """How many *visits* waited for their answers at the same time, at most."""
    changes = sorted([(visit.came, 1) for visit in visits] + [(visit.left, -1) for visit in visits])
    return max(accumulate((change for _, change in changes), initial=0))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a web saw of one run: over all hosts, or at the host where it was worst."""

    requests: int
    gets: int
    pages: int
    """Different pages that were asked for."""
    registry: int
    """Requests to the registry."""
    peak: int
    """Requests to all hosts that waited for their answer at once."""
    host_peak: int
    host_second: int
    """Requests to one host within a second."""
    host_gap: float | None
    """The least time, in seconds, between two requests to one host."""
    host_early: float
    """See :func:`early`."""
    late: float
    """How many seconds after its time an answer was sent, for all but a hundredth of them."""
    cpu: float
    """Seconds of CPU that the server took."""


@dataclass(slots=True)
class Host:
    """One host: its pages, as head and body by path, and who came."""

    pages: dict[bytes, tuple[bytes, bytes]]
    visits: list[Visit] = field(default_factory=list)
    asked: set[bytes] = field(default_factory=set)
    gets: int = 0

    def visit(self, came: float, get: bool, name: bytes) -> tuple[Visit, bytes]:
        """Count a request; it and its answer."""
        visit = Visit(came)
        self.visits.append(visit)
        self.gets += get
        page = self.pages.get(name)
        if page is None:
            page = MISSING
        else:
            self.asked.add(name)
        return visit, b"".join(page) if get else page[0]


@dataclass(slots=True)
class Web:
    """All hosts."""

    hosts: dict[str, Host]
    registry: Host
    latency: float
    cpu: float = field(default_factory=time.process_time)

    def take(self) -> Seen:
        """What was counted since this was called last."""
        cpu, self.cpu = self.cpu, time.process_time()
        hosts = tuple(self.hosts.values())
        visits = [visit for host in hosts for visit in host.visits]
        starts = [sorted(visit.came for visit in host.visits) for host in hosts]
        gaps = (later - sooner for some in starts for sooner, later in pairwise(some))
        late = sorted(v.left - v.came - self.latency for v in visits if v.left < float("inf"))
        seen = Seen(
            requests=len(visits),
            gets=sum(host.gets for host in hosts),
            pages=sum(len(host.asked) for host in hosts),
            registry=len(self.registry.visits),
            peak=at_once(visits),
            host_peak=max(at_once(host.visits) for host in hosts),
            host_second=max(busiest(some, 1) for some in starts),
            host_gap=min(gaps, default=None),
            host_early=max(early(some, SPACING) for some in starts),
            late=late[len(late) * 99 // 100] if late else 0.0,
            cpu=self.cpu - cpu,
        )
        for host in (*hosts, self.registry):
            host.visits, host.asked, host.gets = [], set(), 0
        self.cpu = time.process_time()
        return seen


class Connection:
    """A kept-alive connection of HTTP/1.1, of requests without a body."""

    def __init__(self, web: Web, accepted: socket.socket) -> None:
        """Answer for the host of *web* that has the address on this side."""
        self.web = web
        self.socket = accepted
        self.host = web.hosts.get(accepted.getsockname()[0], web.registry)
        self.loop = asyncio.get_running_loop()
        self.unread = b""
        self.loop.add_reader(accepted, self.read)

    def read(self) -> None:
        """Take what came for requests, each of which ends with an empty line."""
        try:
            data, notes, _, _ = self.socket.recvmsg(65_536, socket.CMSG_SPACE(TIMESPEC.size))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        *heads, self.unread = (self.unread + data).split(b"\r\n\r\n")
        for head in heads:
            method, name, _ = head.split(b" ", 2)
            visit, answer = self.host.visit(arrival(notes), method == b"GET", name)
            last = b"\r\nconnection: close" in head.lower()
            wait = visit.came + self.web.latency - time.time()
            self.loop.call_later(wait, self.answer, visit, answer, last)

    def answer(self, visit: Visit, answer: bytes, last: bool) -> None:
        """Send an *answer*, which is small enough to be taken at once."""
        visit.left = time.time()
        try:
            self.socket.sendall(answer)
        except OSError:  # nobody waits for it anymore
            last = True
        if last:
            self.close()

    def close(self) -> None:
        """Hang up."""
        if self.socket.fileno() >= 0:
            self.loop.remove_reader(self.socket)
            self.socket.close()


def arrival(notes: Sequence[tuple[int, int, bytes]]) -> float:
    """When the kernel got what *notes* came with; now, if it does not say."""
    for _, kind, data in notes:
        if kind == SO_TIMESTAMPNS and len(data) == TIMESPEC.size:
            seconds, nanoseconds = TIMESPEC.unpack(data)
            return float(seconds + nanoseconds / 1e9)
    return time.time()


def response(status: str, kind: str, body: str) -> tuple[bytes, bytes]:
    """An answer: its head and its body."""
    content = body.encode()
    return HEAD.format(status=status, kind=kind, length=len(content)).encode(), content


MISSING = response("404 Not Found", "application/json", '{"responseCode": 100}')


def page(link: int) -> tuple[bytes, bytes]:
    """What a link leads to."""
    body = PAGE.format(title=title(link), paragraphs="\n".join([PARAGRAPH] * 5))
    return response("200 OK", "text/html; charset=utf-8", body)


def build(hosts: int, links: int, latency: float) -> Web:
    """A web of so many *hosts* and pages."""
    pages = [
        {path(link).encode(): page(link) for link in range(host, links, hosts)}
        for host in range(hosts)
    ]
    return Web({address(n): Host(known) for n, known in enumerate(pages)}, Host({}), latency)


def listen(hosts: int) -> list[socket.socket]:
    """Sockets at so many hosts, on one port that is free at all of them."""
    for _ in range(ATTEMPTS):
        sockets: list[socket.socket] = []
        try:
            for host in range(hosts):
                port = sockets[0].getsockname()[1] if sockets else 0
                sockets.append(socket.create_server((address(host), port), backlog=1024))
                sockets[-1].setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
                sockets[-1].setblocking(False)
        except OSError:
            for opened in sockets:
                opened.close()
        else:
            return sockets
    raise click.ClickException(f"No port is free at {address(0)} to {address(hosts - 1)}.")


async def serve(web: Web) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def accept(listening: socket.socket) -> None:
        with suppress(OSError):  # it has gone again
            accepted, _ = listening.accept()
            accepted.setblocking(False)
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Connection(web, accepted)

    def command() -> None:
        if sys.stdin.readline():
            print(json.dumps(asdict(web.take())), flush=True)
        else:
            ended.set()

    listening = listen(len(web.hosts) + 1)
    for opened in listening:
        loop.add_reader(opened, accept, opened)
    loop.add_reader(sys.stdin, command)
    print(listening[0].getsockname()[1], flush=True)
    await ended.wait()


@click.command()
@click.option("--hosts", type=click.IntRange(1, 250), default=50, show_default=True)
@click.option("--links", type=click.IntRange(1), default=2000, show_default=True)
@click.option("--latency", type=float, default=LATENCY, show_default=True, help="In seconds.")
def main(hosts: int, links: int, latency: float) -> None:
    """Serve a web on loopback, and count."""
    web = build(hosts, links, latency)
    gc.collect()
    gc.freeze()
    gc.disable()  # a pause would look like a client's
    asyncio.run(serve(web))


if __name__ == "__main__":
    main()
