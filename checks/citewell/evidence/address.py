"""Where a host name leads, and whether we may go there.

The address that is checked is the address that is connected to, so a name server that
changes its mind between the two (DNS rebinding) changes nothing.
"""

import socket
import ssl
from math import inf
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from citewell.identifiers import host_reach

RECEIVE_BUFFER = 128 * 1024
"""Bytes that the system may take in unread: what a huge page can cost us at most."""


class NotGlobalError(Exception):
    """We would not connect; the message says why, in words for a reader."""


def require_global(host: str) -> None:
    """Raise a :class:`NotGlobalError` if *host* is not for the public, as far as its name tells."""
    if host_reach(host) != "public":
        raise NotGlobalError(f"'{host}' is not on the public internet")


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """All addresses of *host*, IPv4 and IPv6, in the order of the system's preference.

    Raises socket.gaierror, or TimeoutError if the system does not know within *seconds*. It
    cannot be asked to hurry, so it is asked in a thread that nobody has to wait for.
    """
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))
        except OSError as error:
            answers.put(error)
        except UnicodeError:  # a label that is empty or too long
            answers.put(socket.gaierror(socket.EAI_NONAME, "not a host name"))

    Thread(target=ask, daemon=True, name=f"look up {host}").start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError("the name server does not answer") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def connect(host: str, port: int, seconds: float, *, guarded: bool) -> socket.socket:
    """A connection to *host*, within *seconds*; if *guarded*, only if all its addresses are global.

    Raises :class:`NotGlobalError`, socket.gaierror, TimeoutError or another OSError.
    """
    end = monotonic() + seconds
    if guarded:
        require_global(host)
    addresses = look_up(host, port, seconds)
    for address in addresses:
        if guarded and host_reach(address) != "public":
            raise NotGlobalError(f"'{host}' leads to {address}, not to the public internet")
    error: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        try:
            return _connect(address, port, max(0.001, (end - monotonic()) / left))
        except OSError as failed:
            error = failed
    raise error


def _connect(address: str, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = TimedSocket(family, socket.SOCK_STREAM)
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(seconds)
        connection.connect((address, port))
    except BaseException:
        connection.close()
        raise
    return connection


class Timed:
    """What makes a socket end: after ``end``, nothing more is received, however slowly it came."""

    end: float | None = None
    """As of ``time.monotonic``; None means that only each single wait is bounded."""
    left: float = inf
    """Bytes that may still come."""

    def recv_into(self, *arguments: Any, **more: Any) -> int:
        """As ``socket.recv_into``, but a TimeoutError when the end has come."""
        if self.end is not None:
            left = self.end - monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self.settimeout(left)  # type: ignore[attr-defined] # of the socket this is mixed into
        received: int = super().recv_into(*arguments, **more)  # type: ignore[misc] # likewise
        self.left -= received
        if self.left < 0:
            raise ConnectionError("there was no end to the headers")
        return received


class TimedSocket(Timed, socket.socket):
    """A plain socket with an end."""


class TimedTLS(Timed, ssl.SSLSocket):
    """An encrypted one."""
