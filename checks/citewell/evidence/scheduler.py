"""Asks many targets at once: one owner of all queues, of the deadline and of the progress.

The unit of work is one hop, which runs on any executor. What to ask next is decided by
``course``, when by ``hosts``, and what the answers mean by ``facts``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from itertools import count, islice
from math import inf
from queue import SimpleQueue
from random import random
from typing import NamedTuple
from urllib.parse import urlsplit

from citewell.evidence import hop as one_hop
from citewell.evidence.clock import Clock, SystemClock
from citewell.evidence.course import Step, next_step
from citewell.evidence.doubts import LOST, OUTAGE, PATIENCE, Doubts
from citewell.evidence.hop import Ask
from citewell.evidence.hosts import Host, Hosts, Limit, host_name
from citewell.facts import FactsError, Failure, Hop, Probe, Service, Target, Verdict
from citewell.link_settings import Endpoints, Network
from citewell.verdict import judge

CANARY = Target("doi", "10.1000/182")
"""Asked to see whether our network is up, where there is no DOI to ask: the DOI Handbook."""
_AT_A_TIME = 16  # targets to take in before looking after those that are under way
_SHOWN_EVERY = 0.1  # seconds
_GIVEN_UP = 3  # DOIs in a row that a registry gives no answer to, until it is left alone
_SERVICES: dict[Service, Limit] = {
    "crossref": Limit(1, 0.2),  # its public pool: 5 a second, one at once
    "datacite": Limit(1, 0.6),  # 500 in five minutes
}


class Progress(NamedTuple):
    """How far a run is; ``slowest`` are hosts with the mean seconds that their answers take."""

    total: int
    done: int
    failed: int
    seconds: float
    slowest: tuple[tuple[str, float], ...]


class Probed(NamedTuple):
    """What was found out about targets, and why nothing was about the others."""

    probes: dict[Target, Probe]
    unchecked: dict[Target, str]


def probe(
    targets: Iterable[Target],
    network: Network,
    endpoints: Endpoints,
    executor: Executor,
    *,
    clock: Clock | None = None,
    on_probes: Callable[[list[Probe]], None] = lambda _: None,
    on_progress: Callable[[Progress], None] | None = None,
    send: Callable[[Ask], Hop] = one_hop.ask,
    jitter: Callable[[], float] = random,
) -> Probed:
    """Ask what stands at *targets*, each once, within the limits of *network*.

    *targets* may still be coming while the first are asked. *on_probes* is told of them as soon
    as they are settled. *executor* runs *send*, once a hop. *jitter* gives numbers from 0 to 1.
    """
    run = _Run(network, endpoints, executor, clock or SystemClock(), on_probes, send, jitter)
    return run.to_the_end(targets, on_progress)


@dataclass(slots=True, eq=False)
class _Job:
    """A target on its way; a ``mute`` one is asked for our own sake."""

    target: Target
    mute: bool = False
    rank: int = 0
    asked_again: bool = False
    hops: list[Hop] = field(default_factory=list)


class _Done(NamedTuple):
    job: _Job
    host: Host[_Job]
    step: Step
    future: "Future[Hop]"


class _Run:
    def __init__(
        self,
        network: Network,
        endpoints: Endpoints,
        executor: Executor,
        clock: Clock,
        on_probes: Callable[[list[Probe]], None],
        send: Callable[[Ask], Hop],
        jitter: Callable[[], float],
    ) -> None:
        self._network, self._endpoints, self._executor = network, endpoints, executor
        self._clock, self._on_probes, self._send, self._jitter = clock, on_probes, send, jitter
        self._result = Probed({}, {})
        self._settled: list[Probe] = []  # and nobody has been told yet
        self._begin = clock.monotonic()
        self._hosts: Hosts[_Job] = Hosts(Limit(network.per_host, network.host_delay), _SERVICES)
        self._finished: SimpleQueue[_Done] = SimpleQueue()
        self._ranks = count()
        self._in_flight = 0
        self._failed = 0
        self._shown = self._begin
        self._coming: Iterator[Target] | None = None
        self._seen: set[Target] = set()
        self._open: set[_Job] = set()
        self._canary = _Job(CANARY, mute=True)
        self._doubts: Doubts[_Job] = Doubts()
        self._silent: Counter[Service] = Counter()
        self._futile: dict[str, Hop] = {}  # by host, door or service: what any more would get

    def to_the_end(
        self, targets: Iterable[Target], on_progress: Callable[[Progress], None] | None
    ) -> Probed:
        """Settle all *targets*."""
        self._coming = iter(targets)
        self._ask_all(on_progress)
        for _ in range(2):  # names that seemed not to exist are asked for once more meanwhile
            if self._doubts.jobs and self._doubts.witness:
                # Is it they that are down, or we? What has answered before is asked again.
                self._enter(_Job(self._doubts.witness, mute=True))
                self._ask_all(on_progress)
        is_late = self._clock.monotonic() >= self._end
        for job in self._doubts.jobs:
            self._finish(job, self._late if is_late or not self._doubts.witness else LOST)
        self._tell()
        return self._result

    def _ask_all(self, on_progress: Callable[[Progress], None] | None) -> None:
        while self._take_more() or self._waits:
            while not self._finished.empty():  # what came while targets were waited for
                self._take_in(self._finished.get())
            if not (self._coming or self._waits):
                return
            now = self._clock.monotonic()
            if now < self._end:
                self._start_due(now)
            due = self._hosts.next_time if self._has_room else inf
            idle = not self._in_flight
            vain = idle and not self._coming and (due >= self._end or self._hopeless)
            if now >= self._end or vain:
                self._cut()
                return
            wait = 0.0 if self._coming else min(due, self._end) - now
            done = self._clock.wait(self._finished, wait, idle)
            while done is not None:
                self._take_in(done)
                done = None if self._finished.empty() else self._finished.get()
            self._tell()
            if on_progress is not None and now >= self._shown + _SHOWN_EVERY:
                self._shown = now
                on_progress(self._progress())

    def _tell(self) -> None:
        if self._settled:
            self._on_probes(self._settled)
            self._settled = []

    def _take_more(self) -> bool:
        """Enter some of the targets that are coming; a registry of DOIs first, our canary."""
        if self._coming is None:
            return False
        first = not self._seen
        taken = list(islice(self._coming, _AT_A_TIME))
        some = [target for target in taken if target not in self._seen]
        if not taken:
            self._coming = None
        elif first and all(target.kind != "doi" for target in some):
            self._enter(self._canary)
        for target in sorted(dict.fromkeys(some), key=lambda target: target.kind):
            self._seen.add(target)
            self._enter(_Job(target))
        return True

    @property
    def _waits(self) -> bool:
        """Whether there is more to come; the canary has sung as soon as anything answers."""
        return bool(self._open) and not (self._doubts.witness and self._open == {self._canary})

    @property
    def _has_room(self) -> bool:
        return self._in_flight < self._network.concurrency

    @property
    def _hopeless(self) -> bool:
        """Whether nothing has answered, though all was asked again, and elsewhere."""
        return self._doubts.witness is None and all(
            len(job.hops) > 1 and job.hops[-1].service != "doi" for job in self._open
        )

    @property
    def _end(self) -> float:
        """When to stop: at the deadline, or sooner while nothing at all has answered."""
        patience = self._network.deadline if self._doubts.witness else PATIENCE
        return self._begin + min(self._network.deadline, patience)

    def _enter(self, job: _Job) -> None:
        job.rank = next(self._ranks)
        self._open.add(job)
        self._go_on(job)

    def _go_on(self, job: _Job) -> None:
        """Line up the next request of *job*, or settle it."""
        # While nothing has answered, the next registry says more than the same one again.
        impatient = job.target.kind == "doi" and not self._doubts.witness
        retries, jitter = 0 if impatient else self._network.retries, self._jitter()
        step = next_step(job.target, job.hops, self._endpoints, retries, jitter)
        self._note_silence(job, step)
        if step is None:
            self._settle(job)
            return
        if step.hold:
            self._hold(step, step.delay)
        now = self._clock.monotonic()
        due = now if self._futile_at(step) else now + step.delay
        self._hosts.add(job, step, due, job.rank)

    def _hold(self, step: Step, seconds: float) -> None:
        """Leave the host of *step* alone for *seconds*, be it for the rest of the run."""
        host = self._hosts.host(step)
        until = self._clock.monotonic() + seconds
        if until < self._begin + self._network.deadline:
            self._hosts.hold(host, until)
            return
        wait = f"'{host.name}' has asked us to wait for {seconds:.0f} s"
        self._futile[host.name] = Hop(step.url, step.service, failure=Failure.HELD, detail=wait)
        self._hosts.release(host)

    def _futile_at(self, step: Step) -> Hop | None:
        """What *step* would get, if that is known."""
        if not self._futile:
            return None
        return self._futile.get(_place(step)) or self._futile.get(host_name(step.url))

    def _start_due(self, now: float) -> None:
        while self._has_room and (taken := self._hosts.take(now)):
            host, job, step = taken
            if futile := self._futile_at(step):
                self._hosts.pass_over(host)
                hop = futile._replace(url=step.url, service=step.service)
                job.hops.append(hop._replace(seconds=0.0, inferred=True))
                self._go_on(job)
                continue
            self._hosts.begin(host, now)
            self._in_flight += 1
            future = self._executor.submit(self._send, self._question(job, step, now))
            future.add_done_callback(partial(self._put, job, host, step))

    def _put(self, job: _Job, host: Host[_Job], step: Step, future: "Future[Hop]") -> None:
        self._finished.put(_Done(job, host, step, future))

    def _question(self, job: _Job, step: Step, now: float) -> Ask:
        return Ask(
            url=step.url,
            service=step.service,
            first=job.target.text,
            seconds=max(0.001, min(self._network.timeout, self._patience(step), self._end - now)),
            mailto=self._network.mailto,
            proxy=self._network.proxy,
            # The registries are where the settings say that they are.
            allow_private=self._network.allow_private or step.service != "web",
            host_delay=self._network.host_delay,
        )

    def _patience(self, step: Step) -> float:
        """How long one request may take: less while we do not even know our own network."""
        return PATIENCE / 4 if step.service != "web" and not self._doubts.witness else inf

    def _take_in(self, done: _Done) -> None:
        job, host, step, future = done
        self._in_flight -= 1
        self._hosts.end(host)
        error = future.exception()
        if isinstance(error, FactsError):
            raise error  # nothing at all can be asked
        if error:
            self._open.discard(job)
            self._finish(job, f"citewell failed to ask it ({type(error).__name__}: {error})")
            return
        hop = future.result()
        job.hops.append(hop)
        host.hops += 1
        host.seconds += hop.seconds
        if hop.status is not None:
            host.answered = True
            self._hear(job)
        if hop.registered is not None:
            self._silent[step.service] = 0
        if hop.throttles and hop.retry_after is not None:
            self._hold(step, hop.retry_after)  # also when this job has had its tries
        if job.mute and hop.status is not None:  # all that it was asked for
            self._open.discard(job)
            return
        self._go_on(job)
        if job not in self._open and hop.failure and hop.failure.of_host and not host.answered:
            self._futile[_place(step)] = hop

    def _hear(self, job: _Job) -> None:
        """Something has answered, so what failed before has failed by itself."""
        for other in self._doubts.hear(job.target):
            last = other.hops[-1]
            if last.failure is not Failure.NO_NAME or last.inferred or other.asked_again:
                self._finish(other)
                continue
            # That a name does not exist is an accusation, and name servers come and go.
            other.asked_again = True
            self._futile.pop(_place(Step(last.url, last.service)), None)
            self._open.add(other)
            step = Step(last.url, last.service)
            self._hosts.add(other, step, self._clock.monotonic(), other.rank)

    def _note_silence(self, job: _Job, step: Step | None) -> None:
        """Leave a registry alone that has come to give no answers, though asked again."""
        last = job.hops[-1] if job.hops else None
        if last is None or last.service == "web" or last.registered is not None:
            return
        if step is None or step.service != last.service:
            self._silent[last.service] += 1
            if self._silent[last.service] >= _GIVEN_UP:
                self._futile[last.service] = last

    def _settle(self, job: _Job) -> None:
        """Nothing more is to be asked about *job*."""
        self._open.discard(job)
        if self._doubts.applies_to(job.hops[-1]):
            self._doubts.jobs.append(job)
        else:
            self._finish(job)

    def _cut(self) -> None:
        """Stop here, with what is known."""
        open_, self._open = self._open, set()
        for job in open_:
            throttled = bool(job.hops) and job.hops[-1].throttles
            self._finish(job, "" if throttled else self._late)
        for target in self._coming or ():
            if target not in self._seen:
                self._result.unchecked[target] = self._late
        self._coming = None

    @property
    def _late(self) -> str:
        """Why no more was asked when the end had come."""
        if not self._doubts.witness:
            return OUTAGE
        return f"the deadline of {self._network.deadline:g} s came first"

    def _finish(self, job: _Job, cut: str = "") -> None:
        if job.mute:
            return
        judged = judge(job.target, job.hops, cut)
        if judged.verdict is Verdict.UNCHECKED:
            self._result.unchecked[job.target] = judged.reason
            return
        probe = Probe(
            job.target,
            judged.verdict,
            judged.status,
            judged.final_url,
            judged.title,
            judged.reason,
            self._clock.now(),
            tuple(job.hops),
        )
        self._result.probes[job.target] = probe
        self._failed += judged.verdict.fails
        self._settled.append(probe)

    def _progress(self) -> Progress:
        probes = self._result.probes
        means = sorted(
            (host.seconds / host.hops, host.name) for host in self._hosts.known() if host.hops
        )
        return Progress(
            total=len(self._seen),
            done=len(probes) + len(self._result.unchecked),
            failed=self._failed,
            seconds=self._clock.monotonic() - self._begin,
            slowest=tuple((name, mean) for mean, name in means[:-4:-1]),
        )


def _place(step: Step) -> str:
    """What a futile request is futile at: a registry, or one of the two doors of a host."""
    door = f"{urlsplit(step.url).scheme}://{host_name(step.url)}"
    return door if step.service == "web" else step.service
