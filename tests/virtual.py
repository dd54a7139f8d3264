"""Virtual time: requests take as long as their answers say, and no test waits for them."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import chain, count
from math import isfinite
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit

from citewell.evidence.hop import Ask
from citewell.evidence.results import Probed
from citewell.evidence.scheduler import probe
from citewell.facts import REGISTRIES, Failure, Hop, Target
from citewell.link_settings import Endpoints, Network
from citewell.record import Record

T = TypeVar("T")
Answers = Callable[[Ask], Hop]

MORNING = datetime(2026, 1, 1, 5, tzinfo=UTC)


class VirtualTime(Executor):
    """A clock, and the executor of what takes time: it goes on when the scheduler waits."""

    def __init__(self, begin: datetime = MORNING) -> None:
        self._begin, self._passed = begin, 0.0
        self._ends: list[tuple[float, int, Future[Hop], Hop | Exception]] = []
        self._order = count()

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=self._passed)

    def pass_by(self, seconds: float) -> None:
        """Goes on while the scheduler is busy with something else."""
        self._passed += seconds

    def pass_until(self, moment: datetime) -> None:
        """Goes on to *moment*, at which nothing of what was under way is left."""
        self._passed = max(self._passed, (moment - self._begin).total_seconds())
        self._ends.clear()

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Runs *work* at once; its hop comes when the seconds that it took have passed."""
        outcome: Hop | Exception
        try:
            outcome = work(*given, **named)
        except Exception as error:  # noqa: BLE001 - it is for who waits for the future
            outcome = error
        seconds = outcome.seconds if isinstance(outcome, Hop) else 0.0
        future: Future[Hop] = Future()
        heappush(self._ends, (self._passed + seconds, next(self._order), future, outcome))
        return future

    def wait(self, queue: "SimpleQueue[T]", seconds: float, idle: bool) -> T | None:
        """The first of what comes within *seconds*, if anything; all that comes with it, too."""
        assert idle == (not self._ends), "the scheduler has lost count of what is under way"
        until = self._passed + max(0.0, seconds)
        if not self._ends or self._ends[0][0] > until:
            assert isfinite(until), "nothing is under way, and the wait has no end"
            self._passed = until
            return None
        self._passed = max(self._passed, self._ends[0][0])
        while self._ends and self._ends[0][0] <= self._passed:
            *_, future, outcome = heappop(self._ends)
            if isinstance(outcome, Hop):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)
        return queue.get_nowait()


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, when, and what came of it."""

    ask: Ask
    began: float
    hop: Hop | None

    @property
    def ended(self) -> float:
        return self.began + (self.hop.seconds if self.hop else 0.0)

    @property
    def url(self) -> str:
        return self.ask.url

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


class Wire:
    """What the scheduler sends by: all that passes is kept, and nobody waits for too long."""

    def __init__(self, time: VirtualTime, answers: Answers) -> None:
        self.requests: list[Request] = []
        self._time, self._answers = time, answers

    def __call__(self, ask: Ask) -> Hop:
        hop = None
        try:
            hop = self._answers(ask)
            if hop.seconds > ask.seconds:
                hop = lost(ask, Failure.TIMEOUT, ask.seconds)
        finally:
            self.requests.append(Request(ask, self._time.monotonic(), hop))
        return hop


class Run(NamedTuple):
    """What the scheduler made of its answers; ``seconds`` are those that it took."""

    probed: Probed
    requests: list[Request]
    seconds: float

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdicts by target."""
        told = {target.text: str(found.verdict) for target, found in self.probed.probes.items()}
        return told | {target.text: "unchecked" for target in self.probed.unchecked}

    @property
    def asked(self) -> list[str]:
        """The addresses that were asked, in order."""
        return [request.url for request in self.requests]

    def began(self, url: str) -> list[float]:
        """When *url* was asked."""
        return [request.began for request in self.requests if request.url == url]


def run(
    targets: Iterable[str | Target],
    answers: Answers,
    jitter: Callable[[], float] = lambda: 0.0,
    time: VirtualTime | None = None,
    **limits: Any,
) -> Run:
    """Asks *targets*, URLs and DOIs, within *limits*, on a wire that gives *answers*."""
    time = time or VirtualTime()
    wire = Wire(time, answers)
    probed = probe(
        (each if isinstance(each, Target) else target_of(each) for each in targets),
        Network(**limits),
        Endpoints(),
        time,
        clock=time,
        send=wire,
        jitter=jitter,
    )
    return Run(probed, wire.requests, time.monotonic())


def target_of(text: str) -> Target:
    return Target("doi" if text.startswith("10.") else "url", text)


# What comes of a request.


def said(ask: Ask, status: int = 200, seconds: float = 0.1, **more: Any) -> Hop:
    """An answer; that of a registry is about the DOI, and a list knows all of them."""
    if ask.service in REGISTRIES:
        known = {200: True, 404: False}.get(status)
        more = {"registered": known, "records": record(ask.first) if known else None} | more
    elif status == 200 and ask.service == "crossref-list":
        more = {"records": tuple(chain(*map(record, dois_of(ask))))} | more
    elif status == 200 and ask.service == "agency":
        more = {"agencies": dict.fromkeys(dois_of(ask), "Crossref")} | more
    elif status == 200 and ask.service == "archive":
        more = {"captures": ()} | more
    return Hop(ask.url, ask.service, status, seconds=seconds, sha256="0" * 64, **more)


def record(doi: str) -> tuple[Record, ...]:
    """What a registry holds of *doi*."""
    return (Record(doi, "0" * 64),)


def dois_of(ask: Ask) -> list[str]:
    """The DOIs that a shared question is about; otherwise what is asked for."""
    if ask.service == "crossref-list" and "filter=" in ask.url:
        filters = parse_qs(urlsplit(ask.url).query)["filter"][0]
        return [each.removeprefix("doi:") for each in filters.split(",")]
    if ask.service == "agency":
        return urlsplit(ask.url).path.partition("/doiRA/")[2].split(",")
    return [ask.first]


def leaves_out(*dois: str) -> Answers:
    """A list of Crossref's that does not know *dois*."""

    def answer(ask: Ask) -> Hop:
        known = [doi for doi in dois_of(ask) if doi not in dois]
        return said(ask, records=tuple(chain(*map(record, known))))

    return answer


def lost(ask: Ask, failure: Failure, seconds: float = 0.1) -> Hop:
    """No answer."""
    return Hop(ask.url, ask.service, failure=failure, detail=f"{failure}!", seconds=seconds)


def refuses(ask: Ask) -> Hop:
    return lost(ask, Failure.NO_CONNECTION)
