"""Who may be asked when: one queue a host, each with its own limits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from citewell.evidence.course import Step
from citewell.facts import Service
from citewell.identifiers import url_fault

Item = TypeVar("Item")

_LONGEST_DELAY = 60.0  # seconds that a host can have between two requests by its own wish


class Limit(NamedTuple):
    """How many requests a host gets at once, and how many seconds apart they start."""

    at_once: int
    delay: float


@dataclass(slots=True, eq=False)
class Host(Generic[Item]):
    """One host: what waits for it, and how it has done.

    What is not due yet waits in the order of when it is, and the rest in the order of its
    rank: what came first is to be done with first, or its retries would come last of all.
    """

    name: str
    limit: Limit
    waiting: list[tuple[float, int, int, Item, Step]] = field(default_factory=list)
    ready: list[tuple[int, int, Item, Step]] = field(default_factory=list)
    planned: float = inf
    active: int = 0
    free_from: float = 0.0
    began: float = -inf
    asked_for: Service | None = None
    answered: bool = False
    hops: int = 0
    seconds: float = 0.0


class Hosts(Generic[Item]):
    """All hosts, and an agenda of when each may start its next request."""

    def __init__(self, limit: Limit, services: Mapping[Service, Limit]) -> None:
        """*limit* is for every host; those of *services* have another, if that is stricter."""
        self._limit, self._services = limit, dict(services)
        self._hosts: dict[str, Host[Item]] = {}
        self._agenda: list[tuple[float, int, int, Host[Item]]] = []
        self._order = count()

    def known(self) -> Iterable[Host[Item]]:
        """Every host that something was lined up for."""
        return self._hosts.values()

    def host(self, step: Step) -> Host[Item]:
        """The host that *step* asks; http: and https: are two doors of one house."""
        name = host_name(step.url)
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(name, self._limit)
        own = self._services.get(step.service)
        if own is not None:
            host.limit = host.limit._replace(at_once=min(host.limit.at_once, own.at_once))
        return host

    def learn(self, host: Host[Item], service: Service, delay: float, at_once: int) -> None:
        """Ask for *service* as often as *host* says that it may be asked, within our own limits."""
        slowest = min(delay, _LONGEST_DELAY)
        self._services[service] = Limit(
            min(at_once, self._limit.at_once), max(slowest, self._limit.delay)
        )
        host.limit = host.limit._replace(at_once=self._services[service].at_once)
        if host.asked_for == service:
            self.hold(host, host.began + self._services[service].delay)

    def add(self, item: Item, step: Step, due: float, rank: int) -> None:
        """Let *item* wait for its request *step*, which is not to start before *due*.

        Of what is due, that with the lowest *rank* goes first.
        """
        host = self.host(step)
        heappush(host.waiting, (due, next(self._order), rank, item, step))
        self._plan(host)

    def hold(self, host: Host[Item], until: float) -> None:
        """Start nothing more on *host* before *until*."""
        host.free_from = max(host.free_from, until)

    def release(self, host: Host[Item]) -> None:
        """Let nothing wait for *host* any longer, which is not to be asked any more."""
        host.free_from = 0.0
        self._plan(host)

    def take(self, now: float) -> tuple[Host[Item], Item, Step] | None:
        """The next request that may start; to be followed by :meth:`begin` or :meth:`pass_over`."""
        while self._agenda and self._agenda[0][0] <= now:
            when, *_, host = heappop(self._agenda)
            if when != host.planned:
                continue  # an earlier time has taken its place
            host.planned = inf
            while host.waiting and host.waiting[0][0] <= now:
                _, order, rank, item, step = heappop(host.waiting)
                heappush(host.ready, (rank, order, item, step))
            if host.active < host.limit.at_once:
                if host.ready and host.free_from <= now:
                    *_, item, step = heappop(host.ready)
                    return host, item, step
                self._plan(host)  # it was asked to wait since
        return None

    def begin(self, host: Host[Item], service: Service, now: float) -> None:
        """Note that a request to *host*, for *service*, starts."""
        own = self._services.get(service, host.limit)
        host.active += 1
        host.began, host.asked_for = now, service
        host.free_from = max(host.free_from, now + max(host.limit.delay, own.delay))
        self._plan(host)

    def end(self, host: Host[Item]) -> None:
        """Note that a request to *host* has ended."""
        host.active -= 1
        self._plan(host)

    def pass_over(self, host: Host[Item]) -> None:
        """Note that what was taken needs no request."""
        self._plan(host)

    @property
    def next_time(self) -> float:
        """When the next request may start; infinity if that is for others to decide."""
        return self._agenda[0][0] if self._agenda else inf

    def _plan(self, host: Host[Item]) -> None:
        if host.active >= host.limit.at_once or not (host.ready or host.waiting):
            return
        when = host.free_from if host.ready else max(host.waiting[0][0], host.free_from)
        if when < host.planned:
            host.planned = when
            rank = host.ready[0][0] if host.ready else host.waiting[0][2]
            heappush(self._agenda, (when, rank, next(self._order), host))


@lru_cache(maxsize=1 << 14)
def host_name(url: str) -> str:
    """The host of *url*, with its port where that is not one of the web's own."""
    if url_fault(url):
        return url  # nobody will ask it
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    return name if parts.port in (None, 80, 443) else f"{name}:{parts.port}"
