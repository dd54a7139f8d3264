"""Asks many targets at once: one owner of all queues, of the deadline and of the progress.

The unit of work is one hop, which runs on any executor. What to ask next is decided by
``course``, when by ``hosts``, with whom by ``sharing``, and what the answers mean by ``verdict``
and ``answers``.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from itertools import count, islice
from math import inf
from queue import SimpleQueue
from random import random
from typing import NamedTuple

from citewell.evidence import answers
from citewell.evidence import hop as one_hop
from citewell.evidence.clock import Clock, SystemClock
from citewell.evidence.course import Step, next_step, own_url, registry_url, shared_url
from citewell.evidence.doubts import LOST, OUTAGE, PATIENCE, Doubts
from citewell.evidence.futility import Futility
from citewell.evidence.hop import Ask
from citewell.evidence.hosts import Host, Hosts, Limit
from citewell.evidence.results import Probed, Results
from citewell.evidence.sharing import Errand, Sharing
from citewell.facts import REGISTRIES, Fact, FactsError, Failure, Hop, Service, Target
from citewell.link_settings import Endpoints, Network

CANARY = Target("doi", "10.1000/182")
"""Asked to see whether our network is up, where there is no DOI to ask: the DOI Handbook."""
_AT_A_TIME = 16  # targets to take in before looking after those that are under way
_SHOWN_EVERY = 0.1  # seconds
_CANARY_WAITS = 1.0  # seconds, where there are DOIs to ask: what they get may say as much
_SERVICES: dict[Service, Limit] = {
    "crossref": Limit(1, 0.2),  # its public pool: 5 a second, one at once
    "crossref-list": Limit(1, 1.0),  # and one list a second
    "datacite": Limit(1, 0.6),  # 500 in five minutes
    "archive": Limit(1, 1.0),  # it names no limit, and is a charity
}


class Progress(NamedTuple):
    """How far a run is; ``slowest`` are hosts with the mean seconds that their answers take."""

    total: int
    done: int
    failed: int
    seconds: float
    slowest: tuple[tuple[str, float], ...]


def probe(
    targets: Iterable[Target],
    network: Network,
    endpoints: Endpoints,
    executor: Executor,
    *,
    clock: Clock | None = None,
    registered: Container[Target] = (),
    on_facts: Callable[[list[Fact]], None] = lambda _: None,
    on_progress: Callable[[Progress], None] | None = None,
    send: Callable[[Ask], Hop] = one_hop.ask,
    jitter: Callable[[], float] = random,
) -> Probed:
    """Ask what stands at *targets*, each once, within the limits of *network*.

    *targets* may still be coming while the first are asked. *on_facts* is told of them as soon
    as they are settled. A capture is asked for once its page, which must be a target, too, has
    turned out not to show the work; quotes once their page stands, if that is a target. Of the
    DOIs that are *registered* only the record is asked for. *executor* runs *send*, once a hop.
    *jitter* gives numbers from 0 to 1.
    """
    run = _Run(network, endpoints, executor, clock or SystemClock(), on_facts, send, jitter)
    return run.to_the_end(targets, registered, on_progress)


@dataclass(slots=True, eq=False)
class _Job:
    """A target on its way; a ``mute`` one is asked for our own sake.

    ``registered``: a DOI that only lacks its record.
    """

    target: Target
    mute: bool = False
    registered: bool = False
    rank: int = 0
    asked_again: bool = False
    hops: list[Hop] = field(default_factory=list)

    @property
    def is_judged(self) -> bool:
        """Whether what comes of it is held against the target."""
        return self.target.is_address and not self.registered


class _Done(NamedTuple):
    errand: Errand[_Job]
    host: Host[Errand[_Job]]
    future: "Future[Hop]"


class _Run:
    def __init__(
        self,
        network: Network,
        endpoints: Endpoints,
        executor: Executor,
        clock: Clock,
        on_facts: Callable[[list[Fact]], None],
        send: Callable[[Ask], Hop],
        jitter: Callable[[], float],
    ) -> None:
        self._network, self._endpoints, self._executor = network, endpoints, executor
        self._clock, self._on_facts, self._send, self._jitter = clock, on_facts, send, jitter
        self._results = Results()
        self._begin = clock.monotonic()
        limit = Limit(network.per_host, network.host_delay)
        self._hosts: Hosts[Errand[_Job]] = Hosts(limit, _SERVICES)
        self._sharing: Sharing[_Job] = Sharing(lambda job: job.target.text)
        self._waiting: dict[Target, list[Target]] = {}  # captures and quotes, by their page
        self._finished: SimpleQueue[_Done] = SimpleQueue()
        self._ranks = count()
        self._in_flight = 0
        self._total = 0
        self._shown = self._begin
        self._coming: Iterator[Target] | None = None
        self._seen: set[Target] = set()
        self._open: set[_Job] = set()
        self._canary = _Job(CANARY, mute=True)
        self._canary_is_out = False
        self._doubts: Doubts[_Job] = Doubts()
        self._futility = Futility()

    def to_the_end(
        self,
        targets: Iterable[Target],
        registered: Container[Target],
        on_progress: Callable[[Progress], None] | None,
    ) -> Probed:
        """Settle all *targets*."""
        self._coming = iter(targets)
        self._registered = registered
        self._ask_all(on_progress)
        for _ in range(2):  # names that seemed not to exist are asked for once more meanwhile
            if self._doubts.witness and any(job.is_judged for job in self._doubts.jobs):
                # Is it they that are down, or we? What has answered before is asked again.
                self._enter(_Job(self._doubts.witness, mute=True))
                self._ask_all(on_progress)
        is_late = self._clock.monotonic() >= self._end
        for job in self._doubts.jobs:
            lost = LOST if job.is_judged else ""
            self._finish(job, self._late if is_late or not self._doubts.witness else lost)
        self._tell()
        return self._results.probed

    def _ask_all(self, on_progress: Callable[[Progress], None] | None) -> None:
        while self._take_more() or self._waits:
            while not self._finished.empty():  # what came while targets were waited for
                self._take_in(self._finished.get())
            if not (self._coming or self._waits):
                return
            now = self._clock.monotonic()
            if now < self._end:
                self._share()
                self._start_due(now)
            due = self._hosts.next_time if self._has_room else inf
            idle = not self._in_flight
            vain = idle and not self._coming and (due >= self._end or self._hopeless)
            vain = vain and not self._sharing.waits
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
        if news := self._results.news():
            self._on_facts(news)

    def _take_more(self) -> bool:
        """Enter some of the targets that are coming, DOIs first; and the canary with the first."""
        if self._coming is None:
            return False
        taken = list(islice(self._coming, _AT_A_TIME))
        some = [target for target in taken if target not in self._seen]
        if not taken:
            self._coming = None
        elif some:
            self._release_canary(_CANARY_WAITS if any(each.kind == "doi" for each in some) else 0)
        self._seen.update(some)
        for target in sorted(dict.fromkeys(some), key=lambda target: target.kind):
            # Quotes do not wait for a page that nobody asks, as it is known to stand.
            waits = target.kind == "quotes" and target.page in self._seen
            if waits or target.kind == "capture":
                self._waiting.setdefault(target.page, []).append(target)
                self._ask_waiting(target.page)
            else:
                self._enter(_Job(target, registered=target in self._registered))
        return True

    def _release_canary(self, delay: float) -> None:
        if self._canary_is_out:
            return
        self._canary_is_out = True
        self._open.add(self._canary)
        step = Step(registry_url("doi", CANARY.text, self._endpoints), "doi")
        self._line_up(Errand((self._canary,), step), self._begin + delay)

    def _ask_waiting(self, page: Target) -> None:
        """Ask what *page* calls for, if that is known: for captures or for quotes."""
        probe = self._results.probed.probes.get(page)
        if probe is not None:
            verdict = probe.verdict
            for target in self._waiting.pop(page, ()):
                if verdict.wants_capture if target.kind == "capture" else verdict.stands:
                    self._enter(_Job(target))

    @property
    def _waits(self) -> bool:
        """Whether there is more to come; the canary sings for those that may be wronged."""
        if self._open != {self._canary}:
            return bool(self._open)
        return not self._doubts.witness and any(job.is_judged for job in self._doubts.jobs)

    @property
    def _has_room(self) -> bool:
        return self._in_flight < self._network.concurrency

    @property
    def _hopeless(self) -> bool:
        """Whether nothing has answered, though all was asked again, and elsewhere."""
        asked = self._open - {self._canary} or self._open
        return self._doubts.witness is None and all(
            len({hop.service for hop in job.hops}) > 1 for job in asked
        )

    @property
    def _end(self) -> float:
        """When to stop: at the deadline, or sooner while nothing at all has answered."""
        patience = self._network.deadline if self._doubts.witness else PATIENCE
        return self._begin + min(self._network.deadline, patience)

    def _enter(self, job: _Job) -> None:
        job.rank = next(self._ranks)
        self._total += not job.mute
        self._open.add(job)
        self._go_on(job)

    def _go_on(self, job: _Job) -> None:
        """Line up the next request of *job*, or settle it."""
        # While nothing has answered, the next registry says more than the same one again.
        last = job.hops[-1].service if job.hops else None
        impatient = last in REGISTRIES and not self._doubts.witness
        retries, jitter = 0 if impatient else self._network.retries, self._jitter()
        agency = self._sharing.agency(job.target.text) if job.target.kind == "doi" else None
        step = next_step(
            job.target, job.hops, self._endpoints, retries, jitter, agency, job.registered
        )
        if step is None:
            self._settle(job)
            return
        if step.hold:
            self._hold(step, step.delay)
        now = self._clock.monotonic()
        due = now if self._futility.at(step) else now + step.delay
        if step.shared:
            self._sharing.add(job, step, due)
        else:
            self._line_up(Errand((job,), step), due)

    def _share(self) -> None:
        """Line up what has been waiting for company; it goes first, as it has waited."""
        for errand, due in self._sharing.ready(no_more=self._coming is None):
            self._line_up(errand, due)

    def _line_up(self, errand: Errand[_Job], due: float) -> None:
        self._hosts.add(errand, errand.step, due, min(job.rank for job in errand.jobs))

    def _hold(self, step: Step, seconds: float) -> None:
        """Leave the host of *step* alone for *seconds*, be it for the rest of the run."""
        host = self._hosts.host(step)
        until = self._clock.monotonic() + seconds
        if until < self._begin + self._network.deadline:
            self._hosts.hold(host, until)
            return
        self._futility.close_host(step, seconds)
        self._hosts.release(host)

    def _start_due(self, now: float) -> None:
        while self._has_room and (taken := self._hosts.take(now)):
            host, errand, step = taken
            if errand.jobs == (self._canary,) and self._doubts.witness:
                self._hosts.pass_over(host)
                self._open.discard(self._canary)
                continue
            if hop := self._futility.at(step):
                self._hosts.pass_over(host)
                self._deal_out(errand, hop._replace(url=step.url))
                continue
            self._hosts.begin(host, step.service, now)
            self._in_flight += 1
            future = self._executor.submit(self._send, self._question(errand, now))
            future.add_done_callback(partial(self._put, errand, host))

    def _put(self, errand: Errand[_Job], host: Host[Errand[_Job]], future: "Future[Hop]") -> None:
        self._finished.put(_Done(errand, host, future))

    def _question(self, errand: Errand[_Job], now: float) -> Ask:
        step, target = errand.step, errand.jobs[0].target
        url = step.url
        if step.shared:
            url = shared_url(step.service, self._sharing.dois(errand), self._endpoints)
        return Ask(
            url=url,
            service=step.service,
            first=target.page.text,
            seconds=max(0.001, min(self._network.timeout, self._patience(step), self._end - now)),
            mailto=self._network.mailto,
            proxy=self._network.proxy,
            # The registries are where the settings say that they are.
            allow_private=self._network.allow_private or step.service != "web",
            host_delay=self._network.host_delay,
            quotes=target.quotes,
        )

    def _patience(self, step: Step) -> float:
        """How long one request may take: less while we do not even know our own network."""
        return PATIENCE / 4 if step.service == "doi" and not self._doubts.witness else inf

    def _take_in(self, done: _Done) -> None:
        errand, host, future = done
        step = errand.step
        self._in_flight -= 1
        self._hosts.end(host)
        error = future.exception()
        if isinstance(error, FactsError):
            raise error  # nothing at all can be asked
        if error:
            for job in errand.jobs:
                self._open.discard(job)
                self._sharing.learn(job.target.text, Hop(step.url, step.service))
                self._finish(job, f"citewell failed to ask it ({type(error).__name__}: {error})")
            self._go_on_with_freed()
            return
        hop = future.result()
        self._note(hop, host, errand)
        if answers.is_worth_halving(hop, len(errand.jobs)) and not self._futility.at(step):
            middle = len(errand.jobs) // 2
            for jobs in (errand.jobs[:middle], errand.jobs[middle:]):
                self._line_up(Errand(jobs, step), self._clock.monotonic())
            return
        self._deal_out(errand, hop)
        settled = self._open.isdisjoint(errand.jobs)
        if settled and hop.failure and hop.failure.of_host and not host.answered:
            self._futility.close(step, hop)

    def _note(self, hop: Hop, host: Host[Errand[_Job]], errand: Errand[_Job]) -> None:
        """Note what *hop* says of its host, and of our own network."""
        step = errand.step
        host.hops += 1
        host.seconds += hop.seconds
        if hop.pace:
            self._hosts.learn(host, step.service, *hop.pace)
        self._futility.note(step, hop)
        if hop.throttles and hop.retry_after is not None:
            self._hold(step, hop.retry_after)  # also when this errand has had its tries
        if hop.status is not None:
            host.answered = True
            self._hear(errand.jobs[0])

    def _deal_out(self, errand: Errand[_Job], hop: Hop) -> None:
        """Give each job its part of the answer *hop*, and go on with all whom it helps."""
        for job in errand.jobs:
            part = hop
            if errand.step.shared:
                own = own_url(errand.step.service, job.target.text, self._endpoints)
                part = answers.share(hop, job.target, own)
                self._sharing.learn(job.target.text, part)
            job.hops.append(part)
        for job in errand.jobs:
            if job.mute and hop.status is not None:  # all that it was asked for
                self._open.discard(job)
            else:
                self._go_on(job)
        self._go_on_with_freed()

    def _go_on_with_freed(self) -> None:
        for job in self._sharing.freed():
            self._go_on(job)

    def _hear(self, job: _Job) -> None:
        """Something has answered, so what failed before has failed by itself."""
        for other in self._doubts.hear(job.target):
            last = other.hops[-1]
            if last.failure is not Failure.NO_NAME or last.inferred or other.asked_again:
                self._finish(other)
                continue
            # That a name does not exist is an accusation, and name servers come and go.
            other.asked_again = True
            step = Step(last.url, last.service)
            self._futility.open(step)
            self._open.add(other)
            self._line_up(Errand((other,), step), self._clock.monotonic())

    def _settle(self, job: _Job) -> None:
        """Nothing more is to be asked about *job*."""
        self._open.discard(job)
        if job.hops and self._doubts.applies_to(job.hops[-1]):
            self._doubts.jobs.append(job)
        else:
            self._finish(job)

    def _cut(self) -> None:
        """Stop here, with what is known."""
        open_, self._open = self._open, set()
        self._sharing.forget()
        for job in open_:
            throttled = bool(job.hops) and job.hops[-1].throttles
            self._finish(job, "" if throttled else self._late)
        for target in self._coming or ():
            if target not in self._seen and target.kind != "capture":
                probed = self._results.probed
                missed = probed.unchecked if target.is_address else probed.unanswered
                missed[target] = self._late
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
        now = self._clock.now()
        settle = self._results.settle if job.is_judged else self._results.answer
        settle(job.target, job.hops, cut, now)
        if job.target.kind == "url":
            self._ask_waiting(job.target)

    def _progress(self) -> Progress:
        means = sorted(
            (host.seconds / host.hops, host.name) for host in self._hosts.known() if host.hops
        )
        return Progress(
            total=self._total,
            done=self._results.done,
            failed=self._results.failed,
            seconds=self._clock.monotonic() - self._begin,
            slowest=tuple((name, mean) for mean, name in means[:-4:-1]),
        )
